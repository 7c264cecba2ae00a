"""Questions to a team whose answers are pooled, and finding the people of a unit or of a manager"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "pools",
        sa.Column("id", Id, nullable=False),
        sa.Column("asker_id", Id, nullable=True),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("ask_id", Id, nullable=True),
        sa.Column("question_id", Id, nullable=True),
        sa.Column("answers_id", Id, nullable=True),
        sa.Column("opens_at", UtcDateTime, nullable=True),
        sa.Column("closes_at", UtcDateTime, nullable=False),
        sa.Column("closed_at", UtcDateTime, nullable=True),
        sa.Column("is_enough", sa.Boolean(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        _refers_to("pools", "people", "asker_id", "SET NULL"),
        _refers_to("pools", "programmes", "programme_id", "CASCADE"),
        _refers_to("pools", "asks", "ask_id", "SET NULL"),
        _refers_to("pools", "elements", "question_id", "SET NULL"),
        _refers_to("pools", "elements", "answers_id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
        sa.UniqueConstraint("ask_id", name=op.f("uq_pools_ask_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_pools_asker_id"), "pools", ["asker_id"])
    op.create_index(op.f("ix_pools_programme_id"), "pools", ["programme_id"])
    _partial("ix_pools_open", "pools", "closes_at", "closed_at IS NULL")
    _partial("ix_pools_kept", "pools", "closed_at", "erased_at IS NULL")
    op.create_table(
        "teammates",
        sa.Column("pool_id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, autoincrement=False, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=True),
        _refers_to("teammates", "pools", "pool_id", "CASCADE"),
        _refers_to("teammates", "people", "person_id", "CASCADE"),
        sa.PrimaryKeyConstraint("pool_id", "person_id", name=op.f("pk_teammates")),
    )
    op.create_index("ix_teammates_person_id", "teammates", ["person_id"])
    _partial("ix_teammates_waiting", "teammates", "pool_id", "asked_at IS NULL")
    op.create_index("ix_people_unit_tenant", "people", ["unit", "tenant"])
    op.create_index("ix_people_manager_id", "people", ["manager_id"])


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_index("ix_people_manager_id", table_name="people")
    op.drop_index("ix_people_unit_tenant", table_name="people")
    op.drop_table("teammates")
    op.drop_table("pools")


def _refers_to(table: str, other: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def _partial(name: str, table: str, column: str, condition: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
