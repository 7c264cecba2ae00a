"""Where a local day begins, on the nights when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.calendar import next_workday, start_of_day


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        pytest.param(
            "Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22, tzinfo=UTC), id="midnight is skipped"
        ),
        pytest.param(
            "America/Toronto", date(1919, 3, 31), datetime(1919, 3, 31, 4, 30, tzinfo=UTC), id="the gap spans midnight"
        ),
        pytest.param(
            "Pacific/Apia", date(2011, 12, 30), datetime(2011, 12, 30, 10, tzinfo=UTC), id="the whole day is skipped"
        ),
        pytest.param(
            "America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC), id="midnight comes twice"
        ),
        pytest.param(
            "Europe/Helsinki", date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC), id="spring, Helsinki"
        ),
        pytest.param(
            "Europe/Helsinki", date(2026, 3, 30), datetime(2026, 3, 29, 21, tzinfo=UTC), id="the day after spring"
        ),
        pytest.param(
            "Europe/Helsinki", date(2026, 10, 25), datetime(2026, 10, 24, 21, tzinfo=UTC), id="autumn, Helsinki"
        ),
        pytest.param(
            "Europe/Helsinki", date(2026, 10, 26), datetime(2026, 10, 25, 22, tzinfo=UTC), id="the day after autumn"
        ),
        pytest.param("Europe/Helsinki", date(2028, 2, 29), datetime(2028, 2, 28, 22, tzinfo=UTC), id="a leap day"),
        pytest.param("UTC", date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC), id="no offset at all"),
    ],
)
def test_a_day_begins_at_its_first_instant(zone: str, day: date, start: datetime) -> None:
    assert start_of_day(day, ZoneInfo(zone)) == start


@pytest.mark.parametrize("zone", ["Europe/Helsinki", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe"])
def test_days_of_a_year_begin_in_their_own_date_and_in_order(zone: str) -> None:
    place = ZoneInfo(zone)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]

    starts = [start_of_day(day, place) for day in days]

    assert starts == sorted(starts)
    assert [start.astimezone(place).date() for start in starts] == days
    assert all(
        (start - timedelta(seconds=1)).astimezone(place).date() < day for start, day in zip(starts, days, strict=True)
    )


@pytest.mark.parametrize(
    ("day", "following"),
    [
        pytest.param(date(2026, 11, 27), date(2026, 11, 30), id="from Friday to Monday"),
        pytest.param(date(2026, 11, 28), date(2026, 11, 30), id="from Saturday to Monday"),
        pytest.param(date(2026, 11, 29), date(2026, 11, 30), id="from Sunday to Monday"),
        pytest.param(date(2026, 12, 31), date(2027, 1, 1), id="over the turn of the year"),
    ],
)
def test_the_next_workday_is_no_weekend(day: date, following: date) -> None:
    assert next_workday(day) == following
