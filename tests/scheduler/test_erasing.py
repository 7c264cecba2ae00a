"""Erasing step by step: from wherever it was killed, beside other replicas, and with a visit on the wire."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from coaching.access import Matter
from coaching.asks import AskKind
from coaching.assignments import AssignmentFacts
from coaching.forms import Field, FieldKind, Form
from coaching.people import Person, Role
from scheduler.erasing import carry_on, erase_waiting
from scheduler.errands import bring_errands
from scheduler.outcomes import Outcome
from scheduler.pump import Pump
from storage.cards import Face, ShownCard
from storage.erasures import AskedBy, Erasure
from storage.errands import ErrandKind
from storage.store import Store
from storage.tables import asks, cards, erasures, metadata
from tests.bot.reading import rows_of
from tests.builders import Clock, add_ask, add_element, add_person
from tests.mortal import Killed, Mortal
from tests.scheduler.conftest import Coaching

FORM = Form(title="", fields=(Field(name="q1", kind=FieldKind.LONG_TEXT, label="", matter=Matter.REFLECTION),))


class Messenger:
    """Takes what the pump brings, and has it shown."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.faces: list[Face] = []

    async def bring_up_to_date(self, card: ShownCard) -> Outcome | None:
        async with self._store.transaction() as unit:
            self.faces.append(card.face)
            await unit.cards.shows(card.id, revision=card.wanted)
        return None


async def with_answers(store: Store, number: int, **given: Any) -> Person:
    """Somebody with so many answers."""
    person = await add_person(store, **given)
    element = await add_element(store, key=f"e{person.id}", questions=1)
    for occurrence in range(number):
        ask = await add_ask(store, person, element, occurrence=occurrence)
        async with store.transaction() as unit:
            known = await unit.people.get(person.id)
            assert known is not None
            person, cipher = await unit.cipher(known)
            await unit.answers.add(
                cipher, person_id=person.id, ask_id=ask.id, version=1, once="1", form=FORM, values={"q1": "Salaisuus"}
            )
    return person


async def ordered(store: Store, person: Person) -> int:
    async with store.transaction() as unit:
        known = await unit.people.get(person.id)
        assert known is not None
        return await unit.erasures.order(known, by=AskedBy.ADMINISTRATOR)


async def erasure(store: Store, number: int) -> Erasure:
    async with store.transaction() as unit:
        found = await unit.erasures.get(number)
    assert found is not None
    return found


async def rows(store: Store) -> dict[str, int]:
    """How many rows there are in each table that has any, but for the order itself."""
    async with store.transaction() as unit:
        counts = {
            table.name: len((await unit._connection.execute(select(table))).all()) for table in metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count and name != erasures.name}


async def test_an_erasure_that_was_killed_anywhere_is_carried_on(store: Store) -> None:
    bo = await with_answers(store, 1, email="bo@ministry.example", name="Bo Berg")
    others = await rows(store)
    aino = await with_answers(store, 120)
    number = await ordered(store, aino)

    lives, is_done = 1, False
    while not is_done:
        try:
            is_done = await carry_on(Mortal(store, lives=lives), number)
        except Killed:
            lives += 1

    assert lives > 3
    assert await rows(store) == others | {"elements": 2}
    done = await erasure(store, number)
    assert (done.counts["answers"], done.counts["asks"]) == (120, 120)
    async with store.transaction() as unit:
        known = await unit.people.get(bo.id)
        assert known is not None
        _, cipher = await unit.cipher(known)
        (ask,) = await unit.asks.open_of(bo.id)
        assert await unit.answers.newest(cipher, person_id=bo.id, ask_id=ask.id) == {"q1": "Salaisuus"}


async def test_nobody_finds_or_visits_them_from_the_order_on(coaching: Coaching) -> None:
    store = coaching.store
    person = await coaching.person()
    await coaching.ask(person)
    number = await ordered(store, person)
    assert await ordered(store, person) == number, "the same order again is the same one"

    await coaching.visit()

    assert coaching.wire.taken == []
    async with store.transaction() as unit:
        assert await unit.people.by_email(person.tenant, person.email or "") is None
        assert await unit.people.by_aad(person.tenant, person.aad_id or "") is None


async def test_several_replicas_erase_the_same_person_once(store: Store) -> None:
    person = await with_answers(store, 60)
    number = await ordered(store, person)

    await asyncio.gather(*(erase_waiting(store) for _ in range(4)))
    while not (await erasure(store, number)).ended_at:
        await erase_waiting(store)

    done = await erasure(store, number)
    assert (done.counts["answers"], done.counts["asks"]) == (60, 60)
    assert done.person_id is None


async def test_a_visit_on_the_wire_is_emptied_as_soon_as_it_has_arrived(coaching: Coaching) -> None:
    store = coaching.store
    person = await coaching.person()
    await coaching.ask(person)
    messenger = Messenger(store)
    pump = Pump(store, messenger, rate=50.0)
    coaching.wire.open.clear()
    await coaching.rounds.go()
    await coaching.wire.on_the_wire.wait()
    number = await ordered(store, person)
    assert not await carry_on(store, number), "it is still on the wire"
    assert (await erasure(store, number)).emptied_at is not None

    coaching.wire.open.set()
    await coaching.rounds.quiet()
    assert not await carry_on(store, number), "Teams still shows it"
    await pump.tick()

    assert await carry_on(store, number)
    assert messenger.faces == [Face.ERASED]
    assert (await rows(store)).keys() == {"tenants", "programmes", "elements"}


