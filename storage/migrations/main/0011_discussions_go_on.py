"""What becomes of discussions: summed up, first told of, and gone over to a new manager"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Of the discussions that are there already their managers have heard."""
    op.add_column("talks", sa.Column("summarised_at", UtcDateTime, nullable=True))
    op.add_column("talks", sa.Column("told_at", UtcDateTime, nullable=True))
    op.execute("UPDATE talks SET told_at = created_at")
    op.create_table(
        "talk_handovers",
        sa.Column("id", Id, nullable=False),
        sa.Column("talk_id", Id, nullable=False),
        sa.Column("former_id", Id, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        _refers_to("talks", "talk_id"),
        _refers_to("people", "former_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talk_handovers")),
        sqlite_autoincrement=True,
    )
    for column in ("talk_id", "former_id"):
        op.create_index(op.f(f"ix_talk_handovers_{column}"), "talk_handovers", [column])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("talk_handovers")
    op.drop_column("talks", "told_at")
    op.drop_column("talks", "summarised_at")


def _refers_to(other: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_talk_handovers_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
