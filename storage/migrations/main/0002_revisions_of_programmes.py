"""Revisions of programmes, and which of them each member's asks are at"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NEVER = {"sqlite": "0", "postgresql": "'1970-01-01T00:00:00Z'"}


def upgrade() -> None:
    """To this revision. Whoever is a member already has been one since they were known."""
    op.create_table(
        "revisions",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("notices", Json, nullable=False),
        sa.Column("loaded_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"],
            ["programmes.id"],
            name=op.f("fk_revisions_programme_id_programmes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_revisions_programme_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "ask_changes",
        sa.Column("id", Id, nullable=False),
        sa.Column("ask_id", Id, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opens_before", UtcDateTime, nullable=True),
        sa.Column("opens_after", UtcDateTime, nullable=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_ask_changes_ask_id_asks"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_changes")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_ask_changes_ask_id"), "ask_changes", ["ask_id"])
    never = sa.text(_NEVER[op.get_bind().dialect.name])
    op.add_column("programmes", sa.Column("hours", Json, nullable=True))
    op.add_column("programmes", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("programmes", sa.Column("ended_at", UtcDateTime, nullable=True))
    op.add_column("members", sa.Column("placed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("members", sa.Column("joined_at", UtcDateTime, nullable=False, server_default=never))
    op.add_column("members", sa.Column("left_at", UtcDateTime, nullable=True))
    op.create_index("ix_members_programme_id_placed", "members", ["programme_id", "placed"])
    op.execute("UPDATE members SET joined_at = (SELECT created_at FROM people WHERE people.id = members.person_id)")


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_members_programme_id_placed", table_name="members")
    for table, columns in {
        "members": ("left_at", "joined_at", "placed"),
        "programmes": ("ended_at", "revision", "hours"),
    }.items():
        for column in columns:
            op.drop_column(table, column)
    op.drop_index(op.f("ix_ask_changes_ask_id"), table_name="ask_changes")
    op.drop_table("ask_changes")
    op.drop_table("revisions")
