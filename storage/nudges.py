"""Nudges: who owes an answer to an element, what keeps a reminder from them, and the wish that it comes soon."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select, update

from coaching.asks import REMINDED_ONCE, AskState, SourceKind
from coaching.nudging import Owing
from storage.among import among
from storage.circumstances import policy_of
from storage.engine import Connection
from storage.reach import reach_columns, reach_of
from storage.tables import asks, elements, leaves, people, programmes

_NOW = bindparam("now_", type_=asks.c.told_at.type)
_IS_AWAY = or_(
    people.c.paused_until > _NOW,
    select(leaves.c.id)
    .where(
        leaves.c.person_id == people.c.id, leaves.c.first <= bindparam("today_"), leaves.c.last >= bindparam("today_")
    )
    .exists(),
)
_OWES = and_(
    asks.c.source_kind == SourceKind.ELEMENT.value,
    asks.c.source_id == bindparam("element_"),
    asks.c.state == AskState.OPEN.value,
    asks.c.version == 0,
    asks.c.wants_answer,
)


def _since_mentioned(moment: Any) -> Any:
    return and_(
        moment.is_not(None), moment > asks.c.told_at, or_(asks.c.reminded_at.is_(None), moment > asks.c.reminded_at)
    )


_OWING = (
    select(
        asks.c.id,
        asks.c.person_id,
        asks.c.told_at.is_not(None).label("is_told"),
        asks.c.reminders,
        func.coalesce(_since_mentioned(asks.c.nudged_at), False).label("is_nudged"),
        func.coalesce(_since_mentioned(asks.c.put_off_until), False).label("is_put_off"),
        func.coalesce(asks.c.closes_at <= _NOW, False).label("is_over"),
        func.coalesce(_IS_AWAY, False).label("is_away"),
        people.c.told_of_stop.label("is_silent"),
        *reach_columns(),
    )
    .join(people, people.c.id == asks.c.person_id)
    .where(_OWES)
)
_EACH = _OWING.subquery()
_SAME = [column for column in _EACH.c if column.name not in ("id", "person_id")]
_COUNTED = select(*_SAME, func.count().label("number")).group_by(*_SAME)
_BATCH = _OWING.where(asks.c.person_id > bindparam("after_")).order_by(asks.c.person_id).limit(bindparam("limit_"))
_NUDGE = (
    update(asks)
    .where(among(asks.c.id, "ids_"), _OWES, asks.c.told_at.is_not(None), asks.c.reminders < bindparam("most_"))
    .values(nudged_at=bindparam("at_"))
    .returning(asks.c.person_id)
)
_NUDGED = (
    select(asks.c.id, asks.c.person_id)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        asks.c.source_id == bindparam("element_"),
        asks.c.nudged_at == bindparam("at_"),
        asks.c.person_id > bindparam("after_"),
    )
    .order_by(asks.c.person_id)
    .limit(bindparam("limit_"))
)
_TAKE_BACK = (
    update(asks)
    .where(among(asks.c.id, "ids_"), asks.c.nudged_at == bindparam("at_"))
    .values(nudged_at=None)
    .returning(asks.c.person_id)
)
_POLICY = (
    select(programmes.c.policy, elements.c.content, elements.c.kind)
    .join(elements, elements.c.programme_id == programmes.c.id)
    .where(elements.c.id == bindparam("element_"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwingAsk:
    """What one person owes an answer to. ask_id: the ask's number."""

    ask_id: int
    person_id: int
    owing: Owing


class Nudges:
    """Who owes what in this transaction. Nothing is locked but what is changed."""

    def __init__(self, connection: Connection, now: datetime, decide_again: Callable[[int], None]) -> None:
        """decide_again: told each person whose asks change."""
        self._connection = connection
        self._now = now
        self._decide_again = decide_again

    async def most_reminders(self, element_id: int) -> int:
        """How many reminders the programme of an element allows; as `coaching.chances.most_reminders`."""
        row = (await self._connection.execute(_POLICY, {"element_": element_id})).one()
        most = policy_of(row.policy).most_reminders
        is_group_work = (row.content.get("assignment") or {}).get("group_work")
        return min(most, 1) if is_group_work or row.kind in REMINDED_ONCE else most

    async def counted(self, element_id: int) -> list[tuple[Owing, int]]:
        """Those who owe an answer to an element, counted by what is the same of them."""
        rows = await self._connection.execute(_COUNTED, self._given(element_id))
        return [(_owing(row), row.number) for row in rows]

    async def batch(self, element_id: int, *, after: int, limit: int) -> list[OwingAsk]:
        """Up to *limit* of them, by the numbers of the people, from *after* on."""
        given = self._given(element_id) | {"after_": after, "limit_": limit}
        rows = await self._connection.execute(_BATCH, given)
        return [OwingAsk(ask_id=row.id, person_id=row.person_id, owing=_owing(row)) for row in rows]

    async def nudge(self, element_id: int, ask_ids: Collection[int], *, at: datetime, most_reminders: int) -> int:
        """Wish that the next reminder of these comes soon; of how many. Who has answered meanwhile is left alone."""
        given = {"element_": element_id, "ids_": sorted(ask_ids), "at_": at, "most_": most_reminders}
        return await self._changed(_NUDGE, given) if ask_ids else 0

    async def nudged(self, element_id: int, *, at: datetime, after: int, limit: int) -> dict[int, int]:
        """Up to *limit* asks that were nudged at that very moment, by the numbers of their people from *after* on."""
        given = {"element_": element_id, "at_": at, "after_": after, "limit_": limit}
        return {row.person_id: row.id for row in await self._connection.execute(_NUDGED, given)}

    async def take_back(self, ask_ids: Collection[int], *, at: datetime) -> int:
        """Take that wish back; of how many."""
        return await self._changed(_TAKE_BACK, {"ids_": sorted(ask_ids), "at_": at}) if ask_ids else 0

    async def _changed(self, statement: Any, given: dict[str, Any]) -> int:
        changed = [row.person_id for row in await self._connection.execute(statement, given)]
        for person_id in changed:
            self._decide_again(person_id)
        return len(changed)

    def _given(self, element_id: int) -> dict[str, Any]:
        today: date = self._now.date()
        return {"element_": element_id, "now_": self._now, "today_": today}


def _owing(row: Row[Any]) -> Owing:
    return Owing(
        is_told=bool(row.is_told),
        reminders=row.reminders,
        is_nudged=bool(row.is_nudged),
        is_put_off=bool(row.is_put_off),
        is_over=bool(row.is_over),
        is_away=bool(row.is_away),
        is_silent=bool(row.is_silent),
        reach=reach_of(row),
    )
