"""How far assignments are, and what one person's word sets going for another"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "assignments",
        sa.Column("ask_id", Id, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("planned_at", UtcDateTime, nullable=True),
        sa.Column("by_id", Id, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_assignments_ask_id_asks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["by_id"], ["people.id"], name=op.f("fk_assignments_by_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_assignments")),
    )
    op.create_table(
        "errands",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ask_id", Id, nullable=False),
        sa.Column("by_id", Id, nullable=False),
        sa.Column("once", sa.String(length=128), nullable=True),
        sa.Column("until", UtcDateTime, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("brought_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_errands_ask_id_asks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_errands_by_id_people"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errands")),
        sa.UniqueConstraint("ask_id", "once", name=op.f("uq_errands_ask_id_once")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_errands_ask_id"), "errands", ["ask_id"])
    op.create_index(
        "ix_errands_waiting",
        "errands",
        ["id"],
        sqlite_where=sa.text("brought_at IS NULL"),
        postgresql_where=sa.text("brought_at IS NULL"),
    )


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_errands_waiting", table_name="errands")
    op.drop_index(op.f("ix_errands_ask_id"), table_name="errands")
    op.drop_table("errands")
    op.drop_table("assignments")
