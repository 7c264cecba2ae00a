"""Rounds: from one claim to the next, as fast as a tenant's slots allow, each visit sent by a task of its own.

A recipient that takes ten seconds to time out holds up nobody. A stop drains in this order: no more claims, the running
claim, what is on the wire, the ledger.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from scheduler.claims import AT_ONCE, AT_ONCE_APART, LEASE, Claimed, claim
from scheduler.gate import Gate
from scheduler.metrics import DUE, PAUSED
from scheduler.outcomes import Outcome, OutcomeKind, ended
from scheduler.reaping import Reaping
from scheduler.settling import Settling
from scheduler.throttling import Throttling
from storage.store import AlreadyThere, Store

#: So many visits begin to leave before anything else has its turn: each is drawn first, which takes a while.
TOGETHER = 4
#: A round that finds no slot within this time ends; the next tick looks again.
PATIENCE = timedelta(seconds=1)

_log = structlog.get_logger(__name__)


class Rounds:
    """Visits whoever is due. One of these runs in each process; any number of processes may."""

    def __init__(
        self,
        store: Store,
        deliver: Callable[[Claimed], Awaitable[Outcome]],
        *,
        rate: float,
        lease: timedelta = LEASE,
        gate: Gate | None = None,
        throttling: Throttling | None = None,
    ) -> None:
        """rate: visits a second in each tenant, over all processes together. lease: the same in all of them.

        gate, throttling: the process's; one of its own where there is none.
        """
        self._store = store
        self._deliver = deliver
        self._rate = rate
        self._lease = lease
        self._gate = gate or Gate(rate=rate)
        self._throttling = throttling or Throttling(store)
        self._at_once = AT_ONCE_APART if store.is_apart else AT_ONCE
        self._going: dict[str, asyncio.Task[None]] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._own: set[int] = set()
        self._settling = Settling(store, self._own.difference_update)
        self._reaping = Reaping(store, lease=lease)
        self._replies: Counter[str] = Counter()
        self._stopping = False

    def said(self, tenant: str, messages: int) -> None:
        """That so many messages went to people in reply: they never wait, what we start makes room for them."""
        self._replies[tenant] += messages

    async def go(self) -> None:
        """Start a round in each tenant in which somebody is due and none is under way."""
        async with self._store.transaction() as unit:
            due = await unit.visits.tenants_due()
        for tenant in self._replies.keys() - set(due):
            self._replies.pop(tenant)  # said before the last look, and nothing has left since: there was room for them
        for tenant in due:
            if tenant not in self._going and not self._stopping:
                self._going[tenant] = asyncio.create_task(self._round(tenant))

    async def drain(self) -> None:
        """Stop claiming, then wait for the running claims, for what is on the wire, and for the ledger."""
        self._stopping = True
        await self.quiet()

    async def quiet(self) -> None:
        """Wait for the rounds under way, then for what is on the wire, and for the ledger."""
        while self._going:
            await asyncio.wait(self._going.values())
        while self._sending:
            await asyncio.wait(self._sending)
        await self._settling.drain(stopping=self._stopping)

    async def reap(self) -> None:
        """Settle the visits whose sender died, count who is due, and show where an administrator has stopped us."""
        await self._reaping.reap(frozenset(self._own))
        async with self._store.transaction() as unit:
            DUE.set(await unit.visits.count_due())
            paused = await unit.paces.paused()
        PAUSED.clear()
        for tenant in paused:
            PAUSED.labels(tenant=tenant).set(1)

    async def _round(self, tenant: str) -> None:
        try:
            while not self._stopping:
                async with self._store.transaction() as unit:
                    replies = self._replies.pop(tenant, 0)
                    claimed = await claim(
                        unit, tenant, rate=self._rate, replies=replies, lease=self._lease, at_once=self._at_once
                    )
                self._start(claimed.visits)
                if claimed.again_in is None or claimed.again_in > PATIENCE:
                    return
                await asyncio.sleep(claimed.again_in.total_seconds())
        except AlreadyThere:
            _log.info("another replica was faster", tenant=tenant)
        except Exception as error:
            _log.error("round failed", error=type(error).__name__)
        finally:
            self._going.pop(tenant, None)

    def _start(self, visits: Sequence[Claimed]) -> None:
        self._own.update(each.delivery_id for each in visits)
        if visits:
            self._keep(asyncio.create_task(self._send_all(visits)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _send_all(self, visits: Sequence[Claimed]) -> None:
        """Each by a task of its own, a few at a time: in between the next claim goes on, and so do people's turns."""
        for some in range(0, len(visits), TOGETHER):
            for each in visits[some : some + TOGETHER]:
                self._keep(asyncio.create_task(self._send(each)))
            await asyncio.sleep(0)

    async def _send(self, claimed: Claimed) -> None:
        await self._gate.passed(claimed.tenant, claimed.leave_at)
        outcome = Outcome(kind=OutcomeKind.EXPIRED, reason="lease", after=timedelta())
        if claimed.may_leave():
            try:
                outcome = await self._deliver(claimed)
            except Exception as error:
                _log.error("visit failed", delivery=claimed.delivery_id, error=type(error).__name__)
                outcome = Outcome(kind=OutcomeKind.UNKNOWN, reason="fault")
        self._settling.add(ended(claimed, outcome))
        self.said(claimed.tenant, outcome.requests - 1)
        await self._throttling.heard(claimed.tenant, claimed.person.id, outcome)
