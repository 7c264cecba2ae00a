"""Checks of when things are: anchors and references that are not there, circles, repeats without an end."""

import pytest

from coaching.anchors import Offset, Skip
from coaching.elements import (
    Discussion,
    Instrument,
    Repeat,
)
from coaching.programme_checks import FaultKind
from coaching.programmes import Programme
from tests.coaching.checking import SESSIONS, START, found, kinds, notices
from tests.coaching.programming import at, programme, reflection, words

ROWS: list[tuple[str, Programme, str]] = [
    (
        "a session that is not there",
        programme(reflection("a", at("session.3.end")), sessions=SESSIONS),
        "unknown_anchor elements.0.at.anchor",
    ),
    (
        "a window that is not there",
        programme(reflection("a", START, closes=at("window.w.close"))),
        "unknown_anchor elements.0.closes.anchor",
    ),
    (
        "an element that is not there",
        programme(reflection("a", at("ask.b.answered"))),
        "unknown_anchor elements.0.at.anchor",
    ),
    (
        "the answer to a notice",
        programme(notices("b", START), reflection("a", at("ask.b.answered"))),
        "never_answered elements.1.at.anchor",
    ),
    (
        "the plan that nobody is asked for",
        programme(reflection("a", at("plan.created"))),
        "no_plan elements.0.at.anchor",
    ),
    (
        "each session without each",
        programme(reflection("a", START, due=at("session.next.start")), sessions=SESSIONS),
        "without_each elements.0.due.anchor",
    ),
    (
        "a time beside hours",
        programme(reflection("a", at("programme.start", "+9 h", "09:30"))),
        "exact_with_day elements.0.at",
    ),
    (
        "days to skip beside minutes",
        programme(reflection("a", START, closes=at("programme.end", "-15 min", skip=frozenset({Skip.LEAVE})))),
        "exact_with_day elements.0.closes",
    ),
    (
        "an ask that waits for itself",
        programme(reflection("a", START, due=at("ask.a.answered", "+1 day"))),
        "circle elements.0",
    ),
    (
        "a discussion in no window",
        programme(Discussion(id="d", title=words("d"), at=START, window="spring")),
        "unknown_reference elements.0.window",
    ),
    (
        "a wave that repeats itself",
        programme(Instrument(id="i", title=words("i"), at=START, link="https://x.example", repeats="i")),
        "unknown_reference elements.0.repeats",
    ),
    (
        "a repeat without an end",
        programme(reflection("a", START, repeat=Repeat(every=Offset(weeks=2)))),
        "repeat_ends elements.0.repeat",
    ),
    (
        "a repeat with two ends",
        programme(reflection("a", START, repeat=Repeat(every=Offset(weeks=2), times=3, until=at("programme.end")))),
        "repeat_ends elements.0.repeat",
    ),
    (
        "a repeat backwards",
        programme(reflection("a", START, repeat=Repeat(every=Offset(weeks=-2), times=3))),
        "repeat_step elements.0.repeat.every",
    ),
    (
        "a repeat by the hour",
        programme(reflection("a", START, repeat=Repeat(every=Offset(hours=2), times=3))),
        "repeat_step elements.0.repeat.every",
    ),
    (
        "a repeat with each session",
        programme(
            reflection("a", at("session.each.end"), each="session", repeat=Repeat(every=Offset(weeks=2), times=2)),
            sessions=SESSIONS,
        ),
        "repeat_and_each elements.0.repeat",
    ),
]


@pytest.mark.parametrize(("checked", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_fault_is_found_where_it_stands_and_no_other(checked: Programme, expected: str) -> None:
    assert kinds(checked) == [expected]


def test_a_circle_is_told_once_with_all_its_members() -> None:
    ring = [reflection(name, at(f"ask.{other}.answered")) for name, other in ("cb", "ac", "ba")]
    tail = reflection("d", at("ask.a.answered"))

    (fault,) = found(programme(tail, *ring))

    assert (fault.kind, fault.path, fault.value) == (FaultKind.CIRCLE, ("elements", 1), "c → b → a → c")
