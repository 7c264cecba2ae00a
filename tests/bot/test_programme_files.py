"""Programme files: what stands in them is read as it stands, and each fault is told with its line."""

from contextlib import suppress
from datetime import date, time, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import programme_files
from bot.programme_files import ProgrammeRefused, read_programme
from coaching.anchors import Anchor, AnchorKind, At, Offset, OwnTime, Skip
from coaching.elements import Reflection, SessionLink
from coaching.people import Language, Role
from coaching.programmes import Mode, Programme
from tests.bot.programme_samples import FAULTS, SESSION, SHIPPED, SMALL, the_example


def read(folder: Path, content: str | bytes) -> Programme:
    """What a file of this content is read as."""
    file = folder / "p.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_programme(file)


def told(folder: Path, content: str | bytes) -> list[str]:
    """The faults of a file of this content: `line where: what`."""
    with pytest.raises(ProgrammeRefused) as refusal:
        read(folder, content)
    return [f"{fault.line} {fault.where}: {fault.what}" for fault in refusal.value.faults]


def test_the_documented_example_is_read_as_what_it_says(tmp_path: Path) -> None:
    programme = read(tmp_path, the_example())

    assert (programme.id, programme.starts, programme.ends) == ("kokeilu-2027", date(2027, 2, 1), date(2027, 6, 18))
    assert programme.rules.hours.start == time(8, 30)
    assert programme.rules.dose.merge_within == timedelta(hours=4)
    (session,) = programme.sessions
    assert (f"{session.starts}", session.length) == ("2027-02-04 09:00:00", timedelta(hours=3, minutes=30))
    assert session.mode is Mode.VIRTUAL
    link = programme.elements[1]
    assert isinstance(link, SessionLink)
    assert (link.late, link.urgent) == (Offset(hours=1), True)
    debrief = programme.elements[2]
    assert isinstance(debrief, Reflection)
    assert debrief.at == At(
        anchor=Anchor(kind=AnchorKind.SESSION_END, key="each"),
        offset=Offset(workdays=1),
        time=time(9, 30),
        skip=frozenset(Skip),
    )
    assert programme.elements[0].at.time is OwnTime.PERSON
    rush = programme.elements[4]
    assert rush.audience.roles == {Role.PARTICIPANT, Role.MANAGER}
    assert rush.repeat is not None
    assert rush.repeat.afterwards == (1, 3, 6, 12)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_programme_that_ships_can_be_read(file: Path) -> None:
    assert read_programme(file).id == file.stem


def test_every_value_is_the_text_that_stands_there(tmp_path: Path) -> None:
    texts = SMALL.replace("Pieni", "no").replace("languages: [fi]", "languages: [fi, sv, en]")

    programme = read(tmp_path, texts + "objectives:\n  - {fi: 14:30, sv: 0x1F, en: null}\n  - ' ~ '\n")

    assert programme.name == {Language.FI: "no"}
    assert programme.objectives == (
        {Language.FI: "14:30", Language.SV: "0x1F", Language.EN: "null"},
        {Language.FI: "~"},
    )


def test_a_text_without_a_language_is_of_the_first_one(tmp_path: Path) -> None:
    assert read(tmp_path, SMALL.replace("[fi]", "[sv, fi]")).name == {Language.SV: "Pieni"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + SMALL.encode(), id="byte-order mark"),
        pytest.param(SMALL.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(SMALL.replace("\n", "\r"), id="old Mac line ends"),
        pytest.param("# ours\n---\n" + SMALL + "...\n", id="with the marks of a document"),
        pytest.param(SMALL.replace("Pieni", '"\\u0050ieni"'), id="quoted"),
    ],
)
def test_what_editors_write_is_read_the_same(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content).name == {Language.FI: "Pieni"}


@pytest.mark.parametrize(("old", "new", "line", "what"), FAULTS, ids=[fault[3][:50] for fault in FAULTS])
def test_a_fault_is_told_with_its_line_and_what_to_do(tmp_path: Path, old: str, new: str, line: int, what: str) -> None:
    faults = told(tmp_path, SMALL.replace(old, new) if old else SMALL + new)

    assert any(fault.startswith(f"{line} ") and what in fault for fault in faults), faults


