"""Roster files: encodings, delimiters and quotes, with the line in the file for each fault."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import people_files
from bot.people_files import RosterRefused, read, timezones
from coaching.people import Language, Role
from coaching.rosters import Column, RosterFaultKind, RosterRow

HEADER = "email,name,role,language,timezone,unit,groups,manager,coach"
AINO = "aino@office.example,Aino Aalto,participant,fi,Europe/Helsinki,HR,,,"
PEKKA = "pekka@office.example,Pekka Puro,coach,sv,Europe/Stockholm,HR,,,"


def loaded(folder: Path, content: str | bytes) -> list[RosterRow]:
    """What a file of this content is read as, with nobody known before."""
    file = folder / "roster.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(file, known_emails=())


def refused(folder: Path, content: str | bytes) -> RosterRefused:
    """The refusal of a file of this content."""
    with pytest.raises(RosterRefused) as refusal:
        loaded(folder, content)
    return refusal.value


def roster(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def test_a_roster_is_read_as_its_people(tmp_path: Path) -> None:
    rows = loaded(tmp_path, roster("Aino@office.example,Äinö,participant,sv,,HR,A;B,pekka@office.example,", PEKKA))

    assert [(row.line, row.email, row.name, row.role) for row in rows] == [
        (2, "aino@office.example", "Äinö", Role.PARTICIPANT),
        (3, "pekka@office.example", "Pekka Puro", Role.COACH),
    ]
    assert (rows[0].language, rows[0].groups, rows[0].manager) == (Language.SV, ("A", "B"), "pekka@office.example")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + roster(AINO, PEKKA).encode(), id="byte-order mark"),
        pytest.param(roster(AINO, PEKKA).replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(roster(AINO, PEKKA).replace("\n", "\r"), id="old Mac line ends"),
        pytest.param(roster(AINO, PEKKA).replace(",", ";"), id="semicolons"),
        pytest.param(roster(AINO, PEKKA).replace(",", "\t"), id="tabs"),
        pytest.param(roster(AINO, PEKKA).replace(",", " , "), id="spaces around"),
        pytest.param(roster(AINO, PEKKA).removesuffix("\n"), id="no line end at the end"),
        pytest.param("\n" + roster(AINO, "", ",,,,,,,,", PEKKA, "  "), id="blank rows"),
        pytest.param(roster(*('"' + row.replace(",", '","') + '"' for row in (AINO, PEKKA))), id="all quoted"),
    ],
)
def test_what_spreadsheets_write_is_read_the_same(tmp_path: Path, content: str | bytes) -> None:
    assert [row.name for row in loaded(tmp_path, content)] == ["Aino Aalto", "Pekka Puro"]


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    backwards = [",".join(reversed(row.split(","))) for row in (HEADER, AINO, PEKKA)]

    rows = loaded(tmp_path, "\n".join(backwards))

    assert [(row.email, row.timezone) for row in rows] == [
        ("aino@office.example", "Europe/Helsinki"),
        ("pekka@office.example", "Europe/Stockholm"),
    ]


def test_groups_in_a_file_with_semicolons_are_quoted(tmp_path: Path) -> None:
    quoted = 'aino@office.example;Aino;participant;fi;;;"A;B";;'

    (aino,) = loaded(tmp_path, roster(quoted, header=HEADER.replace(",", ";")))
    refusal = refused(tmp_path, roster(quoted.replace('"', ""), header=HEADER.replace(",", ";")))

    assert aino.groups == ("A", "B")
    assert 'line 2: 10 cells, too many; quote a cell that has the separator in it, as in "A;B"' in str(refusal)


def test_a_manager_who_is_known_already_need_not_be_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(roster(AINO[:-1] + "siri@office.example,"))

    (aino,) = read(file, known_emails={"Siri@office.example"})

    assert aino.manager == "siri@office.example"


SHORT = "otso@office.example,Otso"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(
            roster('a@a.example,"Aino\n\nAalto",coach,fi,,,,,', "b@a.example,B,boss,fi,,,,,"),
            [(2, "name", "control_character"), (5, "role", "unknown_role")],
            id="line breaks in a cell count as lines",
        ),
        pytest.param(roster(AINO, "", SHORT), [(4, None, "too_few_cells")], id="too few cells, after a blank row"),
        pytest.param(roster(AINO + ",x"), [(2, None, "too_many_cells")], id="too many cells"),
        pytest.param(
            roster(SHORT, AINO[:-1] + "otso@office.example,", "b@a.example,B,boss,fi,,,,,"),
            [(2, None, "too_few_cells"), (4, "role", "unknown_role")],
            id="somebody in a short row is known",
        ),
        pytest.param(
            roster("b@a.example,B,boss,fi,,,,z@a.example,", '"' + AINO, PEKKA),
            [(2, "role", "unknown_role"), (3, None, "quotes")],
            id="a quotation mark that is never closed",
        ),
        pytest.param(roster(AINO, 'x@a.example,"X"y,coach,,,,,,'), [(3, None, "quotes")], id="text after a quotation"),
        pytest.param('"' + roster(AINO), [(1, None, "quotes")], id="quotation in the header"),
        pytest.param(roster(AINO + "x" * 200_000), [(2, None, "quotes")], id="a cell without end"),
        pytest.param(
            "\n\n" + roster(AINO, header=HEADER.replace("unit", "office")),
            [(3, "unit", "missing_column"), (3, "office", "unknown_column")],
            id="a column of another name",
        ),
        pytest.param("," * 5_000, [(None, None, "nobody")], id="nothing but commas"),
        pytest.param("a," * 5_000, [(1, None, "too_many_cells")], id="a header without end"),
        pytest.param("", [(None, None, "nobody")], id="an empty file"),
        pytest.param("\ufeff\n \n", [(None, None, "nobody")], id="a blank file"),
        pytest.param(HEADER, [(None, None, "nobody")], id="a header only"),
        pytest.param(roster("Äinö").encode("latin-1"), [(2, None, "not_utf8")], id="latin-1"),
        pytest.param(roster(AINO).encode("utf-16"), [(None, None, "binary")], id="utf-16"),
        pytest.param(b"PK\x03\x04\x00\x00", [(None, None, "binary")], id="a spreadsheet"),
        pytest.param(roster(AINO) + "\0", [(None, None, "binary")], id="nul"),
    ],
)
def test_a_fault_is_named_by_the_line_of_the_file(
    tmp_path: Path, content: str | bytes, expected: list[tuple[int | None, str | None, str]]
) -> None:
    refusal = refused(tmp_path, content)

    assert [(fault.line, fault.column, fault.kind) for fault in refusal.faults] == expected
    assert len(str(refusal).splitlines()) == 1 + len(expected)


def test_the_message_says_where_what_and_what_to_do(tmp_path: Path) -> None:
    refusal = refused(tmp_path, roster(AINO.replace("participant", "boss"), AINO))

    assert str(refusal).splitlines() == [
        "The roster is not loaded; nothing was changed.",
        "  line 2, column role: 'boss' is not a role; write one of participant, coach, manager, owner, speaker",
        "  line 3, column email: 'aino@office.example' is on line 2 already; keep one row a person",
    ]


def test_a_cell_is_shown_on_one_line_and_shortened(tmp_path: Path) -> None:
    ugly = AINO.replace("Aino Aalto", '"\x1b[2J\n' + "x" * 500 + '"')

    message = str(refused(tmp_path, roster(ugly)))

    assert "\x1b" not in message
    assert max(len(line) for line in message.splitlines()) < 300


def test_a_thousand_faults_are_all_kept_and_a_hundred_shown(tmp_path: Path) -> None:
    refusal = refused(tmp_path, roster(*[SHORT] * 1_000))

    assert len(refusal.faults) == 1_000
    assert str(refusal).endswith("  and 900 more")


def test_a_fault_of_each_kind_has_words() -> None:
    assert set(people_files._WHAT_TO_DO) == set(RosterFaultKind)


@pytest.mark.parametrize("name", ["no-such-file.csv", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(RosterRefused, match="cannot be read") as refusal:
        read(tmp_path / name, known_emails=())

    assert [fault.kind for fault in refusal.value.faults] == [RosterFaultKind.UNREADABLE]


def test_a_file_over_ten_megabytes_is_refused(tmp_path: Path) -> None:
    refusal = refused(tmp_path, roster(AINO) + "\n" * people_files.LARGEST_FILE)

    assert [fault.kind for fault in refusal.faults] == [RosterFaultKind.TOO_LARGE]


def test_a_file_with_too_many_people_is_refused_at_the_first_one_too_many(tmp_path: Path) -> None:
    rows = (f"p{number}@a.example,P,coach,,,,,," for number in range(people_files.MOST_PEOPLE + 1))

    refusal = refused(tmp_path, roster(*rows))

    assert [(fault.kind, fault.line) for fault in refusal.faults] == [
        (RosterFaultKind.TOO_MANY_PEOPLE, people_files.MOST_PEOPLE + 2)
    ]


def test_time_zones_are_those_of_the_pinned_wheel() -> None:
    zones = timezones()

    assert {"Europe/Helsinki", "Europe/Mariehamn", "UTC"} <= zones
    assert not {"localtime", "Factory", "posixrules"} & zones


fragments = st.sampled_from(
    [b",", b";", b"\t", b"\n", b"\r", b'"', b"\xff", b"\0", *map(str.encode, Column), b"fi", AINO.encode()]
)


@given(content=st.one_of(st.binary(max_size=300), st.lists(fragments, max_size=40).map(b"".join)), headed=st.booleans())
@example(content=b'"', headed=True)
def test_random_bytes_are_read_or_refused_and_nothing_else(tmp_path: Path, content: bytes, headed: bool) -> None:
    rows: list[RosterRow] | None = None
    with suppress(RosterRefused):
        rows = loaded(tmp_path, HEADER.encode() + b"\n" + content if headed else content)

    assert rows != []
