"""The schema: the scripts make the tables that the code knows, on both databases, also when all replicas upgrade."""

import asyncio
from pathlib import Path

import pytest
from alembic import command

from storage import schema
from storage.engine import UnusableDatabase, database_url, open_engine
from storage.schema import OldSchema, Part, check_current, upgrade
from tests.conftest import Database
from tests.postgres import database_named, run_statement


@pytest.mark.parametrize("part", Part)
async def test_the_scripts_and_the_tables_agree(database: Database, part: Part) -> None:
    engine = open_engine(database.url if part is Part.MAIN else database.keys_url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.check(schema.config(part, sync)))
    await check_current(engine, part)
    await engine.dispose()


async def test_an_empty_database_is_refused_with_the_command_torun_statement(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")

    with pytest.raises(OldSchema, match="python -m bot db upgrade"):
        await check_current(engine, Part.MAIN)
    await engine.dispose()


async def test_replicas_that_upgrade_at_once_do_not_fail(postgres_server: str) -> None:
    await run_statement(postgres_server, "CREATE DATABASE upgraded_at_once")
    engines = [open_engine(database_named(postgres_server, "upgraded_at_once")) for _ in range(5)]

    await asyncio.gather(*(upgrade(engine, Part.MAIN) for engine in engines))

    await check_current(engines[0], Part.MAIN)
    for engine in engines:
        await engine.dispose()


@pytest.mark.parametrize(
    "address", ["", "mysql://u@h/d", "sqlite://", "nonsense"], ids=["empty", "another", "in memory", "no address"]
)
def test_an_address_that_is_of_no_use_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(UnusableDatabase):
        database_url(address)


def test_a_password_is_never_in_the_message() -> None:
    with pytest.raises(UnusableDatabase) as refused:
        database_url("mysql://sparri:salaisuus@db.example/sparri")

    assert "salaisuus" not in str(refused.value)
