"""Replying: when somebody in a simulation answers what they were told."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from zlib import crc32

from coaching.asks import Ask
from coaching.hours import Availability, Diary
from coaching.patience import HOPED_WITHIN

SOON = timedelta(minutes=30)
AFTER_REMINDER = timedelta(hours=1)
#: Of a hundred asks to typical people so many are answered within some workdays, and so many after a reminder.
PROMPT, REMINDED = 75, 10
LONGEST_PROMPT = 3  # workdays
MINUTES = 240  # within which the time of an answer differs from one ask to the next


class Answers(StrEnum):
    """How simulated people answer."""

    ALWAYS = "always"
    NEVER = "never"
    #: As programmes of this sort have seen; the same for the same person each time.
    TYPICAL = "typical"


class Replying:
    """One person's way of answering. key: what they do is the same for the same key."""

    def __init__(self, answers: Answers, person: Availability, key: str) -> None:
        self._answers = answers
        self._diary = Diary(person)
        self._key = key

    def after_telling(self, ask: Ask, now: datetime) -> datetime | None:
        """When an ask that was told *now* is answered (UTC), in the person's hours; None for not by itself."""
        match self._answers:
            case Answers.ALWAYS:
                moment = self._in_hours(now + SOON)
                is_in_time = ask.closes_at is None or moment < ask.closes_at
                return moment if is_in_time or ask.closes_at is None else now + (ask.closes_at - now) / 2
            case Answers.TYPICAL if self._chance(ask) % 100 < PROMPT:
                return self._some_workdays_after(now, self._chance(ask) // 100)
        return None

    def plan_by(self, found: datetime | None, ask: Ask, now: datetime) -> datetime | None:
        """When a plan that was asked for *now* is there: by the day on which it is hoped for, unless nobody answers.

        found: when the ask is answered otherwise.
        """
        if self._answers is Answers.NEVER:
            return None
        hoped_for = self._in_hours(max(ask.due_at or now + HOPED_WITHIN, now + SOON))
        return min(found or hoped_for, hoped_for)

    def after_reminder(self, ask: Ask, now: datetime) -> datetime | None:
        """When an ask of which they were reminded *now* is answered; None for not because of it."""
        is_typical = self._answers is Answers.TYPICAL
        if is_typical and PROMPT <= self._chance(ask) % 100 < PROMPT + REMINDED:
            return self._in_hours(now + AFTER_REMINDER)
        return None

    def _chance(self, ask: Ask) -> int:
        return crc32(f"{self._key} {ask.element.key} {ask.occurrence}".encode())

    def _some_workdays_after(self, now: datetime, chance: int) -> datetime:
        day = self._diary.workdays_after(self._diary.day_of(now), 1 + chance % LONGEST_PROMPT)
        opens = self._beginning_of(day, now)
        return self._in_hours(opens + timedelta(minutes=chance // LONGEST_PROMPT % MINUTES))

    def _beginning_of(self, day: date, now: datetime) -> datetime:
        window = self._diary.window(day)
        return window[0] if window else now

    def _in_hours(self, moment: datetime) -> datetime:
        """*moment*, or the next one within the person's hours; itself where there is none."""
        for _, (opens, closes) in self._diary.windows_from(self._diary.day_of(moment)):
            if moment < closes:
                return max(moment, opens)
        return moment
