"""A whole programme in simulated time: `python -m demo --headless`.

The AKO programme from its start to the twelve-month follow-up, over real HTTP. At the end the ledger is looked over:
what Sparri promises must hold for everybody, and what they were thanked for must be there.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.terminal import progress_bar
from coaching.people import Role
from demo.guarantees import Account, looked_over
from demo.habits import Habit, Simulated
from demo.world import World, only_errors, opened

PROGRAMMES = Path(__file__).parents[1] / "programmes"
FILE, ROSTER = PROGRAMMES / "ako-2020.yaml", PROGRAMMES / "ako-2020.people.csv"
START = date(2026, 9, 1)
#: People install the app some days before.
BEFORE = timedelta(days=4)
#: The last follow-up is twelve months after the programme.
AFTERWARDS = timedelta(days=380)
SEED = 7
#: Of the participants, the first so many after one are slow, and so many are silent.
SLOW, SILENT = 2, 2
#: Everybody moves in steps of so much: a visit and an answer are no later than that.
STEP = timedelta(minutes=15)
LONGEST_STEP = timedelta(days=1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(kw_only=True)
class Play:
    """Simulated people in a world, from moment to moment.

    seen: the cards that they have looked at already. calls: of the Connector's, how many were looked through for those.
    """

    world: World
    simulated: list[Simulated]
    _ahead: list[tuple[datetime, int, Simulated, str]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)
    _seen: dict[str, set[str]] = field(default_factory=dict)
    _calls: int = 0

    async def until(
        self, end: datetime, *, progress: Callable[[int, int | None], None] = lambda done, of: None
    ) -> None:
        """Let time pass until *end*; progress: days done, of how many."""
        begun = self.world.now
        while self.world.now < end:
            await self.step(end)
            progress((self.world.now - begun).days, (end - begun).days)

    async def step(self, end: datetime) -> None:
        """Go to the next moment at which something happens, at most to *end*, and let it happen."""
        await self.world.move_to(min(end, await self._next()))
        self._notice()
        while self._ahead and self._ahead[0][0] <= self.world.now:
            _, _, somebody, at = heappop(self._ahead)
            await somebody.answer(self.world, at)
            await self.world.quiet()
            self._notice()

    async def _next(self) -> datetime:
        """The end of the step in which something happens next."""
        moments = [self.world.now + LONGEST_STEP]
        if self._ahead:
            moments.append(self._ahead[0][0])
        visit = await self.world.next_at()
        if visit is not None:
            moments.append(visit)
        steps = -((_EPOCH - max(min(moments), self.world.now + timedelta(microseconds=1))) // STEP)
        return _EPOCH + steps * STEP

    def _notice(self) -> None:
        """Everybody sees the cards that are new to them, and will turn to them or not."""
        sent = self.world.teams.sent
        told = {call.conversation_id for call in sent[self._calls :]}
        self._calls = len(sent)
        for each in self.simulated:
            if each.inhabitant.user.conversation_id not in told:
                continue
            seen = self._seen.setdefault(each.inhabitant.row.email, set())
            for at in self.world.teams.cards(each.inhabitant.user):
                if at not in seen:
                    seen.add(at)
                    when = each.looks_at(self.world.now)
                    if when is not None:
                        heappush(self._ahead, (when, next(self._order), each, at))


def simulated(world: World, *, but: int = 0) -> list[Simulated]:
    """The participants but the first so many, who are somebody's own place."""
    participants = world.of_role(Role.PARTICIPANT)[but:]
    habits = [Habit.SLOW] * SLOW + [Habit.SILENT] * SILENT + [Habit.USUAL] * len(participants)
    return [
        Simulated(inhabitant=each, habit=habit, random=Random(f"{SEED} {each.row.email}"))
        for each, habit in zip(participants, habits, strict=False)
    ]


async def play(folder: Path, *, until: timedelta = AFTERWARDS) -> tuple[Account, list[Simulated]]:
    """The programme until so long after its end, in databases in *folder*; the account of it, and who took part."""
    now = datetime.combine(START - BEFORE, time(9), UTC)
    async with opened(folder, FILE, ROSTER, start=START, now=now) as world:
        await world.meet()
        people = simulated(world)
        end = datetime.combine(world.programme.ends, time(18), UTC) + until
        with progress_bar("Days of the programme") as progress:
            await Play(world=world, simulated=people).until(end, progress=progress)
        return await looked_over(world, people), people


async def main() -> int:
    """Play it, print the account; 1 where a promise was broken, else 0."""
    only_errors()
    with tempfile.TemporaryDirectory(prefix="sparri-demo-") as folder:
        account, people = await play(Path(folder))
    _show(account, people)
    for line in account.broken:
        typer.echo(f"broken: {line}", err=True)
    return 1 if account.broken else 0


def _show(account: Account, people: Sequence[Simulated]) -> None:
    slowest = max((turn for each in people for turn in each.turns), default=0.0)
    weeks = sum(account.doses.values())
    mean = sum(dose * number for dose, number in account.doses.items()) / max(weeks, 1)
    figures = {
        "demo_people": account.people,
        "demo_asks": account.asks,
        "demo_visits": account.visits,
        "demo_answered": account.answered,
        "demo_reminders": account.reminders,
        **{f"demo_skipped_{reason}": number for reason, number in sorted(account.skipped.items())},
        "demo_duplicates": account.duplicates,
        "demo_lost": account.lost,
        "demo_weekly_dose_mean": f"{mean:.2f}",
        "demo_weekly_dose_most": max(account.doses, default=0),
        "demo_slowest_turn_s": f"{slowest:.3f}",
    }
    table = Table("what", "number", title="A programme, from its start to twelve months after it")
    for name, figure in figures.items():
        table.add_row(name.removeprefix("demo_").replace("_", " "), str(figure))
    Console().print(table)
    for name, figure in figures.items():
        typer.echo(f"figure {name} {figure}")
