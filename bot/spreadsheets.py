"""Spreadsheets: a table as CSV and as XLSX, in which nothing that somebody wrote is ever a formula."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

#: A moment is in local time. None: an empty cell.
Cell: TypeAlias = str | int | float | datetime | None

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What a spreadsheet may take for a formula, after whatever it skips: in full width too, as some input methods write.
_FORMULA = re.compile(r"[\s\x00-\x20\u00a0\u200b-\u200f\u2060\ufeff]*[=+\-@|\u2212\uff1d\uff0b\uff0d\uff20]")
_BEGINS_WITH_SPACE = ("\t", "\r", "\n")
_NARROWEST, _WIDEST = 8, 60
#: Characters that a cell of Excel holds.
_LONGEST = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with one row of headings. name: of the sheet, 31 characters at the most."""

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_csv_file(sheet: Sheet) -> bytes:
    """With a byte-order mark and semicolons, as Excel opens it where a comma stands in numbers; every cell in quotes.

    A text that a spreadsheet could take for a formula begins with an apostrophe.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_harmless(heading) for heading in sheet.headings])
    writer.writerows([_as_text(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8", "replace")


def as_xlsx_file(sheet: Sheet) -> bytes:
    """Texts as texts, whatever they begin with; moments as moments. Nothing is written to the disk on the way."""
    import xlsxwriter  # few ever need it, so it is no part of the start

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        page = book.add_worksheet(sheet.name)
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for column, heading in enumerate(sheet.headings):
            page.write_string(0, column, heading, bold)
            page.set_column(column, column, _width(sheet, column))
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, column, _whole(cell)[:_LONGEST])
                elif isinstance(cell, datetime):
                    page.write_datetime(number, column, cell.replace(tzinfo=None), moment)
                elif cell is not None:
                    page.write_number(number, column, cell)
        page.freeze_panes(1, 0)
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.headings) - 1)
    return written.getvalue()


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return _harmless(cell) if isinstance(cell, str) else str(cell)


def _harmless(text: str) -> str:
    is_risky = text.startswith(_BEGINS_WITH_SPACE) or _FORMULA.match(text) is not None
    return f"'{text}" if is_risky else text


def _whole(text: str) -> str:
    """Without halves of characters, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _width(sheet: Sheet, column: int) -> int:
    longest = max((len(_as_text(row[column])) for row in sheet.rows), default=0)
    return min(max(_NARROWEST, longest + 1, len(sheet.headings[column]) + 2), _WIDEST)
