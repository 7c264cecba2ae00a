"""Rosters: every fault with its line and column, and what a roster without one comes to."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.people import Language, Role
from coaching.rosters import Column, RosterFault, RosterFaultKind, RosterLine, RosterRow, check

HEADER = list(Column)
ZONES = frozenset({"Europe/Helsinki", "Europe/Stockholm"})
AINO = "aino@office.example"
PEKKA = "pekka@office.example"
SIRI = "siri@office.example"


def row(line: int, **cells: str) -> RosterLine:
    """A fit row of Aino's with the cells that a case is about."""
    fit = {"email": AINO, "name": "Aino Aalto", "role": "participant", "language": "fi", "timezone": "Europe/Helsinki"}
    return RosterLine(line=line, cells={column: (fit | cells).get(column, "") for column in Column})


def pekka(line: int, **cells: str) -> RosterLine:
    """Pekka's row, who coaches."""
    return row(line, **({"email": PEKKA, "name": "Pekka Puro", "role": "coach"} | cells))


def faults(lines: Sequence[RosterLine], *, header: Sequence[str] = HEADER) -> list[RosterFault]:
    """The faults of these rows where only Siri is known already."""
    return check(header, lines, known_emails={SIRI}, timezones=ZONES)[1]


def at(line: int, column: str, kind: RosterFaultKind, value: str = "", first_line: int | None = None) -> RosterFault:
    return RosterFault(line=line, column=column, kind=kind, value=value, first_line=first_line)


def test_a_roster_without_a_fault_is_its_people_in_the_order_of_the_file() -> None:
    written = row(
        2,
        email=" Aino@Office.EXAMPLE ",
        role="Participant",
        language="SV",
        groups=" A ; B;;A ",
        manager=PEKKA,
        unit="HR",
    )

    rows, found = check(HEADER, [written, pekka(3, language="", timezone="")], known_emails=(), timezones=ZONES)

    assert found == []
    assert rows == [
        RosterRow(
            email=AINO,
            name="Aino Aalto",
            role=Role.PARTICIPANT,
            language=Language.SV,
            timezone="Europe/Helsinki",
            unit="HR",
            groups=("A", "B"),
            manager=PEKKA,
            coach=None,
            line=2,
        ),
        RosterRow(
            email=PEKKA,
            name="Pekka Puro",
            role=Role.COACH,
            language=None,
            timezone=None,
            unit="",
            groups=(),
            manager=None,
            coach=None,
            line=3,
        ),
    ]


@pytest.mark.parametrize(
    ("cells", "column", "kind", "value"),
    [
        pytest.param({"name": "Aino\u202eotlaA"}, "name", "control_character", "Aino\u202eotlaA", id="reversed text"),
        pytest.param({"name": "Aino\nAalto"}, "name", "control_character", "Aino\nAalto", id="line break in a name"),
        pytest.param({"unit": "HR\x07"}, "unit", "control_character", "HR\x07", id="bell in a unit"),
        pytest.param({"email": "ai\x00no@a.example"}, "email", "control_character", "ai\x00no@a.example", id="nul"),
        pytest.param({"name": "\ud800"}, "name", "control_character", "\ud800", id="half a character"),
        pytest.param({"email": ""}, "email", "empty", "", id="no e-mail"),
        pytest.param({"name": " \u00a0 "}, "name", "empty", "", id="blank name"),
        pytest.param({"role": ""}, "role", "empty", "", id="no role"),
        pytest.param({"email": "aino"}, "email", "not_an_email", "aino", id="no at sign"),
        pytest.param({"email": "aino@office"}, "email", "not_an_email", "aino@office", id="no top domain"),
        pytest.param({"email": "a@b@office.example"}, "email", "not_an_email", "a@b@office.example", id="two at signs"),
        pytest.param({"email": "a o@office.example"}, "email", "not_an_email", "a o@office.example", id="space inside"),
        pytest.param({"email": "a..o@office.example"}, "email", "not_an_email", "a..o@office.example", id="two dots"),
        pytest.param({"email": "aino@-a.example"}, "email", "not_an_email", "aino@-a.example", id="dash at the edge"),
        pytest.param({"manager": "Pekka Puro"}, "manager", "not_an_email", "pekka puro", id="manager by name"),
        pytest.param({"coach": f"{PEKKA},{SIRI}"}, "coach", "not_an_email", f"{PEKKA},{SIRI}", id="two coaches"),
        pytest.param({"role": "boss"}, "role", "unknown_role", "boss", id="unknown role"),
        pytest.param({"language": "de"}, "language", "unknown_language", "de", id="unknown language"),
        pytest.param({"timezone": "EET+2"}, "timezone", "unknown_timezone", "EET+2", id="unknown time zone"),
        pytest.param(
            {"timezone": "europe/helsinki"}, "timezone", "unknown_timezone", "europe/helsinki", id="zone case"
        ),
        pytest.param({"name": "ä" * 201}, "name", "too_long", "ä" * 201, id="long name"),
        pytest.param({"unit": "y" * 201}, "unit", "too_long", "y" * 201, id="long unit"),
        pytest.param({"groups": "g;" * 501}, "groups", "too_long", "g;" * 501, id="long groups"),
        pytest.param(
            {"coach": "c" * 250 + "@a.example"}, "coach", "too_long", "c" * 250 + "@a.example", id="long coach"
        ),
        pytest.param({"manager": PEKKA}, "manager", "unknown_person", PEKKA, id="manager who is nobody"),
        pytest.param({"coach": PEKKA}, "coach", "unknown_person", PEKKA, id="coach who is nobody"),
        pytest.param({"manager": AINO.upper()}, "manager", "own_manager", AINO, id="own manager"),
    ],
)
def test_a_faulty_cell_is_named_by_its_line_and_column(
    cells: dict[str, str], column: str, kind: str, value: str
) -> None:
    assert faults([row(7, **cells)]) == [at(7, column, RosterFaultKind(kind), value)]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param({"name": "Zoë Ångström-O'Hara أمل"}, id="letters of any script"),
        pytest.param({"email": "aino.m+x_1'y@hr.office-a.example"}, id="an unusual address"),
        pytest.param({"email": "äinö@työ.example"}, id="an address beyond ascii"),
        pytest.param({"manager": "SIRI@office.example", "coach": SIRI}, id="known already"),
        pytest.param({"coach": AINO}, id="a coach who takes part"),
        pytest.param({"name": "ä" * 200}, id="the longest name"),
    ],
)
def test_an_unusual_cell_is_fit(cells: dict[str, str]) -> None:
    assert faults([row(2, **cells)]) == []


