"""Guarantees looked for in what was said: whatever was not as promised is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coaching.asks import Ask, AskState
from coaching.facts import Said
from coaching.stories import Record
from coaching.telling import DeliveryState
from coaching.visits import Purpose
from demo.guarantees import Account, look_over
from tests.builders import person
from tests.coaching.asking import ask
from tests.coaching.half_days import half_days

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=UTC)


def said(*moments: datetime, purpose: Purpose = Purpose.NEW) -> tuple[Said, ...]:
    return tuple(Said(at=at, purpose=purpose, state=DeliveryState.SENT) for at in moments)


def told(number: int, *said_: Said, **given: object) -> Record:
    told_at = said_[0].at if said_ else None
    return Record(ask=replace(ask(number), told_at=told_at, **given), said=said_)  # type: ignore[arg-type]


def account_of(*records: Record, planned: tuple[int, ...] = ()) -> Account:
    account = Account()
    look_over(account, half_days(), person(id=1), records, planned=planned, now=NOW)
    return account


def days(*numbers: int) -> list[Record]:
    """So many days after the Tuesday, an ask each."""
    return [told(number + 1, *said(TUESDAY + timedelta(days=number))) for number in numbers]


def test_what_is_as_promised_is_counted_and_not_complained_of() -> None:
    reminded = told(1, *said(TUESDAY), *said(TUESDAY + timedelta(days=2), purpose=Purpose.REMINDER))

    account = account_of(replace(reminded, ask=replace(reminded.ask, state=AskState.ANSWERED)), *days(6))

    assert account.broken == []
    assert (account.asks, account.visits, account.answered, account.reminders) == (2, 3, 1, 1)
    assert account.doses == {2: 1, 1: 1}


def test_what_is_brought_up_twice_is_seen() -> None:
    twice = told(5, *said(TUESDAY, TUESDAY + timedelta(days=1)))

    assert account_of(twice).duplicates == 1
    assert account_of(twice, planned=(5,)).duplicates == 0


def test_a_third_reminder_is_seen() -> None:
    reminders = said(*(TUESDAY + timedelta(days=each) for each in (1, 2, 7)), purpose=Purpose.REMINDER)

    assert any("3 reminders" in line for line in account_of(told(1, *said(TUESDAY), *reminders)).broken)


@pytest.mark.parametrize(
    ("at", "what"),
    [
        (datetime(2026, 11, 24, 4, tzinfo=UTC), "outside their hours"),
        (datetime(2026, 11, 24, 15, tzinfo=UTC), "outside their hours"),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), "outside their hours"),
        (datetime(2026, 12, 25, 9, tzinfo=UTC), "on a holiday or in a break"),
    ],
)
def test_a_visit_at_a_wrong_moment_is_seen(at: datetime, what: str) -> None:
    (line,) = account_of(told(1, *said(at))).broken

    assert what in line


def test_more_than_the_dose_is_seen_and_what_is_urgent_may_break_it() -> None:
    assert account_of(*days(0, 1, 2)).broken == []
    assert len(account_of(*days(0, 1, 2, 3)).broken) == 1

    later = told(9, *said(TUESDAY + timedelta(hours=1)))
    assert len(account_of(*days(0), later).broken) == 1
    assert account_of(*days(0), replace(later, ask=replace(later.ask, urgent=True))).broken == []


def test_what_is_long_due_and_was_never_said_is_lost() -> None:
    forgotten: Ask = ask(3, opens_at=TUESDAY)

    assert account_of(Record(ask=forgotten)).lost == 1
    assert account_of(Record(ask=replace(forgotten, state=AskState.SKIPPED))).lost == 0
    assert account_of(Record(ask=replace(forgotten, opens_at=NOW - timedelta(days=3)))).lost == 0
