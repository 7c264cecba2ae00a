"""How long a pause is, in the words of three languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs import moments
from dialogs.moments import NotInTheYearAhead, named

HELSINKI = ZoneInfo("Europe/Helsinki")
#: Wednesday 22 July 2026, 12.00 in Helsinki.
NOW = datetime(2026, 7, 22, 9, tzinfo=UTC)


def ends_on(text: str, now: datetime = NOW, zone: ZoneInfo = HELSINKI) -> date | None:
    end = moments.until(text, now=now, zone=zone)
    return None if end is None else end.astimezone(zone).date()


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2 viikkoa", date(2026, 8, 5)),
        ("kaksi viikkoa", date(2026, 8, 5)),
        ("kahden viikon ajan", date(2026, 8, 5)),
        ("3 päivää", date(2026, 7, 25)),
        ("3pv", date(2026, 7, 25)),
        ("viikko", date(2026, 7, 29)),
        ("viikoksi", date(2026, 7, 29)),
        ("kuukausi", date(2026, 8, 22)),
        ("2 kk", date(2026, 9, 22)),
        ("pari päivää", date(2026, 7, 24)),
        ("kaksitoista päivää", date(2026, 8, 3)),
        ("vuosi", date(2027, 7, 22)),
        ("två veckor", date(2026, 8, 5)),
        ("2 veckor", date(2026, 8, 5)),
        ("i två veckor", date(2026, 8, 5)),
        ("en vecka", date(2026, 7, 29)),
        ("ett par dagar", date(2026, 7, 24)),
        ("åtta dagar framåt", date(2026, 7, 30)),
        ("en månad", date(2026, 8, 22)),
        ("2 weeks", date(2026, 8, 5)),
        ("for TWO weeks, please", date(2026, 8, 5)),
        ("a month", date(2026, 8, 22)),
        ("a couple of days", date(2026, 7, 24)),
        ("1 day", date(2026, 7, 23)),
        ("a week from now", date(2026, 7, 29)),
    ],
)
def test_a_length_is_counted_from_today(text: str, end: date) -> None:
    assert ends_on(text) == end


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1.8.", date(2026, 8, 1)),
        ("1.8", date(2026, 8, 1)),
        ("1.8. asti", date(2026, 8, 1)),
        ("01.08.2026", date(2026, 8, 1)),
        ("1. 8. 2026", date(2026, 8, 1)),
        ("1.8.26", date(2026, 8, 1)),
        ("1.6.2027", date(2027, 6, 1)),
        ("1/8", date(2026, 8, 1)),
        ("2026-08-01", date(2026, 8, 1)),
        ("till 1.8.", date(2026, 8, 1)),
        ("fram till 1 augusti", date(2026, 8, 1)),
        ("den 1 augusti", date(2026, 8, 1)),
        ("1:a augusti", date(2026, 8, 1)),
        ("början av augusti", date(2026, 8, 1)),
        ("until 31 July", date(2026, 7, 31)),
        ("until the 31st of July", date(2026, 7, 31)),
        ("July 31st, 2026", date(2026, 7, 31)),
        ("Aug 1.", date(2026, 8, 1)),
        ("until August", date(2026, 8, 1)),
        ("1. elokuuta", date(2026, 8, 1)),
        ("1. elokuuta 2026", date(2026, 8, 1)),
        ("elokuun 1. asti", date(2026, 8, 1)),
        ("elokuuhun", date(2026, 8, 1)),
        ("elokuun alkuun saakka", date(2026, 8, 1)),
        ("elokuun loppuun asti", date(2026, 9, 1)),
        ("slutet av december", date(2027, 1, 1)),
        ("until the end of December 2026", date(2027, 1, 1)),
    ],
)
def test_a_date_ends_the_pause_when_that_day_begins(text: str, end: date) -> None:
    assert ends_on(text) == end


@pytest.mark.parametrize(
    "text",
    [
        "3.7.–31.7.",
        "3.-31.7.",
        "3.7. - 31.7.2026",
        "3.7.2026-31.7.2026",
        "2026-07-03 – 2026-07-31",
        "från 3.7. till 31.7.",
        "3 juli - 31 juli",
        "from 3 July to 31 July",
        "3-31 July",
        "3. – 31. heinäkuuta",
        "ajalle 3.7.-31.7.",
    ],
)
def test_a_range_of_dates_ends_when_its_last_day_is_over(text: str) -> None:
    assert ends_on(text) == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param("keskiviikkoon", date(2026, 7, 29), id="the weekday of today is a week ahead"),
        pytest.param("maanantaihin", date(2026, 7, 27), id="Finnish"),
        pytest.param("ma asti", date(2026, 7, 27), id="Finnish, short"),
        pytest.param("to asti", date(2026, 7, 23), id="Thursday in Finnish is no preposition"),
        pytest.param("ensi viikkoon", date(2026, 7, 27), id="next week in Finnish is its Monday"),
        pytest.param("till måndag", date(2026, 7, 27), id="Swedish"),
        pytest.param("tills på söndag", date(2026, 7, 26), id="Swedish with two prepositions"),
        pytest.param("nästa vecka", date(2026, 7, 27), id="next week in Swedish"),
        pytest.param("until Monday", date(2026, 7, 27), id="English"),
        pytest.param("until next Friday", date(2026, 7, 24), id="next Friday is the coming one"),
        pytest.param("huomiseen", date(2026, 7, 23), id="tomorrow in Finnish"),
        pytest.param("imorgon", date(2026, 7, 23), id="tomorrow in Swedish"),
        pytest.param("i morgon", date(2026, 7, 23), id="tomorrow in Swedish, two words"),
        pytest.param("till i övermorgon", date(2026, 7, 24), id="the day after in Swedish"),
        pytest.param("until tomorrow", date(2026, 7, 23), id="tomorrow in English"),
        pytest.param("until the day after tomorrow", date(2026, 7, 24), id="the day after in English"),
    ],
)
def test_a_near_day_is_the_next_of_its_name(text: str, end: date) -> None:
    assert ends_on(text) == end


@pytest.mark.parametrize(
    ("text", "now", "zone", "end"),
    [
        pytest.param(
            "until tomorrow",
            datetime(2026, 4, 23, 12, tzinfo=UTC),
            "Africa/Cairo",
            datetime(2026, 4, 23, 22, tzinfo=UTC),
            id="the day has no midnight",
        ),
        pytest.param(
            "until tomorrow",
            datetime(2026, 10, 31, 16, tzinfo=UTC),
            "America/Havana",
            datetime(2026, 11, 1, 4, tzinfo=UTC),
            id="the day has two midnights",
        ),
        pytest.param(
            "1 viikko",
            datetime(2026, 3, 25, 10, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2026, 3, 31, 21, tzinfo=UTC),
            id="over the change to summer time",
        ),
        pytest.param(
            "1 viikko",
            datetime(2026, 10, 22, 10, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2026, 10, 28, 22, tzinfo=UTC),
            id="over the change to winter time",
        ),
        pytest.param(
            "1 päivä",
            datetime(2026, 7, 22, 21, 30, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2026, 7, 23, 21, tzinfo=UTC),
            id="after midnight in Helsinki, not yet in UTC",
        ),
        pytest.param(
            "a month",
            datetime(2027, 1, 31, 10, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2027, 2, 27, 22, tzinfo=UTC),
            id="a month from a 31st",
        ),
        pytest.param(
            "29.2.",
            datetime(2027, 12, 1, 10, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2028, 2, 28, 22, tzinfo=UTC),
            id="a leap day next year",
        ),
        pytest.param(
            "20.12.–7.1.",
            datetime(2026, 12, 18, 10, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2027, 1, 7, 22, tzinfo=UTC),
            id="a range over the turn of the year",
        ),
        pytest.param(
            "3.–22.7.",
            datetime(2026, 7, 22, 10, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2026, 7, 22, 21, tzinfo=UTC),
            id="a range whose last day is today",
        ),
        pytest.param(
            "1.7.",
            datetime(2026, 7, 22, 10, tzinfo=UTC),
            "Europe/Helsinki",
            datetime(2027, 6, 30, 21, tzinfo=UTC),
            id="a date that has passed is next year's",
        ),
    ],
)
def test_the_pause_ends_at_the_first_instant_of_the_local_day(
    text: str, now: datetime, zone: str, end: datetime
) -> None:
    assert moments.until(text, now=now, zone=ZoneInfo(zone)) == end


@pytest.mark.parametrize(
    "text",
    ["22.7.", "0 päivää", "1.7.2026", "2 vuotta", "13 kuukautta", "9999 weeks", "1.8.2027", "31.12.2999"],
)
def test_a_pause_ends_after_today_and_within_a_year(text: str) -> None:
    with pytest.raises(NotInTheYearAhead):
        ends_on(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asti",
        "until",
        "juhannukseen asti",
        "31.6.",
        "29.2.",
        "32.1.",
        "1.13.",
        "0.0.",
        "1.8.1999",
        "2-3 weeks",
        "oli liian lyhyt",
        "was too short",
        "two",
        "5",
        "²",
        "٣ weeks and more",
        "1.8. tai 2.8.",
    ],
)
def test_what_names_no_moment_is_none(text: str) -> None:
    assert ends_on(text) is None


@given(text=st.text() | st.from_regex(r"[0-9]{1,5}[.\-/ –]{1,2}[0-9]{1,5}[.\-/ –]?[0-9]{0,5}", fullmatch=True))
def test_no_text_breaks_the_reading(text: str) -> None:
    if named(text) is None:
        assert moments.until(text, now=NOW, zone=HELSINKI) is None
        return
    try:
        end = moments.until(text, now=NOW, zone=HELSINKI)
    except NotInTheYearAhead:
        return
    assert end is None or end > NOW
