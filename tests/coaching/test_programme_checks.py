"""Checks of a programme: dates, sessions and names; a sound programme has no faults."""

from collections.abc import Iterable
from datetime import date

import pytest

from coaching.anchors import Offset, Skip
from coaching.elements import (
    Audience,
    CheckIn,
    PlanTemplate,
    Repeat,
    SessionLink,
    SessionPrep,
)
from coaching.programme_checks import Fault, FaultKind, Severity
from coaching.programme_faults import WARNINGS
from coaching.programmes import Break, DateWindow, Programme, Rules
from tests.coaching.checking import GROUPS, SESSIONS, START, A, B, found, kinds, notices, question
from tests.coaching.programming import at, local, programme, reflection, session, words

ROWS: list[tuple[str, Programme, str]] = [
    ("an unknown zone", programme(timezone="Europe/Helsingfors"), "unknown_timezone timezone"),
    ("a folder for a zone", programme(timezone="Europe"), "unknown_timezone timezone"),
    ("a path for a zone", programme(timezone="../x"), "unknown_timezone timezone"),
    ("an unknown country", programme(rules=Rules(holidays="XX")), "unknown_country rules.holidays"),
    ("a country in words", programme(rules=Rules(holidays="FINLAND")), "unknown_country rules.holidays"),
    ("an end in an earlier year", programme(ends=date(2025, 8, 31)), "reversed_dates ends"),
    ("a programme for life", programme(ends=date(2066, 8, 31)), "endless ends"),
    (
        "a window that ends before it begins",
        programme(windows=(DateWindow(id="w", first=date(2027, 1, 9), last=date(2027, 1, 8)),)),
        "reversed_dates windows.0.last",
    ),
    (
        "a window after the programme",
        programme(windows=(DateWindow(id="w", first=date(2027, 6, 1), last=date(2027, 6, 19)),)),
        "outside_programme windows.0.last",
    ),
    (
        "a break that ends before it begins",
        programme(breaks=(Break(first=date(2026, 12, 24), last=date(2026, 1, 6), yearly=True),)),
        "reversed_dates breaks.0.last",
    ),
    (
        "a session past midnight of the last day",
        programme(sessions=(session(1, local(2027, 6, 18, 21)),)),
        "outside_programme sessions.0.starts",
    ),
    (
        "the same session number twice",
        programme(sessions=(SESSIONS[0], session(1, local(2026, 10, 1, 9)))),
        "duplicate_id sessions.1.number",
    ),
    ("the same element twice", programme(reflection("a", START), notices("a", START)), "duplicate_id elements.1.id"),
    (
        "the same question twice",
        programme(reflection("a", START, questions=(question(), question()))),
        "duplicate_id elements.0.questions.1.id",
    ),
    (
        "a session of an unknown group",
        programme(sessions=(session(1, local(2026, 9, 16, 9), groups=A),)),
        "unknown_group sessions.0.groups",
    ),
    (
        "an element of an unknown group",
        programme(reflection("a", START, audience=Audience(groups=A | B)), groups={"a": words("A")}),
        "unknown_group elements.0.audience.groups",
    ),
    (
        "an audience of nobody",
        programme(reflection("a", START, audience=Audience(roles=frozenset()))),
        "nobody elements.0.audience",
    ),
]


@pytest.mark.parametrize(("checked", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_fault_is_found_where_it_stands_and_no_other(checked: Programme, expected: str) -> None:
    assert kinds(checked) == [expected]


def test_a_sound_programme_has_no_faults() -> None:
    prep = SessionPrep(
        id="prep", title=words("Prep"), each="session", at=at("session.each.start", "-2 workdays", "person")
    )
    link = SessionLink(
        id="link",
        title=words("Link"),
        each="session",
        at=at("session.each.start", "-1 h"),
        late=Offset(hours=1),
        urgent=True,
    )
    plan = PlanTemplate(id="plan", title=words("Plan"), at=at("session.1.end", "+1 week", "13:00"))
    check_in = CheckIn(
        id="check-in",
        title=words("Goals"),
        at=at("plan.created", "+1 month"),
        repeat=Repeat(every=Offset(months=1), until=at("programme.end"), afterwards=(1, 3)),
    )
    debrief = reflection(
        "debrief",
        at("session.each.end", "+1 workday", "09:30", frozenset(Skip)),
        each="session",
        due=at("session.each.end", "+4 workdays"),
        closes=at("session.next.start"),
    )
    last = reflection("last", at("ask.debrief.answered", "+1 week"))

    checked = programme(prep, link, plan, check_in, debrief, last, sessions=SESSIONS)

    assert found(checked) == []


@pytest.mark.parametrize(
    ("groups", "is_overlap"),
    [((A, B), False), ((A, A | B), True), ((A, frozenset()), True)],
    ids=["one each", "one in both", "one for everybody"],
)
def test_sessions_overlap_only_for_the_same_people(groups: Iterable[frozenset[str]], is_overlap: bool) -> None:
    hours = (9, 12)
    sessions = tuple(
        session(number, local(2026, 9, 16, hour), groups=theirs)
        for number, hour, theirs in zip((1, 2), hours, groups, strict=True)
    )

    overlaps = [
        fault for fault in found(programme(sessions=sessions, groups=GROUPS)) if fault.kind is FaultKind.OVERLAP
    ]

    assert [(fault.path, fault.number) for fault in overlaps] == (
        [(("sessions", 1, "starts"), 1)] if is_overlap else []
    )


def test_a_session_may_begin_when_another_ends_and_where_another_was_cancelled() -> None:
    first, after = session(1, local(2026, 9, 16, 9)), session(2, local(2026, 9, 16, 12, 30))
    cancelled = session(3, local(2026, 9, 16, 10), cancelled=True)

    assert found(programme(sessions=(first, after, cancelled))) == []


def test_every_kind_of_fault_but_warnings_keeps_a_programme_from_being_loaded() -> None:
    errors = {kind for kind in FaultKind if Fault(path=(), kind=kind).severity is Severity.ERROR}

    assert errors == set(FaultKind) - WARNINGS
