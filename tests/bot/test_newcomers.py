"""First contacts: the welcome, once for each install; who is on a roster, and who is let in with a code."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.people_loading import load
from coaching.people import Language, Person, Role
from demo.teams import User
from dialogs.cards import words
from dialogs.wording import t
from storage.tables import people
from tests.bot.conftest import Chat
from tests.bot.hands import asked, button, last_card, press, said_to, say
from tests.bot.reading import rows_of
from tests.builders import add_person

BEGIN = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
WELCOME = "Hei, olen Sparri"
CODE = re.compile(r"[A-Z2-9]{4}-[A-Z2-9]{2}")

Event = tuple[str, int]


def event(chat: Chat, user: User, kind: str, second: int) -> dict[str, Any]:
    """An install event that happened at that second."""
    make: Callable[..., dict[str, Any]] = {
        "add": chat.teams.installed,
        "bot added": chat.teams.added,
        "remove": chat.teams.uninstalled,
        "add-upgrade": lambda user, **own: chat.teams.installed(user, action="add-upgrade", **own),
        "remove-upgrade": lambda user, **own: chat.teams.uninstalled(user, action="remove-upgrade", **own),
    }[kind]
    return make(user, timestamp=(BEGIN + timedelta(seconds=second)).isoformat())


def welcomes(chat: Chat, user: User) -> int:
    """How often the person was greeted."""
    return sum(WELCOME in words(card) for card in chat.teams.cards(user).values())


@pytest.mark.parametrize(
    ("events", "greetings"),
    [
        pytest.param([("add", 0), ("bot added", 1)], 1, id="both events"),
        pytest.param([("bot added", 1), ("add", 0)], 1, id="both events, the other way round"),
        pytest.param([("bot added", 0), ("add", 0)], 1, id="both events in the same second"),
        pytest.param([("bot added", 0)], 1, id="only one of them"),
        pytest.param([("add", 0), ("remove", 60), ("add", 120), ("bot added", 121)], 2, id="gone and back"),
        pytest.param([("add", 0), ("remove", 60), ("bot added", 1)], 1, id="the second event after the end"),
        pytest.param([("add", 120), ("remove", 60), ("bot added", 121)], 1, id="an end that comes after the return"),
        pytest.param([("add", 0), ("add-upgrade", 60), ("remove-upgrade", 61)], 1, id="an upgrade"),
        pytest.param([("add-upgrade", 0)], 0, id="an upgrade of somebody unheard of"),
        pytest.param([("remove", 0)], 0, id="the end of somebody unheard of"),
    ],
)
async def test_the_welcome_comes_once_for_each_install(chat: Chat, events: list[Event], greetings: int) -> None:
    aino, _ = await chat.person("Aino Aalto")

    for kind, second in events:
        activity = event(chat, aino, kind, second)
        for _ in range(2):
            assert (await chat.post(activity)).status in {200, 201, 202}

    assert welcomes(chat, aino) == greetings


async def test_both_install_events_at_once_are_one_welcome(chat: Chat) -> None:
    aino = chat.teams.user("Uusi Uoti")

    await asyncio.gather(*(chat.post(event(chat, aino, kind, 0)) for kind in ("add", "bot added") * 2))

    assert welcomes(chat, aino) == 1
    assert len(await rows_of(chat, people)) == 1


@pytest.mark.parametrize("language", Language)
async def test_the_welcome_says_what_this_is_how_often_who_sees_and_how_to_stop(chat: Chat, language: Language) -> None:
    aino = chat.teams.user("Aino Aalto", locale=f"{language}-FI")
    await add_person(
        chat.store, tenant=chat.teams.tenant, email=aino.email, language=Language.FI, language_chosen=False
    )

    await chat.post(event(chat, aino, "bot added", 0))
    said = await said_to(chat, aino, chat.teams.message(aino, "?"))
    assert t(language, "help.title") in said
    await chat.post(event(chat, aino, "remove", 5))
    await chat.post(event(chat, aino, "add", 10))

    _, card = last_card(chat, aino)
    shown = words(card)
    assert t(language, "welcome.who", name="Aino Aalto") in shown
    for key in ("what", "often", "seen", "stop", "language"):
        assert t(language, f"welcome.{key}") in shown
    assert t(language, "who_sees.only_you") in shown
    assert [action["title"] for action in card["actions"]] == ["Suomi", "Svenska", "English"]


async def test_the_welcomes_buttons_choose_a_language_that_the_clients_locale_does_not_change(chat: Chat) -> None:
    aino = chat.teams.user("Aino Aalto", locale="fi-FI")
    await add_person(chat.store, tenant=chat.teams.tenant, email=aino.email, language_chosen=False)
    await chat.post(event(chat, aino, "add", 0))
    at, card = last_card(chat, aino)

    said = await press(chat, aino, at, button(card, "language", argument="sv"))

    assert said.words == t(Language.SV, "language.chosen")
    assert await say(chat, aino, "kuka olet") == t(Language.SV, "who_are_you.text")


async def found_by(chat: Chat, aad_id: str) -> Person:
    """The person whom Teams knows by that id."""
    async with chat.store.transaction() as unit:
        person = await unit.people.by_aad(chat.teams.tenant, aad_id)
    assert person is not None
    return person


def member(user: User, **known: str) -> dict[str, str]:
    """What the member call of Teams tells."""
    return {"id": user.user_id, "aadObjectId": user.aad_id, "name": user.name, **known}


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"email": "Aino.Aalto@Ministry.example"}, id="by e-mail"),
        pytest.param(
            {"email": "other@ministry.example", "userPrincipalName": "aino.aalto@ministry.example"}, id="by UPN"
        ),
        pytest.param({"userPrincipalName": "AINO.AALTO@ministry.example"}, id="by UPN alone"),
    ],
)
async def test_somebody_of_the_roster_is_recognised(chat: Chat, known: dict[str, str]) -> None:
    aino = chat.teams.user("Aino Aalto", email="")
    person = await add_person(chat.store, tenant=chat.teams.tenant)
    chat.teams.fail(200, body=member(aino, **known), method="GET")

    assert await say(chat, aino, "kuka olet") == t(Language.FI, "who_are_you.text")

    assert (await found_by(chat, aino.aad_id)).id == person.id


async def test_the_entra_id_wins_over_an_email_that_somebody_else_has_now(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await say(chat, aino, "ohje")
    async with chat.store.transaction() as unit:
        found = await unit.people.get(person.id)
        assert found is not None
    other = chat.teams.user("Aino Aalto", email=aino.email)

    assert CODE.search(await say(chat, other, "ohje"))

    assert (await found_by(chat, aino.aad_id)).id == person.id
    assert (await found_by(chat, other.aad_id)).id != person.id


async def test_a_stranger_gets_a_code_and_nothing_else(chat: Chat) -> None:
    stranger = chat.teams.user("Vieras Vuori", locale="sv-FI")

    said = await say(chat, stranger, "Min hemliga tanke")
    again = await say(chat, stranger, "öppet")

    assert CODE.search(said)
    assert said == again
    assert t(Language.SV, "newcomer.text", code=CODE.findall(said)[0]) == said
    assert "hemliga" not in str(await rows_of(chat, people))


async def test_a_stranger_may_choose_a_language_and_ask_what_this_is(chat: Chat) -> None:
    stranger = chat.teams.user("Vieras Vuori")
    await chat.post(event(chat, stranger, "add", 0))
    at, card = next(iter(chat.teams.cards(stranger).items()))
    assert CODE.search(chat.teams.texts(stranger)[0])

    said = await press(chat, stranger, at, button(card, "language", argument="en"))

    assert said.words == t(Language.EN, "language.chosen")
    await chat.teams.until(lambda: "Give your coach this code" in chat.teams.texts(stranger)[-1])
    assert await say(chat, stranger, "kuka olet") == t(Language.EN, "who_are_you.text")
    assert t(Language.EN, "visibility.title") in await say(chat, stranger, "who sees what")
    assert "Give your coach this code" in await say(chat, stranger, "stop")


@pytest.mark.parametrize("typed", ["päästä sisään {}", "Släpp in {}", "let in {}"])
async def test_a_coach_lets_somebody_in_who_is_told(chat: Chat, typed: str) -> None:
    coach, _ = await chat.person("Kaisa Koski", role=Role.COACH)
    stranger = chat.teams.user("Vieras Vuori", locale="sv-FI")
    (code,) = CODE.findall(await say(chat, stranger, "hej"))

    assert "Vieras Vuori on nyt mukana" in await say(chat, coach, typed.format(code.lower().replace("-", " ")))

    assert chat.teams.texts(stranger)[-1] == t(Language.SV, "let_in.you.text")
    assert chat.teams.texts(coach)[-1] == "Vieras Vuori on nyt mukana."
    assert t(Language.SV, "help.title") in await say(chat, stranger, "hej")
    assert t(Language.FI, "let_in.unknown_code") == await say(chat, coach, f"let in {code}")
    person = await found_by(chat, stranger.aad_id)
    await asked(chat, person, "Istunto 1", questions=1)
    assert "sparat" in await say(chat, stranger, "Jag lyssnade")


async def test_the_coach_is_told_also_when_the_newcomer_cannot_be(chat: Chat) -> None:
    coach, _ = await chat.person("Kaisa Koski", role=Role.COACH)
    stranger = chat.teams.user("Vieras Vuori")
    (code,) = CODE.findall(await say(chat, stranger, "hei"))
    chat.teams.fail(403, conversation_id=stranger.conversation_id, method="POST")

    assert "Vieras Vuori on nyt mukana" in await say(chat, coach, f"päästä sisään {code}")

    assert (await found_by(chat, stranger.aad_id)).admitted


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COACH])
async def test_nobody_but_a_coach_lets_anybody_in(chat: Chat, role: Role) -> None:
    aino, _ = await chat.person("Aino Aalto", role=role)
    stranger = chat.teams.user("Vieras Vuori")
    (code,) = CODE.findall(await say(chat, stranger, "hei"))

    assert await say(chat, aino, f"päästä sisään {code}") == t(Language.FI, "let_in.not_allowed")

    assert not (await found_by(chat, stranger.aad_id)).admitted
    assert "koodi" in await say(chat, stranger, f"päästä sisään {code}")


async def test_a_wrong_code_lets_nobody_in(chat: Chat) -> None:
    coach, _ = await chat.person("Kaisa Koski", role=Role.COACH)
    stranger = chat.teams.user("Vieras Vuori")
    await say(chat, stranger, "hei")

    assert await say(chat, coach, "päästä sisään AAAA-22") == t(Language.FI, "let_in.unknown_code")
    assert await say(chat, coach, "päästä sisään") == t(Language.FI, "let_in.how")

    assert not (await found_by(chat, stranger.aad_id)).admitted


@pytest.mark.parametrize("hidden_at_first", [False, True], ids=["with an e-mail", "whose e-mail was hidden at first"])
async def test_somebody_on_a_roster_that_is_loaded_later_is_recognised_at_the_next_contact(
    chat: Chat, tmp_path: Path, hidden_at_first: bool
) -> None:
    stranger = chat.teams.user("Vieras Vuori")
    if hidden_at_first:
        chat.teams.fail(403, method="GET")
    await chat.post(event(chat, stranger, "add", 0))
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "email,name,role,language,timezone,unit,groups,manager,coach\n"
        f"{stranger.email},Vieras Vuori,participant,en,Europe/Helsinki,,,,\n"
    )
    await load(chat.store, roster, tenant=chat.teams.tenant)

    assert t(Language.EN, "help.title") in await say(chat, stranger, "hei")

    assert len(await rows_of(chat, people)) == 1
    found = await found_by(chat, stranger.aad_id)
    assert found.installed
    assert found.address is not None


@pytest.mark.parametrize("status", [403, 404, 429, 500])
async def test_a_member_call_that_fails_still_gets_an_answer(chat: Chat, status: int) -> None:
    aino = chat.teams.user("Aino Aalto")
    person = await add_person(chat.store, tenant=chat.teams.tenant, email=aino.email)
    chat.teams.fail(status, method="GET")

    assert CODE.search(await say(chat, aino, "hei"))
    assert t(Language.FI, "help.title") in await say(chat, aino, "hei")

    assert [row.id for row in await rows_of(chat, people)] == [person.id]


@pytest.mark.parametrize("on_roster", [True, False])
async def test_several_first_messages_at_once_are_one_person(chat: Chat, on_roster: bool) -> None:
    aino = chat.teams.user("Aino Aalto")
    if on_roster:
        await add_person(chat.store, tenant=chat.teams.tenant, email=aino.email)

    statuses = [
        answer.status
        for answer in await asyncio.gather(*(chat.post(chat.teams.message(aino, "hei")) for _ in range(5)))
    ]

    assert statuses == [200] * 5
    assert len(await rows_of(chat, people)) == 1
    said = {*chat.teams.texts(aino), *(words(card) for card in chat.teams.cards(aino).values())}
    assert len(said) == 1
