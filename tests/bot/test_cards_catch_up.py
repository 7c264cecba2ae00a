"""Cards catch up: what Teams shows comes to what it should show, however often Teams says no in between."""

from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from coaching.asks import Ask
from coaching.people import Person
from demo.teams import Sent, User
from dialogs.cards import words
from scheduler.outcomes import HOLD_UNAUTHORISED
from scheduler.pump import FIRST_RETRY
from storage.cards import CARD_GRACE
from storage.tables import cards
from tests.bot.conftest import Chat
from tests.bot.hands import Way, button, press
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock, add_ask, add_element
from tests.serving import eventually

RECEIPT = "Vastauksesi on tallessa"


@pytest.fixture
async def aino(chat: Chat) -> tuple[User, Person, Ask]:
    """Aino, who has one ask with one question, and two cards of it in her chat."""
    user, person = await chat.person("Aino Aalto")
    ask = await add_ask(chat.store, person, await add_element(chat.store, questions=1, tenant=chat.teams.tenant))
    for _ in range(2):
        await chat.write(user, "auki")
    await until_rows(chat, lambda row: row.activity_id is not None)
    return user, person, ask


async def until_rows(chat: Chat, holds: Any) -> None:
    """Waits until every card's row is so."""

    async def all_so() -> bool:
        return all(holds(row) for row in await rows_of(chat, cards))

    await eventually(all_so)


def changes(chat: Chat) -> list[Sent]:
    """The calls that change a message."""
    return [call for call in chat.teams.sent if call.method == "PUT"]


async def test_a_typed_answer_makes_every_card_of_its_ask_a_receipt(
    chat: Chat, clock: Clock, aino: tuple[User, Person, Ask]
) -> None:
    user, _, ask = aino
    await chat.write(user, "Kuuntelin")
    assert [RECEIPT in words(card) for card in chat.teams.cards(user).values()] == [False, False]

    clock.now += CARD_GRACE

    await chat.teams.until(lambda: all(RECEIPT in words(card) for card in chat.teams.cards(user).values()))
    assert await answers_of(chat, ask.id) == [{"q1": "Kuuntelin"}]


async def test_a_press_on_one_card_makes_the_other_a_receipt_too(
    chat: Chat, clock: Clock, aino: tuple[User, Person, Ask]
) -> None:
    user, _, _ = aino
    at, card = next(iter(chat.teams.cards(user).items()))
    values = card["actions"][0]["data"] | {"q1": "Kuuntelin"}
    await chat.post(chat.teams.submit(user, values, reply_to=at))

    clock.now += CARD_GRACE

    await chat.teams.until(lambda: all(RECEIPT in words(card) for card in chat.teams.cards(user).values()))


@pytest.mark.parametrize(
    ("status", "headers", "waits"),
    [
        pytest.param(503, {}, FIRST_RETRY, id="Teams fails"),
        pytest.param(429, {}, FIRST_RETRY, id="too many"),
        pytest.param(429, {"Retry-After": "60"}, timedelta(seconds=60), id="too many, for a minute"),
        pytest.param(412, {"Retry-After": "2"}, FIRST_RETRY, id="asks for less than we wait anyway"),
    ],
)
async def test_what_teams_does_not_take_now_is_tried_again_and_not_before(
    chat: Chat, clock: Clock, aino: tuple[User, Person, Ask], status: int, headers: dict[str, str], waits: timedelta
) -> None:
    user, _, _ = aino
    chat.teams.fail(status, headers=headers, method="PUT", times=2)
    await chat.write(user, "Kuuntelin")
    clock.now += CARD_GRACE
    await until_rows(chat, lambda row: row.attempts == 1)

    assert {row.try_at for row in await rows_of(chat, cards)} == {clock.now + waits}
    assert len(changes(chat)) == 2
    clock.now += waits
    await chat.teams.until(lambda: all(RECEIPT in words(card) for card in chat.teams.cards(user).values()))

    assert len(changes(chat)) == 4


@pytest.mark.parametrize("status", [404, 403, 413], ids=["gone", "blocked", "refused"])
async def test_a_card_that_can_never_be_changed_is_given_up(
    chat: Chat, clock: Clock, aino: tuple[User, Person, Ask], status: int
) -> None:
    user, _, _ = aino
    chat.teams.fail(status, method="PUT")
    await chat.write(user, "Kuuntelin")
    clock.now += CARD_GRACE

    await until_rows(chat, lambda row: row.shown == row.wanted)

    assert sorted(call.status for call in changes(chat)) == [200, status]


def counted(metric: str) -> float:
    """What a counter shows."""
    return REGISTRY.get_sample_value(metric) or 0.0


@pytest.mark.parametrize("status", [400, 413])
async def test_a_card_that_teams_refuses_raises_an_alarm_and_the_person_is_told_that_the_answer_is_stored(
    chat: Chat, aino: tuple[User, Person, Ask], status: int
) -> None:
    before = counted("sparri_dead_letters_total")
    user, _, ask = aino
    at, card = next(iter(chat.teams.cards(user).items()))
    chat.teams.fail(status, method="PUT")

    said = await press(chat, user, at, button(card, "submit"), {"q1": "Kuuntelin"}, way=Way.SUBMIT)

    assert (said.words, said.card) == (f"{RECEIPT}.", None)
    assert await answers_of(chat, ask.id) == [{"q1": "Kuuntelin"}]
    assert counted("sparri_dead_letters_total") == before + 1


async def test_a_card_is_not_given_up_because_our_own_token_is_refused(
    chat: Chat, clock: Clock, aino: tuple[User, Person, Ask]
) -> None:
    before = counted("sparri_unauthorised_total")
    user, _, _ = aino
    chat.teams.fail(401, method="PUT", times=2)
    await chat.write(user, "Kuuntelin")

    clock.now += CARD_GRACE

    await until_rows(chat, lambda row: row.attempts == 1)
    assert [row.wanted - row.shown for row in await rows_of(chat, cards)] == [1, 1]
    assert {row.try_at for row in await rows_of(chat, cards)} == {clock.now + HOLD_UNAUTHORISED}
    assert counted("sparri_unauthorised_total") == before + 2


async def test_a_card_of_somebody_without_an_address_is_given_up(chat: Chat, clock: Clock) -> None:
    _, person = await chat.person("Eero Esimerkki")
    ask = await add_ask(chat.store, person, await add_element(chat.store, tenant=chat.teams.tenant))
    async with chat.store.transaction() as unit:
        card = await unit.cards.add(person_id=person.id, ask_id=ask.id)
        await unit.cards.found_at(card.id, "1:somewhere")
    clock.now += CARD_GRACE

    await until_rows(chat, lambda row: row.shown == row.wanted)

    assert changes(chat) == []
