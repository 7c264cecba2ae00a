"""What all tables stand on: the two databases that they belong in, and how their keys and indexes are called."""

from typing import Any

from sqlalchemy import MetaData, text

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=_NAMES)
#: Of the keys' own database.
keys_metadata = MetaData(naming_convention=_NAMES)

#: Not numbered again after a row was deleted: an erased person's number must never name somebody else.
COUNTS_UP = True


def where(condition: str) -> dict[str, Any]:
    """That an index is only over the rows for which *condition* holds, in both kinds of database: `**where("…")`."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}
