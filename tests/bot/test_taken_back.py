"""Messages that were edited or deleted in Teams: the new text counts, and of a deleted one no copy is left anywhere."""

from typing import Any

import pytest
from sqlalchemy import LargeBinary

from coaching.asks import AskState
from dialogs.cards import words
from storage.sealing import Cipher, Unreadable
from storage.tables import dialogs, drafts, metadata, submissions
from tests.bot.conftest import Chat
from tests.bot.hands import DEBRIEF, asked, button, form_of, last_card, press, said_to, say
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock

CANARY = "kanarialintu"
OTHER = "Toinen ajatus"


async def typed(chat: Chat, user: Any, text: str) -> str:
    """The id of a message with that text, which Sparri has heard."""
    activity = chat.teams.message(user, text)
    await said_to(chat, user, activity)
    return str(activity["id"])


async def every_text(chat: Chat) -> str:
    """All that is in the main database, with everything opened that the only person's key opens, wherever it lies."""
    found: list[str] = []
    async with chat.store.transaction() as unit:
        person = await unit.people.get(1)
        assert person is not None
        _, cipher = await unit.cipher(person)
    for table in metadata.sorted_tables:
        for row in await rows_of(chat, table):
            found.append(str(tuple(each for each in row if not isinstance(each, bytes))))
            sealed = [row._mapping[column] for column in table.columns if isinstance(column.type, LargeBinary)]
            found += [opened(cipher, each, str(table), dict(row._mapping)) for each in sealed if each is not None]
    return "\n".join(found)


def opened(cipher: Cipher, sealed: bytes, table: str, row: dict[str, Any]) -> str:
    """The text of a sealed value."""
    places: dict[str, list[object]] = {
        "answers": [f"{ask}:{version}:{row.get('field')}" for ask in range(1, 6) for version in range(1, 9)],
        "drafts": [row.get("ask_id")],
        "dialogs": [row.get("person_id")],
        "turns": [row.get("activity")],
    }
    for place in places[table]:
        try:
            return str(cipher.unseal(sealed, person_id=1, column=f"{table}.sealed", row=place))
        except Unreadable:
            continue
    raise AssertionError(f"a sealed value in {table} opens nowhere")


