"""Engines: how each database is opened so that no write is lost and no turn waits for long."""

from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

#: Milliseconds that a writer waits for another process's transaction.
BUSY_TIMEOUT_MS = 30_000
#: Connections a replica holds; measured: more do not make turns faster.
POSTGRES_POOL = 8

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class UnusableDatabase(Exception):
    """The address of a database is not one that Sparri can use; the message says which are."""


def database_url(text: str) -> URL:
    """The address with the driver that we use. Raises UnusableDatabase; the message never holds a password."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise UnusableDatabase("not an address; use sqlite:///FILE or postgresql://USER@HOST/NAME") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise UnusableDatabase(f"{url.drivername}: use sqlite:///FILE or postgresql://USER@HOST/NAME")
    if driver.startswith("sqlite") and not url.database:
        raise UnusableDatabase("SQLite needs a file: sqlite:///FILE")
    return url.set(drivername=driver)


def open_engine(text: str) -> AsyncEngine:
    """An engine for writing and reading; connects when first used. Raises UnusableDatabase.

    SQLite: one connection (several writers in a process only wait for each other unfairly), write-ahead log, every
    commit flushed to the disk, and BEGIN IMMEDIATE: the default engine loses updates without an error.
    """
    url = database_url(text)
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=POSTGRES_POOL, max_overflow=0, pool_pre_ping=True)
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=60)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
