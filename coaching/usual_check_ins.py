"""Usual check-ins: those that somebody gets who writes one goal and chooses nothing, as a preview shows them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from coaching import check_ins
from coaching.anchored import Calendar
from coaching.elements import CheckIn
from coaching.plans import Goal, GoalState, Plan
from coaching.rhythms import PLANNED, current, stages

#: So many are looked ahead at most.
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One check-in, by what the programme sets. occurrence: of its element, from 0. Times are UTC."""

    element: CheckIn
    occurrence: int
    opens_at: datetime
    due_at: datetime
    closes_at: datetime
    late_until: datetime | None


def usual_check_ins(calendar: Calendar) -> Iterator[Opening]:
    """All that follow from the member's plan, in order; none before they have one, or where the file has none."""
    member, programme = calendar.member, calendar.programme
    found = stages(programme, member)
    if not found:
        return
    now, zone = member.happened[PLANNED], calendar.diary.person.zone
    started, numbers = now.astimezone(zone).date(), Counter[str]()
    plan = Plan(id=0, person_id=0, programme_id=0, created_at=now)
    goal = Goal(id=0, plan_id=0, person_id=0, number=1, state=GoalState.ACTIVE, started_on=started, created_at=now)
    for _ in range(MOST):
        goal = check_ins.as_usual(goal, found)
        opens_at = check_ins.next_check_in(plan, [goal], ends=programme.ends, zone=zone, now=now, stages=found)
        if opens_at is None:
            return
        day = opens_at.astimezone(zone).date()
        stage = current(found, day)
        assert stage is not None
        (goal,) = check_ins.asked_about([goal], day)
        goal = check_ins.as_usual(goal, found)
        yield Opening(
            element=stage.element,
            occurrence=numbers[stage.element.id],
            opens_at=opens_at,
            due_at=check_ins.due_at(opens_at, stage, zone),
            closes_at=check_ins.closes_at(opens_at, [goal], stage, zone),
            late_until=check_ins.late_until(opens_at, stage, calendar.diary),
        )
        numbers[stage.element.id] += 1
        now = opens_at
