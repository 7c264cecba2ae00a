"""The command line: every command explains itself, and what an administrator can mend is told in words."""

import base64
from pathlib import Path

import pytest

from bot.config import MASTER_KEY_BYTES
from tests.bot.cli.conftest import refused, run

COMMANDS = [
    "serve",
    "db upgrade",
    "keys new",
    "keys rotate",
    "people load",
    "people let-in",
    "programme check",
    "programme schema",
    "days list",
    "days add",
    "days remove",
    "reflections load",
    "deliveries",
    "replan",
    "pause-all",
    "resume-all",
]
GROUPS = ["", "db", "keys", "people", "programme", "days", "reflections"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = run(f"{command} --help")

    assert result.exit_code == 0
    assert f"{command} " in result.stdout
    assert len(result.stdout.splitlines()) > 3


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_alone_lists_its_commands(group: str) -> None:
    result = run(group)

    listed = {command.removeprefix(group).split()[0] for command in COMMANDS if command.startswith(group)}
    assert listed <= set(result.output.split())


@pytest.mark.parametrize(
    "command",
    ["server", "people", "people load", "people load a.csv b.csv", "people load a.csv --programm ako", "keys new one"],
)
def test_arguments_that_are_none_are_refused_with_the_usage(command: str) -> None:
    result = run(command)

    assert result.exit_code == 2
    assert "Usage:" in result.output


def test_all_that_is_wrong_with_the_configuration_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "PORT": "http",
        "SENDS_PER_SECOND": "99",
        "SPARRI_MODE": "develop",
        "DATABASE_URL": "mysql://sparri:canary@db.example/sparri",
        "MicrosoftAppId": "  ",
        "SPARRI_MASTER_KEY": "canary-key",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)

    said = refused("serve")

    assert [name for name in wrong if said.count(f"- {name}") == 1] == list(wrong)
    assert len(said.splitlines()) == 1 + len(wrong)


@pytest.mark.parametrize(
    "command",
    [
        "keys rotate",
        "people load roster.csv",
        "people let-in K7QF-2M",
        "reflections load a.toml",
        "days add 2026-12-23",
        "deliveries",
        "replan",
        "pause-all",
        "resume-all",
    ],
)
def test_a_command_on_a_database_without_tables_says_what_to_run(command: str) -> None:
    assert "python -m bot db upgrade" in refused(command)


def test_an_upgrade_needs_nothing_but_the_databases(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MicrosoftAppType", "MicrosoftAppId", "SPARRI_MASTER_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORT", "http")

    result = run("db upgrade")

    assert (result.exit_code, result.stdout) == (0, "Both databases are up to date.\n")
    assert {"sparri.db", "sparri-keys.db"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.parametrize("url", ["", "sparri.db", "postgresql://db.example:port/sparri"])
def test_an_upgrade_names_the_database_that_it_cannot_use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("KEYS_DATABASE_URL", url)

    assert "KEYS_DATABASE_URL: " in refused("db upgrade")


def test_a_new_key_can_be_used() -> None:
    printed = run("keys new").stdout.strip()

    assert len(base64.urlsafe_b64decode(printed)) == MASTER_KEY_BYTES
