"""Talk lines: discussions as one of the two sees them: with whom, what to think over, and what the other one shares."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from coaching.access import Audience
from coaching.asks import AskKind, AskState, Element, SourceKind
from coaching.people import Language, Role
from coaching.shares import ShareState, Thing
from coaching.sources import TALKS
from coaching.talks import Talk
from storage.among import among
from storage.asks import element_in
from storage.engine import Connection
from storage.tables import asks, elements, goals, people, shares

_SHARED = select(shares.c.owner_id, shares.c.things).where(
    shares.c.person_id == bindparam("person_"),
    shares.c.audience.in_([Audience.MANAGER.value, Audience.COUNTERPART.value]),
    shares.c.state == ShareState.SHARED.value,
    shares.c.ends_at > bindparam("now_"),
    among(shares.c.owner_id, "ids_"),
)
_WHAT = select(asks.c.id, asks.c.kind, goals.c.number).outerjoin(goals, goals.c.ask_id == asks.c.id)
_PREPARED = (
    select(asks.c.programme_id, elements.c.key, asks.c.occurrence)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(
        asks.c.person_id == bindparam("person_"),
        asks.c.source_kind == SourceKind.ELEMENT.value,
        asks.c.kind.in_([AskKind.DISCUSSION.value, AskKind.NOTES.value]),
        asks.c.state == AskState.ANSWERED.value,
    )
)
_NAMES = select(people.c.id, people.c.name, people.c.manager_id).where(among(people.c.id, "ids_"))
_TITLES = select(elements).where(among(elements.c.id, "ids_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkLine:
    """A discussion as one of the two sees it. other: what the other one is called. is_manager: the reader leads them.

    questions: what the reader could think over, of a stage; is_prepared: they have. goals: the numbers of the
    goals that the other one shares with the reader; shares_more: other things, too.
    """

    talk: Talk
    other: str
    title: Mapping[Language, str]
    is_manager: bool
    questions: tuple[Mapping[Language, str], ...] = ()
    is_prepared: bool = False
    goals: tuple[int, ...] = ()
    shares_more: bool = False


async def lines(connection: Connection, person_id: int, found: Sequence[Talk], now: datetime) -> list[TalkLine]:
    """These discussions as a person sees them, who is one of the two in each. Locks nothing."""
    others = [talk.participant_id if talk.manager_id == person_id else talk.manager_id for talk in found]
    names = {row.id: row for row in await connection.execute(_NAMES, {"ids_": sorted({*others})})} if found else {}
    stages = await _stages(connection, {talk.element_id for talk in found}) if found else {}
    led = [number for number in others if number in names and names[number].manager_id == person_id]
    shared = await _shared(connection, person_id, led, now) if led else {}
    prepared = await _prepared(connection, person_id) if found else frozenset()
    return [
        TalkLine(
            talk=talk,
            other=names[other].name if other in names else "",
            title=stages[talk.element_id].title if talk.element_id in stages else {},
            is_manager=talk.manager_id == person_id,
            questions=_questions(stages.get(talk.element_id), is_manager=talk.manager_id == person_id),
            is_prepared=_own_preparation(talk, stages.get(talk.element_id), person_id) in prepared,
            goals=shared[other][0] if other in shared and talk.manager_id == person_id else (),
            shares_more=other in shared and talk.manager_id == person_id and shared[other][1],
        )
        for talk, other in zip(found, others, strict=True)
    ]


async def _stages(connection: Connection, element_ids: Collection[int]) -> dict[int, Element]:
    rows = await connection.execute(_TITLES, {"ids_": sorted(element_ids)})
    return {row.id: element_in(row) for row in rows}


def _questions(stage: Element | None, *, is_manager: bool) -> tuple[Mapping[Language, str], ...]:
    if stage is None or stage.discussion is None:
        return ()
    role = Role.MANAGER if is_manager else Role.PARTICIPANT
    return tuple(question.text for question in stage.discussion.preparation.get(role, ()))


def _own_preparation(talk: Talk, stage: Element | None, person_id: int) -> tuple[int, str, int]:
    """The programme, the source's key and the occurrence of what a person writes before that discussion."""
    key = stage.key if stage is not None else ""
    if person_id == talk.participant_id:
        return talk.programme_id, key, 0
    return talk.programme_id, f"{TALKS}{key}", talk.participant_id


async def _prepared(connection: Connection, person_id: int) -> frozenset[tuple[int, str, int]]:
    rows = await connection.execute(_PREPARED, {"person_": person_id})
    return frozenset((row.programme_id, row.key, row.occurrence) for row in rows)


async def _shared(
    connection: Connection, person_id: int, owner_ids: Collection[int], now: datetime
) -> dict[int, tuple[tuple[int, ...], bool]]:
    """What these people share with their manager: the numbers of goals, and whether anything else; by person."""
    given = {"person_": person_id, "now_": now, "ids_": sorted(owner_ids)}
    by_owner: dict[int, set[int]] = {}
    for row in await connection.execute(_SHARED, given):
        by_owner.setdefault(row.owner_id, set()).update(Thing.named(name).subject_id for name in row.things)
    numbers = sorted({number for found in by_owner.values() for number in found})
    what = {row.id: row for row in await connection.execute(_WHAT.where(asks.c.id.in_(numbers)))} if numbers else {}
    return {
        owner: (
            tuple(sorted(what[each].number for each in found if each in what and what[each].number is not None)),
            any(each in what and what[each].number is None for each in found),
        )
        for owner, found in by_owner.items()
    }
