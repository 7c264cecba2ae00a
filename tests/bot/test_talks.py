"""Discussions over HTTP: a manager's week, agreed on, held and confirmed, and prepared by each for themselves."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from coaching.asks import Element
from coaching.people import Role
from coaching.talks import Talk, TalkKind, TalkState, state
from dialogs.cards import words
from scheduler.talks import write_to_managers
from storage.tables import asks
from storage.tables import talks as rows
from storage.talks import talk_of
from tests.bot.conftest import Chat
from tests.bot.hands import Way, button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.talking import STAGE, Some, discussion, is_led_by, prepare, somebody, takes_part
from tests.bot.test_plans import whole_goal
from tests.builders import Clock

WISH = "Enemmän aikaa tiimille"


@dataclass
class Pair:
    """Aino and Pekka, who leads her, with a discussion to hold."""

    aino: Some
    pekka: Some
    element: Element


@pytest.fixture
async def pair(chat: Chat) -> Pair:
    aino, pekka = await somebody(chat, "Aino Aalto"), await somebody(chat, "Pekka Ylijoki", role=Role.MANAGER)
    element = await discussion(chat)
    await is_led_by(chat, aino, pekka)
    await takes_part(chat, aino, element)
    await takes_part(chat, pekka, element, role=Role.MANAGER)
    await to_hold(chat, aino, pekka, element)
    return Pair(aino=aino, pekka=pekka, element=element)


async def to_hold(chat: Chat, participant: Some, manager: Some, element: Element, **given: Any) -> None:
    """A discussion of these two."""
    async with chat.store.transaction() as unit:
        await unit.talks.add(
            Talk(
                id=0,
                programme_id=element.programme_id,
                element_id=element.id,
                participant_id=participant.person.id,
                manager_id=manager.person.id,
                first=STAGE.first,
                last=STAGE.last,
                **given,
            )
        )


async def talks_of(chat: Chat) -> list[Talk]:
    return [talk_of(row) for row in await rows_of(chat, rows)]


async def told(chat: Chat, some: Some, says: str) -> tuple[str, dict[str, Any]]:
    """Wait for a card of somebody's that says this; the newest of them."""

    def found() -> list[tuple[str, dict[str, Any]]]:
        return [each for each in chat.teams.cards(some.user).items() if says in words(each[1])]

    await chat.teams.until(lambda: bool(found()))
    return found()[-1]


async def week(chat: Chat, pair: Pair) -> tuple[str, dict[str, Any]]:
    """The manager's message of the week."""
    await write_to_managers(chat.store)
    return await told(chat, pair.pekka, "Viikon viesti johdettavistasi")


async def working(chat: Chat, some: Some) -> tuple[str, dict[str, Any]]:
    await say(chat, some.user, "keskustelut")
    return last_card(chat, some.user)


async def test_of_who_shared_nothing_a_manager_gets_the_date_and_the_questions_and_no_content(
    chat: Chat, pair: Pair
) -> None:
    await prepare(chat, pair.aino, pair.element)
    at, card = await told(chat, pair.aino, "Valmistaudu muutamalla rivillä")
    await press(chat, pair.aino.user, at, button(card, "submit"), {"succeeded": "Salaisuus", "wish": WISH})

    _, message = await week(chat, pair)

    said = words(message)
    assert "Aino Aalto – sovi päivä, viimeistään pe 18.12.2026" in said
    assert "1. Missä näit hänen onnistuvan? (fi)" in said
    assert "jaettu: tavoite" not in said
    assert not any(text in str(message) for text in ("Salaisuus", WISH))


async def test_the_goal_that_is_shared_is_named_and_opened_and_gone_again_when_it_is_taken_back(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    _, goal = await whole_goal(chat, pair.aino.user, pair.aino.person)
    at, _ = await week(chat, pair)
    await say(chat, pair.aino.user, "jaa")
    share_at, form = last_card(chat, pair.aino.user)
    entries = {"what": f"ask:{goal.id}/what", "to": f"manager:{pair.pekka.person.id}", "until": "2026-12-31"}
    preview = await press(chat, pair.aino.user, share_at, button(form, "share_preview"), entries)
    assert preview.card is not None
    shared = await press(chat, pair.aino.user, share_at, button(preview.card, "share_now"))
    assert shared.card is not None

    clock.pass_by(seconds=10)
    named = "Sinulle on jaettu: tavoite 1."
    await chat.teams.until(lambda: named in words(chat.teams.cards(pair.pekka.user)[at]))
    assert "Kuuntelen loppuun" not in str(chat.teams.cards(pair.pekka.user)[at])
    assert "Kuuntelen loppuun" in await say(chat, pair.pekka.user, "minulle jaettu 1")

    await press(chat, pair.aino.user, share_at, button(shared.card, "share_back"))
    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: named not in words(chat.teams.cards(pair.pekka.user)[at]))


