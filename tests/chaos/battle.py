"""A battle: workers visit a crowd while they are killed and misled, and Teams fails; then the books are read."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from bot.config import Settings
from coaching.asks import OnUnknown
from demo.crowd import Crowd
from demo.crowd_rows import open_ask, settle
from storage.bulk import Bulk
from storage.engine import Engine, open_engine
from storage.keys import KeyRing
from storage.schema import Part, upgrade
from storage.store import Store
from tests.chaos.answering import Answering
from tests.chaos.books import Books, is_all_over, read_books
from tests.chaos.workers import LEASE_SECONDS, Worker
from tests.serving import eventually

ROUND_TRIP_SECONDS = 0.05
RATE = 25.0  # in each tenant
TOGETHER = 10  # people who are due at one moment, all of one kind
HOUR = 3600.0
A_WHILE = 5.0  # seconds; between two looks whether all is over


class Blow(StrEnum):
    """What befalls a worker, or the database that all of them share."""

    KILL = "SIGKILL"
    STOP = "SIGTERM"
    FREEZE = "SIGSTOP"
    CLOCK_AHEAD = "clock an hour ahead"
    CLOCK_BACK = "clock an hour back"
    DATABASE = "database restarted"


EVERY_BLOW = (
    Blow.KILL,
    Blow.FREEZE,
    Blow.CLOCK_AHEAD,
    Blow.DATABASE,
    Blow.KILL,
    Blow.STOP,
    Blow.CLOCK_BACK,
    Blow.KILL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is fought. blows: in this order, again and again, with pauses of some seconds, most_blows of them in all.

    trouble: the part of the calls that are answered 429 (five of seven), 503 or never (one each).
    """

    people: int
    tenants: int
    workers: int
    seed: int
    blows: Sequence[Blow]
    most_blows: int
    pause: float = 0.7
    trouble: float = 0.07
    patience: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How it ended. rate: visits a second that may leave, in all tenants together."""

    books: Books
    blows: Counter[Blow]
    rate: float

    @property
    def deaths(self) -> int:
        """How often a sender was cut off while it had something on the wire."""
        return self.blows[Blow.KILL] + self.blows[Blow.FREEZE]

    @property
    def faults(self) -> list[str]:
        """What must not be; empty where all is well.

        What is on the wire when its sender dies may be said twice, where it is of a kind that is said again: as many as
        leave in one round trip, and half as many again. So may what was not answered in time.
        """
        books = self.books
        most_again = 1.5 * self.rate * ROUND_TRIP_SECONDS * self.deaths + books.unanswered
        found = {
            f"{books.again_skip} said twice that never are": books.again_skip > 0,
            f"{books.again_resend} said twice, more than {most_again:.1f}": books.again_resend > most_again,
            f"{len(books.lost)} lost in silence": bool(books.lost),
            f"{len(books.untold)} forgotten": bool(books.untold),
            f"{len(books.lost_answers)} answers lost": bool(books.lost_answers),
            "nobody answered": not books.answers,
        }
        return [fault for fault, is_so in found.items() if is_so]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where it is fought. restart: of the database; None where it has no server."""

    folder: Path
    url: str
    keys_url: str
    restart: Callable[[], Awaitable[None]] | None = None


def on_unknown(number: int) -> OnUnknown:
    """What becomes of one of the crowd's visits when nobody knows whether it arrived."""
    return OnUnknown.SKIP if (number - 1) // TOGETHER % 2 else OnUnknown.RESEND


async def fight(plan: Plan, ground: Ground) -> Result:
    """All of it, until everybody was told and thanked. Raises TimeoutError when that does not happen."""
    dice = random.Random(plan.seed)
    async with AsyncExitStack() as stack:
        workers: list[Worker] = []
        answering = Answering(random.Random(plan.seed), lambda: workers)
        crowd = Crowd(
            tenants=plan.tenants,
            delay=ROUND_TRIP_SECONDS,
            mishap=_mishaps(random.Random(plan.seed), plan.trouble),
            heard=answering.heard,
        )
        answering.crowd = await stack.enter_async_context(crowd)
        environment = {**crowd.environment(), "DATABASE_URL": ground.url, "KEYS_DATABASE_URL": ground.keys_url}
        engine, keys = await _opened(environment, stack)
        await _everybody_is_due(engine, keys, crowd, plan.people)
        for number in range(plan.workers):
            worker = Worker(environment, ground.folder / f"worker-{number}")
            workers.append(await stack.enter_async_context(worker))
        blows = await Blows(plan, ground, workers, dice).fall()
        await eventually(lambda: _time_flies(engine, workers), seconds=plan.patience)
        async with asyncio.timeout(plan.patience):
            await answering.over()
        codes = await asyncio.gather(*(worker.stop() for worker in workers))
        assert codes == [0] * len(workers)
        books = await read_books(Store(engine, keys), engine, crowd, on_unknown, answering.thanked)
    return Result(books=books, blows=blows, rate=RATE * plan.tenants)


