"""Pooling: those whom somebody picked are asked, a few at a time, and when a question closes its answers come together.

Any number of processes may do this: whoever comes goes on where the last one was.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from coaching.asks import Ask, AskState, OnUnknown
from coaching.people import Person
from coaching.pooled import KEPT, Voice, pooled
from scheduler.each import another_may_be_faster, bit_by_bit, failing_alone
from storage.keys import KeyLost
from storage.pools import Pool
from storage.sealing import Cipher
from storage.store import Store, Unit

#: Questions that are looked at in one go, and people whom one transaction asks or forgets: it is short.
AT_ONCE, PEOPLE_AT_ONCE = 50, 10


async def ask_teams(store: Store) -> None:
    """Ask those who were picked and were not asked yet."""
    async with store.transaction() as unit:
        found = await unit.pools.waiting(limit=AT_ONCE)
    await _each(store, found, _ask_some)


async def close_pools(store: Store) -> None:
    """Bring what came of the questions whose closing time has come to those who asked."""
    async with store.transaction() as unit:
        found = await unit.pools.due(limit=AT_ONCE)
    for pool_id in found:
        await _open_keys(store, pool_id)
    await _each(store, found, _close)


async def forget_pools(store: Store) -> None:
    """Erase what is kept of those who were asked in questions that closed long enough ago."""
    async with store.transaction() as unit:
        found = await unit.pools.kept(before=unit.now - KEPT, limit=AT_ONCE)
    await _each(store, found, _forget_some)


async def _each(store: Store, pool_ids: Sequence[int], some: Callable[[Unit, Pool], Awaitable[bool]]) -> None:
    """Do all that there is to do of each, some at a time. One that fails stops no other, and is tried again."""
    for pool_id in pool_ids:
        with failing_alone("question to a team left as it is", pool=pool_id), another_may_be_faster(pool=pool_id):
            await bit_by_bit(store, partial(_some_of, pool_id, some))


async def _some_of(pool_id: int, some: Callable[[Unit, Pool], Awaitable[bool]], unit: Unit) -> bool:
    pool = await unit.pools.get(pool_id)
    return pool is None or await some(unit, pool)


async def _ask_some(unit: Unit, pool: Pool) -> bool:
    """Ask some of those who are left; whether nobody is."""
    ids = await unit.pools.unasked(pool.id, limit=PEOPLE_AT_ONCE)
    people = await unit.people.by_ids(ids)
    locked = await unit.pools.take(pool.id)
    if locked is None or locked.closed_at is not None or locked.closes_at <= unit.now:
        return True
    left = set(await unit.pools.unasked(pool.id, limit=len(ids) + 1))
    source = await unit.programmes.element(locked.question_id)
    for id in (id for id in people if id in left):
        await unit.asks.add(
            person_id=id,
            element=source,
            occurrence=locked.id,
            opens_at=locked.opens_at or unit.now,
            closes_at=locked.closes_at,
        )
    await unit.pools.asked(pool.id, ids)
    return len(ids) < PEOPLE_AT_ONCE


async def _open_keys(store: Store, pool_id: int) -> None:
    """Have the keys of those who may have answered at hand, so that the writer is not held while they are fetched."""
    async with store.transaction() as unit:
        people = await unit.people.by_ids(await unit.pools.team(pool_id))
    for person in people.values():
        with suppress(KeyLost):
            if person.key_id is not None:
                await store.keys.known(person.key_id)


async def _close(unit: Unit, pool: Pool) -> bool:
    """Put the answers together, seal them for the asker, and tell them; all in one."""
    team = await unit.pools.team(pool.id)
    people = await unit.people.by_ids({*team, *([pool.asker_id] if pool.asker_id else [])})
    locked = await unit.pools.take(pool.id)
    if locked is None or locked.closed_at is not None or locked.closes_at > unit.now:
        return True
    source = await unit.programmes.element(locked.question_id)
    asks = await unit.pools.asks_of(locked, team)
    voices = await _voices(unit, asks, people)
    threshold = source.pooled.threshold if source.pooled else len(team) + 1
    result = pooled(voices, threshold=threshold, salt=str(locked.id))
    asker = people.get(locked.asker_id or 0)
    cipher = await _key_of(unit, asker) if asker is not None else None
    if asker is not None and cipher is not None:
        answers = await unit.programmes.element(locked.answers_id)
        await unit.asks.add(
            person_id=asker.id,
            element=answers,
            occurrence=locked.id,
            wants_answer=False,
            urgent=True,
            on_unknown=OnUnknown.RESEND,
            opens_at=unit.now,
        )
    await unit.pools.close(cipher, locked, result)
    await unit.cards.raise_all([ask.id for ask in asks])
    return True


async def _key_of(unit: Unit, person: Person) -> Cipher | None:
    """Their key; None where it was destroyed, for they are being erased."""
    with suppress(KeyLost):
        return (await unit.cipher(person))[1]
    return None


async def _voices(unit: Unit, asks: Sequence[Ask], people: Mapping[int, Person]) -> list[Voice]:
    """What they answered, with their number where their name may stand beside it.

    Without those who did not answer, and what nobody can open any more.
    """
    answered = {ask.id: people[ask.person_id] for ask in asks if ask.state is AskState.ANSWERED}
    given = await unit.hand_ins.given([*answered], ["answer", "named"])
    found = []
    for ask_id, person in answered.items():
        values = await unit.opened(person, given.get(ask_id, ()))
        if "answer" in values:
            found.append(Voice(value=values["answer"], by=str(person.id) if values.get("named") is True else ""))
    return found


async def _forget_some(unit: Unit, pool: Pool) -> bool:
    """Forget some of those who were asked; whether nobody is left."""
    ids = (await unit.pools.team(pool.id))[:PEOPLE_AT_ONCE]
    await unit.people.by_ids(ids)
    await unit.pools.forget(pool, ids)
    if len(ids) == PEOPLE_AT_ONCE:
        return False
    await unit.pools.forgotten(pool.id)
    return True
