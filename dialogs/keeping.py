"""Keeping: what answers about goals change in the plan: its goals, their if-thens, and when it is asked about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from coaching import asks, check_ins, people, plans
from coaching.asks import Ask
from coaching.calendar import instant_of
from coaching.check_ins import Decision, Review
from coaching.forms import Value
from coaching.hours import Diary
from coaching.people import Person
from coaching.plans import Again, Goal, GoalState, Measure, MomentPassed, Pace, Plan, TooManyGoals, words_of
from dialogs import goal as goal_form
from dialogs.turn import Turn
from storage import planned
from storage.plan_progress import numbers_in


async def plan_of(turn: Turn, ask: Ask) -> Plan:
    """The person's plan in the ask's programme; it is begun with the first goal."""
    return await turn.unit.plans.begin(turn.person.id, ask.programme_id)


async def goal_written(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> Goal:
    """The goal after a new version of its words, stored, with all that follows. Raises TooManyGoals."""
    plan = await plan_of(turn, ask)
    goals = await turn.unit.plans.goals(plan.id)
    before = next((each for each in goals if each.id == ask.id), None)
    goal = before or await _begun(turn, ask, plan, goals)
    diary = Diary((await turn.unit.visits.of(turn.person)).availability)
    goal = _as_said(turn, goal, values)
    goal = plans.written(goal, words_of(values), diary=diary, now=turn.now)
    plan = replace(plan, weekday=_weekday(values, plan), at=_time(values, "at") or plan.at)
    await _stored(turn, plan, goals, [goal])
    return goal


async def goal_changed(turn: Turn, goal: Goal) -> None:
    """The goal in its new state, stored, with all that follows."""
    plan = await turn.unit.plans.get(goal.plan_id)
    if plan is not None:
        await _stored(turn, plan, await turn.unit.plans.goals(plan.id), [goal])


async def checked_in(
    turn: Turn, ask: Ask, values: Mapping[str, Value], *, once: str, typed_in: Mapping[str, Sequence[str]]
) -> None:
    """What a check-in decides about each of its goals; the next if-thens become theirs.

    typed_in: as in `dialogs.answering.store`.
    """
    about = await turn.unit.plans.about(ask.id)
    plan = await turn.unit.plans.get(about.plan_id) if about is not None else None
    if about is None or plan is None:
        return
    goals = await turn.unit.plans.goals(plan.id)
    changed = []
    for number, goal_id in zip(numbers_in(ask.element.key), about.goals, strict=True):
        goal = next((each for each in goals if each.id == goal_id), None)
        review = review_of(values, number)
        if goal is None or review is None:
            continue
        if review.then or review.when:
            marks = typed_in.get(f"next_{number}", ())
            await _next_if_then(turn, goal, review, once=f"{ask.id}:{once}:{number}"[:128], marks=marks)
            goal = await turn.unit.plans.goal(goal.id) or goal
        changed.append(_kept_up(goal, review, goals, turn))
    await _stored(turn, plan, await turn.unit.plans.goals(plan.id), changed)


def review_of(values: Mapping[str, Value], number: int) -> Review | None:
    """What was said of the goal in that place; None where nothing was."""
    progress = values.get(f"progress_{number}")
    if not isinstance(progress, int):
        return None
    when, then = check_ins.if_then(str(values.get(f"next_{number}", "")))
    return Review(
        progress=progress,
        decision=Decision(str(values.get(f"decision_{number}", Decision.KEEP))),
        helped=str(values.get(f"helped_{number}", "")),
        when=when,
        then=then,
    )


async def paced(turn: Turn, person: Person) -> None:
    """The person at another pace, stored, with all their plans; one who is slowed is asked once when that is over."""
    await turn.unit.people.save(person)
    own = await turn.unit.plans.of_person(person.id)
    for plan in own:
        await planned.followed(turn.unit, person, plan, await turn.unit.plans.goals(plan.id))
    programmes = [*(plan.programme_id for plan in own), *await turn.unit.plans.programmes_of(person.id)]
    if planned.is_slow(person, turn.unit) and programmes:
        await planned.ask_about_pace(turn.unit, person, programmes[0])


async def pace_answered(turn: Turn, values: Mapping[str, Value]) -> None:
    """What the person wants after it was too much: the usual pace, half of it for longer, or a break."""
    match Pace(str(values["pace"])):
        case Pace.HALF:
            await paced(turn, people.slowed(turn.person, turn.now + plans.SLOW_FOR))
        case Pace.BREAK:
            await paced(turn, people.paused(turn.person, turn.now + plans.BREAK_FOR))
        case Pace.USUAL:
            await paced(turn, people.slowed(turn.person, None))


async def promised(turn: Turn, ask: Ask) -> None:
    """The cards of the goals that the person's team talked about show what it promised."""
    about = await turn.unit.plans.about(ask.id)
    if about is None:
        return
    goals = about.goals or [each.id for each in await turn.unit.plans.goals(about.plan_id)]
    await turn.unit.cards.raise_all(goals)
    await turn.unit.cards.raise_plans(turn.person.id)


