"""The house: captions, papers and tools say the same as the code."""

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

import bot.app  # noqa: F401 - with everything that runs, and its metrics
from bot.config import Settings
from coaching.people import Language, Role
from coaching.rosters import Column

HOUSE = Path(__file__).parents[1]
PAPERS = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").rglob("*.md"))]
DECISIONS = sorted((HOUSE / "docs" / "decisions").glob("*.md"))
#: Directories of somebody's machine, at the start of a path.
MACHINE = re.compile(r"(?<![\w.:/~-])/(?:home|Users|root|work|private|mnt|var/folders)/\w|\b[A-Z]:\\Users\b")


def text_of(name: str) -> str:
    return (HOUSE / name).read_text(encoding="utf-8")


def pyproject() -> dict[str, Any]:
    return tomllib.loads(text_of("pyproject.toml"))


def configuration_table() -> dict[str, str]:
    """The README's rows: a setting's name and its default as it is written there."""
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", text_of("README.md"), re.MULTILINE))


def files_of_the_project() -> list[Path]:
    """What is or would be committed; all that is not hidden where there is no git."""
    git = shutil.which("git")
    command = [git or "false", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=HOUSE, capture_output=True, check=False) if git else None
    if listing is not None and listing.returncode == 0:
        found = [HOUSE / name for name in listing.stdout.decode().split("\0") if name]
    else:
        found = [path for path in HOUSE.rglob("*") if not any(part.startswith(".") for part in path.parts)]
    return [path for path in found if path.is_file()]


@pytest.mark.parametrize("room", pyproject()["tool"]["setuptools"]["packages"])
def test_every_room_has_a_caption(room: str) -> None:
    source = text_of(f"{room.replace('.', '/')}/__init__.py")

    caption = ast.get_docstring(ast.parse(source))

    assert caption
    assert "." in room or "import" in caption.lower(), "a room says whom it may import"


def test_the_readme_names_every_setting_and_no_other() -> None:
    assert set(configuration_table()) == {field.alias for field in Settings.model_fields.values()}


def test_the_readme_gives_the_defaults_of_the_settings() -> None:
    table = configuration_table()

    for field in Settings.model_fields.values():
        written = table[str(field.alias)]
        match field.default:
            case str(default) | (str(default),) if default:
                assert written == f"`{default}`"
            case int(default) | float(default):
                assert written == f"`{default:g}`"
            case _:
                assert "`" not in written


def test_the_readme_shows_the_roster_as_it_is_read() -> None:
    readme = text_of("README.md")

    assert f"`{','.join(Column)}`" in readme
    assert f"Roles: {', '.join(Role)}." in readme
    assert f"Languages: {', '.join(Language)}." in readme


def test_the_administrators_paper_names_every_metric_and_no_other() -> None:
    exported = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in REGISTRY.collect()
        if metric.name.startswith("sparri_")
    }

    named = re.findall(r"^\| `(sparri_\w+)` \| [^|]+ \| [^|]+ \|$", text_of("docs/operating.md"), re.MULTILINE)

    assert sorted(named) == sorted(exported)


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_about_twenty_lines_with_context_and_consequences(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")

    assert 15 <= len(text.splitlines()) <= 28
    assert text.startswith(f"# {int(decision.name[:4])}. ")
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert len(DECISIONS) >= 5


def test_make_alone_lists_every_target_with_its_words() -> None:
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))

    listing = subprocess.run([shutil.which("make") or "make"], cwd=HOUSE, capture_output=True, text=True, check=True)

    listed = dict(re.findall(r"^  make (\S+) +(.+)$", listing.stdout, re.MULTILINE))
    assert set(listed) == targets >= {"test", "check", "bench", "run"}
    assert all(listed.values())


def test_every_tool_of_make_check_is_a_hook_before_a_commit() -> None:
    recipe = text_of("Makefile").split("\ncheck:")[1].split("\n\n")[0]
    tools = set(re.findall(r"\$\(BIN\)/([\w-]+(?: check| format)?)", recipe))

    hooks = set(re.findall(r"entry: \.venv/bin/([\w-]+(?: check| format)?)", text_of(".pre-commit-config.yaml")))

    assert hooks == tools


def test_ci_checks_and_ends_with_the_tests() -> None:
    commands = text_of(".ci/run").splitlines()

    assert commands[-3:] == ["make check", "make newcomer", "make test"]
    assert "set -euo pipefail" in commands
    assert (HOUSE / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_link_in_a_paper_leads_somewhere(paper: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", paper.read_text(encoding="utf-8"))

    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_what_the_map_names_is_there() -> None:
    lines = text_of("docs/architecture.md").splitlines()
    rooms = "|".join(room for room in pyproject()["tool"]["setuptools"]["packages"] if "." not in room)
    named = {name for line in lines for name in re.findall(rf"\b((?:{rooms})/[\w/]+)", line)}

    missing = [name for name in named if not (HOUSE / name).is_dir() and not (HOUSE / f"{name}.py").is_file()]

    assert sorted(missing) == []


def test_no_file_names_a_path_of_a_machine() -> None:
    named = [
        f"{path.relative_to(HOUSE)}: {found.group()}"
        for path in files_of_the_project()
        for found in MACHINE.finditer(path.read_bytes().decode(errors="replace"))
    ]

    assert named == []
