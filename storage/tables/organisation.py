"""What an organisation brings: its pace and its days, its people and their leaves."""

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, UtcDateTime

tenants = Table(
    "tenants",
    metadata,
    Column("tenant", String(64), primary_key=True),
    # When the next thing that we start may leave. One row a tenant, for all replicas: the referee of its rate.
    Column("next_slot_at", UtcDateTime, nullable=False),
    # What part of SENDS_PER_SECOND is used: cut when Teams throttles the whole tenant, climbing again afterwards.
    Column("pace", Float, nullable=False),
    Column("pace_changed_at", UtcDateTime, nullable=False),
    # Set while an administrator has stopped everything that we start.
    Column("paused_at", UtcDateTime),
)

#: The organisation's days beside the public holidays: off altogether, or ending early.
days = Table(
    "days",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    # Local time at which the day ends, "12:00"; None for a whole day off.
    Column("ends", String(5)),
)

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
    # When they may be written to; None for the organisation's usual. "08:30"; weekdays as "01234", Monday is 0.
    Column("day_starts", String(5)),
    Column("day_ends", String(5)),
    Column("weekdays", String(7)),
    Column("preferred", String(5)),
    Column("country", String(2), nullable=False, default="FI"),
    # Asks told in a row without any answer, and whether they know that Sparri therefore fell silent.
    Column("unanswered", Integer, nullable=False, default=0),
    Column("told_of_stop", Boolean, nullable=False, default=False),
    # It is too much for them just now: until then they get half as much.
    Column("slow_until", UtcDateTime),
    # Why Teams lets nothing through to them; None while it does.
    Column("unreachable", String(32)),
    # A stored copy of what the rule of visits says: perhaps too early, never too late. None: nothing to say.
    Column("next_visit_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_people_unit_tenant", "unit", "tenant"),
    Index("ix_people_manager_id", "manager_id"),
    Index("ix_people_due", "tenant", "next_visit_at", **where("next_visit_at IS NOT NULL")),
    UniqueConstraint("tenant", "aad_id"),
    UniqueConstraint("tenant", "email"),
    UniqueConstraint("tenant", "code"),
    sqlite_autoincrement=COUNTS_UP,
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    sqlite_autoincrement=COUNTS_UP,
)
