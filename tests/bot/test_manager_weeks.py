"""The one message of a week to a manager: all that Sparri has to tell them because of their people, in one card."""

from typing import Any

import pytest

from coaching.asks import AskKind, Element
from coaching.people import Role
from dialogs.cards import words
from scheduler.talks import write_to_managers
from storage.tables import asks, deliveries, manager_weeks
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.talking import Some, discussion, is_led_by, prepare, somebody, takes_part
from tests.bot.test_talks import Pair, pair, told
from tests.builders import Clock, in_all

__all__ = ["pair"]

WEEK = "Viikon viesti johdettavistasi"
NOTICE = "Varaa aika keskusteluun"
WISH = "Enemmän aikaa tiimille"


async def notice(chat: Chat, pair: Pair, some: Some, title: str = NOTICE, **given: Any) -> Element:
    """What the programme tells a manager."""
    async with chat.store.transaction() as unit:
        element = await unit.programmes.add_element(
            Element(
                id=0,
                programme_id=pair.element.programme_id,
                key=title,
                kind=AskKind.MANAGER_NOTICE,
                title=in_all(title),
                intro=in_all("Puoli tuntia riittää."),
            )
        )
        await unit.asks.add(
            person_id=some.person.id, element=element, wants_answer=False, **{"opens_at": unit.now} | given
        )
    return element


async def visits_to(chat: Chat, some: Some) -> int:
    return sum(row.person_id == some.person.id for row in await rows_of(chat, deliveries))


async def weeks(chat: Chat) -> list[Any]:
    return [*await rows_of(chat, manager_weeks)]


async def test_what_a_programme_tells_a_manager_comes_in_the_same_card_as_the_discussions(
    chat: Chat, pair: Pair
) -> None:
    await notice(chat, pair, pair.pekka)
    await notice(chat, pair, pair.pekka, "Kysy, miten suunnitelma etenee")

    await write_to_managers(chat.store)

    _, card = await told(chat, pair.pekka, "Aino Aalto – sovi päivä")
    said = words(card)
    assert f"{NOTICE} (fi)" in said
    assert "Kysy, miten suunnitelma etenee (fi)" in said
    assert said.count("Missä näit hänen onnistuvan?") == 1
    assert await visits_to(chat, pair.pekka) == 1


async def test_it_never_comes_by_itself_and_waits_for_the_next_weeks_message(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    await write_to_managers(chat.store)
    await told(chat, pair.pekka, WEEK)
    clock.pass_by(days=2)
    await notice(chat, pair, pair.pekka)

    for _ in range(4):
        await write_to_managers(chat.store)
        await say(chat, pair.aino.user, "ohje")
        assert NOTICE not in str(chat.teams.cards(pair.pekka.user))
        clock.pass_by(days=1)
    clock.pass_by(days=1)
    await write_to_managers(chat.store)

    await told(chat, pair.pekka, f"{NOTICE} (fi)")
    assert await visits_to(chat, pair.pekka) == len(await weeks(chat)) == 2


async def test_where_there_is_nothing_else_the_card_is_the_notice_alone(chat: Chat, pair: Pair) -> None:
    sanna = await somebody(chat, "Sanna Seuraaja", role=Role.MANAGER)
    await takes_part(chat, sanna, pair.element, role=Role.MANAGER)
    await notice(chat, pair, sanna)

    await write_to_managers(chat.store)

    _, card = await told(chat, sanna, f"{NOTICE} (fi)")
    assert WEEK not in words(card)
    assert "ei ole nyt sovittavia" not in words(card)


async def test_what_somebody_shares_is_told_their_manager_in_the_weeks_message_and_once(
    chat: Chat, pair: Pair, clock: Clock
) -> None:
    bertta = await somebody(chat, "Bertta Bok")
    element = await discussion(chat, key="talk-other")
    await is_led_by(chat, bertta, pair.pekka)
    await takes_part(chat, bertta, element)
    ask = await prepare(chat, bertta, element)
    at, form = await told(chat, bertta, "Valmistaudu muutamalla rivillä")
    await press(chat, bertta.user, at, button(form, "submit"), {"succeeded": "Salaisuus", "wish": WISH})
    await say(chat, bertta.user, "jaa")
    at, form = last_card(chat, bertta.user)
    entries = {"what": f"ask:{ask.id}/wish", "to": f"manager:{pair.pekka.person.id}", "until": "2027-01-31"}
    preview = await press(chat, bertta.user, at, button(form, "share_preview"), entries)
    assert preview.card is not None
    await press(chat, bertta.user, at, button(preview.card, "share_now"))

    await write_to_managers(chat.store)

    week_at, card = await told(chat, pair.pekka, "Sinulle jakavat jotain: Bertta Bok")
    assert WISH not in str(card)
    await press(chat, pair.pekka.user, week_at, button(card, "talk_shared"))
    await told(chat, pair.pekka, "He ovat jakaneet sinulle jotain")
    assert [row for row in await rows_of(chat, asks) if row.kind == "shared"] == []
    await say(chat, pair.pekka.user, "keskustelu pidetty 1 16.11.")
    await say(chat, pair.aino.user, "kyllä")
    written = len(await weeks(chat))
    clock.pass_by(days=7)
    await write_to_managers(chat.store)
    assert len(await weeks(chat)) == written


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.COACH, Role.OWNER])
async def test_nobody_but_the_manager_is_told(chat: Chat, pair: Pair, role: Role) -> None:
    other = await somebody(chat, "Joku Muu", role=role)
    await takes_part(chat, other, pair.element, role=role)

    await write_to_managers(chat.store)

    assert {row.manager_id for row in await weeks(chat)} == {pair.pekka.person.id}
