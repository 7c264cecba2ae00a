"""Stories: all that is stored of what one person was asked, is asked and will be. Nothing of anybody else is read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, or_, select

from coaching.anchored import Enrolled
from coaching.asks import Ask, AskState
from coaching.chances import Purpose
from coaching.explaining import unplaced
from coaching.facts import Changed, Held, HeldUp, Said
from coaching.people import Language, Person, Role
from coaching.programmes import Programme
from coaching.sources import answered_anchors, happened
from coaching.stories import Enrolment, Foresight, Record, Story
from coaching.telling import DeliveryState
from storage.asks import ASKS, ask_of
from storage.engine import Connection
from storage.paces import Paces
from storage.revisions import Revisions
from storage.tables import ask_changes, asks, deliveries, delivery_asks, members, plans, programmes
from storage.talks import Talks
from storage.visits import Situation, Visits

#: Former revisions that are read for what the newest has no more.
MOST_FORMER = 20

_PERSON: BindParameter[int] = bindparam("person_")
_ASKS = ASKS.where(asks.c.person_id == _PERSON).order_by(asks.c.programme_id, asks.c.opens_at, asks.c.id)
_CHANGES = (
    select(ask_changes)
    .join(asks, asks.c.id == ask_changes.c.ask_id)
    .where(asks.c.person_id == _PERSON)
    .order_by(ask_changes.c.id)
)
_SAID = (
    select(
        delivery_asks.c.ask_id,
        delivery_asks.c.purpose,
        deliveries.c.slot_at,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.again_at,
    )
    .join(deliveries, deliveries.c.id == delivery_asks.c.delivery_id)
    .where(deliveries.c.person_id == _PERSON)
    .order_by(deliveries.c.id)
)
_PARTS = (
    select(
        programmes.c.id,
        programmes.c.key,
        programmes.c.name,
        programmes.c.revision,
        programmes.c.ended_at,
        members.c.role,
        members.c.groups,
        members.c.placed,
        members.c.joined_at,
        members.c.left_at,
        plans.c.created_at.label("planned_at"),
        plans.c.next_at.label("next_check_in"),
    )
    .select_from(
        programmes.outerjoin(
            members, (members.c.programme_id == programmes.c.id) & (members.c.person_id == _PERSON)
        ).outerjoin(plans, (plans.c.programme_id == programmes.c.id) & (plans.c.person_id == _PERSON))
    )
    .where(
        or_(
            members.c.id.is_not(None),
            programmes.c.id.in_(select(asks.c.programme_id).where(asks.c.person_id == _PERSON)),
        )
    )
    .order_by(programmes.c.key)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What is stored of one person, by ask or by programme."""

    asks: dict[int, list[Ask]]
    changes: dict[int, list[Changed]]
    said: dict[int, list[Said]]

    def records(self, programme_id: int) -> tuple[Record, ...]:
        return tuple(
            Record(ask=ask, changes=tuple(self.changes[ask.id]), said=tuple(self.said[ask.id]))
            for ask in self.asks[programme_id]
        )


class Stories:
    """The stories of this transaction. Reading one locks nothing."""

    def __init__(self, connection: Connection, now: datetime, visits: Visits, revisions: Revisions) -> None:
        self._connection = connection
        self._now = now
        self._visits = visits
        self._revisions = revisions
        self._paces = Paces(connection, now)
        self._talks = Talks(connection, now)

    async def of(self, person: Person) -> Story:
        """All that there is to explain of one person."""
        given = {"person_": person.id}
        kept = await self._kept(given)
        situation = await self._visits.of(person)
        open_asks = [ask for own in kept.asks.values() for ask in own if ask.state is AskState.OPEN]
        situation = replace(situation, asks=tuple(open_asks), look_again_at=None)
        paused = (await self._paces.paused()).get(person.tenant)
        parts = (await self._connection.execute(_PARTS, given)).all()
        return Story(
            enrolments=tuple([await self._enrolment(row, kept, situation) for row in parts]),
            foresight=_foresight(situation, paused, self._now),
        )

    async def _kept(self, given: dict[str, int]) -> _Kept:
        kept = _Kept(asks=defaultdict(list), changes=defaultdict(list), said=defaultdict(list))
        for row in await self._connection.execute(_ASKS, given):
            kept.asks[row.programme_id].append(ask_of(row))
        for row in await self._connection.execute(_CHANGES, given):
            kept.changes[row.ask_id].append(
                Changed(revision=row.revision, at=row.at, before=row.opens_before, after=row.opens_after)
            )
        for row in await self._connection.execute(_SAID, given):
            kept.said[row.ask_id].append(_said(row))
        return kept

    async def _enrolment(self, row: Row[Any], kept: _Kept, situation: Situation) -> Enrolment:
        document = await self._revisions.document(row.id, row.revision) if row.revision else None
        records = kept.records(row.id)
        unheld = (await self._talks.unheld(row.id, [situation.person.id])).get(situation.person.id, frozenset())
        enrolment = Enrolment(
            key=row.key,
            name={Language(language): text for language, text in row.name.items()},
            revision=row.revision,
            ended_at=row.ended_at,
            document=document,
            member=_member(row, document, [record.ask for record in records], situation, unheld) if row.role else None,
            is_behind=bool(row.role) and row.placed < row.revision,
            next_check_in=row.next_check_in,
            records=records,
        )
        for number in range(row.revision - 1, max(row.revision - 1 - MOST_FORMER, 0), -1):
            if not unplaced(enrolment):
                break
            former = await self._revisions.document(row.id, number)
            enrolment = replace(enrolment, former=(*enrolment.former, former))
        return enrolment


def _member(
    row: Row[Any], document: Programme | None, own: Sequence[Ask], situation: Situation, unheld: frozenset[str]
) -> Enrolled:
    return Enrolled(
        roles=frozenset({Role(row.role)}),
        groups=frozenset(row.groups),
        availability=situation.availability,
        joined_at=row.joined_at,
        left_at=row.left_at,
        happened=happened(own, answered_anchors(document), planned_at=row.planned_at) if document else {},
        unheld=unheld,
    )


def _said(row: Row[Any]) -> Said:
    return Said(
        at=row.slot_at,
        purpose=Purpose(row.purpose),
        state=DeliveryState(row.state),
        reason=row.reason,
        again_at=row.again_at,
    )


def _foresight(situation: Situation, paused: datetime | None, now: datetime) -> Foresight:
    return Foresight(
        decision=situation.decide(now),
        outlook=situation.outlook(now),
        history=situation.history,
        held=next(_held(situation, paused), None),
        again_at=situation.again_at if situation.again_at and situation.again_at > now else None,
    )


def _held(situation: Situation, paused: datetime | None) -> Iterator[Held]:
    """What keeps everything from the person, what lasts longest first."""
    person = situation.person
    if not person.admitted:
        yield Held(by=HeldUp.NOT_LET_IN)
    if person.unreachable is not None:
        yield Held(by=HeldUp.UNREACHABLE, code=person.unreachable)
    if person.address is None and person.aad_id is None:
        yield Held(by=HeldUp.NOT_MET)
    if paused is not None:
        yield Held(by=HeldUp.ALL_PAUSED, since=paused)
    if situation.is_behind:
        yield Held(by=HeldUp.BEHIND)
