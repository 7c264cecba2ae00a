"""Check-ins: in the own rhythm, then after one, three, six and twelve months; and what their answers decide."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.anchors import offset_of
from coaching.check_in_questions import CheckInFacts
from coaching.check_ins import (
    AFTERWARDS,
    HOPED_WITHIN,
    Decision,
    NoMeasure,
    Review,
    as_usual,
    asked_about,
    bars,
    closes_at,
    due_at,
    due_goals,
    if_then,
    late_until,
    next_check_in,
    next_day,
    reviewed,
)
from coaching.elements import CheckIn, Question, QuestionKind
from coaching.hours import Availability, Diary
from coaching.moments import months_after
from coaching.plans import Goal, GoalState, Measure, Plan
from coaching.rhythms import Stage
from tests.coaching.programming import HELSINKI, at, utc, words

NOW = utc(2026, 11, 16, 8)
MONDAY = date(2026, 11, 16)
ENDS = date(2027, 6, 18)
PLAN = Plan(id=1, person_id=1, programme_id=1, created_at=NOW)


def goal(**given: Any) -> Goal:
    values: dict[str, Any] = {
        "id": 1,
        "plan_id": 1,
        "person_id": 1,
        "number": 1,
        "state": GoalState.ACTIVE,
        "started_on": MONDAY,
        "created_at": NOW,
    }
    return Goal(**(values | given))


def lived(plan: Plan, one: Goal, until: date, *, ends: date = ENDS) -> list[date]:
    """The local dates of all check-ins, each answered on its day."""
    days: list[date] = []
    now = NOW
    while True:
        opens = next_check_in(plan, [one], ends=ends, zone=HELSINKI, now=now)
        if opens is None or opens.astimezone(HELSINKI).date() > until:
            return days
        now, day = opens, opens.astimezone(HELSINKI).date()
        days.append(day)
        (one,) = asked_about([one], day)


@pytest.mark.parametrize("weeks", [1, 2, 3, 4])
def test_a_goal_is_reviewed_every_so_many_weeks_from_its_beginning(weeks: int) -> None:
    days = lived(PLAN, goal(weeks=weeks), MONDAY + timedelta(weeks=12))

    assert days == [MONDAY + timedelta(weeks=weeks) * n for n in range(1, 12 // weeks + 1)]


def test_after_the_programme_it_is_asked_four_more_times_and_never_again() -> None:
    days = lived(PLAN, goal(weeks=4), date(2040, 1, 1))

    after = [day for day in days if day > ENDS]
    assert after == [months_after(ENDS, months) for months in AFTERWARDS]


@given(
    weeks=st.integers(1, 4),
    weekday=st.none() | st.integers(0, 4),
    length=st.integers(0, 400),
)
def test_no_two_check_ins_are_on_one_day_and_the_last_is_a_year_after_the_end(
    weeks: int, weekday: int | None, length: int
) -> None:
    ends = MONDAY + timedelta(days=length)

    days = lived(replace(PLAN, weekday=weekday), goal(weeks=weeks), date(2040, 1, 1), ends=ends)

    assert days == sorted(set(days))
    assert weekday is None or {day.weekday() for day in days} == {weekday}
    assert sum(day > ends + timedelta(days=4) for day in days) == len(AFTERWARDS)
    assert days[-1] <= months_after(ends, 12) + timedelta(days=7)


def test_a_check_in_comes_on_the_persons_own_weekday_and_at_their_time_on_both_sides_of_a_clock_change() -> None:
    own = replace(PLAN, weekday=3, at=time(9, 15))
    one = goal(weeks=1, started_on=date(2026, 10, 15))

    summer = next_check_in(own, [one], ends=ENDS, zone=HELSINKI, now=utc(2026, 10, 16))
    winter = next_check_in(own, asked_about([one], date(2026, 10, 22)), ends=ENDS, zone=HELSINKI, now=utc(2026, 10, 23))

    assert (summer, winter) == (utc(2026, 10, 22, 6, 15), utc(2026, 10, 29, 7, 15))


def test_half_the_pace_is_twice_as_many_weeks() -> None:
    assert next_day(goal(weeks=2), PLAN, ends=ENDS, is_slow=True) == MONDAY + timedelta(weeks=4)


@pytest.mark.parametrize("state", [state for state in GoalState if state is not GoalState.ACTIVE])
def test_only_a_goal_that_is_followed_is_asked_about(state: GoalState) -> None:
    assert next_check_in(PLAN, [goal(state=state)], ends=ENDS, zone=HELSINKI, now=NOW) is None


def test_what_was_missed_is_asked_once_on_the_next_day() -> None:
    found = next_check_in(PLAN, [goal(weeks=1)], ends=ENDS, zone=HELSINKI, now=utc(2027, 2, 1, 8))

    assert found == utc(2027, 2, 1, 22)


def test_goals_whose_reviews_are_near_to_each_other_are_asked_about_together() -> None:
    goals = [
        goal(id=1, number=1, weeks=2),
        goal(id=2, number=2, weeks=2, started_on=MONDAY + timedelta(days=3)),
        goal(id=3, number=3, weeks=2, started_on=MONDAY + timedelta(days=4)),
    ]

    due = due_goals(PLAN, goals, ends=ENDS, day=MONDAY + timedelta(weeks=2))

    assert [each.id for each in due] == [1, 2]


@pytest.mark.parametrize(("weeks", "days"), [(1, 6.5), (2, 13.5), (4, 20.5)])
def test_a_check_in_takes_an_answer_until_shortly_before_the_next(weeks: int, days: float) -> None:
    assert closes_at(NOW, [goal(weeks=weeks), goal(weeks=4)], None, HELSINKI) == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (Decision.KEEP, GoalState.ACTIVE),
        (Decision.CHANGE, GoalState.ACTIVE),
        (Decision.FINISH, GoalState.FINISHED),
        (Decision.STOP, GoalState.DROPPED),
    ],
)
def test_a_decision_keeps_or_ends_a_goal(decision: Decision, state: GoalState) -> None:
    assert reviewed(goal(), Review(progress=5, decision=decision)).state is state


def test_a_goal_that_is_over_already_stays_as_it_is() -> None:
    over = goal(state=GoalState.FINISHED)

    assert reviewed(over, Review(progress=5, decision=Decision.STOP)) == over


@pytest.mark.parametrize(
    ("measure", "value"), [(Measure.TEN, 11), (Measure.TEN, -1), (Measure.FIVE, 3), (Measure.FIVE, -3)]
)
def test_a_number_outside_of_the_measure_is_refused(measure: Measure, value: int) -> None:
    with pytest.raises(NoMeasure):
        reviewed(goal(measure=measure), Review(progress=value))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Kun, niin", ("", "Kun, niin"), id="nothing between the words"),
        pytest.param("Kun palaveri venyy, niin ehdotan taukoa.", ("palaveri venyy", "ehdotan taukoa"), id="Finnish"),
        pytest.param("jos väsyn, hengitän", ("väsyn", "hengitän"), id="without its then"),
        pytest.param("När mötet drar ut, så tar jag paus", ("mötet drar ut", "tar jag paus"), id="Swedish"),
        pytest.param("When I am tired – then I rest", ("I am tired", "I rest"), id="English, with a dash"),
        pytest.param("Kysyn, niin kuin ennenkin", ("", "Kysyn, niin kuin ennenkin"), id="no when at its beginning"),
        pytest.param("Kunnon tauko, niin kuin luvattiin", ("", "Kunnon tauko, niin kuin luvattiin"), id="no word kun"),
        pytest.param("  ", ("", ""), id="blank"),
    ],
)
def test_an_if_then_in_one_go_is_both_of_its_halves(text: str, expected: tuple[str, str]) -> None:
    assert if_then(text) == expected


@given(st.text(max_size=400))
def test_no_text_is_lost_or_stops_the_reading(text: str) -> None:
    when, then = if_then(text)

    assert then or not text.strip()
    assert when in text
    assert then in text


@pytest.mark.parametrize(
    ("measure", "values", "drawn"),
    [
        pytest.param(Measure.FIVE, [7, -2, 0, 2], "█▁▄█", id="a number of the measure before"),
        pytest.param(Measure.TEN, [-1, 0, 5, 10], "▁▁▄█", id="of the other one"),
    ],
)
def test_bars_rise_with_the_numbers(measure: Measure, values: list[int], drawn: str) -> None:
    assert bars(values, measure) == drawn


def stage(begins: date, **given: Any) -> Stage:
    element = CheckIn(id="check-in", title={}, at=at("plan.created", "+3 weeks"))
    return Stage(element=element, begins=begins, **given)


def test_the_first_review_is_when_the_programme_says_where_nobody_chose() -> None:
    stages = [stage(MONDAY + timedelta(weeks=3), weeks=1, at=time(13))]
    usual, chosen = goal(weeks=1), goal(weeks=1, own_weeks=True)

    assert next_day(usual, PLAN, ends=ENDS, stages=stages) == MONDAY + timedelta(weeks=3)
    assert next_day(chosen, PLAN, ends=ENDS, stages=stages) == MONDAY + timedelta(weeks=1)
    assert next_day(replace(usual, reviewed_on=MONDAY), PLAN, ends=ENDS, stages=stages) == MONDAY + timedelta(weeks=1)


def test_a_check_in_opens_at_the_persons_time_and_else_at_the_programmes() -> None:
    stages = [stage(MONDAY + timedelta(weeks=2), at=time(13))]
    own = replace(PLAN, at=time(9))

    found = [next_check_in(plan, [goal()], ends=ENDS, zone=HELSINKI, now=NOW, stages=stages) for plan in (PLAN, own)]

    assert found == [utc(2026, 11, 30, 11), utc(2026, 11, 30, 7)]


def test_a_goal_that_is_begun_shortly_before_the_first_check_in_has_its_own_weeks() -> None:
    late = goal(started_on=MONDAY + timedelta(days=12))

    found = next_day(late, PLAN, ends=ENDS, stages=[stage(MONDAY + timedelta(weeks=2))])

    assert found == MONDAY + timedelta(days=26)


def test_a_later_check_in_of_the_file_sets_the_rhythm_from_its_own_day_on() -> None:
    stages = [stage(MONDAY + timedelta(weeks=2), weeks=2), stage(MONDAY + timedelta(weeks=6), weeks=4)]
    one = goal()
    days: list[date] = []

    for _ in range(5):
        one = as_usual(one, stages)
        day = next_day(one, PLAN, ends=ENDS, stages=stages)
        assert day is not None
        (one,) = asked_about([one], day)
        days.append(day)

    assert [(day - MONDAY).days // 7 for day in days] == [2, 4, 6, 10, 14]


def test_a_programmes_check_in_says_how_long_it_waits_for_an_answer_on_local_days() -> None:
    opens_at = utc(2026, 10, 19, 6)  # the clocks go back on the 25th
    ours = stage(MONDAY, due_days=7, closes_days=9, late=offset_of("+2 workdays"))
    diary = Diary(Availability(zone=HELSINKI))

    assert due_at(opens_at, ours, HELSINKI) == utc(2026, 10, 26, 7)
    assert closes_at(opens_at, [goal()], ours, HELSINKI) == utc(2026, 10, 28, 7)
    assert late_until(opens_at, ours, diary) == utc(2026, 10, 21, 6)
    assert due_at(opens_at, None, HELSINKI) == opens_at + HOPED_WITHIN
    assert late_until(opens_at, None, diary) is None


def test_no_check_in_waits_for_an_answer_beyond_the_next_one() -> None:
    assert closes_at(NOW, [goal(weeks=1)], stage(MONDAY, closes_days=40), HELSINKI) == NOW + timedelta(days=6.5)


@pytest.mark.parametrize(
    ("id", "kind", "is_own"),
    [
        ("progress", QuestionKind.SCALE, False),
        ("helped", QuestionKind.LONG_TEXT, False),
        ("next", QuestionKind.TEXT, False),
        ("decision", QuestionKind.SINGLE_CHOICE, False),
        ("progress", QuestionKind.LONG_TEXT, True),
        ("decision", QuestionKind.YES_NO, True),
        ("energy", QuestionKind.SCALE, True),
    ],
)
def test_what_means_the_same_is_asked_in_the_programmes_words_and_the_rest_beside(
    id: str, kind: QuestionKind, is_own: bool
) -> None:
    asked = Question(id=id, text=words("How far?"), kind=kind)
    facts = CheckInFacts(questions=(asked,))

    assert facts.own == ((asked,) if is_own else ())
    assert facts.wording(id) == ({} if is_own else words("How far?"))


def test_dates_of_a_check_in_are_local() -> None:
    late = utc(2026, 11, 22, 22, 30)

    found = next_check_in(replace(PLAN, at=time(0, 10)), [goal(weeks=1)], ends=ENDS, zone=HELSINKI, now=NOW)

    assert found == datetime(2026, 11, 22, 22, 10, tzinfo=late.tzinfo)