@pytest.mark.parametrize("way", Way)
async def test_held_is_confirmed_by_the_participant_and_nothing_more_comes(
    chat: Chat, pair: Pair, clock: Clock, way: Way
) -> None:
    await week(chat, pair)
    at, card = await working(chat, pair.pekka)
    (talk,) = await talks_of(chat)
    entries = {"who": str(talk.id), "day": "2026-11-16"}

    marked = await press(chat, pair.pekka.user, at, button(card, "talk_held"), entries, way=way)

    assert "pidetty ma 16.11.2026, odottaa vahvistusta" in marked.words
    asked_at, asked = await told(chat, pair.aino, "Onko keskustelu pidetty?")
    assert "Esihenkilösi kertoo, että kävitte keskustelun ma 16.11.2026" in words(asked)
    assert "Esihenkilö: Pekka Ylijoki" in words(asked)
    assert "Sinä ja keskustelukumppanisi näette tämän" in words(asked)
    await press(chat, pair.aino.user, asked_at, button(asked, "submit"), {"held": "true"}, way=way)
    (done,) = await talks_of(chat)
    assert state(done) is TalkState.CONFIRMED
    for _ in range(8):
        clock.pass_by(days=7)
        assert await write_to_managers(chat.store) == 0


async def test_what_the_participant_denies_is_open_again_for_both(chat: Chat, pair: Pair, clock: Clock) -> None:
    assert "Merkitsin: pidetty" in await say(chat, pair.pekka.user, "keskustelu pidetty 1 16.11.")
    await told(chat, pair.aino, "Onko keskustelu pidetty?")

    await say(chat, pair.aino.user, "ei")

    (talk,) = await talks_of(chat)
    assert state(talk) is TalkState.OPEN
    assert "sovi päivä" in await say(chat, pair.pekka.user, "keskustelut")


async def test_a_day_is_agreed_on_moved_and_marked_by_typing(chat: Chat, pair: Pair) -> None:
    assert "sovittu ti 1.12.2026" in await say(chat, pair.pekka.user, "keskustelu sovittu 1 1.12.")
    assert "sovittu to 3.12.2026" in await say(chat, pair.aino.user, "siirrä keskustelu 1 3.12.")
    assert "sovittu: to 3.12.2026" in await say(chat, pair.pekka.user, "keskustelut")
    assert "Päivä on jo mennyt" in await say(chat, pair.pekka.user, "keskustelu sovittu 1 1.11.2026")
    assert "Päivä on vasta edessä" in await say(chat, pair.pekka.user, "keskustelu pidetty 1 huomenna")

    assert "Tästä ei enää muistuteta" in await say(chat, pair.aino.user, "keskustelu käyty 1 16.11.")

    (talk,) = await talks_of(chat)
    assert (state(talk), talk.held_on) == (TalkState.CONFIRMED, date(2026, 11, 16))


