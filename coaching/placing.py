"""Placing: what one member of a programme is asked, and when, from the programme and what is known of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from coaching import talks
from coaching.anchored import OWN, Calendar, Dated, Enrolled, MovedBy, is_for, is_of, moment_of
from coaching.anchors import Anchor, AnchorKind, At, Offset
from coaching.elements import CheckIn, Discussion, Element, Repeat
from coaching.hours import ONE_DAY
from coaching.moments import Point, months_after, own_time, point, point_after, point_of
from coaching.patience import patience
from coaching.people import Role
from coaching.programmes import Programme, Session
from coaching.rhythms import PLANNED, own_check_ins, stages
from coaching.usual_check_ins import usual_check_ins

__all__ = ["Enrolled", "LeftOut", "MovedBy", "Placed", "Placings", "is_for", "is_of", "moment_of", "placed"]

#: An element that repeats comes so often at most, and not later than so many months after the programme's end.
MOST_OCCURRENCES, LAST_MONTHS = 1000, 120
#: So many placings are remembered of a programme at most.
MOST_KNOWN = 1000
#: When what a session says is over, where its element names no closing moment.
_USUAL_END = {
    "session_prep": At(anchor=Anchor(kind=AnchorKind.SESSION_START, key="each")),
    "session_link": At(anchor=Anchor(kind=AnchorKind.SESSION_END, key="each")),
}
_NEVER = datetime.max.replace(tzinfo=UTC)


class LeftOut(StrEnum):
    """Why a member gets no ask from an element that is for them."""

    #: It was over before they joined.
    BEFORE_JOINING = "before_joining"
    #: They have left the programme.
    AFTER_LEAVING = "after_leaving"
    #: Its session was cancelled.
    CANCELLED = "cancelled"
    #: It is a discussion with people whom they lead: it comes with the week's message about all of them.
    WITH_THE_WEEK = "with_the_week"
    #: It waited for their development plan, and the time for that passed.
    NO_PLAN = "no_plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One ask that is to be. Times are UTC. occurrence: of its element, from 0; the session's number with `each`.

    opens_at: None while what it waits for has not happened; left_out: why it is not to be after all. moved: why its
    day is not the one that anchor and offset alone lead to, which would have been planned_at. waits_until: later than
    this nothing comes of what it waits for; None for as long as it takes.
    """

    element: Element
    occurrence: int
    opens_at: datetime | None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    late_until: datetime | None = None
    planned_at: datetime | None = None
    moved: tuple[MovedBy, ...] = ()
    waits_for: Anchor | None = None
    waits_until: datetime | None = None
    left_out: LeftOut | None = None


def placed(programme: Programme, member: Enrolled) -> list[Placed]:
    """Everything that the programme has for a member, in the order of its moments; what waits comes last.

    Dates of the programme are in its zone, those of the member's own anchors in theirs, as is every `time`; workdays
    and skipped days are the member's, without the programme's breaks. Raises KeyError where an anchor names something
    that the programme does not have.
    """
    calendar = Calendar(programme, member)
    found = [
        each
        for element in programme.all_elements
        if is_for(element, member.roles, member.groups) and not isinstance(element, CheckIn)
        for each in _of_element(element, calendar)
    ]
    found += _check_ins(calendar)
    return sorted(found, key=lambda each: each.opens_at or _NEVER)


class Placings:
    """What one programme has for its members, worked out once for all to whom it is the same."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._known: dict[tuple[object, ...], tuple[Placed, ...]] = {}

    def of(self, member: Enrolled) -> Sequence[Placed]:
        """As `placed`."""
        same = _all_that_counts(member)
        found = self._known.get(same)
        if found is None:
            if len(self._known) == MOST_KNOWN:
                self._known.clear()
            found = self._known[same] = tuple(placed(self._programme, member))
        return found


def _all_that_counts(member: Enrolled) -> tuple[object, ...]:
    """Of a member, to `placed`: not when in the day they may be written to, nor whether they want to be."""
    person = member.availability
    return (
        member.roles,
        member.groups,
        member.joined_at,
        member.left_at,
        frozenset(member.happened.items()),
        member.unheld,
        person.zone.key,
        person.hours.weekdays,
        person.leave,
        person.days_off,
        own_time(person),
    )


def _of_element(element: Element, calendar: Calendar) -> Iterator[Placed]:
    if element.each is not None:
        for session in calendar.sessions(element):
            yield _once(element, calendar, session)
    elif element.repeat is not None:
        yield from _repeated(element, element.repeat, calendar)
    else:
        yield _once(element, calendar)


def _check_ins(calendar: Calendar) -> Iterator[Placed]:
    """Those that follow from the member's plan; each that still waits for something, once."""
    for opening in usual_check_ins(calendar):
        found = Placed(
            element=opening.element,
            occurrence=opening.occurrence,
            opens_at=opening.opens_at,
            due_at=opening.due_at,
            closes_at=opening.closes_at,
            late_until=opening.late_until,
            planned_at=opening.opens_at,
        )
        yield replace(found, left_out=_left_out(found, calendar.member))
    begun = {stage.element.id for stage in stages(calendar.programme, calendar.member)}
    for element in own_check_ins(calendar.programme, calendar.member):
        if element.id in begun:
            continue
        waits_for = element.at.anchor if PLANNED in calendar.member.happened else PLANNED
        waiting = Placed(element=element, occurrence=0, opens_at=None, waits_for=waits_for)
        yield replace(waiting, left_out=_left_out(waiting, calendar.member))


