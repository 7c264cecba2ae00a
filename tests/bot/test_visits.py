"""Visits over HTTP: what is due reaches the person, in their hours, once, and an answer stops what was to come."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import aiohttp
import pytest

from coaching.asks import Ask, AskKind, AskState, OnUnknown
from coaching.people import Person
from demo.teams import User
from dialogs.cards import words
from storage.deliveries import Delivery, DeliveryState
from tests.bot.conftest import Chat
from tests.bot.hands import DEBRIEF, button, press
from tests.bot.reading import answers_of
from tests.builders import Clock, add_ask, add_element
from tests.serving import eventually


async def test_a_due_reflection_arrives_is_answered_and_its_reminder_never_comes(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    await chat.write(aino, "moi")
    await chat.teams.until(lambda: bool(chat.teams.cards(aino)))
    before = set(chat.teams.cards(aino))
    clock.pass_by(hours=1)
    ask = await add_ask(chat.store, person, await add_element(chat.store, tenant=chat.teams.tenant))
    clock.pass_by(hours=2)

    await chat.teams.until(lambda: len(chat.teams.cards(aino)) > len(before))

    (card_at,) = set(chat.teams.cards(aino)) - before
    form = chat.teams.cards(aino)[card_at]
    assert "Mitä aioit tehdä?" in words(form)
    entries = {"intended": "a", "happened": "b", "next": "c"}
    answer = await chat.post(chat.teams.execute(aino, "submit", form["actions"][0]["data"] | entries, reply_to=card_at))
    assert "tallessa" in words(answer.body["value"])
    await eventually(lambda: told(chat, ask.id))
    clock.pass_by(days=10)
    async with chat.store.transaction() as unit:
        due = await unit.visits.due(person.tenant, limit=10)
        found = await unit.asks.get(ask.id)
        listed = await unit.deliveries.listed(person_id=person.id, state=None, limit=10)
    assert all(situation.decide(clock.now).visit is None for situation in due)
    assert found is not None
    assert found.state is AskState.ANSWERED
    assert [delivery.state for delivery in listed] == [DeliveryState.SENT]
    assert listed[0].slot_at - listed[0].due_at < timedelta(hours=3)


async def told(chat: Chat, ask_id: int) -> bool:
    """Whether the visit that brought the ask is settled."""
    async with chat.store.transaction() as unit:
        ask = await unit.asks.get(ask_id)
    return ask is not None and ask.told_at is not None


async def met(chat: Chat, name: str, **given: Any) -> tuple[User, Person]:
    """Somebody who has written to Sparri, and prefers the beginning of their day."""
    user, person = await chat.person(name, preferred=time(0), **given)
    await chat.write(user, "moi")
    async with chat.store.transaction() as unit:
        known = await unit.people.get(person.id)
    assert known is not None
    return user, known


async def due(chat: Chat, person: Person, key: str, **given: Any) -> Ask:
    """Something that is due now; of an element of its own."""
    kind = AskKind.REFLECTION if given.get("wants_answer", True) else AskKind.NOTICE
    element = await add_element(chat.store, key=key, title=key, tenant=chat.teams.tenant, kind=kind)
    return await add_ask(chat.store, person, element, **given)


async def ledger(chat: Chat, person: Person) -> list[Delivery]:
    """What was sent to a person, oldest first."""
    async with chat.store.transaction() as unit:
        return list(reversed(await unit.deliveries.listed(person_id=person.id, state=None, limit=100)))


async def is_settled(chat: Chat, person: Person, count: int) -> None:
    """Wait until so many deliveries to a person are settled."""

    async def settled() -> bool:
        rows = await ledger(chat, person)
        return len(rows) >= count and all(row.state is not DeliveryState.SENDING for row in rows)

    await eventually(settled)


def newest(chat: Chat, user: User) -> tuple[str, dict[str, Any]]:
    return list(chat.teams.cards(user).items())[-1]


async def test_what_came_together_is_one_card_whose_buttons_work(chat: Chat, clock: Clock) -> None:
    aino, person = await met(chat, "Aino Aalto")
    before = len(chat.teams.cards(aino))
    earlier = await due(chat, person, "Istunto 1")
    await is_settled(chat, person, 1)
    later = clock() + timedelta(days=2)
    leading = await due(chat, person, "Istunto 2", urgent=True, opens_at=later)
    await due(chat, person, "Uusi huone", wants_answer=False, opens_at=later)
    clock.pass_by(days=2)
    await is_settled(chat, person, 2)

    at, card = newest(chat, aino)
    assert len(chat.teams.cards(aino)) == before + 2
    for said in ("Istunto 2", "Uusi huone", "Muistutus: Istunto 1"):
        assert said in words(card)
    shown = await press(chat, aino, at, button(card, "show", ask=earlier.id))
    assert shown.card is None, "the form that leads stays where it is"
    await chat.teams.until(lambda: len(chat.teams.cards(aino)) == before + 3)
    other_at, other = newest(chat, aino)
    assert "Istunto 1" in words(other)
    await press(chat, aino, at, button(card, "submit", ask=leading.id), DEBRIEF)
    await press(chat, aino, other_at, button(other, "submit", ask=earlier.id), DEBRIEF)

    await chat.teams.until(lambda: all("tallessa" in words(chat.teams.cards(aino)[place]) for place in (at, other_at)))
    for ask in (leading, earlier):
        assert len(await answers_of(chat, ask.id)) == 1


@pytest.mark.parametrize("verb", ["later", "show", "submit"])
async def test_a_press_tells_that_an_unknown_visit_arrived_and_it_is_not_sent_again(
    chat: Chat, clock: Clock, verb: str
) -> None:
    aino, person = await met(chat, "Aino Aalto")
    ask = await due(chat, person, "Istunto 1", on_unknown=OnUnknown.RESEND)
    chat.teams.fail(502, conversation_id=aino.conversation_id, method="POST")
    await is_settled(chat, person, 1)
    (row,) = await ledger(chat, person)
    assert (row.state, row.again_at is not None) == (DeliveryState.UNKNOWN, True)
    entries = DEBRIEF if verb == "submit" else {}

    sparri = {"v": 1, "verb": verb, "ask": ask.id, "card": row.card_id, "revision": 1}
    await press(chat, aino, "1:arrived", {"sparri": sparri}, entries)

    clock.pass_by(minutes=5)
    _, another = await met(chat, "Bo Berg")
    await due(chat, another, "Istunto 9")
    await is_settled(chat, another, 1)
    (row,) = await ledger(chat, person)
    assert (row.state, row.reason) == (DeliveryState.SENT, "pressed")
    async with chat.store.transaction() as unit:
        now = await unit.asks.get(ask.id)
        shown = await unit.cards.get(row.card_id or 0)
    assert now is not None
    assert now.told_at is not None
    assert (now.put_off_until is not None) == (verb == "later")
    assert shown is not None
    assert shown.activity_id is not None


async def test_who_was_out_of_reach_is_visited_after_they_wrote(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    chat.teams.fail(403, body={"error": {"code": "MessageWritesBlocked"}}, conversation_id=aino.conversation_id)
    ask = await due(chat, person, "Istunto 1")
    await is_settled(chat, person, 1)
    assert (await ledger(chat, person))[0].reason == "blocked"

    await chat.write(aino, "apua")

    await is_settled(chat, person, 2)
    at, card = newest(chat, aino)
    assert button(card, "submit", ask=ask.id)
    assert at


async def test_who_removed_the_app_is_visited_after_they_install_it_again(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    await chat.post(chat.teams.uninstalled(aino))
    await due(chat, person, "Istunto 1")
    _, another = await met(chat, "Bo Berg")
    await due(chat, another, "Istunto 9")
    await is_settled(chat, another, 1)
    assert await ledger(chat, person) == []

    await chat.post(chat.teams.installed(aino))

    await is_settled(chat, person, 1)


async def test_the_farewell_and_the_way_back(chat: Chat) -> None:
    aino, person = await met(chat, "Aino Aalto")
    async with chat.store.transaction() as unit:
        await unit.people.save(replace(person, unanswered=6))
    ask = await due(chat, person, "Istunto 1")
    await is_settled(chat, person, 1)
    at, card = newest(chat, aino)
    assert "Hiljenen nyt" in words(card)

    said = await press(chat, aino, at, button(card, "open"))

    assert "Istunto 1" in said.words or "Istunto 1" in words(newest(chat, aino)[1])
    async with chat.store.transaction() as unit:
        back = await unit.people.get(person.id)
    assert back is not None
    assert (back.unanswered, back.told_of_stop) == (0, False)
    assert ask.id


async def test_the_metrics_tell_what_became_of_visits(chat: Chat) -> None:
    _, person = await met(chat, "Aino Aalto")
    await due(chat, person, "Istunto 1")
    await is_settled(chat, person, 1)

    async with aiohttp.ClientSession() as session, session.get(f"{chat.url}/metrics") as answer:
        said = await answer.text()

    for name in (
        "sparri_people_due",
        "sparri_people_unreachable",
        'sparri_visits_total{outcome="sent"',
        "sparri_skipped_asks",
        "sparri_visit_lateness_seconds_bucket",
        'sparri_slots_total{what="visit"}',
        "sparri_dead_letters_total",
        "sparri_unauthorised_total",
        "sparri_forgotten_people_total",
        "sparri_watchdog_rearms_total",
    ):
        assert name in said
