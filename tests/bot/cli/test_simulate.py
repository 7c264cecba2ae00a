"""The command that shows what a programme would say."""

from pathlib import Path

import pytest

from tests.bot.cli.conftest import refused, run

PROGRAMMES = Path(__file__).parents[3] / "programmes"
AKO = PROGRAMMES / "ako-2020.yaml"
ROSTER = PROGRAMMES / "ako-2020.people.csv"
SHORT = f"simulate {AKO} --until 2020-10-09"


def test_a_programme_is_shown_without_any_database() -> None:
    result = run(f"{SHORT} --people 4")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert "Esikatselu: " in result.stdout
    assert "Henkilö 1 – Osallistuja" in result.stdout
    assert "\x1b" not in result.stdout


def test_the_people_of_a_roster_are_shown_and_one_of_them_alone_by_address() -> None:
    email = ROSTER.read_text(encoding="utf-8").splitlines()[1].split(",")[0]

    everybody = run(f"{SHORT} --people {ROSTER} --language sv")
    one = run(f"{SHORT} --people {ROSTER} --language sv --person {email.upper()}")

    assert everybody.exit_code == one.exit_code == 0
    assert "De andra i korthet" in everybody.stdout
    assert "En person." in one.stdout
    assert "De andra i korthet" not in one.stdout


def test_a_made_up_person_is_chosen_by_number() -> None:
    assert "Person 3 – " in run(f"{SHORT} --people 4 --language en --person person-3").stdout


def test_people_who_never_answer_hear_other_things_than_those_who_always_do() -> None:
    shown = {answers: run(f"{SHORT} --people 2 --answers {answers}").stdout for answers in ("always", "never")}

    assert "Muistutus: " in shown["never"]
    assert "Muistutus: " not in shown["always"]


def test_on_other_dates_the_sessions_that_had_to_move_are_told() -> None:
    result = run(f"simulate {AKO} --people 2 --start 2026-11-02 --language en")

    assert result.exit_code == 0
    assert "From Tue 3 Nov 2026" in result.stdout
    assert "is a " in result.stderr
    assert all(line.startswith("Session ") for line in result.stderr.splitlines())


def test_the_page_is_written_and_written_again(tmp_path: Path) -> None:
    target = tmp_path / "ako.html"

    first, second = (run(f"{SHORT} --people 2 --html {target}") for _ in range(2))

    assert first.exit_code == second.exit_code == 0
    assert second.stdout == f"Written to {target}.\n"
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param("--people 0", "--people 0: from 1 to 1000 people can be made up.", id="nobody is made up"),
        pytest.param("--people -3", "--people -3: from 1 to 1000", id="fewer than nobody"),
        pytest.param("--people 100000", "from 1 to 1000", id="a town is made up"),
        pytest.param("--people nobody.csv", "the file cannot be read", id="a roster that is not there"),
        pytest.param("--people .", "the file cannot be read", id="a folder for a roster"),
        pytest.param(
            "--people 2 --until 2019-01-01", "--until 2019-01-01: the programme starts on 2020-", id="it ends too early"
        ),
        pytest.param("--people 2 --until 2399-01-01", "--until 2399-01-01: that is more than", id="it never ends"),
        pytest.param(
            "--people 7 --person aino",
            "there is nobody like that; there are person-1, person-2, person-3, person-4, person-5 and 2 more.",
            id="an unknown person",
        ),
        pytest.param("--people 2 --html .", "the page cannot be written there", id="a folder for a page"),
        pytest.param("--people 2 --html nowhere/a.html", "the page cannot be written there", id="no folder for a page"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_message(options: str, said: str) -> None:
    message = refused(f"simulate {AKO} {options}")

    assert said in message


def test_a_faulty_programme_is_refused_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "faulty.yaml"
    file.write_text("id: faulty\nnonsense: 1\n", encoding="utf-8")

    message = refused(f"simulate {file} --people 2")

    assert f"{file}:2" in message
    assert "nonsense" in message


def test_two_people_of_one_name_are_told_apart_by_address(tmp_path: Path) -> None:
    roster = tmp_path / "people.csv"
    header = ROSTER.read_text(encoding="utf-8").splitlines()[0]
    cells = dict.fromkeys(header.split(","), "") | {"name": "Aino", "role": "participant"}
    rows = [cells | {"email": f"aino.{family}@ministry.example"} for family in ("aalto", "berg")]
    roster.write_text("\n".join([header, *(",".join(row.values()) for row in rows)]), encoding="utf-8")

    assert "2 people have that name; write the e-mail." in refused(f"{SHORT} --people {roster} --person aino")


def test_a_manager_who_is_not_on_the_roster_is_no_fault_of_a_preview(tmp_path: Path) -> None:
    roster = tmp_path / "people.csv"
    header = ROSTER.read_text(encoding="utf-8").splitlines()[0]
    cells = dict.fromkeys(header.split(","), "") | {"email": "aino@ministry.example", "name": "Aino"}
    cells |= {"role": "participant", "manager": "boss@ministry.example"}
    roster.write_text(f"{header}\n{','.join(cells.values())}\n", encoding="utf-8")

    assert "Aino – " in run(f"{SHORT} --people {roster}").stdout
