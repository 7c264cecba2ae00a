"""Told goals: a goal with all that its owner sees of it: its words, how it has gone, and when it is next asked of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from coaching import check_ins
from coaching.check_ins import Measured
from coaching.people import Person
from coaching.plans import Goal, Plan
from dialogs.goal import Told
from dialogs.shown_to import shared_with
from storage import planned
from storage.plan_progress import AnsweredCheckIn, Promise, progress_of
from storage.sealing import Cipher
from storage.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What all goals of a plan are told by."""

    plan: Plan
    terms: planned.Terms
    answered: Sequence[AnsweredCheckIn]
    promises: Sequence[Promise]
    progress: Mapping[int, Sequence[Measured]]


async def ground_of(unit: Unit, person: Person, cipher: Cipher, plan: Plan) -> Ground:
    """The same, read now. Raises Unreadable."""
    answered = await unit.plan_progress.check_ins(cipher, plan)
    terms = await planned.terms_of(unit, person, plan)
    promises = await unit.plan_progress.promises(cipher, plan)
    return Ground(plan=plan, terms=terms, answered=answered, promises=promises, progress=progress_of(answered))


async def told_of(unit: Unit, person: Person, cipher: Cipher, found: Goal, *, ground: Ground | None = None) -> Told:
    """A goal with all that its owner sees of it. ground: its plan's, where that is known. Raises Unreadable."""
    words = await unit.plans.words(cipher, person_id=person.id, goal_ids=[found.id])
    shared = await shared_with(unit, person.id, found.id)
    if ground is None:
        plan = await unit.plans.get(found.plan_id)
        if plan is None:
            return Told(goal=found, words=words[found.id], shared_with=shared)
        ground = await ground_of(unit, person, cipher, plan)
    day = check_ins.next_day(
        found,
        ground.plan,
        ends=ground.terms.ends,
        is_slow=planned.is_slow(person, unit),
        stages=ground.terms.stages,
    )
    zone = ZoneInfo(person.timezone)
    promised = [(each.at.astimezone(zone).date(), each.words) for each in ground.promises if each.is_about(found.id)]
    return Told(
        goal=found,
        words=words[found.id],
        progress=ground.progress.get(found.id, ()),
        next_review=day,
        shared_with=shared,
        promised=promised[-1] if promised else None,
    )
