"""Rhythms: what the check-ins of a programme's file set for a plan, wherever its owner has not chosen otherwise.

Several follow one another: each holds from its own day on, the first one before that too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from coaching.anchored import Calendar, Enrolled, is_for
from coaching.anchors import Anchor, AnchorKind, At, Offset, OwnTime
from coaching.elements import CheckIn, Repeat
from coaching.plans import OFTENEST, SELDOMEST, USUAL_WEEKS
from coaching.programmes import Programme

PLANNED = Anchor(kind=AnchorKind.PLAN_CREATED)
_DAYS_A_WEEK, _WORKDAYS_A_WEEK, _WEEKS_A_MONTH = 7, 5, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What one check-in of the file sets. begins: its local date for the plan's owner.

    weeks: between two reviews; at: their local time, None where the file names none. due_days, closes_days: so many
    days after a check-in opens an answer is hoped for, and the last one taken; None for the usual. late: so much
    after it opened it is no longer brought up.
    """

    element: CheckIn
    begins: date
    weeks: int = USUAL_WEEKS
    at: time | None = None
    due_days: int | None = None
    closes_days: int | None = None
    late: Offset | None = None


def stages(programme: Programme, member: Enrolled) -> list[Stage]:
    """What the programme's check-ins set for a member, in the order of their days; none while there is no plan."""
    if PLANNED not in member.happened:
        return []
    calendar = Calendar(programme, member)
    found = [_stage(each, calendar) for each in own_check_ins(programme, member)]
    return sorted((each for each in found if each is not None), key=lambda stage: stage.begins)


def own_check_ins(programme: Programme, member: Enrolled) -> list[CheckIn]:
    """Those that are for the member, in the order of the file."""
    return [
        each for each in programme.elements if isinstance(each, CheckIn) and is_for(each, member.roles, member.groups)
    ]


def current(found: Sequence[Stage], day: date) -> Stage | None:
    """The stage that holds on a local date; None where the programme sets nothing."""
    begun = [each for each in found if each.begins <= day]
    return begun[-1] if begun else next(iter(found), None)


def usual_weeks(found: Sequence[Stage], day: date) -> int:
    """The weeks between two reviews where nobody chose, on a local date."""
    stage = current(found, day)
    return USUAL_WEEKS if stage is None else stage.weeks


def weeks_of(repeat: Repeat | None) -> int:
    """How many weeks lie between two times, as near to the file as a plan's rhythm allows."""
    if repeat is None:
        return USUAL_WEEKS
    every = repeat.every
    weeks = every.weeks + every.months * _WEEKS_A_MONTH
    weeks += round(every.days / _DAYS_A_WEEK) + round(every.workdays / _WORKDAYS_A_WEEK)
    return min(max(weeks, OFTENEST), SELDOMEST)


def _stage(element: CheckIn, calendar: Calendar) -> Stage | None:
    """None while what its first day is counted from has not happened."""
    dated = calendar.dated(element.at)
    if dated is None:
        return None

    def days(until: At | None) -> int | None:
        end = calendar.dated(until) if until is not None else None
        length = (end.point.day - dated.planned.day).days if end is not None else 0
        return length if length > 0 else None

    return Stage(
        element=element,
        begins=dated.point.day,
        weeks=weeks_of(element.repeat),
        at=calendar.own_time if isinstance(element.at.time, OwnTime) else element.at.time,
        due_days=days(element.due),
        closes_days=days(element.closes),
        late=element.late,
    )
