"""Calendar: where a local day begins, whatever the clocks do that night."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of *day* in *zone*, in UTC.

    Where the clocks skip midnight, it is the first instant after the gap; where midnight comes twice, the first one.
    A date that a zone never had (Apia skipped 30 December 2011) begins when the next one does.
    """
    midnight = datetime.combine(day, time(), zone)
    start = midnight.astimezone(UTC)
    if start.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return start
    before = midnight.replace(fold=1).astimezone(UTC)
    seconds = range(int(before.timestamp()), int(start.timestamp()))
    begun = bisect_left(seconds, True, key=lambda second: datetime.fromtimestamp(second, zone).date() >= day)
    return datetime.fromtimestamp(seconds.start + begun, UTC)


def next_workday(day: date) -> date:
    """The first day from Monday to Friday after *day*."""
    return day + timedelta(days={4: 3, 5: 2}.get(day.weekday(), 1))
