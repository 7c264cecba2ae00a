"""The command line in this process, in an empty folder, beside a database of the test's own."""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.config import Settings
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.store import Store
from tests.builders import MASTER_KEY, TENANT
from tests.conftest import Database

Outcome = TypeVar("Outcome")


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
    """A command, typed after `python -m bot`; words are separated by spaces."""
    return CliRunner().invoke(app, command.split())


def refused(command: str) -> str:
    """What a command says to standard error when it ends with 1, without a stack and without a word to the output."""
    result = run(command)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert "canary" not in result.stderr
    return result.stderr


def with_the_store(database: Database, work: Callable[[Store], Awaitable[Outcome]]) -> Outcome:
    """What some work with the test's database comes to; by the machine's clock, as the commands."""

    async def working() -> Outcome:
        engine, keys_engine = open_engine(database.url), open_engine(database.keys_url)
        found = await work(Store(engine, KeyRing(keys_engine, [MASTER_KEY])))
        await engine.dispose()
        await keys_engine.dispose()
        return found

    return asyncio.run(working())
