"""Accounts: what each person of a preview would live through, in the words of one language."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.previews.sayings import Saying, Text
from coaching.hours import ONE_DAY
from coaching.people import Language
from coaching.simulation import Answers
from coaching.visits import Purpose
from dialogs.wording import date_in_words, t

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing said in a message. saying: None for what Sparri says for itself."""

    purpose: Purpose
    title: Text
    saying: Saying | None = None
    urgent: bool = False

    @property
    def delivered(self) -> bool:
        """Whether Sparri can send it today."""
        return self.saying is None or self.saying.delivered


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message; at is in the person's own zone."""

    at: datetime
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list: what it is about, and what became of it."""

    about: Text
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person. part: their role and groups in words; kinds: the same as ids, alone and together.

    reads: in which language and on which clock. weeks: messages by each week's Monday, those without any too. free: the
    dates of the preview on which they do not work.
    """

    key: str
    name: str
    part: str
    kinds: frozenset[str]
    reads: str
    language: Language
    messages: tuple[Message, ...]
    merged: tuple[Line, ...]
    moved: tuple[Line, ...]
    dropped: tuple[Line, ...]
    ahead: tuple[Line, ...]
    undelivered: tuple[Line, ...]
    weeks: Mapping[date, int]
    free: frozenset[date]

    @property
    def lists(self) -> Mapping[str, tuple[Line, ...]]:
        """Its lists of lines, by the name that each has in the texts, in the order in which they are shown."""
        return {
            "merged": self.merged,
            "moved": self.moved,
            "dropped": self.dropped,
            "ahead": self.ahead,
            "undelivered": self.undelivered,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A programme's preview, from its first day or the first message before it; local dates. programme: its name.

    assumes_plans: it takes it that people have written their development plans by the day on which they are hoped for.
    unsent: what of the programme nobody gets, and why.
    """

    programme: Text
    language: Language
    first: date
    last: date
    answers: Answers
    assumes_plans: bool
    unsent: tuple[Line, ...]
    accounts: tuple[Account, ...]


def week_in_words(language: Language, monday: date) -> str:
    """A week by its number and its dates."""
    number = monday.isocalendar().week
    first, last = date_in_words(language, monday), date_in_words(language, monday + WEEK - ONE_DAY)
    return t(language, "preview.week", number=number, first=first, last=last)


def clock_in_words(language: Language, moment: datetime) -> str:
    """The time of day, as the language writes it."""
    return t(language, "preview.clock", hour=moment.hour, minute=f"{moment.minute:02}")


def by_week(messages: Iterable[Message]) -> dict[date, list[Message]]:
    """The messages by the Monday of their week, in their order."""
    weeks: dict[date, list[Message]] = {}
    for message in messages:
        weeks.setdefault(monday_of(message.at.date()), []).append(message)
    return weeks


def weeks_of(messages: Sequence[Message], first: date, last: date) -> dict[date, int]:
    counts = Counter(monday_of(message.at.date()) for message in messages)
    span = (monday_of(last) - monday_of(first)) // WEEK
    return {monday: counts[monday] for monday in (monday_of(first) + WEEK * number for number in range(span + 1))}


def monday_of(day: date) -> date:
    return day - ONE_DAY * day.weekday()
