"""Patience: how long what waits for somebody's development plan waits, where its element says so by `late`.

As if the plan were written by the day on which it is hoped for: what would be late then never comes.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from coaching.anchored import Calendar, is_for
from coaching.anchors import AnchorKind
from coaching.elements import CheckIn, Element, PlanTemplate
from coaching.moments import point_after, point_of
from coaching.rhythms import PLANNED

#: A plan without a day is hoped for so long after it was asked for.
HOPED_WITHIN = timedelta(days=7)


def plan_hoped_for(calendar: Calendar) -> datetime | None:
    """When the programme hopes for the member's plan (UTC); None where it asks for none, or had before they joined."""
    member = calendar.member
    for element in calendar.programme.elements:
        if not isinstance(element, PlanTemplate) or not is_for(element, member.roles, member.groups):
            continue
        asked = calendar.dated(element.at)
        due = calendar.dated(element.due) if element.due is not None else None
        moment = due.point.instant if due else asked.point.instant + HOPED_WITHIN if asked else None
        if moment is not None and moment > member.joined_at:
            return moment
    return None


def patience(element: Element, calendar: Calendar) -> datetime | None:
    """Until when something waits for the plan (UTC): no later than it could come to who wrote theirs in time.

    None for as long as it takes, and for what does not wait for one. A check-in waits as long as it takes: its `late`
    is about each of them.
    """
    if element.at.anchor.kind is not AnchorKind.PLAN_CREATED or element.late is None or isinstance(element, CheckIn):
        return None
    hoped_for = plan_hoped_for(calendar)
    if hoped_for is None:
        return None
    member = replace(calendar.member, happened={**calendar.member.happened, PLANNED: hoped_for})
    in_time = Calendar(calendar.programme, member).dated(element.at)
    if in_time is None:
        return None
    zone = calendar.diary.person.zone
    return point_after(point_of(in_time.point.instant, zone), element.late, calendar.diary).instant
