"""Upkeep: forgetting what is no longer needed, a little at a time; and counting what nobody else does."""

from datetime import timedelta

from scheduler.metrics import UNREACHABLE
from storage.store import Store

#: Teams delivers an activity again within minutes; a day is on the safe side.
TURNS_KEPT = timedelta(hours=24)
#: So long after its end a one-time link still says that it is over, instead of being nobody's.
LINKS_KEPT = timedelta(hours=24)
AT_ONCE = 100


async def forget_old_turns(store: Store) -> int:
    """Delete what was said in turns that can no longer be delivered again; how many there were."""
    forgotten = 0
    while True:
        async with store.transaction() as unit:
            removed = await unit.turns.remove_before(unit.now - TURNS_KEPT, limit=AT_ONCE)
        forgotten += removed
        if removed < AT_ONCE:
            return forgotten


async def forget_old_links(store: Store) -> int:
    """Delete the one-time links that are over; how many there were."""
    forgotten = 0
    while True:
        async with store.transaction() as unit:
            removed = await unit.one_time_links.remove_before(unit.now - LINKS_KEPT, limit=AT_ONCE)
        forgotten += removed
        if removed < AT_ONCE:
            return forgotten


async def count_unreachable(store: Store) -> None:
    """Show how many people Teams lets nothing through to, by cause."""
    async with store.transaction() as unit:
        causes = await unit.visits.unreachable()
    UNREACHABLE.clear()
    for cause, count in causes.items():
        UNREACHABLE.labels(cause=cause).set(count)
