"""Engines: how each database is opened so that no write is lost and no turn waits for long."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Dialect, Executable, Result, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from storage.near_sqlite import NearEngine

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_Result = TypeVar("_Result")


class Connection(Protocol):
    """A transaction as the families see it, on either database. Rows are read before the next statement."""

    async def execute(self, statement: Executable, parameters: Any = None) -> Result[Any]:
        """Run a statement. parameters: the values of what it binds; several sets of them run it as often."""
        ...

    async def run_sync(self, work: Callable[..., _Result], /, *arguments: Any) -> _Result:
        """Run *work*, whose first argument is a connection of SQLAlchemy's that does not need to be awaited."""
        ...


class Engine(Protocol):
    """A database that is open: a `NearEngine` on SQLite, a `PostgresEngine` on PostgreSQL."""

    @property
    def url(self) -> URL:
        """Its address."""
        ...

    @property
    def dialect(self) -> Dialect:
        """Which of the databases it is."""
        ...

    def begin(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        ...

    async def wipe(self) -> bool:
        """Have what was deleted leave the files; False where another process keeps that from being done just now."""
        ...

    async def dispose(self) -> None:
        """Close it."""
        ...


class UnusableDatabase(Exception):
    """The address of a database is not one that Sparri can use; the message says which are."""


class DatabaseGone(Exception):
    """The file that we have open is not the one at the database's address any more: what we write there is lost."""


def database_url(address: str) -> URL:
    """The address with the driver that we use. Raises UnusableDatabase; the message never holds a password."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise UnusableDatabase("not an address; use sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise UnusableDatabase(f"{url.drivername}: use sqlite:///FILE or postgresql://USER@HOST/NAME")
    if driver.startswith("sqlite") and not url.database:
        raise UnusableDatabase("SQLite needs a file: sqlite:///FILE")
    query = {"ssl" if name == "sslmode" else name: value for name, value in url.query.items()}  # asyncpg's word for it
    return url.set(drivername=driver, query=query)


def open_engine(address: str) -> Engine:
    """An engine for writing and reading; connects when first used. Raises UnusableDatabase."""
    url = database_url(address)
    if url.get_backend_name() == "sqlite":
        return NearEngine(url)
    from storage.near_postgres import PostgresEngine  # its driver takes memory and time, so it is no part of SQLite's

    return PostgresEngine(url)


@asynccontextmanager
async def reached(engine: Engine) -> AsyncIterator[Connection]:
    """A transaction, the first one with this database. Raises UnusableDatabase when it cannot be opened at all."""
    async with AsyncExitStack() as ending:
        try:
            connection = await ending.enter_async_context(engine.begin())
        except Exception as error:
            cause = getattr(error, "orig", None) or error
            reason = str(cause).partition("\n")[0]
            address = engine.url.render_as_string(hide_password=True)
            raise UnusableDatabase(f"{address} cannot be opened ({type(cause).__name__}: {reason})") from error
        yield connection


async def check(engine: Engine) -> None:
    """That the database can be written to. Raises DatabaseGone, or what the driver raises."""
    async with engine.begin() as connection:
        await connection.execute(text("SELECT 1"))
    if isinstance(engine, NearEngine) and not engine.has_its_file():
        raise DatabaseGone
