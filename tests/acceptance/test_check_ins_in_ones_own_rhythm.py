"""Twenty weeks of check-ins in simulated time.

They come on the weekday and at the time that the person chose, never while they are away and never on a Finnish public
holiday; how it goes is a row of bars with the same numbers as text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from coaching.check_ins import bars
from coaching.people import Role
from coaching.plans import Measure
from demo.world import Inhabitant, World
from dialogs.cards import words
from tests.bot.hands import button

HELSINKI = ZoneInfo("Europe/Helsinki")
FIRST, LAST = date(2026, 11, 25), date(2027, 4, 7)
WEDNESDAY, AT = 2, "13.15"
AWAY = (date(2027, 2, 15), date(2027, 2, 26))
GOAL = (
    {"what": "Kuuntelen loppuun"},
    {"when": "joku tulee ovelleni", "then": "kysyn ensin"},
    {"weeks": "1", "weekday": f"d{WEDNESDAY}", "at": "13:15", "measure": "ten"},
)


@dataclass
class Follower:
    """Somebody who writes a goal and answers each check-in at once. checked_in: when each came, local time."""

    world: World
    inhabitant: Inhabitant
    seen: set[str] = field(default_factory=set)
    checked_in: list[datetime] = field(default_factory=list)
    progress: list[int] = field(default_factory=list)
    receipt: str = ""

    async def look(self) -> None:
        """Turn to every card that is new."""
        for at, card in list(self.world.teams.cards(self.inhabitant.user).items()):
            if at in self.seen:
                continue
            self.seen.add(at)
            if "Mitä haluat kehittää?" in words(card):
                for sitting in GOAL:
                    card = await self._press(at, card, sitting)
            elif "Missä olet nyt?" in words(card):
                self.checked_in.append(self.world.now.astimezone(HELSINKI))
                self.progress.append(len(self.progress) // 2)
                entries = {"progress_1": str(self.progress[-1]), "decision_1": "keep"}
                self.receipt = words(await self._press(at, card, entries))

    async def _press(self, at: str, card: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, Any]:
        data = {**button(card, "submit"), **entries}
        activity = self.world.teams.execute(self.inhabitant.user, "submit", data, reply_to=at)
        answer = await self.world.teams.post(self.world.url, activity)
        shown: dict[str, Any] = answer.body["value"]
        return shown


async def live(world: World, follower: Follower, until: date) -> None:
    """Let time pass, from one thing that happens to the next, until the morning of a day."""
    end = datetime.combine(until, datetime.min.time(), HELSINKI).astimezone(UTC) + timedelta(hours=7)
    while world.now < end:
        following = await world.next_at() or end
        await world.move_to(min(max(following, world.now + timedelta(minutes=1)), end))
        await follower.look()
        await world.quiet()


async def test_for_twenty_weeks_check_ins_come_on_ones_own_day_and_time_and_never_on_leave_or_a_holiday(
    world: World,
) -> None:
    (aino, _), (kaisa,) = world.of_role(Role.PARTICIPANT), world.of_role(Role.COACH)
    follower = Follower(world, aino)

    await live(world, follower, AWAY[0])
    for text in (f"merkitse poissaolo Aino Aalto {AWAY[1]:%d.%m.%Y} asti", "tee se"):
        await world.teams.post(world.url, world.teams.message(kaisa.user, text))
    await live(world, follower, LAST + timedelta(days=1))

    days = [moment.date() for moment in follower.checked_in]
    off = holidays.country_holidays("FI", years=(2026, 2027))
    assert not any(day in off or day.weekday() > 4 or AWAY[0] <= day <= AWAY[1] for day in days)
    wednesdays = [FIRST + timedelta(weeks=week) for week in range(20)]
    undisturbed = [day for day in wednesdays if day not in off and not AWAY[0] <= day <= AWAY[1]]
    assert len(undisturbed) == 17
    assert [day for day in days if day in wednesdays] == undisturbed
    assert {f"{moment:%H.%M}" for moment in follower.checked_in if moment.date() in wednesdays} == {AT}
    assert [day for day in days if day not in wednesdays] == [date(2027, 1, 7), date(2027, 3, 1)]


async def test_how_it_goes_is_a_row_of_bars_and_the_same_numbers_as_text(world: World) -> None:
    aino, _ = world.of_role(Role.PARTICIPANT)
    follower = Follower(world, aino)

    await live(world, follower, FIRST + timedelta(weeks=7))

    numbers = ", ".join(map(str, follower.progress))
    assert len(follower.progress) == 7
    assert f"vanhin ensin: {numbers}." in follower.receipt
    assert bars(follower.progress, Measure.TEN) in follower.receipt.splitlines()
