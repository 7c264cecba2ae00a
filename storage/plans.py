"""Development plans as rows. A goal's words are the answers to its ask, each version sealed under its owner's key."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, literal_column, or_, select, update

from coaching.asks import AskKind, AskState
from coaching.plans import Again, Goal, GoalState, GoalWords, Measure, Plan, words_of
from storage.among import among
from storage.answers import Answers
from storage.asks import PLACE_AGAIN
from storage.engine import Connection
from storage.sealing import Cipher
from storage.tables import asks, goals, members, plan_asks, plans, programmes

_PLAN = select(plans)
_FIND = _PLAN.where(
    plans.c.person_id == bindparam("person_"), plans.c.programme_id == bindparam("programme_")
).with_for_update()
_GET = _PLAN.where(plans.c.id == bindparam("id_")).with_for_update()
_OF_PERSON = _PLAN.where(plans.c.person_id == bindparam("person_")).order_by(plans.c.id.desc())
_IN_PROGRAMME = _PLAN.where(plans.c.programme_id == bindparam("programme_"), among(plans.c.person_id, "ids_"))
_SAVE = update(plans).where(plans.c.id == bindparam("id_"))
_GOALS = select(goals, plans.c.person_id).join(plans, plans.c.id == goals.c.plan_id)
_OF_PLAN = _GOALS.where(goals.c.plan_id == bindparam("plan_")).order_by(goals.c.ask_id).with_for_update(of=goals)
_OF_PLANS = _GOALS.where(among(goals.c.plan_id, "ids_")).order_by(goals.c.ask_id)
_OF_OWNER = _GOALS.where(plans.c.person_id == bindparam("person_")).order_by(goals.c.ask_id)
_ONE = _GOALS.where(goals.c.ask_id == bindparam("id_")).with_for_update(of=goals)
_SAVE_GOAL = update(goals).where(goals.c.ask_id == bindparam("id_"))
_ABOUT = select(plan_asks).where(plan_asks.c.ask_id == bindparam("ask_"))
_CUE = select(goals.c.cue_id).where(goals.c.ask_id == bindparam("id_"))
_NEWEST_OF = (
    select(plan_asks.c.ask_id)
    .join(asks, asks.c.id == plan_asks.c.ask_id)
    .where(
        plan_asks.c.plan_id == bindparam("plan_"),
        asks.c.kind == bindparam("kind_"),
        asks.c.state == AskState.ANSWERED.value,
    )
    .order_by(asks.c.answered_at.desc(), asks.c.id.desc())
    .limit(1)
)
_COUNT = select(func.count()).where(asks.c.source_id == bindparam("element_"), asks.c.person_id == bindparam("person_"))
# The literal conditions are those of the partial indexes.
_CHECK_IN_DUE = literal_column("plans.next_at IS NOT NULL") & (plans.c.next_at <= bindparam("now_"))
_GOAL_DUE = or_(
    literal_column("goals.moment IS NOT NULL") & (goals.c.moment <= bindparam("now_")),
    literal_column("goals.half_at IS NOT NULL") & (goals.c.half_at <= bindparam("now_")),
)
_DUE_PLANS = select(plans.c.id, plans.c.person_id).where(_CHECK_IN_DUE).limit(bindparam("limit_"))
_DUE_GOALS = (
    select(plans.c.id, plans.c.person_id)
    .join(goals, goals.c.plan_id == plans.c.id)
    .where(_GOAL_DUE)
    .limit(bindparam("limit_"))
)
_EARLIEST = select(
    select(func.min(plans.c.next_at)).where(literal_column("plans.next_at IS NOT NULL")).scalar_subquery(),
    select(func.min(goals.c.moment)).where(literal_column("goals.moment IS NOT NULL")).scalar_subquery(),
    select(func.min(goals.c.half_at)).where(literal_column("goals.half_at IS NOT NULL")).scalar_subquery(),
)
_PROGRAMMES = (
    select(programmes.c.id, programmes.c.name, programmes.c.revision)
    .join(members, members.c.programme_id == programmes.c.id)
    .where(members.c.person_id == bindparam("person_"), members.c.left_at.is_(None), members.c.role == "participant")
    .order_by(programmes.c.id.desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsk:
    """What a plan asks or says of itself. goals: the numbers of those that it is about, in its questions' order."""

    ask_id: int
    plan_id: int
    goals: tuple[int, ...]


