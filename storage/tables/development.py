"""Development plans and their goals."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, Json, UtcDateTime

#: Development plans: one of each person in each programme.
plans = Table(
    "plans",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    # The person's own weekday, Monday is 0, and local time, "08:30", of check-ins.
    Column("weekday", Integer),
    Column("at", String(5)),
    # When the next check-in is to be written; None while none is to come.
    Column("next_at", UtcDateTime),
    Column("check_ins", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "programme_id"),
    Index("ix_plans_next_at", "next_at", **where("next_at IS NOT NULL")),
    sqlite_autoincrement=COUNTS_UP,
)

#: Goals of plans. Their words are the answers to their asks, version by version.
goals = Table(
    "goals",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("plan_id", Id, ForeignKey("plans.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("measure", String(16), nullable=False),
    Column("weeks", Integer, nullable=False),
    # The person chose that rhythm; the programme's does not take its place.
    Column("own_weeks", Boolean, nullable=False),
    Column("ends", Date),
    # When the if-then comes next, how often, and the ask by which it comes.
    Column("moment", UtcDateTime),
    Column("again", String(16), nullable=False),
    Column("cue_id", Id, ForeignKey("asks.id", ondelete="SET NULL"), index=True),
    # When the missing half is asked for.
    Column("half_at", UtcDateTime),
    Column("half_asked", Boolean, nullable=False),
    Column("started_on", Date),
    Column("reviewed_on", Date),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_goals_moment", "moment", **where("moment IS NOT NULL")),
    Index("ix_goals_half_at", "half_at", **where("half_at IS NOT NULL")),
)

#: What a plan asks or says of itself, and about which goals.
plan_asks = Table(
    "plan_asks",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("plan_id", Id, ForeignKey("plans.id", ondelete="CASCADE"), nullable=False, index=True),
    # The numbers of the goals, in the order of the questions.
    Column("goals", Json, nullable=False),
)
