"""Discussions of participants with their managers, and what managers are told of them."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from storage.tables.base import COUNTS_UP, metadata, where
from storage.types import Id, UtcDateTime

#: A discussion that a participant and their manager are to hold; nothing of what is said in it.
talks = Table(
    "talks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("element_id", Id, ForeignKey("elements.id", ondelete="CASCADE"), nullable=False),
    Column("occurrence", Id, nullable=False, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("participant_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("manager_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    # The days within which it is to be held; the last one is part of it.
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("booked_for", Date),
    # The day that one of the two says, and who; when the participant agreed.
    Column("held_on", Date),
    Column("held_by_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("confirmed_at", UtcDateTime),
    # When one of the two first wrote down what they agreed on.
    Column("summarised_at", UtcDateTime),
    # When the manager first heard of it in a week's message.
    Column("told_at", UtcDateTime),
    # How often the participant was asked whether it was held; they are to be asked; its cards are to be drawn anew.
    Column("asked", Integer, nullable=False),
    Column("to_ask", Boolean, nullable=False),
    Column("to_draw", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("element_id", "participant_id", "occurrence"),
    Index("ix_talks_changed", "id", **where("to_ask OR to_draw")),
    sqlite_autoincrement=COUNTS_UP,
)

#: That a discussion went over from somebody to the participant's new manager.
talk_handovers = Table(
    "talk_handovers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("talk_id", Id, ForeignKey("talks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("former_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=COUNTS_UP,
)

#: The one message of a week to a manager about all their people.
manager_weeks = Table(
    "manager_weeks",
    metadata,
    Column("manager_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("monday", Date, primary_key=True),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="SET NULL"), index=True),
)
