"""Faults of a programme: what in it makes no sense, can never happen, or would be too much."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

#: The fields and indexes, from 0, that lead to a part of a programme: ("sessions", 2, "starts").
Path: TypeAlias = tuple[str | int, ...]


class Severity(StrEnum):
    """Whether a programme can be loaded with it."""

    ERROR = "error"
    WARNING = "warning"


class FaultKind(StrEnum):
    """What is wrong. Said of each: what `value`, `others` and `number` of the fault are, where it has them."""

    #: A text lacks a language; value: the languages, others: the one that is shown instead.
    MISSING_LANGUAGE = "missing_language"
    #: What is before the ask is too long; value: the language, number: the characters.
    LONG_TEXT = "long_text"
    #: value: what stands there.
    UNKNOWN_TIMEZONE = "unknown_timezone"
    UNKNOWN_COUNTRY = "unknown_country"
    NOT_HTTPS = "not_https"
    #: Two have the same id or number; value: it.
    DUPLICATE_ID = "duplicate_id"
    #: Something ends before it begins.
    REVERSED_DATES = "reversed_dates"
    #: number: the years that the programme lasts.
    ENDLESS = "endless"
    #: A session or a window; value: its date.
    OUTSIDE_PROGRAMME = "outside_programme"
    #: An element is brought up before or after the programme; value: the date.
    BROUGHT_UP_OUTSIDE = "brought_up_outside"
    #: Two sessions of the same people; number: the other session's.
    OVERLAP = "overlap"
    #: value: the group, others: those that there are.
    UNKNOWN_GROUP = "unknown_group"
    #: An audience without roles, or no session for its groups.
    NOBODY = "nobody"
    NO_SESSION = "no_session"
    #: An anchor names what is not there; value: the anchor, others: the keys that could stand in it.
    UNKNOWN_ANCHOR = "unknown_anchor"
    #: An anchor waits for the answer to something that asks for none; value: the anchor.
    NEVER_ANSWERED = "never_answered"
    #: An anchor waits for a development plan, and no element asks for one; value: the anchor.
    NO_PLAN = "no_plan"
    #: An anchor of the occurrence's session, in an element without `each`; value: the anchor.
    WITHOUT_EACH = "without_each"
    #: value: the elements that wait for one another, the first one again at the end.
    CIRCLE = "circle"
    #: A time of day or days to skip, beside an offset in hours or minutes; value: the offset.
    EXACT_WITH_DAY = "exact_with_day"
    #: The name of a window or an element is none; value: it, others: those that there are.
    UNKNOWN_REFERENCE = "unknown_reference"
    #: `repeat` without an end or with two, without a step forward of a day, and together with `each`.
    REPEAT_ENDS = "repeat_ends"
    REPEAT_STEP = "repeat_step"
    REPEAT_AND_EACH = "repeat_and_each"
    #: number: the threshold.
    LOW_THRESHOLD = "low_threshold"
    #: Neither a link nor items, or both.
    LINK_OR_ITEMS = "link_or_items"
    #: A survey with items never closes, or at a moment that each person has of their own.
    SURVEY_CLOSES = "survey_closes"
    #: What is not sent yet: a survey with items whose answers keep whose they are, an assessment with items of its own.
    SURVEY_BY_NAME = "survey_by_name"
    ITEMS_OF_INSTRUMENT = "items_of_instrument"
    #: In a check-in, which may be about several goals; number: the questions beside these, or the characters of one.
    TOO_MANY_QUESTIONS = "too_many_questions"
    LONG_QUESTION = "long_question"
    #: A choice without two choices, or choices where there is nothing to choose.
    CHOICES = "choices"
    #: A scale without its two ends, or ends the wrong way round.
    SCALE_ENDS = "scale_ends"
    #: It is over before the first moment at which anybody may be written to; value: its date, number: the occurrence,
    #: None for the only one.
    NEVER_SENT = "never_sent"
    #: value: the date.
    DUE_TOO_EARLY = "due_too_early"
    #: value: the ISO week, others: the elements, number: how many more weeks have the same.
    TOO_MANY_ASKS = "too_many_asks"


WARNINGS = frozenset(
    {
        FaultKind.MISSING_LANGUAGE,
        FaultKind.BROUGHT_UP_OUTSIDE,
        FaultKind.DUE_TOO_EARLY,
        FaultKind.NO_PLAN,
        FaultKind.SURVEY_BY_NAME,
        FaultKind.ITEMS_OF_INSTRUMENT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to mend. The other fields are as the kind says."""

    path: Path
    kind: FaultKind
    value: str = ""
    others: tuple[str, ...] = ()
    number: int | None = None

    @property
    def severity(self) -> Severity:
        """A warning where the programme can be loaded all the same."""
        return Severity.WARNING if self.kind in WARNINGS else Severity.ERROR
