"""The commands about loaded programmes and their members: what would change is told first, nothing is done twice."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from coaching.asks import AskState, SkipReason
from storage.store import Store
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.builders import TENANT
from tests.conftest import Database

PROGRAMME = """\
id: trial
name: {fi: Kokeilu, sv: Försöket, en: The trial}
languages: [fi, sv, en]
timezone: Europe/Helsinki
starts: 2090-01-09
ends: 2090-06-30
groups:
  a: {fi: A, sv: A, en: A}
sessions:
  - number: 1
    title: {fi: Alku, sv: Början, en: The beginning}
    starts: 2090-01-12 09:00
    length: 3 h
    mode: virtual
    link: https://meet.example/1
  - number: 2
    title: {fi: Loppu, sv: Slutet, en: The end}
    starts: 2090-01-26 09:00
    length: 3 h
    mode: virtual
    link: https://meet.example/2
elements:
  - id: prep
    kind: session_prep
    each: session
    title: {fi: Valmistaudu, sv: Förbered dig, en: Prepare}
    at: {anchor: session.each.start, offset: -2 workdays, time: person}
  - id: debrief
    kind: reflection
    each: session
    title: {fi: Mitä jäi, sv: Vad blev kvar, en: What stayed}
    at: {anchor: session.each.end, offset: +1 workday, time: "09:30"}
