"""The people of a preview: those of a roster, read without any database, or made-up ones."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.people_files import RosterRefused, read
from bot.refusals import Refused
from coaching.anchored import OWN
from coaching.calendar import start_of_day
from coaching.hours import Availability
from coaching.people import Language, Role
from coaching.placing import Enrolled, Placed, placed
from coaching.programmes import Programme
from coaching.rosters import RosterFaultKind, RosterRow
from coaching.simulation import Somebody
from dialogs.wording import t
from storage.public_holidays import YEARS_AHEAD, public_holidays

MOST_MADE_UP = 1000
_A_YEAR = timedelta(days=366)


class NoSuchPeople(Refused):
    """The people of a preview are a roster's file, or how many are to be made up."""


def people_of(wanted: str, programme: Programme, language: Language) -> list[Somebody]:
    """The people of the roster at the path *wanted*, or as many made-up ones where it is a number.

    language: of the made-up names. Raises NoSuchPeople, or RosterRefused with every fault of the file.
    """
    if not wanted.lstrip("-").isdecimal():
        return [_of_roster(row, programme) for row in _rows(Path(wanted))]
    count = int(wanted)
    if not 1 <= count <= MOST_MADE_UP:
        raise NoSuchPeople(f"--people {wanted}: from 1 to {MOST_MADE_UP} people can be made up.")
    return made_up(count, programme, language)


def made_up(count: int, programme: Programme, language: Language) -> list[Somebody]:
    """So many people, spread over the programme's groups and languages.

    Where there are enough, one is there for each part beside the participants' that something is for.
    """
    languages = programme.languages
    others = sorted({role for each in programme.elements for role in each.audience.roles} - {Role.PARTICIPANT})
    others = others if len(others) < count else []
    roles = [Role.PARTICIPANT] * (count - len(others)) + others
    people: list[Somebody] = []
    for number, role in enumerate(roles, start=1):
        groups = _groups_of(programme, role)
        group = groups[(number - 1) // len(languages) % len(groups)] if groups else None
        person = _somebody(
            programme,
            key=f"person-{number}",
            name=t(language, "preview.person", number=number),
            language=languages[(number - 1) % len(languages)],
            role=role,
            groups=frozenset({group} if group is not None else ()),
            timezone=programme.timezone,
        )
        people.append(person)
    return people


def _groups_of(programme: Programme, role: Role) -> list[str]:
    """The groups that somebody in that part may be in: those that something is for; else those of nobody else."""
    named = {role: set[str]() for role in Role}
    for session in programme.sessions:
        named[Role.PARTICIPANT] |= session.groups
    for element in programme.elements:
        for each in element.audience.roles:
            named[each] |= element.audience.groups
    of_others = set[str]().union(*(groups for other, groups in named.items() if other is not role))
    return sorted(named[role] or programme.groups.keys() - of_others)


def _rows(path: Path) -> list[RosterRow]:
    """A manager or a coach who is not in the file may be known to Sparri already, so nobody minds here."""
    try:
        return read(path, known_emails=())
    except RosterRefused as refused:
        unknown = {fault.value for fault in refused.faults if fault.kind is RosterFaultKind.UNKNOWN_PERSON}
        return read(path, known_emails=unknown)


def _of_roster(row: RosterRow, programme: Programme) -> Somebody:
    return _somebody(
        programme,
        key=row.email,
        name=row.name,
        language=row.language or programme.languages[0],
        role=row.role,
        groups=frozenset(row.groups),
        timezone=row.timezone or programme.timezone,
    )


def _somebody(
    programme: Programme,
    *,
    key: str,
    name: str,
    language: Language,
    role: Role,
    groups: frozenset[str],
    timezone: str,
) -> Somebody:
    """They join at the programme's start, or in time for what comes before it."""
    zone = ZoneInfo(programme.timezone)
    enrolled = Enrolled(
        roles=frozenset({role}),
        groups=groups,
        availability=Availability(
            zone=ZoneInfo(timezone),
            hours=programme.rules.hours,
            days_off=_holidays(programme),
        ),
        joined_at=start_of_day(programme.starts - _A_YEAR, zone),
        happened={},
    )
    openings = [each.opens_at for each in placed(programme, enrolled) if each.opens_at and not _is_own(each)]
    first = min((opening.astimezone(zone).date() for opening in openings), default=programme.starts)
    joined_at = start_of_day(min(first, programme.starts), zone)
    return Somebody(key=key, name=name, language=language, enrolled=replace(enrolled, joined_at=joined_at))


def _holidays(programme: Programme) -> frozenset[date]:
    """Of every year that a preview may reach."""
    country, year = programme.rules.holidays, programme.starts.year
    return public_holidays(country, year) | public_holidays(country, year + YEARS_AHEAD + 2)


def _is_own(each: Placed) -> bool:
    """Whether it follows from when the person joined, or from what they do."""
    return each.element.at.anchor.kind in OWN
