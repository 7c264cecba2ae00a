"""Reaping: what was on the wire when its sender died is unknown, and each kind says what follows."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog

from scheduler.outcomes import Ended, Outcome, OutcomeKind, settle
from scheduler.slots import boot_seconds
from storage.deliveries import Delivery
from storage.store import Store

#: Rows that one look reads, and that one transaction settles.
LOOKED_AT, AT_ONCE = 1000, 20

_log = structlog.get_logger(__name__)


class Reaping:
    """Looks again and again at what is unsettled. What stays so for longer than a lease has no sender any more.

    It counts from when it saw a row first, by the boot clock: neither a stepped clock nor another machine's matters.
    """

    def __init__(self, store: Store, *, lease: timedelta) -> None:
        self._store = store
        self._lease = lease
        self._seen: dict[int, float] = {}

    async def reap(self, own: Collection[int]) -> None:
        """Settle what was left. own: deliveries that this process is still sending or settling itself."""
        async with self._store.transaction() as unit:
            rows = await unit.deliveries.unsettled(limit=LOOKED_AT)
        now = boot_seconds()
        self._seen = {row.id: self._seen.get(row.id, now) for row in rows if row.id not in own}
        left = [row for row in rows if self._seen.get(row.id, now) <= now - self._lease.total_seconds()]
        for start in range(0, len(left), AT_ONCE):
            await self._settle(left[start : start + AT_ONCE])

    async def _settle(self, left: Sequence[Delivery]) -> None:
        _log.warning("senders died", deliveries=[row.id for row in left])
        async with self._store.transaction() as unit:
            parts = await unit.deliveries.parts([row.id for row in left])
            await settle(
                unit,
                [
                    Ended(
                        delivery_id=row.id,
                        person_id=row.person_id,
                        card_id=row.card_id,
                        parts=parts[row.id],
                        attempts=row.attempts,
                        late=row.slot_at - row.due_at,
                        # The lease was wait enough: what is to be sent again is sent at once.
                        outcome=Outcome(kind=OutcomeKind.UNKNOWN, reason="sender_died", after=timedelta()),
                    )
                    for row in left
                ],
            )
