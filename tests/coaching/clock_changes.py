"""The days on which clocks change, for the tests of hours and visits."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from coaching.calendar import instant_of
from coaching.hours import Hours

EVERY_DAY = frozenset(range(7))
ZONES = (
    "Europe/Helsinki",
    "Europe/Brussels",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
FIRST, LAST = date(2026, 1, 1), date(2037, 12, 31)
#: Hours that lie across, beside and inside the times at which clocks change.
NIGHTS = (
    Hours(start=time(0), end=time(23, 59), weekdays=EVERY_DAY),
    Hours(start=time(0, 15), end=time(3, 45), weekdays=EVERY_DAY),
    Hours(start=time(2, 30), end=time(3, 30), weekdays=EVERY_DAY),
    Hours(start=time(8, 30), end=time(16), weekdays=EVERY_DAY),
    Hours(start=time(22), end=time(23, 45), weekdays=EVERY_DAY),
)


def changes(zone: ZoneInfo) -> Iterator[date]:
    """Every local date of 2026-2037 that does not have 24 hours."""
    day = FIRST
    while day <= LAST:
        if instant_of(day + timedelta(days=1), time(), zone) - instant_of(day, time(), zone) != timedelta(days=1):
            yield day
        day += timedelta(days=1)
