"""Talks: what becomes of a discussion of two people, when a stage opens, and in which weeks a manager hears of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coaching.talks import (
    AlreadyHeld,
    NotYet,
    Past,
    Talk,
    TalkState,
    booked,
    confirmed,
    denied,
    follow_ups,
    gone_over,
    held,
    is_news,
    listed,
    monday_of,
    news,
    stage_opens,
    state,
    summarised,
    unsummarised,
)

AINO, PEKKA = 1, 2
NOW = datetime(2020, 12, 9, 8, tzinfo=UTC)
TODAY = NOW.date()
FIRST, LAST = date(2020, 12, 1), date(2020, 12, 18)
GOALS = date(2021, 1, 11), date(2021, 2, 28)
TALK = Talk(id=1, programme_id=1, element_id=1, participant_id=AINO, manager_id=PEKKA, first=FIRST, last=LAST)


def mondays(talk: Talk, *, until: date = date(2021, 6, 1)) -> list[date]:
    """The weeks in which the manager hears of it."""
    day, found = monday_of(FIRST), list[date]()
    while day < until:
        if is_news(talk, news(day)):
            found.append(day)
            talk = replace(talk, told_at=NOW)
        day += timedelta(days=7)
    return found


def test_a_manager_says_that_it_was_held_and_the_participant_confirms() -> None:
    said = held(TALK, TODAY, PEKKA, today=TODAY, now=NOW)

    assert (state(said), said.to_ask, said.to_draw) == (TalkState.HELD, True, True)
    done = confirmed(said, NOW)
    assert (state(done), done.confirmed_at) == (TalkState.CONFIRMED, NOW)


def test_the_participants_own_word_is_enough() -> None:
    said = held(TALK, TODAY, AINO, today=TODAY, now=NOW)

    assert (state(said), said.to_ask) == (TalkState.CONFIRMED, False)


def test_what_was_not_held_after_all_is_open_again() -> None:
    said = held(booked(TALK, TODAY, today=TODAY), TODAY, PEKKA, today=TODAY, now=NOW)

    again = denied(said)

    assert (state(again), again.booked_for, again.held_by_id) == (TalkState.OPEN, None, None)
    assert denied(TALK) == TALK


def test_what_was_held_can_be_summed_up_and_what_was_not_cannot() -> None:
    said = held(TALK, TODAY, PEKKA, today=TODAY, now=NOW)
    done = summarised(confirmed(said, NOW), NOW)

    assert (state(done), done.summarised_at, done.to_draw) == (TalkState.SUMMARISED, NOW, True)
    assert state(unsummarised(done)) is TalkState.CONFIRMED
    assert summarised(said, NOW) == said
    assert summarised(done, NOW + timedelta(days=1)) == done
    assert unsummarised(said) == said


def test_a_day_that_is_agreed_on_can_be_moved() -> None:
    first = booked(TALK, TODAY, today=TODAY)

    moved = booked(first, TODAY + timedelta(days=6), today=TODAY)

    assert (state(moved), moved.booked_for) == (TalkState.BOOKED, TODAY + timedelta(days=6))


def test_days_that_make_no_sense_are_refused() -> None:
    with pytest.raises(Past):
        booked(TALK, TODAY - timedelta(days=1), today=TODAY)
    with pytest.raises(NotYet):
        held(TALK, TODAY + timedelta(days=1), PEKKA, today=TODAY, now=NOW)
    with pytest.raises(AlreadyHeld):
        booked(held(TALK, TODAY, AINO, today=TODAY, now=NOW), TODAY, today=TODAY)


@pytest.mark.parametrize(
    ("waits", "today", "opens"),
    [
        pytest.param(False, date(2021, 1, 10), None, id="not before its window"),
        pytest.param(False, date(2021, 1, 11), GOALS, id="with its window"),
        pytest.param(True, date(2021, 1, 11), None, id="not before the stage before it was held"),
        pytest.param(True, date(2021, 1, 25), None, id="nor two weeks later"),
        pytest.param(True, date(2021, 1, 26), (date(2021, 1, 26), GOALS[1]), id="but then it waits no longer"),
        pytest.param(
            False, date(2021, 2, 26), (date(2021, 2, 26), date(2021, 3, 26)), id="late, with weeks of its own"
        ),
    ],
)
def test_a_stage_opens_with_its_window_and_after_the_one_before(
    waits: bool, today: date, opens: tuple[date, date] | None
) -> None:
    assert stage_opens(*GOALS, waits=waits, today=today) == opens


def test_a_manager_hears_of_it_when_it_opens_near_its_end_and_every_other_week_when_it_is_late() -> None:
    assert mondays(TALK) == [
        date(2020, 11, 30),
        date(2020, 12, 7),
        date(2020, 12, 21),
        date(2021, 1, 4),
        date(2021, 1, 18),
    ]


def test_of_one_that_is_agreed_on_they_hear_in_its_week_and_in_the_one_after() -> None:
    assert mondays(booked(TALK, date(2020, 12, 16), today=TODAY)) == [date(2020, 12, 14), date(2020, 12, 21)]


def test_one_that_opened_while_nobody_was_written_to_is_news_in_the_next_week() -> None:
    after = date(2021, 1, 4)

    assert is_news(replace(TALK, first=date(2020, 12, 28), last=date(2021, 3, 1)), news(after))
    assert not is_news(replace(TALK, first=date(2020, 12, 28), last=date(2021, 3, 1), told_at=NOW), news(after))


def test_with_a_new_manager_a_discussion_is_to_be_agreed_on_anew() -> None:
    agreed = replace(booked(TALK, TODAY, today=TODAY), told_at=NOW)

    over = gone_over(agreed, 7)

    assert (over.manager_id, state(over), over.told_at, over.to_draw) == (7, TalkState.OPEN, None, True)
    said = held(agreed, TODAY, PEKKA, today=TODAY, now=NOW)
    assert gone_over(said, 7) == said
    assert gone_over(agreed, AINO) == agreed


def test_of_one_that_was_held_nothing_is_said_any_more() -> None:
    assert mondays(held(TALK, TODAY, PEKKA, today=TODAY, now=NOW)) == []


def test_the_most_pressing_is_first() -> None:
    agreed = replace(TALK, id=2, booked_for=TODAY)
    was_held = replace(TALK, id=3, held_on=TODAY)

    assert [talk.id for talk in listed([was_held, agreed, TALK])] == [1, 2, 3]


def test_a_plan_is_followed_up_after_four_weeks_and_one_three_six_and_twelve_months_after_the_programme() -> None:
    found = follow_ups(date(2020, 3, 2), date(2020, 6, 30))

    assert [first for first, _ in found] == [
        date(2020, 3, 30),
        date(2020, 7, 30),
        date(2020, 9, 30),
        date(2020, 12, 30),
        date(2021, 6, 30),
    ]
    assert all(last - first == timedelta(days=28) for first, last in found)
