"""Retention: how long after a programme what people wrote in it is kept, by the programme's own rule."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coaching.programmes import Programme, Rules

#: Where no file of a programme says it: so long after the last that was asked in it.
USUAL = timedelta(days=Rules().kept_days)


def kept_until(programme: Programme, ended_at: datetime | None) -> datetime:
    """The first moment (UTC) at which nothing of it is kept any more: a midnight in the programme's zone.

    ended_at: when it was ended, perhaps before its last day (UTC); None where it goes on until then.
    """
    zone = ZoneInfo(programme.timezone)
    last = programme.ends
    if ended_at is not None:
        last = min(last, ended_at.astimezone(zone).date())
    first_without = last + timedelta(days=programme.rules.kept_days + 1)
    return datetime.combine(first_without, time(), tzinfo=zone).astimezone(UTC)
