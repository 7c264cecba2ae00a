"""Rescheduling: a session at another time, or sessions held online from a day on; and what stands in the way of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from coaching.anchors import AnchorKind, At
from coaching.elements import Element, is_delivered
from coaching.programmes import Mode, Programme, Session, break_days
from coaching.redating import clash
from coaching.sessions import facts_of
from coaching.sources import source_key, turns

_OF_SESSIONS = frozenset({AnchorKind.SESSION_START, AnchorKind.SESSION_END})


class ObstacleKind(StrEnum):
    """What stands in the way of a session's new time, or speaks against it."""

    #: It has begun already.
    HELD = "held"
    IN_THE_PAST = "in_the_past"
    OUTSIDE_PROGRAMME = "outside_programme"
    #: Another session of the same people is at that time.
    OVERLAP = "overlap"
    SAME_TIME = "same_time"
    BREAK = "break"
    HOLIDAY = "holiday"
    WEEKEND = "weekend"


#: What is only said: whoever moves a session may want it there all the same.
DOUBTFUL = frozenset({ObstacleKind.BREAK, ObstacleKind.HOLIDAY, ObstacleKind.WEEKEND})


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """One thing that stands in the way. number: of the other session, None where there is no other."""

    kind: ObstacleKind
    number: int | None = None


def session_of(programme: Programme, number: int) -> Session | None:
    """The session with that number that is held; None where there is none, or it was cancelled."""
    return next((each for each in programme.sessions if each.number == number and not each.cancelled), None)


def is_ahead(programme: Programme, session: Session, now: datetime) -> bool:
    """Whether a session that is held has not begun yet. now: UTC."""
    return not session.cancelled and facts_of(programme, session).starts > now


def moved(programme: Programme, number: int, starts: datetime) -> Programme:
    """The programme with one of its sessions at another time. starts: local, in the programme's zone."""
    return _with(programme, (replace(each, starts=starts) for each in programme.sessions if each.number == number))


def held_online(programme: Programme, since: date, *, link: str | None, now: datetime) -> Programme:
    """The programme with every session online that is on that day or later, is held elsewhere, and has not begun.

    link: where they are joined; None for the one that each has, if any. A session that is online already stays.
    """
    return _with(
        programme,
        (
            replace(each, mode=Mode.VIRTUAL, place={}, link=link or each.link)
            for each in programme.sessions
            if each.mode is not Mode.VIRTUAL and each.starts.date() >= since and is_ahead(programme, each, now)
        ),
    )


def obstacles(
    programme: Programme, number: int, starts: datetime, *, now: datetime, holidays: Collection[date]
) -> list[Obstacle]:
    """What stands in the way of holding a session at *starts*, local; the doubtful last. holidays: public ones."""
    session = session_of(programme, number)
    if session is None or not is_ahead(programme, session, now):
        return [Obstacle(kind=ObstacleKind.HELD)]
    to_be = replace(session, starts=starts)
    return [*_in_the_way(programme, session, to_be, now), *_doubts(programme, starts.date(), holidays)]


def sources_around(programme: Programme, numbers: Collection[int]) -> frozenset[str]:
    """The keys of the sources of what goes by one of these sessions: they move, or say something else."""
    return frozenset(
        source_key(element, occurrence)
        for element in programme.all_elements
        if is_delivered(element)
        for occurrence in _occurrences(element, programme, numbers)
    )


def _with(programme: Programme, changed: Iterator[Session]) -> Programme:
    by_number = {each.number: each for each in changed}
    return replace(programme, sessions=tuple(by_number.get(each.number, each) for each in programme.sessions))


def _in_the_way(programme: Programme, session: Session, to_be: Session, now: datetime) -> Iterator[Obstacle]:
    if to_be.starts == session.starts:
        yield Obstacle(kind=ObstacleKind.SAME_TIME)
    if facts_of(programme, to_be).starts <= now:
        yield Obstacle(kind=ObstacleKind.IN_THE_PAST)
    elif to_be.starts.date() < programme.starts or (to_be.starts + to_be.length).date() > programme.ends:
        yield Obstacle(kind=ObstacleKind.OUTSIDE_PROGRAMME)
    for other in programme.sessions:
        if other.number != to_be.number and not other.cancelled and clash(to_be, other):
            yield Obstacle(kind=ObstacleKind.OVERLAP, number=other.number)


def _doubts(programme: Programme, day: date, holidays: Collection[date]) -> Iterator[Obstacle]:
    if day in break_days(programme):
        yield Obstacle(kind=ObstacleKind.BREAK)
    if day in holidays:
        yield Obstacle(kind=ObstacleKind.HOLIDAY)
    elif day.weekday() not in programme.rules.hours.weekdays:
        yield Obstacle(kind=ObstacleKind.WEEKEND)


def _occurrences(element: Element, programme: Programme, numbers: Collection[int]) -> Iterator[int]:
    repeat = element.repeat
    moments = [at for at in (element.at, element.due, element.closes, repeat.until if repeat else None) if at]
    if element.each is not None:
        yield from (each.number for each in programme.sessions if each.number in numbers)
    elif any(_goes_by(at, numbers) for at in moments):
        yield from turns(element)


def _goes_by(at: At, numbers: Collection[int]) -> bool:
    return at.anchor.kind in _OF_SESSIONS and at.anchor.key.isdecimal() and int(at.anchor.key) in numbers
