"""What two agreed on in a discussion, over HTTP: written by either once it was held, theirs until they share it."""

from typing import Any

import pytest

from coaching.people import Role
from coaching.talks import TalkState, state
from dialogs.cards import words
from storage.tables import asks
from tests.bot.conftest import Chat
from tests.bot.hands import Way, button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.talking import somebody, takes_part
from tests.bot.test_talks import Pair, pair, talks_of, told, working
from tests.builders import Clock

__all__ = ["pair"]

AGREED = "Sovimme *yhteisestä* rauhasta aamuihin"


async def hold(chat: Chat, pair: Pair) -> str:
    """Aino says that it was held; what she is told."""
    return await say(chat, pair.aino.user, "keskustelu käyty 1 16.11.")


async def summaries(chat: Chat) -> list[Any]:
    return [row for row in await rows_of(chat, asks) if row.kind == "summary"]


async def write(chat: Chat, some: Any, text: str = AGREED) -> str:
    """Somebody writes down what was agreed on."""
    await say(chat, some.user, "keskustelun yhteenveto 1")
    return await say(chat, some.user, text)


@pytest.mark.parametrize("way", Way)
async def test_whoever_confirms_is_offered_once_to_write_down_what_was_agreed_on(
    chat: Chat, pair: Pair, way: Way
) -> None:
    await say(chat, pair.pekka.user, "keskustelu pidetty 1 16.11.")
    asked_at, asked = await told(chat, pair.aino, "Onko keskustelu pidetty?")

    await press(chat, pair.aino.user, asked_at, button(asked, "submit"), {"held": "true"}, way=way)

    offered_at, offered = await told(chat, pair.aino, "Haluatko kirjoittaa muistiin, mitä sovitte?")
    assert "Vain sinä näet tämän. Keskustelukumppanisi näkee vain, että olet vastannut" in words(offered)
    await press(chat, pair.aino.user, offered_at, button(offered, "talk_summary"), way=way)
    at, form = await told(chat, pair.aino, "Mitä sovitte?")
    assert "Kenen kanssa: Pekka Ylijoki" in words(form)
    assert "Vain sinä näet tämän" in words(form)
    await press(chat, pair.aino.user, at, button(form, "submit"), {"agreed": AGREED}, way=way)
    (talk,) = await talks_of(chat)
    assert state(talk) is TalkState.SUMMARISED


async def test_nothing_reminds_of_a_summary(chat: Chat, pair: Pair, clock: Clock) -> None:
    assert "Haluatko kirjoittaa muistiin" in await hold(chat, pair)
    await say(chat, pair.aino.user, "keskustelun yhteenveto")
    calls = len(chat.teams.sent)

    for _ in range(6):
        clock.pass_by(days=5)
        await say(chat, pair.pekka.user, "ohje")

    said = [str(call.body) for call in chat.teams.sent[calls:]]
    assert not any("yhteenve" in each and "Haluatko" in each for each in said)
    (talk,) = await talks_of(chat)
    assert state(talk) is TalkState.CONFIRMED


async def test_a_summary_is_its_writers_until_they_share_it_with_the_other_one(chat: Chat, pair: Pair) -> None:
    await hold(chat, pair)
    await write(chat, pair.aino)
    assert AGREED not in await say(chat, pair.pekka.user, "keskustelut")
    assert "Kukaan ei juuri nyt jaa" in await say(chat, pair.pekka.user, "minulle jaettu")
    await say(chat, pair.aino.user, "jaa")
    at, form = last_card(chat, pair.aino.user)
    (ask,) = await summaries(chat)
    entries = {"what": f"ask:{ask.id}", "until": "2026-12-01"}
    manager = entries | {"to": f"manager:{pair.pekka.person.id}"}
    refused = await press(chat, pair.aino.user, at, button(form, "share_preview"), manager)
    assert "ei voi jakaa hänelle" in refused.words

    two = entries | {"to": f"counterpart:{pair.pekka.person.id}"}
    preview = await press(chat, pair.aino.user, at, button(form, "share_preview"), two)
    assert preview.card is not None
    await press(chat, pair.aino.user, at, button(preview.card, "share_now"))

    assert AGREED in await say(chat, pair.pekka.user, "minulle jaettu 1")


async def test_both_may_write_one_and_the_state_is_that_of_the_pair(chat: Chat, pair: Pair) -> None:
    await hold(chat, pair)

    await write(chat, pair.pekka, "Pekan sanat")
    await write(chat, pair.aino)

    assert len(await summaries(chat)) == 2
    assert "yhteenveto kirjoitettu" in words((await working(chat, pair.aino))[1])
    assert "Pekan sanat" not in str(chat.teams.cards(pair.aino.user))


async def test_a_summary_of_what_was_not_held_is_refused_kindly(chat: Chat, pair: Pair) -> None:
    assert "kun keskustelu on pidetty ja vahvistettu" in await say(chat, pair.aino.user, "keskustelun yhteenveto 1")
    assert await summaries(chat) == []


async def test_who_deletes_the_message_takes_the_summary_back(chat: Chat, pair: Pair) -> None:
    await hold(chat, pair)
    await say(chat, pair.aino.user, "keskustelun yhteenveto 1")
    activity = chat.teams.message(pair.aino.user, AGREED)
    await chat.post(activity)
    assert state((await talks_of(chat))[0]) is TalkState.SUMMARISED

    await chat.post(chat.teams.deleted(pair.aino.user, activity["id"]))

    assert state((await talks_of(chat))[0]) is TalkState.CONFIRMED


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.COACH, Role.MANAGER, Role.OWNER])
async def test_nobody_but_the_two_opens_a_summary_of_theirs(chat: Chat, pair: Pair, role: Role) -> None:
    third = await somebody(chat, "Kolmas Pyörä", role=role)
    await takes_part(chat, third, pair.element, role=role)
    await hold(chat, pair)
    await write(chat, pair.aino)
    (talk,) = await talks_of(chat)

    carried = {"sparri": {"v": 1, "verb": "talk_summary", "arg": str(talk.id)}}
    said = await press(chat, third.user, None, carried)

    assert "Aino" not in said.words
    assert AGREED not in str(chat.teams.cards(third.user))
    assert len(await summaries(chat)) == 1


async def test_what_a_manager_wrote_of_somebody_goes_when_they_are_erased(chat: Chat, pair: Pair) -> None:
    await hold(chat, pair)
    await write(chat, pair.pekka)

    await say(chat, pair.aino.user, "poista tietoni")
    await say(chat, pair.aino.user, "poista kaikki")

    assert await summaries(chat) == []
