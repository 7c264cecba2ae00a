"""Errands brought: what one person's word set going becomes an ask of the other one's, and is told by a visit.

Each in a transaction of the one whom it concerns, who is locked first. Any number of processes may bring at once.
"""

from datetime import datetime

from coaching import assignments
from coaching.asks import AskKind
from coaching.sources import MESSAGE, unworded
from scheduler.each import another_may_be_faster, failing_alone
from storage.errands import ANSWERED_BY, TO_THE_COACH, Errand, ErrandKind
from storage.store import Store, Unit

#: Errands that are looked at in one go.
AT_ONCE = 50
_FEEDBACK = (ErrandKind.FEEDBACK, ErrandKind.ASKING)


async def bring_errands(store: Store) -> int:
    """Bring what waits; how many were brought. What fails stays, and is tried again the next time."""
    async with store.transaction() as unit:
        waiting = await unit.errands.waiting(limit=AT_ONCE)
    brought = 0
    for errand_id in waiting:
        with failing_alone("errand not brought", errand=errand_id), another_may_be_faster(errand=errand_id):
            brought += await _bring(store, errand_id)
    return brought


async def _bring(store: Store, errand_id: int) -> bool:
    async with store.transaction() as unit:
        errand = await unit.errands.get(errand_id)
    if errand is None:
        return False
    if errand.kind is ErrandKind.GROUP:
        await _tell_group(store, errand)
    async with store.transaction() as unit:
        to = await _addressee(unit, errand)
        if to is not None:
            await unit.people.get(to)
        if await unit.errands.take(errand_id) is None:
            return False
        if to is not None:
            await _change(unit, errand, unit.now)
            await _ask(unit, errand, to)
        await unit.errands.brought(errand_id)
    return True


async def _addressee(unit: Unit, errand: Errand) -> int | None:
    """Whose chat it goes to; None where to nobody's."""
    if errand.kind is ErrandKind.GROUP:
        return None
    if errand.kind is ErrandKind.REPLY:
        asked = await unit.errands.get(errand.answers_id or 0)
        return asked.by_id if asked else None
    if errand.kind in TO_THE_COACH:
        return await unit.errands.coach_of(errand.person_id, errand.programme_id)
    return errand.person_id


async def _change(unit: Unit, errand: Errand, now: datetime) -> None:
    """What the coach's word changes in the assignment that it is about."""
    if errand.kind not in (ErrandKind.DECISION, *_FEEDBACK):
        return
    ask = await unit.asks.get(errand.ask_id)
    if ask is None:
        return
    if errand.kind is ErrandKind.DECISION and errand.until is not None and errand.until > now:
        await unit.asks.save(assignments.given_time(ask, errand.until))
    if errand.kind in _FEEDBACK:
        await unit.assignments.advance(assignments.commented(await unit.assignments.get(ask.id)))
    await unit.cards.raise_wanted(ask.id)


async def _ask(unit: Unit, errand: Errand, to: int) -> None:
    """The ask by which it comes into their chat."""
    key = f"{MESSAGE}{errand.kind}"
    source = await unit.programmes.known(unworded(errand.programme_id, key, AskKind.MESSAGE))
    wants_answer = errand.kind in ANSWERED_BY
    await unit.asks.add(
        person_id=to, element=source, occurrence=errand.id, wants_answer=wants_answer, urgent=True, opens_at=unit.now
    )


async def _tell_group(store: Store, errand: Errand) -> None:
    """The others of the group have it done, and nothing reminds them any more; safe to begin again."""
    async with store.transaction() as unit:
        ask = await unit.asks.get(errand.ask_id)
        others = await unit.errands.of_the_group(ask) if ask is not None else []
    for person_id, ask_id in others:
        async with store.transaction() as unit:
            await unit.people.get(person_id)
            theirs = await unit.asks.get(ask_id)
            if theirs is None:
                continue
            progress = await unit.assignments.get(ask_id)
            done = assignments.done_for_group(theirs, progress, errand.by_id, unit.now)
            if done is not None:
                await unit.asks.save(done[0])
                await unit.assignments.advance(done[1])
                await unit.cards.raise_wanted(ask_id)
