"""What people let others read of theirs, and who read it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, Json, UtcDateTime

#: What people let others read of theirs; nothing of what it says.
shares = Table(
    "shares",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("state", String(16), nullable=False),
    # The form as it was filled in: ids and days. Where a typed conversation about it is.
    Column("entries", Json, nullable=False),
    Column("question", Integer, nullable=False),
    # Their names: ["ask:7", "ask:12/q1"]
    Column("things", Json, nullable=False),
    Column("audience", String(16)),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("shared_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    # When the other one was told of it; and when, after its end, the cards that showed it were to be drawn anew.
    Column("told_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_shares_in_force", "ends_at", **where("state = 'shared' AND settled_at IS NULL")),
    sqlite_autoincrement=COUNTS_UP,
)

#: Who opened what was shared with them, and when; and on which card of theirs it stands.
readings = Table(
    "readings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reader_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("things", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=COUNTS_UP,
)
