"""The command line: every command explains itself, and what an administrator can mend is told in words."""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.config import MASTER_KEY_BYTES, Settings
from coaching.people import Person
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.store import Store, Unit
from tests.builders import MASTER_KEY, TENANT
from tests.conftest import Database

COMMANDS = ["serve", "db upgrade", "keys new", "keys rotate", "people load", "people let-in"]
GROUPS = ["", "db", "keys", "people"]
HEADER = "email,name,role,language,timezone,unit,groups,manager,coach"
AINO = "aino@ministry.example,Aino Aalto,participant,fi,,HR,A,,"


@pytest.fixture(autouse=True)
def configured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A configuration that can be served, in an empty folder; what a command does to the logs ends with the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    for name, value in {
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppId": "11111111-2222-3333-4444-555555555555",
        "MicrosoftAppPassword": "canary-password",
        "MicrosoftAppTenantId": TENANT,
        "SPARRI_MASTER_KEY": base64.urlsafe_b64encode(MASTER_KEY).decode(),
        "COLUMNS": "200",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def on_database(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The configuration names the test's own databases."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("KEYS_DATABASE_URL", database.keys_url)
    return database


def run(command: str) -> Result:
    return CliRunner().invoke(app, command.split())


def refused(command: str) -> str:
    """What a command says to standard error when it ends with 1, without a stack and without a word to the output."""
    result = run(command)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "canary" not in result.stderr
    return result.stderr


def in_the_store(database: Database, work: Callable[[Unit], Awaitable[Person | None]]) -> Person | None:
    """What some work on the test's database comes to."""

    async def working() -> Person | None:
        engine, keys_engine = open_engine(database.url), open_engine(database.keys_url)
        async with Store(engine, KeyRing(keys_engine, [MASTER_KEY])).transaction() as unit:
            found = await work(unit)
        await engine.dispose()
        await keys_engine.dispose()
        return found

    return asyncio.run(working())


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


@pytest.mark.parametrize("command", ["keys rotate", "people load roster.csv", "people let-in K7QF-2M"])
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


@pytest.mark.usefixtures("on_database")
def test_a_roster_is_loaded_and_counted(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO}\n", encoding="utf-8")

    assert run("people load roster.csv").stdout == "1 new, 0 changed, 0 as they were.\n"
    assert run("people load roster.csv").stdout == "0 new, 0 changed, 1 as they were.\n"


@pytest.mark.usefixtures("on_database")
def test_every_fault_of_a_roster_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    faulty = f"{HEADER}\n{AINO}\naino,,boss,de,,,,nobody@ministry.example,\n"
    (tmp_path / "roster.csv").write_text(faulty, encoding="utf-8")

    said = refused("people load roster.csv")

    assert said.splitlines()[0] == "The roster is not loaded; nothing was changed."
    for column in ("email", "name", "role", "language", "manager"):
        assert f"line 3, column {column}: " in said


@pytest.mark.usefixtures("on_database")
def test_a_roster_that_is_not_there_or_for_no_programme_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO}\n", encoding="utf-8")

    assert "the file cannot be read" in refused("people load nowhere.csv")
    assert "no programme 'tempo'" in refused("people load roster.csv --programme tempo")
    assert run("people load roster.csv").stdout.startswith("1 new")


def test_a_roster_is_of_the_apps_own_tenant_or_another_that_is_allowed(
    on_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO}\n", encoding="utf-8")
    monkeypatch.setenv("ALLOWED_TENANTS", f"{TENANT},another-tenant")

    assert "'a-third-tenant' is not a tenant of ALLOWED_TENANTS" in refused(
        "people load roster.csv --tenant a-third-tenant"
    )
    assert run("people load roster.csv --tenant another-tenant").stdout.startswith("1 new")

    assert in_the_store(on_database, lambda unit: unit.people.by_email(TENANT, "aino@ministry.example")) is None
    assert in_the_store(on_database, lambda unit: unit.people.by_email("another-tenant", "aino@ministry.example"))


def test_the_administrator_lets_in_a_coach_whom_teams_knows_by_another_address(
    on_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO.replace('participant', 'coach')}\n", encoding="utf-8")
    run("people load roster.csv")
    in_the_store(
        on_database, lambda unit: unit.people.add(Person(id=0, tenant=TENANT, aad_id="aad-aino", code="K7QF-2M"))
    )

    assert refused("people let-in AAAA-AA aino@ministry.example").startswith("Nobody is waiting with that code")
    assert refused("people let-in K7QF-2M aina@ministry.example").startswith("Nobody on the list has that address")
    assert run("people let-in k7qf2m aino@ministry.example").stdout == "Aino Aalto is in now.\n"
    found = in_the_store(on_database, lambda unit: unit.people.by_email(TENANT, "aino@ministry.example"))
    assert found is not None
    assert (found.aad_id, found.code) == ("aad-aino", None)
