"""Moments: "two weeks", "1.8." or "maanantaihin" as the moment when a pause ends.

Finnish, Swedish and English are understood at once, whatever the person's own language. What was written is first read
without any clock (`named`), then placed in the person's calendar (`until`).
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from coaching.calendar import start_of_day
from coaching.errors import CoachingError
from dialogs import moment_words as words
from dialogs.folding import bare

LONGEST_DAYS = 366
LONGEST_PHRASE = 100  # characters; nobody needs more to name a moment


class NotInTheYearAhead(CoachingError):
    """A pause ends after today and at most 366 days ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """So much time from today; today counts as the first day."""

    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekday:
    """The next such day after today (Monday is 0); following_week: that day of the week after this one instead."""

    number: int
    following_week: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date; year None is the nearest one ahead. last: that day still belongs to the pause."""

    day: int
    month: int
    year: int | None = None
    last: bool = False


Named: TypeAlias = Length | Weekday | Day


def until(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a pause ends that the person described so: the start of that day in *zone*, in UTC; *now* is UTC.

    A range of dates ends when its last day is over. None where the text names no moment. Raises NotInTheYearAhead.
    """
    wanted = named(text)
    if wanted is None:
        return None
    today = now.astimezone(zone).date()
    day = _placed(wanted, today)
    if day is None:
        return None
    if not today < day <= today + timedelta(days=LONGEST_DAYS):
        raise NotInTheYearAhead
    return start_of_day(day, zone)


def named(text: str) -> Named | None:
    """The length, weekday or date that the whole text names, before any clock is asked; None for anything else."""
    plain = _plain(text)
    return next((found for read in _READINGS if (found := read(plain)) is not None), None)


def _placed(wanted: Named, today: date) -> date | None:
    if isinstance(wanted, Length):
        return _months_after(today, wanted.months) + timedelta(days=wanted.days)
    if isinstance(wanted, Weekday):
        if wanted.following_week:
            return today + timedelta(days=7 - today.weekday() + wanted.number)
        return today + timedelta(days=(wanted.number - today.weekday() - 1) % 7 + 1)
    years = (today.year, today.year + 1) if wanted.year is None else (wanted.year,)
    days = [day for year in years if (day := _date_of(year, wanted.month, wanted.day)) is not None]
    nearest = next((day for day in days if day >= today), days[-1] if days else None)
    return nearest + timedelta(days=wanted.last) if nearest is not None else None


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _date_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _any(alternatives: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(alternatives, key=len, reverse=True))


_BEFORE = re.compile(rf"^(?:{_any(words.BEFORE.split(', '))}) (?=.)")
_AFTER = re.compile(rf"(?<=.),? (?:{_any(words.AFTER.split(', '))})$")
_FULL_STOP = re.compile(r"(?<=[a-z])\.+$")


def _plain(text: str) -> str:
    """Lower case without diacritics, one kind of dash, without the words around the moment itself."""
    plain = _FULL_STOP.sub("", " ".join(bare(text[:LONGEST_PHRASE]).split()).strip("\"' ,;:!?"))
    while (shorter := _BEFORE.sub("", _AFTER.sub("", plain))) != plain:
        plain = shorter
    return plain


_LENGTH = re.compile(rf"(?:(\d{{1,4}}) ?|({_any(words.COUNTS)}) )?({_any(words.UNITS)})")
_WEEKDAY = re.compile(rf"(?:ensi |nasta |next |this )?({_any(words.WEEKDAYS)})")
_YEAR = r"(?P<year>2\d{3})"
_NUMBER = r"(?P<day>\d\d?)(?:st|nd|rd|th|:a|:e|\.)?"
_MONTH = rf"(?P<month>{_any(words.MONTHS)})"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR}-(?P<month>\d\d?)-(?P<day>\d\d?)",
        r"(?P<day>\d\d?)[./] ?(?P<month>\d\d?)[./]?",
        rf"(?P<day>\d\d?)[./] ?(?P<month>\d\d?)[./] ?(?:{_YEAR}|(?P<short_year>\d\d))\.?",
        rf"{_NUMBER} (?:of )?{_MONTH}(?:,? {_YEAR})?",
        rf"{_MONTH} (?:the )?{_NUMBER}(?:,? {_YEAR})?",
        rf"(?:borjan av |start of |beginning of )?{_MONTH}(?: {_YEAR})?(?: alkuun)?",
    )
)
_END_OF_MONTH = re.compile(rf"(?:slutet av |(?:the )?end of )?{_MONTH}(?: loppuun)?(?: {_YEAR})?")
_BETWEEN = re.compile(r" ?- ?| (?:to|till|until) ")
_FIRST_OF_RANGE = re.compile(rf"{_NUMBER}|{_NUMBER.replace('day', 'd')} {_MONTH}")


def _near_day(plain: str) -> Named | None:
    days = words.NEAR_DAYS.get(plain)
    return Length(days=days) if days is not None else None


def _weekday(plain: str) -> Named | None:
    if plain in words.NEXT_WEEK:
        return Weekday(number=0, following_week=True)
    match = _WEEKDAY.fullmatch(plain)
    return Weekday(number=words.WEEKDAYS[match[1]]) if match else None


def _length(plain: str) -> Named | None:
    match = _LENGTH.fullmatch(plain)
    if match is None:
        return None
    digits, word, unit = match.groups()
    count = min(int(digits), LONGEST_DAYS + 1) if digits else words.COUNTS.get(word, 1)
    days, months = words.UNITS[unit]
    return Length(days=days * count, months=months * count)


def _day(plain: str) -> Day | None:
    for pattern in _DATES:
        if match := pattern.fullmatch(plain):
            parts = match.groupdict()
            month = words.MONTHS.get(parts["month"]) or int(parts["month"])
            short = parts.get("short_year")
            year = int(parts.get("year") or 0) or (2000 + int(short) if short else None)
            return Day(day=int(parts.get("day") or 1), month=month, year=year)
    return None


def _end_of_month(plain: str) -> Named | None:
    match = _END_OF_MONTH.fullmatch(plain)
    if match is None:
        return None
    years, month = divmod(words.MONTHS[match["month"]], 12)
    return Day(day=1, month=month + 1, year=int(match["year"]) + years if match["year"] else None)


def _range(plain: str) -> Named | None:
    for between in _BETWEEN.finditer(plain):
        first, last = plain[: between.start()], _day(plain[between.end() :])
        if last is not None and (_FIRST_OF_RANGE.fullmatch(first) or _day(first)):
            return replace(last, last=True)
    return None


_READINGS: tuple[Callable[[str], Named | None], ...] = (
    _near_day,
    _weekday,
    _length,
    _day,
    _end_of_month,
    _range,
)
