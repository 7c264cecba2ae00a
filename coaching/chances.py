"""Chances: when one ask could be said to one person, if there were no others."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias
from zlib import crc32

from coaching.asks import REMINDED_ONCE, Ask, comes_back
from coaching.calendar import instant_of, start_of_day
from coaching.dose import History, Policy, freedom
from coaching.hours import ONE_DAY, Availability, Diary, Window

LAST_MOMENT = timedelta(minutes=15)  # so long before a day's end is its last moment, for a pump to reach it
LOOK_BACK = 31  # days; an urgent ask is not told earlier than that
NO_QUIET = timedelta()
BEGINNING = datetime.min.replace(tzinfo=UTC)

#: From when an ask itself is ready to be mentioned, and before when it has to be; None for no such end.
Opening: TypeAlias = tuple[datetime, datetime | None]


class Purpose(StrEnum):
    """Why something is part of a visit."""

    #: An ask that wants an answer is brought up: for the first time, or because the person had put it off.
    NEW = "new"
    REMINDER = "reminder"
    NOTICE = "notice"
    #: The one question whether to go on, less often, after a pause, or not at all.
    CHECK_BACK = "check_back"
    #: Sparri says that it now falls silent.
    STOPPING = "stopping"


class Chance(NamedTuple):
    """When something can be said: from *at* until just before *until*, in one of the person's windows.

    ask: None for what Sparri says for itself. ready: when it could first have been said, whatever time it is now.
    """

    ask: Ask | None
    purpose: Purpose
    urgent: bool
    ready: datetime
    at: datetime
    until: datetime


class Prospect(NamedTuple):
    """One ask with its own times, and the chance that it has among the person's days; None for none."""

    ask: Ask
    openings: Sequence[Opening]
    chance: Chance | None


