"""Talks: discussions that a participant and their manager hold, from when one is due until both say that it was held.

Sparri knows that one is due, agreed on, held or summed up, and when. What is said in it is their business alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from coaching.check_ins import AFTERWARDS
from coaching.elements import Discussion, Question
from coaching.errors import CoachingError
from coaching.moments import months_after
from coaching.people import Role

WEEK = timedelta(days=7)
#: A discussion that opens when its days are nearly over, or past, has at least so long.
AT_LEAST = timedelta(days=28)
#: A discussion that was not held is spoken of so long after its last day, every other week.
LATE_FOR = timedelta(days=42)
#: Where the first stage was not held and names no end, the second does not wait for it longer than so long.
WAITS_FOR = timedelta(days=14)
#: Whoever held a discussion is offered for so long to write down what was agreed on.
OFFERED_FOR = timedelta(days=28)
#: So many times at the most is a participant asked about one discussion, in the numbers of the asks.
MOST_ASKED = 100


class TalkKind(StrEnum):
    """Why there is a discussion."""

    #: A stage of a programme's cycle of discussions.
    DISCUSSION = "discussion"
    #: How the participant's plan goes.
    FOLLOW_UP = "follow_up"


class TalkState(StrEnum):
    """Where a discussion stands."""

    OPEN = "open"
    BOOKED = "booked"
    #: One of the two says so; the participant has not agreed yet.
    HELD = "held"
    CONFIRMED = "confirmed"
    #: One of the two has written down what they agreed on.
    SUMMARISED = "summarised"


class NotYet(CoachingError):
    """What has been held was held today or before."""


class Past(CoachingError):
    """A discussion is agreed on for today or later."""


class AlreadyHeld(CoachingError):
    """Both have said that it was held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussionFacts:
    """What a stage asks of the two beforehand, by role. first, last: its days, in the programme's zone."""

    first: date
    last: date
    preparation: Mapping[Role, tuple[Question, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One discussion of two people. first, last: the days for it. All days are local to the two.

    held_by_id: who said that it was held. summarised_at: when one of them first wrote down what they agreed on.
    told_at: when the manager first heard of it. asked: how often the participant was asked whether it was held; to_ask:
    they are to be. to_draw: the cards that show it are behind.
    """

    id: int
    programme_id: int
    element_id: int
    occurrence: int = 0
    kind: TalkKind = TalkKind.DISCUSSION
    participant_id: int
    manager_id: int
    first: date
    last: date
    booked_for: date | None = None
    held_on: date | None = None
    held_by_id: int | None = None
    confirmed_at: datetime | None = None
    summarised_at: datetime | None = None
    told_at: datetime | None = None
    asked: int = 0
    to_ask: bool = False
    to_draw: bool = False


def state(talk: Talk) -> TalkState:
    """Where it stands."""
    if talk.confirmed_at is not None:
        return TalkState.CONFIRMED if talk.summarised_at is None else TalkState.SUMMARISED
    if talk.held_on is not None:
        return TalkState.HELD
    return TalkState.OPEN if talk.booked_for is None else TalkState.BOOKED


def booked(talk: Talk, day: date, *, today: date) -> Talk:
    """The discussion, agreed on for a day; another one takes its place. Raises Past and AlreadyHeld."""
    _check_open(talk)
    if day < today:
        raise Past
    return replace(talk, booked_for=day, held_on=None, held_by_id=None, to_ask=False, to_draw=True)


def held(talk: Talk, day: date, by_id: int, *, today: date, now: datetime) -> Talk:
    """The discussion, held. The participant's word is enough; the manager's is to be confirmed by the participant.

    Raises NotYet and AlreadyHeld.
    """
    _check_open(talk)
    if day > today:
        raise NotYet
    is_participant = by_id == talk.participant_id
    return replace(
        talk,
        held_on=day,
        held_by_id=by_id,
        confirmed_at=now if is_participant else None,
        to_ask=not is_participant,
        to_draw=True,
    )


def confirmed(talk: Talk, now: datetime) -> Talk:
    """The participant agrees that it was held."""
    return talk if talk.confirmed_at or talk.held_on is None else replace(talk, confirmed_at=now, to_draw=True)


def denied(talk: Talk) -> Talk:
    """The participant says that it was not held: it is open again."""
    if talk.held_on is None and talk.confirmed_at is None:
        return talk
    return replace(talk, held_on=None, held_by_id=None, booked_for=None, confirmed_at=None, to_ask=False, to_draw=True)


def summarised(talk: Talk, now: datetime) -> Talk:
    """One of the two wrote down what they agreed on; of one that was not held nothing can be."""
    if talk.confirmed_at is None or talk.summarised_at is not None:
        return talk
    return replace(talk, summarised_at=now, to_draw=True)


def unsummarised(talk: Talk) -> Talk:
    """Nothing is written down of it any more."""
    return talk if talk.summarised_at is None else replace(talk, summarised_at=None, to_draw=True)


def gone_over(talk: Talk, manager_id: int) -> Talk:
    """The discussion, with the participant's new manager: they agree on a day of their own. One that was held stays."""
    if talk.held_on is not None or manager_id == talk.participant_id:
        return talk
    return replace(talk, manager_id=manager_id, booked_for=None, told_at=None, to_draw=True)


def followed_up(talk: Talk, *, asked: int) -> Talk:
    """The discussion, after its participant was asked and its cards are to be drawn anew."""
    return replace(talk, asked=asked, to_ask=False, to_draw=False)


def stage_opens(first: date, last: date, *, waits: bool, today: date) -> tuple[date, date] | None:
    """The days for a stage's discussion of one pair; None while it does not open yet.

    waits: there is a stage before it, and this pair has not held theirs. A stage opens with its window, and not before
    the one before it was held; one that was held late still opens it. It waits no longer than for a while, so that who
    missed the first stage does not miss the second too.
    """
    if today < first or (waits and today <= waits_until(first)):
        return None
    return max(first, today), last if last - today >= WEEK else today + AT_LEAST


def waits_until(first: date) -> date:
    """The last day on which a stage that would open on *first* still waits for the one before it."""
    return first + WAITS_FOR


def follow_ups(begun: date, ends: date) -> list[tuple[date, date]]:
    """When a plan is followed up with one's manager: four weeks after it was begun, and after the programme's end.

    begun: the day of the plan; ends: the programme's last. Each with the days for it.
    """
    days = [begun + AT_LEAST, *(months_after(ends, months) for months in AFTERWARDS)]
    return [(day, day + AT_LEAST) for number, day in enumerate(days) if not number or day > days[0] + AT_LEAST]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The days that make a discussion news in a week. Each range has both its ends in it.

    last: of those whose days end, or have ended; booked: of those that are agreed on.
    """

    monday: date
    last: tuple[tuple[date, date], ...]
    booked: tuple[tuple[date, date], ...]


def news(monday: date) -> News:
    """Of the week that begins on *monday*: what ends in the next one, ended some weeks ago, or is booked.

    So a manager, who hears of every discussion once it has opened, hears of it again in the last full week of its days,
    and every other week for a while after them; of one that is agreed on, in its own week and in the one after.
    """
    late = range(1, LATE_FOR // WEEK + 1, 2)
    return News(
        monday=monday,
        last=(_week(monday + WEEK), *(_week(monday - number * WEEK) for number in late)),
        booked=(_week(monday), _week(monday - WEEK)),
    )


def is_news(talk: Talk, news: News) -> bool:
    """Whether the week is one in which the manager is reminded of it. Of one that was held nothing is said any more."""
    if talk.held_on is not None or talk.confirmed_at is not None:
        return False
    if talk.booked_for is not None:
        return _is_in(talk.booked_for, *news.booked)
    return talk.told_at is None or _is_in(talk.last, *news.last)


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def listed(talks: Iterable[Talk]) -> list[Talk]:
    """The most pressing first: to be held, then agreed on, then held."""
    order = list(TalkState)
    return sorted(talks, key=lambda talk: (order.index(state(talk)), talk.booked_for or talk.last, talk.id))


def facts_of(element: Discussion, first: date, last: date) -> DiscussionFacts:
    """What a programme's element asks for."""
    return DiscussionFacts(first=first, last=last, preparation=element.preparation)


def _week(monday: date) -> tuple[date, date]:
    return monday, monday + timedelta(days=6)


def _is_in(day: date, *ranges: tuple[date, date]) -> bool:
    return any(first <= day <= last for first, last in ranges)


def _check_open(talk: Talk) -> None:
    if talk.confirmed_at is not None:
        raise AlreadyHeld
