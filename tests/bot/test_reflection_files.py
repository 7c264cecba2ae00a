"""Reflection files: what one says, and every fault of a wrong one at once, with what to do about it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reflection_files import LARGEST_FILE, ReflectionFile, ReflectionsRefused, read
from coaching.people import Language

HOUSE = Path(__file__).parents[2]
AINO = "aino@ministry.example"
PROGRAMME = '[programme]\nkey = "arki"\nname = { fi = "Arki" }\ntimezone = "Europe/Helsinki"\n'
REFLECTION = '[[reflection]]\nkey = "session-1"\ntitle = { fi = "Istunto 1" }\nfor = "participants"\n'


def loaded(folder: Path, content: str | bytes, *, programme: str | None = None) -> ReflectionFile:
    """What a file of this content says; Aino alone is known."""
    file = folder / "reflections.toml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(file, known_emails={AINO}, programme=programme)


def refused(folder: Path, content: str | bytes) -> tuple[str, ...]:
    """The faults of a file of this content."""
    with pytest.raises(ReflectionsRefused) as refusal:
        loaded(folder, content)
    return refusal.value.faults


def test_the_example_is_read_as_it_says() -> None:
    example = read(HOUSE / "demo" / "reflections.example.toml", known_emails={AINO})

    first, second = example.reflections
    assert (example.programme, example.name and example.name[Language.SV]) == ("arki-2026", "Ledarskap i vardagen")
    assert (first.key, first.emails, first.questions, first.opens_at) == ("session-1", (AINO,), (), None)
    assert first.due_at == datetime(2030, 1, 31, 14, tzinfo=UTC)
    assert (second.emails, len(second.questions)) == (None, 2)
    assert second.closes_at == datetime(2030, 2, 22, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("2026-10-25T03:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="a time that comes twice"),
        pytest.param("2027-03-28T03:30:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC), id="a time that is skipped"),
        pytest.param("2026-10-25T03:30:00+02:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), id="with its offset"),
        pytest.param("2026-11-23 14:00:00", datetime(2026, 11, 23, 12, 0, tzinfo=UTC), id="a space for the T"),
    ],
)
def test_a_local_time_is_of_the_files_zone(tmp_path: Path, written: str, meant: datetime) -> None:
    (reflection,) = loaded(tmp_path, f"{PROGRAMME}{REFLECTION}opens_at = {written}\n").reflections

    assert reflection.opens_at == meant


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + (PROGRAMME + REFLECTION).encode(), id="byte-order mark"),
        pytest.param((PROGRAMME + REFLECTION).replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(REFLECTION + PROGRAMME, id="the programme last"),
        pytest.param(PROGRAMME + REFLECTION.replace('"participants"', f'["{AINO.upper()}", " {AINO}"]'), id="e-mails"),
    ],
)
def test_it_may_be_written_in_several_ways(tmp_path: Path, content: str | bytes) -> None:
    (reflection,) = loaded(tmp_path, content).reflections

    assert reflection.title == {Language.FI: "Istunto 1"}
    assert reflection.emails in (None, (AINO,))


def test_the_command_can_name_the_programme(tmp_path: Path) -> None:
    assert loaded(tmp_path, PROGRAMME + REFLECTION, programme="tempo").programme == "tempo"
    assert loaded(tmp_path, REFLECTION, programme="tempo").name is None


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    faults = refused(
        tmp_path,
        'colour = "red"\n[programme]\nkey = "Arki!"\nname = { de = "Alltag" }\ntimezone = "Helsinki"\n'
        '[[reflection]]\nkey = "a"\ntitle = "Istunto"\nopens_at = "2026-11-23"\nfor = []\n'
        '[[reflection]]\nkey = "a"\ntitle = { fi = "", sv = "\\u0000" }\nquestions = [{}]\n'
        'due_at = 1000-01-01T00:00:00\nfor = ["nobody@ministry.example"]\n',
    )

    places = [fault.partition(":")[0] for fault in faults]
    assert places == [
        "programme, key",
        "programme, name, de",
        "programme, timezone",
        "reflection 1, title",
        "reflection 1, opens_at",
        "reflection 1, for",
        "reflection 2, title, fi",
        "reflection 2, title, sv",
        "reflection 2, questions 1",
        "reflection 2, due_at",
        "colour",
        "reflection 2, key",
        "reflection 2, for",
    ]
    assert all("; " in fault for fault in faults), "each says what to do"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(PROGRAMME, "reflection: it is missing", id="no reflection"),
        pytest.param(REFLECTION, "programme: it is missing", id="no programme"),
        pytest.param(PROGRAMME + REFLECTION.replace("[[reflection]]", "[reflection]"), "not a list", id="one table"),
        pytest.param(PROGRAMME + REFLECTION + "due_at = 2026-11-23\n", "not a date with a time", id="a date alone"),
        pytest.param(
            PROGRAMME.replace("timezone", "#") + REFLECTION + "due_at = 2026-11-23T09:00:00\n",
            "which time zone",
            id="a local time without a zone",
        ),
        pytest.param(
            PROGRAMME + REFLECTION + "opens_at = 2026-11-23T09:00:00\ncloses_at = 2026-11-23T07:00:00Z\n",
            "opens_at, closes_at have to follow each other",
            id="it closes as it opens",
        ),
        pytest.param(PROGRAMME + REFLECTION.replace("Istunto 1", "x" * 301), "longer than 300", id="a long title"),
        pytest.param(PROGRAMME + REFLECTION * 2, "that of reflection 1 already", id="a key twice"),
        pytest.param(PROGRAMME + REFLECTION * 101, "more than 100", id="too many"),
        pytest.param("key = ", "this is not TOML: ", id="no TOML"),
        pytest.param("key = " + "[" * 100_000, "this is not TOML", id="brackets"),
        pytest.param("key = " + "1" * 10_000, "this is not TOML", id="a long number"),
        pytest.param("Päivä".encode("latin-1"), "not UTF-8", id="another encoding"),
        pytest.param(b"#" * (LARGEST_FILE + 1), "larger than 1 MB", id="too large"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(tmp_path: Path, content: str | bytes, said: str) -> None:
    faults = refused(tmp_path, content)

    assert said in faults[0]
    assert all("\n" not in fault and len(fault) < 300 for fault in faults)


@pytest.mark.parametrize("name", ["nowhere.toml", "", "a\0b"])
def test_a_file_that_is_not_there_is_told_in_a_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReflectionsRefused, match="the file cannot be read"):
        read(tmp_path / name, known_emails=())


@settings(max_examples=200)
@given(content=st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_whatever_stands_in_it_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    assert refused(tmp_path, content)
