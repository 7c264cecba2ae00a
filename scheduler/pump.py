"""The pump: brings what Teams shows to what it should show. It decides nothing and knows no chat."""

import asyncio
from collections import defaultdict
from datetime import timedelta
from typing import Protocol

import structlog

from scheduler.each import failing_alone
from scheduler.gate import Gate
from scheduler.metrics import SLOTS, UNAUTHORISED
from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.slots import boot_seconds, open_slots, take
from scheduler.throttling import Throttling
from storage.belongings import EMPTIED_APART
from storage.cards import Face, ShownCard
from storage.store import Store

#: Cards that one transaction takes at most.
AT_ONCE = 10
#: After so many at once, one person's cards are so many seconds apart: Teams takes 7 a second and 60 in 30 s of a
#: conversation, replies among them.
MOST_TOGETHER, APART_SECONDS = 3, 1.0
#: To somebody who is being erased nothing else goes. Their cards are due one by one already; this is for what is late.
ERASED_APART_SECONDS = EMPTIED_APART.total_seconds()
#: A card that was taken to be changed is not taken again for so long; then whoever took it is taken for dead.
LEASE = timedelta(seconds=60)
#: A card that cannot be changed now is tried again after so long, then twice as long, and so on.
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=6)
#: So often at the most, which takes some six hours; the answer is stored and thanked for all the while.
MOST_ATTEMPTS = 12
#: What certainly did not come to Teams, because it was too much, or nobody could be reached, is tried for a week more.
MOST_ATTEMPTS_LATER = MOST_ATTEMPTS + 28


_log = structlog.get_logger(__name__)


class Messenger(Protocol):
    """What the pump needs of the chat."""

    async def bring_up_to_date(self, card: ShownCard) -> Outcome | None:
        """Make Teams show the card as it should be; None when that is done with, else why it is not done yet."""
        ...


class Pump:
    """One of these runs in each process; any number of processes may."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        *,
        rate: float,
        gate: Gate | None = None,
        throttling: Throttling | None = None,
        paces_conversations: bool = True,
    ) -> None:
        """rate: cards and visits together, a second in each tenant, over all processes. gate, throttling: see `Rounds`.

        paces_conversations: False for a chat that takes as many as there are to one person.
        """
        self._store = store
        self._messenger = messenger
        self._rate = rate
        self._gate = gate or Gate(rate=rate)
        self._throttling = throttling or Throttling(store)
        self._paces_conversations = paces_conversations
        self._taking: dict[str, asyncio.Task[None]] = {}
        self._bringing: set[asyncio.Task[None]] = set()
        self._not_before: defaultdict[int, float] = defaultdict(float)
        self._stopping = False

    async def go(self) -> None:
        """Start to bring up to date what is behind. A card that takes long holds up no other."""
        async with self._store.transaction() as unit:
            tenants = await unit.cards.tenants_behind()
        for tenant in tenants:
            if tenant not in self._taking and not self._stopping:
                self._taking[tenant] = asyncio.create_task(self._take_all(tenant))

    async def tick(self) -> None:
        """The same, and wait until all of it is done."""
        await self.go()
        await self._all_done()

    async def drain(self) -> None:
        """Take no more, and wait for what is on the wire."""
        self._stopping = True
        await self._all_done()

    async def _all_done(self) -> None:
        while under_way := [*self._taking.values(), *self._bringing]:
            await asyncio.wait(under_way)

    async def _take_all(self, tenant: str) -> None:
        now = boot_seconds()
        self._not_before = defaultdict(float, {id: at for id, at in self._not_before.items() if at > now})
        try:
            pause: timedelta | None = timedelta()
            while not self._stopping and pause is not None:
                await asyncio.sleep(pause.total_seconds())
                pause = await self._take(tenant)
        except Exception as error:
            _log.error("cards not taken", error=type(error).__name__)
        finally:
            self._taking.pop(tenant, None)

    async def _take(self, tenant: str) -> timedelta | None:
        """Start what has a slot now; how long until there may be more, None when nothing is behind any more."""
        async with self._store.transaction() as unit:
            slots = await open_slots(unit, tenant, rate=self._rate)
            if slots is None:
                return None
            most = min(slots.free, AT_ONCE)
            cards = await unit.cards.take_behind(tenant, limit=most, lease=LEASE)
            if cards:
                await take(unit, slots, len(cards))
        for number, card in enumerate(cards):
            self._start(tenant, card, slots.leave_at(number))
        return None if len(cards) < most else slots.until(len(cards))

    def _start(self, tenant: str, card: ShownCard, slot: float) -> None:
        """The card, at its slot; later where its person had several just now. slot: in boot seconds."""
        leave_at = self._leave_at(card, slot) if self._paces_conversations else slot
        task = asyncio.create_task(self._bring(tenant, card, leave_at))
        self._bringing.add(task)
        task.add_done_callback(self._bringing.discard)

    def _leave_at(self, card: ShownCard, slot: float) -> float:
        gap = ERASED_APART_SECONDS if card.face is Face.ERASED else APART_SECONDS
        apart = self._not_before[card.person_id]
        leave_at = max(slot, apart - MOST_TOGETHER * gap)
        self._not_before[card.person_id] = max(apart, leave_at) + gap
        return leave_at

    async def _bring(self, tenant: str, card: ShownCard, leave_at: float) -> None:
        """One card; what goes wrong with it does not stop the others."""
        await self._gate.passed(tenant, leave_at)
        SLOTS.labels(what="card").inc()
        try:
            outcome = await self._messenger.bring_up_to_date(card)
        except Exception as error:
            _log.error("card not brought up to date", card=card.id, error=type(error).__name__)
            outcome = Outcome(kind=OutcomeKind.UNKNOWN, reason="fault")
        if outcome is None:
            return
        UNAUTHORISED.inc(outcome.kind is OutcomeKind.UNAUTHORISED)
        with failing_alone("card not put off", card=card.id):
            await self._try_again(card, outcome)
        await self._throttling.heard(tenant, card.person_id, outcome)

    async def _try_again(self, card: ShownCard, outcome: Outcome) -> None:
        """Later, and ever later; where the conversation was throttled, what else is to change in it waits too."""
        most = MOST_ATTEMPTS if outcome.kind is OutcomeKind.UNKNOWN else MOST_ATTEMPTS_LATER
        wait = min(FIRST_RETRY * 2 ** min(card.attempts, MOST_ATTEMPTS), LONGEST_RETRY)
        async with self._store.transaction() as unit:
            if card.attempts + 1 >= most:
                await unit.cards.give_up(card.id)
                return
            at = unit.now + max(wait, outcome.after or timedelta())
            if outcome.throttled:
                await unit.cards.wait(card, until=at)
            else:
                await unit.cards.try_again(card.id, at=at)
