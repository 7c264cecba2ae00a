"""The values of a programme's file that are one text each: what may stand there, and what it becomes."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from coaching.anchors import Anchor, Offset, OwnTime, anchor_of, offset_of

LONGEST_TEXT = 5_000  # characters of one text
LONGEST_ID = 64
LONGEST_SHOWN = 60  # characters of what stands in the file, in a message
YEARS = range(2000, 2100)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_ID = r"[a-z0-9][a-z0-9-]*"
_DURATION = r"(?:([0-9]{1,4}) h)?(?: ?([0-9]{1,4}) min)?"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_EMAIL = r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+"
_COUNTRY = r"[A-Z]{2}"
_OFFSET = r"[+-] ?[0-9]{1,4} ?(workday|month|week|day|min|h)s?"
_ANCHOR = (
    r"programme\.(start|end)|session\.([1-9][0-9]{0,2}|each|next)\.(start|end)|window\.[a-z0-9][a-z0-9-]*\.(open|close)"
    r"|ask\.[a-z0-9][a-z0-9-]*\.answered|person\.joined|plan\.created"
)


def shown(text: str) -> str:
    """What stands in the file, quoted, on one line and not too long for a message."""
    return repr(text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…")


def value_of(read: Callable[[str], object], **schema: Any) -> Any:
    """What is written as one text and read by a function that raises ValueError with what would be right."""

    def reading(value: object) -> object:
        if not isinstance(value, str):
            raise ValueError("one value stands here, not a list and not keys of its own; write it after the colon")
        if not value.strip():
            raise ValueError("the value is empty; write it, or leave the key out")
        return read(value.strip())

    return Annotated[Any, BeforeValidator(reading), WithJsonSchema(schema)]


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"the text is {len(text)} characters long; shorten it to {LONGEST_TEXT}")
    return text


def _id(text: str) -> str:
    if len(text) > LONGEST_ID or not re.fullmatch(_ID, text):
        raise ValueError(f"{shown(text)} is not an id; write small letters a-z, digits and -, at most {LONGEST_ID}")
    return text


def _email(text: str) -> str:
    if not re.fullmatch(_EMAIL, text):
        raise ValueError(f"{shown(text)} is not an e-mail address; write it as name@organisation.example")
    return text.lower()


def _country(text: str) -> str:
    if not re.fullmatch(_COUNTRY, text):
        raise ValueError(f"{shown(text)} is not a country; write its two capital letters, such as FI")
    return text


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError(f"{shown(text)} is not a whole number; write it in digits, such as 3")
    return int(text)


def _signed(text: str) -> int:
    return -_whole(text[1:]) if text.startswith("-") else _whole(text)


def _yes_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{shown(text)} is not true or false; write one of these two words")
    return text == "true"


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text) if re.fullmatch(_DATE, text) else None
    except ValueError:
        raise ValueError(f"{shown(text)} is no day of the calendar; mend the date") from None
    if day is None:
        raise ValueError(f"{shown(text)} is not a date; write it as 2027-02-04")
    if day.year not in YEARS:
        raise ValueError(f"{shown(text)} is far from now; write a year from {YEARS[0]} to {YEARS[-1]}")
    return day


def _time(text: str) -> time:
    if not re.fullmatch(_TIME, text):
        raise ValueError(f'{shown(text)} is not a time; write it as "09:30", from "00:00" to "23:59"')
    return time.fromisoformat(text)


def _time_or_person(text: str) -> time | OwnTime:
    if text == OwnTime.PERSON:
        return OwnTime.PERSON
    if not re.fullmatch(_TIME, text):
        raise ValueError(f'{shown(text)} is not a time; write it as "09:30", or write person for the person\'s own')
    return time.fromisoformat(text)


def _local(text: str) -> datetime:
    day, _, at = text.partition(" ")
    if not re.fullmatch(_DATE, day) or not re.fullmatch(_TIME, at.strip()):
        raise ValueError(f"{shown(text)} is not a date and time; write it as 2027-02-04 09:00")
    return datetime.combine(_date(day), _time(at.strip()))


def _duration(text: str) -> timedelta:
    found = re.fullmatch(_DURATION, text)
    if found is None:
        raise ValueError(f"{shown(text)} is not a duration; write it as 3 h 30 min, 4 h or 15 min")
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def _length(text: str) -> timedelta:
    length = _duration(text)
    if not timedelta() < length <= timedelta(days=1):
        raise ValueError(f"{shown(text)} is no length of a session; write one from 1 min to 24 h")
    return length


def _offset(text: str) -> Offset:
    try:
        return offset_of(text)
    except ValueError as fault:
        raise ValueError(f"{shown(text)} is not an offset; {fault}") from None


def _anchor(text: str) -> Anchor:
    try:
        return anchor_of(text)
    except ValueError as fault:
        raise ValueError(f"{shown(text)} is not an anchor; {fault}") from None


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise ValueError(f"{shown(text)} is not a weekday; write {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(text)


TEXT = value_of(_text, type="string", minLength=1, maxLength=LONGEST_TEXT)
ID = value_of(_id, type="string", pattern=f"^{_ID}$", maxLength=LONGEST_ID)
EMAIL = value_of(_email, type="string", pattern=f"^{_EMAIL}$")
COUNTRY = value_of(_country, type="string", pattern=f"^{_COUNTRY}$")
SIGNED = value_of(_signed, type="integer")
LENGTH = value_of(_length, type="string", pattern=f"^{_DURATION}$", minLength=1)
WEEKDAY = value_of(_weekday, enum=list(WEEKDAYS))

#: How what is written as a text is read, by the type that it becomes.
VALUES: Mapping[Any, Any] = {
    str: TEXT,
    bool: value_of(_yes_no, type="boolean"),
    int: value_of(_whole, type="integer", minimum=0, maximum=999_999),
    date: value_of(_date, type="string", pattern=f"^{_DATE}$", description="A date, such as 2027-02-04."),
    time: value_of(_time, type="string", pattern=f"^{_TIME}$", description='A local time, such as "09:30".'),
    time | OwnTime: value_of(
        _time_or_person,
        type="string",
        pattern=f"^({_TIME}|person)$",
        description='A local time, such as "09:30", or person: when the person prefers to be written to.',
    ),
    datetime: value_of(
        _local, type="string", pattern=f"^{_DATE} +{_TIME}$", description="A local time, such as 2027-02-04 09:00."
    ),
    timedelta: value_of(
        _duration, type="string", pattern=f"^{_DURATION}$", minLength=1, description="Such as 3 h 30 min, 4 h, 15 min."
    ),
    Offset: value_of(
        _offset,
        type="string",
        pattern=f"^{_OFFSET}$",
        description="How far from it: +1 workday, -2 days, +3 weeks, +6 months, -1 h, +15 min.",
    ),
    Anchor: value_of(
        _anchor,
        type="string",
        pattern=f"^({_ANCHOR})$",
        description="programme.start, session.3.end, session.each.start, session.next.start, window.ID.open, "
        "person.joined, plan.created, ask.ID.answered.",
    ),
}
