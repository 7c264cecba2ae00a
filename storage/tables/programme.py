"""A programme as it was loaded, who takes part in it, and what it has to ask and to tell."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, Json, UtcDateTime

programmes = Table(
    "programmes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("name", Json, nullable=False),
    # The values of coaching.dose.Policy that are not the usual ones, and breaks as [[first, last], …].
    Column("policy", Json, nullable=False, default=dict),
    Column("breaks", Json, nullable=False, default=list),
    # {"start": "08:30", "end": "16:00", "weekdays": [0, …]}, of members who have none of their own; None: the usual.
    Column("hours", Json),
    # The newest of its revisions; 0 while it was never loaded from a file.
    Column("revision", Integer, nullable=False, default=0),
    Column("ended_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant", "key"),
    sqlite_autoincrement=COUNTS_UP,
)

#: A programme as it was loaded, once for each time that it changed.
revisions = Table(
    "revisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    # The whole programme, and what its members are told of what changed: [{"key": element, "sessions": […], …}]
    Column("document", Json, nullable=False),
    Column("notices", Json, nullable=False),
    Column("loaded_at", UtcDateTime, nullable=False),
    # Whether a coach made it from the chat, and no file was loaded.
    Column("from_chat", Boolean, nullable=False, default=False),
    UniqueConstraint("programme_id", "number"),
    sqlite_autoincrement=COUNTS_UP,
)

members = Table(
    "members",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    # None: on the organisation's roster, outside any programme.
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE")),
    Column("role", String(16), nullable=False),
    Column("groups", Json, nullable=False),
    Column("coach_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    # The revision of the programme that their asks are at; less than the programme's: they are to be placed again.
    Column("placed", Integer, nullable=False, default=0),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Index("ix_members_programme_id_placed", "programme_id", "placed"),
    Index(
        "uq_members_person_id_programme_id",
        "person_id",
        "programme_id",
        unique=True,
        **where("programme_id IS NOT NULL"),
    ),
    Index("uq_members_person_id_roster", "person_id", unique=True, **where("programme_id IS NULL")),
    sqlite_autoincrement=COUNTS_UP,
)

elements = Table(
    "elements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    # {"title": {language: words}, "intro": {…}, "questions": [{…}]}
    Column("content", Json, nullable=False),
    UniqueConstraint("programme_id", "key"),
    sqlite_autoincrement=COUNTS_UP,
)
