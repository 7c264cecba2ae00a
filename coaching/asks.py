"""Asks: one thing that one person has been asked, from the moment it is decided until it is answered or closed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from coaching.errors import Closed, NotYours
from coaching.people import Language

if TYPE_CHECKING:  # what a session is belongs to programmes, whose elements know the kinds of asks
    from coaching.assignments import AssignmentFacts
    from coaching.check_in_questions import CheckInFacts
    from coaching.elements import Written
    from coaching.pooled import PooledQuestion
    from coaching.sessions import SessionFacts
    from coaching.talks import DiscussionFacts


class AskKind(StrEnum):
    """What sort of thing is asked; each has a module in `dialogs`."""

    REFLECTION = "reflection"
    #: Something to know, without an answer.
    NOTICE = "notice"
    #: What a programme tells those whose people take part in it, with the week's message about them.
    MANAGER_NOTICE = "manager_notice"
    #: What a coming session is about, when and where.
    SESSION_PREP = "session_prep"
    #: The way into a session that is about to begin.
    SESSION_LINK = "session_link"
    #: Something to try between sessions.
    ASSIGNMENT = "assignment"
    #: What somebody else says by way of Sparri: a question, an answer to one, feedback.
    MESSAGE = "message"
    #: A goal of the development plan; its answers are the goal's words.
    PLAN = "plan"
    #: The half of a goal that is still missing.
    HALF_GOAL = "half_goal"
    #: How the goals go.
    CHECK_IN = "check_in"
    #: The result of an assessment elsewhere, and what the person makes of it.
    RESULT = "result"
    #: Which sentences of the plan go to the own team, and when.
    TEAM_PLAN = "team_plan"
    #: Whether the team has talked about them, and what it promised.
    TEAM_HANDLED = "team_handled"
    #: Whether it is still too much.
    PACE = "pace"
    #: The moment that somebody named for an if-then of theirs, with their own words.
    CUE = "cue"
    #: One question to somebody who takes no part, for somebody who does: the answers are pooled.
    TEAM_QUESTION = "team_question"
    #: What came of such a question, for the one who asked.
    TEAM_ANSWERS = "team_answers"
    #: What a participant thinks over before a discussion with their manager.
    DISCUSSION = "discussion"
    #: What a manager thinks over before a discussion with somebody whom they lead.
    NOTES = "notes"
    #: For a manager, once a week: the discussions that are due with their people.
    TALKS = "talks"
    #: Whether a discussion was held, as the manager says.
    HELD = "held"
    #: What was agreed on in a discussion, in the words of one of the two.
    SUMMARY = "summary"
    #: That what somebody shared with their former manager is not shared any more.
    NEW_MANAGER = "new_manager"
    #: That somebody shares something.
    SHARED = "shared"
    #: Something to go through on one's own; its answer is that it is done, and nothing more.
    LEARNING_ITEM = "learning_item"
    #: What somebody remembers of it, in their own words.
    RETRIEVAL = "retrieval"
    #: How somebody has lived one of the principles that their group has agreed on.
    PRINCIPLE = "principle"
    #: A survey elsewhere; its answer is that it is done.
    SURVEY = "survey"
    #: A survey that is answered here, by ballots without names.
    BALLOT = "ballot"
    #: For a coach: that such a survey has closed, and how to see what came of it.
    SURVEY_RESULTS = "survey_results"
    #: An assessment elsewhere; its answer is that it is done.
    INSTRUMENT = "instrument"


#: What says nothing but the programme's own words, the same to everybody.
IMPERSONAL = frozenset({AskKind.NOTICE, AskKind.SESSION_PREP, AskKind.SESSION_LINK})

#: What is asked for an answer, as far as the kind says it; of a message it depends on what it is.
WANTING_ANSWERS = frozenset(
    {
        AskKind.REFLECTION,
        AskKind.ASSIGNMENT,
        AskKind.PLAN,
        AskKind.HALF_GOAL,
        AskKind.CHECK_IN,
        AskKind.RESULT,
        AskKind.TEAM_PLAN,
        AskKind.TEAM_HANDLED,
        AskKind.PACE,
        AskKind.DISCUSSION,
        AskKind.LEARNING_ITEM,
        AskKind.RETRIEVAL,
        AskKind.PRINCIPLE,
        AskKind.SURVEY,
        AskKind.BALLOT,
        AskKind.INSTRUMENT,
    }
)
#: What is done elsewhere: its answer is that it is done, and nothing more.
ELSEWHERE = frozenset({AskKind.LEARNING_ITEM, AskKind.SURVEY, AskKind.INSTRUMENT})
#: What is reminded of once, whatever the programme says.
REMINDED_ONCE = frozenset({AskKind.LEARNING_ITEM, AskKind.RETRIEVAL})


class SourceKind(StrEnum):
    """What an ask comes from; with the source's id, the person and the occurrence it makes an ask unique."""

    ELEMENT = "element"


