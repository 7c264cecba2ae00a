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

#: No tick for so long, and the watchdog steps in.
SILENCE_SECONDS = 3.0
REARMED = Counter("sparri_watchdog_rearms", "Times that the scheduler's timer had to be started again")
FAILED = Counter("sparri_job_failures", "Jobs that ended in an error", ["job"])

_log = structlog.get_logger(__name__)


class Clock:
    """Runs each job again and again; a job that fails is logged and runs again at its next time."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._ticked = time.monotonic()
        self._watchdog: asyncio.Task[None] | None = None
        self._running: set[asyncio.Future[object]] = set()

    def every(self, name: str, job: Callable[[], Awaitable[object]], *, seconds: float) -> None:
        """Run *job* every so many seconds; a run that is still going on is not joined by another."""

        async def run() -> None:
            self._ticked = time.monotonic()
            running = asyncio.ensure_future(job())
            self._running.add(running)
            running.add_done_callback(self._running.discard)
            try:
                await asyncio.shield(running)
            except Exception as error:
                FAILED.labels(job=name).inc()
                _log.error("job failed", job=name, error=type(error).__name__)

        self._scheduler.add_job(
            run, "interval", seconds=seconds, id=name, coalesce=True, max_instances=1, misfire_grace_time=None
        )

    def start(self) -> None:
        """Start ticking, and the watchdog."""
        self._scheduler.start()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop ticking, then wait for the jobs that are running: the scheduler itself would cut them off."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watchdog
        if self._scheduler.running:
            self._scheduler.pause()
            await asyncio.gather(*self._running, return_exceptions=True)
            self._scheduler.shutdown(wait=False)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(1)
            if time.monotonic() - self._ticked < SILENCE_SECONDS:
                continue
            REARMED.inc()
            self._ticked = time.monotonic()
            for job in self._scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
            self._scheduler.wakeup()
