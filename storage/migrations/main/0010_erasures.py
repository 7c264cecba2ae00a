"""Orders to erase a person"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "erasures",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("by", sa.String(16), nullable=False),
        sa.Column("activity", sa.String(64), nullable=True),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("key_destroyed_at", UtcDateTime, nullable=True),
        sa.Column("emptied_at", UtcDateTime, nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("counts", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_erasures_person_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasures_person_id")),
        sqlite_autoincrement=True,
    )
    for column in ("digest", "activity"):
        op.create_index(op.f(f"ix_erasures_{column}"), "erasures", [column])
    is_waiting = sa.text("ended_at IS NULL")
    op.create_index("ix_erasures_waiting", "erasures", ["id"], sqlite_where=is_waiting, postgresql_where=is_waiting)
    op.create_index(op.f("ix_dialogs_ask_id"), "dialogs", ["ask_id"])
    op.create_index(op.f("ix_errands_by_id"), "errands", ["by_id"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index(op.f("ix_errands_by_id"), "errands")
    op.drop_index(op.f("ix_dialogs_ask_id"), "dialogs")
    op.drop_table("erasures")
