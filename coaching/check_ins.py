"""Check-ins: when somebody is asked how their goals go, about which of them, and what their answer decides.

In the person's own rhythm while the programme lasts, on their own weekday and at their own time; then once after one,
three, six and twelve months, and never again. Where they have not chosen, the programme's own check-ins say.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from coaching import plans
from coaching.calendar import instant_of
from coaching.errors import CoachingError
from coaching.hours import ONE_DAY, Diary
from coaching.moments import months_after, point_after, point_of
from coaching.plans import BOUNDS, OFTENEST, Goal, GoalOver, GoalState, Measure, Plan
from coaching.rhythms import Stage, current, usual_weeks

#: Months after a programme's end (Saks & Belcourt 2006: what is followed longest lasts longest).
AFTERWARDS = (1, 3, 6, 12)
#: Reviews so near to each other come in one check-in; a wished weekday moves one by so many days at most.
TOGETHER = timedelta(days=3)
#: An answer is hoped for within so long, and taken until shortly before the next one, but not for longer than that.
HOPED_WITHIN, LONGEST_OPEN = timedelta(days=3), timedelta(days=21)
DAYS_OF_WEEK = 7
#: "When the meeting drags on, then I ask …", in the three languages; the second half may come without its "then".
_IF_THEN = re.compile(
    r"\s*(?:kun|jos|när|om|when|if)\s+(?P<when>.+?)\s*[,;:–—-]\s*(?:niin|så|då|then)?\s+(?P<then>.+?)\s*[.]?\s*",
    re.IGNORECASE | re.DOTALL,
)


class Decision(StrEnum):
    """What becomes of a goal after a check-in."""

    KEEP = "keep"
    CHANGE = "change"
    #: It is reached.
    FINISH = "finish"
    STOP = "stop"


class NoMeasure(CoachingError):
    """A number outside of the goal's measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One goal's part of a check-in. progress: on the goal's measure. when, then: the next if-then, empty for as it is.

    helped: what helped or stood in the way.
    """

    progress: int
    decision: Decision = Decision.KEEP
    helped: str = ""
    when: str = ""
    then: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One number of a goal's progress, and when it was given (UTC)."""

    at: datetime
    value: int


def next_day(goal: Goal, plan: Plan, *, ends: date, is_slow: bool = False, stages: Sequence[Stage] = ()) -> date | None:
    """The local date of a goal's next review; None where it is not followed, or its last one has been.

    ends: the programme's last day. is_slow: at half the pace. stages: what the programme sets where nobody chose.
    """
    since = goal.reviewed_on or goal.started_on
    if goal.state is not GoalState.ACTIVE or since is None:
        return None
    apart = timedelta(weeks=goal.weeks)
    if stages and goal.reviewed_on is None and not goal.own_weeks:
        first = stages[0].begins - since
        apart = first if first >= timedelta(weeks=OFTENEST) else apart
    day = since + apart * (2 if is_slow else 1)
    if day > ends:
        later = [months_after(ends, months) for months in AFTERWARDS]
        day = next((each for each in later if each > since + TOGETHER), date.max)
        if day == date.max:
            return None
    return _on_weekday(day, plan.weekday, after=since)


def next_check_in(
    plan: Plan,
    goals: Iterable[Goal],
    *,
    ends: date,
    zone: ZoneInfo,
    now: datetime,
    is_slow: bool = False,
    stages: Sequence[Stage] = (),
) -> datetime | None:
    """When the next check-in opens (UTC): at the person's time, else the programme's, else at the beginning of the day.

    None for never. What was missed is not caught up with: it comes on the next day after today.
    """
    days = [
        day for goal in goals if (day := next_day(goal, plan, ends=ends, is_slow=is_slow, stages=stages)) is not None
    ]
    if not days:
        return None
    today, day = now.astimezone(zone).date(), min(days)
    at = instant_of(day, _time_on(day, plan, stages), zone)
    if at > now:
        return at
    day = max(day, today) + ONE_DAY
    return instant_of(day, _time_on(day, plan, stages), zone)


def due_goals(
    plan: Plan,
    goals: Iterable[Goal],
    *,
    ends: date,
    day: date,
    is_slow: bool = False,
    stages: Sequence[Stage] = (),
) -> list[Goal]:
    """The goals that a check-in on *day* (local) asks about: whose review is by then, or within days of it."""
    found = []
    for goal in plans.under_way(goals):
        due = next_day(goal, plan, ends=ends, is_slow=is_slow, stages=stages)
        if due is not None and due <= day + TOGETHER:
            found.append(goal)
    return found


