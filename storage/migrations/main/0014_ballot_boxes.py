"""Surveys that are answered here: the ballots of each in one box, without whoever cast them"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "ballot_boxes",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("element_id", Id, nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.Column("is_enough", sa.Boolean(), nullable=True),
        _refers_to("programmes", "programme_id"),
        _refers_to("elements", "element_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_boxes")),
        sa.UniqueConstraint("element_id", "occurrence", name=op.f("uq_ballot_boxes_element_id_occurrence")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ballot_boxes_programme_id"), "ballot_boxes", ["programme_id"])
    condition = sa.text("closed_at IS NULL")
    op.create_index("ix_ballot_boxes_open", "ballot_boxes", ["id"], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("ballot_boxes")


def _refers_to(other: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_ballot_boxes_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
