"""The tables, in the words of coaching. Their changes are in `migrations/`; a test holds the two together."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.types import Id, Json, UtcDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=_NAMES)

#: Not numbered again after a row was deleted: an erased person's number must never name somebody else.
_COUNTS_UP = True

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("aad_id", String(256)),
    Column("email", String(320)),
    Column("name", String(256), nullable=False),
    Column("language", String(2), nullable=False),
    Column("language_chosen", Boolean, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("unit", String(256), nullable=False),
    Column("manager_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("key_id", String(32)),
    Column("admitted_at", UtcDateTime),
    Column("code", String(16)),
    Column("paused_until", UtcDateTime),
    Column("stopped_at", UtcDateTime),
    Column("installed", Boolean, nullable=False),
    Column("install_changed_at", UtcDateTime),
    # Where they are reached: our own columns, never the SDK's JSON. All four or none.
    Column("service_url", String(2048)),
    Column("conversation_id", String(1024)),
    Column("user_id", String(1024)),
    Column("bot_id", String(1024)),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant", "aad_id"),
    UniqueConstraint("tenant", "email"),
    UniqueConstraint("tenant", "code"),
    sqlite_autoincrement=_COUNTS_UP,
)

programmes = Table(
    "programmes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("name", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant", "key"),
    sqlite_autoincrement=_COUNTS_UP,
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
    Index(
        "uq_members_person_id_programme_id",
        "person_id",
        "programme_id",
        unique=True,
        sqlite_where=text("programme_id IS NOT NULL"),
        postgresql_where=text("programme_id IS NOT NULL"),
    ),
    Index(
        "uq_members_person_id_roster",
        "person_id",
        unique=True,
        sqlite_where=text("programme_id IS NULL"),
        postgresql_where=text("programme_id IS NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
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
    sqlite_autoincrement=_COUNTS_UP,
)

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
    Column("version", Integer, nullable=False),
    UniqueConstraint("source_kind", "source_id", "person_id", "occurrence"),
    Index("ix_asks_person_id_state", "person_id", "state"),
    sqlite_autoincrement=_COUNTS_UP,
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
    sqlite_autoincrement=_COUNTS_UP,
)

answers = Table(
    "answers",
    metadata,
    Column("submission_id", Id, ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(64), primary_key=True),
    # Sealed under the person's own key where the field is private, plain otherwise.
    Column("sealed", LargeBinary),
    Column("value", Json),
    # The message that it was typed in: deleting that message deletes it here too.
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

dialogs = Table(
    "dialogs",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE")),
    Column("sealed", LargeBinary),
    Column("updated_at", UtcDateTime, nullable=False),
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
    Index(
        "ix_cards_behind",
        "try_at",
        sqlite_where=text("shown < wanted AND activity_id IS NOT NULL"),
        postgresql_where=text("shown < wanted AND activity_id IS NOT NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
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
    sqlite_autoincrement=_COUNTS_UP,
)

# The wrapped keys live in a database of their own, whose backups are kept for days (docs/decisions/0005).
keys_metadata = MetaData(naming_convention=_NAMES)

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