async def reread(turn: Turn, ask: Ask) -> None:
    """The goal, after words of it were taken back: without a *when* or a *then* it is a draft again."""
    goal = await turn.unit.plans.goal(ask.id)
    if goal is not None:
        values = await turn.unit.answers.newest(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
        await goal_written(turn, ask, values)


def moment_of(turn: Turn, values: Mapping[str, object]) -> datetime | None:
    """The moment that was named for the if-then (UTC); None where it was not."""
    day, hour = values.get("day"), values.get("hour")
    if not day or not hour:
        return None
    return instant_of(date.fromisoformat(str(day)), time.fromisoformat(str(hour)), turn.zone)


async def _begun(turn: Turn, ask: Ask, plan: Plan, goals: Sequence[Goal]) -> Goal:
    goal = Goal(
        id=ask.id,
        plan_id=plan.id,
        person_id=turn.person.id,
        number=plans.free_number(goals, most=await most_goals(turn, plan.programme_id)),
        created_at=turn.now,
    )
    await turn.unit.plans.add_goal(goal)
    return goal


async def most_goals(turn: Turn, programme_id: int) -> int:
    """How many goals the programme has room for in a plan."""
    document = await turn.unit.revisions.newest(programme_id)
    found = [each.most_goals for each in document.elements if each.kind == "plan"] if document else []
    return max(found, default=plans.MOST_GOALS)


def _as_said(turn: Turn, goal: Goal, values: Mapping[str, Value]) -> Goal:
    """The goal with what was chosen for it; without a word about it, as is usual."""
    again = Again(str(values.get("again", Again.ONCE)))
    ends = values.get("ends")
    goal = replace(
        goal,
        measure=Measure(str(values.get("measure", Measure.TEN))),
        weeks=int(str(values.get("weeks", plans.USUAL_WEEKS))),
        own_weeks="weeks" in values,
        ends=date.fromisoformat(str(ends)) if ends else None,
    )
    if goal.state not in plans.UNDER_WAY:
        return goal
    at = moment_of(turn, values)
    try:
        goal = plans.with_moment(goal, at, again, now=turn.now)
    except MomentPassed:
        return replace(goal, moment=None, again=again)
    return replace(goal, moment=plans.next_moment(goal, zone=turn.zone, now=turn.now))


async def _stored(turn: Turn, plan: Plan, goals: Sequence[Goal], changed: Sequence[Goal]) -> None:
    new = {goal.id: goal for goal in changed}
    for goal in changed:
        await turn.unit.plans.save_goal(goal)
    known = [new.pop(goal.id, goal) for goal in goals]
    await planned.followed(turn.unit, turn.person, plan, [*known, *new.values()])


async def _next_if_then(turn: Turn, goal: Goal, review: Review, *, once: str, marks: Sequence[str]) -> None:
    """One more version of the goal's words, with the new if-then."""
    ask = await turn.unit.asks.get(goal.id)
    if ask is None or await turn.unit.answers.version_of(goal.id, once) is not None:
        return
    values = await turn.unit.answers.newest(turn.cipher, person_id=turn.person.id, ask_id=goal.id)
    new = {"then": review.then} | ({"when": review.when} if review.when else {})
    kept = await turn.unit.answers.typed_for(turn.cipher, person_id=turn.person.id, ask_id=goal.id)
    typed_in: dict[str, Sequence[str]] = {e.field: e.typed_in for e in kept if e.value == values.get(e.field)}
    typed_in |= {name: marks for name in new if marks}
    done = asks.answered(ask, turn.person.id, turn.now)
    await turn.unit.answers.add(
        turn.cipher,
        person_id=turn.person.id,
        ask_id=goal.id,
        version=done.version,
        once=once,
        form=goal_form.whole(ask.element, turn.language),
        values={**values, **new},
        typed_in=typed_in,
    )
    await turn.unit.asks.save(done)
    await turn.unit.cards.raise_wanted(goal.id)
    await goal_written(turn, done, {**values, **new})


def _kept_up(goal: Goal, review: Review, goals: Sequence[Goal], turn: Turn) -> Goal:
    """The goal as decided; one that an earlier answer to the same check-in ended is taken up again."""
    is_over = goal.state not in plans.UNDER_WAY
    if is_over and review.decision in (Decision.KEEP, Decision.CHANGE):
        try:
            number = plans.free_number([each for each in goals if each.id != goal.id])
        except TooManyGoals:
            return goal
        return replace(goal, state=GoalState.ACTIVE, number=number)
    return check_ins.reviewed(goal, review)


def _weekday(values: Mapping[str, Value], plan: Plan) -> int | None:
    return int(str(values["weekday"])[1:]) if values.get("weekday") else plan.weekday


def _time(values: Mapping[str, Value], name: str) -> time | None:
    return time.fromisoformat(str(values[name])) if values.get(name) else None
