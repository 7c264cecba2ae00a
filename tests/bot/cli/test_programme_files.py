"""The commands about programme files: what is wrong is told by line, and editors get a schema."""

import json
from pathlib import Path

import pytest

from tests.bot.cli.conftest import run
from tests.bot.programme_samples import ELEMENT, SESSION, SHIPPED, SMALL


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_programme_that_ships_is_fine_but_for_assessments_that_are_not_sent_yet(file: Path) -> None:
    result = run(f"programme check {file}")

    *warnings, last = result.stdout.splitlines()
    assert result.exit_code == 0
    assert last.startswith(f"{file}: fine, ")
    assert len(warnings) == (2 if file.stem == "om-2020-2021" else 0)
    assert all("does not send assessments with items of their own yet" in line for line in warnings)


def test_a_fine_file_is_counted(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(SMALL + SESSION + ELEMENT)

    result = run("programme check p.yaml")

    assert (result.exit_code, result.stdout) == (0, "p.yaml: fine, 1 sessions, 1 elements\n")


def test_faults_of_all_files_are_told_by_line_and_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(SMALL + ELEMENT.replace("programme.start", "session.2.end"))
    (tmp_path / "q.yaml").write_text("id: q\nid: r\n- x\n")
    (tmp_path / "r.yaml").write_text(SMALL)

    result = run("programme check p.yaml q.yaml r.yaml none.yaml")

    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout.splitlines() == [
        "p.yaml:11: error: elements[1].at.anchor: session.2.end is not in this file; there is none at all",
        "q.yaml:3: error: this is not YAML: did not find expected key; look at the indent, the colons and the quotes"
        " here and on the line before",
        "r.yaml: fine, 0 sessions, 0 elements",
        "none.yaml: error: the file cannot be read (No such file or directory); check its name and who may read it",
    ]


def test_a_warning_alone_does_not_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(SMALL.replace("[fi]", "[fi, sv]"))

    result = run("programme check p.yaml")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "p.yaml:2: warning: name: no text in sv, where the one in fi is shown instead; write it",
        "p.yaml: fine, 0 sessions, 0 elements",
    ]


def test_the_schema_is_printed_as_json() -> None:
    result = run("programme schema")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["properties"]["sessions"]["type"] == "array"
