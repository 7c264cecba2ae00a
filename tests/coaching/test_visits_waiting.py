"""Why an ask waits, and when it is given up."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

import pytest

from coaching.asks import Ask, SkipReason, StartMode
from coaching.hours import DateRange
from coaching.visits import DIALOGS_GO_COLD, Purpose, Waiting
from tests.coaching.asking import MONDAY, ask, on, person, said, utc


@pytest.mark.parametrize(
    ("mode", "told_at", "parts", "waiting", "given_up"),
    [
        pytest.param(StartMode.QUEUE, None, {}, {1: Waiting.IN_DIALOG}, {}, id="it queues"),
        pytest.param(StartMode.INTERRUPT, None, {1: Purpose.NEW}, {}, {}, id="it interrupts"),
        pytest.param(StartMode.PASSIVE, None, {1: Purpose.NEW}, {}, {}, id="it comes without a dialog"),
        pytest.param(StartMode.SKIP, None, {}, {}, {1: SkipReason.START_MODE}, id="it is given up"),
        pytest.param(StartMode.SKIP, utc(11, 19, 9), {}, {1: Waiting.IN_DIALOG}, {}, id="a reminder is never given up"),
    ],
)
def test_in_the_middle_of_a_dialog(
    mode: StartMode,
    told_at: datetime | None,
    parts: Mapping[int, Purpose],
    waiting: Mapping[int, Waiting],
    given_up: Mapping[int, SkipReason],
) -> None:
    decision = on(ask(1, start_mode=mode, told_at=told_at), in_dialog=True)

    assert (said(decision.visit), decision.waiting, decision.skipped) == (parts, waiting, given_up)
    looked_at_again = MONDAY + DIALOGS_GO_COLD if Waiting.IN_DIALOG in waiting.values() else None
    assert decision.again_at == (MONDAY if parts else looked_at_again)


def test_a_dialog_of_now_does_not_decide_about_later() -> None:
    decision = on(ask(1, opens_at=utc(11, 24, 8), start_mode=StartMode.SKIP), in_dialog=True)

    assert decision.visit is not None
    assert (decision.visit.at, decision.skipped) == (utc(11, 24, 8), {})


@pytest.mark.parametrize(
    ("late", "now"),
    [
        pytest.param(ask(late_until=MONDAY), MONDAY, id="at the very moment"),
        pytest.param(ask(closes_at=MONDAY), MONDAY, id="it closed before it was told"),
        pytest.param(ask(opens_at=utc(11, 21), late_until=utc(11, 22)), MONDAY, id="all of it in a weekend"),
        pytest.param(ask(urgent=True, late_until=MONDAY), MONDAY, id="urgent"),
    ],
)
def test_what_is_too_late_is_given_up(late: Ask, now: datetime) -> None:
    decision = on(late, now=now)

    assert (decision.visit, decision.waiting, decision.skipped) == (None, {}, {1: SkipReason.TOO_LATE})


def test_it_is_known_when_something_will_have_to_be_given_up() -> None:
    decision = on(ask(opens_at=utc(11, 21), late_until=utc(11, 22)), now=utc(11, 20))

    assert (decision.visit, decision.waiting) == (None, {1: Waiting.NOT_OPEN_YET})
    assert decision.again_at == utc(11, 22)


def test_what_the_person_put_off_themselves_is_not_too_late() -> None:
    decision = on(ask(late_until=utc(11, 20), put_off_until=utc(11, 23, 8)))

    assert said(decision.visit) == {1: Purpose.NEW}


@pytest.mark.parametrize(
    ("given", "who", "history", "now", "reason"),
    [
        pytest.param(
            {}, {}, {"unsettled": True}, MONDAY, Waiting.ON_THE_WIRE, id="nobody knows whether the last arrived"
        ),
        pytest.param(
            {"late_until": utc(11, 1)},
            {},
            {"unsettled": True},
            MONDAY,
            Waiting.ON_THE_WIRE,
            id="perhaps it just arrived",
        ),
        pytest.param(
            {"told_at": utc(11, 9), "closes_at": utc(11, 20)}, {}, {}, MONDAY, Waiting.OVER, id="told and closed"
        ),
        pytest.param({}, {"stopped_at": MONDAY}, {}, MONDAY, Waiting.STOPPED, id="she has stopped"),
        pytest.param({"opens_at": utc(11, 24)}, {}, {}, MONDAY, Waiting.NOT_OPEN_YET, id="it opens tomorrow"),
        pytest.param({"put_off_until": utc(11, 24)}, {}, {}, MONDAY, Waiting.PUT_OFF, id="she put it off"),
        pytest.param({"told_at": utc(11, 20, 9)}, {}, {}, MONDAY, Waiting.ANSWER_AWAITED, id="told on Friday"),
        pytest.param({}, {"paused_until": utc(11, 24)}, {}, MONDAY, Waiting.PAUSED, id="a pause"),
        pytest.param(
            {},
            {"leave": (DateRange(first=date(2026, 11, 23), last=date(2026, 11, 23)),)},
            {},
            MONDAY,
            Waiting.LEAVE,
            id="a day of leave",
        ),
        pytest.param({}, {}, {"visits": (utc(11, 23, 7),)}, MONDAY, Waiting.DOSE_DAY, id="one today already"),
        pytest.param(
            {},
            {},
            {"visits": (utc(11, 18, 7), utc(11, 19, 7), utc(11, 20, 7))},
            MONDAY,
            Waiting.DOSE_WEEK,
            id="three this week already",
        ),
        pytest.param({}, {}, {"visits": (utc(11, 20, 7),), "unanswered": 4}, MONDAY, Waiting.SILENCE, id="fortnightly"),
        pytest.param({}, {}, {"told_of_stop": True, "unanswered": 6}, MONDAY, Waiting.SILENCE, id="silent"),
        pytest.param({}, {}, {}, utc(11, 22, 9), Waiting.DAY_OFF, id="a Sunday"),
        pytest.param({}, {}, {}, utc(11, 23, 14), Waiting.OUTSIDE_HOURS, id="the end is not part of her day"),
        pytest.param({"told_at": utc(11, 19, 9)}, {}, {}, utc(11, 23, 13), Waiting.LAST_HOUR, id="a reminder at three"),
        pytest.param({}, {"preferred": time(14)}, {}, MONDAY, Waiting.PREFERRED_TIME, id="she prefers the afternoon"),
    ],
)
def test_what_waits_says_why(
    given: Mapping[str, Any], who: Mapping[str, Any], history: Mapping[str, Any], now: datetime, reason: Waiting
) -> None:
    decision = on(ask(1, **given), now=now, person=person(**who), **history)

    assert decision.waiting == {1: reason}
    assert decision.visit is None or decision.visit.at > now


def test_of_place_and_dose_the_one_that_lasts_longer_is_the_reason() -> None:
    decision = on(ask(1, told_at=utc(11, 23, 7)), ask(2), visits=(utc(11, 23, 7),))

    assert decision.waiting == {1: Waiting.ANSWER_AWAITED, 2: Waiting.PLACE_TAKEN}
