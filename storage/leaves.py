"""Leaves: the days on which somebody is away and gets nothing that Sparri starts, and who may say so of whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update

from coaching.hours import DateRange
from coaching.people import Role
from storage.among import among
from storage.engine import Connection
from storage.people import PLACE_ANEW
from storage.tables import leaves, members, people, programmes

_AHEAD = (
    select(leaves.c.first, leaves.c.last)
    .where(leaves.c.person_id == bindparam("person_"), leaves.c.last >= bindparam("day_"))
    .order_by(leaves.c.first)
)
_COACHING = members.alias("coaching")
_COACHED = (
    select(people.c.id, people.c.name, people.c.timezone)
    .join(members, members.c.person_id == people.c.id)
    .join(_COACHING, _COACHING.c.programme_id == members.c.programme_id)
    .join(programmes, programmes.c.id == members.c.programme_id)
    .where(
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
        _COACHING.c.person_id == bindparam("coach_"),
        _COACHING.c.role == Role.COACH.value,
        _COACHING.c.left_at.is_(None),
        programmes.c.ended_at.is_(None),
    )
    .distinct()
)
_NAMED = _COACHED.where(or_(people.c.email == bindparam("email_"), among(people.c.name, "names_")))
_ONE = _COACHED.where(people.c.id == bindparam("person_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachedPerson:
    """Somebody who takes part in a programme of the coach's. timezone: their own."""

    id: int
    name: str
    timezone: str


class Leaves:
    """Who is away in this transaction. The person is to be locked before anything of theirs is changed."""

    def __init__(self, connection: Connection, decide_again: Callable[[int], None]) -> None:
        """decide_again: told each person whose days change."""
        self._connection = connection
        self._decide_again = decide_again

    async def coached(self, coach_id: int, named: str) -> list[CoachedPerson]:
        """Those who take part in what somebody coaches and go by that name or e-mail address. Locks nothing."""
        name = " ".join(named.split())
        given = {"coach_": coach_id, "email_": name.lower(), "names_": sorted({name, name.title()})}
        return [_person(row) for row in await self._connection.execute(_NAMED, given)]

    async def coached_one(self, coach_id: int, person_id: int) -> CoachedPerson | None:
        """The person with that number, where they take part in what somebody coaches. Locks nothing."""
        row = (await self._connection.execute(_ONE, {"coach_": coach_id, "person_": person_id})).first()
        return None if row is None else _person(row)

    async def ahead(self, person_id: int, *, day: date) -> list[DateRange]:
        """When the person is away on that day or later. Locks nothing."""
        rows = await self._connection.execute(_AHEAD, {"person_": person_id, "day_": day})
        return [DateRange(first=row.first, last=row.last) for row in rows]

    async def replace(self, person_id: int, new: Sequence[DateRange], *, day: date) -> None:
        """The person is away on these days, and from *day* on on no others; what is open moves with them."""
        await self._connection.execute(delete(leaves).where(leaves.c.person_id == person_id, leaves.c.first >= day))
        await self._connection.execute(
            update(leaves)
            .where(leaves.c.person_id == person_id, leaves.c.last >= day)
            .values(last=day - timedelta(days=1))
        )
        if new:
            rows = [{"person_id": person_id, "first": each.first, "last": each.last} for each in new]
            await self._connection.execute(insert(leaves), rows)
        await self._connection.execute(PLACE_ANEW, {"person_": person_id})
        self._decide_again(person_id)


def _person(row: Any) -> CoachedPerson:
    return CoachedPerson(id=row.id, name=row.name, timezone=row.timezone)
