"""Rosters: who is in, in which part, and with which manager and coach, as an organisation writes it down.

The whole roster is checked before any of it is used, so that one reading finds every fault.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coaching.people import Language, Role


class Column(StrEnum):
    """The columns of a roster. All must be there, in any order."""

    EMAIL = "email"
    NAME = "name"
    ROLE = "role"
    LANGUAGE = "language"
    TIMEZONE = "timezone"
    UNIT = "unit"
    GROUPS = "groups"
    MANAGER = "manager"
    COACH = "coach"


class RosterFaultKind(StrEnum):
    """Why a roster is refused: for the file as a whole, for its shape, or for what stands in a cell."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    BINARY = "binary"
    NOT_UTF8 = "not_utf8"
    NOBODY = "nobody"

    QUOTES = "quotes"
    TOO_FEW_CELLS = "too_few_cells"
    TOO_MANY_CELLS = "too_many_cells"
    TOO_MANY_PEOPLE = "too_many_people"
    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    DUPLICATE_COLUMN = "duplicate_column"

    EMPTY = "empty"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    NOT_AN_EMAIL = "not_an_email"
    DUPLICATE_EMAIL = "duplicate_email"
    UNKNOWN_ROLE = "unknown_role"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_TIMEZONE = "unknown_timezone"
    UNKNOWN_PERSON = "unknown_person"
    OWN_MANAGER = "own_manager"
    MANAGERS_IN_A_CIRCLE = "managers_in_a_circle"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFault:
    """One thing to mend. line: of the file, from 1, the first one of its row; None for the file as a whole.

    column: None for the row as a whole. value: what stands there, without space around it. first_line: where the
    first of two equal ones is, None for a fault that needs no second.
    """

    line: int | None
    column: str | None
    kind: RosterFaultKind
    value: str = ""
    first_line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLine:
    """One row as it was written, by column name; line is the file's, from 1."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One person, fit to be let in. E-mails are lower case; manager and coach are e-mails, None where not named.

    language and timezone: None where the cell is empty; Teams then tells. groups: in the order written, each once.
    line: where the person stands in the file, from 1.
    """

    email: str
    name: str
    role: Role
    language: Language | None
    timezone: str | None
    unit: str
    groups: tuple[str, ...]
    manager: str | None
    coach: str | None
    line: int


#: The most characters of a cell. 254 is the longest address that mail carries (RFC 5321).
LONGEST: Mapping[Column, int] = {
    Column.EMAIL: 254,
    Column.NAME: 200,
    Column.ROLE: 40,
    Column.LANGUAGE: 40,
    Column.TIMEZONE: 64,
    Column.UNIT: 200,
    Column.GROUPS: 1_000,
    Column.MANAGER: 254,
    Column.COACH: 254,
}
REQUIRED = frozenset({Column.EMAIL, Column.NAME, Column.ROLE})

#: Characters that turn the direction of what follows: a name with one could show as another's.
_DIRECTION = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
_ATOM = r"[^\s@.,;:<>()\[\]\"\\]+"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_EMAIL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def check(
    header: Sequence[str],
    lines: Sequence[RosterLine],
    *,
    known_emails: Collection[str],
    timezones: Collection[str],
    header_line: int = 1,
) -> tuple[list[RosterRow], list[RosterFault]]:
    """The people of a roster and every fault in it, in the order of the file. Use no row of a roster with a fault.

    known_emails: of people who are in already; a manager or a coach may be one. timezones: the known IANA names.
    A missing column is one fault, not one a row. Managers are followed within the roster only. Raises nothing.
    """
    faults = _header_faults(header, header_line)
    columns = [column for column in Column if column in header]
    tidy = [RosterLine(line=line.line, cells=_tidied(line.cells, columns)) for line in lines]
    zones = frozenset(timezones)
    for line in tidy:
        faults += _cell_faults(line, zones)
    faults += _duplicate_emails(tidy)
    if Column.EMAIL in columns:
        faults += _unknown_people(tidy, frozenset(email.lower() for email in known_emails))
    faults += _circles(tidy)
    faults.sort(key=_place)
    return _rows(tidy, columns, faults), faults


def _header_faults(header: Sequence[str], line: int) -> list[RosterFault]:
    faults = [
        RosterFault(line=line, column=column, kind=RosterFaultKind.MISSING_COLUMN)
        for column in Column
        if column not in header
    ]
    for number, column in enumerate(header):
        if column not in set(Column):
            faults.append(RosterFault(line=line, column=column, kind=RosterFaultKind.UNKNOWN_COLUMN, value=column))
        elif column in header[:number]:
            faults.append(RosterFault(line=line, column=column, kind=RosterFaultKind.DUPLICATE_COLUMN, value=column))
    return faults


def _tidied(cells: Mapping[str, str], columns: Sequence[Column]) -> dict[str, str]:
    """The cells as they are compared and kept: one form of each letter, no space around, closed words in lower case."""
    lower = {Column.EMAIL, Column.MANAGER, Column.COACH, Column.ROLE, Column.LANGUAGE}
    tidy = {column: unicodedata.normalize("NFC", cells.get(column, "")).strip() for column in columns}
    return {column: text.lower() if column in lower else text for column, text in tidy.items()}


