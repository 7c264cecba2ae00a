"""What several people answer, and what comes back of it together: to one of them, or to nobody by name."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, UniqueConstraint

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, UtcDateTime

#: One question of one person's to several, whose answers they get together.
pools = Table(
    "pools",
    metadata,
    Column("id", Id, primary_key=True),
    # None once the one who asked is gone.
    Column("asker_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False, index=True),
    # The assignment that it is part of; None where it is part of none.
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="SET NULL")),
    # What the asks come from: those of the people asked, and that by which the asker gets the answers.
    Column("question_id", Id, ForeignKey("elements.id", ondelete="SET NULL")),
    Column("answers_id", Id, ForeignKey("elements.id", ondelete="SET NULL")),
    Column("opens_at", UtcDateTime),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    # Whether there were enough answers; None before it is closed.
    Column("is_enough", Boolean),
    # The answers without their writers, sealed under the asker's key.
    Column("sealed", LargeBinary),
    # When all was forgotten of those who were asked.
    Column("erased_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("ask_id"),
    Index("ix_pools_open", "closes_at", **where("closed_at IS NULL")),
    Index("ix_pools_kept", "closed_at", **where("erased_at IS NULL")),
    sqlite_autoincrement=COUNTS_UP,
)

#: Whom a question goes to; asked_at: when their ask was written.
teammates = Table(
    "teammates",
    metadata,
    Column("pool_id", Id, ForeignKey("pools.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("asked_at", UtcDateTime),
    Index("ix_teammates_person_id", "person_id"),
    Index("ix_teammates_waiting", "pool_id", **where("asked_at IS NULL")),
)

#: What people answered to a survey, without whose it is; one for each time that it comes. No way leads to people.
ballot_boxes = Table(
    "ballot_boxes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("element_id", Id, ForeignKey("elements.id", ondelete="CASCADE"), nullable=False),
    Column("occurrence", Integer, nullable=False),
    # Of fewer ballots nothing is shown: what those who answered were told.
    Column("threshold", Integer, nullable=False),
    # Of ballots.
    Column("number", Integer, nullable=False),
    # A key of its own, that is nobody's either.
    Column("key_id", String(32), nullable=False),
    # All ballots together; once it is closed what came of them, or nothing where they were too few.
    Column("sealed", LargeBinary),
    Column("closed_at", UtcDateTime),
    Column("is_enough", Boolean),
    UniqueConstraint("element_id", "occurrence"),
    Index("ix_ballot_boxes_open", "id", **where("closed_at IS NULL")),
    sqlite_autoincrement=COUNTS_UP,
)
