"""The programmes that ship, with their own people: what they hear, and that the rules hold for each of them."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.previews.accounts import Preview
from bot.previews.lives import preview_of
from bot.previews.page import page
from bot.previews.people import people_of
from bot.previews.terminal import plain
from bot.programme_checking import checked
from coaching.calendar import start_of_day
from coaching.hours import ONE_DAY
from coaching.people import Language, Role
from coaching.placing import placed
from coaching.programmes import Programme, break_days
from coaching.simulation import Answers, Life, Somebody, simulated
from tests.bot.previews.golden import is_golden

PROGRAMMES = Path(__file__).parents[3] / "programmes"
NAMES = ["ako-2020", "tempo-2020", "om-2020-2021"]
EVERY_WAY = [(name, answers) for name in NAMES for answers in Answers]


@cache
def programme_of(name: str) -> Programme:
    return checked(PROGRAMMES / f"{name}.yaml").programme


@cache
def people(name: str) -> Sequence[Somebody]:
    return people_of(str(PROGRAMMES / f"{name}.people.csv"), programme_of(name), Language.FI)


@cache
def lives(name: str, answers: Answers) -> Sequence[Life]:
    programme = programme_of(name)
    end = start_of_day(programme.ends + ONE_DAY, ZoneInfo(programme.timezone))
    return simulated(programme, people(name), until=end, answers=answers)


def preview(name: str, answers: Answers, language: Language) -> Preview:
    programme = programme_of(name)
    return preview_of(programme, lives(name, answers), until=programme.ends, answers=answers, language=language)


def dates(life: Life, *, urgent: bool) -> list[date]:
    """The person's dates of visits; those with something urgent in them only where that is asked for."""
    zone = life.somebody.enrolled.availability.zone
    are_urgent = {fate.ask.id for fate in life.fates if fate.ask.urgent}
    return [
        visit.at.astimezone(zone).date()
        for visit in life.visits
        if urgent or not any(part.ask_id in are_urgent for part in visit.parts)
    ]


@pytest.mark.parametrize(("name", "language"), [*zip(NAMES, Language, strict=True)])
def test_what_the_first_participant_would_hear_is_as_it_was_reviewed(name: str, language: Language) -> None:
    first = next(each for each in people(name) if Role.PARTICIPANT in each.enrolled.roles)

    found = preview(name, Answers.TYPICAL, language)

    assert is_golden(name, plain(found, in_full={first.key}))


@pytest.mark.parametrize(("name", "answers"), EVERY_WAY)
def test_nobody_hears_anything_at_christmas(name: str, answers: Answers) -> None:
    for life in lives(name, answers):
        for day in dates(life, urgent=True):
            assert not (day.month, day.day) >= (12, 24), life.somebody.key
            assert not (day.month, day.day) <= (1, 6), life.somebody.key
            assert day not in break_days(programme_of(name))


@pytest.mark.parametrize(("name", "answers"), EVERY_WAY)
def test_nobody_hears_more_than_the_dose_in_any_seven_days(name: str, answers: Answers) -> None:
    most = programme_of(name).rules.dose.most_a_week

    for life in lives(name, answers):
        days = dates(life, urgent=False)
        for first in days:
            assert sum(first <= day < first + timedelta(days=7) for day in days) <= most <= 3, life.somebody.key


@pytest.mark.parametrize(("name", "answers"), EVERY_WAY)
def test_nothing_is_lost_without_a_reason(name: str, answers: Answers) -> None:
    for life in lives(name, answers):
        planned = {(each.element.id, each.occurrence) for each in placed(programme_of(name), life.somebody.enrolled)}
        told = {(fate.placed.element.id, fate.placed.occurrence) for fate in life.fates}
        left = {(each.element.id, each.occurrence) for each in life.left}

        assert planned <= told | left
        assert all(fate.told_at or fate.skipped or fate.waited for fate in life.fates)
        assert all(each.opens_at or each.waits_for or each.left_out for each in life.left)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", Language)
def test_everything_can_be_read_on_the_page_in_every_language(name: str, language: Language) -> None:
    found = preview(name, Answers.ALWAYS, language)

    source = page(found, most=6)

    ids = re.findall(r' id="([^"]+)"', source)
    foreign = {each for each in Language if f'<span lang="{each}">' in source}
    assert len(ids) == len(set(ids))
    assert foreign == set(), "the programmes that ship are complete in three languages"
