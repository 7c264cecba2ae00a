"""Erasures: orders to erase a person, and erasing by small steps that can be stopped and begun again anywhere.

The order cuts the person off at once: nobody finds them by their e-mail or in Teams any more. Then their key goes, then
what is theirs, some rows at a time; the row of the person itself, by which their cards are emptied in Teams, goes last.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from coaching.people import Person
from storage.engine import Connection
from storage.keys import KeyRing
from storage.tables import (
    dialogs,
    drafts,
    erasures,
    errands,
    leaves,
    members,
    one_time_links,
    people,
    plans,
    pools,
    shares,
    teammates,
)
from storage.traces import Traces

_PERSON: BindParameter[int] = bindparam("person_")
_LIMIT: BindParameter[int] = bindparam("limit_")


class AskedBy(StrEnum):
    """Who had somebody erased."""

    SELF = "self"
    ADMINISTRATOR = "administrator"
    #: Nothing held them any more.
    RETENTION = "retention"
    #: A backup brought them back, whose key was destroyed before.
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """An order to erase somebody. person_id: None when nothing is left of them. counts: rows that went, by table.

    key_id: of the key that is to be destroyed; None where nothing was ever sealed. told_at: when they were told; None
    where they are still to be, in the chat that they asked for it in. Times are UTC.
    """

    id: int
    tenant: str
    person_id: int | None
    key_id: str | None
    by: AskedBy
    asked_at: datetime
    told_at: datetime | None
    key_destroyed_at: datetime | None
    emptied_at: datetime | None
    ended_at: datetime | None
    counts: Mapping[str, int]


_ORDER = select(
    erasures.c.id,
    erasures.c.tenant,
    erasures.c.person_id,
    people.c.key_id,
    erasures.c.by,
    erasures.c.asked_at,
    erasures.c.told_at,
    erasures.c.key_destroyed_at,
    erasures.c.emptied_at,
    erasures.c.ended_at,
    erasures.c.counts,
).select_from(erasures.outerjoin(people, people.c.id == erasures.c.person_id))
_IS_WAITING: ColumnElement[bool] = literal_column("ended_at IS NULL")  # as the partial index has it
#: Those that only wait for Teams come last: they hold up nobody.
_WAITING = (
    select(erasures.c.id).where(_IS_WAITING).order_by(erasures.c.emptied_at.is_not(None), erasures.c.id).limit(_LIMIT)
)
_ONE = _ORDER.where(erasures.c.id == bindparam("id_"))
_TAKE = _ORDER.where(erasures.c.id == bindparam("id_"), _IS_WAITING).with_for_update(of=erasures, skip_locked=True)
_OF_DIGEST = _ORDER.where(erasures.c.digest.in_(bindparam("digests_", expanding=True))).order_by(erasures.c.id.desc())
_ASKED_BY = select(erasures.c.id).where(erasures.c.activity == bindparam("activity_"))
_SAVE = update(erasures).where(erasures.c.id == bindparam("id_"))
_TOLD = _SAVE.where(erasures.c.told_at.is_(None)).values(told_at=bindparam("now_"))
#: What tells who somebody is; where they are reached stays until their cards are emptied.
_CUT_OFF: dict[str, Any] = {
    "aad_id": None,
    "email": None,
    "name": "",
    "code": None,
    "unit": "",
    "manager_id": None,
    "admitted_at": None,
    "paused_until": None,
    "day_starts": None,
    "day_ends": None,
    "weekdays": None,
    "preferred": None,
    "next_visit_at": None,
}
_NOT_TOLD = update(shares).where(shares.c.owner_id == _PERSON, shares.c.told_at.is_(None))
_UNBROUGHT = delete(errands).where(errands.c.by_id == _PERSON, errands.c.brought_at.is_(None))
_NOBODY_MORE = update(pools).where(pools.c.asker_id == _PERSON, pools.c.closed_at.is_(None))


class Erasures:
    """The erasures of this transaction."""

    def __init__(self, connection: Connection, keys: KeyRing, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self._now = now

    async def order(self, person: Person, *, by: AskedBy, activity: str | None = None) -> int:
        """Begin to erase a person whose row is locked; its number. From now on nobody finds them, or writes to them.

        activity: of the message that asked for it. The same order again is the same one.
        """
        known = select(erasures.c.id).where(erasures.c.person_id == person.id)
        number: int | None = (await self._connection.execute(known)).scalar_one_or_none()
        if number is not None:
            return number
        digest = self._keys.digests(person.tenant, person.email or person.aad_id or str(person.id))[0]
        row: dict[str, Any] = {"tenant": person.tenant, "digest": digest, "person_id": person.id, "by": by.value}
        is_told = by is not AskedBy.SELF or person.address is None
        row |= {"activity": activity, "asked_at": self._now, "told_at": self._now if is_told else None, "counts": {}}
        number = (await self._connection.execute(insert(erasures).returning(erasures.c.id), row)).scalar_one()
        stopped = update(people).where(people.c.id == person.id).values(_CUT_OFF | {"stopped_at": self._now})
        await self._connection.execute(stopped)
        traces = Traces(self._connection, self._now)
        await traces.forget_names(person)
        await traces.forget_talks(person.id)
        for table in (members, leaves, dialogs, drafts, plans, one_time_links, teammates):
            await self._connection.execute(delete(table).where(table.c.person_id == person.id))
        await self._connection.execute(_UNBROUGHT, {"person_": person.id})
        await self._connection.execute(_NOT_TOLD.values(told_at=self._now), {"person_": person.id})
        closed = _NOBODY_MORE.values(closed_at=self._now, is_enough=False)
        await self._connection.execute(closed, {"person_": person.id})
        return number

    async def was_asked_by(self, activity: str) -> bool:
        """Whether somebody was erased because of this very activity."""
        return (await self._connection.execute(_ASKED_BY, {"activity_": activity})).first() is not None

    async def newest_of(self, tenant: str, email: str) -> Erasure | None:
        """The newest order for somebody who was known by that e-mail; None when there never was one."""
        digests = {"digests_": self._keys.digests(tenant, email)}
        return _erasure((await self._connection.execute(_OF_DIGEST, digests)).first())

    async def get(self, erasure_id: int) -> Erasure | None:
        """The order with that number. Locks nothing."""
        return _erasure((await self._connection.execute(_ONE, {"id_": erasure_id})).first())

    async def waiting(self, *, limit: int) -> list[int]:
        """Orders that are not carried out yet, those first of which something is left to do here. Locks nothing."""
        return [row.id for row in await self._connection.execute(_WAITING, {"limit_": limit})]

    async def take(self, erasure_id: int) -> Erasure | None:
        """One that is to be carried on now; None where another does, or has."""
        return _erasure((await self._connection.execute(_TAKE, {"id_": erasure_id})).first())

    async def told(self, erasure_ids: Collection[int]) -> None:
        """That those whom these orders are about have been told, or are told now."""
        if erasure_ids:
            await self._connection.execute(_TOLD, [{"id_": each, "now_": self._now} for each in sorted(erasure_ids)])

    async def key_destroyed(self, erasure: Erasure) -> None:
        """What was sealed under the person's key can be read no more."""
        await self._save(erasure, key_destroyed_at=self._now)

    async def emptied(self, erasure: Erasure) -> None:
        """Nothing is left but the way to the cards in Teams."""
        await self._save(erasure, emptied_at=self._now)

    async def end(self, erasure: Erasure) -> None:
        """It is done."""
        await self._save(erasure, ended_at=self._now)

    async def count(self, erasure: Erasure, more: Mapping[str, int]) -> None:
        """So many more rows of these tables are gone."""
        counts = Counter(dict(erasure.counts))
        counts.update({name: number for name, number in more.items() if name and number})
        await self._save(erasure, counts=dict(counts))

    async def _save(self, erasure: Erasure, **changes: Any) -> None:
        await self._connection.execute(_SAVE.values(changes), {"id_": erasure.id})


def _erasure(row: Any) -> Erasure | None:
    return None if row is None else Erasure(**(dict(row._mapping) | {"by": AskedBy(row.by)}))
