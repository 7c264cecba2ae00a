"""Erasing: orders to erase people are carried out step by step, also after a kill; any number of processes may.

First the key, so that nothing can be read any more wherever a copy of it lies; then what is stored, in short batches;
last, when Teams has emptied their cards or cannot, the row of the person.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeAlias

import structlog

from coaching.people import Person
from scheduler.each import failing_alone
from storage.store import Store, Unit

#: Orders that are looked at in one go.
AT_ONCE = 20
#: So long the turn that asked for it has to say that it has begun; then it is said from here. Teams waits as long.
REPLY_GRACE = timedelta(seconds=15)

#: Tells somebody that the order with that number is being carried out. Raises nothing that Teams may answer.
Tell: TypeAlias = Callable[[Person, int], Awaitable[None]]

_log = structlog.get_logger(__name__)


async def erase_waiting(store: Store, *, tell: Tell | None = None) -> int:
    """Carry on with whatever waits; how many orders were carried out to their end. What fails is tried again.

    tell: by which whoever was not told is told, once; None where nobody can be.
    """
    async with store.transaction() as unit:
        waiting = await unit.erasures.waiting(limit=AT_ONCE)
    ended = 0
    for erasure_id in waiting:
        with failing_alone("erasure not carried on", erasure=erasure_id):
            ended += await carry_on(store, erasure_id, tell=tell)
    return ended


async def carry_on(store: Store, erasure_id: int, *, tell: Tell | None = None) -> bool:
    """As far as one order can be carried out now; whether it is done. Raises what the databases raise.

    tell: see `erase_waiting`.
    """
    await _destroy_key(store, erasure_id)
    while await _clear_others(store, erasure_id):
        pass
    while await _empty_some(store, erasure_id):
        pass
    if tell is not None:
        await _tell(store, erasure_id, tell)
    if not await _remove_last(store, erasure_id):
        return False
    if not await store.wipe():
        return False
    async with store.transaction() as unit:
        erasure = await unit.erasures.take(erasure_id)
        if erasure is not None:
            await unit.erasures.end(erasure)
            _log.info("erased", erasure=erasure.id, by=erasure.by.value, rows=sum(erasure.counts.values()))
    return True


async def _destroy_key(store: Store, erasure_id: int) -> None:
    """Before anything else goes, and again each time: whoever was just about to write may have made a new one."""
    async with store.transaction() as unit:
        erasure = await unit.erasures.take(erasure_id)
    if erasure is None:
        return
    if erasure.key_id is not None:
        await store.keys.destroy(erasure.key_id, store.now())
    if erasure.key_destroyed_at is None:
        async with store.transaction() as unit:
            await unit.erasures.key_destroyed(erasure)


async def _clear_others(store: Store, erasure_id: int) -> bool:
    """Some of what others have of the person, before what it hangs on goes; whether there may be more."""
    async with store.transaction() as unit:
        erasure = await unit.erasures.get(erasure_id)
        if erasure is None or erasure.person_id is None:
            return False
        letters = await unit.traces.letters(erasure.person_id)
        handed_in = await unit.traces.handed_in_for(erasure.person_id)
    for ask_id, person_id in letters:
        async with store.transaction() as unit:
            await _remove_letter(unit, erasure_id, ask_id, person_id)
    for ask_id, person_id in handed_in:
        async with store.transaction() as unit:
            await unit.people.get(person_id)
            await unit.traces.forget_who(ask_id)
            await unit.cards.raise_wanted(ask_id)
    return bool(letters or handed_in)


async def _empty_some(store: Store, erasure_id: int) -> bool:
    """One short transaction's part of what is the person's; whether there may be more."""
    async with store.transaction() as unit:
        erasure = await unit.erasures.take(erasure_id)
        if erasure is None or erasure.person_id is None:
            return False
        gone = await unit.belongings.take_some(erasure.person_id)
        if gone:
            await unit.erasures.count(erasure, gone)
            return True
        if erasure.emptied_at is None:
            await unit.erasures.emptied(erasure)
        return False


async def _remove_letter(unit: Unit, erasure_id: int, ask_id: int, person_id: int) -> None:
    """The reader is locked first, as in each of their own turns, and decided about anew."""
    await unit.people.get(person_id)
    erasure = await unit.erasures.take(erasure_id)
    if erasure is not None:
        await unit.traces.remove_letter(ask_id, reader_id=person_id)
        await unit.erasures.count(erasure, {"messages to others": 1})
        await unit.visits.decide_again([person_id])


async def _tell(store: Store, erasure_id: int, tell: Tell) -> None:
    """Say that it has begun where nobody did. It is noted first: what may have been said is not said again."""
    async with store.transaction() as unit:
        erasure = await unit.erasures.take(erasure_id)
        if erasure is None or erasure.told_at is not None or unit.now < erasure.asked_at + REPLY_GRACE:
            return
        person = await unit.people.get(erasure.person_id) if erasure.person_id is not None else None
        await unit.erasures.told([erasure.id])
    if person is not None:
        await tell(person, erasure_id)


async def _remove_last(store: Store, erasure_id: int) -> bool:
    """The row of the person, once nothing waits for it any more; whether it is gone."""
    async with store.transaction() as unit:
        erasure = await unit.erasures.take(erasure_id)
        if erasure is None or erasure.emptied_at is None or erasure.told_at is None:
            return False
        if erasure.person_id is None:
            return True
        left = await unit.belongings.left(erasure.person_id)
        if left.cards or left.visits:
            return False
        await unit.belongings.remove_last(erasure.person_id)
        return True
