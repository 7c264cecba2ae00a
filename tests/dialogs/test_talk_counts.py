"""The card of how discussions stand: sound, as it was reviewed, and small enough with any number of units."""

import pytest

from coaching.people import Language
from coaching.talk_counts import Tally, told
from dialogs.cards import words
from dialogs.pieces import LARGEST_CARD, size
from dialogs.talk_counts import counts_card
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

CANARY = "Yksikkö *A* [tässä](https://x.example)"
TALLY = Tally(pairs=12, prepared=5, booked=3, held=4, summarised=2)
STAGES = [
    ("Palautekeskustelu", told({CANARY: TALLY, "Hallinto": TALLY, "Arkisto": Tally(pairs=2), "Tuki": Tally(pairs=4)})),
    ("Tavoitekeskustelu", told({CANARY: Tally(pairs=3)})),
]


@pytest.mark.parametrize("language", Language)
def test_the_card_is_sound_and_looks_as_it_was_reviewed(language: Language) -> None:
    card = counts_card(language, "Ohjelma", STAGES, least=5)

    assert faults_of(card, canaries=[CANARY]) == []
    assert is_golden(f"talk-counts.{language}", card)


def test_more_units_than_a_card_holds_are_counted() -> None:
    stages = [("Vaihe", told({f"Hallinnon ja kehittämisen yksikkö numero {n}": TALLY for n in range(90)}))] * 2

    card = counts_card(Language.FI, "Ohjelma", stages, least=5)

    assert size(card) <= LARGEST_CARD
    assert "eivät mahtuneet korttiin" in words(card)


def test_a_programme_without_discussions_says_so() -> None:
    assert "ei ole keskusteluja" in words(counts_card(Language.FI, "Ohjelma", [], least=5))
