"""Roster files: the CSV in which an organisation names its people, read and checked before anything is changed."""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NoReturn

from bot.refusals import Refused
from coaching.people import Language, Role
from coaching.rosters import LONGEST, Column, RosterFault, RosterFaultKind, RosterLine, RosterRow, check

LARGEST_FILE = 10_000_000  # bytes
MOST_PEOPLE = 100_000
MOST_COLUMNS = 50
FAULTS_SHOWN = 100
LONGEST_SHOWN = 120  # characters of a cell in a message
DELIMITERS = ",;\t"

_NEWLINE = re.compile(rb"\r\n|\r|\n")
_WHAT_TO_DO = {
    RosterFaultKind.UNREADABLE: "the file cannot be read ({count}); check its name and who may read it",
    RosterFaultKind.TOO_LARGE: f"the file is larger than {LARGEST_FILE // 1_000_000} MB; is it a roster at all?",
    RosterFaultKind.BINARY: "this is not a text file; in a spreadsheet, save it as CSV UTF-8",
    RosterFaultKind.NOT_UTF8: "the text is not UTF-8 from here on; in a spreadsheet, save it as CSV UTF-8",
    RosterFaultKind.NOBODY: "the file names nobody; write a header and one row for each person",
    RosterFaultKind.QUOTES: "a quotation mark is not closed, or not followed by the next cell; close it, or double it",
    RosterFaultKind.TOO_FEW_CELLS: "{count} cells where the header has more; write every column, if empty",
    RosterFaultKind.TOO_MANY_CELLS: '{count} cells, too many; quote a cell that has the separator in it, as in "A;B"',
    RosterFaultKind.TOO_MANY_PEOPLE: f"more than {MOST_PEOPLE} rows; load the people in several files",
    RosterFaultKind.MISSING_COLUMN: "the column is missing; the header is " + ",".join(Column),
    RosterFaultKind.UNKNOWN_COLUMN: "there is no such column; the header is " + ",".join(Column),
    RosterFaultKind.DUPLICATE_COLUMN: "the column is there twice; keep one",
    RosterFaultKind.EMPTY: "the cell is empty; fill it in",
    RosterFaultKind.TOO_LONG: "{value} is longer than {longest} characters; shorten it",
    RosterFaultKind.CONTROL_CHARACTER: "{value} has a character that cannot be seen; type it anew on one line",
    RosterFaultKind.NOT_AN_EMAIL: "{value} is not an e-mail address; write it as name@organisation.example",
    RosterFaultKind.DUPLICATE_EMAIL: "{value} is on line {first_line} already; keep one row a person",
    RosterFaultKind.UNKNOWN_ROLE: "{value} is not a role; write one of " + ", ".join(Role),
    RosterFaultKind.UNKNOWN_LANGUAGE: "{value} is not a language of Sparri; write one of " + ", ".join(Language),
    RosterFaultKind.UNKNOWN_TIMEZONE: "{value} is not a time zone; write its IANA name, such as Europe/Helsinki",
    RosterFaultKind.UNKNOWN_PERSON: "{value} is nobody in this file nor known already; add a row, or mend the address",
    RosterFaultKind.OWN_MANAGER: "{value} is the person's own address; write their manager's, or leave the cell empty",
    RosterFaultKind.MANAGERS_IN_A_CIRCLE: "managers in a circle, {value}; empty the cell of the one at the top",
}


