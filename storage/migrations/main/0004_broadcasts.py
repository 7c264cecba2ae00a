"""Broadcasts, and asks that come at once"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "broadcasts",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("element_id", Id, nullable=True),
        sa.Column("card_id", Id, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("entries", Json, nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("audience", Json, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("queued_at", UtcDateTime, nullable=True),
        sa.Column("undo_until", UtcDateTime, nullable=True),
        sa.Column("written_up_to", Id, nullable=False),
        sa.Column("count_at", UtcDateTime, nullable=True),
        sa.Column("shown", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        _refers_to("programmes", "programme_id", "CASCADE"),
        _refers_to("people", "author_id", "CASCADE"),
        _refers_to("elements", "element_id", "SET NULL"),
        _refers_to("cards", "card_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sqlite_autoincrement=True,
    )
    for column in ("author_id", "card_id", "state"):
        op.create_index(op.f(f"ix_broadcasts_{column}"), "broadcasts", [column])
    op.add_column("asks", sa.Column("at_once", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("asks", "at_once")
    op.drop_table("broadcasts")


def _refers_to(table: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_broadcasts_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=ondelete)
