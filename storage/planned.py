"""Planned: what somebody's plan sets going: the moments of its if-thens, its check-ins, the half that is missing.

A turn and the clock do the same, each in a transaction of the plan's person, whose row is locked first.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from coaching import asks, check_ins, plans, rhythms
from coaching.anchored import Enrolled
from coaching.asks import Ask, AskKind, AskState, Element, SkipReason, StartMode
from coaching.calendar import start_of_day
from coaching.check_in_questions import CheckInFacts
from coaching.elements import CheckIn
from coaching.hours import Availability, Diary
from coaching.people import Person
from coaching.plans import Goal, GoalState, Measure, Plan
from coaching.programmes import Programme
from coaching.rhythms import Stage
from coaching.sources import CHECK_IN, PLAN, answered_anchors, happened, unworded
from storage.asks import content_of

if TYPE_CHECKING:  # the unit is made of what stands beside this module
    from storage.store import Unit

#: An if-then is told of at its moment, or not at all.
CUE_LASTS = timedelta(hours=3)
#: So long the missing half of a goal can be written into its question; into the goal itself it always can.
HALF_OPEN = timedelta(days=60)
#: A programme that names no end is followed for so long from the plan's beginning.
USUAL_LENGTH = timedelta(days=182)
#: As if it had been reminded of as often as anything may be: what is asked once is asked once.
NO_REMINDERS = 100
_CUE, _HALF, _PACE = f"{PLAN}cue", f"{PLAN}half", f"{PLAN}pace"
_TEAM, _HANDLED = f"{PLAN}team", f"{PLAN}handled"
_MARKS = {Measure.TEN: "t", Measure.FIVE: "f"}


def is_slow(person: Person, unit: "Unit") -> bool:
    """Whether it is too much for the person just now."""
    return _is_slow(person, unit.now)


async def last_day(unit: "Unit", plan: Plan) -> date:
    """The last day of the plan's programme, after which check-ins taper off."""
    document = await unit.revisions.newest(plan.programme_id)
    ends = document.ends if document else (plan.created_at + USUAL_LENGTH).date()
    ended = (await unit.revisions.get(plan.programme_id)).ended_at
    return ends if ended is None else min(ends, ended.date())


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a plan is followed by, beside what its owner chose. ends: the programme's last day, local.

    stages: what the programme's check-ins set; availability: the owner's, None where nothing is set.
    """

    ends: date
    stages: Sequence[Stage] = ()
    availability: Availability | None = None


def terms_in(programme: Programme, member: Enrolled, *, ended_at: datetime | None = None) -> Terms:
    """The terms of a member's plan in a programme. ended_at: when it was ended before its last day (UTC)."""
    ends = programme.ends if ended_at is None else min(programme.ends, ended_at.date())
    return Terms(ends=ends, stages=rhythms.stages(programme, member), availability=member.availability)


async def terms_of(unit: "Unit", person: Person, plan: Plan) -> Terms:
    """The terms of a plan of that person's, as their programme is now."""
    ends, document = await last_day(unit, plan), await unit.revisions.newest(plan.programme_id)
    check_ins_there = [each for each in document.elements if isinstance(each, CheckIn)] if document else []
    parts = await unit.members.of(plan.programme_id, [person.id], to_change=False) if check_ins_there else []
    if document is None or not parts:
        return Terms(ends=ends)
    availability = (await unit.members.circumstances([person]))[person.id].availability
    anchors = answered_anchors(replace(document, elements=tuple(check_ins_there)))
    own: Sequence[Ask] = ()
    if anchors:
        sources = {each.id: each for each in (await unit.revisions.sources(plan.programme_id)).values()}
        own = (await unit.members.asks(plan.programme_id, [person.id], sources))[person.id]
    member = Enrolled(
        roles=frozenset({parts[0].role}),
        groups=parts[0].groups,
        availability=availability,
        joined_at=parts[0].joined_at,
        left_at=parts[0].left_at,
        happened=happened(own, anchors, planned_at=plan.created_at),
    )
    return Terms(ends=ends, stages=rhythms.stages(document, member), availability=availability)


async def followed(
    unit: "Unit", person: Person, plan: Plan, goals: Sequence[Goal], *, terms: Terms | None = None
) -> Plan:
    """The plan, with its next check-in and its if-thens as its goals have them now, all stored.

    terms: where they are known already.
    """
    terms = terms or await terms_of(unit, person, plan)
    goals = [await _as_usual(unit, goal, terms) for goal in goals]
    found = check_ins.next_check_in(
        plan,
        goals,
        ends=terms.ends,
        zone=ZoneInfo(person.timezone),
        now=unit.now,
        is_slow=is_slow(person, unit),
        stages=terms.stages,
    )
    plan = replace(plan, next_at=found)
    await unit.plans.save(plan)
    for goal in goals:
        await _cue(unit, plan, goal, ZoneInfo(person.timezone))
    return plan


