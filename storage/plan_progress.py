"""How plans go: what their owners answered in check-ins, and what their teams promised. Locks nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from coaching.asks import AskKind, AskState
from coaching.check_in_questions import CheckInFacts
from coaching.check_ins import Measured
from coaching.forms import Value
from coaching.plans import Plan
from storage.answers import Answers
from storage.asks import check_in_facts_of
from storage.engine import Connection
from storage.sealing import Cipher
from storage.tables import asks, elements, plan_asks

_ANSWERED = (
    select(plan_asks.c.ask_id, plan_asks.c.goals, elements.c.key, elements.c.content, asks.c.answered_at)
    .join(asks, asks.c.id == plan_asks.c.ask_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(
        plan_asks.c.plan_id == bindparam("plan_"),
        asks.c.kind == AskKind.CHECK_IN.value,
        asks.c.state == AskState.ANSWERED.value,
    )
    .order_by(asks.c.id)
)
#: The talks of somebody's team about their plan, as they told of them.
PROMISED = (
    select(plan_asks.c.ask_id, plan_asks.c.goals, asks.c.answered_at)
    .join(asks, asks.c.id == plan_asks.c.ask_id)
    .where(
        plan_asks.c.plan_id == bindparam("plan_"),
        asks.c.kind == AskKind.TEAM_HANDLED.value,
        asks.c.state == AskState.ANSWERED.value,
    )
    .order_by(asks.c.answered_at, asks.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredCheckIn:
    """One check-in that was answered. at: UTC. of_goals: the goals' numbers and their places in its questions.

    facts: what the programme asked in it; values: all answers, by field.
    """

    ask_id: int
    at: datetime
    of_goals: Mapping[int, int]
    facts: CheckInFacts
    values: Mapping[str, Value]

    def said_of(self, goal_id: int) -> "SaidOfGoal":
        """What was said of one of its goals."""
        place = self.of_goals[goal_id]
        progress = self.values.get(f"progress_{place}")
        return SaidOfGoal(
            at=self.at,
            progress=progress if isinstance(progress, int) else None,
            helped=str(self.values.get(f"helped_{place}", "")),
            next=str(self.values.get(f"next_{place}", "")),
            decision=str(self.values.get(f"decision_{place}", "")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfGoal:
    """What was said of one goal in one check-in. at: UTC. progress: None where it was taken back."""

    at: datetime
    progress: int | None
    helped: str = ""
    next: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What somebody's team promised, when it talked about their plan. at: when they said so (UTC).

    goals: the numbers of those that were talked about; none for the whole plan.
    """

    at: datetime
    goals: tuple[int, ...]
    words: str

    def is_about(self, goal_id: int) -> bool:
        """Whether that goal was talked about."""
        return not self.goals or goal_id in self.goals


class PlanProgress:
    """How the plans of this transaction go."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._answers = Answers(connection, now)

    async def check_ins(self, cipher: Cipher, plan: Plan) -> list[AnsweredCheckIn]:
        """The check-ins that the owner answered, oldest first. Raises Unreadable."""
        return [
            AnsweredCheckIn(
                ask_id=row.ask_id,
                at=row.answered_at,
                of_goals=dict(zip(row.goals, numbers_in(row.key), strict=True)),
                facts=check_in_facts_of(row.content),
                values=await self._answers.newest(cipher, person_id=plan.person_id, ask_id=row.ask_id),
            )
            for row in (await self._connection.execute(_ANSWERED, {"plan_": plan.id})).all()
        ]

    async def promises(self, cipher: Cipher, plan: Plan) -> list[Promise]:
        """What the owner's team promised, oldest first. Raises Unreadable."""
        found = []
        for row in (await self._connection.execute(PROMISED, {"plan_": plan.id})).all():
            values = await self._answers.newest(cipher, person_id=plan.person_id, ask_id=row.ask_id)
            words = str(values.get("promise", "")).strip()
            if words:
                found.append(Promise(at=row.answered_at, goals=tuple(row.goals), words=words))
        return found


def said_of_goals(answered: Iterable[AnsweredCheckIn]) -> dict[int, list[SaidOfGoal]]:
    """What was said of each goal, in the order of the check-ins, by the goals' numbers."""
    found: dict[int, list[SaidOfGoal]] = defaultdict(list)
    for each in answered:
        for goal_id in each.of_goals:
            found[goal_id].append(each.said_of(goal_id))
    return found


def progress_of(answered: Iterable[AnsweredCheckIn]) -> dict[int, list[Measured]]:
    """The numbers among that."""
    return {
        goal_id: [Measured(at=each.at, value=each.progress) for each in own if each.progress is not None]
        for goal_id, own in said_of_goals(answered).items()
    }


def numbers_in(key: str) -> list[int]:
    """The places of the goals that a check-in asks about, from its source's key: "plan:check_in:1t,3f"."""
    return [int(each[:-1]) for each in key.rpartition(":")[2].split(",")]
