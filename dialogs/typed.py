"""Typed: what somebody wrote, as an entry for a field.

Words of all three languages are understood whatever the person's own. What is not understood stays as it was
written, so that `coaching.forms` finds the fault in it; nothing is guessed.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from coaching.forms import Choice, Field, FieldKind
from coaching.people import Language
from dialogs.folding import fold
from dialogs.inputs import steps_of
from dialogs.moments import Day, Length, Weekday, named
from dialogs.wording import listed


def read(language: Language, field: Field, text: str, *, today: date) -> object:
    """The entry for *field* that *text* means: see `coaching.forms.checked` for the shapes.

    today: the person's own date, for "tomorrow" and for dates without a year, which mean the next such day.
    """
    match field.kind:
        case FieldKind.YES_NO:
            answer = yes_or_no(text)
            return text if answer is None else answer
        case FieldKind.CHOICE:
            choice = _choice(field.choices, text)
            return text if choice is None else choice.id
        case FieldKind.CHOICES:
            return _choices(field.choices, text)
        case FieldKind.SCALE:
            return _step(field, text)
        case FieldKind.DATE:
            day = date_of(text, today)
            return text if day is None else day.isoformat()
        case FieldKind.TIME:
            return time_of(text) or text
        case FieldKind.LINK:
            bare = text.strip().strip("<>")
            return f"https://{bare}" if _BARE_ADDRESS.fullmatch(bare) else bare
        case _:
            return text.strip()


#: "example.org/page": written without what an address begins with.
_BARE_ADDRESS = re.compile(r"[\w-]+(\.[\w-]+)+(/\S*)?")
_CLOCK = re.compile(r"(?:klo |kello |kl |kl\. |klockan |at |um )?(\d{1,2})(?:[.:](\d\d))? ?(am|pm)?")


def time_of(text: str) -> str | None:
    """The time of day that the whole text names, as "14:30": "klo 14", "kl. 9.30", "2 pm"; None when it names none."""
    match = _CLOCK.fullmatch(text.strip().casefold().rstrip(".!"))
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def yes_or_no(text: str) -> bool | None:
    """Whether the whole text says yes or no in any of the languages; None when it says neither."""
    word = fold(text)
    if word in said_as("yes"):
        return True
    return False if word in said_as("no") else None


@cache
def said_as(meaning: str) -> frozenset[str]:
    """The folded words of all languages for *meaning*, a list in [interview.words]."""
    return frozenset(fold(word) for language in Language for word in listed(language, f"interview.words.{meaning}"))


def choice_words(field: Field) -> frozenset[str]:
    """Every exact answer to the open question, folded: labels, ids and numbers. They win over all other words."""
    if field.kind is FieldKind.YES_NO:
        return said_as("yes") | said_as("no")
    if field.kind is FieldKind.SCALE:
        return frozenset(map(str, steps_of(field))) | {fold(field.low_label), fold(field.high_label)} - {""}
    numbers = map(str, range(1, len(field.choices) + 1)) if is_numbered(field.choices) else ()
    names = (fold(name) for choice in field.choices for name in (choice.label, choice.id))
    return frozenset([*names, *numbers]) - {""}


def is_numbered(choices: Sequence[Choice]) -> bool:
    """Whether the choices are listed with numbers: not when a choice is itself called by a number."""
    return not any(fold(choice.label).replace(" ", "").isdecimal() for choice in choices)


def _choice(choices: Sequence[Choice], text: str) -> Choice | None:
    """By label, number in the list or id, in this order; None when nothing, or more than one, is called so."""
    bare = text.strip()
    exact = [choice for choice in choices if choice.label == bare]
    if len(exact) == 1:
        return exact[0]
    word = fold(text)
    labelled = [choice for choice in choices if word and fold(choice.label) == word]
    if labelled:
        return labelled[0] if len(labelled) == 1 else None
    if is_numbered(choices) and word.isdecimal():
        number = int(word) if len(word) < 4 else 0
        if 1 <= number <= len(choices):
            return choices[number - 1]
    return next((choice for choice in choices if fold(choice.id) == word), None)


_LIST_MARKS = re.compile(r"[,;\n&+]|(?<=\d)\s+(?=\d)")


def _choices(choices: Sequence[Choice], text: str) -> object:
    """The ids of everything that is named, or the text itself when a part of it is not understood."""
    whole = _choice(choices, text)
    if whole is not None:
        return [whole.id]
    picked: list[str] = []
    for part in filter(str.strip, _LIST_MARKS.split(text)):
        ids = _joined(choices, part)
        if not ids:
            return text
        picked += ids
    return picked or text


def _joined(choices: Sequence[Choice], part: str) -> list[str]:
    """The ids of choices joined by "and"; a label that has an "and" of its own is tried whole first."""
    choice = _choice(choices, part)
    if choice is not None:
        return [choice.id]
    tokens = part.split()
    for place, token in enumerate(tokens):
        if fold(token) not in said_as("and"):
            continue
        first = _choice(choices, " ".join(tokens[:place])) if place else None
        rest = _joined(choices, " ".join(tokens[place + 1 :]))
        if rest and (first is not None or place == 0):
            return [*([first.id] if first else []), *rest]
    return []


def _step(field: Field, text: str) -> object:
    """An end of the scale by its label; else the text, which may be a number."""
    steps = steps_of(field)
    ends: Mapping[str, int] = {fold(field.high_label): steps[-1], fold(field.low_label): steps[0]}
    word = fold(text)
    return ends[word] if word and word in ends else text.strip()


def date_of(text: str, today: date) -> date | None:
    if fold(text) in said_as("today"):
        return today
    match named(text):
        case Length(days=days, months=0):
            return _days_ahead(today, days)
        case Weekday(number=number, following_week=False):
            return _days_ahead(today, (number - today.weekday() - 1) % 7 + 1)
        case Day(day=day, month=month, year=year, last=False) if re.search(r"\d", text):
            years = range(today.year, today.year + 9) if year is None else (year,)
            days_of = (_day_of(year, month, day) for year in years)
            return next((day for day in days_of if day and (year is not None or day >= today)), None)
        case _:
            return None


def _days_ahead(today: date, days: int) -> date | None:
    return today + timedelta(days=days) if days < 10_000 else None


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