class Blows:
    """What befalls the workers, in the order of the plan."""

    def __init__(self, plan: Plan, ground: Ground, workers: Sequence[Worker], dice: random.Random) -> None:
        self._plan = plan
        self._restart = ground.restart
        self._up = list(workers)
        self._dice = dice
        self._after: list[asyncio.Task[None]] = []

    async def fall(self) -> Counter[Blow]:
        """Let them fall until there were enough; how many of each there were. Everybody is up again in the end."""
        fallen: Counter[Blow] = Counter()
        while fallen.total() < self._plan.most_blows:
            blow = self._plan.blows[fallen.total() % len(self._plan.blows)]
            await asyncio.sleep(self._plan.pause * (0.5 + self._dice.random()))
            await self._strike(blow)
            fallen[blow] += 1
        await asyncio.gather(*self._after)
        return fallen

    async def _strike(self, blow: Blow) -> None:
        if blow is Blow.DATABASE:
            if self._restart is not None:
                await self._restart()
            return
        while not self._up:
            await asyncio.wait([each for each in self._after if not each.done()], return_when=asyncio.FIRST_COMPLETED)
        worker = self._dice.choice(self._up)
        match blow:
            case Blow.CLOCK_AHEAD:
                worker.step_clock(HOUR)
            case Blow.CLOCK_BACK:
                worker.step_clock(-HOUR)
            case _:
                self._up.remove(worker)
                self._after.append(asyncio.create_task(self._down_and_up(worker, blow)))

    async def _down_and_up(self, worker: Worker, blow: Blow) -> None:
        if blow is Blow.FREEZE:
            worker.freeze()
            await asyncio.sleep(1.5 * LEASE_SECONDS)
            worker.thaw()
        elif blow is Blow.KILL:
            await worker.kill()
            await self._start(worker)
        else:
            assert await worker.stop() == 0
            await self._start(worker)
        self._up.append(worker)

    async def _start(self, worker: Worker) -> None:
        """As whoever looks after processes does: again and again, while the database is away."""
        async with asyncio.timeout(self._plan.patience):
            while not await worker.comes_up():
                pass


async def _time_flies(engine: Engine, workers: Sequence[Worker]) -> bool:
    """Whether all is over; if not, the clocks go on, for whatever is to be tried again later."""
    if await is_all_over(engine):
        return True
    ahead = max(worker.ahead for worker in workers) + A_WHILE
    for worker in workers:
        worker.step_clock(ahead)
    return False


def _mishaps(dice: random.Random, trouble: float) -> Callable[[int], int | None]:
    def mishap(_: int) -> int | None:
        return dice.choice([429] * 5 + [503, 0]) if dice.random() < trouble else None

    return mishap


async def _everybody_is_due(engine: Engine, keys: KeyRing, crowd: Crowd, people: int) -> None:
    """All of them now, a few at a time of the one kind and of the other."""
    element = await settle(engine, keys, crowd, people=people)
    now = datetime.now(UTC)
    async with engine.begin() as connection:
        for first in range(1, people + 1, TOGETHER):
            stretch = range(first, min(first + TOGETHER, people + 1))
            like = replace(open_ask(element, now), on_unknown=on_unknown(first))
            await Bulk(connection).ask(stretch, like)
        await Bulk(connection).next_visit(range(1, people + 1), now)


async def _opened(environment: Mapping[str, str], stack: AsyncExitStack) -> tuple[Engine, KeyRing]:
    settings = Settings.model_validate(dict(environment))
    main, keys = open_engine(settings.database_url), open_engine(settings.keys_database_url)
    stack.push_async_callback(main.dispose)
    stack.push_async_callback(keys.dispose)
    await upgrade(main, Part.MAIN)
    await upgrade(keys, Part.KEYS)
    return main, KeyRing(keys, settings.raw_master_keys())
