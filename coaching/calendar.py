"""Calendar: which instant a local day and time is, whatever the clocks do that night."""

import zoneinfo
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Time zones from the pinned wheel: a machine's own copy may be years older, and differ between replicas.
zoneinfo.reset_tzpath(to=[])

MIDNIGHT = time()


@lru_cache(maxsize=8192)
def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant at which it is *at* on *day* in *zone*, in UTC.

    A time that the clocks skip is the first instant after the gap; one that comes twice is its first coming. A date
    that a zone never had (Apia skipped 30 December 2011) is the beginning of the next one.
    """
    local = datetime.combine(day, at, zone)
    instant = local.astimezone(UTC)
    wall = local.replace(tzinfo=None)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    before = local.replace(fold=1).astimezone(UTC)
    seconds = range(int(before.timestamp()), int(instant.timestamp()))
    skipped = bisect_left(
        seconds, True, key=lambda second: datetime.fromtimestamp(second, zone).replace(tzinfo=None) >= wall
    )
    return datetime.fromtimestamp(seconds.start + skipped, UTC)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of *day* in *zone*, in UTC."""
    return instant_of(day, MIDNIGHT, zone)


def next_workday(day: date) -> date:
    """The first day from Monday to Friday after *day*."""
    return day + timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))
