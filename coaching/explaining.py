"""Explaining: the whole chain of each thing that a programme has for somebody, from its element to where it stands.

Nothing that a person wrote is part of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from coaching.anchored import Calendar
from coaching.anchors import Anchor, AnchorKind, Which
from coaching.asks import Ask, AskKind, AskState
from coaching.elements import CheckIn, Element, Words, is_sent
from coaching.facts import (
    Changed,
    Fact,
    FollowsPlan,
    LeftOutFor,
    Made,
    MovedOn,
    NoLongerPlanned,
    NotAsked,
    NotMade,
    Planned,
    PutOff,
    Said,
    TakenBack,
    TellsOfRevision,
    Waits,
    WaitsForAnchor,
)
from coaching.placing import LeftOut, Placed, placed
from coaching.programmes import Programme
from coaching.reasons import Waiting
from coaching.rhythms import current, stages
from coaching.sources import CHANGE, place_in, place_of, source_key, tells_of_change
from coaching.standing import standing_of
from coaching.stories import Enrolment, Foresight, Record, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One chain. facts: its origin first, where it stands last. ask: None where there is none.

    element: the id in the programme's file, or the key of what is in none. kind: of the element. programme: its key.
    """

    programme: str
    programme_name: Words
    element: str
    kind: str
    title: Words
    occurrence: int
    ask: Ask | None
    facts: tuple[Fact, ...]

    @property
    def origin(self) -> Fact:
        """Where it comes from."""
        return self.facts[0]

    @property
    def named(self) -> str:
        """The element, and which time of it where it comes more than once."""
        is_one_of_many = isinstance(self.origin, Planned) and (self.origin.session or self.origin.every)
        return f"{self.element}.{self.occurrence}" if is_one_of_many else self.element

    @property
    def standing(self) -> Fact:
        """Where it stands."""
        return self.facts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A placed ask, and the programme that it was placed by."""

    placed: Placed
    calendar: Calendar
    is_current: bool


def explanations(story: Story) -> list[Explanation]:
    """A chain for every ask, and for everything that has none, in the order of programmes and of moments."""
    return [each for enrolment in story.enrolments for each in _of_enrolment(enrolment, story.foresight)]


def unplaced(enrolment: Enrolment) -> bool:
    """Whether some asks are in none of the documents as they are placed, so that an older one would tell more."""
    plans = _plans(enrolment)
    return any(_place_of(record) not in plans and not tells_of_change(record.ask) for record in enrolment.records)


def _of_enrolment(enrolment: Enrolment, foresight: Foresight) -> Iterator[Explanation]:
    plans = {place: plan for place, plan in _plans(enrolment).items() if not _is_usual_check_in(plan.placed)}
    records = {_place_of(record): record for record in enrolment.records}
    for place, plan in plans.items():
        record = records.pop(place, None)
        if record is not None:
            yield _asked(enrolment, record, plan, foresight)
        elif plan.is_current:
            yield _not_asked(enrolment, plan, foresight)
    for record in records.values():
        yield _asked(enrolment, record, None, foresight)
    yield from _next_check_in(enrolment)


def _is_usual_check_in(placed: Placed) -> bool:
    """Whether it is one that a preview shows; what somebody really gets is in the rhythm of their plan."""
    return isinstance(placed.element, CheckIn) and placed.waits_for is None


def _next_check_in(enrolment: Enrolment) -> Iterator[Explanation]:
    """The check-in that the person's plan brings next, by the programme's own; nothing before they have a plan."""
    at, document, member = enrolment.next_check_in, enrolment.document, enrolment.member
    if document is None or member is None or member.left_at is not None or enrolment.ended_at is not None:
        return
    found = stages(document, member)
    day = at.astimezone(member.availability.zone).date() if at is not None else document.starts
    stage = current(found, day)
    if stage is None:
        return
    standing = NotMade(reason=NotAsked.NO_GOAL) if at is None else Waits(reason=Waiting.NOT_OPEN_YET, not_before=at)
    yield Explanation(
        programme=enrolment.key,
        programme_name=enrolment.name,
        element=stage.element.id,
        kind=stage.element.kind,
        title=stage.element.title,
        occurrence=0,
        ask=None,
        facts=(FollowsPlan(at=at), standing),
    )


def _plans(enrolment: Enrolment) -> dict[tuple[str, int], _Plan]:
    """What is placed now, and of former documents what asks still come from; by its place."""
    found: dict[tuple[str, int], _Plan] = {}
    if enrolment.document is None or enrolment.member is None:
        return found
    for programme in (enrolment.document, *enrolment.former):
        calendar = Calendar(programme, enrolment.member)
        is_current = programme is enrolment.document
        for each in placed(programme, enrolment.member):
            found.setdefault(place_in(each), _Plan(placed=each, calendar=calendar, is_current=is_current))
    return found


def _place_of(record: Record) -> tuple[str, int]:
    return place_of(record.ask)


def _not_asked(enrolment: Enrolment, plan: _Plan, foresight: Foresight) -> Explanation:
    facts = [*_origin(plan, None), *_why_not(enrolment, plan, foresight.outlook.now)]
    return _explanation(enrolment, plan.placed, None, facts)


def _why_not(enrolment: Enrolment, plan: _Plan, now: datetime) -> Iterator[Fact]:
    placed = plan.placed
    left_out = LeftOut.NO_PLAN if placed.waits_until is not None and placed.waits_until <= now else placed.left_out
    if left_out is not None:
        yield LeftOutFor(reason=left_out)
        return
    if placed.waits_for is not None:
        about = _about(plan.calendar.programme, placed.waits_for)
        yield WaitsForAnchor(anchor=placed.waits_for, about=about, until=placed.waits_until)
    if enrolment.ended_at is not None:
        yield NotMade(reason=NotAsked.ENDED)
    elif not is_sent(placed.element):
        yield NotMade(reason=NotAsked.KIND)
    elif enrolment.member is not None and enrolment.member.left_at is not None:
        yield LeftOutFor(reason=LeftOut.AFTER_LEAVING)
    elif placed.waits_for is None:
        yield NotMade(reason=NotAsked.BEHIND if enrolment.is_behind else NotAsked.BACKLOG)


def _asked(enrolment: Enrolment, record: Record, plan: _Plan | None, foresight: Foresight) -> Explanation:
    ask = record.ask
    facts: list[Fact] = [*(_origin(plan, record) if plan else _origin_without_plan(enrolment, record))]
    history: list[Changed | Said] = [*record.changes, *record.said]
    facts += sorted(history, key=attrgetter("at"))
    if ask.put_off_until is not None:
        facts.append(PutOff(until=ask.put_off_until))
    if ask.version and ask.state is not AskState.ANSWERED:
        facts.append(TakenBack(versions=ask.version))
    is_planned = plan is not None and plan.is_current
    if not is_planned and not tells_of_change(ask) and enrolment.document is not None:
        facts.append(NoLongerPlanned(revision=enrolment.revision))
    elif plan is not None and plan.placed.left_out is not None and ask.state is AskState.SKIPPED:
        facts.append(LeftOutFor(reason=plan.placed.left_out))
    return _explanation(enrolment, plan.placed if plan else ask, ask, [*facts, *standing_of(record, foresight)])


def _explanation(enrolment: Enrolment, source: Placed | Ask, ask: Ask | None, facts: Sequence[Fact]) -> Explanation:
    return Explanation(
        programme=enrolment.key,
        programme_name=enrolment.name,
        element=source.element.id if isinstance(source, Placed) else source.element.key,
        kind=str(source.element.kind),
        title=source.element.title,
        occurrence=source.occurrence,
        ask=ask,
        facts=tuple(facts),
    )


def _origin(plan: _Plan, record: Record | None) -> Iterator[Fact]:
    """What the programme says, and why its day is another. What was moved later is told with the moment before that."""
    each = plan.placed
    changes = record.changes if record else ()
    opened = record.ask.opens_at if record else each.opens_at
    is_as_placed = opened == each.opens_at
    first = next((change.before for change in changes if change.before), None)
    planned = _planned(plan, each.planned_at if is_as_placed and not changes else first or opened)
    yield planned
    if each.moved and each.opens_at is not None and is_as_placed and not changes:
        yield MovedOn(by=each.moved, to=each.opens_at)


def _planned(plan: _Plan, at: datetime | None) -> Planned:
    element, occurrence = plan.placed.element, plan.placed.occurrence
    number = occurrence if element.each is not None else None
    anchor = element.at.anchor
    if number is not None and anchor.key in tuple(Which):
        session = next(each for each in plan.calendar.programme.sessions if each.number == number)
        anchor = plan.calendar.resolved(anchor, session)
    return Planned(
        anchor=anchor,
        offset=element.at.offset,
        about=_about(plan.calendar.programme, anchor),
        time=_time(element),
        every=element.repeat.every if element.repeat else None,
        session=number,
        at=at,
    )


def _about(programme: Programme, anchor: Anchor) -> Words:
    """What a window or an element is called that an anchor is a point of; nothing for the other anchors."""
    match anchor.kind:
        case AnchorKind.WINDOW_OPEN | AnchorKind.WINDOW_CLOSE:
            return next((each.title for each in programme.windows if each.id == anchor.key), {})
        case AnchorKind.ASK_ANSWERED:
            return next((each.title for each in programme.elements if each.id == anchor.key), {})
    return {}


def _time(element: Element) -> str | None:
    time = element.at.time
    return None if time is None else str(time) if isinstance(time, StrEnum) else f"{time:%H:%M}"


def _origin_without_plan(enrolment: Enrolment, record: Record) -> Iterator[Fact]:
    """What tells of a revision, comes from no file, or is no more for the person in any document that is known."""
    ask = record.ask
    if ask.element.key.startswith(CHANGE):
        yield TellsOfRevision(revision=int(ask.element.key.split(":")[1]), at=ask.created_at)
        return
    if ask.kind is AskKind.CHECK_IN:
        yield FollowsPlan(at=ask.opens_at)
        return
    documents = [enrolment.document, *enrolment.former] if enrolment.document else []
    for programme in documents:
        for element in programme.all_elements:
            if source_key(element, ask.occurrence) == ask.element.key:
                anchor, number = element.at.anchor, ask.occurrence if element.each is not None else None
                if number is not None and anchor.key == Which.EACH:
                    anchor = replace(anchor, key=str(number))
                yield Planned(
                    anchor=anchor,
                    offset=element.at.offset,
                    about=_about(programme, anchor),
                    time=_time(element),
                    session=number,
                    at=ask.opens_at,
                )
                return
    yield Made(at=ask.created_at, opens_at=ask.opens_at)
