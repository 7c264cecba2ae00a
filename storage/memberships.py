"""Memberships: who takes part in a programme since when, and whose asks are not yet as its newest revision has them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, func, insert, literal_column, select, update

from coaching.asks import Ask, AskState, Element, SourceKind
from coaching.changes import Step
from coaching.people import Person, Role
from storage.among import among
from storage.asks import ask_of, element_in, row_of
from storage.circumstances import Circumstances, Terms, circumstances
from storage.engine import Connection
from storage.people import person_of
from storage.tables import ask_changes, asks, deliveries, elements, members, people, plans, programmes

_HAS_BEHIND = (
    select(members.c.id)
    .where(members.c.programme_id == programmes.c.id, members.c.placed < programmes.c.revision)
    .exists()
)
_PROGRAMMES_BEHIND = select(programmes.c.id).where(programmes.c.revision > 0, _HAS_BEHIND).order_by(programmes.c.id)
_IN_PROGRAMME = members.c.programme_id == bindparam("programme_")
_BEHIND = select(members.c.person_id).where(_IN_PROGRAMME, members.c.placed < bindparam("revision_"))
_COUNT_BEHIND = select(func.count()).where(_IN_PROGRAMME, members.c.placed < bindparam("revision_"))
_NEXT = (
    select(members.c.person_id)
    .where(_IN_PROGRAMME, members.c.person_id > bindparam("after_"))
    .order_by(members.c.person_id)
    .limit(bindparam("limit_"))
)
_PEOPLE = select(people).where(among(people.c.id, "ids_")).order_by(people.c.id)
_LOCKED = _PEOPLE.with_for_update(skip_locked=True)
_PARTS = (
    select(members, plans.c.created_at.label("planned_at"))
    .outerjoin(plans, (plans.c.person_id == members.c.person_id) & (plans.c.programme_id == members.c.programme_id))
    .where(_IN_PROGRAMME, among(members.c.person_id, "ids_"))
)
_ON_THE_WIRE = select(deliveries.c.person_id).where(
    among(deliveries.c.person_id, "ids_"), literal_column("state = 'sending'")
)
# Nothing of what they come from: SQLite would go through the index of that, and read everybody's.
_ASKS = select(asks).where(among(asks.c.person_id, "ids_"), asks.c.programme_id == bindparam("programme_"))
_SOURCES = select(elements.c.id, elements.c.programme_id, elements.c.key, elements.c.kind, elements.c.content).where(
    among(elements.c.id, "ids_")
)
_PLACED = (
    update(members)
    .where(_IN_PROGRAMME, members.c.person_id == bindparam("person_"))
    .values(placed=bindparam("placed_"))
)
_ADD = insert(asks)
_NOTE = insert(ask_changes)
_UNTOLD = asks.c.told_at.is_(None)
_COUNT_OPEN = select(
    func.count(case((_UNTOLD, asks.c.id))).label("untold"),
    func.count(func.distinct(case((_UNTOLD, asks.c.person_id)))).label("people"),
    func.count(case((_UNTOLD, None), else_=asks.c.id)).label("told"),
).where(asks.c.programme_id == bindparam("programme_"), asks.c.state == AskState.OPEN.value)
_COUNT_AROUND = (
    select(
        func.count(case((_UNTOLD & (asks.c.state == AskState.OPEN.value), asks.c.id))).label("untold"),
        func.count(func.distinct(case((_UNTOLD & (asks.c.state == AskState.OPEN.value), asks.c.person_id)))).label(
            "people"
        ),
        func.count(case((_UNTOLD, None), else_=asks.c.id)).label("told"),
    )
    .join(elements, elements.c.id == asks.c.source_id)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.programme_id == bindparam("programme_"),
        among(elements.c.key, "keys_"),
    )
)
_CHANGES = select(ask_changes).where(ask_changes.c.ask_id == bindparam("ask_")).order_by(ask_changes.c.id)
_GROUPINGS = (
    select(members.c.role, members.c.groups, people.c.timezone, func.count().label("number"))
    .join(people, people.c.id == members.c.person_id)
    .where(_IN_PROGRAMME, members.c.left_at.is_(None))
    .group_by(members.c.role, members.c.groups, people.c.timezone)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """One person's part in a programme. joined_at and left_at are UTC; left_at: None while they take part.

    planned_at: when they wrote the first goal of their plan (UTC); None before that.
    """

    person: Person
    role: Role
    groups: frozenset[str]
    placed: int
    joined_at: datetime
    left_at: datetime | None
    planned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskChange:
    """What a revision did to an ask, and when. opens_before, opens_after: UTC; None while it was withdrawn."""

    revision: int
    opens_before: datetime | None
    opens_after: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAsks:
    """How many asks of a programme were not told yet, of how many people, and how many told ones wait for an answer."""

    untold: int
    people: int
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """So many members have the same role, groups and time zone."""

    role: Role
    groups: frozenset[str]
    timezone: str
    number: int


class Memberships:
    """The members of programmes in this transaction."""

    def __init__(self, connection: Connection, now: datetime, decide_again: Callable[[int], None]) -> None:
        """decide_again: told each person whose asks change."""
        self._connection = connection
        self._now = now
        self._decide_again = decide_again

    async def programmes_behind(self) -> list[int]:
        """The programmes of which some members are behind. Reads no more than one member of each. Locks nothing."""
        return [row.id for row in await self._connection.execute(_PROGRAMMES_BEHIND)]

    async def behind(self, programme_id: int, revision: int) -> list[int]:
        """All people whose asks are of an earlier revision, by their numbers. Locks nothing."""
        given = {"programme_": programme_id, "revision_": revision}
        return sorted(row.person_id for row in await self._connection.execute(_BEHIND, given))

    async def count_behind(self, programme_id: int, revision: int) -> int:
        """How many they are."""
        given = {"programme_": programme_id, "revision_": revision}
        count: int = (await self._connection.execute(_COUNT_BEHIND, given)).scalar_one()
        return count

    async def ids(self, programme_id: int, *, after: int, limit: int) -> list[int]:
        """All members, those who left too, by their numbers from *after* on. Locks nothing."""
        given = {"programme_": programme_id, "after_": after, "limit_": limit}
        return [row.person_id for row in await self._connection.execute(_NEXT, given)]

    async def count_open(self, programme_id: int) -> OpenAsks:
        """How many of a programme's asks are open."""
        row = (await self._connection.execute(_COUNT_OPEN, {"programme_": programme_id})).one()
        return OpenAsks(untold=row.untold, people=row.people, told=row.told)

    async def count_around(self, programme_id: int, keys: Collection[str]) -> OpenAsks:
        """How many asks from the elements with these keys nobody was told yet, and how many were told."""
        given = {"programme_": programme_id, "keys_": sorted(keys)}
        row = (await self._connection.execute(_COUNT_AROUND, given)).one()
        return OpenAsks(untold=row.untold, people=row.people, told=row.told)

    async def groupings(self, programme_id: int) -> list[Grouping]:
        """How many of those who take part have the same role, groups and time zone."""
        return [
            Grouping(role=Role(row.role), groups=frozenset(row.groups), timezone=row.timezone, number=row.number)
            for row in await self._connection.execute(_GROUPINGS, {"programme_": programme_id})
        ]

    async def of(self, programme_id: int, person_ids: Sequence[int], *, to_change: bool = True) -> list[Membership]:
        """The memberships of these people, in their order. to_change: they are locked; who is locked is passed over."""
        ids = {"ids_": list(person_ids)}
        rows = await self._connection.execute(_LOCKED if to_change else _PEOPLE, ids)
        persons = [person_of(row) for row in rows]
        given = {"programme_": programme_id, "ids_": [person.id for person in persons]}
        parts = {row.person_id: row for row in await self._connection.execute(_PARTS, given)}
        return [_membership(person, parts[person.id]) for person in persons if person.id in parts]

    async def on_the_wire(self, person_ids: Sequence[int]) -> frozenset[int]:
        """Those of these people to whom something is being sent right now."""
        rows = await self._connection.execute(_ON_THE_WIRE, {"ids_": list(person_ids)})
        return frozenset(row.person_id for row in rows)

    async def asks(
        self, programme_id: int, person_ids: Sequence[int], sources: Mapping[int, Element]
    ) -> dict[int, list[Ask]]:
        """All that these people have been asked by a programme, by person. sources: its elements by their numbers.

        Those that came to be since they were read are read here.
        """
        found: dict[int, list[Ask]] = defaultdict(list)
        given = {"ids_": list(person_ids), "programme_": programme_id}
        rows = [row for row in await self._connection.execute(_ASKS, given) if row.source_kind == SourceKind.ELEMENT]
        newer = {row.source_id for row in rows} - sources.keys()
        if newer:
            sources = {**sources, **await self._sources(newer)}
        for row in rows:
            found[row.person_id].append(ask_of(row, sources[row.source_id]))
        return found

    async def _sources(self, ids: Collection[int]) -> dict[int, Element]:
        rows = await self._connection.execute(_SOURCES, {"ids_": sorted(ids)})
        return {row.id: element_in(row) for row in rows}

    async def circumstances(
        self, persons: Sequence[Person], *, instead: Mapping[int, Terms] | None = None
    ) -> Mapping[int, Circumstances]:
        """See `storage.circumstances`; of people of one tenant."""
        if not persons:
            return {}
        return await circumstances(self._connection, persons[0].tenant, persons, now=self._now, instead=instead)

    async def add_asks(self, new: Sequence[Ask]) -> None:
        """New asks. Raises AlreadyThere when one of them is there."""
        if new:
            await self._connection.execute(_ADD, [row_of(ask) for ask in new])

    async def note_steps(self, steps: Sequence[Step], revision: int) -> None:
        """Remember what a revision changed in asks."""
        rows = [
            {"ask_id": step.before.id, "revision": revision, "opens_before": before, "opens_after": after}
            for step in steps
            if (before := _opens(step.before)) != (after := _opens(step.after))
        ]
        if rows:
            await self._connection.execute(_NOTE, [row | {"at": self._now} for row in rows])

    async def changes_of(self, ask_id: int) -> list[AskChange]:
        """What the revisions have changed of an ask, in their order."""
        return [
            AskChange(revision=row.revision, opens_before=row.opens_before, opens_after=row.opens_after, at=row.at)
            for row in await self._connection.execute(_CHANGES, {"ask_": ask_id})
        ]

    async def placed(self, programme_id: int, person_ids: Collection[int], revision: int) -> None:
        """These people's asks are as the revision has them; their next visit is decided anew."""
        rows = [{"programme_": programme_id, "person_": id, "placed_": revision} for id in person_ids]
        if rows:
            await self._connection.execute(_PLACED, rows)
        for id in person_ids:
            self._decide_again(id)

    async def leave(self, programme_id: int, person_id: int) -> None:
        """The person takes part no more."""
        await self._change(programme_id, person_id, left_at=self._now)

    async def come_back(self, programme_id: int, person_id: int) -> None:
        """The person, who had left, takes part again, from now on."""
        await self._change(programme_id, person_id, left_at=None, joined_at=self._now)

    async def _change(self, programme_id: int, person_id: int, **values: datetime | None) -> None:
        same = members.c.programme_id == programme_id, members.c.person_id == person_id
        await self._connection.execute(update(members).where(*same).values(placed=0, **values))


def _opens(ask: Ask) -> datetime | None:
    return None if ask.skipped else ask.opens_at


def _membership(person: Person, row: Row[Any]) -> Membership:
    return Membership(
        person=person,
        role=Role(row.role),
        groups=frozenset(row.groups),
        placed=row.placed,
        joined_at=row.joined_at,
        left_at=row.left_at,
        planned_at=row.planned_at,
    )
