"""Circles: who is what to whom, by the rosters. Whether somebody may read, `coaching/shares` says."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select

from coaching.access import Audience
from coaching.people import Role
from coaching.shares import Reader
from storage.among import among
from storage.engine import Connection
from storage.tables import members, people

_TWO = select(people.c.id, people.c.tenant, people.c.manager_id).where(
    people.c.id.in_([bindparam("reader_"), bindparam("owner_")])
)
_PARTS = select(members.c.person_id, members.c.programme_id, members.c.role, members.c.coach_id).where(
    among(members.c.person_id, "ids_"), members.c.left_at.is_(None)
)
_LED = select(people.c.id).where(people.c.manager_id == bindparam("id_")).order_by(people.c.id)
_own = people.alias("own")
_MATES = (
    select(people.c.id)
    .join(members, members.c.person_id == people.c.id)
    .where(
        people.c.id != bindparam("owner_"),
        people.c.tenant == select(_own.c.tenant).where(_own.c.id == bindparam("owner_")).scalar_subquery(),
        members.c.left_at.is_(None),
        members.c.programme_id.in_(
            select(members.c.programme_id).where(
                members.c.person_id == bindparam("owner_"), members.c.left_at.is_(None)
            )
        ),
        or_(people.c.email == bindparam("email_"), func.lower(people.c.name) == bindparam("email_")),
    )
    .distinct()
    .limit(2)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """With whom somebody could share, by their numbers. led: those whom they lead."""

    coaches: Sequence[int]
    manager: int | None
    led: Sequence[int]


class Circles:
    """Who is what to whom at this moment. Locks nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, owner_id: int) -> Circle:
        """With whom the owner could share."""
        parts = (await self._connection.execute(_PARTS, {"ids_": [owner_id]})).all()
        own = {row.coach_id for row in parts if row.coach_id is not None}
        programme_ids = [row.programme_id for row in parts if row.programme_id is not None]
        rows = await self._connection.execute(
            select(members.c.person_id)
            .where(
                members.c.programme_id.in_(programme_ids),
                members.c.role == Role.COACH.value,
                members.c.left_at.is_(None),
            )
            .distinct()
        )
        coaches = own | {row.person_id for row in rows}
        manager = (
            await self._connection.execute(select(people.c.manager_id).where(people.c.id == owner_id))
        ).scalar_one_or_none()
        led = [row.id for row in await self._connection.execute(_LED, {"id_": owner_id})]
        return Circle(coaches=sorted(coaches - {owner_id}), manager=manager, led=led)

    async def reader(self, reader_id: int, owner_id: int) -> Reader:
        """What somebody is to the owner."""
        two = {row.id: row for row in await self._connection.execute(_TWO, {"reader_": reader_id, "owner_": owner_id})}
        if len(two) < 2 or two[reader_id].tenant != two[owner_id].tenant:
            return Reader(person_id=reader_id)
        parts = (await self._connection.execute(_PARTS, {"ids_": [reader_id, owner_id]})).all()
        theirs = [row for row in parts if row.person_id == owner_id]
        common = {row.programme_id for row in theirs if row.programme_id is not None}
        own = [row for row in parts if row.person_id == reader_id and row.programme_id in common]
        is_manager = two[owner_id].manager_id == reader_id
        is_led = two[reader_id].manager_id == owner_id
        is_coach = any(row.coach_id == reader_id for row in theirs) or any(row.role == Role.COACH.value for row in own)
        found = {
            Audience.MANAGER: is_manager,
            Audience.TEAM: is_led,
            Audience.COUNTERPART: is_manager or is_led,
            Audience.COACH: is_coach,
            Audience.PEER: bool(own),
        }
        return Reader(person_id=reader_id, audiences=frozenset(each for each, holds in found.items() if holds))

    async def mate(self, owner_id: int, name: str) -> int | None:
        """Who goes by that name or address in a programme of the owner's; None for nobody, and for more than one."""
        given = {"owner_": owner_id, "email_": " ".join(name.split()).lower()}
        rows = (await self._connection.execute(_MATES, given)).all()
        return int(rows[0].id) if len(rows) == 1 else None
