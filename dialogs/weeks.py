"""Weeks: "ma-to 9-15.30" as the days and the hours at which somebody works, and the same in words again.

Finnish, Swedish and English are understood at once, whatever the person's own language. Days alone and hours alone are
understood too.
"""

import re
from dataclasses import dataclass
from datetime import time
from functools import cache
from itertools import groupby
from types import MappingProxyType

from coaching.hours import Hours
from coaching.people import Language
from dialogs import moment_words as words
from dialogs.folding import bare
from dialogs.typed import said_as, time_of
from dialogs.wording import in_a_row, listed, t, times_in_words

#: So many days in a row are written as "ma–ke".
_A_RUN = 3
_DAYS = MappingProxyType(
    {word: (number,) for named_by in (words.WEEKDAYS, words.ON_WEEKDAYS) for word, number in named_by.items()}
    | {word: tuple(numbers) for word, numbers in words.DAYS_TOGETHER.items()}
)
_UNTIL = "till|tills|until|through|thru"
_AT = rf"(?:(?:{'|'.join(words.AT.split(', '))}) ?)?"
_TIME = r"\d{1,2}(?:[.:]\d\d)? ?(?:am|pm)?"
_SPAN = re.compile(rf"(?<![\w.:-]){_AT}({_TIME})(?:-| (?:to|and|och|{_UNTIL}) ){_AT}({_TIME})(?![\w:-]|\.\d)")
#: What comes to "monday-thursday".
_RANGES = (
    re.compile(rf"\b({words.ENGLISH_WEEKDAYS}) to ({words.ENGLISH_WEEKDAYS})\b"),
    re.compile(rf"\b([a-z]+) (?:{_UNTIL}) ([a-z]+)\b"),
    re.compile(r"\b([a-z]+sta) ([a-z]+)\b"),
)
_GAPS = re.compile(r"[ ,;/&+]+")
_PART_OF_TIME = re.compile(r"[\d.:]+(?:am|pm)?|am|pm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What was said of it. weekdays: Monday is 0. hours: from when until when, local time. None where nothing was.

    The hours may end before they begin.
    """

    weekdays: frozenset[int] | None = None
    hours: tuple[time, time] | None = None


def named(text: str) -> Week | None:
    """The days and hours that the whole text names; None for anything else."""
    plain = _plain(text)
    spans = list(_SPAN.finditer(plain))
    hours = _hours(spans[0]) if len(spans) == 1 else None
    weekdays = _weekdays(_SPAN.sub(" ", plain))
    if weekdays is None or (spans and hours is None) or not (weekdays or hours):
        return None
    return Week(weekdays=weekdays or None, hours=hours)


def looks_like_one(text: str) -> bool:
    """Whether it names days and hours, or tries to ("15", "ma-tp"): asking back is better than taking it as an answer.

    Each of its words belongs to such, or is a span of days of which one is mistyped.
    """
    spoken = _spoken(_plain(text))
    return bool(spoken) and all(map(_belongs, spoken))


def in_words(language: Language, hours: Hours) -> str:
    """A week as the language writes it: "ma–to klo 9.00–15.30", "Mon, Wed and Fri 9:00–15:30"."""
    times = times_in_words(language, hours.start, hours.end)
    return t(language, "working_hours.week", days=_days_in_words(language, hours.weekdays), hours=times)


def _plain(text: str) -> str:
    """Lower case without diacritics and full stops of words, one kind of dash without spaces, "-" between days."""
    spaced = re.sub(r"(?<=[a-z])\.|[\"'“”«»()!?]", " ", re.sub(r"\b([ap])\.m\b", r"\1m", bare(text)))
    plain = re.sub(r" ?- ?", "-", " ".join(spaced.split())).strip(" .,:;-")
    for between in _RANGES:
        plain = between.sub(r"\1-\2", plain)
    return plain


def _hours(span: re.Match[str]) -> tuple[time, time] | None:
    start, end = time_of(span[1]), time_of(span[2])
    return (time.fromisoformat(start), time.fromisoformat(end)) if start and end else None


def _weekdays(plain: str) -> frozenset[int] | None:
    """The days that are named, none perhaps; None where anything else is."""
    found: set[int] = set()
    for word in _spoken(plain):
        first, *last = [_DAYS.get(part) for part in word.split("-")]
        if first is None or len(last) > 1:
            return None
        if not last:
            found.update(first)
            continue
        if last[0] is None or len(first) > 1 or len(last[0]) > 1:
            return None
        found.update((first[0] + step) % 7 for step in range((last[0][0] - first[0]) % 7 + 1))
    return frozenset(found)


def _spoken(plain: str) -> list[str]:
    """The words without those that say nothing of days and hours."""
    return [word for word in _GAPS.split(plain) if word and word not in _around()]


def _belongs(word: str) -> bool:
    parts = word.split("-")
    return any(part in _DAYS for part in parts) or all(
        part in _around() or _PART_OF_TIME.fullmatch(part) for part in parts
    )


@cache
def _around() -> frozenset[str]:
    return said_as("and") | {*words.AROUND_DAYS.split(", "), *words.AT.split(", "), *_UNTIL.split("|")}


def _days_in_words(language: Language, weekdays: frozenset[int]) -> str:
    names = listed(language, "common.weekdays")
    parts: list[str] = []
    for _, each in groupby(enumerate(sorted(weekdays)), key=lambda placed: placed[1] - placed[0]):
        run = [names[day] for _, day in each]
        parts += [t(language, "common.span", start=run[0], end=run[-1])] if len(run) >= _A_RUN else run
    return in_a_row(language, parts)
