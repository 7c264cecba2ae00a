"""What coaches send to many, and what they change in a programme."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from storage.tables.base import COUNTS_UP, metadata
from storage.types import Id, Json, UtcDateTime

#: What coaches send to many people of a programme. What became of it stands in its asks and in the ledger.
broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("element_id", Id, ForeignKey("elements.id", ondelete="SET NULL")),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("state", String(16), nullable=False, index=True),
    # The form as the coach filled it in, by field, and where a typed conversation about it is.
    Column("entries", Json, nullable=False),
    Column("question", Integer, nullable=False),
    # {"everybody": …, "groups": […], "persons": […], "not_answered": element}
    Column("audience", Json, nullable=False),
    Column("due_at", UtcDateTime),
    # Whether it breaks the dose.
    Column("urgent", Boolean, nullable=False, default=False),
    Column("queued_at", UtcDateTime),
    Column("undo_until", UtcDateTime),
    # Its asks are written for people up to this number; it is resumed there.
    Column("written_up_to", Id, nullable=False),
    # When the figures on the coach's card are looked at again, and a digest of those that it shows.
    Column("count_at", UtcDateTime),
    Column("shown", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=COUNTS_UP,
)

#: What coaches are about to do to a programme or its people, and what they have done.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("author_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    # None until it is known which.
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), index=True),
    Column("state", String(16), nullable=False, index=True),
    # The form as the coach filled it in, by field, and where a typed conversation about it is.
    Column("entries", Json, nullable=False),
    Column("question", Integer, nullable=False),
    # What it was previewed against, and what its way back needs.
    Column("before", Json, nullable=False),
    # It is done for people up to this number; it is resumed there.
    Column("up_to", Id, nullable=False),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    sqlite_autoincrement=COUNTS_UP,
)
