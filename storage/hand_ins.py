"""Hand-ins: how far the participants of a programme are with what they were asked, and what they gave, for their coach.

A participant with a coach of their own is that coach's; all others are every coach's of the programme. What is private
is read sealed, and only the fields that are named; it is opened afterwards, with its person's own key.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, func, or_, select

from coaching.asks import AskState, SourceKind
from coaching.assignments import AssignmentState
from coaching.broadcasts import Reach
from coaching.following import Standing
from coaching.forms import Value
from coaching.people import Person, Role
from storage.among import among
from storage.answers import SEALED
from storage.engine import Connection
from storage.keys import KeyLost, KeyRing
from storage.reach import reach_columns, reach_of
from storage.sealing import Unreadable
from storage.tables import answers, asks, assignments, members, people, submissions

_COACHES = members.alias("coaches")
_HAS_OWN_COACH = (
    select(_COACHES.c.id)
    .where(
        _COACHES.c.person_id == members.c.coach_id,
        _COACHES.c.programme_id == members.c.programme_id,
        _COACHES.c.role == Role.COACH.value,
        _COACHES.c.left_at.is_(None),
    )
    .exists()
)
_THEIRS = and_(
    members.c.programme_id == bindparam("programme_"),
    members.c.role == Role.PARTICIPANT.value,
    members.c.left_at.is_(None),
    or_(members.c.coach_id == bindparam("coach_"), ~_HAS_OWN_COACH),
)
_COLUMNS: tuple[ColumnElement[Any], ...] = (
    people.c.id.label("person_id"),
    people.c.name,
    people.c.email,
    people.c.tenant,
    people.c.key_id,
    members.c.groups,
)
_PARTICIPANTS = (
    select(*_COLUMNS)
    .join(members, members.c.person_id == people.c.id)
    .where(_THEIRS, people.c.id > bindparam("after_"))
    .order_by(people.c.id)
    .limit(bindparam("limit_"))
)
_NAMES = (
    select(people.c.id, people.c.name, people.c.email).join(members, members.c.person_id == people.c.id).where(_THEIRS)
)
_STANDING: tuple[ColumnElement[Any], ...] = (
    asks.c.id.label("ask_id"),
    asks.c.source_kind,
    asks.c.source_id,
    asks.c.state,
    asks.c.told_at,
    asks.c.answered_at,
    asks.c.version,
    assignments.c.state.label("assignment"),
    assignments.c.by_id,
)
# Nothing of what they come from: SQLite would go through the index of that, and read everybody's.
_ASKED = (
    select(asks.c.person_id, *_STANDING)
    .outerjoin(assignments, assignments.c.ask_id == asks.c.id)
    .where(among(asks.c.person_id, "ids_"), asks.c.programme_id == bindparam("programme_"))
    .order_by(asks.c.id)
)
_REACHED = (
    select(people.c.id, people.c.name, *reach_columns())
    .join(members, members.c.person_id == people.c.id)
    .where(
        members.c.programme_id == bindparam("programme_"),
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
    )
    .subquery()
)
_UNREACHED = (
    select(_REACHED)
    .where(or_(_REACHED.c.unreachable.is_not(None), _REACHED.c.has_stopped, ~_REACHED.c.has_way))
    .order_by(_REACHED.c.name, _REACHED.c.id)
    .limit(bindparam("limit_"))
)
_VERSIONS = submissions.alias("versions")
_OF_ELEMENT = (
    select(*_COLUMNS, *_STANDING)
    .join(members, members.c.person_id == people.c.id)
    .join(asks, and_(asks.c.person_id == people.c.id, asks.c.programme_id == members.c.programme_id))
    .outerjoin(assignments, assignments.c.ask_id == asks.c.id)
    .where(
        _THEIRS,
        asks.c.source_kind == SourceKind.ELEMENT.value,
        asks.c.source_id == bindparam("element_"),
    )
)
_NAMED = _OF_ELEMENT.order_by(asks.c.version == 0, people.c.name, people.c.id).limit(bindparam("limit_"))
_EACH = _OF_ELEMENT.add_columns(asks.c.told_at.is_not(None).label("is_told")).subquery()
_SAME = [_EACH.c.state, _EACH.c.is_told, _EACH.c.assignment]
_COUNTED = select(*_SAME, func.count().label("number")).group_by(*_SAME)
_ONE = (
    select(*_COLUMNS, *_STANDING, members.c.programme_id)
    .join(members, members.c.person_id == people.c.id)
    .join(asks, and_(asks.c.person_id == people.c.id, asks.c.programme_id == members.c.programme_id))
    .outerjoin(assignments, assignments.c.ask_id == asks.c.id)
    .where(_THEIRS, asks.c.id == bindparam("ask_"), asks.c.source_kind == SourceKind.ELEMENT.value)
)
_LATEST = select(func.max(_VERSIONS.c.version)).where(_VERSIONS.c.ask_id == submissions.c.ask_id).scalar_subquery()
_GIVEN = (
    select(asks.c.person_id, submissions.c.ask_id, submissions.c.version, submissions.c.created_at)
    .add_columns(answers.c.field, answers.c.sealed, answers.c.value)
    .join(asks, asks.c.id == submissions.c.ask_id)
    .join(answers, answers.c.submission_id == submissions.c.id)
    .where(among(submissions.c.ask_id, "ids_"), among(answers.c.field, "fields_"), submissions.c.version == _LATEST)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody whom the coach follows. key_id: None before anything of theirs was sealed."""

    id: int
    name: str
    email: str | None
    groups: tuple[str, ...]
    tenant: str
    key_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How far one person is with one thing. answered_at: UTC. by_id: who handed in for the group; None for nobody."""

    ask_id: int
    person_id: int
    element_id: int
    standing: Standing
    answered_at: datetime | None
    version: int
    by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One field of the newest version of an answer, as it is stored: sealed, or in plain."""

    ask_id: int
    person_id: int
    version: int
    at: datetime
    field: str
    sealed: bytes | None
    plain: Value | None


