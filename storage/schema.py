"""The schema: bringing a database to this version of Sparri, and refusing one that is not there.

Alembic is loaded only where something is to be changed: every command looks whether the schema is current.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, text

from storage import tables
from storage.engine import Engine, reached

if TYPE_CHECKING:
    from alembic.config import Config

VERSION_TABLE = "schema_version"
_SCRIPTS = Path(__file__).parent / "migrations"
#: One number for all Sparris that share a PostgreSQL: replicas that start together upgrade one after the other.
_ADVISORY_LOCK = 0x5350_4152


class Part(StrEnum):
    """The two databases; each has its own scripts."""

    MAIN = "main"
    KEYS = "keys"


#: The newest migration of each; a test holds them to the scripts.
NEWEST = {Part.MAIN: "0014", Part.KEYS: "0001"}


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
    if found != NEWEST[part]:
        raise OldSchema


def config(part: Part, connection: Connection | None = None) -> Config:
    """Alembic's configuration for one of the databases."""
    from alembic.config import Config

    settings = Config(stdout=sys.stdout)  # by default the one that there was when Alembic was loaded
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
    from alembic import command

    command.upgrade(config(part, connection), "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
    return found
