"""Dose: how much is said to one person at most, over all their programmes, and how silence slows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from coaching.hours import Diary

WEEK = 7  # days
FORTNIGHT = 14  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How much and how often; a programme may change each value.

    most_a_day and most_a_week are visits that Sparri starts, reminders included; a week is any seven dates in a row.
    most_urgent_a_week: a programme's messages by which its coaches may break the dose.
    merge_within: how long what is due may wait for what opens soon, so that both make one visit. most_reminders is an
    ask's; first_reminder_after and place_held_for are workdays of the person. quiet_at_end: the end of the person's
    day without reminders. half_pace_after, fortnightly_after, stop_after: asks in a row without an answer.
    spread_over: how much of a day's window a cohort is spread over; None for a third of it.
    Raises ValueError where nothing could ever be said.
    """

    most_a_day: int = 1
    most_a_week: int = 3
    most_urgent_a_week: int = 1
    merge_within: timedelta = timedelta(hours=4)
    most_reminders: int = 2
    first_reminder_after: int = 2
    place_held_for: int = 5
    quiet_at_end: timedelta = timedelta(hours=1)
    half_pace_after: int = 2
    fortnightly_after: int = 4
    stop_after: int = 6
    spread_over: timedelta | None = None

    def __post_init__(self) -> None:
        if self.most_a_day < 1 or self.most_a_week < 1:
            raise ValueError("a dose is at least one visit")


#: What holds where a programme says nothing.
USUAL = Policy()


def strictest(policies: Iterable[Policy]) -> Policy:
    """One policy for a person in several programmes: of each value the one that says less, or says it later.

    The usual one where there is none.
    """
    all_ = tuple(policies) or (USUAL,)
    if len(all_) == 1:
        return all_[0]
    spreads = [policy.spread_over for policy in all_ if policy.spread_over is not None]
    return Policy(
        most_a_day=min(policy.most_a_day for policy in all_),
        most_a_week=min(policy.most_a_week for policy in all_),
        most_urgent_a_week=min(policy.most_urgent_a_week for policy in all_),
        merge_within=max(policy.merge_within for policy in all_),
        most_reminders=min(policy.most_reminders for policy in all_),
        first_reminder_after=max(policy.first_reminder_after for policy in all_),
        place_held_for=max(policy.place_held_for for policy in all_),
        quiet_at_end=max(policy.quiet_at_end for policy in all_),
        half_pace_after=min(policy.half_pace_after for policy in all_),
        fortnightly_after=min(policy.fortnightly_after for policy in all_),
        stop_after=min(policy.stop_after for policy in all_),
        spread_over=max(spreads) if len(spreads) == len(all_) else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What has been between Sparri and one person.

    visits: the moments (UTC) of those that Sparri started, of at least the last 14 days, oldest first. unanswered:
    asks told in a row without any answer; 0 after one. in_dialog: they are in the middle of one right now.
    told_of_stop: they know that Sparri fell silent. unsettled: nobody knows yet whether their newest visit arrived.
    slowed: they said that it is too much just now.
    """

    visits: tuple[datetime, ...] = ()
    unanswered: int = 0
    in_dialog: bool = False
    told_of_stop: bool = False
    unsettled: bool = False
    slowed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Freedom:
    """The first local date on which each limit leaves room for one more visit; date.min where it always does."""

    a_day: date
    a_week: date
    after_silence: date

    @property
    def first(self) -> date:
        """The first date on which all of them do."""
        return max(self.a_day, self.a_week, self.after_silence)


def freedom(history: History, policy: Policy, diary: Diary) -> Freedom:
    """When the dose leaves room again.

    Half the pace is the same number of visits in twice as many days. Fortnightly is one in any fourteen dates.
    """
    days = sorted(diary.day_of(visit) for visit in history.visits)
    if history.unanswered >= policy.fortnightly_after:
        slowed = _room(days, 1, FORTNIGHT)
    elif history.slowed or history.unanswered >= policy.half_pace_after:
        slowed = max(_room(days, policy.most_a_day, 2), _room(days, policy.most_a_week, 2 * WEEK))
    else:
        slowed = date.min
    return Freedom(
        a_day=_room(days, policy.most_a_day, 1),
        a_week=_room(days, policy.most_a_week, WEEK),
        after_silence=slowed,
    )


def _room(days: list[date], most: int, span: int) -> date:
    """The first date from which on the *span* dates up to and with it hold fewer than *most* of *days*."""
    return days[-most] + timedelta(days=span) if len(days) >= most else date.min
