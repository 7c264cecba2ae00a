"""Check-ins written: what plans ask and say of themselves becomes asks when its moment has come.

Each plan in a transaction of its person, who is locked first. Any number of processes may write at once.
"""

from coaching.people import Person
from coaching.plans import Goal, GoalState, Plan
from scheduler.each import another_may_be_faster, failing_alone
from storage import planned
from storage.store import Store, Unit

#: Plans that are looked at in one go.
AT_ONCE = 50


async def write_check_ins(store: Store) -> int:
    """Write what is due; how many plans it was of. What fails stays, and is tried again the next time."""
    async with store.transaction() as unit:
        due = await unit.plans.due(limit=AT_ONCE)
    written = 0
    for person_id, plan_id in due:
        with failing_alone("check-in not written", plan=plan_id), another_may_be_faster(plan=plan_id):
            async with store.transaction() as unit:
                written += await _write(unit, person_id, plan_id)
    return written


async def _write(unit: Unit, person_id: int, plan_id: int) -> bool:
    person = await unit.people.get(person_id)
    plan = await unit.plans.get(plan_id) if person is not None else None
    if person is None or plan is None:
        return False
    goals = await unit.plans.goals(plan.id)
    if plan.programme_id not in await unit.plans.programmes_of(person.id):
        await planned.let_go(unit, person, plan, goals)
        return False
    goals = [await _goal(unit, person, plan, goal) for goal in goals]
    terms = await planned.terms_of(unit, person, plan)
    if plan.next_at is not None and plan.next_at <= unit.now:
        plan, goals = await planned.check_in(unit, person, plan, goals, terms)
    await planned.followed(unit, person, plan, goals, terms=terms)
    return True


async def _goal(unit: Unit, person: Person, plan: Plan, goal: Goal) -> Goal:
    """The goal after what its own moments bring."""
    if goal.half_at is not None and goal.half_at <= unit.now and goal.state is GoalState.DRAFT:
        goal = await planned.half(unit, plan, goal)
    if goal.moment is not None and goal.moment <= unit.now:
        goal = await planned.moment_passed(unit, person, goal)
    return goal
