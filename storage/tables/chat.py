"""The chat: what was said in turns, the cards that Teams shows, what was delivered, and links that were given."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, Json, UtcDateTime

dialogs = Table(
    "dialogs",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), index=True),
    Column("sealed", LargeBinary),
    Column("updated_at", UtcDateTime, nullable=False),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    # A digest of the conversation's and the activity's ids: Teams' ids may be longer than an index takes.
    Column("activity", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    # What was said back, sealed, so that a redelivered activity is told the same.
    Column("sealed", LargeBinary),
    Column("replied", Boolean, nullable=False),
    sqlite_autoincrement=COUNTS_UP,
)

cards = Table(
    "cards",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), index=True),
    # None until Teams has told it: the card is on its way, or its sender died.
    Column("activity_id", String(1024)),
    # What is drawn: the ask in its state, or the form to change an answer.
    Column("face", String(16), nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("ix_cards_person_id_activity_id", "person_id", "activity_id"),
    Index("ix_cards_behind", "try_at", **where("shown < wanted AND activity_id IS NOT NULL")),
    sqlite_autoincrement=COUNTS_UP,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("state", String(16), nullable=False),
    # When the visit was due, when it may leave, and when its outcome was known.
    Column("due_at", UtcDateTime, nullable=False),
    Column("slot_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    # Of an outcome that was not to be hoped for.
    Column("reason", String(64)),
    # Tries of this visit before this one; and from when on there is to be another, which then is the visit that counts.
    Column("attempts", Integer, nullable=False),
    Column("again_at", UtcDateTime),
    # One visit at a time to one person: the unsettled row is the lease.
    Index("uq_deliveries_sending", "person_id", unique=True, **where("state = 'sending'")),
    Index("ix_deliveries_sending", "slot_at", **where("state = 'sending'")),
    Index("ix_deliveries_person_id_slot_at", "person_id", "slot_at"),
    sqlite_autoincrement=COUNTS_UP,
)

delivery_asks = Table(
    "delivery_asks",
    metadata,
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    # 0 for what Sparri says for itself; not a reference, for the ledger outlives an ask.
    Column("ask_id", Id, primary_key=True, autoincrement=False),
    Column("purpose", String(16), primary_key=True),
)

#: Links by which one person fetches one file, once.
one_time_links = Table(
    "one_time_links",
    metadata,
    Column("id", Id, primary_key=True),
    # Of the token: what is stored here opens nothing.
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    # What the file is of: numbers of rows and nothing else.
    Column("about", Json, nullable=False),
    Column("language", String(2), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("used_at", UtcDateTime),
    sqlite_autoincrement=COUNTS_UP,
)
