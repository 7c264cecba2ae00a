"""Patience: what waits for a plan waits as long as its element says, and comes to whoever writes theirs in time."""

from datetime import datetime
from typing import Any

import pytest

from coaching.anchors import offset_of
from coaching.elements import CheckIn, PlanTemplate, Repeat
from coaching.placing import LeftOut, Placed, placed
from coaching.programmes import Programme
from coaching.rhythms import PLANNED
from coaching.simulation import Answers
from tests.coaching.programming import at, member, programme, reflection, utc
from tests.coaching.test_simulation import life

PLAN = PlanTemplate(
    id="plan", title={}, at=at("programme.start", "+1 day", "10:00"), due=at("programme.start", "+14 days", "12:00")
)
HELLO = reflection("hello", at("plan.created", "+1 day", "09:00"), late=offset_of("+3 days"))
#: The plan is hoped for on 15 September: what comes a day later may be three days late.
LATEST = utc(2026, 9, 19, 6)


def the_other(found: list[Placed]) -> Placed:
    return next(each for each in found if each.element.id != "plan")


def hello(plan: Programme, *, planned_at: datetime | None = None, **given: Any) -> Placed:
    happened = {} if planned_at is None else {PLANNED: planned_at}
    return the_other(placed(plan, member(happened=happened, **given)))


def test_what_waits_for_a_plan_says_what_it_waits_for_and_for_how_long() -> None:
    found = hello(programme(PLAN, HELLO))

    assert (found.opens_at, found.waits_for, found.waits_until, found.left_out) == (None, PLANNED, LATEST, None)


@pytest.mark.parametrize(
    ("planned_at", "left_out"),
    [
        pytest.param(utc(2026, 9, 18, 7), None, id="late, and not too late"),
        pytest.param(utc(2026, 9, 18, 21, 30), LeftOut.NO_PLAN, id="after midnight in Helsinki, a day too late"),
        pytest.param(utc(2026, 9, 2, 7), None, id="in time"),
    ],
)
def test_who_writes_their_plan_too_late_does_not_get_what_waited_for_it(
    planned_at: datetime, left_out: LeftOut | None
) -> None:
    found = hello(programme(PLAN, HELLO), planned_at=planned_at)

    assert found.opens_at is not None
    assert (found.waits_for, found.waits_until, found.left_out) == (None, None, left_out)


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(programme(PLAN, reflection("hello", HELLO.at)), id="what is never late"),
        pytest.param(
            programme(PLAN, CheckIn(id="hello", title={}, at=HELLO.at, late=HELLO.late)),
            id="a check-in, late each time",
        ),
        pytest.param(programme(HELLO), id="a programme that asks for no plan"),
    ],
)
def test_what_says_nothing_of_it_waits_as_long_as_it_takes(plan: Programme) -> None:
    assert the_other(placed(plan, member())).waits_until is None


def test_who_joins_after_the_plan_was_hoped_for_is_waited_for() -> None:
    assert hello(programme(PLAN, HELLO), joined_at=utc(2026, 10, 1)).waits_until is None


def test_a_plan_without_a_day_is_hoped_for_a_week_after_it_was_asked_for() -> None:
    undated = PlanTemplate(id="plan", title={}, at=PLAN.at)

    assert hello(programme(undated, HELLO)).waits_until == utc(2026, 9, 13, 6)


def test_what_comes_again_and_again_does_not_begin_too_late_either() -> None:
    again = reflection("hello", HELLO.at, late=HELLO.late, repeat=Repeat(every=offset_of("+1 week"), times=3))

    found = placed(programme(PLAN, again), member(happened={PLANNED: utc(2026, 10, 1, 7)}))

    assert [each.left_out for each in found if each.element.id == "hello"] == [LeftOut.NO_PLAN]


def test_the_preview_leaves_out_what_waited_too_long_with_its_reason() -> None:
    found = life(programme(PLAN, HELLO), Answers.NEVER)

    assert [(each.element.id, each.left_out) for each in found.left] == [("hello", LeftOut.NO_PLAN)]
