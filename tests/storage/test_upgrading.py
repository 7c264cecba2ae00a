"""Upgrading: a database that is in use keeps its rows, on both databases."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from storage import schema
from storage.engine import Engine, open_engine
from storage.schema import Part, check_current, upgrade
from tests.postgres import database_named, run_statement

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
_PERSON = """INSERT INTO people (
        tenant, name, language, language_chosen, timezone, unit, installed, country, unanswered, told_of_stop,
        created_at
    ) VALUES ('t', 'Aino', 'fi', true, 'Europe/Helsinki', '', true, 'FI', 0, false, {created})"""
_PROGRAMME = """INSERT INTO programmes (tenant, key, name, policy, breaks, created_at)
    VALUES ('t', 'ako', '{{"fi": "AKO"}}', '{{}}', '[]', {created})"""
_MEMBER = "INSERT INTO members (person_id, programme_id, role, groups) VALUES (1, 1, 'participant', '[]')"


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    server: str = request.getfixturevalue("postgres_server")
    name = f"upgraded_{abs(hash(request.node.nodeid)) % 10**12}"
    asyncio.run(run_statement(server, f"CREATE DATABASE {name}"))
    return database_named(server, name)


async def at_revision(engine: Engine, revision: str) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(schema.config(Part.MAIN, sync), revision))


async def test_members_of_the_first_version_have_taken_part_since_they_were_known(address: str) -> None:
    engine = open_engine(address)
    await at_revision(engine, "0001")
    is_sqlite = engine.dialect.name == "sqlite"
    created = str(int(NEW_YEAR.timestamp()) * 1_000_000) if is_sqlite else "'2026-01-01T00:00:00Z'"
    async with engine.begin() as connection:
        for statement in (_PERSON, _PROGRAMME):
            await connection.execute(text(statement.format(created=created).replace(":", "\\:")))
        await connection.execute(text(_MEMBER))

    await upgrade(engine, Part.MAIN)

    await check_current(engine, Part.MAIN)
    async with engine.begin() as connection:
        row = (await connection.execute(text("SELECT placed, joined_at, left_at FROM members"))).one()
        programme = (await connection.execute(text("SELECT revision, ended_at FROM programmes"))).one()
    joined_at = datetime.fromtimestamp(row.joined_at / 1_000_000, UTC) if is_sqlite else row.joined_at
    assert (row.placed, joined_at, row.left_at) == (0, NEW_YEAR, None)
    assert (programme.revision, programme.ended_at) == (0, None)
    await engine.dispose()


async def test_an_upgrade_can_be_taken_back(address: str) -> None:
    engine = open_engine(address)
    await upgrade(engine, Part.MAIN)

    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(schema.config(Part.MAIN, sync), "0001"))

    await upgrade(engine, Part.MAIN)
    await check_current(engine, Part.MAIN)
    await engine.dispose()
