"""Elements: the kinds of things that a programme asks or tells, as its file describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import ClassVar, Literal, TypeAlias, get_args

from coaching.anchors import At, Offset
from coaching.asks import WANTING_ANSWERS, AskKind, OnUnknown, StartMode
from coaching.people import Language, Role

#: One text in each language that it is written in.
Words: TypeAlias = Mapping[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Once more after each *every*, up to *times* in all, and not after *until*; one of both is given.

    afterwards: then once more at each of these many months after the programme's end.
    """

    every: Offset
    times: int | None = None
    until: At | None = None
    afterwards: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom an element is for. groups: empty for people of any."""

    roles: frozenset[Role] = frozenset({Role.PARTICIPANT})
    groups: frozenset[str] = frozenset()


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    SCALE = "scale"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


#: What is answered in one's own words.
IN_WORDS = frozenset({QuestionKind.TEXT, QuestionKind.LONG_TEXT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. lowest and highest: of a scale or number; choices: of a choice."""

    id: str
    text: Words
    kind: QuestionKind = QuestionKind.LONG_TEXT
    required: bool = True
    lowest: int | None = None
    highest: int | None = None
    choices: tuple[Words, ...] = ()

    @property
    def choice_ids(self) -> tuple[str, ...]:
        """What an answer names its choices by, in their order."""
        return tuple(f"c{number}" for number in range(1, len(self.choices) + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What an element of any kind says of itself; it makes an ask for each member of its audience.

    intro: the text before what is asked. at: when it is brought up; due: when an answer is hoped for; closes: after
    that none is taken. late: so much after *at* it is no longer brought up; None for as long as it is open.
    each: it comes once with each session, and its moments may name `session.each` and `session.next`. repeat: it comes
    again and again, its due and closing moments that much later each time.
    asks: the kind of ask that a class makes; None while it cannot be delivered, or comes with people's own plans.
    is_kept: its cards say more of it than its words and questions, so that its source keeps all of it.
    """

    asks: ClassVar[AskKind | None] = None
    is_kept: ClassVar[bool] = False
    id: str
    title: Words
    at: At
    intro: Words = field(default_factory=dict)
    audience: Audience = Audience()
    due: At | None = None
    closes: At | None = None
    late: Offset | None = None
    each: Literal["session"] | None = None
    repeat: Repeat | None = None
    urgent: bool = False
    start_mode: StartMode = StartMode.QUEUE
    on_unknown: OnUnknown = OnUnknown.SKIP


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPrep(Template):
    """Before a session: what it is about, when and where, and what to read."""

    asks = AskKind.SESSION_PREP
    kind: Literal["session_prep"] = "session_prep"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLink(Template):
    """Shortly before a session: the way in."""

    asks = AskKind.SESSION_LINK
    kind: Literal["session_link"] = "session_link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reflection(Template):
    """Open questions to oneself; none means the three-step debrief."""

    asks = AskKind.REFLECTION
    kind: Literal["reflection"] = "reflection"
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Template):
    """Something to know, without an answer."""

    asks = AskKind.NOTICE
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One part of an assignment, saved by itself."""

    id: str
    text: Words


class Evidence(StrEnum):
    """What shows that an assignment was done."""

    NONE = "none"
    TEXT = "text"
    CHOICE = "choice"
    SCALE = "scale"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPart:
    """What the participant's own team is asked in an assignment. pooled_from: fewer answers are not shown."""

    question: Question
    pooled_from: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment(Template):
    """Something to try between sessions. group_work: one hands in for their group. final: with a draft and feedback."""

    asks = AskKind.ASSIGNMENT
    kind: Literal["assignment"] = "assignment"
    steps: tuple[Step, ...] = ()
    evidence: Evidence = Evidence.TEXT
    team_part: TeamPart | None = None
    group_work: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningItem(Template):
    """Something to learn on one's own. retrieval: one question each to remember it by, so long after it was done."""

    asks = AskKind.LEARNING_ITEM
    is_kept = True
    kind: Literal["learning_item"] = "learning_item"
    link: str
    minutes: int
    retrieval: tuple[Offset, ...] = ()
    retrieval_question: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieval(Template):
    """One question to remember a learning item by, whose id is *item*. No file says it: it follows from the item.

    question: empty for the usual one.
    """

    asks = AskKind.RETRIEVAL
    kind: Literal["retrieval"] = "retrieval"
    item: str
    question: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument(Template):
    """An assessment, such as a 360: elsewhere by link, or with items of its own. One of both is given.

    raters: the categories of those who assess. released_by_coach: the result is shown only after the coach says so.
    repeats: the id of the earlier wave with the same items.
    """

    asks = AskKind.INSTRUMENT
    is_kept = True
    kind: Literal["instrument"] = "instrument"
    link: str | None = None
    items: tuple[Question, ...] = ()
    raters: tuple[str, ...] = ()
    released_by_coach: bool = True
    repeats: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Template):
    """Questions whose answers are only shown pooled: elsewhere by link, or with items of its own.

    anonymous: nobody can tell whose an answer is, once it was given. pooled_from: fewer answers are not shown.
    """

    asks = AskKind.SURVEY
    is_kept = True
    kind: Literal["survey"] = "survey"
    link: str | None = None
    items: tuple[Question, ...] = ()
    anonymous: bool = True
    pooled_from: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTemplate(Template):
    """The development plan: an invitation to write it."""

    asks = AskKind.PLAN
    kind: Literal["plan"] = "plan"
    most_goals: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Template):
    """How each goal of the plan goes."""

    kind: Literal["check_in"] = "check_in"
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion(Template):
    """A stage of a cycle of discussions between a member and their manager, held in a window.

    follows: the id of the stage before it. preparation: what each of them thinks over beforehand, by role.
    """

    asks = AskKind.DISCUSSION
    kind: Literal["discussion"] = "discussion"
    window: str
    follows: str | None = None
    preparation: Mapping[Role, tuple[Question, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principles(Template):
    """What a group has agreed on; each time it is asked how one of them was lived, in turn."""

    asks = AskKind.PRINCIPLE
    kind: Literal["principles"] = "principles"
    principles: tuple[Words, ...]

    def turn_of(self, occurrence: int) -> int:
        """Whose turn it is, from 0: each as often as the others, give or take one. 0 where there are none."""
        return occurrence % max(len(self.principles), 1)


#: What a file can say.
Written: TypeAlias = (
    SessionPrep
    | SessionLink
    | Reflection
    | Notice
    | Assignment
    | LearningItem
    | Instrument
    | Survey
    | PlanTemplate
    | CheckIn
    | Discussion
    | Principles
)
#: What people are asked or told: what the file says, and what follows from it.
Element: TypeAlias = Written | Retrieval

#: What comes with each person's own plan and not by its place in the programme, by the kind of ask.
BY_PLANS: Mapping[str, AskKind] = {"check_in": AskKind.CHECK_IN}
#: The kinds that can be delivered, by the kind of ask that they make; see `is_delivered`.
DELIVERED: Mapping[str, AskKind] = {
    str(one.default): each.asks
    for each in (*get_args(Written), Retrieval)
    for one in fields(each)
    if one.name == "kind" and each.asks is not None
}
#: Those of them that ask for no answer.
ONLY_TOLD = frozenset(kind for kind, asks in DELIVERED.items() if asks not in WANTING_ANSWERS)


def is_delivered(element: Element) -> bool:
    """Whether asks are made of it; what cannot be delivered yet can be checked and previewed.

    An assessment with items of its own is not, only one elsewhere; nor is a survey that keeps whose its answers are.
    """
    match element:
        case Instrument(link=None) | Survey(link=None, items=()) | Survey(link=None, anonymous=False):
            return False
    return element.asks is not None


def is_sent(element: Element) -> bool:
    """Whether people get it: from the programme, or from their own plans."""
    return is_delivered(element) or element.kind in BY_PLANS
