"""A manager is reminded of a conversation about somebody's plan, and never of more than was shared.

Of somebody who shared nothing there is a date and no content, of somebody who shared their first goal that goal alone.
The manager marks it as held, the participant confirms, and no reminder comes any more.
"""

from collections.abc import Iterable
from datetime import timedelta

from coaching.people import Role
from demo.teams import User
from demo.world import World
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say

WEEK = "Viikon viesti johdettavistasi"
IF_THEN = {"when": "kiire iskee", "then": "hengitän kerran"}
#: What each wrote as the first and the second goal.
AINO, BERTTA = ("Ainon ensimmäinen", "Ainon toinen"), ("Bertan ensimmäinen", "Bertan toinen")


def user_of(world: World, name: str) -> User:
    return next(each.user for each in world.inhabitants if each.row.name == name)


def cards_with(world: World, user: User, text: str) -> list[str]:
    """Where the cards of somebody's chat are that say this, oldest first."""
    return [at for at, card in world.teams.cards(user).items() if text in words(card)]


def all_said_to(world: World, user: User) -> Iterable[str]:
    """All that ever reached somebody, however it reads by now."""
    return [str(call.body) for call in world.teams.sent if call.conversation_id == user.conversation_id]


async def write_goals(chat: Chat, user: User, goals: Iterable[str]) -> None:
    """Goals with their *when* and *then*, each by its card."""
    for what in goals:
        await say(chat, user, "uusi tavoite")
        at, card = last_card(chat, user)
        second = await press(chat, user, at, button(card, "submit"), {"what": what})
        assert second.card is not None
        await press(chat, user, at, button(second.card, "submit"), IF_THEN)


async def share_the_first_goal(chat: Chat, user: User) -> None:
    """All of it, with the manager, typed."""
    for typed in ("jaa", "1", "1", "ohita", "30.4.2027", "jaa"):
        said = await say(chat, user, typed)
    assert "Jaettu." in said


async def days_pass(world: World, days: int) -> None:
    """Each day at noon whatever is due is done."""
    for _ in range(days):
        await world.move_to(world.now + timedelta(days=1))


async def test_a_manager_gets_a_date_of_who_shared_nothing_and_one_goal_of_who_shared_that_goal(world: World) -> None:
    chat = Chat(teams=world.teams, store=world.store, url=world.url)
    aino, bertta, pekka = (user_of(world, name) for name in ("Aino Aalto", "Bertta Bok", "Pekka Pelto"))
    await world.move_to(world.now + timedelta(hours=3))
    await write_goals(chat, aino, AINO)
    await write_goals(chat, bertta, BERTTA)
    await share_the_first_goal(chat, bertta)

    await days_pass(world, 35)
    told_of_the_share, at = cards_with(world, pekka, WEEK)
    assert told_of_the_share != at
    message = words(world.teams.cards(pekka)[at])
    opened = await say(chat, pekka, "minulle jaettu 1")

    of_aino, of_bertta = sorted(message.partition("Bertta Bok")[::2], key=lambda part: "Aino Aalto" not in part)
    assert "Seurantakeskustelu kehittymissuunnitelmasta" in message
    assert "Aino Aalto – sovi päivä, viimeistään" in of_aino
    assert "Sinulle on jaettu" not in of_aino.partition("1. Mitä")[0]
    assert "Sinulle on jaettu: tavoite 1." in of_bertta
    assert BERTTA[0] in opened
    assert not any(text in said for text in (*AINO, BERTTA[1]) for said in all_said_to(world, pekka))
    assert world.of_role(Role.MANAGER)[0].user == pekka


async def test_held_is_marked_by_the_manager_confirmed_by_the_participant_and_no_reminder_comes_any_more(
    world: World,
) -> None:
    chat = Chat(teams=world.teams, store=world.store, url=world.url)
    aino, pekka = user_of(world, "Aino Aalto"), user_of(world, "Pekka Pelto")
    await world.move_to(world.now + timedelta(hours=3))
    await write_goals(chat, aino, AINO)
    await days_pass(world, 35)
    assert len(cards_with(world, pekka, WEEK)) == 1

    day = world.now.date()
    marked = await say(chat, pekka, f"keskustelu pidetty 1 {day:%d.%m.%Y}")
    await days_pass(world, 3)
    (at,) = cards_with(world, aino, "Onko keskustelu pidetty?")
    await press(chat, aino, at, button(world.teams.cards(aino)[at], "submit"), {"held": "true"})
    await days_pass(world, 50)

    assert "Merkitsin: pidetty" in marked
    assert len(cards_with(world, pekka, WEEK)) == 1
    assert "Sinulla ei ole nyt sovittavia keskusteluja" in await say(chat, pekka, "keskustelut")