class Plans:
    """The plans of this transaction. A plan is its person's: who changes it holds the person's row."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._answers = Answers(connection, now)

    async def find(self, person_id: int, programme_id: int) -> Plan | None:
        """The person's plan in a programme; None where there is none yet."""
        given = {"person_": person_id, "programme_": programme_id}
        row = (await self._connection.execute(_FIND, given)).first()
        return None if row is None else _plan(row)

    async def begin(self, person_id: int, programme_id: int) -> Plan:
        """The same, made now where there is none; what waits for it is then placed."""
        found = await self.find(person_id, programme_id)
        if found is not None:
            return found
        row = {"person_id": person_id, "programme_id": programme_id, "check_ins": 0, "created_at": self._now}
        number = (await self._connection.execute(insert(plans).returning(plans.c.id), row)).scalar_one()
        await self._connection.execute(PLACE_AGAIN, {"person_": person_id, "in_": programme_id})
        return Plan(id=number, person_id=person_id, programme_id=programme_id, created_at=self._now)

    async def get(self, plan_id: int) -> Plan | None:
        """The plan with that number, whoever's it is."""
        row = (await self._connection.execute(_GET, {"id_": plan_id})).first()
        return None if row is None else _plan(row)

    async def of_person(self, person_id: int) -> list[Plan]:
        """All plans of a person, the newest first. Locks nothing."""
        return [_plan(row) for row in await self._connection.execute(_OF_PERSON, {"person_": person_id})]

    async def in_programme(self, programme_id: int, person_ids: Collection[int]) -> dict[int, Plan]:
        """The plans of these people in a programme, by person. Locks nothing."""
        given = {"programme_": programme_id, "ids_": sorted(person_ids)}
        return {row.person_id: _plan(row) for row in await self._connection.execute(_IN_PROGRAMME, given)}

    async def programmes_of(self, person_id: int) -> list[int]:
        """The programmes in which the person can have a plan: where they are a participant; the newest first."""
        return [row.id for row in await self._connection.execute(_PROGRAMMES, {"person_": person_id})]

    async def save(self, plan: Plan) -> None:
        """All that can change of a plan."""
        values = {
            "weekday": plan.weekday,
            "at": f"{plan.at:%H:%M}" if plan.at else None,
            "next_at": plan.next_at,
            "check_ins": plan.check_ins,
        }
        await self._connection.execute(_SAVE, {"id_": plan.id} | values)

    async def goals(self, plan_id: int) -> list[Goal]:
        """All goals of a plan, those that are over too, in the order in which they were begun."""
        return [_goal(row) for row in await self._connection.execute(_OF_PLAN, {"plan_": plan_id})]

    async def goals_of(self, person_id: int) -> list[Goal]:
        """All goals of a person, over all their plans. Locks nothing."""
        return [_goal(row) for row in await self._connection.execute(_OF_OWNER, {"person_": person_id})]

    async def goals_in(self, plan_ids: Collection[int]) -> dict[int, list[Goal]]:
        """All goals of these plans, by plan. Locks nothing."""
        found: dict[int, list[Goal]] = defaultdict(list)
        for row in await self._connection.execute(_OF_PLANS, {"ids_": sorted(plan_ids)}):
            found[row.plan_id].append(_goal(row))
        return found

    async def goal(self, goal_id: int) -> Goal | None:
        """The goal with that number, whoever's it is."""
        row = (await self._connection.execute(_ONE, {"id_": goal_id})).first()
        return None if row is None else _goal(row)

    async def add_goal(self, goal: Goal) -> None:
        """A new goal, of an ask that is there. Raises AlreadyThere when it is there too."""
        new = {"ask_id": goal.id, "plan_id": goal.plan_id, "created_at": goal.created_at}
        await self._connection.execute(insert(goals), new | _changing(goal))

    async def save_goal(self, goal: Goal) -> None:
        """All that can change of a goal."""
        await self._connection.execute(_SAVE_GOAL, {"id_": goal.id} | _changing(goal))

    async def cue_of(self, goal_id: int) -> int | None:
        """The ask by which the goal's moment comes next, or came last."""
        cue: int | None = (await self._connection.execute(_CUE, {"id_": goal_id})).scalar_one_or_none()
        return cue

    async def cue_is(self, goal_id: int, ask_id: int | None) -> None:
        """By which ask it comes next."""
        await self._connection.execute(_SAVE_GOAL, {"id_": goal_id, "cue_id": ask_id})

    async def words(self, cipher: Cipher, *, person_id: int, goal_ids: Collection[int]) -> dict[int, GoalWords]:
        """These goals of a person's in their own words, by number. Raises Unreadable."""
        found = {}
        for goal_id in goal_ids:
            values = await self._answers.newest(cipher, person_id=person_id, ask_id=goal_id)
            found[goal_id] = words_of(values)
        return found

    async def note(self, ask_id: int, plan_id: int, goal_ids: Sequence[int]) -> None:
        """That an ask is about these goals of a plan."""
        row = {"ask_id": ask_id, "plan_id": plan_id, "goals": list(goal_ids)}
        await self._connection.execute(insert(plan_asks), row)

    async def about(self, ask_id: int) -> PlanAsk | None:
        """What an ask of a plan's is about; None for any other."""
        row = (await self._connection.execute(_ABOUT, {"ask_": ask_id})).first()
        return None if row is None else PlanAsk(ask_id=row.ask_id, plan_id=row.plan_id, goals=tuple(row.goals))

    async def is_about(self, ask_id: int, goal_ids: Sequence[int]) -> None:
        """Which goals of its plan an ask is about, after all."""
        changed = update(plan_asks).where(plan_asks.c.ask_id == ask_id)
        await self._connection.execute(changed.values(goals=list(goal_ids)))

    async def newest_of(self, plan_id: int, kind: AskKind) -> int | None:
        """The newest answered ask of that kind that the plan has; None where there is none."""
        given = {"plan_": plan_id, "kind_": kind.value}
        found: int | None = (await self._connection.execute(_NEWEST_OF, given)).scalar_one_or_none()
        return found

    async def count(self, person_id: int, element_id: int) -> int:
        """How many asks the person has had from an element: the occurrence of the next one."""
        given = {"person_": person_id, "element_": element_id}
        number: int = (await self._connection.execute(_COUNT, given)).scalar_one()
        return number

    async def next_at(self) -> datetime | None:
        """When something is to be written for any plan next (UTC); None for nothing in sight. Locks nothing."""
        row = (await self._connection.execute(_EARLIEST)).one()
        return min((moment for moment in row if moment is not None), default=None)

    async def due(self, *, limit: int) -> list[tuple[int, int]]:
        """Plans for which something is to be written now, and whose they are, in the order of the people.

        Locks nothing.
        """
        given = {"now_": self._now, "limit_": limit}
        rows = [*await self._connection.execute(_DUE_PLANS, given), *await self._connection.execute(_DUE_GOALS, given)]
        return sorted({(row.person_id, row.id) for row in rows})


