"""The card before everything is deleted: sound, as it was reviewed, and with the words by which it is done."""

import pytest

from coaching.people import Language
from dialogs.cards import words
from dialogs.erasing import gone, preview_card
from dialogs.wording import t
from storage.belongings import Preview
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

MUCH = Preview(programmes=2, goals=1, answers=41, drafts=1, messages=3, cards=64)
NOTHING = Preview(programmes=0, goals=0, answers=0, drafts=0, messages=0, cards=0)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("preview", [MUCH, NOTHING], ids=["much", "nothing"])
def test_the_preview_is_sound_and_says_how_it_is_done(language: Language, preview: Preview) -> None:
    drawn = preview_card(language, preview)

    assert faults_of(drawn.card) == []
    assert t(language, "erasing.phrase") in words(drawn.card)


@pytest.mark.parametrize("language", Language)
def test_the_preview_is_as_it_was_reviewed(language: Language) -> None:
    assert is_golden(f"erasing.{language}", preview_card(language, MUCH).card)


@pytest.mark.parametrize("language", Language)
def test_an_emptied_card_says_that_it_was_and_has_no_button(language: Language) -> None:
    drawn = gone(language)

    assert faults_of(drawn.card) == []
    assert words(drawn.card) == t(language, "erasing.gone")
    assert "actions" not in drawn.card or not drawn.card["actions"]