def is_followed_so(person: Person, plan: Plan, goals: Sequence[Goal], terms: Terms, now: datetime) -> bool:
    """Whether a plan is followed as these terms have it already. One whose moment has come is written first."""
    if plan.next_at is not None and plan.next_at <= now:
        return True
    usual = [check_ins.as_usual(each, terms.stages) for each in goals]
    found = check_ins.next_check_in(
        plan,
        usual,
        ends=terms.ends,
        zone=ZoneInfo(person.timezone),
        now=now,
        is_slow=_is_slow(person, now),
        stages=terms.stages,
    )
    return found == plan.next_at


async def brought_up_to_date(unit: "Unit", person: Person, plan: Plan, terms: Terms) -> None:
    """The plan as the programme has its check-ins now."""
    goals = await unit.plans.goals(plan.id)
    if not is_followed_so(person, plan, goals, terms, unit.now):
        await followed(unit, person, plan, goals, terms=terms)


async def let_go(unit: "Unit", person: Person, plan: Plan, goals: Sequence[Goal]) -> None:
    """Nothing is asked or said of a plan any more; its words stay."""
    await unit.plans.save(replace(plan, next_at=None))
    for goal in goals:
        still = replace(goal, moment=None, half_at=None)
        await unit.plans.save_goal(still)
        await _cue(unit, plan, still, ZoneInfo(person.timezone))


async def check_in(
    unit: "Unit", person: Person, plan: Plan, goals: Sequence[Goal], terms: Terms
) -> tuple[Plan, list[Goal]]:
    """The check-in whose moment has come, as an ask; the plan and all its goals after it.

    Nothing is asked where no goal's review is due any more.
    """
    zone, slow = ZoneInfo(person.timezone), is_slow(person, unit)
    day = unit.now.astimezone(zone).date()
    due = check_ins.due_goals(plan, goals, ends=terms.ends, day=day, is_slow=slow, stages=terms.stages)
    if not due:
        return plan, list(goals)
    stage = rhythms.current(terms.stages, day)
    due = [check_ins.as_usual(goal, terms.stages) for goal in check_ins.asked_about(due, day)]
    diary = Diary(terms.availability) if terms.availability else None
    element = await _check_in_source(unit, plan, due, stage)
    ask = await unit.asks.add(
        person_id=person.id,
        element=element,
        occurrence=await unit.plans.count(person.id, element.id),
        opens_at=unit.now,
        due_at=check_ins.due_at(unit.now, stage, zone),
        closes_at=check_ins.closes_at(unit.now, due, stage, zone),
        late_until=check_ins.late_until(unit.now, stage, diary) if diary is not None else None,
        at_once=plan.at is not None,
        **_manner(stage),
    )
    await unit.plans.note(ask.id, plan.id, [goal.id for goal in due])
    asked = {goal.id: goal for goal in due}
    for goal in due:
        await unit.plans.save_goal(goal)
    return replace(plan, check_ins=plan.check_ins + 1), [asked.get(goal.id, goal) for goal in goals]


async def half(unit: "Unit", plan: Plan, goal: Goal) -> Goal:
    """The goal, whose missing half is asked for now, this once."""
    element = await unit.programmes.known(unworded(plan.programme_id, _HALF, AskKind.HALF_GOAL))
    ask = await unit.asks.add(
        person_id=goal.person_id,
        element=element,
        occurrence=await unit.plans.count(goal.person_id, element.id),
        opens_at=unit.now,
        closes_at=unit.now + HALF_OPEN,
        reminders=NO_REMINDERS,
    )
    await unit.plans.note(ask.id, plan.id, [goal.id])
    goal = plans.half_asked(goal)
    await unit.plans.save_goal(goal)
    return goal


async def team_ask(unit: "Unit", plan: Plan, sentences: int) -> Ask:
    """The question which of so many sentences go to the team; it is on its owner's screen already."""
    element = await unit.programmes.known(unworded(plan.programme_id, f"{_TEAM}:{sentences}", AskKind.TEAM_PLAN))
    ask = await unit.asks.add(
        person_id=plan.person_id,
        element=element,
        occurrence=await unit.plans.count(plan.person_id, element.id),
        told_at=unit.now,
        closes_at=unit.now + HALF_OPEN,
        reminders=NO_REMINDERS,
    )
    await unit.plans.note(ask.id, plan.id, [])
    return ask


async def ask_how_it_was_handled(unit: "Unit", person: Person, team: Ask, *, opens_at: datetime) -> None:
    """The question after the team's talk. team: which sentences it was about."""
    element = await unit.programmes.known(unworded(team.programme_id, _HANDLED, AskKind.TEAM_HANDLED))
    ask = await unit.asks.add(
        person_id=person.id,
        element=element,
        occurrence=await unit.plans.count(person.id, element.id),
        opens_at=opens_at,
        closes_at=opens_at + HALF_OPEN,
    )
    about = await unit.plans.about(team.id)
    if about is not None:
        await unit.plans.note(ask.id, about.plan_id, about.goals)


