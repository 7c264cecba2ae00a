"""Checks of a programme: whether what its file says makes sense together, before anybody is asked anything."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from zoneinfo import ZoneInfo

from coaching.anchor_checks import anchor_faults
from coaching.placement_checks import placement_faults
from coaching.programme_faults import Fault, FaultKind, Path, Severity
from coaching.programmes import Programme, Session
from coaching.text_checks import text_faults

__all__ = ["Fault", "FaultKind", "Severity", "faults"]

LONGEST = 10  # years that a programme lasts

#: With one of these nobody can say when anything would be.
_UNPLACEABLE = frozenset(
    {
        FaultKind.UNKNOWN_TIMEZONE,
        FaultKind.REVERSED_DATES,
        FaultKind.ENDLESS,
        FaultKind.UNKNOWN_ANCHOR,
        FaultKind.WITHOUT_EACH,
    }
)


def faults(programme: Programme, *, holidays: Callable[[str, int], frozenset[date]]) -> list[Fault]:
    """Everything in a programme that is wrong or doubtful. Raises nothing.

    holidays: the public holidays of a country (ISO 3166 alpha-2) around a year; none at all for an unknown country.
    What can never be sent, and what would be too much, is said once the anchors and the dates are right.
    """
    found = [
        *_date_faults(programme),
        *_session_faults(programme),
        *_name_faults(programme),
        *text_faults(programme),
        *anchor_faults(programme),
    ]
    country = programme.rules.holidays
    is_code = re.fullmatch("[A-Z]{2}", country) is not None
    days_off = frozenset[date]().union(*(holidays(country, year) for year in _years(programme) if is_code))
    if not days_off:
        found.append(Fault(path=("rules", "holidays"), kind=FaultKind.UNKNOWN_COUNTRY, value=country))
    if not any(fault.kind in _UNPLACEABLE for fault in found):
        found += placement_faults(programme, days_off)
    return found


def _years(programme: Programme) -> range:
    first = programme.starts.year
    return range(first, min(max(programme.ends.year, first), first + LONGEST) + 1)


def _date_faults(programme: Programme) -> Iterator[Fault]:
    try:
        ZoneInfo(programme.timezone)
    except (KeyError, ValueError, OSError):
        yield Fault(path=("timezone",), kind=FaultKind.UNKNOWN_TIMEZONE, value=programme.timezone)
    years = (programme.ends - programme.starts).days // 365
    if programme.ends < programme.starts:
        yield Fault(path=("ends",), kind=FaultKind.REVERSED_DATES, value=str(programme.ends))
    elif years >= LONGEST:
        yield Fault(path=("ends",), kind=FaultKind.ENDLESS, number=years)
    for index, window in enumerate(programme.windows):
        yield from _range_faults(("windows", index), window.first, window.last)
        for field, day in (("first", window.first), ("last", window.last)):
            if not programme.starts <= day <= programme.ends:
                yield Fault(path=("windows", index, field), kind=FaultKind.OUTSIDE_PROGRAMME, value=str(day))
    for index, away in enumerate(programme.breaks):
        yield from _range_faults(("breaks", index), away.first, away.last)


def _range_faults(path: Path, first: date, last: date) -> Iterator[Fault]:
    if last < first:
        yield Fault(path=(*path, "last"), kind=FaultKind.REVERSED_DATES, value=str(last))


def _session_faults(programme: Programme) -> Iterator[Fault]:
    held = [(index, each) for index, each in enumerate(programme.sessions) if not each.cancelled]
    for index, session in held:
        starts, ends = session.starts, session.starts + session.length
        if starts.date() < programme.starts or ends.date() > programme.ends:
            value = str(starts.date())
            yield Fault(path=("sessions", index, "starts"), kind=FaultKind.OUTSIDE_PROGRAMME, value=value)
    running: list[Session] = []
    for index, session in sorted(held, key=lambda each: each[1].starts):
        running = [each for each in running if each.starts + each.length > session.starts]
        same = (each for each in running if not each.groups or not session.groups or each.groups & session.groups)
        other = next(same, None)
        if other is not None:
            yield Fault(path=("sessions", index, "starts"), kind=FaultKind.OVERLAP, number=other.number)
        running.append(session)


def _name_faults(programme: Programme) -> Iterator[Fault]:
    sessions = ((("sessions", index, "number"), each.number) for index, each in enumerate(programme.sessions))
    yield from _duplicates(sessions)
    yield from _duplicates((("windows", index, "id"), each.id) for index, each in enumerate(programme.windows))
    yield from _duplicates((("elements", index, "id"), each.id) for index, each in enumerate(programme.elements))
    for index, element in enumerate(programme.elements):
        for field in ("questions", "items", "steps"):
            inner = enumerate(getattr(element, field, ()))
            yield from _duplicates((("elements", index, field, place, "id"), each.id) for place, each in inner)
        if not element.audience.roles:
            yield Fault(path=("elements", index, "audience"), kind=FaultKind.NOBODY)
        yield from _group_faults(("elements", index, "audience"), element.audience.groups, programme)
    for index, session in enumerate(programme.sessions):
        yield from _group_faults(("sessions", index), session.groups, programme)


def _duplicates(names: Iterable[tuple[Path, Hashable]]) -> Iterator[Fault]:
    seen: set[Hashable] = set()
    for path, name in names:
        if name in seen:
            yield Fault(path=path, kind=FaultKind.DUPLICATE_ID, value=str(name))
        seen.add(name)


def _group_faults(path: Path, groups: frozenset[str], programme: Programme) -> Iterator[Fault]:
    known = tuple(programme.groups)
    for group in sorted(groups - programme.groups.keys()):
        yield Fault(path=(*path, "groups"), kind=FaultKind.UNKNOWN_GROUP, value=group, others=known)
