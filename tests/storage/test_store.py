"""The unit of work on both databases: what was written is there, sealed, and no writer undoes another."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import StatementError

from coaching.access import Matter
from coaching.asks import answered
from coaching.forms import Field, FieldKind, Form
from storage.answers import Draft
from storage.cards import Face
from storage.conversations import Dialog, DialogKind, activity_key
from storage.store import AlreadyThere, Store, Unit
from tests.builders import TENANT, add_ask, add_element, add_person

FORM = Form(
    title="Istunto 1",
    fields=(Field(name="next", kind=FieldKind.LONG_TEXT, label="Mitä seuraavaksi?", matter=Matter.REFLECTION),),
)


async def store_answer(unit: Unit, person_id: int, ask_id: int, text: str, once: str) -> None:
    person, ask = await unit.people.get(person_id), await unit.asks.get(ask_id)
    assert person is not None
    assert ask is not None
    person, cipher = await unit.cipher(person)
    done = answered(ask, person.id, unit.now)
    await unit.answers.add(
        cipher, person_id=person.id, ask_id=ask_id, version=done.version, once=once, form=FORM, values={"next": text}
    )
    await unit.asks.save(done)


async def test_two_writers_of_one_ask_keep_both_the_answer_and_the_reminder(store: Store) -> None:
    aino = await add_person(store)
    ask = await add_ask(store, aino, await add_element(store))

    async def the_person_answers(number: int) -> None:
        async with store.transaction() as unit:
            await store_answer(unit, aino.id, ask.id, f"Kokeilin {number}", once=f"press {number}")

    async def the_scheduler_puts_off() -> None:
        async with store.transaction() as unit:
            await unit.people.get(aino.id)
            found = await unit.asks.get(ask.id)
            assert found is not None
            await unit.asks.save(replace(found, due_at=(found.due_at or unit.now) + timedelta(days=1)))

    await asyncio.gather(
        *(the_person_answers(number) for number in range(10)), *(the_scheduler_puts_off() for _ in range(10))
    )

    async with store.transaction() as unit:
        after = await unit.asks.get(ask.id)
        assert after is not None
        assert after.version == 10
        assert after.due_at == unit.now + timedelta(days=10)
        _, cipher = await unit.cipher((await unit.people.get(aino.id)) or aino)
        texts = [
            (await unit.answers.read(cipher, person_id=aino.id, ask_id=ask.id, version=version))["next"]
            for version in range(1, 11)
        ]
    assert sorted(texts) == sorted(f"Kokeilin {number}" for number in range(10))


async def test_a_unit_that_fails_leaves_nothing(store: Store) -> None:
    aino = await add_person(store)
    ask = await add_ask(store, aino, await add_element(store))

    with pytest.raises(RuntimeError):
        async with store.transaction() as unit:
            await store_answer(unit, aino.id, ask.id, "Katosi", once="press")
            raise RuntimeError

    async with store.transaction() as unit:
        assert await unit.answers.latest(ask.id) is None


async def test_the_same_press_cannot_be_stored_twice(store: Store) -> None:
    aino = await add_person(store)
    ask = await add_ask(store, aino, await add_element(store))
    async with store.transaction() as unit:
        await store_answer(unit, aino.id, ask.id, "Kerran", once="press")

    with pytest.raises(AlreadyThere):
        async with store.transaction() as unit:
            await store_answer(unit, aino.id, ask.id, "Kerran", once="press")


async def test_a_naive_time_is_refused(store: Store) -> None:
    aino = await add_person(store)

    with pytest.raises(StatementError, match="without a zone"):
        async with store.transaction() as unit:
            await unit.people.save(replace(aino, paused_until=datetime(2026, 12, 24)))  # noqa: DTZ001


async def test_the_same_ask_cannot_be_made_twice(store: Store) -> None:
    aino = await add_person(store)
    element = await add_element(store)
    await add_ask(store, aino, element)

    with pytest.raises(AlreadyThere):
        await add_ask(store, aino, element)


async def test_an_open_ask_whose_time_is_over_is_not_open(store: Store) -> None:
    aino = await add_person(store)
    await add_ask(store, aino, await add_element(store, key="over"), closes_at=store.now() - timedelta(seconds=1))
    open_one = await add_ask(
        store, aino, await add_element(store, key="open"), closes_at=store.now() + timedelta(days=1)
    )

    async with store.transaction() as unit:
        assert [ask.id for ask in await unit.asks.open_of(aino.id)] == [open_one.id]


async def test_drafts_dialogs_and_replies_come_back_as_they_were(store: Store) -> None:
    aino = await add_person(store)
    ask = await add_ask(store, aino, await add_element(store))
    draft = Draft(index=1, entries={"intended": "Kuuntelen ensin"}, typed_in={"intended": ["act-1"]})
    dialog = Dialog(kind=DialogKind.WHICH_ASK, ask_id=ask.id, kept=[{"text": "Kumpaan?", "message": "act-2"}])
    key = activity_key("a:1", "aad-1", "act-1")

    async with store.transaction() as unit:
        person, cipher = await unit.cipher(aino)
        for _ in range(2):
            await unit.drafts.save(cipher, draft, person_id=person.id, ask_id=ask.id)
            await unit.dialogs.save(cipher, dialog, person.id)
        await unit.turns.add(cipher, [{"part": "Text", "text": "Kiitos"}], person_id=person.id, activity=key)

    async with store.transaction() as unit:
        assert await unit.drafts.of(cipher, person.id) == {ask.id: draft}
        assert await unit.dialogs.get(cipher, person.id) == dialog
        turn = await unit.turns.known(cipher, person_id=person.id, activity=key)
    assert turn is not None
    assert turn.said == [{"part": "Text", "text": "Kiitos"}]
    assert not turn.replied


async def test_a_card_is_behind_until_it_shows_what_is_wanted(store: Store) -> None:
    aino = await add_person(store)
    ask = await add_ask(store, aino, await add_element(store))
    async with store.transaction() as unit:
        card = await unit.cards.add(person_id=aino.id, ask_id=ask.id)
        await unit.cards.shows(card.id, revision=1, activity_id="1700000000001")
        (raised,) = await unit.cards.raise_wanted(ask.id)

    async with store.transaction(store.now() + timedelta(minutes=1)) as unit:
        assert [found.id for found in await unit.cards.take_behind(TENANT, limit=10, lease=timedelta())] == [card.id]
        await unit.cards.shows(card.id, revision=raised.wanted)
        assert await unit.cards.take_behind(TENANT, limit=10, lease=timedelta()) == []
        edited = await unit.cards.turn_over(raised, Face.EDIT)
        assert await unit.cards.get(card.id) == replace(edited, shown=raised.wanted, activity_id="1700000000001")
