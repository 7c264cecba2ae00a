"""A reflection from its file to its end: loaded by the command, it comes when it opens; an answer ends reminders."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from coaching.hours import Hours
from demo.teams import User
from dialogs.cards import words
from storage.deliveries import DeliveryState
from tests.bot.conftest import Chat
from tests.bot.hands import DEBRIEF, button, press
from tests.builders import Clock
from tests.serving import Ended, command, eventually

REFLECTION = """
[programme]
key = "arki-2026"
name = {{ fi = "Johtaminen arjessa", sv = "Ledarskap i vardagen", en = "Leading day by day" }}

[[reflection]]
key = "session-1"
title = {{ fi = "Lähipäivä 1", sv = "Närträff 1", en = "Session 1" }}
opens_at = {opens_at:%Y-%m-%dT%H:%M:%SZ}
due_at = {due_at:%Y-%m-%dT%H:%M:%SZ}
for = ["aino.aalto@ministry.example", "bo.berg@ministry.example"]
"""
#: Commands go by the machine's time, so the story begins tomorrow morning, whichever day of the week that is.
ALWAYS: dict[str, Any] = {
    "hours": Hours(start=time(0), end=time(23, 59), weekdays=frozenset(range(7))),
    "country": "",
    "preferred": time(0),
}


@pytest.fixture
def clock() -> Clock:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return Clock(now=tomorrow.replace(hour=8, minute=0, second=0, microsecond=0))


async def sparri(folder: Path, environment: dict[str, str], line: str) -> Ended:
    """A command of the administrator's."""
    return await command(*line.split(), environment=environment, folder=folder)


async def settled(chat: Chat, count: int) -> None:
    """Wait until so many visits were made, and are written down as sent; only then may the clock be set."""

    async def are_settled() -> bool:
        async with chat.store.transaction() as unit:
            rows = await unit.deliveries.listed(person_id=None, state=DeliveryState.SENT, limit=100)
        return len(rows) == count

    await eventually(are_settled)


def about_the_session(chat: Chat, user: User) -> list[tuple[str, dict[str, Any]]]:
    """The cards in the person's chat that name the session, oldest first."""
    return [(at, card) for at, card in chat.teams.cards(user).items() if "Lähipäivä 1" in words(card)]


async def test_a_loaded_reflection_arrives_is_answered_and_only_who_did_not_answer_is_reminded(
    chat: Chat, clock: Clock, environment: dict[str, str], tmp_path: Path
) -> None:
    opens_at = clock.now + timedelta(days=2)
    due_at = (clock.now + timedelta(days=9)).replace(hour=20, minute=0, second=0, microsecond=0)
    (tmp_path / "session.toml").write_text(REFLECTION.format(opens_at=opens_at, due_at=due_at), encoding="utf-8")
    (aino, _), (bo, _) = await chat.person("Aino Aalto", **ALWAYS), await chat.person("Bo Berg", **ALWAYS)
    loaded = await sparri(tmp_path, environment, "reflections load session.toml")
    assert loaded.output.splitlines()[0] == "2 new, 0 moved to other times, 0 as they were."
    for user in (aino, bo):
        await chat.post(chat.teams.installed(user))
        assert about_the_session(chat, user) == []

    clock.now = opens_at + timedelta(hours=1)

    await settled(chat, 2)
    ((at, form),) = about_the_session(chat, aino)
    said = await press(chat, aino, at, button(form, "submit"), DEBRIEF)
    assert "tallessa" in said.words
    clock.now = opens_at + timedelta(days=3, hours=1)
    await settled(chat, 3)
    clock.now = due_at - timedelta(hours=8)
    await settled(chat, 4)
    clock.now = due_at + timedelta(days=20)
    listed = await sparri(tmp_path, environment, "deliveries")

    assert [len(about_the_session(chat, user)) for user in (aino, bo)] == [1, 3]
    rows = [" ".join(line.split()[2:]) for line in listed.output.splitlines() if "@" in line]
    assert rows[:2] == ["bo.berg@ministry.example sent 0 reminder session-1"] * 2
    assert sorted(rows[2:]) == [f"{name}@ministry.example sent 0 new session-1" for name in ("aino.aalto", "bo.berg")]
