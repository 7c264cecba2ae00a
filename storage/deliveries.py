"""The ledger of visits.

A delivery row is written, as *sending*, before anything is sent, and only for what can be sent now: after a kill, what
is ambiguous is what was on the wire and no more. A person's unsettled row is their lease: there is one at a time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, literal_column, select, update

from coaching.telling import DeliveryState
from coaching.visits import Part, Purpose
from storage.among import among
from storage.engine import Connection
from storage.tables import deliveries, delivery_asks

__all__ = ["Deliveries", "Delivery", "DeliveryState", "Intent", "Settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A visit that is about to leave. attempts: how often it was tried before. Times are the store's."""

    tenant: str
    person_id: int
    card_id: int | None
    due_at: datetime
    slot_at: datetime
    attempts: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the ledger. again_at: from when on the same is tried again; None where it is not."""

    id: int
    tenant: str
    person_id: int
    card_id: int | None
    state: DeliveryState
    due_at: datetime
    slot_at: datetime
    settled_at: datetime | None
    reason: str | None
    attempts: int
    again_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a delivery. reason: a code, at most 64 characters; again_at: see `Delivery`."""

    delivery_id: int
    state: DeliveryState
    reason: str | None = None
    again_at: datetime | None = None


_ADD = (
    insert(deliveries)
    .values(state=DeliveryState.SENDING.value)
    .returning(deliveries.c.id, sort_by_parameter_order=True)
)
_ADD_PARTS = insert(delivery_asks)
# The literal condition is that of the partial index.
_SENDING: ColumnElement[bool] = literal_column("state = 'sending'")
_UNSETTLED = select(deliveries).where(_SENDING).order_by(deliveries.c.slot_at).limit(bindparam("limit_"))
_STILL_SENDING = (
    select(deliveries.c.id).where(among(deliveries.c.id, "ids_"), _SENDING).order_by(deliveries.c.id).with_for_update()
)
_SETTLE = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("id_"))
    .values(
        state=bindparam("state_"),
        reason=bindparam("reason_"),
        again_at=bindparam("again_at_"),
        settled_at=bindparam("now_"),
    )
)
_NEWEST = (
    select(deliveries.c.state, deliveries.c.again_at)
    .where(deliveries.c.person_id == bindparam("person_id_"), deliveries.c.state != DeliveryState.SENDING.value)
    .order_by(deliveries.c.id.desc())
    .limit(100)
)
_PARTS = (
    select(delivery_asks)
    .where(among(delivery_asks.c.delivery_id, "ids_"))
    .order_by(delivery_asks.c.delivery_id, delivery_asks.c.ask_id)
)
_UNKNOWN = (
    select(deliveries.c.id, deliveries.c.again_at)
    .where(deliveries.c.card_id == bindparam("card_id_"), deliveries.c.state == DeliveryState.UNKNOWN.value)
    .with_for_update()
)


_ON_CARD = (
    select(deliveries).where(deliveries.c.card_id == bindparam("card_id_")).order_by(deliveries.c.id.desc()).limit(1)
)


class Deliveries:
    """The ledger of this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def begin(self, intents: Sequence[Intent]) -> list[int]:
        """Write down what is about to leave; the numbers, in the same order.

        Raises AlreadyThere when another visit to one of these people is unsettled.
        """
        if not intents:
            return []
        rows = [
            {
                "tenant": intent.tenant,
                "person_id": intent.person_id,
                "card_id": intent.card_id,
                "due_at": intent.due_at,
                "slot_at": intent.slot_at,
                "attempts": intent.attempts,
            }
            for intent in intents
        ]
        numbers = [row.id for row in await self._connection.execute(_ADD, rows)]
        parts = [
            {"delivery_id": number, "ask_id": part.ask_id or 0, "purpose": part.purpose.value}
            for number, intent in zip(numbers, intents, strict=True)
            for part in intent.parts
        ]
        await self._connection.execute(_ADD_PARTS, parts)
        return numbers

    async def still_sending(self, delivery_ids: Collection[int]) -> set[int]:
        """Those of these rows that nobody has settled yet. Locks them."""
        rows = await self._connection.execute(_STILL_SENDING, {"ids_": sorted(delivery_ids)})
        return {row.id for row in rows}

    async def settle(self, settled: Sequence[Settled]) -> None:
        """What became of rows that were still sending."""
        rows = [
            {
                "id_": each.delivery_id,
                "state_": each.state.value,
                "reason_": each.reason,
                "again_at_": each.again_at,
                "now_": self._now,
            }
            for each in sorted(settled, key=lambda each: each.delivery_id)
        ]
        if rows:
            await self._connection.execute(_SETTLE, rows)

    async def unsettled(self, *, limit: int) -> list[Delivery]:
        """What is on the wire, or was when its sender died; the oldest first. Locks nothing."""
        return [_delivery(row) for row in await self._connection.execute(_UNSETTLED, {"limit_": limit})]

    async def parts(self, delivery_ids: Collection[int]) -> dict[int, tuple[Part, ...]]:
        """What each of these visits said."""
        found: dict[int, tuple[Part, ...]] = dict.fromkeys(delivery_ids, ())
        for row in await self._connection.execute(_PARTS, {"ids_": sorted(delivery_ids)}):
            part = Part(ask_id=row.ask_id or None, purpose=Purpose(row.purpose))
            found[row.delivery_id] += (part,)
        return found

    async def resends(self, person_id: int) -> int:
        """How often the person's newest visit was sent again because nobody knew whether it arrived."""
        rows = await self._connection.execute(_NEWEST, {"person_id_": person_id})
        tries = takewhile(lambda row: row.again_at is not None, rows)
        return sum(row.state == DeliveryState.UNKNOWN.value for row in tries)

    async def arrived(self, card_id: int, *, person_id: int) -> tuple[Part, ...]:
        """That the card of a visit was pressed, so it arrived. What it said, if part of that was to be said again."""
        row = (await self._connection.execute(_UNKNOWN, {"card_id_": card_id})).first()
        if row is None:
            return ()
        await self.settle([Settled(delivery_id=row.id, state=DeliveryState.SENT, reason="pressed")])
        newest = await self.listed(person_id=person_id, state=None, limit=1)
        if row.again_at is None or newest[0].id != row.id:
            return ()
        return (await self.parts([row.id]))[row.id]

    async def on_card(self, card_id: int) -> Delivery | None:
        """The visit that a card is. Locks nothing."""
        row = (await self._connection.execute(_ON_CARD, {"card_id_": card_id})).first()
        return None if row is None else _delivery(row)

    async def listed(self, *, person_id: int | None, state: DeliveryState | None, limit: int) -> list[Delivery]:
        """The newest rows, of one person or in one state if so wished."""
        wanted = select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
        if person_id is not None:
            wanted = wanted.where(deliveries.c.person_id == person_id)
        if state is not None:
            wanted = wanted.where(deliveries.c.state == state.value)
        return [_delivery(row) for row in await self._connection.execute(wanted)]


def _delivery(row: Any) -> Delivery:
    return Delivery(**(dict(row._mapping) | {"state": DeliveryState(row.state)}))