"""
MOVED = PROGRAMME.replace("2090-01-26", "2090-02-02")
HEADER = "email,name,role,language,timezone,unit,groups,manager,coach"
ROSTER = f"{HEADER}\naino@ministry.example,Aino Aalto,participant,fi,,HR,a,,\nbo@ministry.example,Bo Berg,coach,,,,,,\n"

pytestmark = pytest.mark.usefixtures("on_database")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the files are, and the commands are typed."""
    (tmp_path / "trial.yaml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "people.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def said(command: str) -> str:
    """What a command that ends well says."""
    result = run(command)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def asked(database: Database, email: str) -> list[tuple[str, str, SkipReason | None]]:
    """What somebody has been asked, by the sources' keys, and where it stands."""

    async def work(store: Store) -> Sequence[tuple[str, str, SkipReason | None]]:
        async with store.transaction() as unit:
            person = await unit.people.by_email(TENANT, email)
            loaded = await unit.revisions.find(TENANT, "trial")
            assert person is not None
            assert loaded is not None
            sources = {each.id: each for each in (await unit.revisions.sources(loaded.id)).values()}
            found = (await unit.members.asks(loaded.id, [person.id], sources))[person.id]
        return [(ask.element.key, ask.state, ask.skipped) for ask in found]

    return sorted(with_the_store(database, work))


def test_a_programme_is_loaded_and_the_same_again_changes_nothing(folder: Path) -> None:
    first = said("programme load trial.yaml --yes")
    again = said("programme load trial.yaml --yes")

    assert first.splitlines()[:2] == [
        "The trial (trial) is new: 2090-01-09 to 2090-06-30.",
        "  2 sessions, 2 elements",
    ]
    assert again.splitlines()[0] == "Nothing has changed in it since it was loaded."
    assert " 1 " in said("programme list").splitlines()[3]


def test_the_difference_is_shown_and_nothing_is_done_without_a_yes(folder: Path) -> None:
    said("programme load trial.yaml --yes")
    said("people load people.csv --programme trial")
    (folder / "trial.yaml").write_text(MOVED, encoding="utf-8")

    no = run("programme load trial.yaml")
    yes = said("programme load trial.yaml --yes")

    assert no.exit_code == 1
    assert "Session 2 (The end) has moved. It was Thu 26 Jan 2090" in no.stdout
    assert "2 messages move, 0 disappear, 0 already sent are touched; 1 person gets one notice." in no.stdout
    assert yes.startswith("The trial (trial), from revision 1 to 2:")
    assert yes.endswith("2 people brought up to date.\n")


def test_sessions_that_cannot_keep_their_weekday_are_told_with_another_start(folder: Path) -> None:
    shifted = said("programme load trial.yaml --start 2090-05-20 --yes")

    assert shifted.splitlines()[:2] == [
        "Session 1 is on 2090-05-26: 2090-05-25 is a holiday.",
        "The trial (trial) is new: 2090-05-22 to 2090-11-10.",
    ]


def test_a_file_with_a_fault_is_refused_with_its_line(folder: Path) -> None:
    (folder / "trial.yaml").write_text(PROGRAMME.replace("kind: reflection", "kind: poem"), encoding="utf-8")

    assert "trial.yaml:29: error" in refused("programme load trial.yaml --yes")
    assert said("programme list") == "No programmes.\n"


def test_people_of_a_roster_are_enrolled_and_asked(on_database: Database, folder: Path) -> None:
    said("programme load trial.yaml --yes")
    (folder / "people.csv").write_text(ROSTER.replace(",a,", ",A;a,"), encoding="utf-8")

    result = run("people load people.csv --programme trial")

    assert result.stdout == "2 new, 0 changed, 0 as they were.\n"
    assert result.stderr == "The programme has no group A, where some of its members are.\n"
    assert [key for key, _, _ in asked(on_database, "aino@ministry.example")] == [
        "debrief.1",
        "debrief.2",
        "prep.1",
        "prep.2",
    ]
    assert asked(on_database, "bo@ministry.example") == []


def test_somebody_joins_leaves_and_comes_back(on_database: Database, folder: Path) -> None:
    said("programme load trial.yaml --yes")

    assert "give their --name" in refused("person add uma@ministry.example --programme trial")
    joined = said("person add uma@ministry.example --name Uma --programme trial --groups a")
    assert "no group b, but a" in refused("person add uma@ministry.example --programme trial --groups b")
    left = said("person leave uma@ministry.example --programme trial")
    states = {(state, skipped) for _, state, skipped in asked(on_database, "uma@ministry.example")}
    said("person leave uma@ministry.example --programme trial")
    said("person add uma@ministry.example --programme trial")

    assert joined == "uma@ministry.example takes part in trial.\n"
    assert left == "uma@ministry.example takes part in trial no more.\n"
    assert states == {(AskState.SKIPPED, SkipReason.LEFT)}
    assert {state for _, state, _ in asked(on_database, "uma@ministry.example")} == {AskState.OPEN}


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("person add aino@ministry.example --name Aino --programme tempo", "no programme 'tempo'"),
        ("person add aino --name Aino --programme trial", "is no e-mail address"),
        ("person add a@b.example --name A --coach c@d.example --programme trial", "the coach's address"),
        ("person leave aino@ministry.example --programme trial", "has no part in the programme"),
        ("person leave aino@ministry.example --programme tempo", "no programme 'tempo'"),
        ("programme show tempo", "no programme 'tempo'"),
        ("programme end tempo --yes", "no programme 'tempo'"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(folder: Path, command: str, why: str) -> None:
    said("programme load trial.yaml --yes")

    assert why in refused(command)


def test_a_programme_is_shown_and_ended(on_database: Database, folder: Path) -> None:
    said("programme load trial.yaml --yes")
    said("people load people.csv --programme trial")

    shown = said("programme show trial").splitlines()
    asking = run("programme end trial")
    ended = said("programme end trial --yes")

    assert shown[:3] == ["The trial (trial), revision 1", "2 people", "2090-01-09 to 2090-06-30, Europe/Helsinki"]
    assert "  session 1  2090-01-12 09:00  virtual  The beginning" in shown
    assert "  prep  session_prep, with each session  Prepare" in shown
    assert "4 messages not sent yet will not be, to 1 person." in asking.stdout
    assert asking.exit_code == 1
    assert ended.endswith("2 people brought up to date.\n")
    assert {skipped for _, _, skipped in asked(on_database, "aino@ministry.example")} == {SkipReason.WITHDRAWN}
    assert said("programme end trial --yes").startswith("trial has ended already.")
    assert "has ended; nothing was changed" in refused("programme load trial.yaml --yes")
    assert "has ended; nothing was changed" in refused("person add aino@ministry.example --programme trial")
