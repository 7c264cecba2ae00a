"""SQLite close by: a statement runs where it is awaited, and only what waits for the disk runs in a thread.

In a transaction that has begun, a statement of ours is answered from memory in microseconds, while its way to a thread
and back costs more than all else in a turn (docs/decisions/0006).
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy
from sqlalchemy import Executable, NullPool, Result, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from storage.prepared import PreparedStatements

#: How long a writer waits for other processes' transactions, in seconds.
BUSY_SECONDS = 30.0
#: Between two looks whether the other process has ended its transaction: at first, and at the longest.
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.001, 0.05
#: A statement for more rows than this runs in the thread.
MANY_ROWS = 50

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "busy_timeout=0",  # from now on the event loop waits, not SQLite
)
_Result = TypeVar("_Result")


class NearConnection:
    """What `storage.engine.Connection` promises, inside one transaction of a `NearEngine`."""

    def __init__(
        self, connection: sqlalchemy.Connection, prepared: PreparedStatements, apart: Callable[..., Any]
    ) -> None:
        self._connection = connection
        self._driver = _driver(connection)
        self._prepared = prepared
        self._apart = apart

    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:
        """Run a statement, here and now unless it is for many rows."""
        if isinstance(parameters, list):
            return await self._execute_each(statement, parameters)
        prepared = self._prepared.get(statement, parameters or {})
        if prepared is None:
            return self._connection.execute(statement, parameters)
        return prepared.run(self._driver, parameters or {})

    async def _execute_each(self, statement: Executable, parameters: list[Mapping[str, Any]]) -> Result[Any]:
        if len(parameters) > MANY_ROWS:
            return cast("Result[Any]", await self._apart(self._connection.execute, statement, parameters))
        prepared = self._prepared.get(statement, parameters[0])
        if prepared is None or prepared.returns_rows:
            return self._connection.execute(statement, parameters)
        return prepared.run_each(self._driver, parameters)

    async def run_sync(self, work: Callable[..., _Result], /, *arguments: Any) -> _Result:
        """Run *work* in the thread; its first argument is a connection of SQLAlchemy's."""
        return cast(_Result, await self._apart(work, self._connection, *arguments))


class NearEngine:
    """One connection to one file, for one transaction at a time; who asks first begins first.

    Write-ahead log, every commit flushed to the disk, and BEGIN IMMEDIATE: by default updates are lost in silence.
    """

    def __init__(self, url: URL) -> None:
        """Nothing is opened before the first transaction."""
        self.url = url
        self._file = Path(url.database or "").absolute()
        self._engine = create_engine(
            url, poolclass=NullPool, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}
        )
        event.listen(self._engine, "connect", _prepare)
        self.dialect = self._engine.dialect
        self._prepared = PreparedStatements(self.dialect)
        self._free = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._connection: sqlalchemy.Connection | None = None
        self._opened: tuple[int, int] | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[NearConnection]:
        """A transaction: committed when the block ends, rolled back when it raises or is cancelled.

        Raises OperationalError when another process writes for half a minute.
        """
        async with self._free:
            connection = self._connection or await self._open()
            driver = _driver(connection)
            await _begin(driver)
            try:
                yield NearConnection(connection, self._prepared, self._apart)
                await self._apart(driver.commit)
            except BaseException:
                driver.rollback()
                raise

    async def dispose(self) -> None:
        """Close, when the transaction under way has ended. What was closed is not opened again."""
        async with self._free:
            if self._connection is not None:
                await self._apart(self._connection.close)
            self._thread.shutdown(wait=False)

    def has_its_file(self) -> bool:
        """Whether the file that we have open is still the one at its address: what is written to another is lost."""
        return self._connection is None or self._opened == _identity(self._file)

    async def _open(self) -> sqlalchemy.Connection:
        connection = await self._apart(self._engine.connect)
        connection.begin()  # for SQLAlchemy it never ends: our transactions are the driver's
        self._connection, self._opened = connection, _identity(self._file)
        return connection

    async def _apart(self, work: Callable[..., _Result], *arguments: Any) -> _Result:
        """Run *work* in the thread. Who is cancelled waits for its end: until then it uses the connection."""
        running = asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running])
            raise


def _driver(connection: sqlalchemy.Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


async def _begin(driver: sqlite3.Connection) -> None:
    """Take the file's only place for a writer, as soon as no other process has it."""
    look, deadline = FIRST_LOOK_SECONDS, time.monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        await asyncio.sleep(look)
        look = min(2 * look, LONGEST_LOOK_SECONDS)


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _identity(file: Path) -> tuple[int, int] | None:
    """What tells a file from another that was put in its place; None when there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