class AskState(StrEnum):
    """Where an ask stands."""

    OPEN = "open"
    ANSWERED = "answered"
    #: Nothing can be answered any more: its closing time came, or it was withdrawn.
    CLOSED = "closed"
    #: Given up before it was told, for the reason in `skipped`; who finds it may still answer until it closes.
    SKIPPED = "skipped"


class StartMode(StrEnum):
    """What happens to an ask that falls due while the person is in the middle of a dialog."""

    #: It waits until the dialog is over.
    QUEUE = "queue"
    #: It comes at once.
    INTERRUPT = "interrupt"
    #: It comes at once, and opens no dialog of its own.
    PASSIVE = "passive"
    #: It is given up.
    SKIP = "skip"


class OnUnknown(StrEnum):
    """What is done where nobody can tell whether a message arrived."""

    #: Nothing: the next one repairs it.
    SKIP = "skip"
    #: It is sent again, perhaps for the second time.
    RESEND = "resend"


class SkipReason(StrEnum):
    """Why an ask was given up before it was told."""

    #: The last moment for telling it passed: it closed, or it may not be told so late.
    TOO_LATE = "too_late"
    #: The person was in a dialog, and it is of a kind that then does not come.
    START_MODE = "start_mode"
    #: Teams refuses the message itself: a fault of ours.
    UNDELIVERABLE = "undeliverable"
    #: A change of the programme took it out, or the programme has ended.
    WITHDRAWN = "withdrawn"
    #: The person has left the programme.
    LEFT = "left"
    #: The person said that they leave it out.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A programme's template of something to ask: its words by language and its questions.

    questions: for a free reflection, one text a question and language; empty means the three-step debrief.
    session: the one that it belongs to; None where it belongs to none. is_anchor: its answer dates other elements.
    assignment: what it asks for; None of what is no assignment. pooled: the question whose answers are pooled, if any.
    discussion: of one, its days and what to think over beforehand. check_in: of one, what the programme asks in it.
    own: as the file has it, of the kinds whose cards say more than words and questions.
    """

    id: int
    programme_id: int
    key: str
    kind: AskKind
    title: Mapping[Language, str]
    intro: Mapping[Language, str]
    questions: tuple[Mapping[Language, str], ...] = ()
    session: "SessionFacts | None" = None
    is_anchor: bool = False
    assignment: "AssignmentFacts | None" = None
    pooled: "PooledQuestion | None" = None
    discussion: "DiscussionFacts | None" = None
    check_in: "CheckInFacts | None" = None
    own: "Written | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that one person has been asked. Times are UTC.

    due_at: when it is hoped for; None for whenever. closes_at: after that nothing can be answered; None means never.
    answered_at: when its newest version came. version: how many there have been.
    put_off_until: not before then, by the person's own wish.
    opens_at: when it is to be brought up; None for at once. late_until: later than opens_at, but only before then; None
    for as long as it is open. wants_answer: False for a notice. urgent: breaks the dose, not the person's hours.
    at_once: does not wait for its person's place in the day, nor for what could join it.
    told_at: when it was last brought up, reminders apart; None for not yet. reminders: how many there have been, the
    newest at reminded_at. nudged_at: when a coach wished that the next reminder comes soon; None for never.
    skipped: why it was given up, where it was.
    """

    id: int
    person_id: int
    programme_id: int
    kind: AskKind
    source_kind: SourceKind
    source_id: int
    occurrence: int = 0
    state: AskState = AskState.OPEN
    created_at: datetime
    due_at: datetime | None = None
    closes_at: datetime | None = None
    answered_at: datetime | None = None
    put_off_until: datetime | None = None
    version: int = 0
    opens_at: datetime | None = None
    late_until: datetime | None = None
    wants_answer: bool = True
    urgent: bool = False
    at_once: bool = False
    start_mode: StartMode = StartMode.QUEUE
    on_unknown: OnUnknown = OnUnknown.SKIP
    told_at: datetime | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    nudged_at: datetime | None = None
    skipped: SkipReason | None = None
    element: Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Of an ask, what a visit that is about it goes by and changes; each as in `Ask`."""

    id: int
    person_id: int
    state: AskState
    wants_answer: bool
    on_unknown: OnUnknown
    put_off_until: datetime | None
    told_at: datetime | None
    reminders: int
    reminded_at: datetime | None
    skipped: SkipReason | None


AnyAsk = TypeVar("AnyAsk", Ask, Told)


def asked(element: Element, *, person_id: int, now: datetime, **given: Any) -> Ask:
    """A new ask from an element, before it has a number; *given* are more of its fields."""
    return Ask(
        id=0,
        person_id=person_id,
        programme_id=element.programme_id,
        kind=element.kind,
        source_kind=SourceKind.ELEMENT,
        source_id=element.id,
        created_at=now,
        element=element,
        **given,
    )


def can_be_answered(ask: Ask, now: datetime) -> bool:
    """Whether an answer, or a change of one, is still taken. A ballot that was cast cannot be found again."""
    is_cast = ask.kind is AskKind.BALLOT and ask.state is AskState.ANSWERED
    return ask.state is not AskState.CLOSED and not is_cast and (ask.closes_at is None or now < ask.closes_at)


def answered(ask: Ask, person_id: int, now: datetime) -> Ask:
    """The ask with one more version of its answer. Raises NotYours, or Closed when it came too late."""
    check_answerable(ask, person_id, now)
    return replace(
        ask, state=AskState.ANSWERED, answered_at=now, version=ask.version + 1, put_off_until=None, skipped=None
    )


def withdrawn(ask: Ask, person_id: int, now: datetime) -> Ask:
    """The ask without an answer, open again: the person took their words back. Raises NotYours or Closed."""
    check_answerable(ask, person_id, now)
    return replace(ask, state=AskState.OPEN, answered_at=None)


def put_off(ask: Ask, until: datetime) -> Ask:
    """The ask, not to be brought up before *until* (UTC)."""
    return replace(ask, put_off_until=until)


def told(ask: AnyAsk, now: datetime) -> AnyAsk:
    """The ask, brought up: for the first time, or again because the person had put it off.

    A notice is closed by it. One that was answered or closed while it was on its way stays so.
    """
    state = AskState.CLOSED if ask.state is AskState.OPEN and not ask.wants_answer else ask.state
    return replace(ask, state=state, told_at=now, put_off_until=None)


def reminded(ask: AnyAsk, now: datetime) -> AnyAsk:
    """The ask, with one more reminder."""
    return replace(ask, reminders=ask.reminders + 1, reminded_at=now)


def skipped(ask: AnyAsk, reason: SkipReason) -> AnyAsk:
    """The ask, given up before it was told."""
    return replace(ask, state=AskState.SKIPPED, skipped=reason)


def comes_back(ask: Ask) -> bool:
    """Whether the person has put it off since it was last mentioned, so that it is to be brought up once more."""
    if ask.put_off_until is None or ask.told_at is None:
        return False
    return ask.put_off_until > max(ask.told_at, ask.reminded_at or ask.told_at)


def check_answerable(ask: Ask, person_id: int, now: datetime) -> None:
    """Raises NotYours, or Closed when it is too late for an answer of that person's."""
    if ask.person_id != person_id:
        raise NotYours
    if not can_be_answered(ask, now):
        raise Closed
