"""Anchored: when an anchor is, and where an `at` leads on the calendar of one member."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from coaching.anchors import Anchor, AnchorKind, At, OwnTime, Skip, Which
from coaching.calendar import MIDNIGHT
from coaching.elements import Element
from coaching.hours import LOOK_AHEAD, ONE_DAY, Availability, Diary
from coaching.moments import Point, own_time, point, point_after, point_of
from coaching.people import Role
from coaching.programmes import Programme, Session, break_days

#: Points of a person's own, on their own calendar; what follows from them is no backlog for who joins late.
OWN = frozenset({AnchorKind.PERSON_JOINED, AnchorKind.PLAN_CREATED, AnchorKind.ASK_ANSWERED})


class MovedBy(StrEnum):
    """Why something is not on the day that its anchor and offset lead to."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    BREAK = "break"
    LEAVE = "leave"
    #: The discussion before it was not held yet.
    STAGE_BEFORE = "stage_before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """One member as placing sees them. joined_at and left_at are UTC; left_at: None while they take part.

    happened: when what only they can do has happened (UTC), by anchor: `plan.created`, `ask.ID.answered`.
    unheld: the ids of the discussions that they are to hold and have not.
    """

    roles: frozenset[Role]
    groups: frozenset[str]
    availability: Availability
    joined_at: datetime
    left_at: datetime | None = None
    happened: Mapping[Anchor, datetime]
    unheld: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """Where an `At` leads, and where it would have without its `skip`."""

    point: Point
    planned: Point
    moved: tuple[MovedBy, ...] = ()


class Calendar:
    """A programme's dates as one member has them; made for one placing."""

    def __init__(self, programme: Programme, member: Enrolled) -> None:
        self.programme = programme
        self.member = member
        self.zone = ZoneInfo(programme.timezone)
        self.breaks = break_days(programme)
        person = member.availability
        self.diary = Diary(replace(person, days_off=person.days_off | self.breaks))
        self.happened = {Anchor(kind=AnchorKind.PERSON_JOINED): member.joined_at, **member.happened}
        self.own_time = own_time(person)

    def sessions(self, element: Element) -> list[Session]:
        """The member's sessions that the element comes with, by their start; the cancelled ones too."""
        groups = self.member.groups
        if element.audience.groups:
            groups &= element.audience.groups
        return sorted((each for each in self.programme.sessions if is_of(each, groups)), key=lambda each: each.starts)

    def dated(self, at: At, session: Session | None = None) -> Dated | None:
        """Where *at* leads; None while its anchor has not happened. session: the one of this occurrence."""
        start = self._anchored(at.anchor, session)
        if start is None:
            return None
        if at.offset.exact is not None:
            end = point_after(start, at.offset, self.diary)
            return Dated(point=end, planned=end)
        planned = point_after(start, at.offset, self.diary)
        if at.time is not None:
            time = self.own_time if isinstance(at.time, OwnTime) else at.time
            planned = point(planned.day, time, self.diary.person.zone)
        return self.skipped(planned, at.skip)

    def skipped(self, planned: Point, skip: frozenset[Skip]) -> Dated:
        """The first day from *planned* on that is none of *skip*; the same one where three years have no other."""
        day, moved = planned.day, dict[MovedBy, None]()
        for _ in range(LOOK_AHEAD):
            by = self._moved_by(day, skip)
            if by is None:
                return Dated(point=planned.on(day), planned=planned, moved=tuple(moved))
            moved[by] = None
            day += ONE_DAY
        return Dated(point=planned, planned=planned)

    def _moved_by(self, day: date, skip: frozenset[Skip]) -> MovedBy | None:
        person = self.diary.person
        if Skip.HOLIDAY in skip and day in person.days_off:
            return MovedBy.BREAK if day in self.breaks else MovedBy.HOLIDAY
        if Skip.LEAVE in skip and self.diary.is_on_leave(day):
            return MovedBy.LEAVE
        if Skip.WEEKEND in skip and day.weekday() not in person.hours.weekdays:
            return MovedBy.WEEKEND
        return None

    def _anchored(self, anchor: Anchor, session: Session | None) -> Point | None:
        if anchor.key in tuple(Which) and anchor.kind in (AnchorKind.SESSION_START, AnchorKind.SESSION_END):
            anchor = self.resolved(anchor, session)
        moment = moment_of(self.programme, anchor, self.happened)
        if moment is None:
            return None
        match anchor.kind:
            case AnchorKind.PROGRAMME_END:
                return point(self.programme.ends, None, self.zone)
            case AnchorKind.WINDOW_CLOSE:
                return point(point_of(moment, self.zone).day - ONE_DAY, None, self.zone)
        return point_of(moment, self.diary.person.zone if anchor.kind in OWN else self.zone)

    def resolved(self, anchor: Anchor, session: Session | None) -> Anchor:
        """Which session a changing anchor means for this one. Raises KeyError where it comes with none."""
        if session is None:
            raise KeyError(str(anchor))
        if anchor.key == Which.EACH:
            return replace(anchor, key=str(session.number))
        later = [
            each
            for each in self.programme.sessions
            if each.starts > session.starts and not each.cancelled and is_of(each, self.member.groups)
        ]
        if not later:
            return Anchor(kind=AnchorKind.PROGRAMME_END)
        return replace(anchor, key=str(min(later, key=lambda each: each.starts).number))


def moment_of(programme: Programme, anchor: Anchor, happened: Mapping[Anchor, datetime]) -> datetime | None:
    """When an anchor is (UTC); None while it has not happened. Raises KeyError where the programme has none such."""
    zone = ZoneInfo(programme.timezone)
    match anchor.kind:
        case AnchorKind.PROGRAMME_START:
            return point(programme.starts, MIDNIGHT, zone).instant
        case AnchorKind.PROGRAMME_END:
            return point(programme.ends, None, zone).instant
        case AnchorKind.SESSION_START | AnchorKind.SESSION_END:
            session = next((each for each in programme.sessions if str(each.number) == anchor.key), None)
            if session is None:
                raise KeyError(str(anchor))
            starts = point(session.starts.date(), session.starts.time(), zone).instant
            return starts if anchor.kind is AnchorKind.SESSION_START else starts + session.length
        case AnchorKind.WINDOW_OPEN | AnchorKind.WINDOW_CLOSE:
            window = next((each for each in programme.windows if each.id == anchor.key), None)
            if window is None:
                raise KeyError(str(anchor))
            is_open = anchor.kind is AnchorKind.WINDOW_OPEN
            return point(window.first if is_open else window.last, MIDNIGHT if is_open else None, zone).instant
        case AnchorKind.ASK_ANSWERED if all(each.id != anchor.key for each in programme.elements):
            raise KeyError(str(anchor))
    return happened.get(anchor)


def is_for(element: Element, roles: Collection[Role], groups: Collection[str]) -> bool:
    """Whether an element is for somebody with these parts."""
    audience = element.audience
    return not audience.roles.isdisjoint(roles) and (not audience.groups or not audience.groups.isdisjoint(groups))


def is_of(session: Session, groups: Collection[str]) -> bool:
    """Whether a session is for people of any of these groups."""
    return not session.groups or not session.groups.isdisjoint(groups)