async def test_a_managers_notes_are_theirs_until_they_share_them_with_the_one_they_are_about(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    other = await somebody(chat, "Bertta Bok")
    await is_led_by(chat, other, pair.pekka)
    await takes_part(chat, other, pair.element)
    at, card = await working(chat, pair.pekka)
    (talk,) = await talks_of(chat)

    await press(chat, pair.pekka.user, at, button(card, "talk_prepare"), {"who": str(talk.id), "day": "2026-11-16"})
    await chat.teams.until(lambda: "Kenestä: Aino Aalto" in words(last_card(chat, pair.pekka.user)[1]))
    notes_at, notes = last_card(chat, pair.pekka.user)
    assert "Vain sinä näet tämän" in words(notes)
    await press(chat, pair.pekka.user, notes_at, button(notes, "submit"), {"saw": "Perehdytyksessä"})

    await say(chat, pair.pekka.user, "jaa")
    share_at, form = last_card(chat, pair.pekka.user)
    (ask_id,) = [row.id for row in await asks_of_kind(chat, "notes")]
    entries = {"what": f"ask:{ask_id}", "to": f"counterpart:{other.person.id}", "until": "2026-12-01"}
    refused = await press(chat, pair.pekka.user, share_at, button(form, "share_preview"), entries)
    assert "Jaa" not in [action["title"] for action in (refused.card or {}).get("actions", [])]
    good = entries | {"to": f"counterpart:{pair.aino.person.id}"}
    preview = await press(chat, pair.pekka.user, share_at, button(form, "share_preview"), good)
    assert preview.card is not None
    await press(chat, pair.pekka.user, share_at, button(preview.card, "share_now"))

    assert "Perehdytyksessä" in await say(chat, pair.aino.user, "minulle jaettu 1")
    assert "Kukaan ei juuri nyt" in await say(chat, other.user, "minulle jaettu 1")


async def asks_of_kind(chat: Chat, kind: str) -> list[Any]:
    return [row for row in await rows_of(chat, asks) if row.kind == kind]


@pytest.mark.parametrize("verb", ["talk_book", "talk_held", "talk_prepare"])
@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.COACH, Role.MANAGER, Role.OWNER])
async def test_nobody_but_the_two_touches_their_discussion(chat: Chat, pair: Pair, role: Role, verb: str) -> None:
    third = await somebody(chat, "Kolmas Pyörä", role=role)
    await takes_part(chat, third, pair.element, role=role)
    before = await talks_of(chat)
    (talk,) = before

    carried = {"sparri": {"v": 1, "verb": verb}}
    said = await press(chat, third.user, None, carried, {"who": str(talk.id), "day": "2026-11-16"})

    assert "Aino" not in said.words
    assert await talks_of(chat) == before
    assert await asks_of_kind(chat, "notes") == []


@pytest.mark.parametrize("entries", [{}, {"who": "1e9"}, {"who": "99999999"}, {"who": "1", "day": "eilen ehkä"}])
async def test_what_makes_no_sense_is_said_and_nothing_changes(chat: Chat, pair: Pair, entries: dict[str, str]) -> None:
    at, card = await working(chat, pair.pekka)
    before = await talks_of(chat)

    said = await press(chat, pair.pekka.user, at, button(card, "talk_held"), entries)

    assert "Valitse" in said.words
    assert await talks_of(chat) == before


async def test_all_people_of_a_manager_are_in_one_message_of_the_week(chat: Chat, pair: Pair, clock: Clock) -> None:
    for number in range(3):
        some = await somebody(chat, f"Ihminen {number}")
        await is_led_by(chat, some, pair.pekka)
        kind = TalkKind.FOLLOW_UP if number else TalkKind.DISCUSSION
        await to_hold(chat, some, pair.pekka, pair.element, kind=kind, occurrence=number)

    for _ in range(3):
        _, message = await week(chat, pair)
        clock.pass_by(days=1)

    said = words(message)
    assert said.count("sovi päivä") == 4
    assert said.count("Missä näit hänen onnistuvan?") == said.count("Missä voin auttaa?") == 1
    assert len(await asks_of_kind(chat, "talks")) == 1


async def test_who_is_erased_is_named_on_no_card_of_their_manager(chat: Chat, pair: Pair) -> None:
    await week(chat, pair)
    await working(chat, pair.pekka)

    def names_her() -> bool:
        cards = [words(card) for card in chat.teams.cards(pair.pekka.user).values()]
        return any("Aino Aalto" in said and ("Keskustelut" in said or "Viikon viesti" in said) for said in cards)

    assert names_her()

    await say(chat, pair.aino.user, "poista tietoni")
    await say(chat, pair.aino.user, "poista kaikki")

    await chat.teams.until(lambda: not names_her())
    assert await talks_of(chat) == []


async def test_each_sees_that_they_have_prepared_and_nothing_of_the_other_one(chat: Chat, pair: Pair) -> None:
    await prepare(chat, pair.aino, pair.element)
    their_at, _ = await working(chat, pair.aino)
    at, card = await told(chat, pair.aino, "Valmistaudu muutamalla rivillä")

    await press(chat, pair.aino.user, at, button(card, "submit"), {"succeeded": "Salaisuus", "wish": WISH})

    assert "Olet valmistautunut" in await say(chat, pair.aino.user, "keskustelut")
    assert "Olet valmistautunut" not in await say(chat, pair.pekka.user, "keskustelut")
    await chat.teams.until(lambda: "Olet valmistautunut" in words(chat.teams.cards(pair.aino.user)[their_at]))
