"""Talk counts as rows: how far the pairs of each stage of a programme are, by their units; for its owner."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal, or_, select

from coaching.asks import AskKind, AskState, Element, SourceKind
from coaching.people import Role
from coaching.sources import TALKS
from coaching.talk_counts import Tally
from coaching.talks import TalkKind
from storage.asks import element_in
from storage.engine import Connection
from storage.tables import asks, elements, members, people, talks

_own, _notes, _of_notes = asks.alias("own"), asks.alias("notes"), elements.alias("of_notes")
_PREPARED_BY_PARTICIPANT = (
    select(_own.c.id)
    .where(
        _own.c.source_kind == SourceKind.ELEMENT.value,
        _own.c.source_id == talks.c.element_id,
        _own.c.person_id == talks.c.participant_id,
        _own.c.occurrence == 0,
        _own.c.kind == AskKind.DISCUSSION.value,
        _own.c.state == AskState.ANSWERED.value,
    )
    .exists()
)
_PREPARED_BY_MANAGER = (
    select(_notes.c.id)
    .join(_of_notes, _of_notes.c.id == _notes.c.source_id)
    .where(
        _of_notes.c.programme_id == talks.c.programme_id,
        _of_notes.c.key == literal(TALKS).concat(elements.c.key),
        _notes.c.source_kind == SourceKind.ELEMENT.value,
        _notes.c.person_id == talks.c.manager_id,
        _notes.c.occurrence == talks.c.participant_id,
        _notes.c.state == AskState.ANSWERED.value,
    )
    .exists()
)


def _number(of: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.sum(case((of, 1), else_=0)).label(name)


_OPEN = talks.c.confirmed_at.is_(None)
_COUNTED = (
    select(
        talks.c.element_id,
        people.c.unit,
        func.count().label("pairs"),
        _number(and_(_PREPARED_BY_PARTICIPANT, _PREPARED_BY_MANAGER), "prepared"),
        _number(and_(_OPEN, or_(talks.c.booked_for.is_not(None), talks.c.held_on.is_not(None))), "booked"),
        _number(talks.c.confirmed_at.is_not(None), "held"),
        _number(and_(talks.c.confirmed_at.is_not(None), talks.c.summarised_at.is_not(None)), "summarised"),
    )
    .join(elements, elements.c.id == talks.c.element_id)
    .join(people, people.c.id == talks.c.participant_id)
    .join(members, and_(members.c.person_id == people.c.id, members.c.programme_id == talks.c.programme_id))
    .where(
        talks.c.programme_id == bindparam("programme_"),
        talks.c.kind == TalkKind.DISCUSSION.value,
        members.c.role == Role.PARTICIPANT.value,
        members.c.left_at.is_(None),
    )
    .group_by(talks.c.element_id, people.c.unit)
)
_STAGES = (
    select(elements)
    .where(elements.c.programme_id == bindparam("programme_"), elements.c.kind == AskKind.DISCUSSION.value)
    .order_by(elements.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCount:
    """How far the pairs of one stage are, by the units of the participants; nothing of it is fit to be told yet."""

    stage: Element
    by_unit: Mapping[str, Tally]


class TalkCounts:
    """What is counted of discussions in this transaction. Locks nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, programme_id: int) -> list[StageCount]:
        """The stages of a programme in their order, those without any pair too."""
        given = {"programme_": programme_id}
        by_stage: dict[int, dict[str, Tally]] = defaultdict(dict)
        for row in await self._connection.execute(_COUNTED, given):
            by_stage[row.element_id][row.unit] = Tally(
                pairs=row.pairs,
                prepared=row.prepared,
                booked=row.booked,
                held=row.held,
                summarised=row.summarised,
            )
        return [
            StageCount(
                stage=element_in(row),
                by_unit=by_stage[row.id],
            )
            for row in await self._connection.execute(_STAGES, given)
        ]