def _cell_faults(line: RosterLine, zones: frozenset[str]) -> Iterator[RosterFault]:
    for column, text in line.cells.items():
        kind = _cell_fault(Column(column), text, zones)
        if kind is not None:
            yield RosterFault(line=line.line, column=column, kind=kind, value=text)
    manager = line.cells.get(Column.MANAGER)
    if manager and manager == line.cells.get(Column.EMAIL):
        yield RosterFault(line=line.line, column=Column.MANAGER, kind=RosterFaultKind.OWN_MANAGER, value=manager)


def _cell_fault(column: Column, text: str, zones: frozenset[str]) -> RosterFaultKind | None:
    if any(unicodedata.category(letter) in _UNSEEN or letter in _DIRECTION for letter in text):
        return RosterFaultKind.CONTROL_CHARACTER
    if len(text) > LONGEST[column]:
        return RosterFaultKind.TOO_LONG
    if not text:
        return RosterFaultKind.EMPTY if column in REQUIRED else None
    match column:
        case Column.EMAIL | Column.MANAGER | Column.COACH:
            return None if is_email(text) else RosterFaultKind.NOT_AN_EMAIL
        case Column.ROLE:
            return None if text in set(Role) else RosterFaultKind.UNKNOWN_ROLE
        case Column.LANGUAGE:
            return None if text in set(Language) else RosterFaultKind.UNKNOWN_LANGUAGE
        case Column.TIMEZONE:
            return None if text in zones else RosterFaultKind.UNKNOWN_TIMEZONE
        case _:
            return None


def is_email(text: str) -> bool:
    """Whether it can be an e-mail address."""
    return len(text) <= LONGEST[Column.EMAIL] and _EMAIL.fullmatch(text) is not None


def _duplicate_emails(lines: Sequence[RosterLine]) -> Iterator[RosterFault]:
    first: dict[str, int] = {}
    for line in lines:
        email = line.cells.get(Column.EMAIL)
        if not email:
            continue
        if email in first:
            yield RosterFault(
                line=line.line,
                column=Column.EMAIL,
                kind=RosterFaultKind.DUPLICATE_EMAIL,
                value=email,
                first_line=first[email],
            )
        first.setdefault(email, line.line)


def _unknown_people(lines: Sequence[RosterLine], known_emails: frozenset[str]) -> Iterator[RosterFault]:
    emails = known_emails | {line.cells[Column.EMAIL] for line in lines}
    for line in lines:
        for column in (Column.MANAGER, Column.COACH):
            named = line.cells.get(column, "")
            if is_email(named) and named not in emails:
                yield RosterFault(line=line.line, column=column, kind=RosterFaultKind.UNKNOWN_PERSON, value=named)


def _circles(lines: Sequence[RosterLine]) -> Iterator[RosterFault]:
    """One fault for each circle of two or more, at the line of it that comes first."""
    places = {line.cells.get(Column.EMAIL, ""): line for line in reversed(lines)}
    managers = {email: line.cells.get(Column.MANAGER, "") for email, line in places.items() if email}
    seen: set[str] = set()
    for start in managers:
        path: dict[str, None] = {}
        email = start
        while email in managers and email not in seen:
            seen.add(email)
            path[email] = None
            email = managers[email]
        if email not in path:
            continue
        circle = list(path)[list(path).index(email) :]
        if len(circle) > 1:
            at = min(circle, key=lambda member: places[member].line)
            turned = circle[circle.index(at) :] + circle[: circle.index(at)]
            yield RosterFault(
                line=places[at].line,
                column=Column.MANAGER,
                kind=RosterFaultKind.MANAGERS_IN_A_CIRCLE,
                value=" → ".join([*turned, at]),
            )


def _place(fault: RosterFault) -> tuple[int, int]:
    order = list(Column)
    column = fault.column
    return fault.line or 0, order.index(Column(column)) if column in order else len(order)


def _rows(lines: Sequence[RosterLine], columns: Sequence[Column], faults: Sequence[RosterFault]) -> list[RosterRow]:
    if len(columns) < len(Column):
        return []
    faulty = {fault.line for fault in faults}
    return [_row(line) for line in lines if line.line not in faulty]


def _row(line: RosterLine) -> RosterRow:
    cells = {Column(column): text for column, text in line.cells.items()}
    groups = (group.strip() for group in cells[Column.GROUPS].split(";"))
    return RosterRow(
        email=cells[Column.EMAIL],
        name=cells[Column.NAME],
        role=Role(cells[Column.ROLE]),
        language=Language(cells[Column.LANGUAGE]) if cells[Column.LANGUAGE] else None,
        timezone=cells[Column.TIMEZONE] or None,
        unit=cells[Column.UNIT],
        groups=tuple(dict.fromkeys(group for group in groups if group)),
        manager=cells[Column.MANAGER] or None,
        coach=cells[Column.COACH] or None,
        line=line.line,
    )
