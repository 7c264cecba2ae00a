"""A programme that is held again, in another year, on the same weekdays."""

from datetime import date, datetime, timedelta

import holidays
import pytest

from coaching.placing import MovedBy, placed
from coaching.programmes import Break, DateWindow, Programme, Session
from coaching.redating import Shifted, redated
from tests.coaching.programming import at, local, member, programme, reflection, session


def finnish(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FI", years=year))


def of(*sessions: Session, **given: object) -> Programme:
    """From Monday 3 February to Friday 19 June 2020."""
    return programme(sessions=sessions, **({"starts": date(2020, 2, 3), "ends": date(2020, 6, 19)} | given))


@pytest.mark.parametrize(
    ("start", "starts", "ends"),
    [
        pytest.param(date(2021, 1, 1), date(2021, 1, 4), date(2021, 5, 21), id="over a year of 53 weeks"),
        pytest.param(date(2024, 2, 29), date(2024, 3, 4), date(2024, 7, 19), id="from a leap day"),
        pytest.param(date(2020, 2, 3), date(2020, 2, 3), date(2020, 6, 19), id="to where it is"),
        pytest.param(date(2020, 2, 4), date(2020, 2, 10), date(2020, 6, 26), id="a day later is a week later"),
        pytest.param(date(2020, 2, 2), date(2020, 2, 3), date(2020, 6, 19), id="a day earlier is not at all"),
        pytest.param(date(2019, 12, 31), date(2020, 1, 6), date(2020, 5, 22), id="to an earlier year, on Epiphany"),
        pytest.param(date(2027, 2, 1), date(2027, 2, 1), date(2027, 6, 18), id="seven years later"),
    ],
)
def test_the_first_day_keeps_its_weekday_on_or_after_the_wanted_one(start: date, starts: date, ends: date) -> None:
    moved, shifted = redated(of(), start, finnish)

    assert (moved.starts, moved.ends, shifted) == (starts, ends, [])


@pytest.mark.parametrize(
    ("starts", "moved_to", "by"),
    [
        pytest.param(local(2020, 4, 3, 9), local(2027, 4, 2, 9), None, id="a Friday after Easter of 2027"),
        pytest.param(local(2020, 3, 27, 9), local(2027, 3, 30, 9), MovedBy.HOLIDAY, id="Good Friday of 2027"),
        pytest.param(local(2020, 5, 7, 9), local(2027, 5, 7, 9), MovedBy.HOLIDAY, id="Ascension Day of 2027"),
        pytest.param(local(2020, 4, 10, 9), local(2027, 4, 9, 9), None, id="what was Good Friday in 2020"),
        pytest.param(local(2020, 6, 26, 9), local(2027, 6, 28, 9), MovedBy.HOLIDAY, id="Midsummer's eve"),
    ],
)
def test_a_session_leaves_a_holiday_for_the_next_working_day(
    starts: datetime, moved_to: datetime, by: MovedBy | None
) -> None:
    moved, shifted = redated(of(session(1, starts)), date(2027, 2, 1), finnish)

    assert moved.sessions[0].starts == moved_to
    planned = starts + timedelta(weeks=365)
    assert shifted == ([Shifted(number=1, planned=planned, starts=moved_to, by=by)] if by else [])


def test_sessions_that_meet_behind_a_yearly_break_queue_up_and_those_of_other_groups_do_not() -> None:
    yearly = Break(first=date(2019, 12, 24), last=date(2020, 1, 6), yearly=True)
    a, b = frozenset({"a"}), frozenset({"b"})
    plan = of(
        session(1, local(2020, 2, 6, 9), groups=a),
        session(2, local(2020, 2, 13, 9), groups=a),
        session(3, local(2020, 2, 6, 9), groups=b),
        session(4, local(2020, 2, 20, 9), groups=a),
        breaks=(yearly, Break(first=date(2020, 2, 24), last=date(2020, 2, 28))),
        windows=(DateWindow(id="talks", first=date(2020, 3, 2), last=date(2020, 3, 13)),),
    )

    moved, shifted = redated(plan, date(2026, 12, 21), finnish)

    assert moved.breaks == (yearly, Break(first=date(2027, 1, 11), last=date(2027, 1, 15)))
    assert (moved.windows[0].first, moved.windows[0].last) == (date(2027, 1, 18), date(2027, 1, 29))
    assert {each.number: each.starts for each in moved.sessions} == {
        1: local(2027, 1, 8, 9),
        2: local(2027, 1, 18, 9),
        3: local(2027, 1, 7, 9),
        4: local(2027, 1, 7, 9),
    }
    assert [(each.number, each.by) for each in shifted] == [
        (1, MovedBy.BREAK),
        (3, MovedBy.BREAK),
        (2, MovedBy.BREAK),
    ]


def test_the_programme_ends_no_earlier_than_its_last_session() -> None:
    moved, shifted = redated(of(session(1, local(2020, 6, 19, 9))), date(2026, 2, 2), finnish)

    assert (moved.ends, moved.sessions[0].starts) == (date(2026, 6, 22), local(2026, 6, 22, 9))
    assert [each.planned for each in shifted] == [local(2026, 6, 19, 9)]


def test_what_hangs_on_a_session_goes_with_it() -> None:
    plan = programme(
        reflection("debrief", at("session.1.end", "+1 workday", "09:30")),
        sessions=(session(1, local(2020, 3, 26, 9)), session(2, local(2020, 3, 27, 9))),
        starts=date(2020, 2, 3),
        ends=date(2020, 6, 19),
    )

    moved, _ = redated(plan, date(2027, 2, 1), finnish)

    assert [each.starts for each in moved.sessions] == [local(2027, 3, 25, 9), local(2027, 3, 30, 9)]
    opens_at = placed(moved, member())[0].opens_at
    assert opens_at is not None
    assert opens_at.date() == date(2027, 3, 30)