async def test_what_they_said_beside_something_else_goes_from_that_card_too(coaching: Coaching) -> None:
    store = coaching.store
    coach, aino = await coaching.person("Carita Coach", role=Role.COACH), await coaching.person()
    element = await add_element(store, key="try", kind=AskKind.ASSIGNMENT, assignment=AssignmentFacts())
    about = await add_ask(store, aino, element, told_at=store.now(), opens_at=store.now())
    async with store.transaction() as unit:
        known = await unit.people.get(coach.id)
        assert known is not None
        known, cipher = await unit.cipher(known)
        await unit.errands.add(cipher, kind=ErrandKind.ANSWER, ask_id=about.id, by_id=coach.id, words="Totta kai")
    other = await coaching.ask(aino, kind=AskKind.NOTICE)
    await bring_errands(store)
    await coaching.visit()
    (visit,) = coaching.wire.visits_to(aino)
    assert len(visit.parts) == 2, "both were said at once"

    assert await carry_on(store, await ordered(store, coach))

    (card,) = [row for row in await rows_of(coaching, cards) if row.person_id == aino.id]
    assert (card.ask_id, card.wanted) in {(other.id, 2), (None, 2)}
    left = [row.id for row in await rows_of(coaching, asks)]
    assert left == [about.id, other.id]


async def test_a_coach_who_had_named_them_in_a_form_names_them_no_more(store: Store) -> None:
    coach = await add_person(store, email="carita@ministry.example", name="Carita Coach", role=Role.COACH)
    aino = await add_person(store)
    ask = await add_ask(store, aino, await add_element(store))
    named = {"people": "Bo Berg; aino  AALTO,Aino.Aalto@ministry.example", "intro": "Aino Aalto kertoo", "to": ["e"]}
    async with store.transaction() as unit:
        card = await unit.cards.add(person_id=coach.id, ask_id=None, face=Face.BROADCAST)
        added = await unit.broadcasts.add(programme_id=ask.programme_id, author_id=coach.id, card_id=card.id)
        await unit.broadcasts.save(replace(added, entries=named))

    await carry_on(store, await ordered(store, aino))

    async with store.transaction() as unit:
        now = await unit.broadcasts.get(added.id)
        drawn = await unit.cards.get(card.id)
    assert now is not None
    assert drawn is not None
    assert now.entries == named | {"people": "Bo Berg"}, "what a coach tells their people stays theirs"
    assert drawn.wanted == 2


async def shown(store: Store, person: Person, number: int, ask_id: int | None = None) -> list[int]:
    """So many cards that Teams shows to somebody, the oldest first."""
    async with store.transaction() as unit:
        added = [await unit.cards.add(person_id=person.id, ask_id=ask_id) for _ in range(number)]
        for card in added:
            await unit.cards.shows(card.id, revision=1, activity_id=f"activity {card.id}")
    return [card.id for card in added]


async def test_cards_are_emptied_the_newest_first_and_one_by_one_as_teams_takes_them(store: Store) -> None:
    person = await add_person(store)
    card_ids = await shown(store, person, 120)

    await carry_on(store, await ordered(store, person))

    async with store.transaction() as unit:
        rows = (await unit._connection.execute(select(cards.c.id, cards.c.try_at).order_by(cards.c.try_at))).all()
    assert [row.id for row in rows] == card_ids[::-1]
    assert rows[0].try_at == store.now(), "the first at once"
    gaps = [after.try_at - before.try_at for before, after in pairwise(rows)]
    assert set(gaps) == {timedelta(seconds=0.6)}
    assert rows[89].try_at - rows[0].try_at < timedelta(seconds=54)


async def test_the_pump_brings_them_at_their_moments_whatever_else_is_behind(store: Store, clock: Clock) -> None:
    person = await add_person(store)
    card_ids = await shown(store, person, 5)
    messenger = Messenger(store)
    pump = Pump(store, messenger, rate=50.0)
    number = await ordered(store, person)
    assert not await carry_on(store, number)

    brought = []
    for _ in card_ids:
        await pump.tick()
        brought.append(len(messenger.faces))
        clock.pass_by(seconds=0.6)

    assert brought == [1, 2, 3, 4, 5]
    assert set(messenger.faces) == {Face.ERASED}
    assert await carry_on(store, number)


async def test_a_card_that_says_only_what_the_programme_says_is_left_as_it_is(coaching: Coaching) -> None:
    store = coaching.store
    person = await coaching.person()
    await coaching.ask(person, kind=AskKind.NOTICE)
    await coaching.visit()
    async with store.transaction() as unit:
        preview = await unit.belongings.preview(person.id)
    assert len(await rows_of(coaching, cards)) == 1
    assert preview.cards == 0

    assert await carry_on(store, await ordered(store, person))

    assert await rows_of(coaching, cards) == []


async def test_what_a_coach_sent_may_name_somebody_and_is_emptied(coaching: Coaching) -> None:
    store = coaching.store
    coach, person = await coaching.person("Carita Coach", role=Role.COACH), await coaching.person()
    ask = await coaching.ask(person, kind=AskKind.NOTICE)
    async with store.transaction() as unit:
        form = await unit.cards.add(person_id=coach.id, ask_id=None, face=Face.BROADCAST)
        sent = await unit.broadcasts.add(programme_id=ask.programme_id, author_id=coach.id, card_id=form.id)
        await unit.broadcasts.save(replace(sent, element_id=ask.source_id))
    await coaching.visit()

    assert not await carry_on(store, await ordered(store, person))

    (card,) = [row for row in await rows_of(coaching, cards) if row.person_id == person.id]
    assert card.face == Face.ERASED
