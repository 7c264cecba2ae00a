"""Whom something to many people of a programme goes to, and whom of them it reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, and_, bindparam, cast, func, or_, select

from coaching.asks import SkipReason, SourceKind
from coaching.broadcasts import Audience, Candidate, Reach, is_invited
from coaching.people import Language, Role
from storage.among import among, among_many
from storage.engine import Connection
from storage.reach import reach_columns, reach_of
from storage.tables import asks, members, people

_GROUPS = (
    select(members.c.groups)
    .where(
        members.c.programme_id == bindparam("programme_"),
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
    )
    .distinct()
)
_NAMED = (
    select(people.c.id, people.c.email, people.c.name)
    .join(members, members.c.person_id == people.c.id)
    .where(
        members.c.programme_id == bindparam("programme_"),
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
        or_(among(people.c.email, "emails_"), among(people.c.name, "names_")),
    )
    .order_by(people.c.id)
)
_TOOK_PART = and_(
    members.c.joined_at <= bindparam("as_of_"),
    or_(members.c.left_at.is_(None), members.c.left_at > bindparam("as_of_")),
)
_OWES = (
    select(asks.c.id)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        asks.c.source_id == bindparam("owing_"),
        asks.c.person_id == members.c.person_id,
        or_(asks.c.version == 0, asks.c.answered_at > bindparam("as_of_")),
        # Neither who was never asked owes an answer, nor who said that they leave it out.
        or_(
            asks.c.skipped.is_(None),
            and_(asks.c.told_at.is_not(None), asks.c.skipped != SkipReason.DROPPED.value),
        ),
    )
    .exists()
)
_WHO = [
    members.c.role.label("role"),
    members.c.groups.label("groups"),
    _TOOK_PART.label("takes_part"),
    among_many(members.c.person_id, "named_").label("is_named"),
    and_(bindparam("owing_") > 0, _OWES).label("owes_answer"),
]
_IN_PROGRAMME = members.c.programme_id == bindparam("programme_")
_EACH = (
    select(people.c.language.label("language"), *_WHO, *reach_columns())
    .join_from(members, people, people.c.id == members.c.person_id)
    .where(_IN_PROGRAMME)
    .subquery()
)
_COUNTED = select(*_EACH.c, func.count().label("number")).group_by(*_EACH.c)
_MEMBERS = select(members.c.person_id.label("person_id"), *_WHO).where(_IN_PROGRAMME).subquery()
_SAME = [column for column in _MEMBERS.c if column.name != "person_id"]
_LISTED = select(*_SAME, func.aggregate_strings(cast(_MEMBERS.c.person_id, String), ",").label("persons")).group_by(
    *_SAME
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """So many of those whom a broadcast would go to speak this language, and are reached, or not, as it says."""

    language: Language
    reach: Reach | None
    number: int


class Audiences:
    """Who is in the audiences of this transaction. Nothing is locked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def groups(self, programme_id: int) -> list[str]:
        """The groups that participants of a programme are in, in order."""
        rows = await self._connection.execute(_GROUPS, {"programme_": programme_id})
        return sorted({group for row in rows for group in row.groups})

    async def named(self, programme_id: int, names: Sequence[str]) -> dict[str, int]:
        """The participants who go by one of these names or e-mail addresses: their numbers, by both in lower case."""
        given = {"programme_": programme_id, "emails_": [name.lower() for name in names], "names_": list(names)}
        rows = await self._connection.execute(_NAMED, given)
        return {by.lower(): row.id for row in rows for by in (row.email, row.name) if by}

    async def strands(self, programme_id: int, audience: Audience, *, as_of: datetime) -> list[Strand]:
        """Whom a broadcast to *audience* would go to."""
        rows = await self._connection.execute(_COUNTED, _given(programme_id, audience, as_of))
        return [
            Strand(language=Language(row.language), reach=reach_of(row), number=row.number)
            for row in rows
            if is_invited(audience, _candidate(row))
        ]

    async def invited(self, programme_id: int, audience: Audience, *, as_of: datetime) -> list[int]:
        """The people whom a broadcast to *audience* would go to, in no order."""
        rows = await self._connection.execute(_LISTED, _given(programme_id, audience, as_of))
        return [
            int(number) for row in rows if is_invited(audience, _candidate(row)) for number in row.persons.split(",")
        ]


def _given(programme_id: int, audience: Audience, as_of: datetime) -> dict[str, Any]:
    return {
        "programme_": programme_id,
        "named_": sorted(audience.persons),
        "owing_": audience.not_answered or 0,
        "as_of_": as_of,
    }


def _candidate(row: Row[Any]) -> Candidate:
    return Candidate(
        role=Role(row.role),
        groups=frozenset(row.groups),
        takes_part=bool(row.takes_part),
        is_named=bool(row.is_named),
        owes_answer=bool(row.owes_answer),
    )