class Outlook:
    """What the days ahead hold for the asks of one person; made for one decision about them.

    dose_from: from when the dose has room (UTC), in the past where it has.
    """

    def __init__(
        self,
        person: Availability,
        asks: Sequence[Ask],
        history: History,
        now: datetime,
        policy: Policy,
        spread_key: str,
    ) -> None:
        self.diary = Diary(person)
        self.now = now
        self.policy = policy
        self.today = self.diary.day_of(now)
        self.free = freedom(history, policy, self.diary)
        self.dose_from = BEGINNING if self.free.first == date.min else start_of_day(self.free.first, person.zone)
        self._paused_until = person.paused_until or BEGINNING
        self._share = crc32(spread_key.encode()) / 2**32
        self._openings: dict[date, datetime] = {}
        self._asks = asks

    @cached_property
    def place_from(self) -> datetime:
        """From when no ask that was told holds the place any more."""
        return max((self._place_held_until(ask) for ask in self._asks if _holds_the_place(ask)), default=BEGINNING)

    def openings(self, ask: Ask) -> list[Opening]:
        """When *ask* is next to be mentioned by its own times, the best opening first; empty when it needs no more."""
        if comes_back(ask):
            return [(ask.put_off_until or ask.created_at, ask.closes_at)]
        if ask.told_at is None and not ask.version:
            return [(_beginning(ask), deadline(ask))]
        return self._reminders(ask)

    def chance(self, ask: Ask, openings: Sequence[Opening]) -> Chance | None:
        """The first chance that one of *openings* has; None when all of them pass unused."""
        is_reminder = ask.told_at is not None and not comes_back(ask)
        purpose = Purpose.NOTICE if not ask.wants_answer else Purpose.REMINDER if is_reminder else Purpose.NEW
        if ask.urgent and not is_reminder and openings:
            return self._urgent_chance(ask, purpose, openings[0])
        quiet = self.policy.quiet_at_end if is_reminder else NO_QUIET
        for opens, closes in openings:
            start = max(opens, self.dose_from, self._paused_until)
            if self.needs_the_place(ask):
                start = max(start, self.place_from)
            chance = self._chance(ask, purpose, start, closes, quiet)
            if chance is not None:
                return chance
        return None

    def farewell(self) -> Chance | None:
        """The first chance to say that Sparri falls silent."""
        return self._chance(None, Purpose.STOPPING, max(self.dose_from, self._paused_until, self.now), None, NO_QUIET)

    def needs_the_place(self, ask: Ask) -> bool:
        """Whether *ask* has to wait for its turn: new, wanting an answer, and neither urgent nor asked for again."""
        return ask.wants_answer and ask.told_at is None and not ask.urgent

    def opening_of(self, day: date, window: Window) -> datetime:
        """When ordinary visits begin on *day*: at the time that the person prefers, else at their place in the spread.

        A preferred time before the window is its start; one after it (on a half day) counts for nothing that day.
        """
        known = self._openings.get(day)
        if known is None:
            known = self._openings[day] = self._opening_of(day, *window)
        return known

    def prefers(self, day: date, window: Window) -> bool:
        """Whether the person's own wish, and not the spread, says when visits begin on *day*."""
        preferred = self.diary.person.preferred
        return preferred is not None and instant_of(day, preferred, self.diary.person.zone) < window[1]

    def _opening_of(self, day: date, opens: datetime, closes: datetime) -> datetime:
        person = self.diary.person
        if person.preferred is not None and self.prefers(day, (opens, closes)):
            return max(opens, instant_of(day, person.preferred, person.zone))
        span = (closes - opens) / 3 if self.policy.spread_over is None else min(self.policy.spread_over, closes - opens)
        return opens + timedelta(seconds=int(self._share * span.total_seconds()))

    def _place_held_until(self, ask: Ask) -> datetime:
        day = self.diary.workdays_after(self.diary.day_of(ask.told_at or self.now), self.policy.place_held_for)
        until = start_of_day(day, self.diary.person.zone)
        return until if ask.closes_at is None else min(until, ask.closes_at)

    def _reminders(self, ask: Ask) -> list[Opening]:
        """After some workdays without a word, then on the due day. Where the due day is the nearer, it takes the place
        of the first, which then comes only if the due day passed without it. Soon, where a coach has wished so.

        Nobody is reminded of what they have answered once, even if they took the answer back.
        """
        if ask.told_at is None or ask.version or ask.reminders >= most_reminders(ask, self.policy):
            return []
        if _is_nudged(ask):
            return [(ask.nudged_at or ask.told_at, None)]
        if ask.reminders:
            due_day = self._due_day(ask)
            return [] if due_day is None else [self._on(due_day)]
        first_day = self.diary.workdays_after(self.diary.day_of(ask.told_at), self.policy.first_reminder_after)
        first: Opening = (start_of_day(first_day, self.diary.person.zone), None)
        if ask.due_at is None or ask.due_at > first[0] + ONE_DAY:
            return [first]
        due_day = self._due_day(ask)
        return [first] if due_day is None or due_day >= first_day else [self._on(due_day), first]

    def _on(self, day: date) -> Opening:
        window = self.diary.window(day)
        return start_of_day(day, self.diary.person.zone), window[1] if window else None

    def _due_day(self, ask: Ask) -> date | None:
        """The last day with a window that begins before the ask is due; None unless it comes after the last mention."""
        if ask.due_at is None or ask.told_at is None:
            return None
        mentioned = self.diary.day_of(max(ask.told_at, ask.reminded_at or ask.told_at))
        day = self.diary.day_of(ask.due_at)
        while day > mentioned:
            window = self.diary.window(day)
            if window is not None and window[0] < ask.due_at:
                return day
            day -= ONE_DAY
        return None

    def _chance(
        self, ask: Ask | None, purpose: Purpose, start: datetime, closes: datetime | None, quiet: timedelta
    ) -> Chance | None:
        """From *start* on, at the day's opening; earlier on that day where the opening would be too late."""
        if ask is not None and ask.closes_at is not None:
            closes = ask.closes_at if closes is None else min(closes, ask.closes_at)
        comes_at_once = ask is not None and ask.at_once and purpose is not Purpose.REMINDER
        for is_plain in (True,) if comes_at_once else (False, True) if closes is not None else (False,):
            ready = self._stretch(start, closes, quiet, is_plain=is_plain)
            if ready is None:
                continue
            now = ready if self.now < ready[1] else self._stretch(self.now, closes, quiet, is_plain=is_plain)
            if now is not None:
                return Chance(ask, purpose, False, ready[0], max(now[0], self.now), now[1])
        return None

    def _urgent_chance(self, ask: Ask, purpose: Purpose, opening: Opening) -> Chance | None:
        """At once, in the person's hours; where they would begin too late, at the last moment before."""
        start = max(opening[0], self._paused_until)
        found = self._stretch(max(start, self.now), opening[1], NO_QUIET, is_plain=True)
        if found is None and opening[1] is not None:
            found = self._moved_back(ask, start, opening[1])
        return Chance(ask, purpose, True, found[0], found[0], found[1]) if found else None

    def _moved_back(self, ask: Ask, start: datetime, closes: datetime) -> Window | None:
        earliest = max(self.now, self._paused_until, ask.created_at, ask.put_off_until or BEGINNING)
        day = self.diary.day_of(start)
        for _ in range(LOOK_BACK):
            window = self.diary.window(day)
            if window is not None and window[0] < min(start, closes):
                until = min(window[1], closes)
                at = max(window[0], until - LAST_MOMENT, earliest)
                return (at, until) if at < until else None
            day -= ONE_DAY
        return None

    def _stretch(self, start: datetime, closes: datetime | None, quiet: timedelta, *, is_plain: bool) -> Window | None:
        """The rest, from *start* on, of the first window that has one before *closes*."""
        for day, window in self.diary.windows_from(self.diary.day_of(start)):
            end = window[1] - quiet
            opens = window[0] if is_plain else self.opening_of(day, window)
            if opens >= end:
                opens = window[0]
            opens = max(opens, start)
            if closes is not None and opens >= closes:
                return None
            if opens < end:
                return opens, end if closes is None else min(end, closes)
        return None