def asked_about(goals: Iterable[Goal], day: date) -> list[Goal]:
    """The goals, asked about on *day*: answered or not, they come again in their rhythm."""
    return [replace(goal, reviewed_on=day) for goal in goals]


def as_usual(goal: Goal, stages: Sequence[Stage]) -> Goal:
    """The goal in the rhythm that the programme set when it was reviewed last, where its owner has not chosen one."""
    since = goal.reviewed_on or goal.started_on
    if goal.own_weeks or since is None or not stages:
        return goal
    return replace(goal, weeks=usual_weeks(stages, since))


def due_at(opens_at: datetime, stage: Stage | None, zone: ZoneInfo) -> datetime:
    """By when an answer to a check-in that opens then is hoped for (UTC)."""
    days = stage.due_days if stage is not None else None
    return opens_at + HOPED_WITHIN if days is None else _days_after(opens_at, days, zone)


def closes_at(opens_at: datetime, goals: Iterable[Goal], stage: Stage | None, zone: ZoneInfo) -> datetime:
    """Until when a check-in that opens then takes an answer (UTC): shortly before the next one, or sooner."""
    soonest = min((timedelta(weeks=goal.weeks) for goal in goals), default=LONGEST_OPEN)
    usual = opens_at + min(soonest, LONGEST_OPEN) - timedelta(hours=12)
    days = stage.closes_days if stage is not None else None
    return usual if days is None else min(usual, _days_after(opens_at, days, zone))


def late_until(opens_at: datetime, stage: Stage | None, diary: Diary) -> datetime | None:
    """Later than this a check-in that opens then is not brought up (UTC); None for as long as it is open."""
    if stage is None or stage.late is None:
        return None
    return point_after(point_of(opens_at, diary.person.zone), stage.late, diary).instant


def reviewed(goal: Goal, review: Review) -> Goal:
    """The goal after what was decided about it; one that is over already stays as it is. Raises NoMeasure."""
    check_measured(goal.measure, review.progress)
    try:
        match review.decision:
            case Decision.FINISH:
                return plans.finished(goal)
            case Decision.STOP:
                return plans.dropped(goal)
    except GoalOver:
        return goal
    return goal


def check_measured(measure: Measure, value: int) -> None:
    """Raises NoMeasure when the number is none of the measure's."""
    lowest, highest = BOUNDS[measure]
    if not lowest <= value <= highest:
        raise NoMeasure


def if_then(text: str) -> tuple[str, str]:
    """Both halves of an if-then that was written in one go, without their "when" and "then".

    What does not begin with a *when* is all *then*: the situation stays the one that it was.
    """
    found = _IF_THEN.fullmatch(text)
    if found is None:
        return "", text.strip()
    return found["when"], found["then"]


def bars(values: Sequence[int], measure: Measure) -> str:
    """The numbers as a row of bars, oldest first, one sign each. The numbers themselves stand beside it as text.

    Those from before the measure was changed may lie outside of it: they are as low or as high as it goes.
    """
    lowest, highest = BOUNDS[measure]
    within = (min(max(value, lowest), highest) - lowest for value in values)
    return "".join(_BARS[value * (len(_BARS) - 1) // (highest - lowest)] for value in within)


_BARS = "▁▂▃▄▅▆▇█"


def latest(progress: Mapping[int, Sequence[Measured]], goal_id: int) -> int | None:
    """The newest number of a goal; None before the first."""
    own = progress.get(goal_id, ())
    return own[-1].value if own else None


def _days_after(opens_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    opened = point_of(opens_at, zone)
    return opened.on(opened.day + timedelta(days=days)).instant


def _time_on(day: date, plan: Plan, stages: Sequence[Stage]) -> time:
    stage = current(stages, day)
    return plan.at or (stage.at if stage is not None else None) or time()


def _on_weekday(day: date, weekday: int | None, *, after: date) -> date:
    """The nearest such weekday, three days around at most, and later than *after*."""
    if weekday is None:
        return day
    ahead = (weekday - day.weekday()) % DAYS_OF_WEEK
    moved = day + timedelta(days=ahead if ahead <= TOGETHER.days else ahead - DAYS_OF_WEEK)
    return moved if moved > after else moved + timedelta(days=DAYS_OF_WEEK)
