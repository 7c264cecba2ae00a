"""Rhythms: what the check-ins of a programme's file set for a plan."""

from datetime import date, time
from typing import Any

import pytest

from coaching.anchors import anchor_of, offset_of
from coaching.elements import Audience, CheckIn, Repeat
from coaching.people import Role
from coaching.rhythms import PLANNED, current, stages, usual_weeks, weeks_of
from tests.coaching.programming import SKIPS, at, local, member, programme, reflection, session, utc

PLANNED_AT = utc(2026, 9, 30, 21, 30)  # in Helsinki it is October already
FIRST = CheckIn(
    id="first",
    title={},
    at=at("plan.created", "+3 weeks", "13:00"),
    due=at("plan.created", "+23 days"),
    closes=at("plan.created", "+33 days"),
    repeat=Repeat(every=offset_of("+2 weeks"), times=3),
)
MONTHLY = CheckIn(
    id="monthly",
    title={},
    at=at("plan.created", "+11 weeks", "person"),
    late=offset_of("+11 days"),
    repeat=Repeat(every=offset_of("+1 month"), until=at("programme.end")),
)


def planned(**given: Any) -> Any:
    return member(happened={PLANNED: PLANNED_AT}, **given)


def test_each_check_in_of_the_file_holds_from_its_own_day_on() -> None:
    found = stages(programme(MONTHLY, FIRST), planned())

    assert [(each.element.id, each.begins, each.weeks, each.at) for each in found] == [
        ("first", date(2026, 10, 22), 2, time(13)),
        ("monthly", date(2026, 12, 17), 4, time(8, 30)),
    ]
    assert [(each.due_days, each.closes_days, each.late) for each in found] == [
        (2, 12, None),
        (None, None, offset_of("+11 days")),
    ]
    days = date(2026, 10, 2), date(2026, 12, 16), date(2026, 12, 17), date(2030, 1, 1)
    held = [current(found, day) for day in days]
    assert [each.element.id for each in held if each] == ["first", "first", "monthly", "monthly"]
    assert [usual_weeks(found, day) for day in days] == [2, 2, 4, 4]


def test_nothing_is_set_while_there_is_no_plan_or_nothing_in_the_file() -> None:
    assert stages(programme(FIRST), member()) == []
    assert stages(programme(), planned()) == []
    assert current([], date(2026, 10, 1)) is None
    assert usual_weeks([], date(2026, 10, 1)) == 2


def test_a_check_in_for_others_sets_nothing() -> None:
    theirs = CheckIn(id="theirs", title={}, at=FIRST.at, audience=Audience(groups=frozenset({"supervisors"})))
    managers = CheckIn(id="managers", title={}, at=FIRST.at, audience=Audience(roles=frozenset({Role.MANAGER})))

    assert stages(programme(theirs, managers), planned()) == []
    assert len(stages(programme(theirs, managers), planned(groups=frozenset({"supervisors"})))) == 1


def test_a_check_in_that_waits_for_an_answer_sets_nothing_before_it() -> None:
    waits = CheckIn(id="waits", title={}, at=at("ask.first.answered", "+1 week"))

    asked = programme(reflection("first", at("programme.start")), waits)

    later = member(happened={PLANNED: PLANNED_AT, anchor_of("ask.first.answered"): utc(2026, 11, 2, 8)})

    assert stages(asked, planned()) == []
    assert [each.begins for each in stages(asked, later)] == [date(2026, 11, 9)]


def test_the_first_day_is_none_that_the_file_skips() -> None:
    dated = CheckIn(id="dated", title={}, at=at("session.1.start", "+1 week", skip=SKIPS))
    christmas = programme(dated, sessions=(session(1, local(2026, 12, 18, 9)),))

    assert [each.begins for each in stages(christmas, planned())] == [date(2026, 12, 28)]


@pytest.mark.parametrize(
    ("every", "weeks"),
    [
        ("+6 months", 4),
        ("+5 weeks", 4),
        ("+1 month", 4),
        ("+3 weeks", 3),
        ("+10 days", 1),
        ("+11 days", 2),
        ("+10 workdays", 2),
        ("+1 day", 1),
        (None, 2),
    ],
)
def test_a_rhythm_is_as_near_to_the_file_as_a_plan_allows(every: str | None, weeks: int) -> None:
    assert weeks_of(Repeat(every=offset_of(every), times=2) if every else None) == weeks
