"""Pooled: one question to several people whose answers one person gets, together and from enough of them only.

Whoever asks learns what was said, and not who said it; nor who answered, declined or said nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from coaching.asks import Ask
from coaching.calendar import instant_of
from coaching.elements import Question
from coaching.forms import Value

#: The keys of the sources begin so: of the question to those who are asked, and of the answers to the one who asks.
TEAM, POOLED = "team:", "pooled:"
#: As few unnamed answers beside named ones would tell whose they are.
LEAST_UNNAMED = 3
#: So many people are asked one question at most.
MOST_ASKED = 50
#: So long after the closing what the people asked wrote is kept, and that they were asked.
KEPT = timedelta(days=14)
#: How long they have for an answer, where the one who asks does not say; and when a day's closing is, local time, so
#: that what came of it still arrives on that day.
USUAL_DAYS, CLOSES = 7, time(14)


class Origin(StrEnum):
    """What the question belongs to."""

    ASSIGNMENT = "assignment"
    #: The asker's development plan.
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledQuestion:
    """What is asked. threshold: answers of fewer people are not shown."""

    question: Question
    threshold: int = 5
    origin: Origin = Origin.ASSIGNMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One answer. by: whose; empty unless they ticked that their name may be shown.

    Stored it is the number of that person, and their name when it is shown: an erased person's name goes with them.
    """

    value: Value
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What the one who asks gets. are_names_left_out: some were ticked, and would have told who wrote the rest."""

    voices: tuple[Voice, ...]
    are_names_left_out: bool = False


def pooled(voices: Sequence[Voice], *, threshold: int, salt: str) -> Pooled | None:
    """The answers together; None where they are too few.

    Their order depends on what they say and on *salt* alone, never on who wrote or when.
    """
    if len(voices) < threshold:
        return None
    unnamed = sum(not voice.by for voice in voices)
    are_left_out = 0 < unnamed < LEAST_UNNAMED and unnamed < len(voices)
    shown = [replace(voice, by="") for voice in voices] if are_left_out else voices
    return Pooled(voices=tuple(sorted(shown, key=lambda voice: _place(voice, salt))), are_names_left_out=are_left_out)


def _place(voice: Voice, salt: str) -> tuple[str, str]:
    said = json.dumps(voice.value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{salt} {said}".encode()).hexdigest(), voice.by


def source_keys(element_key: str, asked: PooledQuestion) -> tuple[str, str]:
    """The keys of the two sources of a question that belongs to an element: the same question has the same keys."""
    mark = hashlib.sha256(repr(asked).encode()).hexdigest()[:12]
    return f"{TEAM}{element_key}"[:110] + f":{mark}", f"{POOLED}{element_key}"[:110] + f":{mark}"


def usual_closing(ask: Ask, now: datetime, zone: ZoneInfo) -> datetime:
    """Until when an answer is taken for what somebody else is asked in an assignment (UTC): about a week.

    Before the assignment itself is hoped for, where there is a day left until then; never after it closes.
    """
    at = instant_of(now.astimezone(zone).date() + timedelta(days=USUAL_DAYS), CLOSES, zone)
    if ask.due_at is not None and ask.due_at > now + timedelta(days=1):
        at = min(at, ask.due_at)
    return at if ask.closes_at is None else min(at, ask.closes_at)


def end_of(day_text: str, zone: ZoneInfo) -> datetime:
    """The afternoon of a day that is written as an ISO date, when no answer is taken any more (UTC)."""
    return instant_of(datetime.fromisoformat(day_text).date(), CLOSES, zone)
