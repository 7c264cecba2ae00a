"""Settling: outcomes go into the ledger, some at a time, soon after they come."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence

import structlog

from scheduler.outcomes import Ended, settle
from storage.store import Store

#: Outcomes that come within this time are settled in one transaction, at most so many.
SOON_SECONDS, AT_ONCE = 0.005, 100
#: Where they come thick, a little longer is waited for more of them. At no rate that Teams takes are there so many.
THICK, LATER_SECONDS = 10, 0.01
#: After a transaction that failed.
PAUSE_SECONDS = 0.5
#: So often one outcome is tried alone before it is left to those who reap what nobody settled: about a minute long, and
#: shorter where the process is to stop.
MOST_TRIES, MOST_TRIES_STOPPING = 120, 10

_log = structlog.get_logger(__name__)


class Settling:
    """Takes outcomes as they come."""

    def __init__(self, store: Store, settled: Callable[[Collection[int]], None]) -> None:
        """settled: told the deliveries that are done with here."""
        self._store = store
        self._settled = settled
        self._waiting: deque[tuple[Ended, int]] = deque()
        self._working: asyncio.Task[None] | None = None
        self._stopping = False

    def add(self, ended: Ended) -> None:
        """One more outcome, to be written soon."""
        self._waiting.append((ended, 0))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def drain(self, *, stopping: bool) -> None:
        """Wait until every outcome is written, or given up; *stopping*: that is sooner."""
        self._stopping = stopping
        while self._working is not None and not self._working.done():
            await asyncio.wait([self._working])

    async def _work(self) -> None:
        while self._waiting:
            await asyncio.sleep(SOON_SECONDS)
            if THICK <= len(self._waiting) < AT_ONCE:
                await asyncio.sleep(LATER_SECONDS)
            some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            if not await self._write([ended for ended, _ in some]) and not await self._one_by_one(some):
                await asyncio.sleep(PAUSE_SECONDS)

    async def _one_by_one(self, some: Sequence[tuple[Ended, int]]) -> bool:
        """A fault of one is not to keep the others waiting. Whether any could be written."""
        most = MOST_TRIES_STOPPING if self._stopping else MOST_TRIES
        written = False
        for ended, tries in some:
            if await self._write([ended]):
                written = True
            elif tries < most:
                self._waiting.append((ended, tries + 1))
            else:
                _log.error("outcome given up", delivery=ended.delivery_id)
                self._settled([ended.delivery_id])
        return written

    async def _write(self, some: Sequence[Ended]) -> bool:
        try:
            async with self._store.transaction() as unit:
                await settle(unit, some)
        except Exception as error:
            _log.error("outcomes not settled", error=type(error).__name__)
            return False
        self._settled([ended.delivery_id for ended in some])
        return True
