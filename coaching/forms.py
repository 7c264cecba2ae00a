"""Forms: the typed fields of a question, and what counts as a fit answer to each.

A card and a typed conversation are drawn from the same form (`dialogs.cards`, `dialogs.interview`), and both hand
what they got to `checked`. What a client checks is a courtesy; this module decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TypeAlias
from urllib.parse import urlsplit

from coaching.access import Audience, Matter

#: A value as it is kept: text, number, truth, ISO date, local time as "14:30", or the choices' ids in the
#: form's order.
Value: TypeAlias = str | int | float | bool | list[str]

LONGEST_TEXT = 4_000  # characters; a reflection fits, and a card that shows it again stays under 28 KB
LONGEST_LINE = 200  # characters
LONGEST_LINK = 2_000  # characters
LONGEST_NUMBER = 15  # characters; so many digits are exact
BEYOND_NUMBERS = 10**LONGEST_NUMBER

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")


class FieldKind(StrEnum):
    """What a field asks for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    SCALE = "scale"
    CHOICE = "choice"
    CHOICES = "choices"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    TIME = "time"
    #: A web address.
    LINK = "link"


class FaultKind(StrEnum):
    """Why a value does not fit; the words are `fault.<kind>` in the texts."""

    MISSING = "missing"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_A_DATE = "not_a_date"
    NOT_A_CHOICE = "not_a_choice"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_LINK = "not_a_link"
    AFTER_CLOSING = "after_closing"
    #: Not what anybody whom it may be goes by.
    NOT_A_NAME = "not_a_name"
    #: Nobody whom the person may ask goes by it.
    NOT_A_COLLEAGUE = "not_a_colleague"
    TOO_MANY = "too_many"
    TOO_FEW = "too_few"
    NOT_A_TIME = "not_a_time"
    IN_THE_PAST = "in_the_past"
    #: What is not for every kind of message, or was used up.
    ONLY_MESSAGES = "only_messages"
    NO_MORE_THIS_WEEK = "no_more_this_week"
    #: Nobody whom it may be, or several.
    NOBODY_SUCH = "nobody_such"
    #: Not a coach of anything.
    NO_COACH = "no_coach"
    TOO_FAR = "too_far"
    #: The policy does not let this be shared with them.
    NOT_TO_BE_SHARED = "not_to_be_shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers of a choice; id is stable ASCII, label is for people."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question, in one language. low and high bound a scale or a number; low_label and high_label name the ends.

    longest: characters of a text; None is LONGEST_LINE or LONGEST_TEXT by kind. matter: None for what is about nobody.
    shared_with: those with whom the person shares their answer now.
    """

    name: str
    kind: FieldKind
    label: str
    matter: Matter | None
    required: bool = True
    hint: str = ""
    longest: int | None = None
    low: int | None = None
    high: int | None = None
    low_label: str = ""
    high_label: str = ""
    choices: tuple[Choice, ...] = ()
    shared_with: frozenset[Audience] = frozenset()

    @property
    def limit(self) -> int:
        """The most characters that a text may have."""
        if self.longest is not None:
            return self.longest
        if self.kind is FieldKind.LINK:
            return LONGEST_LINK
        return LONGEST_TEXT if self.kind is FieldKind.LONG_TEXT else LONGEST_LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Questions that are answered together, in one language; title is what the ask is called in lists."""

    title: str
    intro: str = ""
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of that name; None when there is none."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One value that does not fit; low and high are the bounds where it has any (for a text: 0 and the limit)."""

    field: str
    kind: FaultKind
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a form's entries came to: the fit values by field name, and a fault for each that is not."""

    values: Mapping[str, Value]
    faults: tuple[Fault, ...]


def checked(form: Form, entries: Mapping[str, object]) -> Checked:
    """Every field's entry as a value or a fault. Entries for fields that the form does not have are left out.

    Entries come as cards send them: strings for all kinds, "true"/"false" for yes/no, ids joined by commas for several
    choices; absent, None and blank mean no answer.
    """
    values: dict[str, Value] = {}
    faults: list[Fault] = []
    for field in form.fields:
        entry = entries.get(field.name)
        if _blank(entry):
            if field.required:
                faults.append(Fault(field=field.name, kind=FaultKind.MISSING))
            continue
        read = value(field, entry)
        if isinstance(read, Fault):
            faults.append(read)
        else:
            values[field.name] = read
    return Checked(values=values, faults=tuple(faults))


