"""A new manager, over HTTP: what is to be held goes over to them, what was shared with the former one does not."""

import asyncio
from datetime import date

import pytest

from coaching.people import Role
from coaching.talks import TalkState, state
from dialogs.cards import words
from scheduler.new_managers import see_new_managers
from scheduler.talks import write_to_managers
from storage.tables import asks, shares, talk_handovers
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.talking import Some, is_led_by, prepare, somebody, takes_part
from tests.bot.test_talks import Pair, pair, talks_of, told, week, working
from tests.builders import Clock

__all__ = ["pair"]

SECRET, WISH = "Salaisuus", "Enemmän aikaa tiimille"


@pytest.fixture
async def sanna(chat: Chat, pair: Pair) -> Some:
    """Who is to lead Aino after Pekka."""
    sanna = await somebody(chat, "Sanna Seuraaja", role=Role.MANAGER)
    await takes_part(chat, sanna, pair.element, role=Role.MANAGER)
    return sanna


async def takes_over(chat: Chat, pair: Pair, sanna: Some) -> None:
    """The roster names Sanna."""
    await is_led_by(chat, pair.aino, sanna)
    while await see_new_managers(chat.store):
        pass


async def prepared(chat: Chat, pair: Pair) -> int:
    """Aino has prepared the discussion; the number of her ask."""
    ask = await prepare(chat, pair.aino, pair.element)
    at, card = await told(chat, pair.aino, "Valmistaudu muutamalla rivillä")
    await press(chat, pair.aino.user, at, button(card, "submit"), {"succeeded": SECRET, "wish": WISH})
    return ask.id


async def share(chat: Chat, pair: Pair, what: str) -> None:
    """Aino shares something with Pekka."""
    await say(chat, pair.aino.user, "jaa")
    at, form = last_card(chat, pair.aino.user)
    entries = {"what": what, "to": f"manager:{pair.pekka.person.id}", "until": "2026-12-31"}
    preview = await press(chat, pair.aino.user, at, button(form, "share_preview"), entries)
    assert preview.card is not None
    await press(chat, pair.aino.user, at, button(preview.card, "share_now"))


async def test_what_is_to_be_held_goes_over_and_the_former_managers_card_says_so(
    chat: Chat, pair: Pair, sanna: Some, clock: Clock
) -> None:
    at, _ = await week(chat, pair)
    await say(chat, pair.pekka.user, "keskustelu sovittu 1 1.12.")

    await takes_over(chat, pair, sanna)

    (talk,) = await talks_of(chat)
    assert (talk.manager_id, state(talk), talk.booked_for) == (sanna.person.id, TalkState.OPEN, None)
    clock.pass_by(seconds=10)
    gone = "Nämä keskustelut käy nyt uusi esihenkilö: Aino Aalto"
    await chat.teams.until(lambda: gone in words(chat.teams.cards(pair.pekka.user)[at]))
    assert "sovi päivä" not in words(chat.teams.cards(pair.pekka.user)[at])
    assert gone in words((await working(chat, pair.pekka))[1])
    await write_to_managers(chat.store)
    _, message = await told(chat, sanna, "Viikon viesti johdettavistasi")
    assert "Aino Aalto – sovi päivä" in words(message)


async def test_what_was_said_to_be_held_stays_with_whom_it_was_held(chat: Chat, pair: Pair, sanna: Some) -> None:
    await say(chat, pair.pekka.user, "keskustelu pidetty 1 16.11.")

    await takes_over(chat, pair, sanna)

    (talk,) = await talks_of(chat)
    assert (talk.manager_id, talk.held_on) == (pair.pekka.person.id, date(2026, 11, 16))
    await say(chat, pair.aino.user, "kyllä")
    assert await rows_of(chat, talk_handovers) == []


