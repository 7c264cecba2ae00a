"""Placings: worked out once for all to whom they are the same, and never those of somebody else."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from coaching.anchored import Enrolled
from coaching.anchors import Anchor, AnchorKind
from coaching.hours import Availability, DateRange, Hours
from coaching.people import Role
from coaching.placing import Placings, placed
from tests.coaching.half_days import half_days
from tests.coaching.programming import BRUSSELS, HELSINKI

JOINED = datetime(2027, 1, 4, 8, tzinfo=UTC)
USUAL = Availability(zone=HELSINKI, days_off=frozenset({date(2027, 1, 6)}))
AINO = Enrolled(
    roles=frozenset({Role.PARTICIPANT}), groups=frozenset(), availability=USUAL, joined_at=JOINED, happened={}
)
ELSEWHERE: dict[str, Any] = {
    "roles": frozenset({Role.MANAGER}),
    "groups": frozenset({"north"}),
    "joined_at": JOINED + timedelta(days=30),
    "left_at": JOINED + timedelta(days=60),
    "happened": {Anchor(kind=AnchorKind.PLAN_CREATED): JOINED + timedelta(days=2)},
    "unheld": frozenset({"talk-feedback"}),
}
OTHERWISE: dict[str, Any] = {
    "zone": BRUSSELS,
    "hours": Hours(start=time(10), weekdays=frozenset({0, 1})),
    "preferred": time(14),
    "leave": (DateRange(first=date(2027, 1, 11), last=date(2027, 2, 26)),),
    "days_off": frozenset({date(2027, 1, 15), date(2027, 1, 18)}),
}
#: When in the day somebody may be written to, and whether they want to be, is no matter of placing.
NO_MATTER: dict[str, Any] = {
    "half_days": {date(2027, 1, 15): time(12)},
    "paused_until": JOINED + timedelta(days=20),
    "stopped_at": JOINED,
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_who_is_enrolled_otherwise_is_placed_as_they_are(name: str) -> None:
    placings, other = Placings(half_days()), replace(AINO, **{name: ELSEWHERE[name]})

    found = [placings.of(each) for each in (AINO, other, AINO)]

    assert [list(each) for each in found] == [placed(half_days(), each) for each in (AINO, other, AINO)]


@pytest.mark.parametrize("name", [*OTHERWISE, *NO_MATTER])
def test_who_lives_and_works_otherwise_is_placed_as_they_are(name: str) -> None:
    person = replace(USUAL, **{name: (OTHERWISE | NO_MATTER)[name]})
    placings, other = Placings(half_days()), replace(AINO, availability=person)

    found = [placings.of(each) for each in (AINO, other, AINO)]

    assert [list(each) for each in found] == [placed(half_days(), each) for each in (AINO, other, AINO)]
    assert (found[1] is found[0]) == (name in NO_MATTER)


def test_whatever_else_there_is_of_a_member_one_day_is_thought_of_here() -> None:
    assert {field.name for field in fields(Enrolled)} == {"availability", *ELSEWHERE}
    assert {field.name for field in fields(Availability)} == {*OTHERWISE, *NO_MATTER}


def test_equal_members_share_one_placing() -> None:
    placings = Placings(half_days())

    assert placings.of(AINO) is placings.of(replace(AINO, availability=replace(USUAL)))
