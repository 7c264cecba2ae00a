"""Goals: drafts until they are whole, asked for their missing half once, changed at will, and never too many."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from coaching.hours import Availability, Diary
from coaching.plans import (
    Again,
    Goal,
    GoalOver,
    GoalState,
    GoalWords,
    MomentPassed,
    TooManyGoals,
    dropped,
    finished,
    free_number,
    half_asked,
    next_moment,
    of_number,
    paused,
    taken_up,
    under_way,
    with_moment,
    words_of,
    written,
)
from tests.coaching.programming import HELSINKI, utc

NOW = utc(2026, 11, 16, 8)
TODAY = date(2026, 11, 16)
DIARY = Diary(Availability(zone=HELSINKI))
HALF = GoalWords(what="Kuuntelen loppuun")
WHOLE = replace(HALF, when="joku tulee ovelleni", then="kysyn ensin")
OVER = (GoalState.FINISHED, GoalState.DROPPED)


def goal(**given: Any) -> Goal:
    values: dict[str, Any] = {"id": 1, "plan_id": 1, "person_id": 1, "number": 1, "created_at": NOW}
    return Goal(**(values | given))


@pytest.mark.parametrize(
    ("words", "state"),
    [
        pytest.param(replace(HALF, when="  ", then="kysyn"), GoalState.DRAFT, id="blanks are no when"),
        pytest.param(HALF, GoalState.DRAFT, id="nothing but what"),
        pytest.param(replace(HALF, when="joku tulee"), GoalState.DRAFT, id="a when without a then"),
        pytest.param(replace(HALF, then="kysyn ensin"), GoalState.DRAFT, id="a then without a when"),
        pytest.param(WHOLE, GoalState.ACTIVE, id="both halves"),
    ],
)
def test_a_goal_is_followed_when_it_says_when_and_what_then(words: GoalWords, state: GoalState) -> None:
    assert written(goal(), words, diary=DIARY, now=NOW).state is state


def test_a_thin_goal_is_kept_and_its_missing_half_asked_for_three_workdays_later() -> None:
    thin = written(goal(), HALF, diary=DIARY, now=utc(2026, 11, 19, 8))

    assert thin.half_at == utc(2026, 11, 23, 22)


def test_the_missing_half_is_asked_for_once_and_never_again() -> None:
    asked = half_asked(written(goal(), HALF, diary=DIARY, now=NOW))

    again = written(asked, HALF, diary=DIARY, now=NOW + timedelta(days=30))

    assert (asked.half_at, again.half_at) == (None, None)


def test_a_goal_that_loses_a_half_is_a_draft_again() -> None:
    followed = written(goal(), WHOLE, diary=DIARY, now=NOW)

    thin = written(followed, HALF, diary=DIARY, now=NOW)

    assert (followed.started_on, thin.state) == (TODAY, GoalState.DRAFT)


@pytest.mark.parametrize("state", [GoalState.PAUSED, *OVER])
def test_new_words_do_not_wake_a_goal_that_is_paused_or_over(state: GoalState) -> None:
    asleep = goal(state=state)

    assert written(asleep, WHOLE, diary=DIARY, now=NOW) == asleep


@pytest.mark.parametrize("act", [paused, finished, dropped])
@pytest.mark.parametrize("state", OVER)
def test_what_is_over_can_only_be_taken_up_again(act: Any, state: GoalState) -> None:
    with pytest.raises(GoalOver):
        act(goal(state=state))


@pytest.mark.parametrize("act", [finished, dropped])
def test_a_goal_that_ends_is_neither_reminded_of_nor_asked_for(act: Any) -> None:
    over = act(goal(state=GoalState.ACTIVE, moment=NOW, half_at=NOW))

    assert (over.moment, over.half_at) == (None, None)


def test_a_goal_that_is_taken_up_gets_a_free_place_and_its_reviews_begin_anew() -> None:
    others = [goal(id=2, number=1, state=GoalState.ACTIVE), goal(id=3, number=3)]

    back = taken_up(goal(state=GoalState.DROPPED), WHOLE, others, today=TODAY)

    assert (back.state, back.number, back.reviewed_on) == (GoalState.ACTIVE, 2, TODAY)


def test_a_goal_without_its_half_is_taken_up_as_a_draft() -> None:
    assert taken_up(goal(state=GoalState.PAUSED), HALF, [], today=TODAY).state is GoalState.DRAFT


def test_a_plan_has_room_for_three_under_way_however_many_are_over() -> None:
    three = [goal(id=number, number=number) for number in (1, 2, 3)]
    ended = [goal(id=9, number=1, state=GoalState.FINISHED)]

    assert free_number([*three[1:], *ended]) == 1
    with pytest.raises(TooManyGoals):
        free_number([*three, *ended])
    with pytest.raises(TooManyGoals):
        taken_up(ended[0], WHOLE, three, today=TODAY)


def test_goals_under_way_stand_in_their_places() -> None:
    goals = [goal(id=4, number=2), goal(id=5, number=1), goal(id=6, number=1, state=GoalState.DROPPED)]

    assert [each.id for each in under_way(goals)] == [5, 4]
    found = of_number(goals, 1)
    assert found is not None
    assert found.id == 5
    assert of_number(goals, 3) is None


def test_a_moment_that_has_passed_is_refused_unless_it_comes_again() -> None:
    with pytest.raises(MomentPassed):
        with_moment(goal(), NOW, Again.ONCE, now=NOW)

    assert with_moment(goal(), NOW, Again.WEEKLY, now=NOW).moment == NOW


@pytest.mark.parametrize(
    ("again", "is_slow", "expected"),
    [
        pytest.param(Again.WEEKLY, False, utc(2026, 10, 26, 7), id="weekly, over the end of summer time"),
        pytest.param(Again.FORTNIGHTLY, False, utc(2026, 11, 2, 7), id="every second week"),
        pytest.param(Again.WEEKLY, True, utc(2026, 11, 2, 7), id="weekly at half the pace"),
        pytest.param(Again.ONCE, False, None, id="once"),
    ],
)
def test_a_moment_comes_again_at_the_same_local_time(again: Again, is_slow: bool, expected: datetime | None) -> None:
    reminded = goal(moment=utc(2026, 10, 19, 6), again=again)

    assert next_moment(reminded, zone=HELSINKI, now=utc(2026, 10, 19, 6), is_slow=is_slow) == expected


def test_a_moment_that_was_missed_for_weeks_is_not_caught_up_with() -> None:
    reminded = goal(moment=utc(2026, 9, 7, 6), again=Again.WEEKLY)

    assert next_moment(reminded, zone=HELSINKI, now=NOW) == utc(2026, 11, 23, 7)


def test_no_moment_comes_after_the_goals_end() -> None:
    reminded = goal(moment=NOW, again=Again.WEEKLY, ends=TODAY + timedelta(days=6))

    assert next_moment(reminded, zone=HELSINKI, now=NOW) is None


def test_a_goals_words_are_those_of_its_values_that_are_words() -> None:
    assert words_of({"what": "Kuuntelen", "weeks": "2", "why": "", "day": "2026-11-18"}) == GoalWords(what="Kuuntelen")
