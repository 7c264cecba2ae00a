"""PostgreSQL close by: statements that are kept go straight to the driver, prepared once a connection.

What SQLAlchemy does around each statement takes as long as the statement's way to the server and back.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import Dialect, Executable, Result, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import AdaptedConnection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from storage.prepared import PreparedStatements

#: Connections a replica holds; measured: more do not make turns faster.
POOL = 8
#: More than we have: each connection keeps them all.
STATEMENTS_KEPT = 500
#: A transaction that cannot be undone within this time goes with its connection.
UNDO_SECONDS = 5.0

_FAILURES = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresError)
_Result = TypeVar("_Result")


class PostgresConnection:
    """What `storage.engine.Connection` promises, inside one transaction."""

    def __init__(self, connection: AsyncConnection, driver: asyncpg.Connection, prepared: PreparedStatements) -> None:
        self._connection = connection
        self._driver = driver
        self._prepared = prepared

    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:
        """Run a statement. Raises DBAPIError, never with what the parameters are."""
        if isinstance(parameters, list) and len(parameters) > 1:
            return await self._execute_many(statement, parameters)
        given: Mapping[str, Any] = (parameters[0] if isinstance(parameters, list) else parameters) or {}
        prepared = self._prepared.get(statement, given)
        if prepared is None:
            return await self._connection.execute(statement, parameters)
        with _failing(prepared.sql):
            return prepared.result(await self._driver.fetch(prepared.sql, *prepared.given(given)))

    async def _execute_many(self, statement: Executable, rows: list[Mapping[str, Any]]) -> Result[Any]:
        for_many = self._prepared.for_many(statement, rows[0])
        if for_many is not None and for_many.takes(rows):
            with _failing(for_many.sql):
                return for_many.result(await self._driver.fetch(for_many.sql, *for_many.given(rows)))
        prepared = self._prepared.get(statement, rows[0])
        if prepared is None or prepared.returns_rows:
            return await self._connection.execute(statement, rows)
        with _failing(prepared.sql):
            await self._driver.executemany(prepared.sql, [prepared.given(each) for each in rows])
        return prepared.result()

    async def run_sync(self, work: Callable[..., _Result], /, *arguments: Any) -> _Result:
        """Run *work* with a connection of SQLAlchemy's in the same transaction."""
        return await self._connection.run_sync(work, *arguments)


class PostgresEngine:
    """A pool of connections. A transaction is begun and ended here, so that both ways to the driver are inside it."""

    def __init__(self, url: URL) -> None:
        self._engine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=POOL,
            max_overflow=0,
            pool_use_lifo=True,
            hide_parameters=True,
            connect_args={"statement_cache_size": STATEMENTS_KEPT},
        )
        event.listen(self._engine.sync_engine, "connect", _by_index)
        self._prepared = PreparedStatements(self._engine.dialect)

    @property
    def url(self) -> URL:
        """Its address."""
        return self._engine.url

    @property
    def dialect(self) -> Dialect:
        """SQLAlchemy's for it."""
        return self._engine.dialect

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[PostgresConnection]:
        """A transaction: committed when the block ends, rolled back when it raises or is cancelled.

        Raises OperationalError when the server cannot be reached.
        """
        connection, driver = await self._begun()
        try:
            try:
                yield PostgresConnection(connection, driver, self._prepared)
                with _failing("COMMIT"):
                    await driver.execute("COMMIT")
            except BaseException:
                await _undo(connection, driver)
                raise
        finally:
            await connection.close()

    async def wipe(self) -> bool:
        """True: its files are the server's, which vacuums them when it sees fit."""
        return True

    async def dispose(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def _begun(self) -> tuple[AsyncConnection, asyncpg.Connection]:
        """A connection in a transaction. Those of the pool that the server has left are given up, one after another."""
        for more in range(POOL, -1, -1):
            connection = await self._engine.connect()
            try:
                driver: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
                await driver.execute("BEGIN")
            except _FAILURES as error:
                await connection.invalidate()
                await connection.close()
                if not more:
                    raise OperationalError("BEGIN", None, error) from error
            except BaseException:
                await connection.invalidate()
                await connection.close()
                raise
            else:
                return connection, driver
        raise AssertionError


def _by_index(connection: AdaptedConnection, _: ConnectionPoolEntry) -> None:
    """Each statement of ours has an index, and is planned, to be kept, when its tables may still be empty.

    PostgreSQL would go on to read all of a table that has become large since; and to compile what has no index.
    """
    connection.run_async(lambda driver: driver.execute("SET enable_seqscan = off; SET jit = off"))


async def _undo(connection: AsyncConnection, driver: asyncpg.Connection) -> None:
    """Roll back; a connection in which that cannot be done is given up, and the server rolls back."""
    is_undone = False
    try:
        with suppress(*_FAILURES, TimeoutError):
            await asyncio.wait_for(driver.execute("ROLLBACK"), UNDO_SECONDS)
            is_undone = True
    finally:
        if not is_undone:
            await connection.invalidate()


@contextmanager
def _failing(sql: str) -> Iterator[None]:
    """The driver's errors as SQLAlchemy's, never with what the parameters are."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise IntegrityError(sql, None, error) from error
    except _FAILURES as error:
        raise DBAPIError(sql, None, error) from error
