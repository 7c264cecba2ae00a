"""Hand-overs: a programme goes from one coach to another, with its people and what they have asked and wait for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update

from coaching.asks import AskKind, AskState
from coaching.people import Role
from storage.among import among
from storage.cards import Face
from storage.engine import Connection
from storage.tables import asks, cards, errands, members, people

_NAMED = select(people.c.id, people.c.name, people.c.email, people.c.unreachable, people.c.aad_id).where(
    people.c.tenant == bindparam("tenant_"),
    people.c.admitted_at.is_not(None),
    or_(people.c.email == bindparam("email_"), func.lower(people.c.name) == bindparam("name_")),
)
_COACHES_SOMETHING = (
    select(members.c.id)
    .where(
        members.c.person_id == people.c.id,
        members.c.role == Role.COACH.value,
        members.c.left_at.is_(None),
    )
    .exists()
)
_PART = select(members.c.id, members.c.role, members.c.left_at).where(
    members.c.programme_id == bindparam("programme_"), members.c.person_id == bindparam("person_")
)
_ON_ROSTER = members.alias("on_roster")
_OF_COACH = and_(
    members.c.programme_id == bindparam("programme_"),
    members.c.role == Role.PARTICIPANT.value,
    or_(
        members.c.coach_id == bindparam("coach_"),
        and_(
            members.c.coach_id.is_(None),
            select(_ON_ROSTER.c.id)
            .where(
                _ON_ROSTER.c.person_id == members.c.person_id,
                _ON_ROSTER.c.programme_id.is_(None),
                _ON_ROSTER.c.coach_id == bindparam("coach_"),
            )
            .exists(),
        ),
    ),
)
_COUNT = select(func.count()).where(_OF_COACH, members.c.left_at.is_(None))
_MOVE = update(members).where(_OF_COACH, members.c.person_id != bindparam("to_")).values(coach_id=bindparam("to_"))
_ELSEWHERE = members.alias("elsewhere")
_COACHING = members.alias("coaching")
#: Whom the roster itself gives to the coach, where they have nothing else in common any more.
_MOVE_ROSTER = (
    update(members)
    .where(
        members.c.programme_id.is_(None),
        members.c.coach_id == bindparam("coach_"),
        members.c.person_id.in_(
            select(_ON_ROSTER.c.person_id).where(
                _ON_ROSTER.c.programme_id == bindparam("programme_"), _ON_ROSTER.c.role == Role.PARTICIPANT.value
            )
        ),
        ~select(_ELSEWHERE.c.id)
        .join(_COACHING, _COACHING.c.programme_id == _ELSEWHERE.c.programme_id)
        .where(
            _ELSEWHERE.c.person_id == members.c.person_id,
            _ELSEWHERE.c.programme_id != bindparam("programme_"),
            _ELSEWHERE.c.left_at.is_(None),
            _COACHING.c.person_id == bindparam("coach_"),
            _COACHING.c.role == Role.COACH.value,
            _COACHING.c.left_at.is_(None),
        )
        .exists(),
    )
    .values(coach_id=bindparam("to_"))
)
_OPEN = select(asks.c.id, asks.c.occurrence).where(
    asks.c.programme_id == bindparam("programme_"),
    asks.c.person_id == bindparam("coach_"),
    asks.c.kind == AskKind.MESSAGE.value,
    asks.c.state == AskState.OPEN.value,
    asks.c.wants_answer,
)
_CLOSE = update(asks).where(among(asks.c.id, "ids_")).values(state=AskState.CLOSED.value)
#: Where the programme comes back to whom it was taken from.
_REOPEN = (
    update(asks)
    .where(
        asks.c.programme_id == bindparam("programme_"),
        asks.c.person_id == bindparam("to_"),
        asks.c.kind == AskKind.MESSAGE.value,
        asks.c.state == AskState.CLOSED.value,
        asks.c.version == 0,
        among(asks.c.occurrence, "occurrences_"),
    )
    .values(state=AskState.OPEN.value, told_at=None)
    .returning(asks.c.occurrence)
)
_AGAIN = update(errands).where(among(errands.c.id, "ids_")).values(brought_at=None)
_DRAW = (
    update(cards)
    .where(among(cards.c.ask_id, "ids_"))
    .values(wanted=cards.c.wanted + 1, try_at=bindparam("now_"), attempts=0)
)
#: What was shared with the coach is drawn anew: it says so where they may not read it any more.
_DRAW_SHARED = (
    update(cards)
    .where(cards.c.person_id == bindparam("coach_"), cards.c.face == Face.SHARED.value)
    .values(wanted=cards.c.wanted + 1, try_at=bindparam("now_"), attempts=0)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """Somebody who could coach a programme. is_coach: of some programme or on the roster. is_met: Teams knows them."""

    id: int
    name: str
    email: str | None
    is_coach: bool
    is_met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """What goes along: so many people whose coach changes, and so many open questions of theirs."""

    people: int
    questions: int


class HandOvers:
    """Who coaches what in this transaction. The people whom it is about are to be locked before anything is moved."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def named(self, tenant: str, named: str) -> list[Successor]:
        """Those who go by that name or e-mail address, whatever its case. Locks nothing."""
        lower = " ".join(named.split()).lower()
        statement = _NAMED.add_columns(_COACHES_SOMETHING.label("is_coach"))
        rows = await self._connection.execute(statement, {"tenant_": tenant, "email_": lower, "name_": lower})
        return [_successor(row) for row in rows]

    async def successor(self, person_id: int) -> Successor | None:
        """The person with that number. Locks nothing."""
        statement = select(
            people.c.id, people.c.name, people.c.email, people.c.unreachable, people.c.aad_id
        ).add_columns(_COACHES_SOMETHING.label("is_coach"))
        row = (await self._connection.execute(statement.where(people.c.id == person_id))).first()
        return None if row is None else _successor(row)

    async def role_in(self, programme_id: int, person_id: int) -> Role | None:
        """The part that somebody has in a programme now; None where they have none, or have left."""
        row = await self._part(programme_id, person_id)
        return Role(row.role) if row is not None and row.left_at is None else None

    async def estate(self, programme_id: int, coach_id: int) -> Estate:
        """What a coach would hand over. Locks nothing."""
        given = {"programme_": programme_id, "coach_": coach_id}
        number: int = (await self._connection.execute(_COUNT, given)).scalar_one()
        return Estate(people=number, questions=len((await self._connection.execute(_OPEN, given)).all()))

    async def move(self, programme_id: int, *, coach_id: int, to_id: int) -> None:
        """The programme is coached by another from now on; the one who did has left it.

        What people have asked and wait for is brought to the new one, and taken from the chat of the old one.
        """
        given = {"programme_": programme_id, "coach_": coach_id}
        await self._connection.execute(_MOVE, given | {"to_": to_id})
        await self._connection.execute(_MOVE_ROSTER, given | {"to_": to_id})
        await self._become_coach(programme_id, to_id)
        left = update(members).where(members.c.programme_id == programme_id, members.c.person_id == coach_id)
        await self._connection.execute(left.values(left_at=self._now, placed=0))
        await self._connection.execute(_DRAW_SHARED, {"coach_": coach_id, "now_": self._now})
        found = (await self._connection.execute(_OPEN, given)).all()
        if found:
            ids = sorted(row.id for row in found)
            await self._connection.execute(_CLOSE, {"ids_": ids})
            await self._connection.execute(_DRAW, {"ids_": ids, "now_": self._now})
            occurrences = {row.occurrence for row in found}
            known = {"programme_": programme_id, "to_": to_id, "occurrences_": sorted(occurrences)}
            there = {row.occurrence for row in await self._connection.execute(_REOPEN, known)}
            await self._connection.execute(_AGAIN, {"ids_": sorted(occurrences - there)})

    async def _become_coach(self, programme_id: int, person_id: int) -> None:
        part = await self._part(programme_id, person_id)
        if part is None:
            row = {"person_id": person_id, "programme_id": programme_id, "groups": [], "coach_id": None, "placed": 0}
            row |= {"role": Role.COACH.value, "joined_at": self._now, "left_at": None}
            await self._connection.execute(insert(members), row)
            return
        values: dict[str, Any] = {"role": Role.COACH.value, "left_at": None, "placed": 0}
        if part.left_at is not None:
            values["joined_at"] = self._now
        await self._connection.execute(update(members).where(members.c.id == part.id).values(values))

    async def _part(self, programme_id: int, person_id: int) -> Any:
        given = {"programme_": programme_id, "person_": person_id}
        return (await self._connection.execute(_PART, given)).first()


def _successor(row: Any) -> Successor:
    return Successor(
        id=row.id,
        name=row.name,
        email=row.email,
        is_coach=bool(row.is_coach),
        is_met=row.unreachable is None and row.aad_id is not None,
    )