BOMB = "a: &a [x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}]\n" for before, name in zip("abcdef", "bcdefg", strict=True)
)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        pytest.param("", "None : the file is empty", id="empty"),
        pytest.param("\ufeff# nothing\n", "None : the file is empty", id="only a comment"),
        pytest.param("---\n", "None : this is no programme", id="an empty document"),
        pytest.param("- a\n- b\n", "None : this is no programme", id="a list"),
        pytest.param("hello", "None : this is no programme", id="a text"),
        pytest.param(BOMB, "1 : a name for other places, which begins with &", id="a bomb"),
        pytest.param(SMALL + "groups: *x\n", "7 : *x stands for another place", id="an alias"),
        pytest.param(SMALL + "groups: !!python/name:os.system x\n", "7 : a tag, which begins with !", id="a tag"),
        pytest.param(SMALL + "---\n" + SMALL, "7 : a second document begins", id="two documents"),
        pytest.param("[" * 100_000, "1 : nested more than 30 deep", id="deep"),
        pytest.param("? " * 100_000, "1 : nested more than 30 deep", id="deep keys"),
        pytest.param("a: [" + "x," * 300_001, "1 : more than 300000 values", id="without end"),
        pytest.param("? [a, b]\n: c\n", "1 : a key is a short text", id="a list as a key"),
        pytest.param("k" * 101 + ": c\n", "1 : a key is a short text", id="a long key"),
        pytest.param(SMALL + "a: b: c\n", "7 : this is not YAML: mapping values are not allowed", id="no YAML"),
        pytest.param(SMALL + 'a: "b\n\n', "9 : this is not YAML: found unexpected end of stream", id="an open quote"),
        pytest.param(SMALL + "\ta: b\n", "7 : this is not YAML", id="a tab"),
        pytest.param("näin: \x07\n", "1 : a character here cannot be seen", id="a bell"),
        pytest.param(SMALL.encode() + "ä".encode("latin-1"), "7 : from here on it is not UTF-8", id="latin-1"),
        pytest.param(SMALL.encode("utf-16"), "None : this is not a text file", id="utf-16"),
        pytest.param(b"PK\x03\x04\x00\x00", "None : this is not a text file", id="an archive"),
        pytest.param(b"#" * 5_000_001, "None : the file is larger than 5 MB", id="too large"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, content: str | bytes, what: str) -> None:
    faults = told(tmp_path, content)

    assert len(faults) == 1
    assert faults[0].startswith(what)


@pytest.mark.parametrize("name", ["no-such-file.yaml", ".", "a\0b"])
def test_a_file_that_cannot_be_opened_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProgrammeRefused, match="the file cannot be read") as refusal:
        read_programme(tmp_path / name)

    assert len(refusal.value.faults) == 1


def test_all_faults_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    faults = told(tmp_path, SMALL.replace("small", "S").replace("2027-06-18", "soon") + SESSION.replace("Alku", "{}"))

    assert [fault.split(":")[0] for fault in faults] == ["1 id", "6 ends", "9 sessions[1].title"]


def test_the_message_names_the_file_and_shows_a_hundred_faults(tmp_path: Path) -> None:
    with pytest.raises(ProgrammeRefused) as refusal:
        read(tmp_path, SMALL.replace("small", "S") + "objectives:\n" + "  - {}\n" * 200)

    lines = str(refusal.value).splitlines()
    assert lines[0] == "The programme is not taken; nothing was changed."
    assert lines[1].startswith(f"  {tmp_path / 'p.yaml'}:1: error: id: 'S' is not an id")
    assert len(refusal.value.faults) == 201
    assert lines[-1] == "  and 101 more"


def test_what_is_shown_of_a_file_stays_on_one_line_and_short(tmp_path: Path) -> None:
    ugly = SMALL + '"a\\nb": 1\nrules: {holidays: FI, hours: {start: "' + "9\\n" * 100 + '"}}\n'

    faults = told(tmp_path, ugly)

    assert [fault.splitlines() for fault in faults] == [[fault] for fault in faults]
    assert max(map(len, faults)) < 400


SNIPPETS = st.sampled_from(
    [
        "id: a\n",
        "elements:\n",
        "- ",
        "  ",
        "kind: plan",
        "at: {anchor: ",
        "session.1.end",
        "[",
        "]",
        "}",
        ", ",
        '"',
        ": ",
    ]
)
WRITTEN = st.lists(SNIPPETS | st.text(max_size=8)).map("".join)


@given(content=st.binary(max_size=300) | WRITTEN.map(lambda text: (SMALL + text).encode("utf-8", "surrogatepass")))
@example(content=b"a: \xf0\x9f\x98\x80\x85")
@example(content=b"%TAG ! tag:\n---\nid: a")
@settings(max_examples=400)
def test_whatever_stands_in_a_file_it_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    with suppress(ProgrammeRefused):
        read(tmp_path, content)


def test_no_file_is_larger_than_is_read() -> None:
    assert programme_files.LARGEST_FILE == 5_000_000
