"""Nothing twice: an activity that comes again, and presses that come at once."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from coaching.asks import Ask
from coaching.people import Person
from demo.teams import Answer, User
from dialogs.cards import words
from tests.bot.conftest import Chat, running
from tests.bot.reading import answers_of
from tests.builders import Clock, add_ask, add_element

DEBRIEF = {"intended": "Kuuntelen ensin", "happened": "Kuuntelin", "next": "Kysyn vielä kerran"}
RECEIPT = "Vastauksesi on tallessa"


async def asked(chat: Chat, *, questions: int = 0, asks: int = 1) -> tuple[User, Person, list[Ask]]:
    """Aino, and the asks that she has."""
    aino, person = await chat.person("Aino Aalto")
    elements = [
        await add_element(
            chat.store, key=f"e{number}", title=f"Istunto {number}", questions=questions, tenant=chat.teams.tenant
        )
        for number in range(1, asks + 1)
    ]
    return aino, person, [await add_ask(chat.store, person, element) for element in elements]


async def card_of(chat: Chat, user: User) -> tuple[str, dict[str, Any]]:
    """The only card in the person's chat, asked for; its activity id and its data."""
    await chat.write(user, "auki")
    ((at, card),) = chat.teams.cards(user).items()
    return at, card["actions"][0]["data"]


async def in_sequence(*posts: Awaitable[Answer]) -> list[Answer]:
    return [await post for post in posts]


async def at_once(*posts: Awaitable[Answer]) -> list[Answer]:
    return await asyncio.gather(*posts)


#: How four deliveries of one activity arrive.
ARRIVING = pytest.mark.parametrize("arriving", [in_sequence, at_once])
Arriving = Callable[..., Awaitable[list[Answer]]]


@ARRIVING
async def test_a_typed_answer_delivered_four_times_is_one_answer_and_one_receipt(
    chat: Chat, arriving: Arriving
) -> None:
    aino, _, [ask] = await asked(chat, questions=1)
    message = chat.teams.message(aino, "Kuuntelin")

    answers = await arriving(*[chat.post(message) for _ in range(4)])

    assert [answer.status for answer in answers] == [200] * 4
    assert await answers_of(chat, ask.id) == [{"q1": "Kuuntelin"}]
    assert [text for text in chat.teams.texts(aino) if "tallessa" in text] == chat.teams.texts(aino)
    assert len(chat.teams.texts(aino)) == 1


@ARRIVING
async def test_a_submitted_card_delivered_four_times_is_one_answer_and_one_receipt(
    chat: Chat, arriving: Arriving
) -> None:
    aino, _, [ask] = await asked(chat)
    at, data = await card_of(chat, aino)
    submit = chat.teams.submit(aino, data | DEBRIEF, reply_to=at)

    answers = await arriving(*[chat.post(submit) for _ in range(4)])

    assert [answer.status for answer in answers] == [200] * 4
    assert await answers_of(chat, ask.id) == [DEBRIEF]
    assert RECEIPT in words(chat.teams.cards(aino)[at])
    assert len(chat.teams.cards(aino)) == 1


@ARRIVING
async def test_an_execute_delivered_four_times_is_one_answer_and_the_same_body(chat: Chat, arriving: Arriving) -> None:
    aino, _, [ask] = await asked(chat)
    at, data = await card_of(chat, aino)
    execute = chat.teams.execute(aino, "submit", data | DEBRIEF, reply_to=at)

    answers = await arriving(*[chat.post(execute) for _ in range(4)])

    assert [answer.status for answer in answers] == [200] * 4
    assert RECEIPT in words(answers[0].body["value"])
    assert [answer.body for answer in answers] == [answers[0].body] * 4
    assert await answers_of(chat, ask.id) == [DEBRIEF]


@ARRIVING
async def test_the_same_press_under_new_ids_is_the_same_answer(chat: Chat, arriving: Arriving) -> None:
    aino, _, [ask] = await asked(chat)
    at, data = await card_of(chat, aino)
    presses = [chat.teams.execute(aino, "submit", data | DEBRIEF, reply_to=at) for _ in range(2)]
    presses += [chat.teams.submit(aino, data | DEBRIEF, reply_to=at) for _ in range(2)]

    answers = await arriving(*[chat.post(press) for press in presses])

    assert [answer.status for answer in answers] == [200] * 4
    assert await answers_of(chat, ask.id) == [DEBRIEF]
    bodies = [answer.body for answer in answers if answer.body]
    assert RECEIPT in words(bodies[0]["value"])
    assert bodies[1] == bodies[0]


async def test_the_same_id_from_somebody_else_is_something_else(chat: Chat) -> None:
    aino, _, [ask] = await asked(chat, questions=1)
    eero, _ = await chat.person("Eero Esimerkki")
    message = chat.teams.message(aino, "Kuuntelin")

    await chat.post(message)
    answer = await chat.post(message | {"from": {"id": eero.user_id, "aadObjectId": eero.aad_id}})

    assert answer.status == 200
    assert await answers_of(chat, ask.id) == [{"q1": "Kuuntelin"}]
    said = chat.teams.texts(aino)
    assert len(said) == 2
    assert "tallessa" not in said[1]


