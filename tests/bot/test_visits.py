"""Visits over HTTP: what is due reaches the person, in their hours, once, and an answer stops what was to come."""

from datetime import timedelta

from coaching.asks import AskState
from dialogs.cards import words
from storage.deliveries import DeliveryState
from tests.bot.conftest import Chat
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
