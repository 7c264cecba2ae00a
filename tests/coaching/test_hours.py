"""When a day's window opens and closes, on the nights when the clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest

from coaching.calendar import instant_of
from coaching.hours import Availability, DateRange, Hours, next_moment, window_of, workdays_after
from tests.coaching.clock_changes import NIGHTS, ZONES, changes

HELSINKI = ZoneInfo("Europe/Helsinki")
EVERY_DAY = frozenset(range(7))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "window"),
    [
        pytest.param(
            "Europe/Helsinki",
            date(2026, 3, 29),
            time(3, 30),
            time(5),
            (utc(2026, 3, 29, 1), utc(2026, 3, 29, 2)),
            id="a start in the gap is the first instant after it",
        ),
        pytest.param("Europe/Helsinki", date(2026, 3, 29), time(3, 10), time(3, 50), None, id="all of it in the gap"),
        pytest.param(
            "Europe/Helsinki",
            date(2026, 10, 25),
            time(3, 30),
            time(3, 45),
            (utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 0, 45)),
            id="an hour that comes twice counts the first time only",
        ),
        pytest.param(
            "Europe/Helsinki",
            date(2026, 10, 25),
            time(2, 30),
            time(4, 30),
            (utc(2026, 10, 24, 23, 30), utc(2026, 10, 25, 2, 30)),
            id="across the hour that comes twice",
        ),
        pytest.param(
            "Africa/Cairo",
            date(2026, 4, 24),
            time(0, 15),
            time(8),
            (utc(2026, 4, 23, 22), utc(2026, 4, 24, 5)),
            id="the clocks skip midnight",
        ),
        pytest.param(
            "Australia/Lord_Howe",
            date(2026, 10, 4),
            time(2, 15),
            time(4),
            (utc(2026, 10, 3, 15, 30), utc(2026, 10, 3, 17)),
            id="a gap of half an hour",
        ),
        pytest.param("Pacific/Apia", date(2011, 12, 30), time(8, 30), time(16), None, id="a date that never was"),
        pytest.param(
            "Asia/Kathmandu",
            date(2028, 2, 29),
            time(8, 30),
            time(16),
            (utc(2028, 2, 29, 2, 45), utc(2028, 2, 29, 10, 15)),
            id="a leap day, at a quarter to",
        ),
    ],
)
def test_a_window_is_what_the_clock_on_the_wall_says(
    zone: str, day: date, start: time, end: time, window: tuple[datetime, datetime] | None
) -> None:
    person = Availability(zone=ZoneInfo(zone), hours=Hours(start=start, end=end, weekdays=EVERY_DAY))

    assert window_of(day, person) == window


@pytest.mark.parametrize("zone", ZONES)
def test_on_every_change_of_the_clocks_a_window_holds_only_what_the_wall_clock_allows(zone: str) -> None:
    place = ZoneInfo(zone)

    for day in changes(place):
        for hours in NIGHTS:
            window = window_of(day, Availability(zone=place, hours=hours))
            if window is None:
                assert hours.end.hour - hours.start.hour <= 1, (day, hours)
                continue
            opens, closes = (moment.astimezone(place) for moment in window)
            just_before = (window[0] - timedelta(seconds=1)).astimezone(place)
            assert opens.date() == day
            assert opens.time() >= hours.start
            assert opens.fold == 0 or opens.time() > hours.start
            assert just_before.date() < day or just_before.time() < hours.start
            assert (closes.date(), closes.time()) == (day, hours.end) or closes - opens < timedelta(days=1)
            assert (window[1] - timedelta(seconds=1)).astimezone(place).time() < hours.end


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "Asia/Kathmandu"])
def test_the_clocks_of_these_zones_do_change(zone: str) -> None:
    assert len(list(changes(ZoneInfo(zone)))) == 24


def test_no_finnish_holiday_and_no_eve_is_a_workday_until_2037() -> None:
    finnish = frozenset(holidays.country_holidays("FI", years=range(2026, 2038)))
    person = Availability(zone=HELSINKI, days_off=finnish)

    assert len(finnish) >= 12 * 15
    assert {date(2026, 6, 19), date(2026, 12, 24), date(2037, 12, 6)} <= finnish
    for day in finnish:
        moment = next_moment(instant_of(day, time(9), HELSINKI), person)
        assert window_of(day, person) is None
        assert moment is not None
        local = moment.astimezone(HELSINKI)
        assert local.date() not in finnish
        assert (local.time(), local.weekday() < 5) == (time(8, 30), True)


@pytest.mark.parametrize(
    ("half_day_ends", "window"),
    [
        pytest.param(time(7), None, id="before the person begins"),
        pytest.param(time(8, 30), None, id="as the person begins"),
        pytest.param(time(12), (utc(2026, 12, 31, 6, 30), utc(2026, 12, 31, 10)), id="at noon"),
        pytest.param(time(18), (utc(2026, 12, 31, 6, 30), utc(2026, 12, 31, 14)), id="after the person's own end"),
    ],
)
def test_a_half_day_ends_sooner_and_never_later(half_day_ends: time, window: tuple[datetime, datetime] | None) -> None:
    person = Availability(zone=HELSINKI, half_days={date(2026, 12, 31): half_day_ends})

    assert window_of(date(2026, 12, 31), person) == window


@pytest.mark.parametrize(
    ("given", "t", "moment"),
    [
        pytest.param({}, utc(2026, 11, 27, 14), utc(2026, 11, 30, 6, 30), id="Friday's end is Monday's start"),
        pytest.param({}, utc(2026, 11, 27, 13, 59, 59), utc(2026, 11, 27, 13, 59, 59), id="the last second of a day"),
        pytest.param({}, utc(2026, 11, 27, 6, 29), utc(2026, 11, 27, 6, 30), id="a minute before the start"),
        pytest.param(
            {"paused_until": utc(2026, 12, 1, 9)},
            utc(2026, 11, 27, 9),
            utc(2026, 12, 1, 9),
            id="when the pause is over",
        ),
        pytest.param(
            {"leave": (DateRange(first=date(2026, 11, 27), last=date(2026, 12, 2)),)},
            utc(2026, 11, 27, 9),
            utc(2026, 12, 3, 6, 30),
            id="the last day of leave is leave",
        ),
        pytest.param({"stopped_at": utc(2026, 1, 1)}, utc(2026, 11, 27, 9), None, id="never after a stop"),
        pytest.param(
            {"leave": (DateRange(first=date(2026, 1, 1), last=date(2036, 1, 1)),)},
            utc(2026, 11, 27, 9),
            None,
            id="ten years of leave are not waited for",
        ),
    ],
)
def test_the_next_moment(given: dict[str, object], t: datetime, moment: datetime | None) -> None:
    assert next_moment(t, Availability(zone=HELSINKI, **given)) == moment  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        pytest.param(date(2026, 12, 23), 1, date(2026, 12, 31), id="over Christmas, to a half day"),
        pytest.param(date(2026, 12, 23), 2, date(2027, 1, 4), id="and over the turn of the year"),
        pytest.param(date(2026, 11, 28), 1, date(2026, 11, 30), id="from a Saturday"),
        pytest.param(date(2026, 11, 28), 0, date(2026, 11, 28), id="none at all"),
        pytest.param(date(2026, 11, 23), 5, date(2026, 11, 30), id="a week"),
    ],
)
def test_workdays_are_counted_as_the_person_has_them(day: date, count: int, expected: date) -> None:
    person = Availability(
        zone=HELSINKI,
        days_off=frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)}),
        half_days={date(2026, 12, 31): time(12)},
        leave=(DateRange(first=date(2026, 12, 28), last=date(2026, 12, 30)),),
    )

    assert workdays_after(day, count, person) == expected


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"start": time(16), "end": time(16)}, id="no time at all"),
        pytest.param({"start": time(22), "end": time(6)}, id="over midnight"),
        pytest.param({"weekdays": frozenset()}, id="no weekday"),
        pytest.param({"weekdays": frozenset({7})}, id="an eighth weekday"),
    ],
)
def test_hours_that_no_day_can_have_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="hours"):
        Hours(**given)  # type: ignore[arg-type]
