"""Broadcasting: the asks of a coach's message to many, written a few at a time, and the figures on the coach's card.

Each transaction is short and ends with how far it came, so that a kill costs nothing and any number of processes may
do this: whoever comes goes on where the last one was.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from coaching import asks, broadcasts
from coaching.asks import Element, SkipReason
from coaching.broadcasts import Broadcast, BroadcastState, Standing, Tally
from scheduler.each import bit_by_bit, failing_alone
from storage.broadcasts import Batch
from storage.store import Store, Unit

#: People in one transaction at most: it holds the writer well under 50 ms.
AT_ONCE = 200
#: A card's figures change so often at the most, and the less often the longer ago it was sent: after an hour every
#: three minutes.
MOST_OFTEN, LEAST_OFTEN, PART = timedelta(seconds=3), timedelta(minutes=15), 20
#: So long after it was sent the card still changes by itself; afterwards it shows the figures when it is asked to.
COUNTED_FOR = timedelta(days=30)
#: Cards that are looked at in one go.
MOST_CARDS = 20
_UNDER_WAY = (BroadcastState.QUEUED, BroadcastState.SENDING, BroadcastState.RECALLING)


class Broadcasting:
    """Sends what coaches have sent. One of these runs in each process; any number of processes may."""

    def __init__(self, store: Store, *, at_once: int = AT_ONCE) -> None:
        """at_once: people in one transaction."""
        self._store = store
        self._at_once = at_once

    async def go(self) -> None:
        """Write, or take back, the asks of every broadcast whose time has come. One that fails stops no other."""
        async with self._store.transaction() as unit:
            found = await unit.broadcasts.under_way()
        for broadcast_id in found:
            bit = partial(some, broadcast_id=broadcast_id, elements={}, at_once=self._at_once)
            with failing_alone("broadcast not written", broadcast=broadcast_id):
                await bit_by_bit(self._store, bit)

    async def count(self) -> None:
        """Have those coaches' cards drawn anew whose figures have changed."""
        async with self._store.transaction() as unit:
            found = await unit.broadcasts.to_count(limit=MOST_CARDS)
        for broadcast_id in found:
            async with self._store.transaction() as unit:
                await _count(unit, broadcast_id)


async def some(unit: Unit, broadcast_id: int, elements: dict[int, Element], *, at_once: int) -> bool:
    """Do some of what is left to be done; whether nothing is. elements: those that were read already."""
    broadcast = await unit.broadcasts.get(broadcast_id)
    if broadcast is None or broadcast.element_id is None:
        return True
    is_due = broadcast.undo_until is not None and broadcast.undo_until <= unit.now
    if broadcast.state not in _UNDER_WAY or not is_due:
        return True
    if broadcast.element_id not in elements:
        elements[broadcast.element_id] = await unit.programmes.element(broadcast.element_id)
    element = elements[broadcast.element_id]
    if broadcast.state is BroadcastState.RECALLING:
        return await _recall(unit, broadcast, element, at_once)
    return await _write(unit, broadcast, element, at_once)


async def _write(unit: Unit, broadcast: Broadcast, element: Element, at_once: int) -> bool:
    """Write some of its asks; whether all are written."""
    batch = await unit.broadcasts.batch(broadcast, limit=at_once)
    await _ask(unit, broadcast, element, batch)
    return batch.is_last


async def _recall(unit: Unit, broadcast: Broadcast, element: Element, at_once: int) -> bool:
    """Take some back: first what is not written yet, which is written as taken back, so that nobody is missing.

    True also where all that is left is on the wire, which is looked at again a second later.
    """
    batch = await unit.broadcasts.batch(broadcast, limit=at_once)
    if batch.persons or not batch.is_last:
        await _ask(unit, broadcast, element, batch)
        return False
    outcome = await unit.broadcasts.withdraw(broadcast, limit=at_once)
    if outcome.is_last:
        await unit.broadcasts.save(replace(broadcast, state=BroadcastState.RECALLED))
    return outcome.is_last or not outcome.number


async def _ask(unit: Unit, broadcast: Broadcast, element: Element, batch: Batch) -> None:
    new = [broadcasts.asked(broadcast, element, person_id=id, now=unit.now) for id in batch.persons]
    if broadcast.state is BroadcastState.RECALLING:
        new = [asks.skipped(ask, SkipReason.WITHDRAWN) for ask in new]
    new = [asks.skipped(ask, SkipReason.LEFT) if ask.person_id in batch.left else ask for ask in new]
    await unit.broadcasts.write(new)
    await unit.broadcasts.save(broadcasts.written(broadcast, up_to=batch.up_to, is_last=batch.is_last))


async def _count(unit: Unit, broadcast_id: int) -> None:
    broadcast = await unit.broadcasts.get(broadcast_id)
    if broadcast is None or broadcast.queued_at is None:
        return
    tally = broadcasts.tally(await unit.standings.of_broadcast(broadcast))
    shown = digest_of(broadcast, tally)
    if shown != broadcast.shown and broadcast.card_id is not None:
        await unit.cards.raise_one(broadcast.card_id)
    await unit.broadcasts.save(replace(broadcast, shown=shown, count_at=_next_count(broadcast, unit.now)))


def _next_count(broadcast: Broadcast, now: datetime) -> datetime | None:
    since = now - (broadcast.undo_until or now)
    if broadcast.state is BroadcastState.UNDONE or since > COUNTED_FOR:
        return None
    return now + min(max(MOST_OFTEN, since / PART), LEAST_OFTEN)


def digest_of(broadcast: Broadcast, tally: Tally) -> str:
    """What tells one set of figures from another."""
    figures = [broadcast.state.value, *(tally.of(each) for each in Standing), *sorted(tally.reach.items())]
    return hashlib.sha256(repr(figures).encode()).hexdigest()
