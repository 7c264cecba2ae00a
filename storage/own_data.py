"""Own data: everything that is stored of one person, table by table, for the person themself.

Whoever adds a table with a way to people adds it to GIVEN, or to NOT_GIVEN with the reason; a test is red until then.
An entry of GIVEN selects the rows that are the person's (`person_` is bound to their number) with the table's primary
key, and says how what is sealed in them is opened: under which column it was sealed, in which row, and, where that is
not always the person, by whom.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, Select, Table, bindparam, or_, select, tuple_

from coaching.asks import SourceKind
from coaching.people import Person
from storage import answers as given_answers
from storage import assignments as own_words
from storage import errands as said
from storage import pools as pooled
from storage.engine import Connection
from storage.keys import KeyLost, KeyRing, Unreadable
from storage.sealing import Cipher
from storage.tables import (
    answers,
    ask_changes,
    asks,
    assignments,
    broadcasts,
    cards,
    deliveries,
    delivery_asks,
    dialogs,
    drafts,
    elements,
    errands,
    goals,
    leaves,
    members,
    one_time_links,
    people,
    plan_asks,
    plans,
    pools,
    programmes,
    proposals,
    readings,
    shares,
    submissions,
    talk_handovers,
    talks,
    teammates,
)

#: Rows that one short transaction reads.
AT_ONCE = 250
#: What the value is called where it can be opened no more.
UNREADABLE = "(cannot be opened)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """How one column is opened. column, place: as it was sealed. into: what the value is called when it is open."""

    column: str
    place: Callable[[Row[Any]], object]
    into: str = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What of a table is the person's. sealed: by column. without: columns that say nothing of anybody.

    writer: the column with the number of whoever's key it is sealed under; None where it is always the person's.
    """

    table: Table
    rows: Select[Any]
    sealed: Mapping[str, Sealed] = field(default_factory=dict)
    writer: str | None = None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some rows, fit for JSON. last: where the next page begins after; None when there is none."""

    rows: Sequence[Mapping[str, Any]]
    last: tuple[Any, ...] | None


_PERSON: BindParameter[int] = bindparam("person_")


def _me(table: Table) -> Select[Any]:
    return select(table).where(table.c.person_id == _PERSON)


def _through_asks(table: Table) -> Select[Any]:
    return select(table).join(asks, asks.c.id == table.c.ask_id).where(asks.c.person_id == _PERSON)


def _sealed(column: str, place: Callable[[Row[Any]], object], *, into: str = "words") -> dict[str, Sealed]:
    return {"sealed": Sealed(column=column, place=place, into=into)}


_manager, _coach, _writer = people.alias("manager"), people.alias("coach"), people.alias("writer")
_with, _owner, _participant = people.alias("with_whom"), people.alias("owner"), people.alias("participant")
_ALL = (
    Given(
        table=people,
        rows=select(people, _manager.c.name.label("manager"))
        .outerjoin(_manager, _manager.c.id == people.c.manager_id)
        .where(people.c.id == _PERSON),
        without=frozenset({"key_id"}),
    ),
    Given(table=leaves, rows=_me(leaves)),
    Given(
        table=members,
        rows=select(members, programmes.c.key, programmes.c.name, _coach.c.name.label("coach"))
        .outerjoin(programmes, programmes.c.id == members.c.programme_id)
        .outerjoin(_coach, _coach.c.id == members.c.coach_id)
        .where(members.c.person_id == _PERSON),
    ),
    Given(
        table=asks,
        rows=select(asks, elements.c.key, elements.c.content)
        .outerjoin(elements, (elements.c.id == asks.c.source_id) & (asks.c.source_kind == SourceKind.ELEMENT.value))
        .where(asks.c.person_id == _PERSON),
    ),
    Given(table=ask_changes, rows=_through_asks(ask_changes)),
    Given(
        table=assignments,
        rows=_through_asks(assignments),
        sealed=_sealed(own_words.SEALED, lambda row: row.ask_id),
    ),
    Given(
        table=errands,
        rows=select(errands, _writer.c.name.label("by"))
        .join(asks, asks.c.id == errands.c.ask_id)
        .join(_writer, _writer.c.id == errands.c.by_id)
        .where(or_(errands.c.by_id == _PERSON, asks.c.person_id == _PERSON)),
        sealed=_sealed(said.SEALED, lambda row: row.id),
        writer="by_id",
        without=frozenset({"once"}),
    ),
    Given(table=submissions, rows=_through_asks(submissions), without=frozenset({"once"})),
    Given(
        table=answers,
        rows=select(answers, submissions.c.ask_id, submissions.c.version, submissions.c.created_at)
        .join(submissions, submissions.c.id == answers.c.submission_id)
        .join(asks, asks.c.id == submissions.c.ask_id)
        .where(asks.c.person_id == _PERSON),
        sealed=_sealed(given_answers.SEALED, lambda row: f"{row.ask_id}:{row.version}:{row.field}", into="value"),
        without=frozenset({"typed_in"}),
    ),
    Given(table=drafts, rows=_me(drafts), sealed=_sealed("drafts.sealed", lambda row: row.ask_id)),
    Given(table=dialogs, rows=_me(dialogs), sealed=_sealed("dialogs.sealed", lambda row: row.person_id)),
    Given(table=cards, rows=_me(cards), without=frozenset({"activity_id"})),
    Given(table=deliveries, rows=_me(deliveries)),
    Given(
        table=delivery_asks,
        rows=select(delivery_asks)
        .join(deliveries, deliveries.c.id == delivery_asks.c.delivery_id)
        .where(deliveries.c.person_id == _PERSON),
    ),
    Given(table=broadcasts, rows=select(broadcasts).where(broadcasts.c.author_id == _PERSON)),
    Given(table=plans, rows=_me(plans)),
    Given(table=goals, rows=_through_asks(goals)),
    Given(table=plan_asks, rows=_through_asks(plan_asks)),
    Given(
        table=pools,
        rows=select(pools, elements.c.content)
        .outerjoin(elements, elements.c.id == pools.c.question_id)
        .where(pools.c.asker_id == _PERSON),
        sealed=_sealed(pooled.SEALED, lambda row: row.id, into="answers"),
    ),
    Given(table=teammates, rows=_me(teammates)),
    Given(table=proposals, rows=select(proposals).where(proposals.c.author_id == _PERSON)),
    Given(
        table=shares,
        rows=select(shares, _with.c.name.label("with"))
        .outerjoin(_with, _with.c.id == shares.c.person_id)
        .where(shares.c.owner_id == _PERSON),
    ),
    Given(
        table=readings,
        rows=select(readings, _with.c.name.label("reader"), _owner.c.name.label("owner"))
        .join(_with, _with.c.id == readings.c.reader_id)
        .join(_owner, _owner.c.id == readings.c.owner_id)
        .where(or_(readings.c.owner_id == _PERSON, readings.c.reader_id == _PERSON)),
    ),
    Given(
        table=talks,
        rows=select(
            talks,
            elements.c.content,
            _manager.c.name.label("manager"),
            _participant.c.name.label("participant"),
        )
        .join(elements, elements.c.id == talks.c.element_id)
        .join(_manager, _manager.c.id == talks.c.manager_id)
        .join(_participant, _participant.c.id == talks.c.participant_id)
        .where(or_(talks.c.participant_id == _PERSON, talks.c.manager_id == _PERSON)),
    ),
    Given(
        table=talk_handovers,
        rows=select(talk_handovers)
        .join(talks, talks.c.id == talk_handovers.c.talk_id)
        .where(or_(talks.c.participant_id == _PERSON, talk_handovers.c.former_id == _PERSON)),
    ),
    Given(table=one_time_links, rows=_me(one_time_links), without=frozenset({"digest"})),
)
#: What the person is given, by the names of the tables.
GIVEN: Mapping[str, Given] = {given.table.name: given for given in _ALL}
#: Tables with a way to people of which nobody is given anything, and why.
NOT_GIVEN: Mapping[str, str] = {
    "manager_weeks": "That a manager had their one message of a week; the message itself is among their asks.",
    "turns": "What was said back within a day, which may be words of others; the person has it in their chat.",
    "erasures": "An order to erase somebody. Where it can be read, nothing of theirs is left to be given.",
}


class OwnData:
    """What is stored of people, for themselves. Locks nothing."""

    def __init__(self, connection: Connection, keys: KeyRing) -> None:
        self._connection = connection
        self._keys = keys

    async def page(self, given: Given, person: Person, *, after: tuple[Any, ...] | None = None) -> Page:
        """The person's next rows of a table, in the order of its primary key. Raises MasterKeyMissing."""
        key = list(given.table.primary_key.columns)
        wanted = given.rows.order_by(*key).limit(AT_ONCE)
        if after is not None:
            wanted = wanted.where(tuple_(*key) > tuple_(*after))
        rows = (await self._connection.execute(wanted, {"person_": person.id})).all()
        ciphers = await self._ciphers(given, person, rows) if given.sealed else {}
        told = [self._told(given, person, row, ciphers) for row in rows]
        last = tuple(getattr(rows[-1], column.name) for column in key) if len(rows) == AT_ONCE else None
        return Page(rows=told, last=last)

    async def _ciphers(self, given: Given, person: Person, rows: Sequence[Row[Any]]) -> dict[int, Cipher]:
        """The keys of those who wrote, by their numbers; without those that are gone."""
        writers = {person.id: person.key_id}
        if given.writer is not None:
            numbers = {getattr(row, given.writer) for row in rows}
            found = await self._connection.execute(select(people.c.id, people.c.key_id).where(people.c.id.in_(numbers)))
            writers = {row.id: row.key_id for row in found}
        ciphers = {}
        for number, key_id in writers.items():
            with suppress(KeyLost):
                cipher = await self._keys.known(key_id) if key_id is not None else None
                if cipher is not None:
                    ciphers[number] = cipher
        return ciphers

    @staticmethod
    def _told(given: Given, person: Person, row: Row[Any], ciphers: Mapping[int, Cipher]) -> dict[str, Any]:
        left_out = given.without | given.sealed.keys()
        told = {name: _plain(value) for name, value in row._mapping.items() if name not in left_out}
        for name, how in given.sealed.items():
            sealed = getattr(row, name)
            if sealed is None:
                continue
            writer = getattr(row, given.writer) if given.writer is not None else person.id
            told[how.into] = UNREADABLE
            with suppress(Unreadable):
                if writer in ciphers:
                    told[how.into] = ciphers[writer].unseal(
                        sealed, person_id=writer, column=how.column, row=how.place(row)
                    )
        return told


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
