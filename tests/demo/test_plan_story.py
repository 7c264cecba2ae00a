"""A supervisor of AKO from the plan to the twelve-month follow-up, in simulated time and over real HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from coaching.check_ins import AFTERWARDS
from coaching.moments import months_after
from coaching.programmes import break_days
from demo.habits import Habit, Simulated
from demo.programme import FILE, ROSTER, START
from demo.world import World, opened
from dialogs.cards import words
from tests.bot.hands import button

HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = 0
GOAL = [
    {"what": "Kuuntelen loppuun", "why": "Tiimi uskaltaa puhua"},
    {"when": "joku tulee ovelleni", "then": "kysyn ensin", "hour": "10:00", "again": "fortnightly"},
    {"weeks": "2", "weekday": "d0", "at": "09:30", "measure": "ten"},
]


class Certain(Random):
    """Somebody who answers whatever comes."""

    def random(self) -> float:
        return 0.0


@dataclass
class Supervisor:
    """Aino Aalto: writes one goal, checks in on it each time, and answers all else too. days: local dates."""

    world: World
    somebody: Simulated
    seen: set[str] = field(default_factory=set)
    checked_in: list[datetime] = field(default_factory=list)
    cued: list[datetime] = field(default_factory=list)
    receipt: str = ""

    async def look(self) -> None:
        """Turn to every card that is new."""
        user = self.somebody.inhabitant.user
        for at, card in list(self.world.teams.cards(user).items()):
            if at in self.seen:
                continue
            self.seen.add(at)
            said, now = words(card), self.world.now.astimezone(HELSINKI)
            if "Tätä varten pyysit muistutuksen" in said:
                self.cued.append(now)
            if "Mitä haluat kehittää?" in said:
                await self._write_goal(at, card)
            elif "Missä olet nyt tavoitteesi kanssa?" in said:
                self.checked_in.append(now)
                progress = str(min(3 + len(self.checked_in) // 4, 10))
                done = await self._press(at, card, {"progress_1": progress, "decision_1": "keep"})
                self.receipt = words(done)
            else:
                await self.somebody.answer(self.world, at)

    async def _write_goal(self, at: str, card: Mapping[str, Any]) -> None:
        tomorrow = (self.world.now + timedelta(days=1)).astimezone(HELSINKI).date().isoformat()
        for sitting in GOAL:
            card = await self._press(at, card, sitting | ({"day": tomorrow} if "hour" in sitting else {}))

    async def _press(self, at: str, card: Mapping[str, Any], entries: Mapping[str, str]) -> dict[str, Any]:
        data = button(card, "submit")
        activity = self.world.teams.execute(self.somebody.inhabitant.user, "submit", {**data, **entries}, reply_to=at)
        answer = await self.world.teams.post(self.world.url, activity)
        shown: dict[str, Any] = answer.body["value"]
        return shown


async def next_of_plans(world: World) -> datetime | None:
    """When a plan has something to write next."""
    async with world.store.transaction() as unit:
        return await unit.plans.next_at()


async def test_a_supervisor_follows_their_plan_for_a_year_after_the_programme(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    rows = ROSTER.read_text(encoding="utf-8").splitlines()
    coach = next(row for row in rows if ",coach," in row)
    aino_row = rows[1].split(",")
    manager = next(row for row in rows if row.startswith(aino_row[7]))
    roster.write_text("\n".join([rows[0], rows[1], coach, manager]) + "\n", encoding="utf-8")
    begun = datetime.combine(START - timedelta(days=4), time(9), UTC)

    async with opened(tmp_path, FILE, roster, start=START, now=begun) as world:
        await world.meet()
        inhabitant = next(each for each in world.inhabitants if each.row.name == "Aino Aalto")
        aino = Supervisor(world, Simulated(inhabitant=inhabitant, habit=Habit.USUAL, random=Certain(1)))
        ends = world.programme.ends
        until = datetime.combine(months_after(ends, 13), time(), UTC)
        while world.now < until:
            following = await world.next_at() or until
            await world.move_to(min(max(following, world.now + timedelta(minutes=1)), until))
            await aino.look()
            await world.quiet()
        left = await next_of_plans(world)

    days = [moment.date() for moment in aino.checked_in]
    breaks = break_days(world.programme)
    off = holidays.country_holidays("FI", years=range(2026, 2030))
    assert all(day.weekday() < 5 and day not in {*off, *breaks} for day in days)
    usual = [moment for moment in aino.checked_in if _monday_of(moment.date()) not in {*off, *breaks}]
    assert {(moment.weekday(), f"{moment:%H.%M}") for moment in usual} == {(MONDAY, "09.30")}
    assert len(usual) >= len(days) - 2
    during = [day for day in days if day <= ends]
    apart = [later - sooner for sooner, later in pairwise(during)]
    assert len(during) >= 6
    assert all(timedelta(days=10) <= gap <= timedelta(days=18) for gap in apart)
    after = [day for day in days if day > ends]
    for day, months in zip(after, AFTERWARDS, strict=True):
        assert abs(day - months_after(ends, months)) <= timedelta(days=7)
    assert left is None or left > until
    assert len(aino.cued) >= len(during)
    assert {moment.hour for moment in aino.cued} == {10}
    assert "Edistymisesi asteikolla 0–10, vanhin ensin: " in aino.receipt


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())
