"""The tables, in the words of coaching. Their changes are in `migrations/`; a test holds the two together."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.types import Id, Json, UtcDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=_NAMES)

#: Not numbered again after a row was deleted: an erased person's number must never name somebody else.
_COUNTS_UP = True

tenants = Table(
    "tenants",
    metadata,
    Column("tenant", String(64), primary_key=True),
    # When the next thing that we start may leave. One row a tenant, for all replicas: the referee of its rate.
    Column("next_slot_at", UtcDateTime, nullable=False),
    # What part of SENDS_PER_SECOND is used: cut when Teams throttles the whole tenant, climbing again afterwards.
    Column("pace", Float, nullable=False),
    Column("pace_changed_at", UtcDateTime, nullable=False),
    # Set while an administrator has stopped everything that we start.
    Column("paused_at", UtcDateTime),
)

#: The organisation's days beside the public holidays: off altogether, or ending early.
days = Table(
    "days",
    metadata,
    Column("tenant", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    # Local time at which the day ends, "12:00"; None for a whole day off.
    Column("ends", String(5)),
)

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("aad_id", String(256)),
    Column("email", String(320)),
    Column("name", String(256), nullable=False),
    Column("language", String(2), nullable=False),
    Column("language_chosen", Boolean, nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("unit", String(256), nullable=False),
    Column("manager_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("key_id", String(32)),
    Column("admitted_at", UtcDateTime),
    Column("code", String(16)),
    Column("paused_until", UtcDateTime),
    Column("stopped_at", UtcDateTime),
    Column("installed", Boolean, nullable=False),
    Column("install_changed_at", UtcDateTime),
    # Where they are reached: our own columns, never the SDK's JSON. All four or none.
    Column("service_url", String(2048)),
    Column("conversation_id", String(1024)),
    Column("user_id", String(1024)),
    Column("bot_id", String(1024)),
    # When they may be written to; None for the organisation's usual. "08:30"; weekdays as "01234", Monday is 0.
    Column("day_starts", String(5)),
    Column("day_ends", String(5)),
    Column("weekdays", String(7)),
    Column("preferred", String(5)),
    Column("country", String(2), nullable=False, default="FI"),
    # Asks told in a row without any answer, and whether they know that Sparri therefore fell silent.
    Column("unanswered", Integer, nullable=False, default=0),
    Column("told_of_stop", Boolean, nullable=False, default=False),
    # It is too much for them just now: until then they get half as much.
    Column("slow_until", UtcDateTime),
    # Why Teams lets nothing through to them; None while it does.
    Column("unreachable", String(32)),
    # A stored copy of what the rule of visits says: perhaps too early, never too late. None: nothing to say.
    Column("next_visit_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_people_unit_tenant", "unit", "tenant"),
    Index("ix_people_manager_id", "manager_id"),
    Index(
        "ix_people_due",
        "tenant",
        "next_visit_at",
        sqlite_where=text("next_visit_at IS NOT NULL"),
        postgresql_where=text("next_visit_at IS NOT NULL"),
    ),
    UniqueConstraint("tenant", "aad_id"),
    UniqueConstraint("tenant", "email"),
    UniqueConstraint("tenant", "code"),
    sqlite_autoincrement=_COUNTS_UP,
)

leaves = Table(
    "leaves",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    sqlite_autoincrement=_COUNTS_UP,
)

programmes = Table(
    "programmes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("key", String(64), nullable=False),
    Column("name", Json, nullable=False),
    # The values of coaching.dose.Policy that are not the usual ones, and breaks as [[first, last], …].
    Column("policy", Json, nullable=False, default=dict),
    Column("breaks", Json, nullable=False, default=list),
    # {"start": "08:30", "end": "16:00", "weekdays": [0, …]}, of members who have none of their own; None: the usual.
    Column("hours", Json),
    # The newest of its revisions; 0 while it was never loaded from a file.
    Column("revision", Integer, nullable=False, default=0),
    Column("ended_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("tenant", "key"),
    sqlite_autoincrement=_COUNTS_UP,
)

#: A programme as it was loaded, once for each time that it changed.
revisions = Table(
    "revisions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    # The whole programme, and what its members are told of what changed: [{"key": element, "sessions": […], …}]
    Column("document", Json, nullable=False),
    Column("notices", Json, nullable=False),
    Column("loaded_at", UtcDateTime, nullable=False),
    # Whether a coach made it from the chat, and no file was loaded.
    Column("from_chat", Boolean, nullable=False, default=False),
    UniqueConstraint("programme_id", "number"),
    sqlite_autoincrement=_COUNTS_UP,
)

members = Table(
    "members",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    # None: on the organisation's roster, outside any programme.
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE")),
    Column("role", String(16), nullable=False),
    Column("groups", Json, nullable=False),
    Column("coach_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    # The revision of the programme that their asks are at; less than the programme's: they are to be placed again.
    Column("placed", Integer, nullable=False, default=0),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Index("ix_members_programme_id_placed", "programme_id", "placed"),
    Index(
        "uq_members_person_id_programme_id",
        "person_id",
        "programme_id",
        unique=True,
        sqlite_where=text("programme_id IS NOT NULL"),
        postgresql_where=text("programme_id IS NOT NULL"),
    ),
    Index(
        "uq_members_person_id_roster",
        "person_id",
        unique=True,
        sqlite_where=text("programme_id IS NULL"),
        postgresql_where=text("programme_id IS NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

elements = Table(
    "elements",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(128), nullable=False),
    Column("kind", String(32), nullable=False),
    # {"title": {language: words}, "intro": {…}, "questions": [{…}]}
    Column("content", Json, nullable=False),
    UniqueConstraint("programme_id", "key"),
    sqlite_autoincrement=_COUNTS_UP,
)

asks = Table(
    "asks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("source_kind", String(16), nullable=False),
    Column("source_id", Id, nullable=False),
    Column("occurrence", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("closes_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("put_off_until", UtcDateTime),
    Column("opens_at", UtcDateTime),
    Column("late_until", UtcDateTime),
    Column("wants_answer", Boolean, nullable=False, default=True),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("at_once", Boolean, nullable=False, default=False),
    Column("start_mode", String(16), nullable=False, default="queue"),
    Column("on_unknown", String(16), nullable=False, default="skip"),
    Column("told_at", UtcDateTime),
    Column("reminders", Integer, nullable=False, default=0),
    Column("reminded_at", UtcDateTime),
    # When a coach wished that the next reminder comes soon.
    Column("nudged_at", UtcDateTime),
    Column("skipped", String(32)),
    Column("version", Integer, nullable=False),
    UniqueConstraint("source_kind", "source_id", "person_id", "occurrence"),
    Index("ix_asks_person_id_state", "person_id", "state"),
    sqlite_autoincrement=_COUNTS_UP,
)

#: What became of asks when their programme changed: moved, withdrawn (after: None) or taken up again (before: None).
ask_changes = Table(
    "ask_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("opens_before", UtcDateTime),
    Column("opens_after", UtcDateTime),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=_COUNTS_UP,
)

#: How far people are with their assignments; of one that nobody has begun there is no row.
assignments = Table(
    "assignments",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    # The person's own moment.
    Column("planned_at", UtcDateTime),
    # Who handed in for the group; None where it was the person of the ask.
    Column("by_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    # The plan or the reason in the person's own words, by field, sealed under their key.
    Column("sealed", LargeBinary),
    Column("changed_at", UtcDateTime, nullable=False),
)

#: What one person's word sets going for another; the pump brings it, in a transaction of the other one's.
errands = Table(
    "errands",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    # The assignment that it is about.
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("by_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    # What makes it the same when its press or message comes again; None where nothing does.
    Column("once", String(128)),
    # Until when there is more time: as it is asked for, or as it is granted.
    Column("until", UtcDateTime),
    # The errand that it answers; not a reference, for that one may go with its writer.
    Column("answers_id", Id),
    # What is said, sealed under the key of who says it.
    Column("sealed", LargeBinary),
    Column("created_at", UtcDateTime, nullable=False),
    Column("brought_at", UtcDateTime),
    UniqueConstraint("ask_id", "once"),
    Index(
        "ix_errands_waiting",
        "id",
        sqlite_where=text("brought_at IS NULL"),
        postgresql_where=text("brought_at IS NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

#: Development plans: one of each person in each programme.
plans = Table(
    "plans",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    # The person's own weekday, Monday is 0, and local time, "08:30", of check-ins.
    Column("weekday", Integer),
    Column("at", String(5)),
    # When the next check-in is to be written; None while none is to come.
    Column("next_at", UtcDateTime),
    Column("check_ins", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("person_id", "programme_id"),
    Index(
        "ix_plans_next_at",
        "next_at",
        sqlite_where=text("next_at IS NOT NULL"),
        postgresql_where=text("next_at IS NOT NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

#: Goals of plans. Their words are the answers to their asks, version by version.
goals = Table(
    "goals",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("plan_id", Id, ForeignKey("plans.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("measure", String(16), nullable=False),
    Column("weeks", Integer, nullable=False),
    # The person chose that rhythm; the programme's does not take its place.
    Column("own_weeks", Boolean, nullable=False),
    Column("ends", Date),
    # When the if-then comes next, how often, and the ask by which it comes.
    Column("moment", UtcDateTime),
    Column("again", String(16), nullable=False),
    Column("cue_id", Id, ForeignKey("asks.id", ondelete="SET NULL"), index=True),
    # When the missing half is asked for.
    Column("half_at", UtcDateTime),
    Column("half_asked", Boolean, nullable=False),
    Column("started_on", Date),
    Column("reviewed_on", Date),
    Column("created_at", UtcDateTime, nullable=False),
    Index(
        "ix_goals_moment",
        "moment",
        sqlite_where=text("moment IS NOT NULL"),
        postgresql_where=text("moment IS NOT NULL"),
    ),
    Index(
        "ix_goals_half_at",
        "half_at",
        sqlite_where=text("half_at IS NOT NULL"),
        postgresql_where=text("half_at IS NOT NULL"),
    ),
)

#: What a plan asks or says of itself, and about which goals.
plan_asks = Table(
    "plan_asks",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("plan_id", Id, ForeignKey("plans.id", ondelete="CASCADE"), nullable=False, index=True),
    # The numbers of the goals, in the order of the questions.
    Column("goals", Json, nullable=False),
)

#: One question of one person's to several, whose answers they get together.
pools = Table(
    "pools",
    metadata,
    Column("id", Id, primary_key=True),
    # None once the one who asked is gone.
    Column("asker_id", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False, index=True),
    # The assignment that it is part of; None where it is part of none.
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="SET NULL")),
    # What the asks come from: those of the people asked, and that by which the asker gets the answers.
    Column("question_id", Id, ForeignKey("elements.id", ondelete="SET NULL")),
    Column("answers_id", Id, ForeignKey("elements.id", ondelete="SET NULL")),
    Column("opens_at", UtcDateTime),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    # Whether there were enough answers; None before it is closed.
    Column("is_enough", Boolean),
    # The answers without their writers, sealed under the asker's key.
    Column("sealed", LargeBinary),
    # When all was forgotten of those who were asked.
    Column("erased_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("ask_id"),
    Index(
        "ix_pools_open",
        "closes_at",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    Index(
        "ix_pools_kept",
        "closed_at",
        sqlite_where=text("erased_at IS NULL"),
        postgresql_where=text("erased_at IS NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

#: Whom a question goes to; asked_at: when their ask was written.
teammates = Table(
    "teammates",
    metadata,
    Column("pool_id", Id, ForeignKey("pools.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("asked_at", UtcDateTime),
    Index("ix_teammates_person_id", "person_id"),
    Index(
        "ix_teammates_waiting",
        "pool_id",
        sqlite_where=text("asked_at IS NULL"),
        postgresql_where=text("asked_at IS NULL"),
    ),
)

#: What people answered to a survey, without whose it is; one for each time that it comes. No way leads to people.
ballot_boxes = Table(
    "ballot_boxes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("element_id", Id, ForeignKey("elements.id", ondelete="CASCADE"), nullable=False),
    Column("occurrence", Integer, nullable=False),
    # Of fewer ballots nothing is shown: what those who answered were told.
    Column("threshold", Integer, nullable=False),
    # Of ballots.
    Column("number", Integer, nullable=False),
    # A key of its own, that is nobody's either.
    Column("key_id", String(32), nullable=False),
    # All ballots together; once it is closed what came of them, or nothing where they were too few.
    Column("sealed", LargeBinary),
    Column("closed_at", UtcDateTime),
    Column("is_enough", Boolean),
    UniqueConstraint("element_id", "occurrence"),
    Index(
        "ix_ballot_boxes_open",
        "id",
        sqlite_where=text("closed_at IS NULL"),
        postgresql_where=text("closed_at IS NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    # What makes a press the same press: the card's revision and a keyed digest of the values, or the typed message.
    Column("once", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("ask_id", "version"),
    UniqueConstraint("ask_id", "once"),
    sqlite_autoincrement=_COUNTS_UP,
)

answers = Table(
    "answers",
    metadata,
    Column("submission_id", Id, ForeignKey("submissions.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(64), primary_key=True),
    # Sealed under the person's own key where the field is private, plain otherwise.
    Column("sealed", LargeBinary),
    Column("value", Json),
    # The marks of the messages that it was typed in: deleting one of those deletes its text here too.
    Column("typed_in", String(1024)),
)

drafts = Table(
    "drafts",
    metadata,
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

dialogs = Table(
    "dialogs",
    metadata,
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), index=True),
    Column("sealed", LargeBinary),
    Column("updated_at", UtcDateTime, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="CASCADE"), index=True),
    # None until Teams has told it: the card is on its way, or its sender died.
    Column("activity_id", String(1024)),
    # What is drawn: the ask in its state, or the form to change an answer.
    Column("face", String(16), nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Index("ix_cards_person_id_activity_id", "person_id", "activity_id"),
    Index(
        "ix_cards_behind",
        "try_at",
        sqlite_where=text("shown < wanted AND activity_id IS NOT NULL"),
        postgresql_where=text("shown < wanted AND activity_id IS NOT NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("state", String(16), nullable=False),
    # When the visit was due, when it may leave, and when its outcome was known.
    Column("due_at", UtcDateTime, nullable=False),
    Column("slot_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    # Of an outcome that was not to be hoped for.
    Column("reason", String(64)),
    # Tries of this visit before this one; and from when on there is to be another, which then is the visit that counts.
    Column("attempts", Integer, nullable=False),
    Column("again_at", UtcDateTime),
    # One visit at a time to one person: the unsettled row is the lease.
    Index(
        "uq_deliveries_sending",
        "person_id",
        unique=True,
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index(
        "ix_deliveries_sending",
        "slot_at",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_deliveries_person_id_slot_at", "person_id", "slot_at"),
    sqlite_autoincrement=_COUNTS_UP,
)

#: What coaches send to many people of a programme. What became of it stands in its asks and in the ledger.
broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False),
    Column("author_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("element_id", Id, ForeignKey("elements.id", ondelete="SET NULL")),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("state", String(16), nullable=False, index=True),
    # The form as the coach filled it in, by field, and where a typed conversation about it is.
    Column("entries", Json, nullable=False),
    Column("question", Integer, nullable=False),
    # {"everybody": …, "groups": […], "persons": […], "not_answered": element}
    Column("audience", Json, nullable=False),
    Column("due_at", UtcDateTime),
    # Whether it breaks the dose.
    Column("urgent", Boolean, nullable=False, default=False),
    Column("queued_at", UtcDateTime),
    Column("undo_until", UtcDateTime),
    # Its asks are written for people up to this number; it is resumed there.
    Column("written_up_to", Id, nullable=False),
    # When the figures on the coach's card are looked at again, and a digest of those that it shows.
    Column("count_at", UtcDateTime),
    Column("shown", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=_COUNTS_UP,
)

#: What coaches are about to do to a programme or its people, and what they have done.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("author_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    # None until it is known which.
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), index=True),
    Column("state", String(16), nullable=False, index=True),
    # The form as the coach filled it in, by field, and where a typed conversation about it is.
    Column("entries", Json, nullable=False),
    Column("question", Integer, nullable=False),
    # What it was previewed against, and what its way back needs.
    Column("before", Json, nullable=False),
    # It is done for people up to this number; it is resumed there.
    Column("up_to", Id, nullable=False),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    sqlite_autoincrement=_COUNTS_UP,
)

delivery_asks = Table(
    "delivery_asks",
    metadata,
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    # 0 for what Sparri says for itself; not a reference, for the ledger outlives an ask.
    Column("ask_id", Id, primary_key=True, autoincrement=False),
    Column("purpose", String(16), primary_key=True),
)

turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    # A digest of the conversation's and the activity's ids: Teams' ids may be longer than an index takes.
    Column("activity", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    # What was said back, sealed, so that a redelivered activity is told the same.
    Column("sealed", LargeBinary),
    Column("replied", Boolean, nullable=False),
    sqlite_autoincrement=_COUNTS_UP,
)

#: Links by which one person fetches one file, once.
one_time_links = Table(
    "one_time_links",
    metadata,
    Column("id", Id, primary_key=True),
    # Of the token: what is stored here opens nothing.
    Column("digest", String(64), nullable=False, unique=True),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    # What the file is of: numbers of rows and nothing else.
    Column("about", Json, nullable=False),
    Column("language", String(2), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    Column("used_at", UtcDateTime),
    sqlite_autoincrement=_COUNTS_UP,
)

#: Orders to erase a person, and what is left to say of it afterwards.
erasures = Table(
    "erasures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("tenant", String(64), nullable=False),
    # Of their e-mail or Entra object id, under the master key: enough to answer whether somebody was erased.
    Column("digest", String(64), nullable=False, index=True),
    # None when nothing is left of them.
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL"), unique=True),
    Column("by", String(16), nullable=False),
    # The activity that asked for it: delivered again, it must not make them somebody new.
    Column("activity", String(64), index=True),
    Column("asked_at", UtcDateTime, nullable=False),
    # When the person was told that it has begun; None: not yet, or their answer is on the wire.
    Column("told_at", UtcDateTime),
    # How far it is.
    Column("key_destroyed_at", UtcDateTime),
    Column("emptied_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # Rows that went, by table.
    Column("counts", Json, nullable=False),
    Index(
        "ix_erasures_waiting",
        "id",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

#: What people let others read of theirs; nothing of what it says.
shares = Table(
    "shares",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("state", String(16), nullable=False),
    # The form as it was filled in: ids and days. Where a typed conversation about it is.
    Column("entries", Json, nullable=False),
    Column("question", Integer, nullable=False),
    # Their names: ["ask:7", "ask:12/q1"]
    Column("things", Json, nullable=False),
    Column("audience", String(16)),
    Column("person_id", Id, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("shared_at", UtcDateTime),
    Column("ends_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    # When the other one was told of it; and when, after its end, the cards that showed it were to be drawn anew.
    Column("told_at", UtcDateTime),
    Column("settled_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Index(
        "ix_shares_in_force",
        "ends_at",
        sqlite_where=text("state = 'shared' AND settled_at IS NULL"),
        postgresql_where=text("state = 'shared' AND settled_at IS NULL"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

#: Who opened what was shared with them, and when; and on which card of theirs it stands.
readings = Table(
    "readings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reader_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("card_id", Id, ForeignKey("cards.id", ondelete="SET NULL"), index=True),
    Column("things", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=_COUNTS_UP,
)

#: A discussion that a participant and their manager are to hold; nothing of what is said in it.
talks = Table(
    "talks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("programme_id", Id, ForeignKey("programmes.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("element_id", Id, ForeignKey("elements.id", ondelete="CASCADE"), nullable=False),
    Column("occurrence", Id, nullable=False, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("participant_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("manager_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    # The days within which it is to be held; the last one is part of it.
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("booked_for", Date),
    # The day that one of the two says, and who; when the participant agreed.
    Column("held_on", Date),
    Column("held_by_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("confirmed_at", UtcDateTime),
    # When one of the two first wrote down what they agreed on.
    Column("summarised_at", UtcDateTime),
    # When the manager first heard of it in a week's message.
    Column("told_at", UtcDateTime),
    # How often the participant was asked whether it was held; they are to be asked; its cards are to be drawn anew.
    Column("asked", Integer, nullable=False),
    Column("to_ask", Boolean, nullable=False),
    Column("to_draw", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("element_id", "participant_id", "occurrence"),
    Index(
        "ix_talks_changed",
        "id",
        sqlite_where=text("to_ask OR to_draw"),
        postgresql_where=text("to_ask OR to_draw"),
    ),
    sqlite_autoincrement=_COUNTS_UP,
)

#: That a discussion went over from somebody to the participant's new manager.
talk_handovers = Table(
    "talk_handovers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("talk_id", Id, ForeignKey("talks.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("former_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=_COUNTS_UP,
)

#: The one message of a week to a manager about all their people.
manager_weeks = Table(
    "manager_weeks",
    metadata,
    Column("manager_id", Id, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("monday", Date, primary_key=True),
    Column("ask_id", Id, ForeignKey("asks.id", ondelete="SET NULL"), index=True),
)

# The wrapped keys live in a database of their own, whose backups are kept for days (docs/decisions/0005).
keys_metadata = MetaData(naming_convention=_NAMES)

data_keys = Table(
    "data_keys",
    keys_metadata,
    Column("key_id", String(32), primary_key=True),
    Column("tenant", String(64), nullable=False),
    # None once destroyed; the row stays, so that a lost key and an erased one can be told apart.
    Column("wrapped", LargeBinary),
    Column("master", String(16), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("destroyed_at", UtcDateTime),
)