def _plan(row: Row[Any]) -> Plan:
    return Plan(
        id=row.id,
        person_id=row.person_id,
        programme_id=row.programme_id,
        weekday=row.weekday,
        at=time.fromisoformat(row.at) if row.at else None,
        next_at=row.next_at,
        check_ins=row.check_ins,
        created_at=row.created_at,
    )


def _goal(row: Row[Any]) -> Goal:
    return Goal(
        id=row.ask_id,
        plan_id=row.plan_id,
        person_id=row.person_id,
        number=row.number,
        state=GoalState(row.state),
        measure=Measure(row.measure),
        weeks=row.weeks,
        own_weeks=row.own_weeks,
        ends=row.ends,
        moment=row.moment,
        again=Again(row.again),
        half_at=row.half_at,
        half_asked=row.half_asked,
        started_on=row.started_on,
        reviewed_on=row.reviewed_on,
        created_at=row.created_at,
    )


def _changing(goal: Goal) -> dict[str, Any]:
    return {
        "number": goal.number,
        "state": goal.state.value,
        "measure": goal.measure.value,
        "weeks": goal.weeks,
        "own_weeks": goal.own_weeks,
        "ends": goal.ends,
        "moment": goal.moment,
        "again": goal.again.value,
        "half_at": goal.half_at,
        "half_asked": goal.half_asked,
        "started_on": goal.started_on,
        "reviewed_on": goal.reviewed_on,
    }
