"""Pools as rows: whom one may ask, who opens what came of it, and what is left after a kill or beside a replica."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from coaching.access import Matter
from coaching.asks import Ask, AskKind, answered
from coaching.elements import Question
from coaching.forms import Field, FieldKind, Form
from coaching.people import Person
from coaching.pooled import KEPT, PooledQuestion
from scheduler.pooling import ask_teams, close_pools, forget_pools
from storage.keys import Unreadable
from storage.pools import SEALED, Pool
from storage.spoken import Spoken
from storage.store import Store
from storage.tables import asks, cards, pools, submissions, teammates
from tests.bot.reading import rows_of
from tests.builders import Clock, add_element, add_person, in_all
from tests.mortal import Killed, Mortal

FORM = Form(title="", fields=(Field(name="answer", kind=FieldKind.LONG_TEXT, label="", matter=Matter.TEAM_ANSWER),))
QUESTION = PooledQuestion(question=Question(id="q", text=in_all("Mitä odotat?")))


class Rows:
    """A store whose rows can be read."""

    def __init__(self, store: Store) -> None:
        self.store = store


async def begun(store: Store, clock: Clock, *, team: int) -> tuple[Person, list[Person], Pool]:
    """Aino's question to so many, who were picked and not asked yet."""
    aino = await add_person(store)
    people = [await add_person(store, email=f"n{each}@ministry.example", name=f"N {each}") for each in range(team)]
    element = await add_element(store, kind=AskKind.ASSIGNMENT)
    async with store.transaction() as unit:
        pool = await unit.pools.begin(
            asker_id=aino.id, about=element, asked=QUESTION, closes_at=clock.now + timedelta(days=7)
        )
        await unit.pools.add(pool.id, [each.id for each in people])
    return aino, people, pool


async def asks_of(store: Store, pool: Pool, people: Sequence[Person]) -> list[Ask]:
    async with store.transaction() as unit:
        return await unit.pools.asks_of(pool, [each.id for each in people])


async def answer(store: Store, ask: Ask, text: str) -> None:
    async with store.transaction() as unit:
        known = await unit.people.get(ask.person_id)
        assert known is not None
        person, cipher = await unit.cipher(known)
        done = answered(ask, person.id, unit.now)
        await unit.answers.add(
            cipher, person_id=person.id, ask_id=ask.id, version=1, once="1", form=FORM, values={"answer": text}
        )
        await unit.asks.save(done)


async def killed_until_done(store: Store, *, what: str) -> int:
    """Carry on after one kill after another, each a transaction later; how many there were."""
    for lives in range(1, 100):
        mortal = Mortal(store, lives=lives)
        try:
            match what:
                case "ask":
                    await ask_teams(mortal)
                case "close":
                    await close_pools(mortal)
                case _:
                    await forget_pools(mortal)
        except Killed:
            continue
        return lives
    raise AssertionError("never done")


async def test_wherever_it_is_killed_each_is_asked_once_the_asker_told_once_and_all_forgotten(
    store: Store, clock: Clock
) -> None:
    aino, people, pool = await begun(store, clock, team=25)

    kills = await killed_until_done(store, what="ask")
    for ask in await asks_of(store, pool, people):
        await answer(store, ask, "Rauhaa")
    clock.pass_by(days=8)
    await killed_until_done(store, what="close")

    assert kills == 3
    rows = await rows_of(Rows(store), asks)
    assert len([row for row in rows if row.kind == AskKind.TEAM_QUESTION]) == 25
    assert [row.person_id for row in rows if row.kind == AskKind.TEAM_ANSWERS] == [aino.id]
    clock.now += KEPT
    await killed_until_done(store, what="forget")
    assert await rows_of(Rows(store), teammates) == []
    assert await rows_of(Rows(store), submissions) == []
    assert [row.kind for row in await rows_of(Rows(store), asks)] == [AskKind.TEAM_ANSWERS]
    (left,) = await rows_of(Rows(store), pools)
    assert left.erased_at is not None


async def test_of_several_processes_one_asks_and_one_tells(store: Store, clock: Clock) -> None:
    await begun(store, clock, team=15)

    await asyncio.gather(*(ask_teams(store) for _ in range(4)))
    clock.pass_by(days=8)
    await asyncio.gather(*(close_pools(store) for _ in range(4)))
    await asyncio.gather(*(ask_teams(store) for _ in range(4)))

    kinds = [row.kind for row in await rows_of(Rows(store), asks)]
    assert (kinds.count(AskKind.TEAM_QUESTION), kinds.count(AskKind.TEAM_ANSWERS)) == (15, 1)


@pytest.mark.parametrize("number", [0, 4, 5, 6])
async def test_the_answers_are_for_the_asker_alone_and_only_where_they_are_enough(
    store: Store, clock: Clock, number: int
) -> None:
    aino, people, pool = await begun(store, clock, team=6)
    await ask_teams(store)
    for ask in (await asks_of(store, pool, people))[:number]:
        await answer(store, ask, "Rauhaa")
    clock.pass_by(days=8)
    await close_pools(store)

    (row,) = await rows_of(Rows(store), pools)
    assert (row.is_enough, row.sealed is not None) == (number >= 5, number >= 5)
    async with store.transaction() as unit:
        said: dict[int, Spoken | None] = {each.id: await unit.speech.came_of(pool, each.id) for each in (aino, *people)}
        for each in people:
            known = await unit.people.get(each.id)
            assert known is not None
            _, cipher = await unit.cipher(known)
            if row.sealed is not None:
                with pytest.raises(Unreadable):
                    cipher.unseal(row.sealed, person_id=aino.id, column=SEALED, row=pool.id)
    own = said.pop(aino.id)
    assert set(said.values()) == {None}
    assert own is not None
    assert (own.is_enough, own.pooled is not None) == (number >= 5, number >= 5)
    assert own.pooled is None or [voice.value for voice in own.pooled.voices] == ["Rauhaa"] * number


async def test_what_is_picked_after_the_closing_is_asked_of_nobody(store: Store, clock: Clock) -> None:
    await begun(store, clock, team=3)
    clock.pass_by(days=8)

    await ask_teams(store)

    assert await rows_of(Rows(store), asks) == []
    assert await rows_of(Rows(store), cards) == []


async def test_one_may_ask_ones_unit_and_those_whom_one_manages_and_nobody_else(store: Store) -> None:
    aino = await add_person(store, unit="Talous")
    same = await add_person(store, unit="Talous", email="same@ministry.example", name="Same")
    managed = await add_person(store, unit="Muu", manager_id=aino.id, email="managed@ministry.example", name="Managed")
    other = await add_person(store, unit="Muu", email="other@ministry.example", name="Other")
    await add_person(store, unit="Talous", email="waiting@ministry.example", name="Waiting", admitted_at=None)
    await add_person(store, unit="Talous", tenant="another", email="far@ministry.example", name="Far")

    async with store.transaction() as unit:
        near = await unit.pools.colleagues(aino, limit=10)
        named = await unit.pools.colleagues_named(
            aino, names=["Other", "Same", "FAR@ministry.example"], ids=[managed.id, other.id]
        )
        of_nobody = await unit.pools.colleagues(other, limit=10)
        lonely = await unit.pools.colleagues(await unit.people.add(Person(id=0, tenant=aino.tenant)), limit=10)

    assert [each.id for each in near] == [managed.id, same.id]
    assert [each.id for each in named] == [managed.id, same.id]
    assert [each.id for each in of_nobody] == [managed.id]
    assert lonely == []
