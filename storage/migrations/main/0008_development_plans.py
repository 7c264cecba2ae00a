"""Development plans: goals, what is asked about them, and people for whom it is too much just now"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("people", sa.Column("slow_until", UtcDateTime, nullable=True))
    _create_plans()
    _create_goals()
    op.create_table(
        "plan_asks",
        sa.Column("ask_id", Id, autoincrement=False, nullable=False),
        sa.Column("plan_id", Id, nullable=False),
        sa.Column("goals", Json, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_plan_asks_ask_id_asks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_asks_plan_id_plans"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_plan_asks")),
    )
    op.create_index(op.f("ix_plan_asks_plan_id"), "plan_asks", ["plan_id"])


def _create_plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("at", sa.String(length=5), nullable=True),
        sa.Column("next_at", UtcDateTime, nullable=True),
        sa.Column("check_ins", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_plans_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_plans_programme_id_programmes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("person_id", "programme_id", name=op.f("uq_plans_person_id_programme_id")),
        sqlite_autoincrement=True,
    )
    _create_index_of_what_is_there("plans", "next_at")


def _create_goals() -> None:
    op.create_table(
        "goals",
        sa.Column("ask_id", Id, autoincrement=False, nullable=False),
        sa.Column("plan_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("measure", sa.String(length=16), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("moment", UtcDateTime, nullable=True),
        sa.Column("again", sa.String(length=16), nullable=False),
        sa.Column("cue_id", Id, nullable=True),
        sa.Column("half_at", UtcDateTime, nullable=True),
        sa.Column("half_asked", sa.Boolean(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_goals_ask_id_asks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["cue_id"], ["asks.id"], name=op.f("fk_goals_cue_id_asks"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_goals_plan_id_plans"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_goals")),
    )
    op.create_index(op.f("ix_goals_plan_id"), "goals", ["plan_id"])
    op.create_index(op.f("ix_goals_cue_id"), "goals", ["cue_id"])
    _create_index_of_what_is_there("goals", "moment")
    _create_index_of_what_is_there("goals", "half_at")


def _create_index_of_what_is_there(table: str, column: str) -> None:
    is_there = sa.text(f"{column} IS NOT NULL")
    op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=is_there, postgresql_where=is_there)


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_table("plan_asks")
    op.drop_table("goals")
    op.drop_table("plans")
    op.drop_column("people", "slow_until")
