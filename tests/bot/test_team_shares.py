"""What somebody shares with their own team: each of it is told once, and nothing of what it says."""

from typing import Any

import pytest

from coaching.people import Role
from dialogs.cards import words
from storage.tables import asks, deliveries
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import rows_of
from tests.bot.talking import Some, discussion, is_led_by, somebody, takes_part
from tests.bot.test_plans import whole_goal
from tests.bot.test_talks import told
from tests.builders import Clock

TOLD = "Sinulle on jaettu jotain"
GOAL = "Kuuntelen loppuun"


@pytest.fixture
async def aino(chat: Chat) -> Some:
    """Who leads a team, and takes part."""
    aino = await somebody(chat, "Aino Aalto")
    await takes_part(chat, aino, await discussion(chat))
    return aino


@pytest.fixture
async def team(chat: Chat, aino: Some) -> list[Some]:
    """Three whom Aino leads, and who take no part in anything."""
    found = [await somebody(chat, f"Tiimiläinen {number}") for number in range(3)]
    for some in found:
        await is_led_by(chat, some, aino)
    return found


async def shares(chat: Chat, aino: Some, goal_id: int, field: str) -> tuple[str, dict[str, Any]]:
    """Aino shares one field with her team; her card, and where it is."""
    await say(chat, aino.user, "jaa")
    at, form = last_card(chat, aino.user)
    entries = {"what": f"ask:{goal_id}/{field}", "to": "team", "until": "2027-01-31"}
    preview = await press(chat, aino.user, at, button(form, "share_preview"), entries)
    assert preview.card is not None
    done = await press(chat, aino.user, at, button(preview.card, "share_now"))
    assert done.card is not None
    return at, done.card


def cards_telling(chat: Chat, some: Some) -> list[dict[str, Any]]:
    return [card for card in chat.teams.cards(some.user).values() if TOLD in words(card)]


async def test_each_of_the_team_is_told_once_and_opens_it_by_a_press(
    chat: Chat, aino: Some, team: list[Some], clock: Clock
) -> None:
    _, goal = await whole_goal(chat, aino.user, aino.person)

    await shares(chat, aino, goal.id, "what")

    for some in team:
        at, card = await told(chat, some, TOLD)
        said = words(card)
        assert "Aino Aalto" in said
        assert GOAL not in said
        assert "olet mukana" not in said
        await press(chat, some.user, at, button(card, "share_open"))
        await told(chat, some, GOAL)
    clock.pass_by(days=7)
    await say(chat, aino.user, "ohje")
    assert [len(cards_telling(chat, some)) for some in team] == [1, 1, 1]
    assert sum(row.kind == "shared" for row in await rows_of(chat, asks)) == 3


async def test_what_is_shared_before_they_are_told_is_told_together_and_later_another_time(
    chat: Chat, aino: Some, team: list[Some], clock: Clock
) -> None:
    _, goal = await whole_goal(chat, aino.user, aino.person)
    clock.now = clock.now.replace(hour=20)
    await shares(chat, aino, goal.id, "what")
    await shares(chat, aino, goal.id, "why")
    clock.now = clock.now.replace(day=17, hour=8)
    await told(chat, team[0], TOLD)
    visits = [row for row in await rows_of(chat, deliveries) if row.person_id == team[0].person.id]
    assert len(visits) == 1

    clock.pass_by(days=1)
    await shares(chat, aino, goal.id, "behaviour")

    await chat.teams.until(lambda: len(cards_telling(chat, team[0])) == 2)


async def test_what_is_taken_back_before_they_are_told_is_not_told(
    chat: Chat, aino: Some, team: list[Some], clock: Clock
) -> None:
    _, goal = await whole_goal(chat, aino.user, aino.person)
    clock.now = clock.now.replace(hour=20)
    at, card = await shares(chat, aino, goal.id, "what")
    await press(chat, aino.user, at, button(card, "share_back"))

    clock.now = clock.now.replace(day=17, hour=8)
    await say(chat, aino.user, "ohje")

    assert cards_telling(chat, team[0]) == []


async def test_nobody_else_is_told(chat: Chat, aino: Some, team: list[Some]) -> None:
    other = await somebody(chat, "Joku Muu")
    boss = await somebody(chat, "Pekka Ylijoki", role=Role.MANAGER)
    await is_led_by(chat, aino, boss)
    _, goal = await whole_goal(chat, aino.user, aino.person)

    await shares(chat, aino, goal.id, "what")

    await told(chat, team[0], TOLD)
    assert cards_telling(chat, other) == cards_telling(chat, boss) == []
