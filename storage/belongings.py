"""Belongings: what is a person's, counted before it goes, and taken away some rows at a time when they are erased."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Executable,
    ScalarSelect,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from coaching.asks import IMPERSONAL
from storage.cards import EMPTY, Face
from storage.engine import Connection
from storage.tables import (
    answers,
    asks,
    broadcasts,
    cards,
    deliveries,
    delivery_asks,
    drafts,
    errands,
    goals,
    members,
    people,
    pools,
    proposals,
    readings,
    shares,
    submissions,
    turns,
)

#: Rows that one step takes.
AT_ONCE = 50
#: A card of which nothing is left but that it was there; `now_` is bound.
EMPTIED = {
    "ask_id": null(),
    "face": Face.GONE.value,
    "wanted": cards.c.wanted + 1,
    "try_at": bindparam("now_"),
    "attempts": 0,
}
#: One card of somebody who is erased is emptied so long after the other: 50 in half a minute. Teams takes 8 in two
#: seconds and 60 in 30 s of one chat; what several processes are late with comes together. The pump keeps to it.
EMPTIED_APART = timedelta(seconds=0.6)

_PERSON: BindParameter[int] = bindparam("person_")
_LIMIT: BindParameter[int] = bindparam("limit_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What goes when somebody is erased. answers: asks that they answered. cards: ours in Teams, which are emptied."""

    programmes: int
    goals: int
    answers: int
    drafts: int
    messages: int
    cards: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What keeps the last row of a person: cards that Teams still shows, and visits that are on the wire."""

    cards: int
    visits: int


_ON_THE_WIRE: ColumnElement[bool] = literal_column("deliveries.state = 'sending'")
_OWN_CARDS = select(cards.c.id).where(cards.c.person_id == _PERSON)
_EMPTY = [face.value for face in EMPTY]
_IN_TEAMS: ColumnElement[bool] = and_(cards.c.activity_id.is_not(None), cards.c.face.not_in(_EMPTY))
#: What a coach sent may name people.
_ANYBODYS = and_(
    asks.c.kind.in_([kind.value for kind in IMPERSONAL]),
    asks.c.source_id.not_in(select(broadcasts.c.element_id).where(broadcasts.c.element_id.is_not(None))),
)
_VISIT = exists().where(deliveries.c.card_id == cards.c.id)
_SOMETHING_ELSE = (
    select(delivery_asks.c.ask_id)
    .join(deliveries, deliveries.c.id == delivery_asks.c.delivery_id)
    .where(
        deliveries.c.card_id == cards.c.id,
        delivery_asks.c.ask_id.not_in(select(asks.c.id).where(asks.c.person_id == _PERSON, _ANYBODYS)),
    )
    .exists()
)
#: A card of a visit that said nothing but the programme's own words: nothing of the person's can be on it.
_IS_ANYBODYS: ColumnElement[bool] = and_(cards.c.face == Face.ASK.value, _VISIT, ~_SOMETHING_ELSE)
_FORGOTTEN = _OWN_CARDS.where(_IN_TEAMS, _IS_ANYBODYS).limit(_LIMIT)
#: The newest first: those are looked at.
_TO_EMPTY = _OWN_CARDS.where(_IN_TEAMS).order_by(cards.c.id.desc()).limit(_LIMIT)
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
    .where(readings.c.owner_id == _PERSON, cards.c.face.not_in(_EMPTY))
    .limit(_LIMIT)
)
_OWN_SHARES = select(shares.c.id).where(shares.c.owner_id == _PERSON).limit(_LIMIT)

_OWN = "own cards"
_EMPTIED_OWN = EMPTIED | {"face": Face.ERASED.value}
_WAITING = select(func.count()).where(
    cards.c.person_id == _PERSON, cards.c.face == Face.ERASED.value, cards.c.shown < cards.c.wanted
)
_TAKE_TURNS = update(cards).where(cards.c.id == bindparam("id_")).values(try_at=bindparam("at_"))

#: In this order: the cards leave their asks before those go, and take the words with them in Teams.
_STEPS: tuple[tuple[str, Executable], ...] = (
    ("cards", update(cards).where(cards.c.id.in_(_OPENED)).values(EMPTIED).returning(cards.c.id)),
    ("shares", delete(shares).where(shares.c.id.in_(_OWN_SHARES)).returning(shares.c.id)),
    ("", delete(cards).where(cards.c.id.in_(_FORGOTTEN)).returning(cards.c.id)),
    (_OWN, update(cards).where(cards.c.id.in_(_TO_EMPTY)).values(_EMPTIED_OWN).returning(cards.c.id)),
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
    _number(goals, goals.c.ask_id.in_(select(asks.c.id).where(asks.c.person_id == _PERSON))).label("goals"),
    _number(asks, asks.c.person_id == _PERSON, exists().where(submissions.c.ask_id == asks.c.id)).label("answers"),
    _number(drafts, drafts.c.person_id == _PERSON).label("drafts"),
    _number(errands, errands.c.by_id == _PERSON).label("messages"),
    _number(cards, cards.c.person_id == _PERSON, _IN_TEAMS, ~_IS_ANYBODYS).label("cards"),
)

_CARDS_BEHIND = select(func.count()).where(
    cards.c.person_id == _PERSON,
    cards.c.activity_id.is_not(None),
    or_(cards.c.face.not_in(_EMPTY), cards.c.shown < cards.c.wanted),
)
_VISITS_ON_THE_WIRE = select(func.count()).where(deliveries.c.person_id == _PERSON, _ON_THE_WIRE)
_LAST = delete(people).where(people.c.id == _PERSON)


class Belongings:
    """What people have, in this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def preview(self, person_id: int) -> Preview:
        """What erasing somebody comes to. Locks nothing."""
        rows = (await self._connection.execute(_PREVIEW, {"person_": person_id})).one()
        return Preview(**rows._mapping)

    async def take_some(self, person_id: int) -> Mapping[str, int]:
        """Take some of it, and have its cards emptied; how many rows, by table. Empty where there is nothing left."""
        given = {"person_": person_id, "limit_": AT_ONCE}
        for name, step in _STEPS:
            fields = 0
            if name == submissions.name:
                fields = (await self._connection.execute(_COUNT_ANSWERS, given)).scalar_one()
            moment = {"now_": self._now} if name in (cards.name, _OWN) else {}
            gone = [row.id for row in await self._connection.execute(step, given | moment)]
            if gone and name == _OWN:
                await self._take_turns(person_id, gone)
            if gone:
                return {cards.name if name == _OWN else name: len(gone), answers.name: fields}
        return {}

    async def _take_turns(self, person_id: int, card_ids: Sequence[int]) -> None:
        """These cards are emptied one after the other, the newest first, behind those of the person that still wait."""
        waiting = (await self._connection.execute(_WAITING, {"person_": person_id})).scalar_one() - len(card_ids)
        turns = enumerate(sorted(card_ids, reverse=True), start=waiting)
        rows = [{"id_": card_id, "at_": self._now + place * EMPTIED_APART} for place, card_id in turns]
        await self._connection.execute(_TAKE_TURNS, rows)

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
