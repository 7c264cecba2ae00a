"""SQLite close by: a statement runs where it is awaited, and only what waits for the disk runs in a thread.

In a transaction that has begun, a statement of ours is answered from memory in microseconds, while its way to a thread
and back costs more than all else in a turn (docs/decisions/0006).
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy
from sqlalchemy import Executable, NullPool, Result, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DBAPIError
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
        with _failing(prepared.sql):
            return prepared.result(self._driver.execute(prepared.sql, prepared.given(parameters or {})).fetchall())

    async def _execute_each(self, statement: Executable, parameters: list[Mapping[str, Any]]) -> Result[Any]:
        if len(parameters) > MANY_ROWS:
            return cast("Result[Any]", await self._apart(self._connection.execute, statement, parameters))
        prepared = self._prepared.get(statement, parameters[0])
        if prepared is None or prepared.returns_rows:
            return self._connection.execute(statement, parameters)
        with _failing(prepared.sql):
            self._driver.executemany(prepared.sql, [prepared.given(each) for each in parameters])
        return prepared.result()

    async def run_sync(self, work: Callable[..., _Result], /, *arguments: Any) -> _Result:
        """Run *work* in the thread; its first argument is a connection of SQLAlchemy's."""
        return cast(_Result, await self._apart(work, self._connection, *arguments))


class NearEngine:
    """One connection to one file, for one block at a time; who asks first begins first.

    A block is a part of a transaction that all share who wait at the time: one way to the disk is enough for them.
    Write-ahead log, every commit flushed to the disk, and BEGIN IMMEDIATE: by default updates are lost in silence.
    """

    def __init__(self, url: URL) -> None:
        """Nothing is opened before the first transaction."""
        self.url = url
        self._file = Path(url.database or "").absolute()
        self._engine = create_engine(
            url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        )
        event.listen(self._engine, "connect", _prepare)
        self.dialect = self._engine.dialect
        self._prepared = PreparedStatements(self.dialect)
        self._free = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "sqlite")
        self._connection: sqlalchemy.Connection | None = None
        #: Of the open transaction, when the first of its parts has ended.
        self._commit: asyncio.Future[None] | None = None
        self._committing: asyncio.Task[None] | None = None
        self._opened: tuple[int, int] | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[NearConnection]:
        """A transaction: kept when the block ends, undone when it raises or is cancelled.

        Raises OperationalError when another process writes for half a minute.
        """
        async with self._free:
            connection = self._connection or await self._open()
            driver = _driver(connection)
            if self._commit is None:
                await _begin(driver)
            driver.execute("SAVEPOINT part")
            changes = driver.total_changes
            try:
                yield NearConnection(connection, self._prepared, self._apart)
                driver.execute("RELEASE part")
                if self._commit is None and driver.total_changes == changes:
                    driver.commit()
            except BaseException as error:
                self._undo(driver, error)
                raise
            commit = self._commit or (self._commit_soon(driver) if driver.in_transaction else None)
        if commit is None:  # nothing was changed, and nothing goes to the disk
            await asyncio.sleep(0)
        else:
            await asyncio.shield(commit)

    def _undo(self, driver: sqlite3.Connection, error: BaseException) -> None:
        """Undo one part; where SQLite has already undone them all, tell those who wait for the commit."""
        if self._commit is None:
            driver.rollback()
        elif driver.in_transaction:
            driver.execute("ROLLBACK TO part")
            driver.execute("RELEASE part")
        else:
            _fail(self._commit, DatabaseError("COMMIT", None, error))
            self._commit = None

    def _commit_soon(self, driver: sqlite3.Connection) -> asyncio.Future[None]:
        """The commit of the open transaction. It queues like everybody else: who waits already goes along with it."""
        self._commit = asyncio.get_running_loop().create_future()
        self._committing = asyncio.create_task(self._commit_for_all(driver, self._commit))
        return self._commit

    async def _commit_for_all(self, driver: sqlite3.Connection, commit: asyncio.Future[None]) -> None:
        async with self._free:
            if commit.done():
                return
            self._commit = None
            try:
                await self._apart(driver.commit)
            except sqlite3.Error as error:
                driver.rollback()
                _fail(commit, DBAPIError.instance("COMMIT", None, error, sqlite3.Error))
            else:
                commit.set_result(None)

    async def wipe(self) -> bool:
        """Empty the write-ahead log: what was deleted is in it until then. False where another process reads or writes.

        In the file itself it was overwritten when it was deleted.
        """
        while True:
            async with self._free:
                if self._commit is None:
                    connection = self._connection or await self._open()
                    return not await self._apart(_checkpoint, _driver(connection))
                commit = self._commit
            await asyncio.wait([commit])

    async def dispose(self) -> None:
        """Close, when the transaction under way has ended. What was closed is not opened again."""
        while self._commit is not None:
            await asyncio.wait([self._commit])
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


def _fail(commit: asyncio.Future[None], error: Exception) -> None:
    commit.set_exception(error)
    commit.exception()  # seen, for everybody who waited may have been cancelled


@contextmanager
def _failing(sql: str) -> Iterator[None]:
    """The driver's errors as SQLAlchemy's, never with what the parameters are."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError.instance(sql, None, error, sqlite3.Error) from error


def _driver(connection: sqlalchemy.Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def _checkpoint(driver: sqlite3.Connection) -> bool:
    """Whether somebody else was in the way."""
    try:
        is_busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return True
    return bool(is_busy)


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
