"""Reminders, and what Sparri does when nobody answers."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from coaching.asks import Ask, AskState, OnUnknown, SkipReason, StartMode, answered, reminded, skipped, told
from coaching.visits import Decision, Part, Policy, Purpose, Visit, Waiting, strictest
from tests.coaching.asking import DAY, MONDAY, ask, notice, on, said, utc


@pytest.mark.parametrize(
    ("told_ask", "now", "at"),
    [
        pytest.param(ask(told_at=utc(11, 26, 9)), utc(11, 27), utc(11, 30, 6, 30), id="two workdays over a weekend"),
        pytest.param(ask(told_at=utc(11, 23, 9)), utc(11, 25, 13), utc(11, 26, 6, 30), id="not in the last hour"),
        pytest.param(
            ask(told_at=utc(11, 23, 9)), utc(11, 25, 12, 59), utc(11, 25, 12, 59), id="just before the last hour"
        ),
        pytest.param(ask(told_at=utc(11, 23, 9)), utc(12, 14), utc(12, 14, 6, 30), id="late, where nothing ran"),
        pytest.param(
            ask(told_at=utc(11, 23, 9), closes_at=utc(11, 25, 6, 30)), utc(11, 24), None, id="it closes before that"
        ),
        pytest.param(
            ask(told_at=utc(11, 23, 9), due_at=utc(11, 24, 13)), utc(11, 23, 10), utc(11, 24, 6, 30), id="due tomorrow"
        ),
        pytest.param(
            ask(told_at=utc(11, 23, 9), due_at=utc(11, 24, 13)),
            utc(11, 24, 13, 30),
            utc(11, 25, 6, 30),
            id="the due day passed without one",
        ),
        pytest.param(
            ask(told_at=utc(11, 23, 9), due_at=utc(11, 20)), utc(11, 24), utc(11, 25, 6, 30), id="told too late"
        ),
        pytest.param(
            ask(told_at=utc(11, 19, 9), due_at=utc(11, 29, 9), reminders=1, reminded_at=utc(11, 23, 9)),
            utc(11, 24),
            utc(11, 27, 6, 30),
            id="due on a Sunday: on the Friday before",
        ),
        pytest.param(
            ask(told_at=utc(11, 19, 9), due_at=utc(11, 26, 22), reminders=1, reminded_at=utc(11, 23, 9)),
            utc(11, 24),
            utc(11, 26, 6, 30),
            id="due at midnight: on the day that ends with it",
        ),
        pytest.param(
            ask(told_at=utc(11, 19, 9), due_at=utc(11, 23, 13), reminders=1, reminded_at=utc(11, 23, 9)),
            utc(11, 23, 10),
            None,
            id="reminded on the due day already",
        ),
        pytest.param(
            ask(told_at=utc(11, 19, 9), due_at=utc(11, 24, 13), reminders=1, reminded_at=utc(11, 23, 9)),
            utc(11, 24, 13),
            None,
            id="the due day's last hour has begun",
        ),
        pytest.param(
            ask(told_at=utc(11, 9, 9), due_at=utc(11, 30), reminders=2, reminded_at=utc(11, 20)),
            MONDAY,
            None,
            id="never a third",
        ),
        pytest.param(
            ask(told_at=utc(11, 9, 9), reminders=1, reminded_at=utc(11, 11)), MONDAY, None, id="no due day, no second"
        ),
        pytest.param(ask(told_at=utc(11, 9, 9), version=1), MONDAY, None, id="the answer was taken back"),
        pytest.param(notice(told_at=utc(11, 9, 9)), MONDAY, None, id="a notice"),
    ],
)
def test_reminders(told_ask: Ask, now: datetime, at: datetime | None) -> None:
    visit = on(told_ask, now=now).visit

    assert (visit.at if visit else None) == at
    assert visit is None or visit.parts == (Part(ask_id=1, purpose=Purpose.REMINDER),)


def test_after_four_without_an_answer_a_visit_has_the_one_question() -> None:
    decision = on(ask(1), notice(2), unanswered=4)

    assert said(decision.visit) == {1: Purpose.NEW, 2: Purpose.NOTICE, None: Purpose.CHECK_BACK}


def test_what_is_only_urgent_and_who_is_there_anyway_are_not_asked_whether_to_go_on() -> None:
    link = notice(1, urgent=True)

    assert said(on(link, unanswered=4, visits=(utc(11, 20, 9),)).visit) == {1: Purpose.NOTICE}
    assert said(on(ask(1, start_mode=StartMode.INTERRUPT), unanswered=4, in_dialog=True).visit) == {1: Purpose.NEW}


def test_after_six_sparri_says_that_it_stops_and_then_says_nothing() -> None:
    debrief, link = ask(1), notice(2, urgent=True, opens_at=utc(11, 23, 12))

    before = on(debrief, link, unanswered=6, visits=(utc(11, 9, 9),))
    too_soon = on(debrief, link, unanswered=6, visits=(utc(11, 20, 9),))
    after = on(debrief, link, unanswered=6, told_of_stop=True)

    assert before.visit == Visit(at=MONDAY, parts=(Part(ask_id=None, purpose=Purpose.STOPPING),))
    assert before.waiting == {1: Waiting.SILENCE, 2: Waiting.NOT_OPEN_YET}
    assert said(too_soon.visit) == {2: Purpose.NOTICE}
    assert after.visit is None
    assert after.waiting == {1: Waiting.SILENCE, 2: Waiting.NOT_OPEN_YET}


def test_an_answer_ends_the_silence() -> None:
    decision = on(ask(1), unanswered=0, told_of_stop=True)

    assert said(decision.visit) == {1: Purpose.NEW}


def test_of_two_programmes_each_value_is_the_stricter_one() -> None:
    gentle = Policy(most_a_week=1, spread_over=timedelta(minutes=5), merge_within=timedelta(hours=1))
    eager = Policy(most_a_day=2, most_a_week=5, most_reminders=1, first_reminder_after=3, stop_after=8)

    assert strictest([gentle, eager]) == Policy(most_a_week=1, most_reminders=1, first_reminder_after=3)
    assert strictest([]) == Policy()
    assert strictest([gentle]) == gentle


def test_whichever_programme_is_named_first_each_value_is_the_stricter_one() -> None:
    strict = Policy(
        most_a_day=1,
        most_a_week=1,
        most_urgent_a_week=0,
        merge_within=timedelta(hours=8),
        most_reminders=0,
        first_reminder_after=4,
        place_held_for=9,
        quiet_at_end=timedelta(hours=3),
        half_pace_after=1,
        fortnightly_after=2,
        stop_after=3,
        spread_over=timedelta(hours=2),
    )
    lax = replace(Policy(most_a_day=2), spread_over=timedelta(hours=1))

    assert strictest([strict, lax]) == strictest([lax, strict]) == strict


@pytest.mark.parametrize("given", [{"most_a_day": 0}, {"most_a_week": 0}])
def test_a_dose_of_nothing_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Policy(**given)  # type: ignore[arg-type]


def test_an_ask_keeps_what_was_said_of_it() -> None:
    debrief = ask(on_unknown=OnUnknown.RESEND)

    mentioned = reminded(told(debrief, MONDAY), MONDAY + 2 * DAY)

    assert (mentioned.told_at, mentioned.reminders, mentioned.reminded_at) == (MONDAY, 1, MONDAY + 2 * DAY)
    assert told(notice(), MONDAY).state is AskState.CLOSED
    assert told(ask(state=AskState.ANSWERED), MONDAY).state is AskState.ANSWERED


def test_what_was_given_up_can_still_be_answered_by_whoever_finds_it() -> None:
    given_up = skipped(ask(), SkipReason.TOO_LATE)

    found = answered(given_up, 1, MONDAY)

    assert (given_up.state, given_up.skipped) == (AskState.SKIPPED, SkipReason.TOO_LATE)
    assert (found.state, found.skipped) == (AskState.ANSWERED, None)
    assert on(given_up) == Decision(visit=None, waiting={}, skipped={})
