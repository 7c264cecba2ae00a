"""The clock: APScheduler ticks a handful of static jobs, and a watchdog outside it sees that it still does.

The scheduler holds no reminders: what is due stands in rows, and a job only wakes whoever looks at them. APScheduler's
timer dies silently after one exception of its own, and stalls when the machine's clock is set back. The watchdog counts
by the monotonic clock and re-arms it.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import Counter

HEARTBEAT_SECONDS = 1.0
#: No heartbeat for so long, and the watchdog steps in.
SILENCE_SECONDS = 3.0
#: A job that takes longer to end is cut off when the clock stops; each is whole up to its last transaction.
PATIENCE_SECONDS = 5.0
REARMED = Counter("sparri_watchdog_rearms", "Times that the scheduler's timer had to be started again")
FAILED = Counter("sparri_job_failures", "Jobs that ended in an error", ["job"])

_log = structlog.get_logger(__name__)


class Clock:
    """Runs each job again and again; a job that fails is logged and runs again at its next time."""

    def __init__(self, *, silence_seconds: float = SILENCE_SECONDS) -> None:
        """silence_seconds: without a heartbeat, before the watchdog steps in; it looks three times as often."""
        self._silence_seconds = silence_seconds
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._ticked = time.monotonic()
        self._watchdog: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[object]] = set()
        self._stopping = False

    def every(self, name: str, job: Callable[[], Awaitable[object]], *, seconds: float) -> None:
        """Run *job* every so many seconds; a run that is still going on is not joined by another."""

        async def run() -> None:
            running = asyncio.current_task()
            if running is None or self._stopping:
                return
            self._running.add(running)
            running.add_done_callback(self._running.discard)
            try:
                await job()
            except Exception as error:
                FAILED.labels(job=name).inc()
                _log.error("job failed", job=name, error=type(error).__name__)

        self._scheduler.add_job(
            run, "interval", seconds=seconds, id=name, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        """Start ticking, and the watchdog."""
        self.every("heartbeat", self._beat, seconds=min(HEARTBEAT_SECONDS, self._silence_seconds / 3))
        self._ticked = time.monotonic()
        self._scheduler.start()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop ticking, then wait for the jobs that are running: the scheduler itself would cut them off."""
        self._stopping = True
        if self._watchdog is not None:
            self._watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watchdog
        if self._scheduler.running:
            self._scheduler.pause()
            await asyncio.sleep(0)  # a job that was about to begin sees that we stop
            if self._running:
                _, too_long = await asyncio.wait(self._running, timeout=PATIENCE_SECONDS)
                for job in too_long:
                    job.cancel()
                await asyncio.gather(*too_long, return_exceptions=True)
            self._scheduler.shutdown(wait=False)

    async def _beat(self) -> None:
        """A job may take as long as it takes; this one tells that the scheduler itself is alive."""
        self._ticked = time.monotonic()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._silence_seconds / 3)
            if time.monotonic() - self._ticked < self._silence_seconds:
                continue
            REARMED.inc()
            self._ticked = time.monotonic()
            try:
                self._rearm()
            except Exception as error:
                _log.error("clock not re-armed", error=type(error).__name__)

    def _rearm(self) -> None:
        """Every job runs now, and from then on at its interval by the clock as it is now."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
        self._scheduler.wakeup()
