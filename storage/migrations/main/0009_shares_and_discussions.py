"""Shares, who has read what, and discussions between people and their managers"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    _shares()
    _talks()


def downgrade() -> None:
    """Back to the revision before."""
    for table in ("manager_weeks", "talks", "readings", "shares"):
        op.drop_table(table)


def _shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", Id, nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("card_id", Id, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("entries", Json, nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("things", Json, nullable=False),
        sa.Column("audience", sa.String(16), nullable=True),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("shared_at", UtcDateTime, nullable=True),
        sa.Column("ends_at", UtcDateTime, nullable=True),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
        sa.Column("told_at", UtcDateTime, nullable=True),
        sa.Column("settled_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        _refers_to("shares", "people", "owner_id", "CASCADE"),
        _refers_to("shares", "people", "person_id", "CASCADE"),
        _refers_to("shares", "cards", "card_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shares")),
        sqlite_autoincrement=True,
    )
    for column in ("owner_id", "person_id", "card_id"):
        op.create_index(op.f(f"ix_shares_{column}"), "shares", [column])
    in_force = sa.text("state = 'shared' AND settled_at IS NULL")
    op.create_index("ix_shares_in_force", "shares", ["ends_at"], sqlite_where=in_force, postgresql_where=in_force)
    op.create_table(
        "readings",
        sa.Column("id", Id, nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("reader_id", Id, nullable=False),
        sa.Column("card_id", Id, nullable=True),
        sa.Column("things", Json, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        _refers_to("readings", "people", "owner_id", "CASCADE"),
        _refers_to("readings", "people", "reader_id", "CASCADE"),
        _refers_to("readings", "cards", "card_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readings")),
        sqlite_autoincrement=True,
    )
    for column in ("owner_id", "reader_id", "card_id"):
        op.create_index(op.f(f"ix_readings_{column}"), "readings", [column])


def _talks() -> None:
    op.create_table(
        "talks",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("element_id", Id, nullable=False),
        sa.Column("occurrence", Id, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("participant_id", Id, nullable=False),
        sa.Column("manager_id", Id, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("booked_for", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_by_id", Id, nullable=True),
        sa.Column("confirmed_at", UtcDateTime, nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("to_ask", sa.Boolean(), nullable=False),
        sa.Column("to_draw", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        _refers_to("talks", "programmes", "programme_id", "CASCADE"),
        _refers_to("talks", "elements", "element_id", "CASCADE"),
        _refers_to("talks", "people", "participant_id", "CASCADE"),
        _refers_to("talks", "people", "manager_id", "CASCADE"),
        _refers_to("talks", "people", "held_by_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
        sa.UniqueConstraint(
            "element_id", "participant_id", "occurrence", name=op.f("uq_talks_element_id_participant_id_occurrence")
        ),
        sqlite_autoincrement=True,
    )
    for column in ("participant_id", "manager_id", "programme_id"):
        op.create_index(op.f(f"ix_talks_{column}"), "talks", [column])
    changed = sa.text("to_ask OR to_draw")
    op.create_index("ix_talks_changed", "talks", ["id"], sqlite_where=changed, postgresql_where=changed)
    op.create_table(
        "manager_weeks",
        sa.Column("manager_id", Id, autoincrement=False, nullable=False),
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("ask_id", Id, nullable=True),
        _refers_to("manager_weeks", "people", "manager_id", "CASCADE"),
        _refers_to("manager_weeks", "asks", "ask_id", "SET NULL"),
        sa.PrimaryKeyConstraint("manager_id", "monday", name=op.f("pk_manager_weeks")),
    )
    op.create_index(op.f("ix_manager_weeks_ask_id"), "manager_weeks", ["ask_id"])


def _refers_to(table: str, other: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