def value(field: Field, entry: object) -> Value | Fault:
    """One entry, not blank, as its field's value; a fault when it does not fit."""
    return _READERS[field.kind](field, entry)


def _blank(entry: object) -> bool:
    return entry is None or entry == [] or (isinstance(entry, str) and not entry.strip())


def _text(field: Field, entry: object) -> Value | Fault:
    text = entry.strip() if isinstance(entry, str) else str(entry)
    if len(text) > field.limit:
        return Fault(field=field.name, kind=FaultKind.TOO_LONG, low=0, high=field.limit)
    return text


def _number(field: Field, entry: object) -> Value | Fault:
    number = _as_number(entry)
    if number is None:
        return Fault(field=field.name, kind=FaultKind.NOT_A_NUMBER, low=field.low, high=field.high)
    if (field.low is not None and number < field.low) or (field.high is not None and number > field.high):
        return Fault(field=field.name, kind=FaultKind.OUT_OF_RANGE, low=field.low, high=field.high)
    return int(number) if number == int(number) else number


def _scale(field: Field, entry: object) -> Value | Fault:
    number = _number(field, entry)
    if isinstance(number, float):
        return Fault(field=field.name, kind=FaultKind.NOT_A_NUMBER, low=field.low, high=field.high)
    return number


def _as_number(entry: object) -> float | None:
    """A number in Finnish, Swedish or English writing ("3,5", "3.5", "1 000"); None for anything else."""
    if isinstance(entry, int | float):
        is_sane = not isinstance(entry, bool) and abs(entry) < BEYOND_NUMBERS
        return float(entry) if is_sane else None
    text = str(entry).strip().replace("\u2212", "-").replace("\u00a0", "").replace(" ", "").replace(",", ".")
    if len(text) > LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return None
    return float(text)


def _date(field: Field, entry: object) -> Value | Fault:
    try:
        return date.fromisoformat(str(entry).strip()[:10]).isoformat()
    except ValueError:
        return Fault(field=field.name, kind=FaultKind.NOT_A_DATE)


def _time(field: Field, entry: object) -> Value | Fault:
    try:
        return f"{time.fromisoformat(str(entry).strip()):%H:%M}"
    except ValueError:
        return Fault(field=field.name, kind=FaultKind.NOT_A_TIME)


def _link(field: Field, entry: object) -> Value | Fault:
    text = _text(field, entry)
    if isinstance(text, Fault):
        return text
    try:
        parts = urlsplit(str(text))
    except ValueError:
        return Fault(field=field.name, kind=FaultKind.NOT_A_LINK)
    is_address = parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", str(text))
    return text if is_address else Fault(field=field.name, kind=FaultKind.NOT_A_LINK)


def _choice(field: Field, entry: object) -> Value | Fault:
    if any(choice.id == entry for choice in field.choices):
        return str(entry)
    return Fault(field=field.name, kind=FaultKind.NOT_A_CHOICE)


def _choices(field: Field, entry: object) -> Value | Fault:
    picked = {part.strip() for part in entry.split(",")} if isinstance(entry, str) else set()
    if isinstance(entry, list):
        picked = {str(part) for part in entry}
    known = [choice.id for choice in field.choices]
    if not picked or not picked <= set(known):
        return Fault(field=field.name, kind=FaultKind.NOT_A_CHOICE)
    return [id for id in known if id in picked]


def _yes_no(field: Field, entry: object) -> Value | Fault:
    if entry in (True, "true"):
        return True
    if entry in (False, "false"):
        return False
    return Fault(field=field.name, kind=FaultKind.NOT_YES_OR_NO)


_READERS = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.SCALE: _scale,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.YES_NO: _yes_no,
    FieldKind.TIME: _time,
    FieldKind.LINK: _link,
}
