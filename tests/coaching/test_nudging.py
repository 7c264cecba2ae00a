"""Nudging: whom a reminder reaches sooner, and why it does not reach the others."""

from datetime import datetime
from typing import Any

import pytest

from coaching.broadcasts import Reach
from coaching.nudging import Nudge, Owing, nudge, nudges
from tests.coaching.asking import ask, on, utc


@pytest.mark.parametrize(
    ("owing", "expected"),
    [
        pytest.param(Owing(is_over=True, is_told=False, reach=Reach.STOPPED), Nudge.OVER, id="closed before all else"),
        pytest.param(Owing(reach=Reach.BLOCKED, is_told=False), Nudge.UNREACHABLE, id="no way to them"),
        pytest.param(Owing(is_silent=True), Nudge.UNREACHABLE, id="they answer nothing any more"),
        pytest.param(Owing(is_told=False, is_away=True), Nudge.AHEAD, id="they do not know of it yet"),
        pytest.param(Owing(reminders=2, is_put_off=True), Nudge.REMINDED, id="both reminders had"),
        pytest.param(Owing(reminders=1, is_put_off=True, is_away=True), Nudge.PUT_OFF, id="their own wish first"),
        pytest.param(Owing(is_away=True, is_nudged=True), Nudge.PAUSED, id="away"),
        pytest.param(Owing(is_nudged=True), Nudge.NUDGED, id="nudged already"),
        pytest.param(Owing(reminders=1), Nudge.REACHED, id="one reminder left"),
        pytest.param(Owing(), Nudge.REACHED, id="both left"),
    ],
)
def test_the_cause_that_lasts_longest_is_given(owing: Owing, expected: Nudge) -> None:
    assert nudge(owing, most_reminders=2) is expected


def test_a_programme_that_allows_no_reminder_has_none_to_bring_sooner() -> None:
    assert nudge(Owing(), most_reminders=0) is Nudge.REMINDED


def test_the_sum_is_that_of_those_who_owe_an_answer() -> None:
    counted = [(Owing(), 3), (Owing(reminders=1), 2), (Owing(is_away=True), 4), (Owing(reminders=2), 1)]

    found = nudges(counted, most_reminders=2)

    assert found == {Nudge.REACHED: 5, Nudge.PAUSED: 4, Nudge.REMINDED: 1}
    assert sum(found.values()) == 10


@pytest.mark.parametrize(
    ("given", "at"),
    [
        pytest.param({}, utc(11, 25, 6, 30), id="not nudged, after two workdays"),
        pytest.param({"nudged_at": utc(11, 23, 9)}, utc(11, 24, 6, 30), id="nudged, on the next day that has room"),
        pytest.param({"nudged_at": utc(11, 20, 9)}, utc(11, 25, 6, 30), id="a nudge from before is spent"),
        pytest.param(
            {"nudged_at": utc(11, 23, 9), "reminders": 2, "reminded_at": utc(11, 23, 8, 30)}, None, id="never a third"
        ),
        pytest.param(
            {"nudged_at": utc(11, 23, 9), "reminders": 1, "reminded_at": utc(11, 23, 9)},
            None,
            id="once reminded, the nudge is spent",
        ),
        pytest.param({"nudged_at": utc(11, 23, 9), "version": 1}, None, id="who has answered is not reminded"),
    ],
)
def test_a_nudged_ask_is_reminded_of_sooner_and_never_once_more(given: dict[str, Any], at: datetime | None) -> None:
    told = ask(told_at=utc(11, 23, 8), **given)

    visit = on(told, now=utc(11, 23, 10), visits=(utc(11, 23, 8),)).visit

    assert (visit.at if visit else None) == at
