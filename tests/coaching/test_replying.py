"""When simulated people answer."""

from collections import Counter
from datetime import timedelta

import pytest

from coaching.asks import Ask
from coaching.hours import Availability
from coaching.replying import Answers, Replying
from tests.coaching.asking import ask, utc
from tests.coaching.programming import FINNISH, HELSINKI

AINO = Availability(zone=HELSINKI, days_off=FINNISH)
FRIDAY_AFTERNOON = utc(12, 4, 13, 45)


@pytest.mark.parametrize(
    ("given", "answered"),
    [
        pytest.param(ask(), utc(12, 7, 6, 30), id="half an hour later the day is over, and Sunday is no workday"),
        pytest.param(
            ask(closes_at=utc(12, 4, 14, 5)), utc(12, 4, 13, 55), id="it closes before that: in half the time there is"
        ),
    ],
)
def test_who_always_answers_does_so_soon_and_in_time(given: Ask, answered: object) -> None:
    replying = Replying(Answers.ALWAYS, AINO, "aino")

    assert replying.after_telling(given, FRIDAY_AFTERNOON) == answered
    assert replying.after_reminder(given, FRIDAY_AFTERNOON) is None


def test_who_never_answers_does_not_after_a_reminder_either() -> None:
    replying = Replying(Answers.NEVER, AINO, "aino")

    assert replying.after_telling(ask(), FRIDAY_AFTERNOON) is None
    assert replying.after_reminder(ask(), FRIDAY_AFTERNOON) is None


def test_of_a_hundred_typical_asks_75_are_answered_within_three_workdays_and_10_after_a_reminder() -> None:
    replying = Replying(Answers.TYPICAL, AINO, "aino")
    asks = [ask(number) for number in range(1, 2001)]

    at_once = [replying.after_telling(each, FRIDAY_AFTERNOON) for each in asks]
    reminded = [replying.after_reminder(each, FRIDAY_AFTERNOON) for each in asks]

    days = Counter(moment.astimezone(HELSINKI).day for moment in at_once if moment)
    assert days.keys() == {7, 8, 9}
    assert 0.72 < days.total() / 2000 < 0.78
    assert min(days.values()) > 400
    assert 0.08 < sum(moment is not None for moment in reminded) / 2000 < 0.12
    assert not any(prompt and late for prompt, late in zip(at_once, reminded, strict=True))
    assert {moment for moment in reminded if moment} == {utc(12, 7, 6, 30)}
    assert all(moment - FRIDAY_AFTERNOON > timedelta(days=2) for moment in at_once if moment)