class RosterRefused(Refused):
    """The roster is not loaded; nothing was changed."""

    def __init__(self, faults: Sequence[RosterFault]) -> None:
        """The message has a line for each fault, at most FAULTS_SHOWN; faults has them all."""
        self.faults = tuple(faults)
        shown = [f"  {_in_words(fault)}" for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            shown.append(f"  and {len(self.faults) - FAULTS_SHOWN} more")
        super().__init__("\n".join([str(type(self).__doc__), *shown]))


def read(path: Path, *, known_emails: Collection[str]) -> list[RosterRow]:
    """The people of the roster at *path*, in its order. Raises RosterRefused with every fault, and nothing else.

    UTF-8 with or without a byte-order mark; commas, semicolons or tabs between the cells, as the header has them.
    known_emails: of people who are in already; a manager or a coach may be one.
    """
    table, faults = _table(_text(_content(path)))
    if not table:
        raise RosterRefused(faults or [RosterFault(line=None, column=None, kind=RosterFaultKind.NOBODY)])
    cut_short = bool(faults)
    header_line, header = table[0].line, [cell.strip() for cell in table[0].cells]
    if len(header) > MOST_COLUMNS:
        raise RosterRefused([_miscounted(table[0], RosterFaultKind.TOO_MANY_CELLS)])
    whole = [row for row in table[1:] if len(row.cells) == len(header)]
    misshapen = [row for row in table[1:] if len(row.cells) != len(header)]
    rows, found = check(
        header,
        [RosterLine(line=row.line, cells=dict(zip(header, row.cells, strict=True))) for row in whole],
        known_emails={*known_emails, *_emails(header, misshapen)},
        timezones=timezones(),
        header_line=header_line,
    )
    faults += [_wrong_count(row, len(header)) for row in misshapen]
    faults += [fault for fault in found if not (cut_short and fault.kind is RosterFaultKind.UNKNOWN_PERSON)]
    if len(table) == 1 and not faults:
        faults.append(RosterFault(line=None, column=None, kind=RosterFaultKind.NOBODY))
    if faults:
        raise RosterRefused(sorted(faults, key=lambda fault: fault.line or 0))
    return rows


def timezones() -> frozenset[str]:
    """The IANA names of the pinned tzdata wheel: the same on every machine."""
    return frozenset(files("tzdata").joinpath("zones").read_text(encoding="ascii").split()) - {"Factory"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """The cells of one row as the file has them; line is the first of the row, from 1."""

    line: int
    cells: list[str]


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as fault:
        _refuse(RosterFaultKind.UNREADABLE, value=fault.strerror or "")
    except ValueError:
        _refuse(RosterFaultKind.UNREADABLE, value="no such name")
    if len(content) > LARGEST_FILE:
        _refuse(RosterFaultKind.TOO_LARGE)
    return content


def _text(content: bytes) -> str:
    if b"\0" in content:
        _refuse(RosterFaultKind.BINARY)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        _refuse(RosterFaultKind.NOT_UTF8, line=len(_NEWLINE.findall(content[: fault.start])) + 1)


def _table(text: str) -> tuple[list[_Row], list[RosterFault]]:
    """The rows that are not blank, the header first, and the fault that made it impossible to read on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    table: list[_Row] = []
    while len(table) <= MOST_PEOPLE + 1:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return table, []
        except csv.Error:
            return table, [RosterFault(line=line, column=None, kind=RosterFaultKind.QUOTES)]
        if any(cell.strip() for cell in cells):
            table.append(_Row(line=line, cells=cells))
    return table[:-1], [RosterFault(line=table[-1].line, column=None, kind=RosterFaultKind.TOO_MANY_PEOPLE)]


def _delimiter(text: str) -> str:
    """Whichever of the delimiters the first line that is not blank has most of: no column's name has one in it."""
    header = next((line for line in io.StringIO(text, newline="") if line.strip()), "")
    return max(DELIMITERS, key=header.count)


def _emails(header: Sequence[str], rows: Sequence[_Row]) -> set[str]:
    """The e-mails of rows with too few or too many cells, so that those who name them are not faulty too."""
    if Column.EMAIL not in header:
        return set()
    at = header.index(Column.EMAIL)
    return {row.cells[at].strip().lower() for row in rows if at < len(row.cells)}


def _wrong_count(row: _Row, wanted: int) -> RosterFault:
    few = len(row.cells) < wanted
    return _miscounted(row, RosterFaultKind.TOO_FEW_CELLS if few else RosterFaultKind.TOO_MANY_CELLS)


def _miscounted(row: _Row, kind: RosterFaultKind) -> RosterFault:
    return RosterFault(line=row.line, column=None, kind=kind, value=str(len(row.cells)))


def _refuse(kind: RosterFaultKind, *, line: int | None = None, value: str = "") -> NoReturn:
    raise RosterRefused([RosterFault(line=line, column=None, kind=kind, value=value)]) from None


def _in_words(fault: RosterFault) -> str:
    what = _WHAT_TO_DO[fault.kind].format(
        value=_shown(fault.value),
        count=fault.value,
        first_line=fault.first_line,
        longest=LONGEST[Column(fault.column)] if fault.column in set(Column) else None,
    )
    if fault.line is None:
        return what
    if fault.column is None:
        return f"line {fault.line}: {what}"
    column = fault.column if fault.column in set(Column) else _shown(fault.column)
    return f"line {fault.line}, column {column}: {what}"


def _shown(value: str) -> str:
    """What stands in a cell, quoted, on one line and not too long for a message."""
    short = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
    return repr(short)
