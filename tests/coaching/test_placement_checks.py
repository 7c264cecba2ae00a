"""Checks of what a programme would be for its people: what can never be sent, and what would be too much."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from coaching.anchors import Offset
from coaching.elements import (
    Audience,
    Repeat,
)
from coaching.people import Role
from coaching.programme_checks import FaultKind, Severity
from coaching.programmes import Break, Programme
from tests.coaching.checking import GROUPS, SESSIONS, START, A, B, found, kinds, notices, survey
from tests.coaching.programming import at, local, programme, reflection, session

ROWS: list[tuple[str, Programme, str]] = [
    (
        "each session of a group without one",
        programme(
            reflection("a", at("session.each.end"), each="session", audience=Audience(groups=B)),
            groups=GROUPS,
            sessions=(session(1, local(2026, 9, 16, 9), groups=A),),
        ),
        "no_session elements.0.each",
    ),
    (
        "what closes before it opens",
        programme(reflection("a", START, closes=at("programme.start"))),
        "never_sent elements.0.at",
    ),
    (
        "what is late before the working day begins",
        programme(reflection("a", at("programme.start", "+1 week", "06:00"), late=Offset(hours=2))),
        "never_sent elements.0.at",
    ),
    (
        "what is over before the break is",
        programme(
            reflection("a", at("programme.start", "+16 weeks"), closes=at("programme.start", "+17 weeks")),
            breaks=(Break(first=date(2026, 12, 20), last=date(2027, 1, 6)),),
        ),
        "never_sent elements.0.at",
    ),
    (
        "what is over before it can be answered what it waits for",
        programme(
            reflection("a", START), reflection("b", at("ask.a.answered"), closes=at("programme.start", "+3 days"))
        ),
        "never_sent elements.1.at",
    ),
    (
        "what is due before it is brought up",
        programme(reflection("a", START, due=at("programme.start"))),
        "due_too_early elements.0.at",
    ),
    (
        "what comes before the programme",
        programme(reflection("a", at("session.1.start", "-4 weeks")), sessions=SESSIONS),
        "brought_up_outside elements.0.at",
    ),
]


@pytest.mark.parametrize(("checked", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_fault_is_found_where_it_stands_and_no_other(checked: Programme, expected: str) -> None:
    assert kinds(checked) == [expected]


def test_the_first_occurrence_that_can_never_be_sent_is_named() -> None:
    weekly = reflection(
        "a",
        at("programme.start", "+1 day", "09:00"),
        closes=at("programme.start", "+2 days"),
        repeat=Repeat(every=Offset(days=2), times=4),
    )

    (fault,) = [each for each in found(programme(weekly)) if each.kind is FaultKind.NEVER_SENT]

    assert (fault.value, fault.number) == ("2026-09-06", 3)


def test_what_says_that_it_comes_after_the_end_is_not_outside() -> None:
    repeat = Repeat(every=Offset(months=3), until=at("programme.end"), afterwards=(6, 12))
    follow_up = reflection("a", at("session.1.end", "+1 day"), repeat=repeat)
    survey_after = survey(link="https://x.example")

    checked = programme(follow_up, replace(survey_after, at=at("programme.end", "+1 month")), sessions=SESSIONS)

    assert found(checked) == []


def test_a_week_with_more_visits_than_the_dose_is_told_with_its_elements() -> None:
    four = [reflection(f"r{day}", at("session.1.end", f"+{day} days", "10:00")) for day in (5, 6, 7, 8)]

    (fault,) = found(programme(*four, sessions=SESSIONS))

    assert (fault.kind, fault.severity) == (FaultKind.TOO_MANY_ASKS, Severity.ERROR)
    assert (fault.value, fault.others, fault.number) == ("2026-W39", ("r5", "r6", "r7", "r8"), 0)
    assert fault.path == ("elements", 3, "at")


def test_weeks_with_the_same_elements_are_told_once() -> None:
    four = [
        reflection(f"r{day}", at("session.1.end", f"+{day} days"), repeat=Repeat(every=Offset(weeks=1), times=5))
        for day in (5, 6, 7, 8)
    ]

    (fault,) = found(programme(*four, sessions=SESSIONS))

    assert (fault.value, fault.number) == ("2026-W39", 4)


@pytest.mark.parametrize(
    "fourth",
    [
        pytest.param(reflection("r", at("session.1.end", "+8 days"), urgent=True), id="urgent"),
        pytest.param(notices("n", at("session.1.end", "+7 days")), id="told along with another"),
        pytest.param(reflection("r", at("session.1.end", "+9 days")), id="moved to the next week by the weekend"),
        pytest.param(
            reflection("r", at("session.1.end", "+8 days"), audience=Audience(roles=frozenset({Role.MANAGER}))),
            id="other people's",
        ),
        pytest.param(reflection("r", at("ask.r5.answered", "+2 days")), id="on a day that nobody knows yet"),
    ],
)
def test_what_makes_no_fourth_visit_in_the_week_is_not_too_much(fourth: Any) -> None:
    first = session(1, local(2026, 9, 17, 9))
    three = [reflection(f"r{day}", at("session.1.end", f"+{day} days", "10:00")) for day in (5, 6, 7)]

    assert found(programme(*three, fourth, sessions=(first,))) == []


def test_the_dose_is_of_each_group_by_itself() -> None:
    four = [
        reflection(f"r{day}", at("session.1.end", f"+{day} days"), audience=Audience(groups=group))
        for day, group in zip((5, 6, 7, 8), (A, B, A, B), strict=True)
    ]

    assert found(programme(*four, sessions=SESSIONS, groups=GROUPS)) == []


def test_two_hundred_elements_that_wait_for_one_another_are_followed_to_the_end() -> None:
    chain = [reflection("r0", START), *(reflection(f"r{n}", at(f"ask.r{n - 1}.answered")) for n in range(1, 200))]

    assert found(programme(*chain)) == []