def test_the_same_e_mail_twice_names_both_lines() -> None:
    found = faults([row(2), row(5, email=AINO.upper()), row(9)])

    duplicate = RosterFaultKind.DUPLICATE_EMAIL
    assert found == [at(5, "email", duplicate, AINO, 2), at(9, "email", duplicate, AINO, 2)]


def test_managers_in_a_circle_are_one_fault_at_its_first_line() -> None:
    siri = row(4, email=SIRI, manager=PEKKA)
    below = row(2, email="otso@office.example", manager=AINO)

    found = faults([below, row(3, manager=SIRI), siri, pekka(5, manager=AINO)])

    chain = f"{AINO} → {SIRI} → {PEKKA} → {AINO}"
    assert found == [at(3, "manager", RosterFaultKind.MANAGERS_IN_A_CIRCLE, chain)]


def test_a_long_line_of_managers_is_no_circle() -> None:
    chain = [row(n, email=f"p{n}@a.example", manager=f"p{n + 1}@a.example") for n in range(2, 5_000)]
    top = row(5_000, email="p5000@a.example")

    assert faults([*chain, top]) == []


def test_every_fault_of_a_roster_comes_at_once_in_its_order() -> None:
    found = faults([row(2, coach="x", role="boss", name=""), row(3, language="de")])

    assert [(fault.line, fault.column, fault.kind) for fault in found] == [
        (2, "name", RosterFaultKind.EMPTY),
        (2, "role", RosterFaultKind.UNKNOWN_ROLE),
        (2, "coach", RosterFaultKind.NOT_AN_EMAIL),
        (3, "email", RosterFaultKind.DUPLICATE_EMAIL),
        (3, "language", RosterFaultKind.UNKNOWN_LANGUAGE),
    ]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param(HEADER[:-1], [at(1, "coach", RosterFaultKind.MISSING_COLUMN)], id="missing"),
        pytest.param([*HEADER, "phone"], [at(1, "phone", RosterFaultKind.UNKNOWN_COLUMN, "phone")], id="unknown"),
        pytest.param([*HEADER, "unit"], [at(1, "unit", RosterFaultKind.DUPLICATE_COLUMN, "unit")], id="twice"),
        pytest.param([*HEADER, ""], [at(1, "", RosterFaultKind.UNKNOWN_COLUMN)], id="nameless"),
        pytest.param(
            ["Email", *HEADER[1:]],
            [at(1, "email", RosterFaultKind.MISSING_COLUMN), at(1, "Email", RosterFaultKind.UNKNOWN_COLUMN, "Email")],
            id="another spelling",
        ),
    ],
)
def test_a_faulty_header_is_named_by_its_column(header: list[str], expected: list[RosterFault]) -> None:
    cells = {column: text for column, text in row(2).cells.items() if column in header}

    rows, found = check(header, [RosterLine(line=2, cells=cells)], known_emails=(), timezones=ZONES)

    assert found == expected
    assert rows == [] or len(set(header) & set(Column)) == len(Column)


def test_a_fault_in_the_header_does_not_hide_those_in_the_rows() -> None:
    found = faults([row(2, role="boss")], header=[*HEADER, "phone"])

    assert [fault.kind for fault in found] == [RosterFaultKind.UNKNOWN_COLUMN, RosterFaultKind.UNKNOWN_ROLE]


cells = st.one_of(st.text(max_size=30), st.sampled_from([AINO, PEKKA, SIRI, "coach", "fi", "", " ", "Europe/Helsinki"]))


@given(
    header=st.lists(st.one_of(st.sampled_from(HEADER), st.text(max_size=5)), max_size=12),
    written=st.lists(st.dictionaries(st.sampled_from(HEADER), cells), max_size=8),
)
def test_no_roster_raises_and_a_row_with_a_fault_is_never_among_the_people(
    header: list[str], written: list[dict[str, str]]
) -> None:
    lines = [RosterLine(line=number, cells=cells) for number, cells in enumerate(written, start=2)]

    rows, found = check(header, lines, known_emails=(), timezones=ZONES)

    assert not {row.line for row in rows} & {fault.line for fault in found}
    assert all(row.email == row.email.strip().lower() for row in rows)
