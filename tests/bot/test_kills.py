"""Kills: Sparri dies at any moment, and nothing that was thanked for is lost, and nothing is stored twice."""

import asyncio
import random
from typing import Any

import aiohttp
import pytest

from coaching.asks import Ask
from demo.teams import Answer, User
from dialogs.cards import words
from storage.tables import cards, turns
from tests.bot.conftest import Served
from tests.bot.reading import answers_of, rows_of
from tests.builders import add_ask, add_element
from tests.serving import eventually

DEBRIEF = {"intended": "Kuuntelen ensin", "happened": "Kuuntelin", "next": "Kysyn vielä kerran"}
RECEIPT = "Vastauksesi on tallessa"
ROUNDS = 5
PEOPLE = 10
#: A round is over well before this, in seconds; the kill comes anywhere in it.
ROUND_SECONDS = 0.4


#: Starting Sparri takes seconds: what does not depend on the kind of database is tried on one.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def asked(
    chat: Served, name: str = "Aino Aalto", *, key: str = "debrief", questions: int = 0
) -> tuple[User, Ask]:
    """Somebody, and the ask that they have."""
    user, person = await chat.person(name)
    element = await add_element(chat.store, key=key, questions=questions, tenant=chat.teams.tenant)
    return user, await add_ask(chat.store, person, element)


async def card_of(chat: Served, user: User) -> tuple[str, dict[str, Any]]:
    """The only card in the person's chat, asked for; its activity id and its data."""
    await chat.write(user, "auki")
    ((at, card),) = chat.teams.cards(user).items()
    await settled(chat)
    return at, card["actions"][0]["data"]


async def settled(chat: Served) -> None:
    """Waits until the ledger says that all that was said has reached Teams."""

    async def all_said() -> bool:
        return all(row.replied for row in await rows_of(chat, turns))

    await eventually(all_said)


async def post(chat: Served, activity: dict[str, Any]) -> Answer | None:
    """The answer; None when Sparri died on the way."""
    try:
        return await chat.post(activity)
    except aiohttp.ClientError:
        return None


async def killed_while_saying(chat: Served, activity: dict[str, Any]) -> None:
    """Brings the activity and kills Sparri when its answer is committed and its reply on the wire."""
    chat.teams.hang()
    posting = asyncio.create_task(post(chat, activity))
    await chat.teams.until(lambda: any(call.status == 0 for call in chat.teams.sent))
    await chat.sparri.kill()
    assert await posting is None or activity["type"] == "invoke"


async def test_a_card_whose_receipt_was_killed_gets_it_when_the_press_comes_again(served: Served) -> None:
    aino, ask = await asked(served)
    at, data = await card_of(served, aino)
    submit = served.teams.submit(aino, data | DEBRIEF, reply_to=at)
    await killed_while_saying(served, submit)
    assert RECEIPT not in words(served.teams.cards(aino)[at])

    await served.sparri.start()
    answer = await served.post(submit)

    assert answer.status == 200
    assert RECEIPT in words(served.teams.cards(aino)[at])
    assert await answers_of(served, ask.id) == [DEBRIEF]


async def test_a_card_whose_receipt_was_killed_gets_it_from_the_pump_without_anybodys_doing(served: Served) -> None:
    aino, ask = await asked(served)
    at, data = await card_of(served, aino)
    await killed_while_saying(served, served.teams.submit(aino, data | DEBRIEF, reply_to=at))

    await served.sparri.start()

    await served.teams.until(lambda: RECEIPT in words(served.teams.cards(aino)[at]))
    assert await answers_of(served, ask.id) == [DEBRIEF]
    assert len(served.teams.cards(aino)) == 1


@ON_SQLITE
async def test_an_execute_that_comes_again_after_a_kill_gets_the_same_body(served: Served) -> None:
    aino, ask = await asked(served)
    at, data = await card_of(served, aino)
    execute = served.teams.execute(aino, "submit", data | DEBRIEF, reply_to=at)
    first = await served.post(execute)
    await served.sparri.kill()

    await served.sparri.start()
    again = await served.post(execute)

    assert RECEIPT in words(first.body["value"])
    assert again.body == first.body
    assert await answers_of(served, ask.id) == [DEBRIEF]


