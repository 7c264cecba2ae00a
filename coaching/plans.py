"""Plans: what somebody wants to get better at, in one to three goals, and how each is followed.

A plan belongs to one person in one programme. A goal without its *when* and *then* is kept as a draft, and its missing
half is asked for once. The person edits, pauses, finishes or drops a goal whenever they like, and nobody else does.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from coaching.calendar import instant_of
from coaching.errors import CoachingError
from coaching.hours import Diary

#: Goals that are under way in one plan, where its programme says nothing.
MOST_GOALS = 3
#: Weeks between two reviews of a goal: the least, the most, and those of somebody who has named none.
OFTENEST, SELDOMEST, USUAL_WEEKS = 1, 4, 2
#: So many workdays after a goal was left half written, the other half is asked for.
HALF_AFTER = 3
#: So long "too much now" halves the pace.
SLOW_FOR = timedelta(weeks=3)
#: So long a break is that somebody takes after it was too much.
BREAK_FOR = timedelta(weeks=2)
ONE_WEEK = timedelta(weeks=1)


class GoalState(StrEnum):
    """Where a goal stands."""

    #: It has no *when* or no *then* yet: it is kept, and not followed.
    DRAFT = "draft"
    ACTIVE = "active"
    #: Neither asked about nor reminded of until the person takes it up again.
    PAUSED = "paused"
    FINISHED = "finished"
    DROPPED = "dropped"


#: With these a goal takes one of the plan's places.
UNDER_WAY = frozenset({GoalState.DRAFT, GoalState.ACTIVE, GoalState.PAUSED})


class Measure(StrEnum):
    """The numbers by which progress is told."""

    #: 0 to 10.
    TEN = "ten"
    #: −2 to +2: from much less than hoped to much more.
    FIVE = "five"


#: measure → its lowest and its highest number.
BOUNDS: Mapping[Measure, tuple[int, int]] = {Measure.TEN: (0, 10), Measure.FIVE: (-2, 2)}


class Pace(StrEnum):
    """How somebody goes on after it was too much."""

    USUAL = "usual"
    #: Half as much, for as long again.
    HALF = "half"
    #: Nothing at all for a while.
    BREAK = "break"


class Again(StrEnum):
    """How often the moment of an if-then comes back."""

    ONCE = "once"
    WEEKLY = "weekly"
    #: Every second week.
    FORTNIGHTLY = "fortnightly"


_APART = {Again.WEEKLY: 1, Again.FORTNIGHTLY: 2}


class GoalOver(CoachingError):
    """A goal that is finished or dropped can be taken up again, and nothing else."""


class TooManyGoals(CoachingError):
    """A plan has as many goals under way as it has room for."""


class MomentPassed(CoachingError):
    """The moment of an if-then is ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One person's plan in one programme. Times are UTC, weekday and at the person's own.

    weekday: of check-ins, Monday is 0; at: their local time; None for no wish. next_at: when the next check-in is
    written; None while there is none to come. check_ins: how many there have been.
    """

    id: int
    person_id: int
    programme_id: int
    weekday: int | None = None
    at: time | None = None
    next_at: datetime | None = None
    check_ins: int = 0
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal, without its words. id: of the ask by which it was written, whose answers are its words by version.

    number: its place in the plan, from 1, for as long as it is under way. weeks: between two reviews; own_weeks: as
    the person chose, and no programme changes it. ends: the local date by which they want to be there. moment: when the
    if-then comes next (UTC), None for no reminder; again: how often. half_at: when the missing half is asked for (UTC);
    half_asked: it has been. started_on and reviewed_on: local dates; None before the first time.
    """

    id: int
    plan_id: int
    person_id: int
    number: int
    state: GoalState = GoalState.DRAFT
    measure: Measure = Measure.TEN
    weeks: int = USUAL_WEEKS
    own_weeks: bool = False
    ends: date | None = None
    moment: datetime | None = None
    again: Again = Again.ONCE
    half_at: datetime | None = None
    half_asked: bool = False
    started_on: date | None = None
    reviewed_on: date | None = None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWords:
    """A goal in its owner's words; empty where nothing was said. when and then: both halves of the if-then.

    sign: by what progress is noticed. support: whose support they want.
    """

    what: str = ""
    why: str = ""
    behaviour: str = ""
    when: str = ""
    then: str = ""
    sign: str = ""
    support: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it says when and where, and what then."""
        return bool(self.when.strip() and self.then.strip())


#: The fields of a goal that are words, in the order in which they are asked.
WORDS = GoalWords.__slots__


def words_of(values: Mapping[str, object]) -> GoalWords:
    """The words among a goal's values by field."""
    return GoalWords(**{name: str(values[name]) for name in WORDS if values.get(name)})


