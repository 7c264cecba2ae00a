"""Hours: the days and the times of day at which somebody may be written to.

Local time exists only here; everything that goes in or out is UTC or a local date. Who knows which days are holidays
puts them into `days_off`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from coaching.calendar import instant_of

#: From the first instant until just before the second one, in UTC.
Window: TypeAlias = tuple[datetime, datetime]

MONDAY_TO_FRIDAY = frozenset(range(5))
ONE_DAY = timedelta(days=1)
LOOK_AHEAD = 1100  # days; somebody without a working day in three years is not waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From when until when, local time, on which weekdays (Monday is 0). The end is not part of it.

    Raises ValueError when the day would end before it starts, or when there is no weekday.
    """

    start: time = time(8, 30)
    end: time = time(16)
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError(f"hours end after they start, unlike {self.start}-{self.end}")
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError(f"hours have weekdays from 0 to 6, unlike {sorted(self.weekdays)}")

    def __contains__(self, local: time) -> bool:
        """Whether that time of day lies in them."""
        return self.start <= local < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """Local dates, the last one included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """When one person may be written to.

    preferred: not before this local time, where the day has it; None for no wish. days_off: public holidays, the
    organisation's extra days and the programmes' breaks together. half_days: the local time at which such a day ends.
    paused_until: not before then. stopped_at: set while the person wants nothing at all.
    """

    zone: ZoneInfo
    hours: Hours = field(default_factory=Hours)
    preferred: time | None = None
    leave: tuple[DateRange, ...] = ()
    days_off: frozenset[date] = frozenset()
    half_days: Mapping[date, time] = field(default_factory=dict)
    paused_until: datetime | None = None
    stopped_at: datetime | None = None


class Diary:
    """One person's days, each worked out once; made for one decision about them."""

    __slots__ = ("_windows", "_workdays", "person")

    def __init__(self, person: Availability) -> None:
        self.person = person
        self._windows: dict[date, Window | None] = {}
        self._workdays: dict[date, bool] = {}

    def day_of(self, moment: datetime) -> date:
        """The person's date at *moment*."""
        return moment.astimezone(self.person.zone).date()

    def is_on_leave(self, day: date) -> bool:
        """Whether the person is away on *day*."""
        for away in self.person.leave:  # noqa: SIM110 - several times as fast as any()
            if away.first <= day <= away.last:
                return True
        return False

    def is_workday(self, day: date) -> bool:
        """Whether *day* is one of the person's weekdays and neither a day off nor leave; half days are workdays."""
        known = self._workdays.get(day)
        if known is None:
            person = self.person
            is_usual = day.weekday() in person.hours.weekdays and day not in person.days_off
            known = self._workdays[day] = is_usual and not self.is_on_leave(day)
        return known

    def window(self, day: date) -> Window | None:
        """As `window_of`."""
        if day in self._windows:
            return self._windows[day]
        window = self._windows[day] = self._window(day) if self.is_workday(day) else None
        return window

    def windows_from(self, day: date) -> Iterator[tuple[date, Window]]:
        """The windows of *day* and the days after it, as far as anybody looks ahead."""
        for _ in range(LOOK_AHEAD):
            window = self.window(day)
            if window is not None:
                yield day, window
            day += ONE_DAY

    def workdays_after(self, day: date, count: int) -> date:
        """As `workdays_after`."""
        step, left = (ONE_DAY, count) if count > 0 else (-ONE_DAY, -count)
        for _ in range(LOOK_AHEAD):
            if not left:
                break
            day += step
            left -= self.is_workday(day)
        return day

    def _window(self, day: date) -> Window | None:
        person = self.person
        end = person.hours.end
        if person.half_days and day in person.half_days:
            end = min(end, person.half_days[day])
        if person.hours.start >= end:
            return None
        opens, closes = instant_of(day, person.hours.start, person.zone), instant_of(day, end, person.zone)
        return (opens, closes) if opens < closes else None


def window_of(day: date, availability: Availability) -> Window | None:
    """When the person may be written to on *day*, in UTC; None on a day that is not theirs to work.

    A start or an end that the clocks skip is the first instant after the gap, one that comes twice its first coming.
    So a window never covers the second coming of its own end, and one that lies in a gap is None. Pauses are not
    asked after: they are instants, not days.
    """
    return Diary(availability).window(day)


def next_moment(t: datetime, availability: Availability) -> datetime | None:
    """The first moment from *t* on at which the person may be written to, in UTC: *t* itself where it is one.

    Not before their pause is over. None when they have stopped, or where the next three years have no such moment.
    """
    if availability.stopped_at is not None:
        return None
    if availability.paused_until is not None:
        t = max(t, availability.paused_until)
    diary = Diary(availability)
    for _, (opens, closes) in diary.windows_from(diary.day_of(t)):
        if t < closes:
            return max(t, opens)
    return None


def workdays_after(day: date, n: int, availability: Availability) -> date:
    """The *n*-th of the person's workdays after *day*, before it where *n* is negative; *day* itself for 0.

    The search ends after three years.
    """
    return Diary(availability).workdays_after(day, n)
