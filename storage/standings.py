"""How people stand with what was sent to many of them, counted from their asks and the ledger each time."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, select

from coaching.asks import AskState, Element, SkipReason
from coaching.assignments import AssignmentState
from coaching.broadcasts import Broadcast, BroadcastState, Invited
from coaching.following import Standing
from coaching.people import Role
from coaching.telling import DeliveryState
from storage.among import among_many
from storage.broadcasts import OF_ELEMENT, Broadcasts
from storage.engine import Connection
from storage.programmes import Programmes
from storage.reach import reach_columns, reach_of
from storage.tables import asks, assignments, deliveries, delivery_asks, members, people

_WAITING = select(*reach_columns()).where(among_many(people.c.id, "named_")).subquery()
_UNWRITTEN = select(*_WAITING.c, func.count().label("number")).group_by(*_WAITING.c)


def _was_brought(state: DeliveryState) -> ColumnElement[bool]:
    """Whether a visit with the ask ended so."""
    return (
        select(deliveries.c.id)
        .join(delivery_asks, delivery_asks.c.delivery_id == deliveries.c.id)
        .where(
            deliveries.c.person_id == asks.c.person_id,
            deliveries.c.slot_at >= bindparam("since_"),
            deliveries.c.state == state.value,
            delivery_asks.c.ask_id == asks.c.id,
        )
        .exists()
    )


_UNKNOWN = and_(_was_brought(DeliveryState.UNKNOWN), ~_was_brought(DeliveryState.SENT))
_ASKED = (
    select(
        asks.c.state.label("state"),
        asks.c.told_at.is_not(None).label("is_told"),
        asks.c.skipped.label("skipped"),
        _UNKNOWN.label("is_unknown"),
        *reach_columns(),
    )
    .join(people, people.c.id == asks.c.person_id)
    .where(OF_ELEMENT)
    .subquery()
)
_STANDING = select(*_ASKED.c, func.count().label("number")).group_by(*_ASKED.c)
_FOLLOWED = (
    select(
        asks.c.source_id,
        asks.c.state.label("state"),
        asks.c.told_at.is_not(None).label("is_told"),
        assignments.c.state.label("assignment"),
        func.count().label("number"),
    )
    .join(members, and_(members.c.person_id == asks.c.person_id, members.c.programme_id == asks.c.programme_id))
    .outerjoin(assignments, assignments.c.ask_id == asks.c.id)
    .where(
        OF_ELEMENT,
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
    )
    .group_by(asks.c.source_id, asks.c.state, asks.c.told_at.is_not(None), assignments.c.state)
)


class Standings:
    """How people stand in this transaction. Nothing is locked."""

    def __init__(self, connection: Connection, now: datetime, programmes: Programmes, broadcasts: Broadcasts) -> None:
        self._connection = connection
        self._now = now
        self._programmes = programmes
        self._broadcasts = broadcasts

    async def of_broadcast(self, broadcast: Broadcast) -> list[tuple[Invited, int]]:
        """How its people stand, counted by what is the same of them."""
        found: list[tuple[Invited, int]] = []
        if broadcast.element_id is not None:
            given = {"element_": broadcast.element_id, "since_": broadcast.undo_until or self._now}
            found += [(_invited(row), row.number) for row in await self._connection.execute(_STANDING, given)]
        if broadcast.state in (BroadcastState.QUEUED, BroadcastState.SENDING, BroadcastState.RECALLING):
            rest = await self._broadcasts.unwritten(broadcast)
            for row in await self._connection.execute(_UNWRITTEN, {"named_": rest}) if rest else ():
                found.append((Invited(reach=reach_of(row)), row.number))
        return found

    async def followed(self, programme_id: int, *, limit: int) -> list[tuple[Element, list[tuple[Standing, int]]]]:
        """What people of a programme were asked for an answer to, the newest first, and how they stand, counted."""
        found = []
        for element in (await self._programmes.sources(programme_id)).owing[:limit]:
            rows = await self._connection.execute(_FOLLOWED, {"element_": element.id})
            found.append((element, [(_standing(row), row.number) for row in rows]))
        return found


def _invited(row: Row[Any]) -> Invited:
    return Invited(
        state=AskState(row.state),
        is_told=bool(row.is_told),
        is_unknown=bool(row.is_unknown),
        skipped=SkipReason(row.skipped) if row.skipped else None,
        reach=reach_of(row),
    )


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        state=AskState(row.state),
        is_told=bool(row.is_told),
        assignment=AssignmentState(row.assignment) if row.assignment else None,
    )
