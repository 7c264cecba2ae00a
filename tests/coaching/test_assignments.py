"""How far somebody is with an assignment: what can be done when, and what it does to the ask."""

from dataclasses import replace
from datetime import timedelta

import pytest

from coaching import assignments
from coaching.asks import AskState, SkipReason, comes_back, told
from coaching.assignments import AfterClosing, AlreadyDone, AssignmentState, InThePast, Progress
from coaching.errors import Closed, NotYours
from coaching.visits import Purpose
from tests.coaching.asking import DAY, HOUR, MONDAY, ask, on, said, utc

NEW = Progress(ask_id=1)
AINO, VEIKKO = 1, 2
TOLD = told(ask(), MONDAY - DAY)


def test_a_plan_brings_it_back_at_its_moment_as_new_and_counts_as_no_reminder() -> None:
    at = utc(11, 25, 10, 30)

    planned, progress = assignments.planned(TOLD, NEW, at, AINO, MONDAY)

    assert (progress.state, progress.planned_at) == (AssignmentState.PLANNED, at)
    assert comes_back(planned)
    visit = on(planned).visit
    assert visit is not None
    assert (visit.at, said(visit)) == (at, {1: Purpose.NEW})
    again = told(planned, at)
    assert (again.reminders, again.put_off_until) == (0, None)


def test_a_plan_outside_the_persons_hours_comes_when_they_begin() -> None:
    planned, _ = assignments.planned(TOLD, NEW, utc(11, 25, 20), AINO, MONDAY)

    visit = on(planned).visit

    assert visit is not None
    assert visit.at == utc(11, 26, 6, 30)


@pytest.mark.parametrize(
    ("at", "error"),
    [
        pytest.param(MONDAY, InThePast, id="at this very moment"),
        pytest.param(MONDAY - HOUR, InThePast, id="an hour ago"),
        pytest.param(MONDAY + 3 * DAY, AfterClosing, id="when it closes"),
        pytest.param(MONDAY + 4 * DAY, AfterClosing, id="after it closed"),
    ],
)
def test_a_plan_is_for_a_moment_ahead_before_it_closes(at: object, error: type[Exception]) -> None:
    closing = replace(TOLD, closes_at=MONDAY + 3 * DAY)

    with pytest.raises(error):
        assignments.planned(closing, NEW, at, AINO, MONDAY)  # type: ignore[arg-type]


def test_what_is_done_needs_no_plan_and_cannot_be_left_out() -> None:
    done, progress = assignments.handed_in(TOLD, NEW, AINO, MONDAY)

    assert (done.state, done.version, progress.state) == (AskState.ANSWERED, 1, AssignmentState.DONE)
    with pytest.raises(AlreadyDone):
        assignments.planned(done, progress, MONDAY + DAY, AINO, MONDAY)
    with pytest.raises(AlreadyDone):
        assignments.dropped(done, progress, AINO, MONDAY)


def test_done_in_another_way_is_adapted() -> None:
    _, progress = assignments.handed_in(TOLD, NEW, AINO, MONDAY, adapted=True)

    assert progress.state is AssignmentState.ADAPTED


def test_what_is_left_out_is_mentioned_no_more_and_a_plan_takes_it_up() -> None:
    planned, progress = assignments.planned(TOLD, NEW, MONDAY + DAY, AINO, MONDAY)

    left, progress = assignments.dropped(planned, progress, AINO, MONDAY)

    assert (left.state, left.skipped, left.put_off_until) == (AskState.SKIPPED, SkipReason.DROPPED, None)
    assert (progress.state, progress.planned_at) == (AssignmentState.DROPPED, None)
    assert on(left).visit is None
    taken_up, progress = assignments.planned(left, progress, MONDAY + DAY, AINO, MONDAY)
    assert (taken_up.state, taken_up.skipped, progress.state) == (AskState.OPEN, None, AssignmentState.PLANNED)


def test_a_draft_leaves_it_open_and_a_plan_does_not_take_it_back() -> None:
    drafted, progress = assignments.handed_in(TOLD, NEW, AINO, MONDAY, is_draft=True)
    assert (drafted.state, drafted.version, progress.state) == (AskState.OPEN, 1, AssignmentState.DRAFTED)

    planned, progress = assignments.planned(drafted, progress, MONDAY + DAY, AINO, MONDAY)
    assert progress.state is AssignmentState.DRAFTED

    progress = assignments.commented(progress)
    assert progress.state is AssignmentState.COMMENTED
    final, progress = assignments.handed_in(planned, progress, AINO, MONDAY + DAY)
    assert (final.version, progress.state) == (2, AssignmentState.DONE)


def test_feedback_to_what_is_done_changes_nothing() -> None:
    done = replace(NEW, state=AssignmentState.DONE)

    assert assignments.commented(done) == done


def test_one_of_the_group_does_it_for_the_others_but_not_over_their_own() -> None:
    theirs = assignments.done_for_group(TOLD, NEW, VEIKKO, MONDAY)
    own, progress = assignments.handed_in(TOLD, NEW, AINO, MONDAY)

    assert theirs is not None
    assert (theirs[0].state, theirs[0].version) == (AskState.ANSWERED, 0)
    assert (theirs[1].state, theirs[1].by_id) == (AssignmentState.DONE, VEIKKO)
    assert assignments.done_for_group(own, progress, VEIKKO, MONDAY) is None


@pytest.mark.parametrize(
    ("closes_at", "after"),
    [
        pytest.param(None, None, id="one that never closes"),
        pytest.param(MONDAY + DAY, MONDAY + 3 * DAY, id="one that would close before"),
        pytest.param(MONDAY + 5 * DAY, MONDAY + 5 * DAY, id="one that is open long enough"),
    ],
)
def test_more_time_keeps_it_open_at_least_so_long(closes_at: object, after: object) -> None:
    given = assignments.given_time(replace(TOLD, closes_at=closes_at), MONDAY + 3 * DAY)  # type: ignore[arg-type]

    assert (given.due_at, given.closes_at) == (MONDAY + 3 * DAY, after)


def test_nobody_plans_or_leaves_out_what_is_somebody_elses_or_closed() -> None:
    closed = replace(TOLD, closes_at=MONDAY - timedelta(hours=1))

    with pytest.raises(NotYours):
        assignments.planned(TOLD, NEW, MONDAY + DAY, VEIKKO, MONDAY)
    with pytest.raises(Closed):
        assignments.dropped(closed, NEW, AINO, MONDAY)
    with pytest.raises(Closed):
        assignments.handed_in(closed, NEW, AINO, MONDAY)
