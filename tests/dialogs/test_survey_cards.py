"""The cards by which coaches are told of surveys and choose among them: sound, and as they were reviewed."""

from dataclasses import replace
from datetime import date

import pytest

from coaching.asks import AskKind, Element
from coaching.people import Language
from coaching.visits import Part, Purpose
from dialogs.cards import words
from dialogs.pieces import LARGEST_CARD, size
from dialogs.reply import Card
from dialogs.survey_results import MOST_LISTED, Listed, list_card
from dialogs.visiting import visit_card
from storage.spoken import Spoken
from storage.survey_news import SurveyNews
from tests.builders import in_all
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden
from tests.dialogs.test_visiting import CARD_ID, PROGRAMMES, about

CANARY = "Kysely *ensin* [tässä](https://x.example)"
SOURCE = Element(id=9, programme_id=3, key="surveys:", kind=AskKind.SURVEY_RESULTS, title={}, intro={})
ENOUGH = SurveyNews(box_id=3, title=in_all(CANARY), number=17, least=5, is_enough=True)


def told(language: Language, survey: SurveyNews | None) -> Card:
    """The notice, as a coach is visited with it."""
    asks = {1: replace(about(1, SOURCE), wants_answer=False)}
    spoken = {} if survey is None else {1: Spoken(words={}, survey=survey)}
    parts = [Part(ask_id=1, purpose=Purpose.NOTICE)]
    return visit_card(language, parts, asks, PROGRAMMES, card_id=CARD_ID, spoken=spoken).card


def surveys(number: int, *, title: str = CANARY, programme: str = CANARY) -> list[Listed]:
    return [
        Listed(
            number=each,
            box_id=each,
            title=title,
            programme=programme,
            closed_on=date(2026, 11, 27),
            answered=each + 3,
            is_enough=each > 1,
        )
        for each in range(1, number + 1)
    ]


CARDS = {
    "told": lambda language: told(language, ENOUGH),
    "told-too-few": lambda language: told(language, replace(ENOUGH, is_enough=False)),
    "told-of-nothing-any-more": lambda language: told(language, None),
    "list": lambda language: list_card(language, surveys(2)),
    "list-of-many": lambda language: list_card(language, surveys(MOST_LISTED + 2, programme="")),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CARDS)
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    card = CARDS[name](language)

    assert faults_of(card, canaries=[CANARY]) == []
    assert is_golden(f"survey-{name}.{language}", card)


def test_of_very_many_surveys_with_long_titles_the_list_fits_and_says_how_to_get_the_others() -> None:
    card = list_card(Language.FI, surveys(100, title="ä" * 500, programme="ö" * 500))

    assert size(card) <= LARGEST_CARD
    assert "85 vanhempaa, numerot 1–85" in words(card)
    assert "Kysely 100" in words(card)
    assert "Kysely 85\n" not in words(card)
