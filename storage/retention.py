"""Retention as rows: what is old enough is forgotten, some of it in each short transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Delete, Select, Table, bindparam, delete, exists, func, select

from coaching.asks import SourceKind
from storage.engine import Connection
from storage.revisions import Loaded
from storage.tables import (
    asks,
    ballot_boxes,
    broadcasts,
    deliveries,
    dialogs,
    drafts,
    elements,
    erasures,
    members,
    people,
    plans,
    pools,
    programmes,
    proposals,
    readings,
    shares,
    submissions,
    talks,
)

#: Rows that one transaction forgets at most.
AT_ONCE = 50

_PROGRAMME: BindParameter[int] = bindparam("programme_")
_BEFORE: BindParameter[datetime] = bindparam("before_")
_LIMIT: BindParameter[int] = bindparam("limit_")
_IDS = select(programmes.c.id).order_by(programmes.c.id)
#: By their sources, for which there is an index.
_ITS_ASKS = (
    select(asks.c.id)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(asks.c.source_kind == SourceKind.ELEMENT.value, elements.c.programme_id == _PROGRAMME)
)
_ITS_SUBMISSIONS = (
    select(submissions.c.id)
    .join(asks, asks.c.id == submissions.c.ask_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(asks.c.source_kind == SourceKind.ELEMENT.value, elements.c.programme_id == _PROGRAMME)
)
_LAST_ASKED = (
    select(func.max(func.coalesce(asks.c.closes_at, asks.c.opens_at, asks.c.created_at)).label("last"))
    .join(elements, elements.c.id == asks.c.source_id)
    .where(asks.c.source_kind == SourceKind.ELEMENT.value, elements.c.programme_id == _PROGRAMME)
)


def _forget(table: Table, chosen: Select[Any]) -> Delete:
    key = next(iter(table.primary_key.columns))
    return delete(table).where(key.in_(chosen.limit(_LIMIT)))


def _in_it(table: Table) -> Delete:
    return _forget(table, select(table.c.id).where(table.c.programme_id == _PROGRAMME))


#: Its people first, so that nothing new is planned for them; then what they were asked, with all that hangs on it.
_OF_PROGRAMME = tuple(
    statement.returning(table.c.id)
    for table, statement in (
        (members, _in_it(members)),
        (plans, _in_it(plans)),
        (broadcasts, _in_it(broadcasts)),
        (proposals, _in_it(proposals)),
        (pools, _in_it(pools)),
        (ballot_boxes, _in_it(ballot_boxes)),
        (talks, _in_it(talks)),
        (submissions, _forget(submissions, _ITS_SUBMISSIONS)),
        (asks, _forget(asks, _ITS_ASKS)),
    )
)
_OLD_DRAFTS = _forget(drafts, select(drafts.c.ask_id).where(drafts.c.updated_at < _BEFORE)).returning(drafts.c.ask_id)
_OLD_DIALOGS = _forget(dialogs, select(dialogs.c.person_id).where(dialogs.c.updated_at < _BEFORE)).returning(
    dialogs.c.person_id
)
_OLD_DELIVERIES = _forget(
    deliveries,
    select(deliveries.c.id)
    .where(deliveries.c.slot_at < _BEFORE, deliveries.c.settled_at.is_not(None))
    .order_by(deliveries.c.id),
).returning(deliveries.c.id)
#: What is over, or was never shared.
_OLD_SHARES = _forget(
    shares, select(shares.c.id).where(func.coalesce(shares.c.ends_at, shares.c.created_at) < _BEFORE)
).returning(shares.c.id)
_OLD_READINGS = _forget(readings, select(readings.c.id).where(readings.c.at < _BEFORE)).returning(readings.c.id)
_managed = people.alias("managed")
_UNHELD = (
    select(people.c.id)
    .where(
        people.c.created_at < _BEFORE,
        people.c.id.not_in(select(members.c.person_id)),
        people.c.id.not_in(select(members.c.coach_id).where(members.c.coach_id.is_not(None))),
        people.c.id.not_in(select(_managed.c.manager_id).where(_managed.c.manager_id.is_not(None))),
        ~exists().where(asks.c.person_id == people.c.id),
        ~exists().where(erasures.c.person_id == people.c.id),
    )
    .order_by(people.c.id)
    .limit(_LIMIT)
)


_KEYED = (
    select(people.c.id, people.c.key_id)
    .where(
        people.c.id > bindparam("after_"),
        people.c.key_id.is_not(None),
        ~exists().where(erasures.c.person_id == people.c.id),
    )
    .order_by(people.c.id)
    .limit(_LIMIT)
)


class Retention:
    """What of this transaction is forgotten. Whatever was forgotten stays so: each may be done again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def programmes(self) -> list[int]:
        """The numbers of all programmes. Locks nothing."""
        return [row.id for row in await self._connection.execute(_IDS)]

    async def last_asked(self, loaded: Loaded) -> datetime | None:
        """The last moment for which something was planned in a programme; None when nothing was. Locks nothing."""
        last: datetime | None = (
            await self._connection.execute(_LAST_ASKED, {"programme_": loaded.id})
        ).scalar_one_or_none()
        return last

    async def forget_some(self, programme_id: int) -> int:
        """Some of what is kept of a programme's people; how many rows, 0 when nothing is left."""
        for statement in _OF_PROGRAMME:
            given = {"programme_": programme_id, "limit_": AT_ONCE}
            gone = len((await self._connection.execute(statement, given)).all())
            if gone:
                return gone
        return 0

    async def forget_unfinished(self, before: datetime) -> int:
        """Some drafts and kept words that nobody has touched since, and shares that were over by then; how many."""
        given = {"before_": before, "limit_": AT_ONCE}
        old = (_OLD_DRAFTS, _OLD_DIALOGS, _OLD_SHARES)
        return sum([len((await self._connection.execute(each, given)).all()) for each in old])

    async def forget_ledger(self, before: datetime) -> int:
        """Some rows of the ledger that are older, and who had read what by then; how many."""
        given = {"before_": before, "limit_": AT_ONCE}
        return sum(
            [len((await self._connection.execute(each, given)).all()) for each in (_OLD_DELIVERIES, _OLD_READINGS)]
        )

    async def unheld(self, before: datetime) -> list[int]:
        """Some people who have been known since then and have no part in anything any more. Locks nothing."""
        rows = await self._connection.execute(_UNHELD, {"before_": before, "limit_": AT_ONCE})
        return [row.id for row in rows]

    async def keys_after(self, person_id: int, *, limit: int) -> dict[int, str]:
        """The keys of up to *limit* people whose numbers come after one, by number. Locks nothing."""
        rows = await self._connection.execute(_KEYED, {"after_": person_id, "limit_": limit})
        return {row.id: row.key_id for row in rows}