async def test_the_former_manager_does_nothing_with_it_any_more(chat: Chat, pair: Pair, sanna: Some) -> None:
    at, card = await working(chat, pair.pekka)
    (talk,) = await talks_of(chat)
    await takes_over(chat, pair, sanna)

    entries = {"who": str(talk.id), "day": "2026-11-16"}
    await press(chat, pair.pekka.user, at, button(card, "talk_held"), entries)

    assert (await talks_of(chat))[0].held_on is None


async def test_what_was_shared_with_the_former_manager_is_closed_and_its_owner_asked_once_about_the_new(
    chat: Chat, pair: Pair, sanna: Some, clock: Clock
) -> None:
    ask_id = await prepared(chat, pair)
    clock.pass_by(days=1)
    await share(chat, pair, f"ask:{ask_id}/wish")
    assert WISH in await say(chat, pair.pekka.user, "minulle jaettu 1")
    read_at, _ = last_card(chat, pair.pekka.user)

    await takes_over(chat, pair, sanna)

    clock.pass_by(seconds=10)
    await chat.teams.until(lambda: "Ei enää jaettu" in words(chat.teams.cards(pair.pekka.user)[read_at]))
    told_at, notice = await told(chat, pair.aino, "Esihenkilösi on vaihtunut")
    assert WISH not in str(notice)
    for reader in (pair.pekka, sanna):
        assert "Kukaan ei juuri nyt jaa" in await say(chat, reader.user, "minulle jaettu 1")
    await press(chat, pair.aino.user, told_at, button(notice, "share_again"))
    at, form = await told(chat, pair.aino, "Mitä jaat?")
    assert len([row for row in await rows_of(chat, shares) if row.state == "shared"]) == 1
    entries = {"what": f"ask:{ask_id}/wish", "to": f"manager:{sanna.person.id}", "until": "2026-12-31"}
    assert f"ask:{ask_id}/wish" in str(form)
    assert f"manager:{sanna.person.id}" in str(form)
    preview = await press(chat, pair.aino.user, at, button(form, "share_preview"), entries)
    assert preview.card is not None
    await press(chat, pair.aino.user, at, button(preview.card, "share_now"))
    read = await say(chat, sanna.user, "minulle jaettu 1")
    assert WISH in read
    assert SECRET not in read
    assert len([row for row in await rows_of(chat, asks) if row.kind == "new_manager"]) == 1


async def test_what_was_prepared_stays_private(chat: Chat, pair: Pair, sanna: Some) -> None:
    await prepared(chat, pair)

    await takes_over(chat, pair, sanna)
    await write_to_managers(chat.store)

    await told(chat, sanna, "Viikon viesti johdettavistasi")
    assert not any(text in str(chat.teams.cards(sanna.user)) for text in (SECRET, WISH))
    assert [row for row in await rows_of(chat, asks) if row.kind == "new_manager"] == []


async def test_nobody_else_opens_a_form_with_what_somebody_shared(
    chat: Chat, pair: Pair, sanna: Some, clock: Clock
) -> None:
    ask_id = await prepared(chat, pair)
    clock.pass_by(days=1)
    await share(chat, pair, f"ask:{ask_id}")
    await takes_over(chat, pair, sanna)
    (row,) = [each for each in await rows_of(chat, shares) if each.state == "shared"]

    said = await press(chat, sanna.user, None, {"sparri": {"v": 1, "verb": "share_again", "arg": str(row.id)}})

    assert "jonkun toisen" in said.words


async def test_several_who_look_at_once_hand_over_once(chat: Chat, pair: Pair, sanna: Some, clock: Clock) -> None:
    ask_id = await prepared(chat, pair)
    clock.pass_by(days=1)
    await share(chat, pair, f"ask:{ask_id}")
    await is_led_by(chat, pair.aino, sanna)

    await asyncio.gather(*(see_new_managers(chat.store) for _ in range(3)))

    assert len(await rows_of(chat, talk_handovers)) == 1
    assert len([row for row in await rows_of(chat, asks) if row.kind == "new_manager"]) == 1