async def ask_about_pace(unit: "Unit", person: Person, programme_id: int) -> None:
    """One question when it is no longer too much: whether it still is."""
    element = await unit.programmes.known(unworded(programme_id, _PACE, AskKind.PACE))
    await unit.asks.add(
        person_id=person.id,
        element=element,
        occurrence=await unit.plans.count(person.id, element.id),
        opens_at=person.slow_until,
        closes_at=(person.slow_until or unit.now) + plans.SLOW_FOR,
        reminders=NO_REMINDERS,
        urgent=True,
    )


async def moment_passed(unit: "Unit", person: Person, goal: Goal) -> Goal:
    """The goal, whose moment has come: it looks to the next one, where there is any."""
    zone = ZoneInfo(person.timezone)
    found = plans.next_moment(goal, zone=zone, now=unit.now, is_slow=is_slow(person, unit))
    goal = replace(goal, moment=found)
    await unit.plans.save_goal(goal)
    return goal


async def own_source(unit: "Unit", programme_id: int) -> Element:
    """What the goals come from that somebody begins by themselves."""
    return await unit.programmes.known(unworded(programme_id, f"{PLAN}goal", AskKind.PLAN))


async def _cue(unit: "Unit", plan: Plan, goal: Goal, zone: ZoneInfo) -> None:
    """The ask by which the moment of the if-then comes: made, moved or withdrawn."""
    cue_id = await unit.plans.cue_of(goal.id)
    cue = await unit.asks.get(cue_id) if cue_id is not None else None
    wanted = goal.moment if goal.state is GoalState.ACTIVE else None
    is_now = cue is not None and cue.opens_at is not None and cue.opens_at <= unit.now
    if cue is not None and _waits(cue) and (wanted is None or not is_now):
        if wanted is None:
            await unit.asks.save(asks.skipped(cue, SkipReason.WITHDRAWN))
        elif cue.opens_at != wanted:
            await unit.asks.save(
                replace(cue, opens_at=wanted, closes_at=wanted + CUE_LASTS, put_off_until=_not_before(wanted, zone))
            )
        return
    is_there = cue is not None and cue.opens_at == wanted and cue.state is not AskState.SKIPPED
    if wanted is None or wanted <= unit.now or is_there:
        return
    element = await unit.programmes.known(unworded(plan.programme_id, _CUE, AskKind.CUE))
    ask = await unit.asks.add(
        person_id=plan.person_id,
        element=element,
        occurrence=await unit.plans.count(plan.person_id, element.id),
        opens_at=wanted,
        closes_at=wanted + CUE_LASTS,
        put_off_until=_not_before(wanted, zone),
        wants_answer=False,
        urgent=True,
        start_mode=StartMode.INTERRUPT,
    )
    await unit.plans.note(ask.id, plan.id, [goal.id])
    await unit.plans.cue_is(goal.id, ask.id)


def _not_before(wanted: datetime, zone: ZoneInfo) -> datetime:
    """A moment outside of the person's hours is told of before it, but on the same day."""
    return start_of_day(wanted.astimezone(zone).date(), zone)


def _waits(cue: Ask) -> bool:
    return cue.state is AskState.OPEN and cue.told_at is None


def _is_slow(person: Person, now: datetime) -> bool:
    return person.slow_until is not None and now < person.slow_until


def _manner(stage: Stage | None) -> dict[str, Any]:
    """How a check-in is brought up, as the programme's element has it."""
    if stage is None:
        return {}
    element = stage.element
    return {"urgent": element.urgent, "start_mode": element.start_mode, "on_unknown": element.on_unknown}


async def _as_usual(unit: "Unit", goal: Goal, terms: Terms) -> Goal:
    """The goal in the programme's rhythm, stored, where its owner chose none."""
    changed = check_ins.as_usual(goal, terms.stages) if goal.state in plans.UNDER_WAY else goal
    if changed != goal:
        await unit.plans.save_goal(changed)
    return changed


async def _check_in_source(unit: "Unit", plan: Plan, due: Sequence[Goal], stage: Stage | None) -> Element:
    """What a check-in comes from. Its key names the goals, and what the programme asks: that stays what it was."""
    goals = ",".join(f"{goal.number}{_MARKS[goal.measure]}" for goal in due)
    if stage is None:
        return await unit.programmes.known(unworded(plan.programme_id, f"{CHECK_IN}{goals}", AskKind.CHECK_IN))
    document = await unit.revisions.newest(plan.programme_id)
    own = Element(
        id=0,
        programme_id=plan.programme_id,
        key="",
        kind=AskKind.CHECK_IN,
        title=stage.element.title,
        intro=stage.element.intro,
        is_anchor=document is not None and stage.element.id in answered_anchors(document),
        check_in=CheckInFacts(questions=stage.element.questions),
    )
    content = json.dumps(content_of(own), ensure_ascii=False, sort_keys=True)
    key = f"{CHECK_IN}{stage.element.id}.{sha256(content.encode()).hexdigest()[:8]}:{goals}"
    return await unit.programmes.known(replace(own, key=key))