async def test_two_presses_at_once_with_other_values_are_two_versions(chat: Chat) -> None:
    aino, _, [ask] = await asked(chat)
    at, data = await card_of(chat, aino)
    other = DEBRIEF | {"happened": "Puhuin itse"}
    presses = [chat.teams.execute(aino, "submit", data | values, reply_to=at) for values in (DEBRIEF, other)]

    answers = await asyncio.gather(*[chat.post(press) for press in presses])

    assert [RECEIPT in words(answer.body["value"]) for answer in answers] == [True, True]
    stored = await answers_of(chat, ask.id)
    assert len(stored) == 2
    assert DEBRIEF in stored
    assert other in stored
    await chat.teams.until(lambda: "Palauta" in str(chat.teams.cards(aino)[at]))


async def test_a_reply_that_never_left_is_said_when_the_message_comes_again(chat: Chat) -> None:
    aino, _, [ask] = await asked(chat, questions=1)
    message = chat.teams.message(aino, "Kuuntelin")
    chat.teams.fail(503, method="POST", conversation_id=aino.conversation_id)

    first = await chat.post(message)
    silent = chat.teams.texts(aino)
    await chat.post(message)

    assert first.status == 200
    assert silent == []
    assert [RECEIPT.lower() in text.lower() for text in chat.teams.texts(aino)] == [True]
    assert await answers_of(chat, ask.id) == [{"q1": "Kuuntelin"}]


async def test_a_reply_that_teams_takes_only_a_moment_later_is_said_then(chat: Chat) -> None:
    aino, _, _ = await asked(chat, questions=1)
    chat.teams.fail(429, headers={"Retry-After": "1"}, method="POST", conversation_id=aino.conversation_id)

    await chat.post(chat.teams.message(aino, "Kuuntelin"))

    assert len(chat.teams.texts(aino)) == 1


async def test_an_old_receipt_that_comes_late_does_not_stay_on_the_card(chat: Chat, clock: Clock) -> None:
    aino, _, [ask] = await asked(chat)
    at, data = await card_of(chat, aino)
    chat.teams.fail(503, method="PUT", conversation_id=aino.conversation_id)
    first = chat.teams.submit(aino, data | DEBRIEF, reply_to=at)
    await chat.post(first)
    await chat.post(chat.teams.submit(aino, data | DEBRIEF | {"next": "Lepään"}, reply_to=at))
    newest = chat.teams.cards(aino)[at]

    await chat.post(first)
    assert chat.teams.cards(aino)[at] != newest
    clock.pass_by(seconds=6)

    await chat.teams.until(lambda: chat.teams.cards(aino)[at] == newest)
    assert len(await answers_of(chat, ask.id)) == 2


@pytest.mark.parametrize("apps", [1, 2], ids=["one process", "two processes"])
async def test_twenty_presses_of_one_person_at_once_are_twenty_versions(chat: Chat, clock: Clock, apps: int) -> None:
    aino, _, [ask] = await asked(chat)
    at, data = await card_of(chat, aino)
    values = [DEBRIEF | {"next": f"Kysyn {number} kertaa"} for number in range(20)]
    presses = [chat.teams.execute(aino, "submit", data | each, reply_to=at) for each in values]

    async with running(clock) as other:
        urls = [chat.url, other][:apps]
        answers = await asyncio.gather(
            *[chat.teams.post(urls[number % apps], press) for number, press in enumerate(presses)]
        )

    assert all(RECEIPT in words(answer.body["value"]) for answer in answers)
    stored = await answers_of(chat, ask.id)
    assert Counter(str(each["next"]) for each in stored) == Counter(each["next"] for each in values)


@pytest.mark.parametrize("apps", [1, 2], ids=["one process", "two processes"])
async def test_twenty_texts_of_one_person_at_once_are_all_kept(chat: Chat, clock: Clock, apps: int) -> None:
    aino, person, _ = await asked(chat, asks=2)
    texts = [f"Huomasin asian {number}" for number in range(20)]

    async with running(clock) as other:
        urls = [chat.url, other][:apps]
        await asyncio.gather(
            *[chat.teams.post(urls[number % apps], chat.teams.message(aino, text)) for number, text in enumerate(texts)]
        )

    async with chat.store.transaction() as unit:
        known = await unit.people.get(person.id)
        assert known is not None
        _, cipher = await unit.cipher(known)
        dialog = await unit.dialogs.get(cipher, person.id)
    assert dialog is not None
    assert Counter(part["text"] for part in dialog.kept) == Counter(texts)


async def test_one_message_that_reaches_two_processes_at_once_is_one_answer(chat: Chat, clock: Clock) -> None:
    aino, _, [ask] = await asked(chat, questions=1)
    message = chat.teams.message(aino, "Kuuntelin")

    async with running(clock) as other:
        answers = await asyncio.gather(*[chat.teams.post(url, message) for url in (chat.url, other) * 2])

    assert [answer.status for answer in answers] == [200] * 4
    assert await answers_of(chat, ask.id) == [{"q1": "Kuuntelin"}]
    assert set(chat.teams.texts(aino)) == {chat.teams.texts(aino)[0]}