@ON_SQLITE
async def test_a_typed_answer_whose_thanks_were_killed_is_thanked_for_when_it_comes_again(served: Served) -> None:
    aino, ask = await asked(served, questions=1)
    message = served.teams.message(aino, "Kuuntelin")
    await killed_while_saying(served, message)
    assert served.teams.texts(aino) == []

    await served.sparri.start()
    await served.post(message)
    await settled(served)
    await served.post(message)

    assert [RECEIPT.lower() in text.lower() for text in served.teams.texts(aino)] == [True]
    assert await answers_of(served, ask.id) == [{"q1": "Kuuntelin"}]


@ON_SQLITE
async def test_a_form_whose_sending_was_killed_is_sent_when_it_is_asked_for_again(served: Served) -> None:
    aino, _ = await asked(served)
    message = served.teams.message(aino, "auki")
    await killed_while_saying(served, message)

    await served.sparri.start()
    await served.post(message)
    await settled(served)

    ((at, _),) = served.teams.cards(aino).items()
    assert [(row.activity_id, row.shown) for row in await rows_of(served, cards)] == [(at, 1)]


async def test_kills_at_any_moment_lose_no_thanks_and_store_nothing_twice(served: Served) -> None:
    people = [await asked(served, f"Henkilö {number}", key=f"e{number}") for number in range(PEOPLE)]
    places = [await card_of(served, user) for user, _ in people]
    chance = random.Random(20261122)
    given: list[list[str]] = [[] for _ in people]

    for round_ in range(ROUNDS):
        presses = []
        for number, (user, _) in enumerate(people):
            at, data = places[number]
            answer = DEBRIEF | {"next": f"Kierros {round_}"}
            make = chance.choice([served.teams.execute, _submitted(served)])
            presses.append(make(user, "submit", data | answer, reply_to=at))
        posting = [asyncio.create_task(post(served, press)) for press in presses]
        await asyncio.sleep(chance.uniform(0, ROUND_SECONDS))
        await served.sparri.kill()
        answers = await asyncio.gather(*posting)
        await served.sparri.start()

        for number, ((_, ask), answer_) in enumerate(zip(people, answers, strict=True)):
            stored = [str(version["next"]) for version in await answers_of(served, ask.id)]
            assert stored[: len(given[number])] == given[number]
            if answer_ is not None:
                assert answer_.status == 200
                assert stored == [*given[number], f"Kierros {round_}"]
        await asyncio.gather(*[served.post(press) for press in presses])
        for number, (_, ask) in enumerate(people):
            given[number].append(f"Kierros {round_}")
            assert [str(version["next"]) for version in await answers_of(served, ask.id)] == given[number]

    def all_receipts() -> bool:
        return all(
            RECEIPT in words(served.teams.cards(user)[at]) for (user, _), (at, _) in zip(people, places, strict=True)
        )

    await served.teams.until(all_receipts)


def _submitted(chat: Served) -> Any:
    """Action.Submit with the arguments of Action.Execute."""
    return lambda user, _verb, values, *, reply_to: chat.teams.submit(user, values, reply_to=reply_to)


@pytest.mark.parametrize("kind", ["typed", "submitted", "executed"])
async def test_a_stop_finishes_the_turn_that_is_under_way(served: Served, kind: str) -> None:
    aino, ask = await asked(served, questions=1)
    at, data = await card_of(served, aino)
    values = {"q1": "Kuuntelin"}
    activity = {
        "typed": served.teams.message(aino, "Kuuntelin"),
        "submitted": served.teams.submit(aino, data | values, reply_to=at),
        "executed": served.teams.execute(aino, "submit", data | values, reply_to=at),
    }[kind]
    calls = len(served.teams.sent)
    served.teams.delay = 1.0

    posting = asyncio.create_task(served.post(activity))
    await served.teams.until(lambda: len(served.teams.sent) > calls)
    code = await served.sparri.stop()

    assert code == 0
    assert (await posting).status == 200
    assert await answers_of(served, ask.id) == [values]
    assert all(row.replied for row in await rows_of(served, turns))
    if kind == "typed":
        assert "tallessa" in served.teams.texts(aino)[-1]
    else:
        assert RECEIPT in words(served.teams.cards(aino)[at])
        assert [row.shown - row.wanted for row in await rows_of(served, cards)] == [0]
