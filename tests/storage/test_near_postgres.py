"""PostgreSQL close by: a server that went away is reached again, and who is cancelled leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.engine import Engine, open_engine
from storage.near_postgres import POOL
from tests.postgres import database_named, run_statement

ADD = text("INSERT INTO things (name) VALUES (:name)")
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'near' AND pid <> pg_backend_pid()"


@pytest.fixture
async def engine(postgres_server: str) -> AsyncIterator[Engine]:
    await run_statement(postgres_server, "DROP DATABASE IF EXISTS near WITH (FORCE)")
    await run_statement(postgres_server, "CREATE DATABASE near")
    opened = open_engine(database_named(postgres_server, "near"))
    async with opened.begin() as connection:
        await connection.execute(text("CREATE TABLE things (id serial, name text)"))
    yield opened
    await opened.dispose()


async def add(engine: Engine, name: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(ADD, {"name": name})


async def names(engine: Engine) -> list[str]:
    async with engine.begin() as connection:
        return [row.name for row in await connection.execute(text("SELECT name FROM things ORDER BY id"))]


async def test_connections_that_the_server_ended_are_replaced(engine: Engine, postgres_server: str) -> None:
    await asyncio.gather(*(add(engine, "before") for _ in range(POOL)))
    await run_statement(postgres_server, END_ALL)

    await add(engine, "after")

    assert await names(engine) == ["before"] * POOL + ["after"]


async def test_a_connection_that_ends_within_a_transaction_fails_it_and_not_the_next_one(
    engine: Engine, postgres_server: str
) -> None:
    with pytest.raises(DBAPIError):
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "half"})
            await run_statement(postgres_server, END_ALL)
            await connection.execute(ADD, {"name": "other half"})

    await add(engine, "whole")

    assert await names(engine) == ["whole"]


async def test_a_transaction_that_is_cancelled_is_rolled_back(engine: Engine) -> None:
    written = asyncio.Event()

    async def never_ends() -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "half"})
            written.set()
            await connection.execute(text("SELECT pg_sleep(60)"))

    turn = asyncio.create_task(never_ends())
    await written.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn

    assert await names(engine) == []


async def test_transactions_that_fail_leave_their_connections_usable(engine: Engine) -> None:
    for _ in range(2 * POOL):
        with pytest.raises(LookupError):
            async with engine.begin() as connection:
                await connection.execute(ADD, {"name": "half"})
                raise LookupError

    assert await names(engine) == []


async def test_a_server_that_cannot_be_reached_is_an_error_of_the_database(postgres_server: str) -> None:
    engine = open_engine("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises((OperationalError, OSError)):
        await names(engine)

    await engine.dispose()


async def test_tables_are_gone_through_by_their_indexes_after_a_rollback_too(engine: Engine) -> None:
    seen = []
    for _ in range(2 * POOL):
        with pytest.raises(LookupError):
            async with engine.begin() as connection:
                seen.append((await connection.execute(text("SHOW enable_seqscan"))).scalar_one())
                raise LookupError

    assert seen == ["off"] * 2 * POOL
