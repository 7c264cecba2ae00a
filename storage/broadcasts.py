"""Broadcasts as rows, and their asks, written and taken back some people at a time."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, insert, literal_column, select, update

from coaching.asks import Ask, AskState, SkipReason, SourceKind
from coaching.broadcasts import Audience, Broadcast, BroadcastState
from storage.among import among
from storage.asks import row_of as row_of_ask
from storage.audiences import Audiences
from storage.engine import Connection
from storage.tables import asks, broadcasts, deliveries, members

_BY_ID = select(broadcasts).where(broadcasts.c.id == bindparam("id_")).with_for_update()
_BY_CARD = select(broadcasts).where(broadcasts.c.card_id == bindparam("card_"))
_NEWEST = (
    select(broadcasts)
    .where(broadcasts.c.author_id == bindparam("author_"), broadcasts.c.state != BroadcastState.UNDONE.value)
    .order_by(broadcasts.c.id.desc())
    .limit(1)
    .with_for_update()
)
_SAVE = update(broadcasts).where(broadcasts.c.id == bindparam("id_"))
_UNDER_WAY = (
    select(broadcasts.c.id)
    .where(
        broadcasts.c.state.in_(
            [BroadcastState.QUEUED.value, BroadcastState.SENDING.value, BroadcastState.RECALLING.value]
        ),
        broadcasts.c.undo_until <= bindparam("now_"),
    )
    .order_by(broadcasts.c.id)
)
_TO_COUNT = (
    select(broadcasts.c.id)
    .where(broadcasts.c.count_at.is_not(None), broadcasts.c.count_at <= bindparam("now_"))
    .order_by(broadcasts.c.count_at)
    .limit(bindparam("limit_"))
)
_URGENT = select(func.count()).where(
    broadcasts.c.programme_id == bindparam("programme_"),
    broadcasts.c.urgent.is_(True),
    broadcasts.c.undo_until > bindparam("since_"),
    broadcasts.c.queued_at.is_not(None),
    broadcasts.c.state != BroadcastState.UNDONE.value,
)
_STILL_THERE = (
    select(members.c.person_id, members.c.left_at.is_not(None).label("has_left"))
    .where(members.c.programme_id == bindparam("programme_"), among(members.c.person_id, "ids_"))
    .order_by(members.c.person_id)
)
#: The asks that come from the element given as `element_`.
OF_ELEMENT = and_(asks.c.source_kind == SourceKind.ELEMENT.value, asks.c.source_id == bindparam("element_"))
_UNTOLD = (
    select(asks.c.id, asks.c.person_id)
    .where(
        OF_ELEMENT,
        asks.c.state == AskState.OPEN.value,
        asks.c.told_at.is_(None),
        asks.c.person_id > bindparam("after_"),
        ~select(deliveries.c.id)
        .where(deliveries.c.person_id == asks.c.person_id, literal_column("state = 'sending'"))
        .correlate(asks)
        .exists(),
    )
    .order_by(asks.c.person_id)
    .limit(bindparam("limit_"))
)
_WITHDRAW = (
    update(asks)
    .where(asks.c.id == bindparam("id_"))
    .values(state=AskState.SKIPPED.value, skipped=SkipReason.WITHDRAWN.value)
)
_COUNT_UNTOLD = select(func.count()).where(OF_ELEMENT, asks.c.state == AskState.OPEN.value, asks.c.told_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some of a broadcast's people, by their numbers, in order. left: those of them who have left since it was sent.

    up_to: the last one looked at; is_last: there are no more.
    """

    persons: tuple[int, ...]
    left: frozenset[int]
    up_to: int
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """So many asks were taken back. is_last: none is left that nobody was told."""

    number: int
    is_last: bool


