"""The keys of what is sealed, in a database of their own, whose backups are kept for days (docs/decisions/0005)."""

from sqlalchemy import Column, LargeBinary, String, Table

from storage.tables.base import keys_metadata
from storage.types import UtcDateTime

data_keys = Table(
    "data_keys",
    keys_metadata,
    Column("key_id", String(32), primary_key=True),
    Column("tenant", String(64), nullable=False),
    # None once destroyed; the row stays, so that a lost key and an erased one can be told apart.
    Column("wrapped", LargeBinary),
    Column("master", String(16), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("destroyed_at", UtcDateTime),
)
