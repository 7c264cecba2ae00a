"""The tests' PostgreSQL: statements to it, and databases that tests use one after the other.

To make a database and drop it takes half a second, which is most of what most tests take; to empty one, milliseconds.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.engine import database_url
from storage.schema import VERSION_TABLE, Part

#: A database that has grown beyond this is not given to the next test: its dead rows would slow it down.
LARGEST_BYTES = 24 * 1024 * 1024

_END_OTHERS = text(
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SHAPE = text(
    "SELECT md5(string_agg(concat_ws(' ', attrelid::regclass, attname, attnum, atttypid::regtype, attnotnull), ',' "
    "ORDER BY attrelid::regclass::text, attnum)) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relnamespace = 'public'::regnamespace"
)
_SIZE = text("SELECT pg_database_size(current_database())")
_EMPTY = text(
    f"""
    DO $$
    DECLARE each record;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- no foreign key is looked at
        FOR each IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
            AND relname <> '{VERSION_TABLE}'
        LOOP
            EXECUTE format('DELETE FROM %I', each.relname);
        END LOOP;
        PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
            FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
    END $$
    """  # noqa: S608
)
_MADE_BESIDE = text("SELECT datname FROM pg_database WHERE starts_with(datname, current_database() || '_')")


def database_named(address: str, name: str) -> str:
    """The address of another database of the test server."""
    return address.replace("/postgres?", f"/{name}?")


async def run_statement(url: str, statement: str) -> None:
    """One statement outside a transaction."""
    async with _transaction(url, isolation_level="AUTOCOMMIT") as connection:
        await connection.execute(text(statement))


@asynccontextmanager
async def _transaction(url: str, **options: Any) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(database_url(url), **options)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


class ReusedDatabases:
    """One for each part, copied from its template; empty whenever a test begins."""

    def __init__(self, address: str) -> None:
        """address: of the server, which has a migrated `template_main` and `template_keys`."""
        self._address = address
        self._shapes: dict[Part, str] = {}

    def take(self) -> dict[Part, str]:
        """The addresses of the databases."""
        for part in Part:
            if part not in self._shapes:
                self._shapes[part] = asyncio.run(self._made(part))
        return {part: self._url(part) for part in Part}

    def give_back(self) -> None:
        """Have them empty for the next test; what cannot simply be emptied is dropped."""
        for part in Part:
            if not asyncio.run(self._emptied(part)):
                asyncio.run(self._dropped(_name(part)))
                del self._shapes[part]

    async def _made(self, part: Part) -> str:
        await run_statement(self._address, f"CREATE DATABASE {_name(part)} TEMPLATE template_{part}")
        async with _transaction(self._url(part)) as connection:
            return await _shape(connection)

    async def _emptied(self, part: Part) -> bool:
        async with _transaction(self._url(part)) as connection:
            await connection.execute(_END_OTHERS)
            for (beside,) in (await connection.execute(_MADE_BESIDE)).all():
                await self._dropped(beside)
            size: int = (await connection.execute(_SIZE)).scalar_one()
            is_as_it_was = size < LARGEST_BYTES and await _shape(connection) == self._shapes[part]
            if is_as_it_was:
                await connection.execute(_EMPTY)
        return is_as_it_was

    def _url(self, part: Part) -> str:
        return database_named(self._address, _name(part))

    async def _dropped(self, name: str) -> None:
        await run_statement(self._address, f"DROP DATABASE {name} WITH (FORCE)")


def _name(part: Part) -> str:
    return f"reused_{part}"


async def _shape(connection: AsyncConnection) -> str:
    """What tells the tables and indexes of one schema from those of another."""
    shape: str = (await connection.execute(_SHAPE)).scalar_one()
    return shape
