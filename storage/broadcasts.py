"""Broadcasts as rows, whom each goes to, and how its people stand in the ledger."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    String,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from coaching.asks import WANTING_ANSWERS, Ask, AskState, Element, SkipReason, SourceKind
from coaching.assignments import AssignmentState
from coaching.broadcasts import BROADCAST, Audience, Broadcast, BroadcastState, Candidate, Invited, Reach, is_invited
from coaching.following import Standing
from coaching.people import Language, Role
from coaching.sources import BESIDE
from coaching.telling import DeliveryState
from storage.among import among, among_many
from storage.asks import element_of
from storage.asks import row_of as row_of_ask
from storage.engine import Connection
from storage.tables import (
    asks,
    assignments,
    broadcasts,
    deliveries,
    delivery_asks,
    elements,
    members,
    people,
    programmes,
)

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
_COACHED = (
    select(programmes.c.id, programmes.c.name)
    .join(members, members.c.programme_id == programmes.c.id)
    .where(
        members.c.person_id == bindparam("person_"),
        members.c.role == Role.COACH.value,
        members.c.left_at.is_(None),
        programmes.c.ended_at.is_(None),
    )
    .order_by(programmes.c.id)
)
_URGENT = select(func.count()).where(
    broadcasts.c.programme_id == bindparam("programme_"),
    broadcasts.c.urgent.is_(True),
    broadcasts.c.undo_until > bindparam("since_"),
    broadcasts.c.queued_at.is_not(None),
    broadcasts.c.state != BroadcastState.UNDONE.value,
)
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
_SOURCES = (
    select(
        elements,
        select(asks.c.id)
        .where(asks.c.source_kind == SourceKind.ELEMENT.value, asks.c.source_id == elements.c.id)
        .exists()
        .label("is_asked"),
    )
    .where(elements.c.programme_id == bindparam("programme_"))
    .order_by(elements.c.id)
)
_HAS_WAY = and_(people.c.admitted_at.is_not(None), or_(people.c.aad_id.is_not(None), people.c.user_id.is_not(None)))
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


def reach_columns() -> list[ColumnElement[Any]]:
    """What `reach_of` reads of a person."""
    return [
        people.c.unreachable.label("unreachable"),
        _HAS_WAY.label("has_way"),
        people.c.stopped_at.is_not(None).label("has_stopped"),
    ]


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
_STILL_THERE = (
    select(members.c.person_id, members.c.left_at.is_not(None).label("has_left"))
    .where(_IN_PROGRAMME, among(members.c.person_id, "ids_"))
    .order_by(members.c.person_id)
)
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
_OF_ELEMENT = and_(asks.c.source_kind == SourceKind.ELEMENT.value, asks.c.source_id == bindparam("element_"))
_ASKED = (
    select(
        asks.c.state.label("state"),
        asks.c.told_at.is_not(None).label("is_told"),
        asks.c.skipped.label("skipped"),
        _UNKNOWN.label("is_unknown"),
        *reach_columns(),
    )
    .join(people, people.c.id == asks.c.person_id)
    .where(_OF_ELEMENT)
    .subquery()
)
_STANDING = select(*_ASKED.c, func.count().label("number")).group_by(*_ASKED.c)
_UNTOLD = (
    select(asks.c.id, asks.c.person_id)
    .where(
        _OF_ELEMENT,
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
_COUNT_UNTOLD = select(func.count()).where(_OF_ELEMENT, asks.c.state == AskState.OPEN.value, asks.c.told_at.is_(None))
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
        asks.c.source_kind == SourceKind.ELEMENT.value,
        asks.c.source_id == bindparam("element_"),
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
    )
    .group_by(asks.c.source_id, asks.c.state, asks.c.told_at.is_not(None), assignments.c.state)
)
#: What Teams' causes are called for a coach.
_REACH = {
    "uninstalled": Reach.UNINSTALLED,
    "not_installed": Reach.UNINSTALLED,
    "not_in_roster": Reach.UNINSTALLED,
    "gone": Reach.UNINSTALLED,
    "blocked": Reach.BLOCKED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coached:
    """A programme that somebody coaches."""

    id: int
    name: dict[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """So many of those whom a broadcast would go to speak this language, and are reached, or not, as it says."""

    language: Language
    reach: Reach | None
    number: int


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
class Sources:
    """elements: of the programme's file. owing: what somebody was asked and may owe an answer to, the newest first."""

    elements: Sequence[Element]
    owing: Sequence[Element]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """So many asks were taken back. is_last: none is left that nobody was told."""

    number: int
    is_last: bool


