"""Moments: where an offset leads from a local day, and which instant that is."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from coaching.anchors import Offset
from coaching.calendar import instant_of, start_of_day
from coaching.hours import ONE_DAY, Availability, Diary

#: A local time of day; None for the end of the day.
TimeOfDay: TypeAlias = time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A local day and time of day in a zone, and the instant (UTC) that they are."""

    day: date
    at: TimeOfDay
    zone: ZoneInfo
    instant: datetime

    def on(self, day: date) -> "Point":
        """The same time of day on *day*."""
        return self if day == self.day else point(day, self.at, self.zone)


def point(day: date, at: TimeOfDay, zone: ZoneInfo) -> Point:
    """The point at that time of *day*; a time that the clocks skip is the first instant after the gap."""
    instant = start_of_day(day + ONE_DAY, zone) if at is None else instant_of(day, at, zone)
    return Point(day=day, at=at, zone=zone, instant=instant)


def point_of(instant: datetime, zone: ZoneInfo) -> Point:
    """The point that *instant* is in *zone*."""
    local = instant.astimezone(zone)
    return Point(day=local.date(), at=local.time().replace(fold=0), zone=zone, instant=instant)


def months_after(day: date, count: int) -> date:
    """The same day of the month so many months later, or earlier; the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_after(day: date, offset: Offset, diary: Diary) -> date:
    """Where the dates of *offset* lead from *day*; its workdays are those of the diary. Hours are passed over."""
    if offset.months:
        return months_after(day, offset.months)
    if offset.workdays:
        return diary.workdays_after(day, offset.workdays)
    return day + timedelta(weeks=offset.weeks, days=offset.days)


def point_after(start: Point, offset: Offset, diary: Diary) -> Point:
    """Where *offset* leads from a point: by the clock, or to the same time of another day."""
    if offset.exact is not None:
        return point_of(start.instant + offset.exact, start.zone)
    return start.on(day_after(start.day, offset, diary))


def own_time(person: Availability) -> time:
    """When somebody prefers to be written to; the beginning of their day without a wish, or with one outside it."""
    hours = person.hours
    if person.preferred is not None and person.preferred in hours:
        return person.preferred
    return hours.start
