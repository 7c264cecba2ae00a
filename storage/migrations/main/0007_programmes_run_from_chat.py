"""Programmes that coaches run from the chat: proposals, revisions that come from no file, nudges, urgent broadcasts"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "proposals",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("entries", Json, nullable=False),
        sa.Column("question", sa.Integer(), nullable=False),
        sa.Column("before", Json, nullable=False),
        sa.Column("up_to", Id, nullable=False),
        sa.Column("card_id", Id, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=True),
        _refers_to("people", "author_id", "CASCADE"),
        _refers_to("programmes", "programme_id", "CASCADE"),
        _refers_to("cards", "card_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sqlite_autoincrement=True,
    )
    for column in ("author_id", "programme_id", "card_id", "state"):
        op.create_index(op.f(f"ix_proposals_{column}"), "proposals", [column])
    op.add_column("revisions", sa.Column("from_chat", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("broadcasts", sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("asks", sa.Column("nudged_at", UtcDateTime, nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("asks", "nudged_at")
    op.drop_column("broadcasts", "urgent")
    op.drop_column("revisions", "from_chat")
    op.drop_table("proposals")


def _refers_to(table: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_proposals_{column}_{table}")
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=name, ondelete=ondelete)
