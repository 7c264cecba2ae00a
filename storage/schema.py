"""The schema: bringing a database to this version of Sparri, and refusing one that is not there."""

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from storage import tables
from storage.engine import Engine, reached

VERSION_TABLE = "schema_version"
_SCRIPTS = Path(__file__).parent / "migrations"
#: One number for all Sparris that share a PostgreSQL: replicas that start together upgrade one after the other.
_ADVISORY_LOCK = 0x5350_4152


class Part(StrEnum):
    """The two databases; each has its own scripts."""

    MAIN = "main"
    KEYS = "keys"


class OldSchema(Exception):
    """The database is not at this version of Sparri; run `python -m bot db upgrade`."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


async def upgrade(engine: Engine, part: Part) -> None:
    """Bring a database to the newest schema; nothing happens when it is there. Safe to run on all replicas at once.

    Raises UnusableDatabase when it cannot be opened.
    """
    async with reached(engine) as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        await connection.run_sync(_upgrade, part)


async def check_current(engine: Engine, part: Part) -> None:
    """Raises OldSchema unless the database is at the newest schema, UnusableDatabase when it cannot be opened."""
    async with reached(engine) as connection:
        found = await connection.run_sync(_revision)
    if found != ScriptDirectory.from_config(config(part)).get_current_head():
        raise OldSchema


def config(part: Part, connection: Connection | None = None) -> Config:
    """Alembic's configuration for one of the databases."""
    settings = Config()
    settings.set_main_option("script_location", str(_SCRIPTS))
    settings.set_main_option("version_locations", str(_SCRIPTS / part))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    settings.attributes["metadata"] = metadata(part)
    return settings


def metadata(part: Part) -> MetaData:
    """The tables that belong in one of the databases."""
    return tables.metadata if part is Part.MAIN else tables.keys_metadata


def _upgrade(connection: Connection, part: Part) -> None:
    command.upgrade(config(part, connection), "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
