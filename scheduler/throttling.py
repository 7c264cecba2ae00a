"""Throttling: one conversation that is throttled waits alone; several at once tell that the tenant is throttled."""

import time
from collections import defaultdict, deque
from datetime import timedelta

import structlog

from scheduler.outcomes import HOLD_UNAUTHORISED, Outcome, OutcomeKind
from scheduler.slots import hold
from storage.store import Store

#: So many conversations of a tenant throttled within so many seconds, and the tenant is taken to be throttled.
THROTTLED, THROTTLED_WITHIN = 3, 2.0
#: Where Teams does not say for how long.
USUAL_HOLD = timedelta(seconds=5)

_log = structlog.get_logger(__name__)


class Throttling:
    """One of these in each process, for all that it starts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._throttled: defaultdict[str, deque[tuple[float, int, timedelta]]] = defaultdict(deque)

    async def heard(self, tenant: str, person_id: int, outcome: Outcome) -> None:
        """What Teams said to something that left for a person. Raises nothing."""
        if outcome.kind is OutcomeKind.UNAUTHORISED:
            await self._hold(tenant, HOLD_UNAUTHORISED, slower=False)
        if not outcome.throttled:
            return
        recent, now = self._throttled[tenant], time.monotonic()
        recent.append((now, person_id, outcome.after or USUAL_HOLD))
        while recent[0][0] < now - THROTTLED_WITHIN:
            recent.popleft()
        if len({person_id for _, person_id, _ in recent}) >= THROTTLED:
            wait = max(wait for _, _, wait in recent)
            recent.clear()
            await self._hold(tenant, wait, slower=True)

    async def _hold(self, tenant: str, wait: timedelta, *, slower: bool) -> None:
        _log.error("nothing leaves", tenant=tenant, seconds=wait.total_seconds(), throttled=slower)
        try:
            async with self._store.transaction() as unit:
                await hold(unit, tenant, wait=wait, slower=slower)
        except Exception as error:
            _log.error("not held", tenant=tenant, error=type(error).__name__)
