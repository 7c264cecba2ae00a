"""Erasures: orders to erase a person, and erasing by small steps that can be stopped and begun again anywhere.

The order cuts the person off at once: nobody finds them by their e-mail or in Teams any more. Then their key goes, then
what is theirs, some rows at a time; the row of the person itself, by which their cards are emptied in Teams, goes last.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    ScalarSelect,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)

from coaching.asks import AskKind, SourceKind
from coaching.people import Person
from coaching.sources import SHARED
from storage.conversations import Face
from storage.engine import Connection
from storage.keys import KeyRing
from storage.tables import (
    answers,
    asks,
    assignments,
    broadcasts,
    cards,
    deliveries,
    delivery_asks,
    dialogs,
    drafts,
    elements,
    erasures,
    errands,
    leaves,
    members,
    one_time_links,
    people,
    plans,
    pools,
    proposals,
    readings,
    shares,
    submissions,
    teammates,
    turns,
)

#: Rows of the person's that one step takes.
AT_ONCE = 50

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

    key_id: of the key that is to be destroyed; None where nothing was ever sealed. Times are UTC.
    """

    id: int
    tenant: str
    person_id: int | None
    key_id: str | None
    by: AskedBy
    asked_at: datetime
    key_destroyed_at: datetime | None
    emptied_at: datetime | None
    ended_at: datetime | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What goes when somebody is erased. answers: asks that they answered. cards: ours in Teams, which are emptied."""

    programmes: int
    answers: int
    drafts: int
    messages: int
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What keeps the last row of a person: cards that Teams still shows, and visits that are on the wire."""

    cards: int
    visits: int


_ORDER = select(
    erasures.c.id,
    erasures.c.tenant,
    erasures.c.person_id,
    people.c.key_id,
    erasures.c.by,
    erasures.c.asked_at,
    erasures.c.key_destroyed_at,
    erasures.c.emptied_at,
    erasures.c.ended_at,
    erasures.c.counts,
).select_from(erasures.outerjoin(people, people.c.id == erasures.c.person_id))
_IS_WAITING: ColumnElement[bool] = literal_column("ended_at IS NULL")  # as the partial index has it
_WAITING = select(erasures.c.id).where(_IS_WAITING).order_by(erasures.c.id).limit(_LIMIT)
_ONE = _ORDER.where(erasures.c.id == bindparam("id_"))
_TAKE = _ORDER.where(erasures.c.id == bindparam("id_"), _IS_WAITING).with_for_update(of=erasures, skip_locked=True)
_OF_DIGEST = _ORDER.where(erasures.c.digest.in_(bindparam("digests_", expanding=True))).order_by(erasures.c.id.desc())
_ASKED_BY = select(erasures.c.id).where(erasures.c.activity == bindparam("activity_"))
_SAVE = update(erasures).where(erasures.c.id == bindparam("id_"))
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
_ON_THE_WIRE: ColumnElement[bool] = literal_column("deliveries.state = 'sending'")
_OWN_CARDS = select(cards.c.id).where(cards.c.person_id == _PERSON)
_TO_EMPTY = _OWN_CARDS.where(cards.c.activity_id.is_not(None), cards.c.face != Face.GONE.value).limit(_LIMIT)
_EMPTIED = {
    "ask_id": null(),
    "face": Face.GONE.value,
    "wanted": cards.c.wanted + 1,
    "try_at": bindparam("now_"),
    "attempts": 0,
}
_LEAVING = exists().where(deliveries.c.card_id == cards.c.id, _ON_THE_WIRE)
#: A card on the wire is emptied as soon as it is known where it is.
_PARTED = _OWN_CARDS.where(cards.c.activity_id.is_(None), cards.c.ask_id.is_not(None), _LEAVING).limit(_LIMIT)
_NEVER_SENT = _OWN_CARDS.where(cards.c.activity_id.is_(None), ~_LEAVING).limit(_LIMIT)
_OWN_SUBMISSIONS = (
    select(submissions.c.id).join(asks, asks.c.id == submissions.c.ask_id).where(asks.c.person_id == _PERSON)
)
_COUNT_ANSWERS = select(func.count()).where(answers.c.submission_id.in_(_OWN_SUBMISSIONS.limit(_LIMIT)))


#: What names the person, where it is called otherwise.
_WHOSE = {broadcasts: "author_id", proposals: "author_id", errands: "by_id", pools: "asker_id"}


def _some(table: Table) -> Executable:
    """Delete some of the rows that name the person, by their numbers."""
    whose = table.c[_WHOSE.get(table, "person_id")]
    chosen = select(table.c.id).where(whose == _PERSON)
    if table is deliveries:
        chosen = chosen.where(~_ON_THE_WIRE)
    return delete(table).where(table.c.id.in_(chosen.limit(_LIMIT))).returning(table.c.id)


#: What others opened of the person's: it goes from their cards.
_OPENED = (
    select(cards.c.id)
    .join(readings, readings.c.card_id == cards.c.id)
    .where(readings.c.owner_id == _PERSON, cards.c.face != Face.GONE.value)
    .limit(_LIMIT)
)
_OWN_SHARES = select(shares.c.id).where(shares.c.owner_id == _PERSON).limit(_LIMIT)