class HandIns:
    """The hand-ins of this transaction. Locks nothing."""

    def __init__(self, connection: Connection, keys: KeyRing, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self._now = now

    async def participants(self, programme_id: int, coach_id: int, *, after: int = 0, limit: int) -> list[Participant]:
        """Those whom the coach follows in the programme, by their numbers from *after* on.

        That the coach is one of the programme's is for the caller to know.
        """
        given = {"programme_": programme_id, "coach_": coach_id, "after_": after, "limit_": limit}
        return [_participant(row) for row in await self._connection.execute(_PARTICIPANTS, given)]

    async def names(self, programme_id: int, coach_id: int) -> list[tuple[int, str, str | None]]:
        """Their numbers, names and e-mail addresses, in no order."""
        rows = await self._connection.execute(_NAMES, {"programme_": programme_id, "coach_": coach_id})
        return [(row.id, row.name, row.email) for row in rows]

    async def followed(self, programme_id: int, person_ids: Sequence[int]) -> list[Followed]:
        """How far these people are with all that they were asked in the programme."""
        given = {"programme_": programme_id, "ids_": list(person_ids)}
        rows = await self._connection.execute(_ASKED, given)
        return [_followed(row) for row in rows if row.source_kind == SourceKind.ELEMENT]

    async def counted(self, programme_id: int, coach_id: int, element_id: int) -> list[tuple[Standing, int]]:
        """How those whom the coach follows stand with one thing, counted."""
        given = {"programme_": programme_id, "coach_": coach_id, "element_": element_id}
        return [
            (_standing(row, is_told=bool(row.is_told)), row.number)
            for row in await self._connection.execute(_COUNTED, given)
        ]

    async def named(
        self, programme_id: int, coach_id: int, element_id: int, *, limit: int
    ) -> list[tuple[Participant, Followed]]:
        """Up to *limit* of them, those who gave an answer first, by name."""
        given = {"programme_": programme_id, "coach_": coach_id, "element_": element_id, "limit_": limit}
        rows = await self._connection.execute(_NAMED, given)
        return [(_participant(row), _followed(row)) for row in rows]

    async def one(self, programme_id: int, coach_id: int, ask_id: int) -> tuple[Participant, Followed] | None:
        """Whose ask it is and how far they are with it; None where it is not of somebody whom the coach follows."""
        given = {"programme_": programme_id, "coach_": coach_id, "ask_": ask_id}
        row = (await self._connection.execute(_ONE, given)).first()
        return None if row is None else (_participant(row), _followed(row))

    async def unreached(self, programme_id: int, *, limit: int) -> dict[Reach, list[str]]:
        """What up to *limit* participants are called to whom there is no way, by the cause."""
        found: dict[Reach, list[str]] = defaultdict(list)
        for row in await self._connection.execute(_UNREACHED, {"programme_": programme_id, "limit_": limit}):
            cause = reach_of(row)
            if cause is not None:
                found[cause].append(row.name)
        return found

    async def given(self, ask_ids: Sequence[int], fields: Sequence[str]) -> dict[int, list[Given]]:
        """These fields of the newest versions of the answers to these asks, by ask. No other field is read."""
        found: dict[int, list[Given]] = defaultdict(list)
        if ask_ids and fields:
            rows = await self._connection.execute(_GIVEN, {"ids_": list(ask_ids), "fields_": sorted(fields)})
            for row in rows:
                found[row.ask_id].append(
                    Given(
                        ask_id=row.ask_id,
                        person_id=row.person_id,
                        version=row.version,
                        at=row.created_at,
                        field=row.field,
                        sealed=row.sealed,
                        plain=row.value,
                    )
                )
        return found

    async def opened(self, person: Participant, given: Sequence[Given]) -> Mapping[str, Value]:
        """See `opened`, which needs no transaction; here for a few."""
        return await opened(self._keys, person, given, self._now)


async def opened(
    keys: KeyRing, person: Participant | Person, given: Sequence[Given], now: datetime
) -> Mapping[str, Value]:
    """The values by field; without those that nobody can open any more."""
    values: dict[str, Value] = {}
    for each in given:
        if each.sealed is None:
            if each.plain is not None:
                values[each.field] = each.plain
            continue
        if person.key_id is None:
            continue
        with suppress(Unreadable, KeyLost):
            cipher = await keys.cipher(tenant=person.tenant, key_id=person.key_id, now=now)
            place = f"{each.ask_id}:{each.version}:{each.field}"
            values[each.field] = cipher.unseal(each.sealed, person_id=person.id, column=SEALED, row=place)
    return values


def _participant(row: Row[Any]) -> Participant:
    return Participant(
        id=row.person_id,
        name=row.name,
        email=row.email,
        groups=tuple(row.groups),
        tenant=row.tenant,
        key_id=row.key_id,
    )


def _standing(row: Row[Any], *, is_told: bool) -> Standing:
    assignment = AssignmentState(row.assignment) if row.assignment else None
    return Standing(state=AskState(row.state), is_told=is_told, assignment=assignment)


def _followed(row: Row[Any]) -> Followed:
    return Followed(
        ask_id=row.ask_id,
        person_id=row.person_id,
        element_id=row.source_id,
        standing=_standing(row, is_told=row.told_at is not None),
        answered_at=row.answered_at,
        version=row.version,
        by_id=row.by_id,
    )