class Broadcasts:
    """The broadcasts of this transaction. Getters lock what they say they do, until the transaction ends."""

    def __init__(
        self, connection: Connection, now: datetime, audiences: Audiences, decide_again: Callable[[int], None]
    ) -> None:
        """decide_again: told each person whose asks change."""
        self._connection = connection
        self._now = now
        self._audiences = audiences
        self._decide_again = decide_again

    async def add(self, *, programme_id: int, author_id: int, card_id: int) -> Broadcast:
        """A new draft, on a card of its author."""
        new = Broadcast(id=0, programme_id=programme_id, author_id=author_id, card_id=card_id)
        row = _row_of(new) | {"programme_id": programme_id, "author_id": author_id, "created_at": self._now}
        number = (await self._connection.execute(insert(broadcasts).returning(broadcasts.c.id), row)).scalar_one()
        return replace(new, id=number)

    async def get(self, broadcast_id: int) -> Broadcast | None:
        """The broadcast with that number, whoever's it is. Locks it."""
        row = (await self._connection.execute(_BY_ID, {"id_": broadcast_id})).first()
        return None if row is None else _of_row(row)

    async def newest(self, author_id: int) -> Broadcast | None:
        """The newest of a coach's that was not undone. Locks it."""
        row = (await self._connection.execute(_NEWEST, {"author_": author_id})).first()
        return None if row is None else _of_row(row)

    async def on_card(self, card_id: int) -> Broadcast | None:
        """The broadcast that a coach's card is about. Locks nothing."""
        row = (await self._connection.execute(_BY_CARD, {"card_": card_id})).first()
        return None if row is None else _of_row(row)

    async def save(self, broadcast: Broadcast) -> None:
        """All that can change of it."""
        await self._connection.execute(_SAVE, _row_of(broadcast) | {"id_": broadcast.id})

    async def urgent_since(self, programme_id: int, since: datetime) -> int:
        """How many that break the dose went or go out in a programme after that moment, and were not undone."""
        given = {"programme_": programme_id, "since_": since}
        number: int = (await self._connection.execute(_URGENT, given)).scalar_one()
        return number

    async def batch(self, broadcast: Broadcast, *, limit: int) -> Batch:
        """The next of its people whose asks are to be written. Locks nothing."""
        rest = await self.unwritten(broadcast)
        given = {"programme_": broadcast.programme_id, "ids_": rest[:limit]}
        rows = list(await self._connection.execute(_STILL_THERE, given)) if rest else []
        return Batch(
            persons=tuple(row.person_id for row in rows),
            left=frozenset(row.person_id for row in rows if row.has_left),
            up_to=rest[:limit][-1] if rest else broadcast.written_up_to,
            is_last=len(rest) <= limit,
        )

    async def write(self, new: Sequence[Ask]) -> None:
        """Its asks for some people, who are decided about anew. Raises AlreadyThere when one of them is there."""
        if new:
            await self._connection.execute(insert(asks), [row_of_ask(ask) for ask in new])
            for ask in new:
                self._decide_again(ask.person_id)

    async def withdraw(self, broadcast: Broadcast, *, limit: int) -> Withdrawal:
        """Take back what up to *limit* people have not been told.

        What is on the wire is left until it has landed.
        """
        given = {"element_": broadcast.element_id, "after_": 0, "limit_": limit}
        found = list(await self._connection.execute(_UNTOLD, given))
        if found:
            await self._connection.execute(_WITHDRAW, [{"id_": row.id} for row in found])
        for row in found:
            self._decide_again(row.person_id)
        left = (await self._connection.execute(_COUNT_UNTOLD, {"element_": broadcast.element_id})).scalar_one()
        return Withdrawal(number=len(found), is_last=not left)

    async def unwritten(self, broadcast: Broadcast) -> list[int]:
        """Those of its people whose asks are not written yet, in order."""
        persons: Collection[int] = broadcast.audience.persons
        if not broadcast.audience.is_settled:  # sent before who it goes to was written down
            as_of = broadcast.queued_at or self._now
            persons = await self._audiences.invited(broadcast.programme_id, broadcast.audience, as_of=as_of)
        return sorted(id for id in persons if id > broadcast.written_up_to)

    async def under_way(self) -> list[int]:
        """Those that something is to be done for now: asks to be written, or taken back. Locks nothing."""
        return [row.id for row in await self._connection.execute(_UNDER_WAY, {"now_": self._now})]

    async def to_count(self, *, limit: int) -> list[int]:
        """Those whose figures are to be looked at, the longest waiting first. Locks nothing."""
        return [row.id for row in await self._connection.execute(_TO_COUNT, {"now_": self._now, "limit_": limit})]


def _row_of(broadcast: Broadcast) -> dict[str, Any]:
    audience = broadcast.audience
    return {
        "state": broadcast.state.value,
        "entries": dict(broadcast.entries),
        "question": broadcast.question,
        "audience": {
            "everybody": audience.everybody,
            "groups": sorted(audience.groups),
            "persons": sorted(audience.persons),
            "not_answered": audience.not_answered,
            "is_settled": audience.is_settled,
        },
        "element_id": broadcast.element_id,
        "card_id": broadcast.card_id,
        "due_at": broadcast.due_at,
        "urgent": broadcast.urgent,
        "queued_at": broadcast.queued_at,
        "undo_until": broadcast.undo_until,
        "written_up_to": broadcast.written_up_to,
        "count_at": broadcast.count_at,
        "shown": broadcast.shown,
    }


def _of_row(row: Row[Any]) -> Broadcast:
    audience = row.audience
    return Broadcast(
        id=row.id,
        programme_id=row.programme_id,
        author_id=row.author_id,
        state=BroadcastState(row.state),
        entries=row.entries,
        question=row.question,
        audience=Audience(
            everybody=audience["everybody"],
            groups=frozenset(audience["groups"]),
            persons=frozenset(audience["persons"]),
            not_answered=audience["not_answered"],
            is_settled=audience.get("is_settled", False),
        ),
        element_id=row.element_id,
        card_id=row.card_id,
        due_at=row.due_at,
        urgent=bool(row.urgent),
        queued_at=row.queued_at,
        undo_until=row.undo_until,
        written_up_to=row.written_up_to,
        count_at=row.count_at,
        shown=row.shown,
    )