async def test_a_message_deleted_while_its_words_are_kept_is_forgotten(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1", "Istunto 2")
    first = await typed(chat, aino, CANARY)
    await typed(chat, aino, OTHER)
    assert CANARY in await every_text(chat)

    said = await said_to(chat, aino, chat.teams.deleted(aino, first))

    assert "poistin siitä" in said
    assert CANARY not in await every_text(chat)
    assert OTHER in await every_text(chat)


async def test_deleting_all_that_was_kept_ends_the_question(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1", "Istunto 2")
    message = await typed(chat, aino, CANARY)

    await said_to(chat, aino, chat.teams.deleted(aino, message))

    assert await rows_of(chat, dialogs) == []


async def test_a_message_deleted_while_its_answer_is_a_draft_is_forgotten(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    first = await typed(chat, aino, CANARY)
    await typed(chat, aino, OTHER)

    await said_to(chat, aino, chat.teams.deleted(aino, first))

    assert CANARY not in await every_text(chat)
    assert "Mitä aioit tehdä?" in await say(chat, aino, "Jatkan")
    await say(chat, aino, "Kuuntelen")
    await say(chat, aino, "ohita")
    await say(chat, aino, "ohita")
    assert await answers_of(chat, ask.id) == [{"intended": "Kuuntelen", "happened": OTHER, "next": "Jatkan"}]


async def test_a_message_deleted_after_its_answer_was_stored_is_forgotten_and_the_rest_stays(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    first = await typed(chat, aino, CANARY)
    await typed(chat, aino, OTHER)
    await typed(chat, aino, "Jatkan")

    await said_to(chat, aino, chat.teams.deleted(aino, first))

    assert CANARY not in await every_text(chat)
    assert await answers_of(chat, ask.id) == [{"happened": OTHER, "next": "Jatkan"}]


async def test_the_last_message_of_an_answer_deleted_opens_the_ask_again(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1", questions=1)
    at, _ = await form_of(chat, aino)
    message = await typed(chat, aino, CANARY)
    clock.pass_by(minutes=1)
    await chat.teams.until(lambda: "tallessa" in words(chat.teams.cards(aino)[at]))

    await said_to(chat, aino, chat.teams.deleted(aino, message))

    assert CANARY not in await every_text(chat)
    assert await rows_of(chat, submissions) == []
    async with chat.store.transaction() as unit:
        after = await unit.asks.get(ask.id)
    assert after is not None
    assert after.state is AskState.OPEN
    clock.pass_by(minutes=1)
    await chat.teams.until(lambda: "Kysymys 1" in words(chat.teams.cards(aino)[at]))


@pytest.mark.parametrize(
    "copied_by", ["an edit in writing", "an edit on the card", "the former again", "an edited message"]
)
async def test_a_deleted_message_is_forgotten_in_every_version_that_it_was_copied_into(
    chat: Chat, copied_by: str
) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    at, _ = await form_of(chat, aino)
    first = await typed(chat, aino, CANARY)
    second = await typed(chat, aino, OTHER)
    await typed(chat, aino, "Jatkan")
    if copied_by == "an edit in writing":
        for each in ("muokkaa", "ohita", "Muuta", "ohita"):
            await say(chat, aino, each)
    elif copied_by == "an edited message":
        await said_to(chat, aino, chat.teams.edited(aino, second, "Muuta"))
    else:
        await say(chat, aino, "muokkaa")
        _, edit = last_card(chat, aino)
        values = {"intended": CANARY, "happened": "Muuta", "next": "Jatkan"}
        await press(chat, aino, at, button(edit, "submit"), values)
        if copied_by == "the former again":
            await say(chat, aino, "palauta aiempi")
    versions = await answers_of(chat, ask.id)
    assert len(versions) == (3 if copied_by == "the former again" else 2)
    assert all(version["intended"] == CANARY for version in versions)

    await said_to(chat, aino, chat.teams.deleted(aino, first))

    assert CANARY not in await every_text(chat)
    assert [version["next"] for version in await answers_of(chat, ask.id)] == ["Jatkan"] * len(versions)


async def test_a_message_deleted_while_its_answer_is_being_edited_is_forgotten_in_the_draft_too(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await asked(chat, person, "Istunto 1")
    first = await typed(chat, aino, CANARY)
    await typed(chat, aino, OTHER)
    await typed(chat, aino, "Jatkan")
    await say(chat, aino, "muokkaa")

    await said_to(chat, aino, chat.teams.deleted(aino, first))

    assert CANARY not in await every_text(chat)
    assert len(await rows_of(chat, drafts)) == 1


@pytest.mark.parametrize("questions", [1, 3], ids=["in an answer", "in a draft"])
async def test_one_of_several_messages_of_an_answer_is_taken_out_of_it(chat: Chat, questions: int) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, _ = await asked(chat, person, "Istunto 1", "Istunto 2", questions=questions)
    await typed(chat, aino, "Alku\n\nja jatko")
    middle = await typed(chat, aino, CANARY)
    end = await typed(chat, aino, OTHER)
    await say(chat, aino, "1")

    await said_to(chat, aino, chat.teams.deleted(aino, middle))
    await said_to(chat, aino, chat.teams.edited(aino, end, "Loppu\n\nhyvin"))
    for _ in range(questions - 1):
        await say(chat, aino, "Jatkan")

    assert CANARY not in await every_text(chat)
    assert (await answers_of(chat, first.id))[-1]["q1"] == "Alku\nja jatko\n\nLoppu\nhyvin"


async def test_an_edited_message_makes_a_new_version(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")
    first = await typed(chat, aino, "Kuuntelen ensn")
    await say(chat, aino, DEBRIEF["happened"])
    await say(chat, aino, DEBRIEF["next"])
    edited = chat.teams.edited(aino, first, DEBRIEF["intended"])

    assert "tallessa" in await said_to(chat, aino, edited)
    await said_to(chat, aino, edited)

    assert await answers_of(chat, ask.id) == [{**DEBRIEF, "intended": "Kuuntelen ensn"}, DEBRIEF]


async def test_an_edited_message_changes_kept_words_and_drafts(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    first, _ = await asked(chat, person, "Istunto 1", "Istunto 2", questions=2)
    message = await typed(chat, aino, CANARY)

    await said_to(chat, aino, chat.teams.edited(aino, message, "Kerran korjattu"))
    assert CANARY not in await every_text(chat)
    await say(chat, aino, "1")
    await said_to(chat, aino, chat.teams.edited(aino, message, "Kahdesti korjattu"))
    await say(chat, aino, "Jatkan")

    assert await answers_of(chat, first.id) == [{"q1": "Kahdesti korjattu", "q2": "Jatkan"}]


async def test_an_edit_that_does_not_fit_changes_nothing_and_says_why(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1", questions=1)
    message = await typed(chat, aino, OTHER)

    assert "liian pitkä" in await said_to(chat, aino, chat.teams.edited(aino, message, "x" * 5000))
    assert "puuttuu" in await said_to(chat, aino, chat.teams.edited(aino, message, ""))

    assert await answers_of(chat, ask.id) == [{"q1": OTHER}]


@pytest.mark.parametrize("message", ["4711", "help"])
async def test_nothing_is_said_to_the_edit_or_the_end_of_any_other_message(chat: Chat, message: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1", questions=1)
    await say(chat, aino, OTHER)
    other = await typed(chat, aino, "ohje") if message == "help" else message

    assert await said_to(chat, aino, chat.teams.edited(aino, other, CANARY)) == ""
    assert await said_to(chat, aino, chat.teams.deleted(aino, other)) == ""

    assert await answers_of(chat, ask.id) == [{"q1": OTHER}]
    assert CANARY not in await every_text(chat)


async def test_nobody_takes_back_somebody_elses_message(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1", questions=1)
    message = await typed(chat, aino, OTHER)
    eero, _ = await chat.person("Eero Ek")
    await say(chat, eero, "ohje")

    assert await said_to(chat, eero, chat.teams.deleted(eero, message)) == ""
    assert await said_to(chat, eero, chat.teams.edited(eero, message, CANARY)) == ""

    assert await answers_of(chat, ask.id) == [{"q1": OTHER}]
