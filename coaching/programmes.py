"""Programmes: what a coaching programme consists of, as its file describes it.

Nothing here knows a person: `coaching.placing` says what one member is asked, and when.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from coaching.dose import USUAL, Policy
from coaching.elements import Element, LearningItem, Words, Written
from coaching.hours import DateRange, Hours
from coaching.learning import retrievals
from coaching.people import Language


class Mode(StrEnum):
    """How people meet in a session."""

    ROOM = "room"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"


class When(StrEnum):
    """On which side of a session something belongs."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Something to read or watch. language: the one it is in; None where that does not matter."""

    title: Words
    url: str
    when: When = When.BEFORE
    language: Language | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A guest who talks in a session and does not take part in the programme. email: None for one without a message."""

    name: str
    email: str | None = None
    topic: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A dated half-day. number: from 1, in the order of the file; it stays when dates change.

    starts: local, in the programme's zone. place: None where nobody meets in a room; link: None where there is nothing
    to join. coach: an e-mail. groups: whose it is; empty for everybody's. sequence: how often what a calendar shows of
    it has changed since it was first loaded. cancelled: it was taken out of the programme after it was loaded.
    """

    number: int
    title: Words
    starts: datetime
    length: timedelta
    mode: Mode
    theme: Words = field(default_factory=dict)
    place: Words = field(default_factory=dict)
    link: str | None = None
    coach: str | None = None
    speakers: tuple[Speaker, ...] = ()
    materials: tuple[Material, ...] = ()
    groups: frozenset[str] = frozenset()
    sequence: int = 0
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWindow:
    """Some weeks in which something is to happen. Local dates; the last one is part of it."""

    id: str
    first: date
    last: date
    title: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Days without any message. Local dates; the last one is part of it.

    yearly: on the same days of every year that the programme touches; a first day after the last one in the year is
    across New Year's. It then stays where it is when the programme is moved to other dates.
    """

    first: date
    last: date
    yearly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The programme's policies.

    hours: of members who have none of their own. holidays: the country whose public holidays are kept where nothing is
    known of the member's. pooled_from: results are shown of no fewer people. kept_days: so long after the end what
    people wrote is kept.
    """

    hours: Hours = field(default_factory=Hours)
    holidays: str = "FI"
    dose: Policy = USUAL
    pooled_from: int = 5
    kept_days: int = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A coaching programme. Dates are local, in *timezone*; the last one is part of it.

    languages: the first is what others fall back to. objectives: as the funder lists them. indicators: figures of the
    organisation that it wants to move. groups: what they are called, by id. elements: as the file has them.
    """

    id: str
    name: Words
    languages: tuple[Language, ...]
    timezone: str
    starts: date
    ends: date
    description: Words = field(default_factory=dict)
    objectives: tuple[Words, ...] = ()
    indicators: tuple[Words, ...] = ()
    groups: Mapping[str, Words] = field(default_factory=dict)
    rules: Rules = Rules()
    breaks: tuple[Break, ...] = ()
    windows: tuple[DateWindow, ...] = ()
    sessions: tuple[Session, ...] = ()
    elements: tuple[Written, ...] = ()

    @property
    def all_elements(self) -> tuple[Element, ...]:
        """The elements, and after each what follows from it."""
        return tuple(
            one
            for each in self.elements
            for one in (each, *(retrievals(each) if isinstance(each, LearningItem) else ()))
        )


def breaks_of(programme: Programme) -> tuple[DateRange, ...]:
    """The programme's breaks on their dates; a yearly one in each year from the start to one year after the end."""
    ranges: list[DateRange] = []
    for each in programme.breaks:
        if not each.yearly:
            ranges.append(DateRange(first=each.first, last=each.last))
            continue
        length = each.last - each.first
        for year in range(programme.starts.year - 1, programme.ends.year + 2):
            first = _in_year(each.first, year)
            ranges.append(DateRange(first=first, last=first + length))
    return tuple(sorted(ranges, key=lambda each: each.first))


def break_days(programme: Programme) -> frozenset[date]:
    """Every date of the programme's breaks, from a year before its start to two years after its end."""
    earliest, latest = programme.starts - timedelta(days=366), programme.ends + timedelta(days=732)
    days: set[date] = set()
    for each in breaks_of(programme):
        first, last = max(each.first, earliest), min(each.last, latest)
        days.update(first + timedelta(days=number) for number in range((last - first).days + 1))
    return frozenset(days)


def _in_year(day: date, year: int) -> date:
    return date(year, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=year)
