"""Talks as rows: which discussions two people are to hold, who is reminded of them, and what a card says of them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, insert, literal_column, or_, select, update

from coaching.asks import AskKind
from coaching.people import Role
from coaching.talks import OFFERED_FOR, Talk, TalkKind, gone_over
from storage.among import among
from storage.asks import PLACE_AGAIN
from storage.engine import Connection
from storage.tables import (
    asks,
    cards,
    deliveries,
    delivery_asks,
    elements,
    goals,
    members,
    people,
    plans,
    programmes,
    talk_handovers,
    talks,
)
from storage.talk_lines import TalkLine, lines

#: Cards of one person that are drawn anew when one of their discussions changes: the newest.
MOST_CARDS = 20

# The literal condition is that of the partial index.
_CHANGED: ColumnElement[bool] = literal_column("to_ask OR to_draw")
_BY_ID = select(talks).where(talks.c.id == bindparam("id_")).with_for_update()
_LIVE = talks.c.confirmed_at.is_(None)
#: What is shown of discussions: those that are to be held, and those that were held lately.
SHOWN: ColumnElement[bool] = or_(_LIVE, talks.c.confirmed_at > bindparam("since_"))
_OF_PERSON = (
    select(talks)
    .where(or_(talks.c.participant_id == bindparam("person_"), talks.c.manager_id == bindparam("person_")), SHOWN)
    .order_by(talks.c.id)
)
_THE_TWO = select(talks.c.id, talks.c.participant_id, talks.c.manager_id).where(among(talks.c.id, "ids_"))
_OF_MANAGER = select(talks).where(talks.c.manager_id == bindparam("person_"), _LIVE).order_by(talks.c.id)
# Nothing of the programme: SQLite would go through the index of that, and read everybody's.
_UNHELD = (
    select(talks.c.participant_id, talks.c.programme_id, elements.c.key)
    .join(elements, elements.c.id == talks.c.element_id)
    .where(
        talks.c.kind == TalkKind.DISCUSSION.value,
        talks.c.held_on.is_(None),
        among(talks.c.participant_id, "ids_"),
    )
)
_WITH_STAGES = (
    select(programmes.c.id)
    .where(
        programmes.c.ended_at.is_(None),
        programmes.c.revision > 0,
        select(elements.c.id)
        .where(elements.c.programme_id == programmes.c.id, elements.c.kind == AskKind.DISCUSSION.value)
        .exists(),
    )
    .order_by(programmes.c.id)
)
_before = talks.alias("before")
_PAIRS = (
    select(members.c.person_id, members.c.groups, people.c.manager_id, _before.c.held_on, _before.c.id.label("before"))
    .join(people, people.c.id == members.c.person_id)
    .outerjoin(
        _before,
        and_(
            _before.c.element_id == bindparam("before_"),
            _before.c.participant_id == members.c.person_id,
            _before.c.occurrence == 0,
        ),
    )
    .where(
        members.c.programme_id == bindparam("programme_"),
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
        members.c.person_id > bindparam("after_"),
        people.c.manager_id.is_not(None),
        ~select(talks.c.id)
        .where(
            talks.c.element_id == bindparam("element_"),
            talks.c.participant_id == members.c.person_id,
            talks.c.occurrence == 0,
        )
        .exists(),
    )
    .order_by(members.c.person_id)
    .limit(bindparam("limit_"))
)
_PLANNED = (
    select(plans.c.id, plans.c.person_id, plans.c.programme_id, plans.c.created_at, people.c.manager_id)
    .join(people, people.c.id == plans.c.person_id)
    .join(members, and_(members.c.person_id == plans.c.person_id, members.c.programme_id == plans.c.programme_id))
    .where(
        plans.c.id > bindparam("after_"),
        people.c.manager_id.is_not(None),
        members.c.left_at.is_(None),
        select(goals.c.ask_id).where(goals.c.plan_id == plans.c.id).exists(),
    )
    .order_by(plans.c.id)
    .limit(bindparam("limit_"))
)
_KNOWN = select(talks.c.participant_id, talks.c.occurrence).where(
    talks.c.element_id == bindparam("element_"), among(talks.c.participant_id, "ids_")
)
_WITH_FORMER = (
    select(talks.c.id, talks.c.participant_id)
    .join(people, people.c.id == talks.c.participant_id)
    .where(
        _LIVE,
        talks.c.held_on.is_(None),
        people.c.manager_id.is_not(None),
        people.c.manager_id != talks.c.manager_id,
        people.c.manager_id != people.c.id,
    )
    .order_by(talks.c.participant_id)
    .limit(bindparam("limit_"))
)
_GONE_OVER = (
    select(people.c.id, people.c.name)
    .join(talks, talks.c.participant_id == people.c.id)
    .join(talk_handovers, talk_handovers.c.talk_id == talks.c.id)
    .where(
        talk_handovers.c.former_id == bindparam("former_"),
        talk_handovers.c.at > bindparam("since_"),
        talks.c.manager_id != bindparam("former_"),
        _LIVE,
    )
    .distinct()
    .order_by(people.c.id)
)
_TOLD = (
    select(deliveries.c.card_id)
    .join(delivery_asks, delivery_asks.c.delivery_id == deliveries.c.id)
    .join(asks, asks.c.id == delivery_asks.c.ask_id)
    .where(asks.c.kind == AskKind.TALKS.value, asks.c.person_id == bindparam("person_"))
    .order_by(deliveries.c.id.desc())
    .limit(MOST_CARDS)
)
_WORKING = (
    select(cards.c.id)
    .where(cards.c.person_id == bindparam("person_"), cards.c.face == "talks")
    .order_by(cards.c.id.desc())
    .limit(MOST_CARDS)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A participant and their manager, who have no discussion of a stage yet. before: that of the stage before it."""

    participant_id: int
    manager_id: int
    groups: frozenset[str]
    has_before: bool
    held_before: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """A participant with a plan, and their manager."""

    plan_id: int
    participant_id: int
    manager_id: int
    programme_id: int
    created_at: datetime


