"""Planning: when people are to be decided about next, for many of them, a few in each transaction."""

import asyncio
import time
from collections.abc import Callable, Sequence

import structlog

from scheduler.claims import AT_ONCE, decided, is_within_reach
from scheduler.metrics import FORGOTTEN
from storage.store import Store
from storage.visits import Situation

#: Replanning, a transaction begins with so few people, and then takes as many as it gets done with in so long.
FIRST, LONG_SECONDS = 5, 0.025

_log = structlog.get_logger(__name__)


async def mend_forgotten(store: Store) -> int:
    """Decide anew about people with open asks and no next visit for whom the rule does name a moment; how many.

    There should be none: each is counted as an alarm, and mended.
    """
    mended, last = 0, 0
    while True:
        async with store.transaction() as unit:
            found = await unit.visits.without_next(after=last, limit=AT_ONCE)
            last = _last(found, last)
            lost = [
                each.person.id
                for each in found
                if is_within_reach(each.person) and not each.is_behind and each.decide(unit.now).again_at is not None
            ]
            await unit.visits.decide_again(lost)
        if lost:
            _log.error("people had been forgotten", people=lost)
            FORGOTTEN.inc(len(lost))
        mended += len(lost)
        if len(found) < AT_ONCE:
            return mended


async def replan(
    store: Store,
    *,
    progress: Callable[[int], None] = lambda done: None,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Decide anew about everybody with open asks; how many they are. Safe to stop and to run again.

    Each transaction is short, and followed by a rest as long in which others can write. progress: told how many are
    done. Who is in the middle of a transaction of their own is passed over: they are decided about at its end. clock:
    in seconds; it tells how long a transaction took.
    """
    done, last, most = 0, 0, FIRST
    while True:
        begun = clock()
        async with store.transaction() as unit:
            begun_to_write = clock()
            found = await unit.visits.with_open_asks(after=last, limit=most)
            last = _last(found, last)
            moments = {}
            for each in found:
                again_at, visit = await decided(unit, each)
                moments[each.person.id] = unit.now if visit is not None else again_at
            await unit.visits.next_is(moments)
        ended = clock()
        done += len(found)
        progress(done)
        if len(found) < most:
            return done
        most = fitting(len(found), seconds=ended - begun_to_write)
        await asyncio.sleep(ended - begun)


def fitting(done: int, *, seconds: float) -> int:
    """How many people the next transaction takes, where one was done with so many in so long."""
    each = max(seconds, 1e-6) / done
    return max(1, min(AT_ONCE, 2 * done, int(LONG_SECONDS / each)))


def _last(found: Sequence[Situation], before: int) -> int:
    return max((each.person.id for each in found), default=before)