def written(goal: Goal, words: GoalWords, *, diary: Diary, now: datetime) -> Goal:
    """The goal, after its words changed: followed once it is whole; its missing half is to be asked for, once.

    A goal that is paused or over stays so. diary: its owner's.
    """
    if goal.state not in (GoalState.DRAFT, GoalState.ACTIVE):
        return goal
    today = diary.day_of(now)
    if words.is_whole:
        started = goal.started_on or today
        return replace(goal, state=GoalState.ACTIVE, half_at=None, started_on=started)
    half_at = goal.half_at
    if half_at is None and not goal.half_asked:
        half_at = instant_of(diary.workdays_after(today, HALF_AFTER), time(), diary.person.zone)
    return replace(goal, state=GoalState.DRAFT, half_at=half_at)


def half_asked(goal: Goal) -> Goal:
    """The goal, whose missing half has now been asked for and never will be again."""
    return replace(goal, half_at=None, half_asked=True)


def with_moment(goal: Goal, at: datetime | None, again: Again, *, now: datetime) -> Goal:
    """The goal with the moment of its if-then (UTC), or without one. Raises MomentPassed and GoalOver."""
    if goal.state not in UNDER_WAY:
        raise GoalOver
    if at is not None and at <= now and again is Again.ONCE:
        raise MomentPassed
    return replace(goal, moment=at, again=again)


def next_moment(goal: Goal, *, zone: ZoneInfo, now: datetime, is_slow: bool = False) -> datetime | None:
    """The first moment of the if-then after *now* (UTC), at the same local time each time.

    None where it came once only, or would come after the goal's end. is_slow: every second one is passed over.
    """
    if goal.moment is None or goal.moment > now:
        return goal.moment
    if goal.again is Again.ONCE:
        return None
    local = goal.moment.astimezone(zone)
    day, step = local.date(), ONE_WEEK * _APART[goal.again] * (2 if is_slow else 1)
    at = goal.moment
    while at <= now:
        day += step
        at = instant_of(day, local.time().replace(fold=0), zone)
    return None if goal.ends is not None and day > goal.ends else at


def paused(goal: Goal) -> Goal:
    """The goal, left alone until it is taken up again. Raises GoalOver."""
    _check_under_way(goal)
    return replace(goal, state=GoalState.PAUSED, half_at=None)


def finished(goal: Goal) -> Goal:
    """The goal, reached. Raises GoalOver."""
    _check_under_way(goal)
    return _over(goal, GoalState.FINISHED)


def dropped(goal: Goal) -> Goal:
    """The goal, given up. Raises GoalOver."""
    _check_under_way(goal)
    return _over(goal, GoalState.DROPPED)


def taken_up(goal: Goal, words: GoalWords, others: Iterable[Goal], *, today: date, most: int = MOST_GOALS) -> Goal:
    """The goal, under way again, its reviews counted from today (local). others: the plan's. Raises TooManyGoals."""
    rest = [each for each in others if each.id != goal.id]
    number = goal.number if goal.state in UNDER_WAY else free_number(rest, most=most)
    state = GoalState.ACTIVE if words.is_whole else GoalState.DRAFT
    return replace(goal, state=state, number=number, started_on=goal.started_on or today, reviewed_on=today)


def free_number(goals: Iterable[Goal], *, most: int = MOST_GOALS) -> int:
    """The first place in the plan that no goal under way has. Raises TooManyGoals."""
    taken = {goal.number for goal in goals if goal.state in UNDER_WAY}
    free = [number for number in range(1, most + 1) if number not in taken]
    if not free:
        raise TooManyGoals
    return free[0]


def under_way(goals: Iterable[Goal]) -> list[Goal]:
    """Those that are drafts, followed or paused, by their places."""
    return sorted((goal for goal in goals if goal.state in UNDER_WAY), key=lambda goal: goal.number)


def of_number(goals: Collection[Goal], number: int) -> Goal | None:
    """The goal under way in that place."""
    return next((goal for goal in under_way(goals) if goal.number == number), None)


def _over(goal: Goal, state: GoalState) -> Goal:
    return replace(goal, state=state, moment=None, half_at=None)


def _check_under_way(goal: Goal) -> None:
    if goal.state not in UNDER_WAY:
        raise GoalOver
