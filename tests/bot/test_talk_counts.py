"""How discussions stand, over HTTP: numbers of enough pairs for the owner of that programme, and for nobody else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coaching import talks
from coaching.asks import Element
from coaching.people import Role
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.bot.hands import last_card, say
from tests.bot.talking import Some, discussion, is_led_by, somebody, takes_part
from tests.bot.test_talks import to_hold
from tests.builders import Clock, add_person, in_all

UNITS = {"Yksityisoikeus": 6, "Rikosoikeus": 5, "Hallinto": 2}


@pytest.fixture
async def stage(chat: Chat) -> Element:
    """A stage with thirteen pairs in three units, led by Pekka."""
    pekka = await somebody(chat, "Pekka Ylijoki", role=Role.MANAGER)
    element = await discussion(chat)
    for unit, number in UNITS.items():
        for each in range(number):
            email = f"{unit}.{each}@ministry.example".lower()
            person = await add_person(
                chat.store, tenant=chat.teams.tenant, name=f"{unit} {each}", email=email, unit=unit
            )
            some = Some(user=pekka.user, person=person)
            await is_led_by(chat, some, pekka)
            await takes_part(chat, some, element)
            await to_hold(chat, some, pekka, element)
    return element


async def change(chat: Chat, clock: Clock, unit: str, how: Any, *, count: int) -> None:
    """Some discussions of a unit change."""
    async with chat.store.transaction() as store_unit:
        changed = 0
        for number in range(1, 40):
            talk = await store_unit.talks.get(number)
            person = await store_unit.people.look(talk.participant_id) if talk is not None else None
            if talk is not None and person is not None and person.unit == unit and changed < count:
                await store_unit.talks.save(how(talk, clock))
                changed += 1


def booked(talk: talks.Talk, clock: Clock) -> talks.Talk:
    return talks.booked(talk, date(2026, 12, 1), today=clock.now.date())


def held(talk: talks.Talk, clock: Clock) -> talks.Talk:
    return talks.held(talk, clock.now.date(), talk.participant_id, today=clock.now.date(), now=clock.now)


def summed_up(talk: talks.Talk, clock: Clock) -> talks.Talk:
    return talks.summarised(held(talk, clock), clock.now)


async def owner_of(chat: Chat, element: Element, name: str = "Outi Omistaja") -> Some:
    owner = await somebody(chat, name, role=Role.OWNER)
    await takes_part(chat, owner, element, role=Role.OWNER)
    return owner


async def test_the_owner_sees_numbers_by_unit_and_no_names(chat: Chat, stage: Element, clock: Clock) -> None:
    owner = await owner_of(chat, stage)
    await change(chat, clock, "Yksityisoikeus", booked, count=2)
    await change(chat, clock, "Rikosoikeus", held, count=3)
    await change(chat, clock, "Hallinto", summed_up, count=1)

    said = await say(chat, owner.user, "keskustelujen tilanne")

    assert "Palautekeskustelu (fi)" in said
    assert "Kaikki yhteensä: 13 paria. Molemmat valmistautuneet 0, päivä sovittu 2, pidetty 4, näistä" in said
    assert "Yksityisoikeus: 6 paria. Molemmat valmistautuneet 0, päivä sovittu 2, pidetty 0" in said
    assert "Muut yksiköt yhteensä: 7 paria. Molemmat valmistautuneet 0, päivä sovittu 0, pidetty 4, näistä" in said
    assert "Hallinto" not in said
    assert "Rikosoikeus" not in said
    assert "Pekka" not in said


async def test_who_has_left_is_counted_no_more(chat: Chat, stage: Element) -> None:
    owner = await owner_of(chat, stage)
    async with chat.store.transaction() as unit:
        for number in range(1, 40):
            talk = await unit.talks.get(number)
            if talk is not None and number % 2:
                await unit.members.leave(stage.programme_id, talk.participant_id)

    said = await say(chat, owner.user, "keskustelujen tilanne")

    assert "Kaikki yhteensä: 6 paria" in said
    assert "Yksityisoikeus" not in said


async def test_both_have_prepared_where_both_have(chat: Chat, stage: Element) -> None:
    owner = await owner_of(chat, stage)
    async with chat.store.transaction() as unit:
        talk = await unit.talks.get(1)
        assert talk is not None
        notes = await unit.programmes.add_element(replace(stage, id=0, key=f"talks:{stage.key}", kind=stage.kind.NOTES))
        for person_id, element, occurrence in (
            (talk.participant_id, stage, 0),
            (talk.manager_id, notes, talk.participant_id),
        ):
            ask = await unit.asks.add(person_id=person_id, element=element, occurrence=occurrence)
            await unit.asks.save(replace(ask, state=type(ask.state).ANSWERED, version=1, answered_at=unit.now))

    said = await say(chat, owner.user, "keskustelujen tilanne")

    assert "Kaikki yhteensä: 13 paria. Molemmat valmistautuneet 1," in said


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.OWNER])
async def test_nobody_else_sees_the_numbers(chat: Chat, stage: Element, role: Role) -> None:
    other = await somebody(chat, "Joku Muu", role=role)
    await takes_part(chat, other, stage, role=role)

    said = await say(chat, other.user, "keskustelujen tilanne")

    assert "vain ohjelman omistaja" in said
    assert "paria" not in said


async def test_an_owner_of_another_programme_sees_that_one_alone(chat: Chat, stage: Element) -> None:
    async with chat.store.transaction() as unit:
        number = await unit.programmes.add(tenant=chat.teams.tenant, key="other", name=in_all("Muu"))
        other = await unit.programmes.add_element(replace(stage, id=0, programme_id=number))
    owner = await owner_of(chat, other)

    await say(chat, owner.user, "keskustelujen tilanne")

    _, card = last_card(chat, owner.user)
    assert "Pareja on alle 5" in words(card)
    assert "paria" not in words(card)


async def test_an_owner_who_has_left_sees_nothing(chat: Chat, stage: Element) -> None:
    owner = await owner_of(chat, stage)
    async with chat.store.transaction() as unit:
        await unit.members.leave(stage.programme_id, owner.person.id)

    assert "vain ohjelman omistaja" in await say(chat, owner.user, "keskustelujen tilanne")


async def test_help_tells_an_owner_of_it(chat: Chat, stage: Element) -> None:
    owner = await owner_of(chat, stage)

    assert "Ohjelman omistajalle" in await say(chat, owner.user, "ohje")