#: In this order: the cards leave their asks before those go, and take the words with them in Teams.
_STEPS: tuple[tuple[str, Executable], ...] = (
    ("cards", update(cards).where(cards.c.id.in_(_OPENED)).values(_EMPTIED).returning(cards.c.id)),
    ("shares", delete(shares).where(shares.c.id.in_(_OWN_SHARES)).returning(shares.c.id)),
    ("cards", update(cards).where(cards.c.id.in_(_TO_EMPTY)).values(_EMPTIED).returning(cards.c.id)),
    ("", update(cards).where(cards.c.id.in_(_PARTED)).values(ask_id=null()).returning(cards.c.id)),
    ("", delete(cards).where(cards.c.id.in_(_NEVER_SENT)).returning(cards.c.id)),
    (
        "submissions",
        delete(submissions).where(submissions.c.id.in_(_OWN_SUBMISSIONS.limit(_LIMIT))).returning(submissions.c.id),
    ),
    *((table.name, _some(table)) for table in (errands, asks, pools, deliveries, turns, broadcasts, proposals)),
)


def _number(table: Table, *wheres: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(table).where(*wheres).scalar_subquery()


_PREVIEW = select(
    _number(members, members.c.person_id == _PERSON, members.c.programme_id.is_not(None)).label("programmes"),
    _number(asks, asks.c.person_id == _PERSON, exists().where(submissions.c.ask_id == asks.c.id)).label("answers"),
    _number(drafts, drafts.c.person_id == _PERSON).label("drafts"),
    _number(errands, errands.c.by_id == _PERSON).label("messages"),
    _number(cards, cards.c.person_id == _PERSON, cards.c.activity_id.is_not(None)).label("cards"),
)

#: What others have of a correspondence with the person: the messages by which it came into their chats.
_LETTERS = (
    select(asks.c.id, asks.c.person_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .join(errands, errands.c.id == asks.c.occurrence)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.kind == AskKind.MESSAGE.value,
        asks.c.person_id != _PERSON,
        or_(errands.c.by_id == _PERSON, errands.c.ask_id.in_(select(asks.c.id).where(asks.c.person_id == _PERSON))),
    )
    .order_by(asks.c.id)
    .limit(_LIMIT)
)
#: What the person has asked their team.
_TEAM_QUESTIONS = (
    select(asks.c.id, asks.c.person_id)
    .join(pools, (pools.c.question_id == asks.c.source_id) & (pools.c.id == asks.c.occurrence))
    .where(asks.c.source_kind == SourceKind.ELEMENT.value, pools.c.asker_id == _PERSON)
    .order_by(asks.c.id)
    .limit(_LIMIT)
)
#: That the person shares something, in the chats of those whom they share it with.
_SHARE_NOTICES = (
    select(asks.c.id, asks.c.person_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .join(shares, shares.c.id == asks.c.occurrence)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.key == SHARED,
        shares.c.owner_id == _PERSON,
    )
    .order_by(asks.c.id)
    .limit(_LIMIT)
)
_NOT_TOLD = update(shares).where(shares.c.owner_id == _PERSON, shares.c.told_at.is_(None))
_UNBROUGHT = delete(errands).where(errands.c.by_id == _PERSON, errands.c.brought_at.is_(None))
_NOBODY_MORE = update(pools).where(pools.c.asker_id == _PERSON, pools.c.closed_at.is_(None))
#: A visit may have said it beside something else, whose card is drawn anew without it.
_CARDS_BESIDE = (
    select(deliveries.c.card_id)
    .join(delivery_asks, delivery_asks.c.delivery_id == deliveries.c.id)
    .where(
        deliveries.c.person_id == bindparam("reader_"),
        deliveries.c.card_id.is_not(None),
        delivery_asks.c.ask_id == bindparam("ask_"),
    )
)
_DRAW_ANEW = (
    update(cards)
    .where(cards.c.id.in_(_CARDS_BESIDE), cards.c.ask_id != bindparam("ask_"))
    .values(wanted=cards.c.wanted + 1, try_at=bindparam("now_"), attempts=0)
)
_EMPTY_LETTER = (
    update(cards)
    .where(
        or_(
            cards.c.ask_id == bindparam("ask_"),
            cards.c.id.in_(_CARDS_BESIDE.where(cards.c.ask_id.is_(None), cards.c.activity_id.is_not(None))),
        )
    )
    .values(_EMPTIED)
)
_REMOVE_LETTER = delete(asks).where(asks.c.id == bindparam("ask_"))
_HANDED_IN_FOR = (
    select(assignments.c.ask_id, asks.c.person_id)
    .join(asks, asks.c.id == assignments.c.ask_id)
    .where(assignments.c.by_id == _PERSON, asks.c.person_id != _PERSON)
    .order_by(assignments.c.ask_id)
    .limit(_LIMIT)
)
_FORGET_WHO = update(assignments).where(assignments.c.ask_id == bindparam("ask_")).values(by_id=null())
_CARDS_BEHIND = select(func.count()).where(
    cards.c.person_id == _PERSON,
    cards.c.activity_id.is_not(None),
    or_(cards.c.face != Face.GONE.value, cards.c.shown < cards.c.wanted),
)
_VISITS_ON_THE_WIRE = select(func.count()).where(deliveries.c.person_id == _PERSON, _ON_THE_WIRE)
_LAST = delete(people).where(people.c.id == _PERSON)


class Erasures:
    """The erasures of this transaction."""

    def __init__(self, connection: Connection, keys: KeyRing, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self._now = now

    async def preview(self, person_id: int) -> Preview:
        """What erasing somebody comes to. Locks nothing."""
        rows = (await self._connection.execute(_PREVIEW, {"person_": person_id})).one()
        return Preview(**rows._mapping)

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
        row |= {"activity": activity, "asked_at": self._now, "counts": {}}
        number = (await self._connection.execute(insert(erasures).returning(erasures.c.id), row)).scalar_one()
        stopped = update(people).where(people.c.id == person.id).values(_CUT_OFF | {"stopped_at": self._now})
        await self._connection.execute(stopped)
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
        """Orders that are not carried out yet, oldest first. Locks nothing."""
        return [row.id for row in await self._connection.execute(_WAITING, {"limit_": limit})]

    async def take(self, erasure_id: int) -> Erasure | None:
        """One that is to be carried on now; None where another does, or has."""
        return _erasure((await self._connection.execute(_TAKE, {"id_": erasure_id})).first())

    async def key_destroyed(self, erasure: Erasure) -> None:
        """What was sealed under the person's key can be read no more."""
        await self._save(erasure, key_destroyed_at=self._now)

    async def empty_some(self, erasure: Erasure) -> bool:
        """Take some of what is the person's; whether there was any."""
        given = {"person_": erasure.person_id, "limit_": AT_ONCE}
        for name, step in _STEPS:
            fields = 0
            if name == submissions.name:
                fields = (await self._connection.execute(_COUNT_ANSWERS, given)).scalar_one()
            moment = {"now_": self._now} if name == cards.name else {}
            gone = len((await self._connection.execute(step, given | moment)).all())
            if gone:
                await self._count(erasure, {name: gone, answers.name: fields})
                return True
        return False

    async def letters(self, erasure: Erasure) -> list[tuple[int, int]]:
        """Some messages in the chats of others that are from the person or answer them, and in whose. Locks nothing."""
        given = {"person_": erasure.person_id, "limit_": AT_ONCE}
        rows = [*await self._connection.execute(_LETTERS, given)]
        for others in (_TEAM_QUESTIONS, _SHARE_NOTICES):
            rows += await self._connection.execute(others, given)
        return [(row.id, row.person_id) for row in rows]

    async def remove_letter(self, erasure: Erasure, ask_id: int, *, reader_id: int) -> None:
        """Such a message goes, and what was said to it; its card is emptied. Its reader's row is locked."""
        given = {"ask_": ask_id, "now_": self._now, "reader_": reader_id}
        await self._connection.execute(_DRAW_ANEW, given)
        await self._connection.execute(_EMPTY_LETTER, given)
        await self._connection.execute(_REMOVE_LETTER, {"ask_": ask_id})
        await self._count(erasure, {"messages to others": 1})

    async def handed_in_for(self, erasure: Erasure) -> list[tuple[int, int]]:
        """Some assignments that the person handed in for others of their group, and whose. Locks nothing."""
        rows = await self._connection.execute(_HANDED_IN_FOR, {"person_": erasure.person_id, "limit_": AT_ONCE})
        return [(row.ask_id, row.person_id) for row in rows]

    async def forget_who(self, ask_id: int) -> None:
        """An assignment was handed in by somebody of the group; nobody knows by whom any more."""
        await self._connection.execute(_FORGET_WHO, {"ask_": ask_id})

    async def emptied(self, erasure: Erasure) -> None:
        """Nothing is left but the way to the cards in Teams."""
        await self._save(erasure, emptied_at=self._now)

    async def left(self, person_id: int) -> Left:
        """What the person's last row waits for."""
        given = {"person_": person_id}
        return Left(
            cards=(await self._connection.execute(_CARDS_BEHIND, given)).scalar_one(),
            visits=(await self._connection.execute(_VISITS_ON_THE_WIRE, given)).scalar_one(),
        )

    async def remove_last(self, person_id: int) -> None:
        """The row of the person, and whatever still hangs on it."""
        await self._connection.execute(_LAST, {"person_": person_id})

    async def end(self, erasure: Erasure) -> None:
        """It is done."""
        await self._save(erasure, ended_at=self._now)

    async def _count(self, erasure: Erasure, more: Mapping[str, int]) -> None:
        counts = Counter(dict(erasure.counts))
        counts.update({name: number for name, number in more.items() if name and number})
        await self._save(erasure, counts=dict(counts))

    async def _save(self, erasure: Erasure, **changes: Any) -> None:
        await self._connection.execute(_SAVE.values(changes), {"id_": erasure.id})


def _erasure(row: Any) -> Erasure | None:
    return None if row is None else Erasure(**(dict(row._mapping) | {"by": AskedBy(row.by)}))