class Talks:
    """The discussions of this transaction. A getter of one locks it; it is always the last lock."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def get(self, talk_id: int) -> Talk | None:
        """The discussion with that number, whoever's it is. Locks it."""
        row = (await self._connection.execute(_BY_ID, {"id_": talk_id})).first()
        return None if row is None else talk_of(row)

    async def of(self, person_id: int) -> list[Talk]:
        """Those of a person, on either side, that are not over or were held lately. Locks nothing."""
        given = {"person_": person_id, "since_": self._now - OFFERED_FOR}
        return [talk_of(row) for row in await self._connection.execute(_OF_PERSON, given)]

    async def others(self, person_id: int, talk_ids: Collection[int]) -> dict[int, int]:
        """With whom a person is to hold or held each of these, by its number; without those that are not theirs."""
        rows = await self._connection.execute(_THE_TWO, {"ids_": sorted(talk_ids)}) if talk_ids else ()
        pairs = {row.id: {row.participant_id, row.manager_id} for row in rows}
        return {number: (pair - {person_id}).pop() for number, pair in pairs.items() if person_id in pair}

    async def of_manager(self, person_id: int) -> list[Talk]:
        """Those with the people whom somebody leads that are not over. Locks nothing."""
        return [talk_of(row) for row in await self._connection.execute(_OF_MANAGER, {"person_": person_id})]

    async def lines(self, person_id: int, found: Sequence[Talk]) -> list[TalkLine]:
        """These discussions as a person sees them, who is one of the two in each. Locks nothing."""
        return await lines(self._connection, person_id, found, self._now)

    async def add(self, talk: Talk, *, is_followed: bool = False) -> None:
        """A new one. is_followed: another stage waits for it, and what is asked about that. Raises AlreadyThere."""
        await self._connection.execute(insert(talks), _row_of(talk) | {"created_at": self._now})
        if is_followed:
            await self._place_again(talk)

    async def save(self, talk: Talk) -> None:
        """All that can change of it. What is asked about the stage after it may come at another time by that."""
        row = (await self._connection.execute(_BY_ID, {"id_": talk.id})).first()
        await self._connection.execute(update(talks).where(talks.c.id == talk.id).values(_row_of(talk)))
        if row is not None and talk.kind is TalkKind.DISCUSSION and (row.held_on is None) is not (talk.held_on is None):
            await self._place_again(talk)

    async def unheld(self, programme_id: int, participant_ids: Collection[int]) -> dict[int, frozenset[str]]:
        """The stages that these people are to hold in a programme and have not, by person: the sources' keys."""
        found: dict[int, set[str]] = defaultdict(set)
        given = {"ids_": sorted(participant_ids)}
        for row in await self._connection.execute(_UNHELD, given) if participant_ids else ():
            if row.programme_id == programme_id:
                found[row.participant_id].add(row.key)
        return {number: frozenset(keys) for number, keys in found.items()}

    async def _place_again(self, talk: Talk) -> None:
        given = {"person_": talk.participant_id, "in_": talk.programme_id}
        await self._connection.execute(PLACE_AGAIN, given)

    async def programmes_with_stages(self) -> list[int]:
        """The programmes that go on and have discussions."""
        return [row.id for row in await self._connection.execute(_WITH_STAGES)]

    async def pairs(self, stage: Talk, *, before_id: int | None, after: int, limit: int) -> list[Pair]:
        """Participants with a manager who have no discussion of a stage yet, by their numbers from *after* on.

        before_id: the element of the stage before it.
        """
        given = {
            "programme_": stage.programme_id,
            "element_": stage.element_id,
            "before_": before_id or 0,
            "after_": after,
            "limit_": limit,
        }
        return [
            Pair(
                participant_id=row.person_id,
                manager_id=row.manager_id,
                groups=frozenset(row.groups),
                has_before=row.before is not None,
                held_before=row.held_on is not None,
            )
            for row in await self._connection.execute(_PAIRS, given)
        ]

    async def planners(self, *, after: int, limit: int) -> list[Planner]:
        """Participants with a goal and a manager, by the numbers of their plans from *after* on."""
        return [
            Planner(
                plan_id=row.id,
                participant_id=row.person_id,
                manager_id=row.manager_id,
                programme_id=row.programme_id,
                created_at=row.created_at,
            )
            for row in await self._connection.execute(_PLANNED, {"after_": after, "limit_": limit})
        ]

    async def known(self, element_id: int, participant_ids: Collection[int]) -> frozenset[tuple[int, int]]:
        """Of these people, which discussions of an element there are: participant and occurrence."""
        given = {"element_": element_id, "ids_": sorted(participant_ids)}
        rows = await self._connection.execute(_KNOWN, given)
        return frozenset((row.participant_id, row.occurrence) for row in rows)

    async def with_former_managers(self, *, limit: int) -> list[tuple[int, int]]:
        """Those that were not held and whose participant has another manager now; and the participants."""
        rows = await self._connection.execute(_WITH_FORMER, {"limit_": limit})
        return [(row.id, row.participant_id) for row in rows]

    async def go_over(self, talk: Talk, manager_id: int) -> None:
        """The discussion goes over to that manager; the cards of the former one say so."""
        await self.save(gone_over(talk, manager_id))
        row = {"talk_id": talk.id, "former_id": talk.manager_id, "at": self._now}
        await self._connection.execute(insert(talk_handovers), row)
        await self.draw_again(talk.manager_id)

    async def gone_over(self, former_id: int) -> list[str]:
        """The names of those with whom somebody was to hold a discussion that went over lately, and is to be held."""
        given = {"former_": former_id, "since_": self._now - OFFERED_FOR}
        return [row.name for row in await self._connection.execute(_GONE_OVER, given)]

    async def changed(self, *, limit: int) -> list[tuple[int, int]]:
        """Those of which a card is behind, or about which their participant is to be asked; and their participants."""
        rows = await self._connection.execute(
            select(talks.c.id, talks.c.participant_id).where(_CHANGED).order_by(talks.c.id).limit(limit)
        )
        return [(row.id, row.participant_id) for row in rows]

    async def look_again(self, participant_id: int) -> None:
        """What the participant shares has changed: the cards of their discussions are behind."""
        await self._connection.execute(
            update(talks).where(talks.c.participant_id == participant_id, _LIVE).values(to_draw=True)
        )

    async def draw_again(self, person_id: int) -> None:
        """Every card that shows a person their discussions is to be drawn anew, by the pump."""
        given = {"person_": person_id}
        found = {row[0] for each in (_TOLD, _WORKING) for row in await self._connection.execute(each, given)}
        raised = update(cards).where(cards.c.id.in_(sorted(number for number in found if number is not None)))
        await self._connection.execute(raised.values(wanted=cards.c.wanted + 1, try_at=self._now, attempts=0))


def talk_of(row: Row[Any]) -> Talk:
    """A discussion from its row."""
    same = {name: getattr(row, name) for name in Talk.__slots__ if name != "kind"}
    return Talk(kind=TalkKind(row.kind), **same)


def _row_of(talk: Talk) -> dict[str, Any]:
    return {name: getattr(talk, name) for name in Talk.__slots__ if name not in ("id", "kind")} | {
        "kind": talk.kind.value
    }
