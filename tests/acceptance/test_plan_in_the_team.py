"""A supervisor takes chosen sentences of their plan to the team that they lead.

Whatever leaves the supervisor's own chat (the page for the meeting, the calendar file, what the team gets) holds
exactly the ticked sentences; the rest of the plan is in none of it. Afterwards comes one question about what the team
promised, and four weeks later one to the team, whose answers come back together.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from coaching.asks import AskKind
from coaching.people import Person
from demo.teams import User
from dialogs.cards import words
from storage.tables import asks, pools
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.test_follow_up_files import fetched, links_on
from tests.bot.test_plans import WHAT, invited, met, told
from tests.builders import Clock

#: The plan's sentences, by what ticks them.
SENTENCES = {
    "s1": "Kuuntelen loppuun",
    "s2": "Tiimi uskaltaa puhua",
    "s3": "Kysyn ennen kuin neuvon",
    "s4": "Kun joku tulee ovelleni, niin kysyn ensin, mitä hän itse ajattelee.",
    "s5": "Puhun vähemmän",
}
#: Nothing else of it falls due in these weeks.
GOAL = (
    WHAT,
    {"when": "joku tulee ovelleni", "then": "kysyn ensin, mitä hän itse ajattelee"},
    {"sign": "Puhun vähemmän", "measure": "ten", "weeks": "4"},
)
TEAM = ("Eino Eka", "Tiina Toka", "Kalle Kolmas", "Nea Neljäs", "Vilma Viides")
TALK = {"day": "2026-11-25", "hour": "13:00"}
INVITATION = "Mitä te näette? Missä voitte auttaa minua?"
QUESTION = "Oletko huomannut muutosta siinä, miten hän toimii?"


@dataclass
class Leader:
    """A supervisor with a whole goal, the card on which they tick its sentences, and their team."""

    user: User
    person: Person
    at: str
    card: dict[str, Any]
    team: list[User]

    async def takes(self, chat: Chat, *ticked: str) -> dict[str, Any]:
        """The page for the meeting, with these sentences; the team is to be asked."""
        entries = TALK | {"sentences": ",".join(ticked), "people": ", ".join(TEAM)}
        page = await press(chat, self.user, self.at, button(self.card, "submit"), entries)
        assert page.card is not None
        return page.card


@pytest.fixture
async def leader(chat: Chat) -> Leader:
    user, person = await met(chat, unit="AKO")
    await invited(chat, person)
    at, card = await told(chat, user, "Mitä haluat kehittää?")
    for sitting in GOAL:
        card = (await press(chat, user, at, button(card, "submit"), sitting)).card or {}
    team = [(await met(chat, name, unit="AKO", manager_id=person.id))[0] for name in TEAM]
    await say(chat, user, "vie tiimille")
    return Leader(user, person, *last_card(chat, user), team)


def said_to(chat: Chat, users: list[User]) -> Iterator[str]:
    """Everything that was sent to these people."""
    conversations = {user.conversation_id for user in users}
    return (
        json.dumps(call.body, ensure_ascii=False) for call in chat.teams.sent if call.conversation_id in conversations
    )


@pytest.mark.parametrize("ticked", [("s1", "s4"), ("s2",), ("s3", "s5", "s1"), tuple(SENTENCES)], ids=",".join)
async def test_only_the_ticked_sentences_leave_the_supervisors_space(
    chat: Chat, clock: Clock, leader: Leader, ticked: tuple[str, ...]
) -> None:
    page = await leader.takes(chat, *ticked)
    await press(chat, leader.user, leader.at, button(page, "team_calendar"))
    await chat.teams.until(lambda: bool(links_on(last_card(chat, leader.user)[1])))
    _, file = await fetched(chat, links_on(last_card(chat, leader.user)[1])["Kalenteriin"])
    clock.now = datetime(2026, 12, 23, 12, tzinfo=UTC)
    for user in leader.team:
        await told(chat, user, QUESTION)

    (event,) = icalendar.Calendar.from_ical(file).walk("VEVENT")
    expected = [sentence for name, sentence in SENTENCES.items() if name in ticked]
    assert str(event["description"]).splitlines() == expected
    shown = words(page).splitlines()
    assert shown[shown.index("ke 25.11.2026 klo 13.00") + 1 : shown.index(INVITATION)] == expected
    everything = [*said_to(chat, leader.team), json.dumps(page, ensure_ascii=False), file.decode()]
    for name in SENTENCES.keys() - set(ticked):
        assert not any(SENTENCES[name] in each for each in everything), name


async def test_afterwards_what_the_team_promised_is_asked_and_four_weeks_later_the_team_answers_together(
    chat: Chat, clock: Clock, leader: Leader
) -> None:
    await leader.takes(chat, "s1")

    clock.now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    at, card = await told(chat, leader.user, "Mitä tiimi lupasi?")
    await press(chat, leader.user, at, button(card, "submit"), {"handled": "true", "promise": "Sanovat heti"})
    assert not any(QUESTION in said for said in said_to(chat, leader.team))
    clock.now = datetime(2026, 12, 23, 12, tzinfo=UTC)
    for user in leader.team:
        at, card = await told(chat, user, QUESTION)
        await press(chat, user, at, button(card, "submit"), {"answer": "c1"})
    clock.now = datetime(2027, 1, 7, 12, tzinfo=UTC)
    _, result = await told(chat, leader.user, QUESTION)

    assert "Selvästi: 5" in words(result)
    assert not any(name in words(result) for name in TEAM)
    (ask,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.TEAM_HANDLED]
    assert (await answers_of(chat, ask.id))[0]["promise"] == "Sanovat heti"
    assert not any("Sanovat heti" in said for said in said_to(chat, leader.team))


async def test_a_team_of_four_is_not_asked(chat: Chat, leader: Leader) -> None:
    entries = TALK | {"sentences": "s1", "people": ", ".join(TEAM[1:])}

    said = await press(chat, leader.user, leader.at, button(leader.card, "submit"), entries)

    assert "Nimeä vähintään 5" in said.words
    assert await rows_of(chat, pools) == []
