"""What people are asked, what they answer, and what follows from it for others."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, Json, UtcDateTime

asks = Table(
    "asks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("source_kind", String(16), nullable=False),
    Column("source_id", Id, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("closes_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("put_off_until", UtcDateTime),
    Column("opens_at", UtcDateTime),
    Column("late_until", UtcDateTime),
    Column("wants_answer", Boolean, nullable=False, default=True),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("at_once", Boolean, nullable=False, default=False),
    Column("start_mode", String(16), nullable=False, default="queue"),
    Column("on_unknown", String(16), nullable=False, default="skip"),
    Column("told_at", UtcDateTime),
    Column("reminders", Integer, nullable=False, default=0),
    Column("reminded_at", UtcDateTime),
    # When a coach wished that the next reminder comes soon.
    Column("nudged_at", UtcDateTime),
    Column("skipped", String(32)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("source_kind", "source_id", "person_id", "occurrence"),
    Index("ix_asks_person_id_state", "person_id", "state"),
    sqlite_autoincrement=COUNTS_UP,
)

#: What became of asks when their programme changed: moved, withdrawn (after: None) or taken up again (before: None).
ask_changes = Table(
    "ask_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("opens_before", UtcDateTime),
    Column("opens_after", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=COUNTS_UP,
)

#: How far people are with their assignments; of one that nobody has begun there is no row.
assignments = Table(
    "assignments",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    # The person's own moment.
    Column("planned_at", UtcDateTime),
    # Who handed in for the group; None where it was the person of the ask.
    Column("by_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    # The plan or the reason in the person's own words, by field, sealed under their key.
    Column("sealed", LargeBinary),
    Column("changed_at", UtcDateTime, nullable=False),
)

#: What one person's word sets going for another; the pump brings it, in a transaction of the other one's.
errands = Table(
    "errands",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    # The assignment that it is about.
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("by_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    # What makes it the same when its press or message comes again; None where nothing does.
    Column("once", String(128)),
    # Until when there is more time: as it is asked for, or as it is granted.
    Column("until", UtcDateTime),
    # The errand that it answers; not a reference, for that one may go with its writer.
    Column("answers_id", Id),
    # What is said, sealed under the key of who says it.
    Column("sealed", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    Column("brought_at", UtcDateTime),
    UniqueConstraint("ask_id", "once"),
    Index("ix_errands_waiting", "id", **where("brought_at IS NULL")),
    sqlite_autoincrement=COUNTS_UP,
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    # What makes a press the same press: the card's revision and a keyed digest of the values, or the typed message.
    Column("once", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("ask_id", "version"),
    UniqueConstraint("ask_id", "once"),
    sqlite_autoincrement=COUNTS_UP,
)

answers = Table(
    "answers",
    metadata,
    Column("submission_id", Id, ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(64), primary_key=True),
    # Sealed under the person's own key where the field is private, plain otherwise.
    Column("sealed", LargeBinary),
    Column("value", Json),
    # The marks of the messages that it was typed in: deleting one of those deletes its text here too.
    Column("typed_in", String(1024)),
)

drafts = Table(
    "drafts",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