def _once(element: Element, calendar: Calendar, session: Session | None = None) -> Placed:
    occurrence = session.number if session else 0
    at = calendar.dated(element.at, session)
    due = calendar.dated(element.due, session) if element.due else None
    closes_by = element.closes or _USUAL_END.get(element.kind) if session else element.closes
    closes = calendar.dated(closes_by, session) if closes_by else None
    if at is None:
        found = Placed(element=element, occurrence=occurrence, opens_at=None, waits_for=element.at.anchor)
    else:
        found = _opening(element, occurrence, _after_the_one_before(element, at, calendar), calendar)
    until = patience(element, calendar)
    is_too_late = until is not None and found.opens_at is not None and found.opens_at > until
    return replace(
        found,
        due_at=due.point.instant if due else None,
        closes_at=closes.point.instant if closes else None,
        waits_until=until if found.waits_for is not None else None,
        left_out=LeftOut.CANCELLED
        if _is_cancelled(element, calendar, session)
        else LeftOut.NO_PLAN
        if is_too_late
        else _left_out(found, calendar.member),
    )


def _after_the_one_before(element: Element, at: Dated, calendar: Calendar) -> Dated:
    """A stage is prepared when it opens, and so not before the stage before it was held, or has been waited for."""
    if not isinstance(element, Discussion) or element.follows not in calendar.member.unheld:
        return at
    window = next(each for each in calendar.programme.windows if each.id == element.window)
    day = talks.waits_until(window.first) + ONE_DAY
    if at.point.day >= day:
        return at
    return replace(at, point=at.point.on(day), moved=(*at.moved, MovedBy.STAGE_BEFORE))


def _opening(element: Element, occurrence: int, at: Dated, calendar: Calendar) -> Placed:
    opens, diary = at.point, calendar.diary
    late = point_after(point_of(opens.instant, diary.person.zone), element.late, diary) if element.late else None
    return Placed(
        element=element,
        occurrence=occurrence,
        opens_at=opens.instant,
        late_until=late.instant if late else None,
        planned_at=at.planned.instant,
        moved=at.moved,
    )


def _repeated(element: Element, repeat: Repeat, calendar: Calendar) -> Iterator[Placed]:
    """Each time by so many `every` from the first; due and closing moments stay as many local days from it."""
    first = calendar.dated(element.at)
    once = _once(element, calendar)
    yield once
    if first is None or once.left_out in (LeftOut.CANCELLED, LeftOut.NO_PLAN):
        return
    due = calendar.dated(element.due) if element.due else None
    closes = calendar.dated(element.closes) if element.closes else None
    for occurrence, planned in enumerate(_plan(first.planned, repeat, calendar), start=1):
        at = calendar.skipped(planned, frozenset() if element.at.offset.exact else element.at.skip)
        later = max(at.point.day - first.point.day, planned.day - first.planned.day)
        found = _opening(element, occurrence, at, calendar)
        yield replace(
            found,
            due_at=due.point.on(due.point.day + later).instant if due else None,
            closes_at=closes.point.on(closes.point.day + later).instant if closes else None,
            left_out=_left_out(found, calendar.member),
        )


def _plan(first: Point, repeat: Repeat, calendar: Calendar) -> Iterator[Point]:
    """When an element comes again after its first time, in order. Ends with the programme where it names no end."""
    programme, until = calendar.programme, calendar.dated(repeat.until) if repeat.until else None
    limit = months_after(programme.ends, LAST_MONTHS)
    end = until.point.instant if until else point(programme.ends, None, calendar.zone).instant
    if repeat.times is not None and until is None:
        end = point(limit, None, calendar.zone).instant
    before = first
    for count in range(1, min(repeat.times or MOST_OCCURRENCES, MOST_OCCURRENCES)):
        planned = point_after(first, _times(repeat.every, count), calendar.diary)
        if not before.instant < planned.instant <= end:
            break
        yield planned
        before = planned
    for months in sorted(repeat.afterwards):
        yield first.on(months_after(programme.ends, min(months, LAST_MONTHS)))


def _times(every: Offset, count: int) -> Offset:
    return Offset(
        months=every.months * count,
        weeks=every.weeks * count,
        days=every.days * count,
        workdays=every.workdays * count,
        hours=every.hours * count,
        minutes=every.minutes * count,
    )


def _is_cancelled(element: Element, calendar: Calendar, session: Session | None) -> bool:
    if session is not None:
        return session.cancelled
    return element.at.anchor.kind in (AnchorKind.SESSION_START, AnchorKind.SESSION_END) and any(
        each.cancelled and str(each.number) == element.at.anchor.key for each in calendar.programme.sessions
    )


def _left_out(found: Placed, member: Enrolled) -> LeftOut | None:
    if isinstance(found.element, Discussion) and Role.PARTICIPANT not in member.roles:
        return LeftOut.WITH_THE_WEEK
    if found.opens_at is None:
        return LeftOut.AFTER_LEAVING if member.left_at is not None else None
    if found.opens_at < member.joined_at and found.element.at.anchor.kind not in OWN:
        return LeftOut.BEFORE_JOINING
    is_after = member.left_at is not None and found.opens_at >= member.left_at
    return LeftOut.AFTER_LEAVING if is_after else None
