"""What makes one visit together, and what waits until an ask before it has been answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from coaching.asks import Ask, AskKind, AskState, put_off, reminded, told
from coaching.visits import Purpose, Waiting
from tests.coaching.asking import DAY, HOUR, MONDAY, ask, notice, on, said, utc


def test_a_visit_for_something_urgent_takes_along_what_was_held_back_only_to_be_merged() -> None:
    link = notice(1, urgent=True, opens_at=MONDAY)

    decision = on(link, ask(2, opens_at=MONDAY - HOUR), notice(3, opens_at=MONDAY + HOUR))

    assert list(said(decision.visit)) == [1, 2]
    assert decision.waiting == {3: Waiting.NOT_OPEN_YET}


@pytest.mark.parametrize(
    ("asks", "now", "at", "parts"),
    [
        pytest.param(
            [notice(1, opens_at=utc(11, 23, 9)), notice(2, opens_at=utc(11, 23, 13))],
            MONDAY,
            utc(11, 23, 13),
            [1, 2],
            id="just four hours apart",
        ),
        pytest.param(
            [notice(1, opens_at=utc(11, 23, 9)), notice(2, opens_at=utc(11, 23, 13, 0, 1))],
            MONDAY,
            MONDAY,
            [1],
            id="a second more than four hours apart",
        ),
        pytest.param(
            [
                notice(1, opens_at=utc(11, 23, 7)),
                notice(2, opens_at=utc(11, 23, 10)),
                notice(3, opens_at=utc(11, 23, 12)),
            ],
            utc(11, 23, 7),
            utc(11, 23, 10),
            [1, 2],
            id="a chain does not stretch the four hours",
        ),
        pytest.param(
            [notice(1, opens_at=utc(11, 23, 6, 30)), notice(2, opens_at=utc(11, 23, 11))],
            utc(11, 23, 10, 45),
            utc(11, 23, 10, 45),
            [1],
            id="what has waited four hours waits no more",
        ),
        pytest.param(
            [notice(1, late_until=utc(11, 23, 11)), notice(2, created_at=MONDAY, opens_at=utc(11, 23, 12))],
            MONDAY,
            MONDAY,
            [1],
            id="it would be too late for the first",
        ),
        pytest.param(
            [ask(1, told_at=utc(11, 19, 9)), notice(2, opens_at=utc(11, 23, 10))],
            utc(11, 23, 6, 30),
            utc(11, 23, 10),
            [1, 2],
            id="a reminder waits for a notice",
        ),
        pytest.param(
            [ask(1, told_at=utc(11, 19, 9)), notice(2, opens_at=utc(11, 23, 13))],
            utc(11, 23, 9),
            utc(11, 23, 9),
            [1],
            id="a reminder does not wait into the last hour",
        ),
        pytest.param(
            [ask(1, opens_at=MONDAY), ask(2, opens_at=MONDAY + HOUR)],
            MONDAY,
            MONDAY,
            [1],
            id="a second new one cannot join and is not waited for",
        ),
        pytest.param(
            [notice(1, opens_at=MONDAY), ask(2, opens_at=MONDAY + HOUR), ask(3, opens_at=MONDAY + 2 * HOUR)],
            MONDAY,
            MONDAY + HOUR,
            [2, 1],
            id="a notice waits for the first new one",
        ),
    ],
)
def test_what_is_due_within_four_hours_is_one_visit(
    asks: Sequence[Ask], now: datetime, at: datetime, parts: list[int]
) -> None:
    decision = on(*asks, now=now)

    assert decision.visit is not None
    assert decision.visit.at == at
    assert list(said(decision.visit)) == parts


def test_a_visit_that_is_held_is_the_same_whenever_it_is_asked_for() -> None:
    asks = [notice(1, opens_at=utc(11, 23, 7)), ask(2, opens_at=utc(11, 23, 10, 30))]

    visits = {on(*asks, now=utc(11, 23, 0) + minutes * timedelta(minutes=7)).visit for minutes in range(90)}

    assert visits == {on(*asks).visit}
    assert on(*asks).waiting == {1: Waiting.MERGED_LATER, 2: Waiting.NOT_OPEN_YET}


@pytest.mark.parametrize(
    ("holder", "at", "first"),
    [
        pytest.param(ask(1, told_at=utc(11, 17, 13)), utc(11, 24, 6, 30), 2, id="five workdays old on Tuesday"),
        pytest.param(ask(1, told_at=utc(11, 16, 13)), MONDAY, 2, id="five workdays old today"),
        pytest.param(ask(1, told_at=utc(11, 20, 9), closes_at=MONDAY), MONDAY, 2, id="closed at this moment"),
        pytest.param(
            ask(1, told_at=utc(11, 20, 9), closes_at=utc(11, 23, 12)), utc(11, 23, 12), 2, id="it closes at noon"
        ),
        pytest.param(ask(1, told_at=utc(11, 20, 9), state=AskState.ANSWERED), MONDAY, 2, id="answered"),
        pytest.param(ask(1, told_at=utc(11, 20, 9), put_off_until=utc(11, 27)), MONDAY, 2, id="put off"),
        pytest.param(ask(1, told_at=utc(11, 20, 9), version=1), MONDAY, 2, id="answered, and the answer taken back"),
        pytest.param(notice(1, told_at=utc(11, 20, 9)), MONDAY, 2, id="a notice holds no place"),
        pytest.param(ask(1), MONDAY, 1, id="of two new ones that without a due day waits for its turn after"),
    ],
)
def test_a_new_ask_waits_for_its_place(holder: Ask, at: datetime, first: int) -> None:
    newcomer = ask(2, created_at=MONDAY - 40 * DAY, due_at=utc(12, 1) if first == 2 else None)

    visit = on(reminded_twice(holder), newcomer, visits=()).visit

    assert visit is not None
    assert (visit.at, visit.parts[0].ask_id) == (at, first)


def test_the_newest_of_several_holds_the_place() -> None:
    forgotten, told_today = ask(1, told_at=utc(11, 2, 9)), ask(2, told_at=utc(11, 23, 7), urgent=True)

    decision = on(*map(reminded_twice, (forgotten, told_today)), ask(3), now=utc(11, 24, 9))

    assert decision.waiting[3] is Waiting.PLACE_TAKEN
    assert decision.visit is not None
    assert decision.visit.at == utc(11, 30, 6, 30)


def reminded_twice(holder: Ask) -> Ask:
    """The ask, with all its reminders given, so that none is part of the visit."""
    return reminded(reminded(holder, utc(11, 17, 14)), utc(11, 17, 14)) if holder.told_at else holder


def test_of_two_new_ones_the_sooner_due_is_first_and_the_other_waits() -> None:
    decision = on(ask(1, due_at=utc(12, 3)), ask(2, due_at=utc(11, 27)), ask(3))

    assert said(decision.visit) == {2: Purpose.NEW}
    assert decision.waiting == {1: Waiting.PLACE_TAKEN, 3: Waiting.PLACE_TAKEN}


def test_of_two_that_get_their_place_at_one_moment_the_longer_waiting_is_first_whenever_it_is_asked_for() -> None:
    noon = utc(11, 23, 12)
    holder = reminded_twice(ask(1, told_at=utc(11, 20, 9), closes_at=noon))
    asks = [holder, ask(2, opens_at=noon), ask(3)]

    foreseen, decided = on(*asks).visit, on(*asks, now=noon).visit

    assert decided == foreseen
    assert (foreseen and foreseen.at, said(foreseen)) == (noon, {3: Purpose.NEW})


def test_what_waited_longest_is_said_first_also_when_all_of_it_waited_for_the_dose() -> None:
    asks = [notice(1, opens_at=utc(11, 20, 9)), notice(2, opens_at=utc(11, 20, 8))]

    foreseen = on(*asks, visits=(MONDAY - HOUR,)).visit

    assert list(said(foreseen)) == [2, 1]
    assert list(said(on(*asks).visit)) == [2, 1]


def test_what_was_put_off_comes_back_when_the_person_said_and_before_what_is_new() -> None:
    debrief = put_off(told(ask(1), utc(11, 20, 9)), MONDAY)

    decision = on(debrief, ask(2, due_at=utc(11, 24)), ask(3, told_at=utc(11, 20, 10)))
    again = told(debrief, MONDAY)

    assert said(decision.visit) == {1: Purpose.NEW}
    assert (again.told_at, again.put_off_until, again.reminders) == (MONDAY, None, 0)
    assert on(again, visits=(MONDAY,)).waiting == {1: Waiting.ANSWER_AWAITED}


def for_managers(id: int, kind: AskKind = AskKind.MANAGER_NOTICE, **given: Any) -> Ask:
    """The week's message about somebody's people, or what is told only beside it."""
    return replace(notice(id, **given), kind=kind)


def test_what_managers_are_told_waits_for_the_weeks_message_and_comes_with_it() -> None:
    first, second = for_managers(1, opens_at=MONDAY), for_managers(2, opens_at=MONDAY + HOUR)
    week = for_managers(3, AskKind.TALKS, opens_at=MONDAY)

    alone, together = on(first, second), on(first, second, week, now=MONDAY + HOUR)

    assert (alone.visit, alone.again_at) == (None, None)
    assert alone.waiting == {1: Waiting.WITH_THE_WEEK, 2: Waiting.NOT_OPEN_YET}
    assert sorted(said(together.visit), key=str) == [1, 2, 3]


def test_another_visit_does_not_take_along_what_comes_with_the_week() -> None:
    decision = on(for_managers(1, opens_at=MONDAY), ask(2, opens_at=MONDAY), notice(3, opens_at=MONDAY))

    assert sorted(said(decision.visit), key=str) == [2, 3]
    assert decision.waiting == {1: Waiting.WITH_THE_WEEK}


def test_what_waits_for_the_week_holds_up_nothing_that_comes_later() -> None:
    later = notice(2, opens_at=MONDAY + 20 * HOUR)

    decision = on(for_managers(1, opens_at=MONDAY - 3 * DAY), later)

    assert list(said(decision.visit)) == [2]
