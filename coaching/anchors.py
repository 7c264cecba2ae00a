"""Anchors: the dated points of a programme, and how far from one of them something happens."""

import re
from dataclasses import dataclass, fields
from datetime import time as time_of_day
from datetime import timedelta
from enum import StrEnum

_ANCHOR = re.compile(
    r"programme\.(?P<programme>start|end)"
    r"|session\.(?P<session>[1-9][0-9]{0,2}|each|next)\.(?P<side>start|end)"
    r"|window\.(?P<window>[a-z0-9][a-z0-9-]*)\.(?P<edge>open|close)"
    r"|ask\.(?P<ask>[a-z0-9][a-z0-9-]*)\.answered"
    r"|(?P<person>person\.joined|plan\.created)"
)
_OFFSET = re.compile(r"(?P<sign>[+-])\s?(?P<count>[0-9]{1,4})\s?(?P<unit>workday|month|week|day|min|h)s?")
_UNITS = {"workday": "workdays", "month": "months", "week": "weeks", "day": "days", "min": "minutes", "h": "hours"}


class AnchorKind(StrEnum):
    """What an anchor is a point of."""

    PROGRAMME_START = "programme.start"
    PROGRAMME_END = "programme.end"
    SESSION_START = "session.start"
    SESSION_END = "session.end"
    WINDOW_OPEN = "window.open"
    WINDOW_CLOSE = "window.close"
    PERSON_JOINED = "person.joined"
    PLAN_CREATED = "plan.created"
    ASK_ANSWERED = "ask.answered"


class Which(StrEnum):
    """A session that depends on the occurrence: the one that it belongs to, or the one after that."""

    EACH = "each"
    NEXT = "next"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A dated point. key: the session's number or a `Which`, the window's or the element's id; empty for the others.

    Its text is `session.3.end`, `session.each.start`, `session.next.start`, `window.feedback.open`,
    `ask.role-dialog.answered`, `programme.start`, `person.joined` or `plan.created`.
    """

    kind: AnchorKind
    key: str = ""

    def __str__(self) -> str:
        family, _, point = self.kind.value.partition(".")
        return ".".join(part for part in (family, self.key, point) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How far from an anchor; each number has its sign. Only one of them is not 0.

    months and weeks and days go by the local date, workdays by the person's own, hours and minutes by the clock.
    Its text is `+1 workday`, `-2 days`, `+3 months`, `-1 h`, `+15 min`.
    """

    months: int = 0
    weeks: int = 0
    days: int = 0
    workdays: int = 0
    hours: int = 0
    minutes: int = 0

    @property
    def exact(self) -> timedelta | None:
        """The part by the clock; None for an offset in dates."""
        length = timedelta(hours=self.hours, minutes=self.minutes)
        return length or None

    def __str__(self) -> str:
        for field in fields(self):
            count: int = getattr(self, field.name)
            if count:
                unit = next(short for short, name in _UNITS.items() if name == field.name)
                plural = "s" if abs(count) != 1 and unit not in ("h", "min") else ""
                return f"{count:+d} {unit}{plural}"
        return "+0 days"


class Skip(StrEnum):
    """Days that something is moved on from, to the next one that is none of them."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    LEAVE = "leave"


class OwnTime(StrEnum):
    """A time of day that is the person's own."""

    #: When they prefer to be written to, else when their day begins.
    PERSON = "person"


EVERY_SKIP = frozenset(Skip)


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A moment, relative to an anchor.

    time: local, on the day that the offset leads to; None keeps the anchor's own. Not together with an offset by the
    clock. skip: the moment moves on to the first day that is none of these; not together with one either.
    """

    anchor: Anchor
    offset: Offset = Offset()
    time: time_of_day | OwnTime | None = None
    skip: frozenset[Skip] = frozenset()


def anchor_of(text: str) -> Anchor:
    """The anchor with that text. Raises ValueError with what it could be."""
    found = _ANCHOR.fullmatch(text)
    if found is None:
        raise ValueError(
            "an anchor is programme.start, programme.end, session.3.start, session.3.end, session.each.end, "
            "session.next.start, window.ID.open, window.ID.close, person.joined, plan.created or ask.ID.answered"
        )
    if found["programme"] or found["person"]:
        return Anchor(kind=AnchorKind(text))
    if found["session"]:
        return Anchor(kind=AnchorKind(f"session.{found['side']}"), key=found["session"])
    if found["window"]:
        return Anchor(kind=AnchorKind(f"window.{found['edge']}"), key=found["window"])
    return Anchor(kind=AnchorKind.ASK_ANSWERED, key=found["ask"])


def offset_of(text: str) -> Offset:
    """The offset with that text. Raises ValueError with what it could be."""
    found = _OFFSET.fullmatch(text)
    if found is None:
        raise ValueError("an offset is a sign, a number and min, h, day, workday, week or month, as in +1 workday")
    count = int(found["sign"] + found["count"])
    return Offset(**{_UNITS[found["unit"]]: count})
