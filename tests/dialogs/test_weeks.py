"""Days and hours of work, in the words of three languages."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.hours import Hours
from coaching.people import Language
from dialogs.weeks import Week, in_words, looks_like_one, named

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
MON_THU = frozenset({MON, TUE, WED, THU})
TO_THREE = (time(9), time(15))


@pytest.mark.parametrize(
    ("text", "weekdays", "hours"),
    [
        pytest.param("ma to", {MON, THU}, None, id="a Finnish Thursday is no English to"),
        pytest.param("mon to thu", MON_THU, None, id="an English to is no Finnish Thursday"),
        pytest.param("ma ti to", {MON, TUE, THU}, None, id="days one by one"),
        pytest.param("pe-ma", {FRI, SAT, SUN, MON}, None, id="over the end of the week"),
        pytest.param("ti–ti", {TUE}, None, id="from a day to itself"),
        ("ma-to", MON_THU, None),
        ("Maanantai – torstai", MON_THU, None),
        ("maanantaista torstaihin", MON_THU, None),
        ("maanantaisin ja keskiviikkoisin", {MON, WED}, None),
        ("mån.-tors.", MON_THU, None),
        ("måndag till torsdag", MON_THU, None),
        ("lördagar och söndagar", {SAT, SUN}, None),
        ("on Mondays, Tuesdays & Fridays", {MON, TUE, FRI}, None),
        ("arkisin", {MON, TUE, WED, THU, FRI}, None),
        ("9-15", None, TO_THREE),
        ("klo 9.00 – 15.00!", None, TO_THREE),
        ("kl.9–kl.15", None, TO_THREE),
        ("9 till 15", None, TO_THREE),
        ("from 9 am to 3 pm", None, TO_THREE),
        ("9 a.m. - 3 p.m.", None, TO_THREE),
        ("9-3pm", None, TO_THREE),
        ("15-9", None, (time(15), time(9))),
        ("ma-to 9-15.30", MON_THU, (time(9), time(15, 30))),
        ("mon-thu 9:00-15:00", MON_THU, TO_THREE),
        ("måndag-torsdag 9-15", MON_THU, TO_THREE),
        ("9-15, ma-to", MON_THU, TO_THREE),
    ],
)
def test_days_and_hours_are_understood_however_they_are_written(
    text: str, weekdays: set[int] | None, hours: tuple[time, time] | None
) -> None:
    assert looks_like_one(text)
    assert named(text) == Week(weekdays=None if weekdays is None else frozenset(weekdays), hours=hours)


@pytest.mark.parametrize("text", ["9", "25-26", "9.70-15", "9-12 13-16", "ma-tp", "ma-tp 9-15", "ma-ke-pe", "1.12."])
def test_what_is_meant_as_a_week_and_is_none_is_asked_back(text: str) -> None:
    assert looks_like_one(text)
    assert named(text) is None


@pytest.mark.parametrize("text", ["", "-", "klo", "ja", "on liian pitkä", "9-15 people came", "maanantaina venyi", "?"])
def test_a_sentence_is_no_week(text: str) -> None:
    assert not looks_like_one(text)
    assert named(text) is None


@given(st.text(max_size=60))
def test_whatever_is_written_is_read_or_not(text: str) -> None:
    week = named(text)

    assert week is None or week.weekdays or week.hours


@st.composite
def weeks(draw: st.DrawFn) -> Hours:
    """Any days, and any hours to the minute."""
    start, end = sorted(draw(st.lists(st.integers(0, 24 * 60 - 1), min_size=2, max_size=2, unique=True)))
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Hours(start=time(*divmod(start, 60)), end=time(*divmod(end, 60)), weekdays=weekdays)


@given(week=weeks(), language=st.sampled_from(Language))
def test_what_is_said_of_a_week_can_be_written_back(week: Hours, language: Language) -> None:
    said = in_words(language, week)

    assert looks_like_one(said)
    assert named(said) == Week(weekdays=week.weekdays, hours=(week.start, week.end))
