"""Wording: the sentences of `texts/LANGUAGE/*.toml` in a person's language, and its way to write dates and numbers."""

import string
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from importlib.resources import files
from tomllib import loads
from types import MappingProxyType
from typing import Any

from coaching.people import Language


class MissingText(Exception):
    """A text, one of its languages, or what fills a gap in it is missing."""


def t(language: Language, key: str, /, **gaps: object) -> str:
    """The text of *key* ("form.submit") in *language*, its gaps filled.

    A text with the forms `one` and `other` is chosen by the gap `count`: 1 is one, all else (0, 2, 21, 1.5) is other.
    What fills a gap and ends with ? or ! ends its sentence: no full stop follows it.
    Raises MissingText when the key or a gap has nothing; there is no fallback to another language.
    """
    texts = _texts(language)
    text = texts.get(key)
    if text is None and f"{key}.other" in texts:
        if "count" not in gaps:
            raise MissingText(f"{language}: {key} is chosen by a count and got none")
        text = texts.get(f"{key}.one" if gaps["count"] == 1 else f"{key}.other")
    if not isinstance(text, str):
        raise MissingText(f"{language}: no text {key}")
    try:
        return _ended_once(text, gaps).format_map(gaps)
    except KeyError as gap:
        raise MissingText(f"{language}: {key} has a gap {gap} and got nothing for it") from None


def _ended_once(text: str, gaps: Mapping[str, object]) -> str:
    for name, value in gaps.items():
        if isinstance(value, str) and value.endswith(("?", "!")):
            text = text.replace(f"{{{name}}}.", f"{{{name}}}")
    return text


def listed(language: Language, key: str, /) -> tuple[str, ...]:
    """The words listed under *key* ("interview.words.back"). Raises MissingText when there is no such list."""
    words = _texts(language).get(key)
    if not isinstance(words, tuple):
        raise MissingText(f"{language}: no list {key}")
    return words


def keys(language: Language) -> Mapping[str, str | tuple[str, ...]]:
    """Every text and list of *language* by its dotted key."""
    return _texts(language)


def gaps_of(text: str) -> frozenset[str]:
    """The names of the gaps in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name)


def date_in_words(language: Language, day: date) -> str:
    """A date as the language writes it: "pe 27.11.2026", "fre 27.11.2026", "Fri 27 Nov 2026"."""
    return t(language, "common.date", **_date_gaps(language, day))


def moment_in_words(language: Language, moment: datetime) -> str:
    """A time of day with its date: "pe 27.11.2026 klo 14.30", "Fri 27 Nov 2026, 14:30".

    *moment* is aware and already in the reader's own zone. Raises ValueError when it is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("a naive time is nobody's time")
    gaps = _date_gaps(language, moment.date())
    return t(language, "common.moment", hour=moment.hour, minute=f"{moment.minute:02}", **gaps)


def span_in_words(language: Language, start: datetime, end: datetime) -> str:
    """From when to when: "pe 27.11.2026 klo 14.30–18.00"; with both dates where they differ.

    Both are aware and already in the reader's own zone. Raises ValueError for a naive one.
    """
    first = moment_in_words(language, start)
    if start.date() == end.date():
        return t(language, "common.span", start=first, end=_time(language, end))
    return t(language, "common.span_days", start=first, end=moment_in_words(language, end))


def times_in_words(language: Language, start: datetime | time, end: datetime | time) -> str:
    """From what time to what time of one day: "klo 14.30–18.00", "kl. 14.30–18.00", "14:30–18:00"."""
    first = t(language, "common.at", time=_time(language, start))
    return t(language, "common.span", start=first, end=_time(language, end))


def hour_in_words(language: Language, hour: time) -> str:
    """A time of day: "klo 14.30", "kl. 14.30", "14:30"."""
    return t(language, "common.at", time=_time(language, hour))


def _time(language: Language, moment: datetime | time) -> str:
    return t(language, "common.time", hour=moment.hour, minute=f"{moment.minute:02}")


def number_in_words(language: Language, number: int | float) -> str:
    """A number as the language writes it: "1 000,5" in Finnish and Swedish (the space does not break), "1,000.5"."""
    text = f"{Decimal(repr(number)):,f}".replace("-", "\u2212")
    if language is Language.EN:
        return text
    return text.replace(",", "\u00a0").replace(".", ",")


def in_a_row(language: Language, names: list[str]) -> str:
    """Names as one phrase: "A", "A ja B", "A, B ja C"; an empty list is an empty string."""
    if len(names) < 2:
        return "".join(names)
    return t(language, "common.and", first=", ".join(names[:-1]), last=names[-1])


def _date_gaps(language: Language, day: date) -> dict[str, object]:
    return {
        "weekday": listed(language, "common.weekdays")[day.weekday()],
        "day": day.day,
        "month": day.month,
        "month_name": listed(language, "common.months")[day.month - 1],
        "year": day.year,
    }


@cache
def _texts(language: Language) -> Mapping[str, str | tuple[str, ...]]:
    folder = files("dialogs").joinpath("texts", language)
    found: dict[str, str | tuple[str, ...]] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        entries = dict(_flat("", loads(file.read_text(encoding="utf-8"))))
        if twice := entries.keys() & found.keys():
            raise ValueError(f"{language}: {', '.join(sorted(twice))} in {file.name} and in another file")
        found |= entries
    return MappingProxyType(found)


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str | tuple[str, ...]]]:
    entries: list[tuple[str, str | tuple[str, ...]]] = []
    for name, entry in table.items():
        if isinstance(entry, Mapping):
            entries += _flat(f"{prefix}{name}.", entry)
        elif isinstance(entry, list):
            entries.append((prefix + name, tuple(entry)))
        else:
            entries.append((prefix + name, str(entry)))
    return entries
