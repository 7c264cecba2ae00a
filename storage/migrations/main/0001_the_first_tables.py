"""The first tables"""

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "days",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=True),
        sa.PrimaryKeyConstraint("tenant", "day", name=op.f("pk_days")),
    )
    op.create_table(
        "people",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("aad_id", sa.String(length=256), nullable=True),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("name", sa.String(length=256), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("language_chosen", sa.Boolean(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=256), nullable=False),
        sa.Column("manager_id", Id, nullable=True),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("admitted_at", UtcDateTime, nullable=True),
        sa.Column("code", sa.String(length=16), nullable=True),
        sa.Column("paused_until", UtcDateTime, nullable=True),
        sa.Column("stopped_at", UtcDateTime, nullable=True),
        sa.Column("installed", sa.Boolean(), nullable=False),
        sa.Column("install_changed_at", UtcDateTime, nullable=True),
        sa.Column("service_url", sa.String(length=2048), nullable=True),
        sa.Column("conversation_id", sa.String(length=1024), nullable=True),
        sa.Column("user_id", sa.String(length=1024), nullable=True),
        sa.Column("bot_id", sa.String(length=1024), nullable=True),
        sa.Column("day_starts", sa.String(length=5), nullable=True),
        sa.Column("day_ends", sa.String(length=5), nullable=True),
        sa.Column("weekdays", sa.String(length=7), nullable=True),
        sa.Column("preferred", sa.String(length=5), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("told_of_stop", sa.Boolean(), nullable=False),
        sa.Column("unreachable", sa.String(length=32), nullable=True),
        sa.Column("next_visit_at", UtcDateTime, nullable=True),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["people.id"], name=op.f("fk_people_manager_id_people"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("tenant", "aad_id", name=op.f("uq_people_tenant_aad_id")),
        sa.UniqueConstraint("tenant", "code", name=op.f("uq_people_tenant_code")),
        sa.UniqueConstraint("tenant", "email", name=op.f("uq_people_tenant_email")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(
            "ix_people_due",
            ["tenant", "next_visit_at"],
            unique=False,
            sqlite_where=sa.text("next_visit_at IS NOT NULL"),
            postgresql_where=sa.text("next_visit_at IS NOT NULL"),
        )

    op.create_table(
        "programmes",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", Json, nullable=False),
        sa.Column("policy", Json, nullable=False),
        sa.Column("breaks", Json, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("tenant", "key", name=op.f("uq_programmes_tenant_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tenants",
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("next_slot_at", UtcDateTime, nullable=False),
        sa.Column("pace", sa.Float(), nullable=False),
        sa.Column("pace_changed_at", UtcDateTime, nullable=False),
        sa.Column("paused_at", UtcDateTime, nullable=True),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_tenants")),
    )
    op.create_table(
        "asks",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source_kind", sa.String(length=16), nullable=False),
        sa.Column("source_id", Id, nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=True),
        sa.Column("closes_at", UtcDateTime, nullable=True),
        sa.Column("answered_at", UtcDateTime, nullable=True),
        sa.Column("put_off_until", UtcDateTime, nullable=True),
        sa.Column("opens_at", UtcDateTime, nullable=True),
        sa.Column("late_until", UtcDateTime, nullable=True),
        sa.Column("wants_answer", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("start_mode", sa.String(length=16), nullable=False),
        sa.Column("on_unknown", sa.String(length=16), nullable=False),
        sa.Column("told_at", UtcDateTime, nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", UtcDateTime, nullable=True),
        sa.Column("skipped", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_asks_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_asks_programme_id_programmes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
        sa.UniqueConstraint(
            "source_kind",
            "source_id",
            "person_id",
            "occurrence",
            name=op.f("uq_asks_source_kind_source_id_person_id_occurrence"),
        ),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("asks", schema=None) as batch_op:
        batch_op.create_index("ix_asks_person_id_state", ["person_id", "state"], unique=False)

    op.create_table(
        "elements",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_elements_programme_id_programmes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elements")),
        sa.UniqueConstraint("programme_id", "key", name=op.f("uq_elements_programme_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "leaves",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_leaves_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaves")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leaves_person_id"), ["person_id"], unique=False)

    op.create_table(
        "members",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("groups", Json, nullable=False),
        sa.Column("coach_id", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["coach_id"], ["people.id"], name=op.f("fk_members_coach_id_people"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_members_person_id_people"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programmes.id"], name=op.f("fk_members_programme_id_programmes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(
            "uq_members_person_id_programme_id",
            ["person_id", "programme_id"],
            unique=True,
            sqlite_where=sa.text("programme_id IS NOT NULL"),
            postgresql_where=sa.text("programme_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_members_person_id_roster",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("programme_id IS NULL"),
            postgresql_where=sa.text("programme_id IS NULL"),
        )

    op.create_table(
        "turns",
        sa.Column("id", Id, nullable=False),
        sa.Column("activity", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("replied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_turns_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.UniqueConstraint("activity", name=op.f("uq_turns_activity")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turns_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_turns_person_id"), ["person_id"], unique=False)

    op.create_table(
        "cards",
        sa.Column("id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("ask_id", Id, nullable=True),
        sa.Column("activity_id", sa.String(length=1024), nullable=True),
        sa.Column("face", sa.String(length=16), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("try_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_cards_ask_id_asks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_cards_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cards_ask_id"), ["ask_id"], unique=False)
        batch_op.create_index(
            "ix_cards_behind",
            ["try_at"],
            unique=False,
            sqlite_where=sa.text("shown < wanted AND activity_id IS NOT NULL"),
            postgresql_where=sa.text("shown < wanted AND activity_id IS NOT NULL"),
        )
        batch_op.create_index("ix_cards_person_id_activity_id", ["person_id", "activity_id"], unique=False)

    op.create_table(
        "dialogs",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("ask_id", Id, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_dialogs_ask_id_asks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_dialogs_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_dialogs")),
    )
    op.create_table(
        "drafts",
        sa.Column("ask_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_drafts_ask_id_asks"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_drafts_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("ask_id", name=op.f("pk_drafts")),
    )
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_person_id"), ["person_id"], unique=False)

    op.create_table(
        "submissions",
        sa.Column("id", Id, nullable=False),
        sa.Column("ask_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("once", sa.String(length=128), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["ask_id"], ["asks.id"], name=op.f("fk_submissions_ask_id_asks"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("ask_id", "once", name=op.f("uq_submissions_ask_id_once")),
        sa.UniqueConstraint("ask_id", "version", name=op.f("uq_submissions_ask_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "answers",
        sa.Column("submission_id", Id, nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("value", Json, nullable=True),
        sa.Column("typed_in", sa.String(length=1024), nullable=True),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_answers_submission_id_submissions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("submission_id", "field", name=op.f("pk_answers")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", Id, nullable=False),
        sa.Column("tenant", sa.String(length=64), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("card_id", Id, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("slot_at", UtcDateTime, nullable=False),
        sa.Column("settled_at", UtcDateTime, nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("again_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["card_id"], ["cards.id"], name=op.f("fk_deliveries_card_id_cards"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_deliveries_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_card_id"), ["card_id"], unique=False)
        batch_op.create_index("ix_deliveries_person_id_slot_at", ["person_id", "slot_at"], unique=False)
        batch_op.create_index(
            "ix_deliveries_sending",
            ["slot_at"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(
            "uq_deliveries_sending",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )

    op.create_table(
        "delivery_asks",
        sa.Column("delivery_id", Id, nullable=False),
        sa.Column("ask_id", Id, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_delivery_asks_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "ask_id", "purpose", name=op.f("pk_delivery_asks")),
    )


def downgrade() -> None:
    """Back to the one before."""
    op.drop_table("delivery_asks")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_deliveries_sending",
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.drop_index(
            "ix_deliveries_sending",
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.drop_index("ix_deliveries_person_id_slot_at")
        batch_op.drop_index(batch_op.f("ix_deliveries_card_id"))

    op.drop_table("deliveries")
    op.drop_table("answers")
    op.drop_table("submissions")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_person_id"))

    op.drop_table("drafts")
    op.drop_table("dialogs")
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index("ix_cards_person_id_activity_id")
        batch_op.drop_index(
            "ix_cards_behind",
            sqlite_where=sa.text("shown < wanted AND activity_id IS NOT NULL"),
            postgresql_where=sa.text("shown < wanted AND activity_id IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_cards_ask_id"))

    op.drop_table("cards")
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_turns_person_id"))
        batch_op.drop_index(batch_op.f("ix_turns_at"))

    op.drop_table("turns")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_members_person_id_roster",
            sqlite_where=sa.text("programme_id IS NULL"),
            postgresql_where=sa.text("programme_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_members_person_id_programme_id",
            sqlite_where=sa.text("programme_id IS NOT NULL"),
            postgresql_where=sa.text("programme_id IS NOT NULL"),
        )

    op.drop_table("members")
    with op.batch_alter_table("leaves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leaves_person_id"))

    op.drop_table("leaves")
    op.drop_table("elements")
    with op.batch_alter_table("asks", schema=None) as batch_op:
        batch_op.drop_index("ix_asks_person_id_state")

    op.drop_table("asks")
    op.drop_table("tenants")
    op.drop_table("programmes")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_people_due",
            sqlite_where=sa.text("next_visit_at IS NOT NULL"),
            postgresql_where=sa.text("next_visit_at IS NOT NULL"),
        )

    op.drop_table("people")
    op.drop_table("days")