def most_reminders(ask: Ask, policy: Policy) -> int:
    """How often an ask is mentioned again; some kinds once, and group work to one of the group."""
    is_once = is_group_work(ask) or ask.kind in REMINDED_ONCE
    return min(policy.most_reminders, 1) if is_once else policy.most_reminders


def is_group_work(ask: Ask) -> bool:
    """Whether one hands in for all of their group."""
    return ask.element.assignment is not None and ask.element.assignment.group_work


def deadline(ask: Ask) -> datetime | None:
    """Before when an ask has to be told, if at all; None for no such end.

    One that the person themselves put off is not too late before it closes.
    """
    if ask.late_until is None or ask.put_off_until is not None:
        return ask.closes_at
    return ask.late_until if ask.closes_at is None else min(ask.late_until, ask.closes_at)


def waits_since(ask: Ask) -> datetime:
    """Since when an ask waits to be mentioned: since it opened, came back, or was last mentioned."""
    return max(_beginning(ask), ask.told_at or BEGINNING, ask.reminded_at or BEGINNING)


def _beginning(ask: Ask) -> datetime:
    return max(ask.created_at, ask.opens_at or ask.created_at, ask.put_off_until or ask.created_at)


def _is_nudged(ask: Ask) -> bool:
    """Whether a coach has wished for a reminder since the ask was last mentioned."""
    if ask.nudged_at is None or ask.told_at is None:
        return False
    return ask.nudged_at > max(ask.told_at, ask.reminded_at or ask.told_at)


def _holds_the_place(ask: Ask) -> bool:
    return ask.told_at is not None and ask.wants_answer and not ask.version and not comes_back(ask)
