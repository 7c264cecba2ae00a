"""The recipe for a new kind, followed to the letter in a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
RECIPE = HOUSE / "docs" / "adding-a-kind.md"
#: What is no part of the project, or is not needed for trying it.
LEFT = shutil.ignore_patterns(".*", "__pycache__", "node_modules", "golden", "pictures", "*.egg-info", "*.db")
#: Of the house's own tests those that look after kinds.
HOUSE_RULES = ("tests/dialogs/test_kinds.py", "tests/dialogs/test_wording.py", "tests/bot/test_programme_schema.py")
_STEP = re.compile(
    r"^(?:New file `(?P<new>[^`]+)`"
    r"|In `(?P<file>[^`]+)`, after the line (?P<begins>that begins with )?(?P<line>`[^\n]+`)):\n\n"
    r"```\w+\n(?P<block>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One block of the recipe. line: the one that it stands after; None for a file of its own."""

    file: str
    block: str
    line: str | None = None
    begins: bool = False

    def is_done(self, project: Path) -> None:
        """Do what it says."""
        path = project / self.file
        if self.line is None:
            assert not path.exists(), f"{self.file} is there already"
            path.write_text(self.block, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (place,) = [at for at, line in enumerate(lines) if self._is_meant(line.strip())]
        path.write_text("".join([*lines[: place + 1], self.block, *lines[place + 1 :]]), encoding="utf-8")

    def _is_meant(self, line: str) -> bool:
        assert self.line is not None
        return line.startswith(self.line) if self.begins else line == self.line


def steps() -> list[Step]:
    """All blocks of the recipe, in their order."""
    return [
        Step(
            file=found["new"] or found["file"],
            block=found["block"],
            line=found["line"][1:-1] if found["line"] else None,
            begins=bool(found["begins"]),
        )
        for found in _STEP.finditer(RECIPE.read_text(encoding="utf-8"))
    ]


def followed(folder: Path, *, without: str | None = None) -> Path:
    """A copy of the project in which the recipe was followed. without: a part of the one block that is left out."""
    project = folder / "project"
    shutil.copytree(HOUSE, project, ignore=LEFT)
    wanted = [step for step in steps() if without is None or without not in step.block]
    assert len(wanted) == len(steps()) - (without is not None)
    for step in wanted:
        step.is_done(project)
    return project


def run(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in the copy, by this Python."""
    environment = os.environ | {"PYTHONPATH": str(project), "COLUMNS": "120"}
    environment.pop("SPARRI_GOLDEN", None)
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=project, env=environment, capture_output=True, text=True, check=False
    )


def outcome_of(project: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """These tests in the copy, on SQLite."""
    scratch = project.parent / "scratch"
    return run(project, "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={scratch}", "-k", "not postgres", *files)


def test_every_block_of_the_recipe_is_a_step() -> None:
    blocks = RECIPE.read_text(encoding="utf-8").count("\n```") // 2

    assert len(steps()) == blocks > 10


def test_whoever_follows_the_recipe_has_a_kind_that_is_checked_previewed_delivered_and_answered(tmp_path: Path) -> None:
    project = followed(tmp_path)

    checked = run(project, "bot", "programme", "check", "tests/bot/thanks.yaml")
    page = tmp_path / "preview.html"
    previewed = run(project, "bot", "simulate", "tests/bot/thanks.yaml", "--people", "2", "--html", str(page))
    delivered = outcome_of(project, "tests/bot/test_thanks.py", *HOUSE_RULES)
    style = [run(project, "ruff", *check, ".") for check in (("check",), ("format", "--check"))]

    assert (checked.returncode, "fine" in checked.stdout) == (0, True), checked.stdout + checked.stderr
    assert previewed.returncode == 0, previewed.stdout + previewed.stderr
    for said in ("Kiitos jää usein sanomatta.", "Joku, joka jäi auttamaan.", "Ketä haluat kiittää?"):
        assert said in page.read_text(encoding="utf-8")
    assert "ei vielä lähetetä" not in previewed.stdout
    assert delivered.returncode == 0, delivered.stdout
    assert [each.returncode for each in style] == [0, 0], [each.stdout for each in style]


@pytest.mark.parametrize(
    ("without", "says"),
    [
        pytest.param("AskKind.THANK_YOU: thanks.form", "test_each_kind_of_ask_has_its_form", id="the catalogue"),
        pytest.param("Vem vill du tacka?", "test_every_language_has_the_same_keys[sv]", id="a language"),
        pytest.param("        AskKind.THANK_YOU,\n", "test_what_asks_something_wants_an_answer", id="the answer"),
        pytest.param("What is named to think of", "test_the_schema_says_what_each_of_its_parts_is", id="a key"),
        pytest.param("of whom one could think |", "test_the_paper_on_programme_files_has_a_row", id="the paper"),
    ],
)
def test_whoever_leaves_out_a_step_is_told_which(tmp_path: Path, without: str, says: str) -> None:
    project = followed(tmp_path, without=without)

    found = outcome_of(project, *HOUSE_RULES)

    assert found.returncode != 0
    assert says in found.stdout, found.stdout