class Broadcasts:
    """The broadcasts of this transaction. Getters lock what they say they do, until the transaction ends."""

    def __init__(self, connection: Connection, now: datetime, decide_again: Callable[[int], None]) -> None:
        """decide_again: told each person whose asks change."""
        self._connection = connection
        self._now = now
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

    async def coached(self, person_id: int) -> list[Coached]:
        """The programmes that somebody coaches and that go on."""
        return [
            Coached(id=row.id, name={Language(each): name for each, name in row.name.items()})
            for row in await self._connection.execute(_COACHED, {"person_": person_id})
        ]

    async def urgent_since(self, programme_id: int, since: datetime) -> int:
        """How many that break the dose went or go out in a programme after that moment, and were not undone."""
        given = {"programme_": programme_id, "since_": since}
        number: int = (await self._connection.execute(_URGENT, given)).scalar_one()
        return number

    async def groups(self, programme_id: int) -> list[str]:
        """The groups that participants of a programme are in, in order."""
        rows = await self._connection.execute(_GROUPS, {"programme_": programme_id})
        return sorted({group for row in rows for group in row.groups})

    async def named(self, programme_id: int, names: Sequence[str]) -> dict[str, int]:
        """The participants who go by one of these names or e-mail addresses: their numbers, by both in lower case."""
        given = {"programme_": programme_id, "emails_": [name.lower() for name in names], "names_": list(names)}
        rows = await self._connection.execute(_NAMED, given)
        return {by.lower(): row.id for row in rows for by in (row.email, row.name) if by}

    async def sources(self, programme_id: int) -> Sources:
        """What members of a programme can be asked. Locks nothing."""
        rows = await self._connection.execute(_SOURCES, {"programme_": programme_id})
        found = [(_element(row), bool(row.is_asked)) for row in rows]
        return Sources(
            elements=[each for each, _ in found if not each.key.startswith(BESIDE)],
            owing=[each for each, is_asked in reversed(found) if is_asked and _is_followed(each)],
        )

    async def strands(self, programme_id: int, audience: Audience, *, as_of: datetime) -> list[Strand]:
        """Whom a broadcast to *audience* would go to."""
        rows = await self._connection.execute(_COUNTED, _given(programme_id, audience, as_of))
        return [
            Strand(language=Language(row.language), reach=reach_of(row), number=row.number)
            for row in rows
            if is_invited(audience, _candidate(row))
        ]

    async def invited(self, programme_id: int, audience: Audience, *, as_of: datetime) -> list[int]:
        """The people whom a broadcast to *audience* would go to, in no order. Locks nothing."""
        rows = await self._connection.execute(_LISTED, _given(programme_id, audience, as_of))
        return [
            int(number) for row in rows if is_invited(audience, _candidate(row)) for number in row.persons.split(",")
        ]

    async def batch(self, broadcast: Broadcast, *, limit: int) -> Batch:
        """The next of its people whose asks are to be written. Locks nothing."""
        rest = await self._unwritten(broadcast)
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

    async def standing(self, broadcast: Broadcast) -> list[tuple[Invited, int]]:
        """How its people stand, counted by what is the same of them. Locks nothing."""
        found: list[tuple[Invited, int]] = []
        if broadcast.element_id is not None:
            given = {"element_": broadcast.element_id, "since_": broadcast.undo_until or self._now}
            found += [(_invited(row), row.number) for row in await self._connection.execute(_STANDING, given)]
        if broadcast.state in (BroadcastState.QUEUED, BroadcastState.SENDING, BroadcastState.RECALLING):
            rest = await self._unwritten(broadcast)
            for row in await self._connection.execute(_UNWRITTEN, {"named_": rest}) if rest else ():
                found.append((Invited(reach=reach_of(row)), row.number))
        return found

    async def _unwritten(self, broadcast: Broadcast) -> list[int]:
        """Those of its people whose asks are not written yet, in order."""
        persons: Collection[int] = broadcast.audience.persons
        if not broadcast.audience.is_settled:  # sent before who it goes to was written down
            as_of = broadcast.queued_at or self._now
            persons = await self.invited(broadcast.programme_id, broadcast.audience, as_of=as_of)
        return sorted(id for id in persons if id > broadcast.written_up_to)

    async def followed(self, programme_id: int, *, limit: int) -> list[tuple[Element, list[tuple[Standing, int]]]]:
        """What people of a programme were asked for an answer to, the newest first, and how they stand, counted."""
        found = []
        for element in (await self.sources(programme_id)).owing[:limit]:
            rows = await self._connection.execute(_FOLLOWED, {"element_": element.id})
            found.append((element, [(_standing(row), row.number) for row in rows]))
        return found

    async def under_way(self) -> list[int]:
        """Those that something is to be done for now: asks to be written, or taken back. Locks nothing."""
        return [row.id for row in await self._connection.execute(_UNDER_WAY, {"now_": self._now})]

    async def to_count(self, *, limit: int) -> list[int]:
        """Those whose figures are to be looked at, the longest waiting first. Locks nothing."""
        return [row.id for row in await self._connection.execute(_TO_COUNT, {"now_": self._now, "limit_": limit})]


def _is_followed(element: Element) -> bool:
    """Whether a coach follows who has answered it: what comes from their file, or from themselves."""
    is_theirs = element.key.startswith(BROADCAST) or not element.key.startswith(BESIDE)
    return is_theirs and element.kind in WANTING_ANSWERS


def _element(row: Row[Any]) -> Element:
    return element_of(id=row.id, programme_id=row.programme_id, key=row.key, kind=row.kind, content=row.content)


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


def reach_of(row: Row[Any]) -> Reach | None:
    """Why there is no way to somebody, from a row with `reach_columns`; None where there is one."""
    if row.unreachable is not None:
        return _REACH.get(row.unreachable, Reach.OTHER)
    if row.has_stopped:
        return Reach.STOPPED
    return None if row.has_way else Reach.NOT_MET


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
