"""Spreadsheets: what somebody wrote comes back as they wrote it, and is never a formula."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.spreadsheets import Cell, Sheet, as_csv_file, as_xlsx_file

NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
FORMULAS = [
    "=1+1",
    '=cmd|"/c calc"!A1',
    "+358 40 123",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "−1",
    "|calc",
    "\tplain",
    "\rplain",
]
RISKY = "=+-@|−＝＋－＠\t\r\n"


def sheet(*rows: Sequence[Cell]) -> Sheet:
    return Sheet(name="Seuranta", headings=["Nimi", "Vastaus"], rows=list(rows))


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content: bytes) -> tuple[list[str], ElementTree.Element]:
    """The shared texts in their order, and the sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        page = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        shared = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(each.itertext()) for each in shared.findall("x:si", NAMESPACE)], page


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_is_a_text(text: str) -> None:
    (_, row) = read_csv(as_csv_file(sheet([text, "Hyvin"])))
    texts, page = read_xlsx(as_xlsx_file(sheet([text, "Hyvin"])))

    assert row == [f"'{text}", "Hyvin"]
    assert page.findall(".//x:f", NAMESPACE) == []
    assert {cell.get("t") for cell in page.findall(".//x:c", NAMESPACE)} == {"s"}
    assert texts[2].replace("_x000D_", "\r") == text


@given(texts=st.lists(st.text(max_size=50) | st.sampled_from(FORMULAS), min_size=1, max_size=6))
def test_no_text_is_ever_a_formula_and_none_is_lost(texts: list[str]) -> None:
    rows = read_csv(as_csv_file(sheet(*[["x", text] for text in texts])))[1:]

    assert len(rows) == len(texts)
    for (_, cell), text in zip(rows, texts, strict=True):
        assert cell.removeprefix("'") == text.removeprefix("'")
        assert not cell or cell[0] not in RISKY
        assert not cell.lstrip() or cell.lstrip()[0] not in RISKY


@given(texts=st.lists(st.text(max_size=50) | st.sampled_from(FORMULAS), min_size=1, max_size=6))
def test_an_excel_file_holds_texts_only(texts: list[str]) -> None:
    _, page = read_xlsx(as_xlsx_file(sheet(*[["x", text] for text in texts])))

    assert page.findall(".//x:f", NAMESPACE) == []
    assert page.findall(".//x:hyperlink", NAMESPACE) == []
    assert {cell.get("t") for cell in page.findall(".//x:c", NAMESPACE) if len(cell)} == {"s"}


def test_a_number_is_a_number_and_a_moment_a_moment() -> None:
    at = datetime(2026, 11, 16, 8, 5, tzinfo=UTC)

    (_, row) = read_csv(as_csv_file(sheet([-2, at])))
    _, page = read_xlsx(as_xlsx_file(sheet([-2, at])))

    assert row == ["-2", "2026-11-16 08:05"]
    number, moment = [float(value.text or "") for value in page.findall(".//x:row[2]/x:c/x:v", NAMESPACE)]
    assert number == -2
    assert datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=moment) - at < timedelta(seconds=1)


def test_halves_of_characters_and_separators_break_nothing() -> None:
    text = 'a;b"c\r\nd\ud800'

    (_, row) = read_csv(as_csv_file(sheet([text, None])))
    texts, _ = read_xlsx(as_xlsx_file(sheet([text, None])))

    assert row == ['a;b"c\r\nd?', ""]
    assert texts[2].startswith('a;b"c')
