"""Orders to erase a person, and what is left to say of it afterwards."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, Json, UtcDateTime

erasures = Table(
    "erasures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    # Of their e-mail or Entra object id, under the master key: enough to answer whether somebody was erased.
    Column("digest", String(64), nullable=False, index=True),
    # None when nothing is left of them.
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), unique=True),
    Column("by", String(16), nullable=False),
    # The activity that asked for it: delivered again, it must not make them somebody new.
    Column("activity", String(64), index=True),
    Column("asked_at", UtcDateTime, nullable=False),
    # When the person was told that it has begun; None: not yet, or their answer is on the wire.
    Column("told_at", UtcDateTime),
    # How far it is.
    Column("key_destroyed_at", UtcDateTime),
    Column("emptied_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # Rows that went, by table.
    Column("counts", Json, nullable=False),
    Index("ix_erasures_waiting", "id", **where("ended_at IS NULL")),
    sqlite_autoincrement=COUNTS_UP,
)
