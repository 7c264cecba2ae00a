"""The clock ticks on, whatever happens to a job, to the scheduler, or to the machine's clock."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base
from prometheus_client import REGISTRY

import scheduler.clock
from scheduler.clock import Clock

SILENCE = 0.3
#: So many runs of a job that comes as often as the heartbeat have a heartbeat among them.
HEARTBEATS = 3
#: The promise: after whatever happened, the next tick comes within so many seconds.
PROMISE = 5.0
#: A busy machine may keep everybody waiting for longer than is promised.
PATIENCE = 60.0


class Ticks:
    """A job that counts its runs."""

    def __init__(self, *, fails: bool = False) -> None:
        self.count = 0
        self._fails = fails
        self._more = asyncio.Event()

    async def __call__(self) -> None:
        self.count += 1
        self._more.set()
        if self._fails:
            raise RuntimeError

    async def some_more(self, count: int = 3) -> None:
        """Waits for so many further runs."""
        wanted = self.count + count
        async with asyncio.timeout(PATIENCE):
            while self.count < wanted:
                self._more.clear()
                await self._more.wait()


class WallClock(datetime):
    """The machine's clock as the scheduler reads it: it can be set, and be made to fail once."""

    ahead = timedelta(0)
    fails_next = False

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "datetime":  # type: ignore[override]
        if cls.fails_next:
            cls.fails_next = False
            raise OSError
        return datetime.now(tz) + cls.ahead


class SteadyClock:
    """The clock that the watchdog goes by, in seconds: it stands still until it is set."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def steady_clock(monkeypatch: pytest.MonkeyPatch) -> SteadyClock:
    """No stall of the machine is taken for silence."""
    clock = SteadyClock()
    monkeypatch.setattr(scheduler.clock, "time", clock)
    return clock


@pytest.fixture
def wall_clock(monkeypatch: pytest.MonkeyPatch) -> type[WallClock]:
    monkeypatch.setattr(WallClock, "ahead", timedelta(0))
    monkeypatch.setattr(WallClock, "fails_next", False)
    monkeypatch.setattr(base, "datetime", WallClock)
    monkeypatch.setattr(scheduler.clock, "datetime", WallClock)
    return WallClock


@asynccontextmanager
async def ticking(job: Callable[[], object], *, seconds: float = 0.05) -> AsyncIterator[Clock]:
    clock = Clock(silence_seconds=SILENCE)
    clock.every("job", job, seconds=seconds)  # type: ignore[arg-type]
    clock.start()
    yield clock
    await clock.stop()


def rearms() -> float:
    """How often a watchdog has stepped in, in this process."""
    return REGISTRY.get_sample_value("sparri_watchdog_rearms_total") or 0.0


def test_the_watchdog_steps_in_sooner_than_is_promised() -> None:
    looks_every = scheduler.clock.SILENCE_SECONDS / 3
    assert scheduler.clock.SILENCE_SECONDS + looks_every < PROMISE


async def test_a_job_that_fails_runs_again_at_its_next_time(steady_clock: SteadyClock) -> None:
    failing = Ticks(fails=True)
    before = rearms()

    async with ticking(failing):
        for _ in range(5):
            await failing.some_more(HEARTBEATS)
            steady_clock.seconds += 0.9 * SILENCE

    assert rearms() == before


async def test_it_ticks_on_after_an_exception_in_the_scheduler_itself(wall_clock: type[WallClock]) -> None:
    ticks, before = Ticks(), rearms()
    async with ticking(ticks):
        await ticks.some_more()

        wall_clock.fails_next = True
        await ticks.some_more()

    assert not wall_clock.fails_next
    assert rearms() > before


@pytest.mark.parametrize("hours", [-1, -24, 1], ids=["back an hour", "back a day", "an hour forward"])
async def test_it_ticks_on_when_the_machines_clock_is_set(wall_clock: type[WallClock], hours: int) -> None:
    ticks = Ticks()
    async with ticking(ticks):
        await ticks.some_more()

        wall_clock.ahead = timedelta(hours=hours)

        await ticks.some_more()


async def test_a_clock_that_is_set_back_again_and_again_still_ticks(wall_clock: type[WallClock]) -> None:
    ticks = Ticks()
    async with ticking(ticks):
        for hours in (-1, -2, -3):
            wall_clock.ahead = timedelta(hours=hours)
            await ticks.some_more()


async def test_a_job_that_takes_long_is_not_joined_by_another_and_wakes_no_watchdog(
    steady_clock: SteadyClock,
) -> None:
    began, over, before = Ticks(), asyncio.Event(), rearms()
    others = Ticks()

    async def long() -> None:
        await began()
        await over.wait()

    clock = Clock(silence_seconds=SILENCE)
    clock.every("long", long, seconds=0.05)
    clock.every("others", others, seconds=SILENCE / 3)
    clock.start()
    for _ in range(4):
        await others.some_more(HEARTBEATS)
        steady_clock.seconds += 0.9 * SILENCE
    over.set()
    await clock.stop()

    assert began.count == 1
    assert rearms() == before


async def test_stop_waits_for_the_job_that_is_running() -> None:
    began, may_end, ended = Ticks(), asyncio.Event(), []

    async def long() -> None:
        await began()
        await may_end.wait()
        ended.append(True)

    async with ticking(long) as clock:
        await began.some_more(1)
        stopping = asyncio.create_task(clock.stop())
        await asyncio.sleep(0)
        assert not stopping.done()
        may_end.set()
        await stopping

    assert ended == [True]


async def test_nothing_ticks_after_a_stop() -> None:
    ticks = Ticks()
    async with ticking(ticks):
        await ticks.some_more()
    count = ticks.count

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await ticks.some_more(1)

    assert ticks.count == count
