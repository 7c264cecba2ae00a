"""The cards of the follow-up: sound, as they were reviewed, and small enough with very many people and words."""

from datetime import UTC, datetime

import pytest

from coaching.following import Stage
from coaching.forms import Fault, FaultKind
from coaching.people import Language
from dialogs.follow_up_cards import Crowd, HandIn, Named, hand_in_card, people_card, sent_card
from dialogs.pieces import words
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

CANARY = "**Kanarialintu** [laulaa](https://evil.example)"
CROWD = Crowd(
    number=2,
    element_id=9,
    title=CANARY,
    programme="AKO 2020",
    counts={Stage.OPEN: 2, Stage.DONE: 2, Stage.DROPPED: 1},
    named=[
        Named(name="Aino Aalto", stage=Stage.DONE, ask_id=31),
        Named(name="Bertta Berg", stage=Stage.DONE, ask_id=32),
        Named(name="Cecilia Ceder", stage=Stage.OPEN),
        Named(name="Olli Outo", stage=Stage.DROPPED),
    ],
)
HAND_IN = HandIn(
    ask_id=31,
    number=2,
    title=CANARY,
    name="Aino Aalto",
    by="",
    at=datetime(2026, 11, 16, 10, 0, tzinfo=UTC),
    version=2,
    is_draft=True,
    said=[("Mitä tapahtui?", CANARY), ("Kuinka hyvin se sujui?", "7")],
    others=[(33, 1), (34, 3)],
)


@pytest.mark.parametrize("language", Language)
def test_the_cards_are_sound_and_look_as_they_were_reviewed(language: Language) -> None:
    fault = Fault(field="words", kind=FaultKind.MISSING)
    drawn = {
        "people": people_card(language, CROWD),
        "hand-in": hand_in_card(language, HAND_IN),
        "hand-in-again": hand_in_card(language, HAND_IN, entries={"wish": "answer"}, faults=[fault]),
        "feedback-sent": sent_card(language, HAND_IN, words=CANARY, asks=True),
    }

    for name, card in drawn.items():
        assert faults_of(card, canaries=[CANARY]) == [], name
        assert is_golden(f"{name}.{language}", card), name


def test_those_who_are_not_named_are_counted() -> None:
    assert "Avoinna 2: Cecilia Ceder, ja 1 muuta" in words(people_card(Language.FI, CROWD))


def test_a_card_of_ten_thousand_people_with_long_names_is_small_enough() -> None:
    named = [Named(name=f"{number} {'Å' * 250}", stage=Stage.DONE, ask_id=number) for number in range(120)]
    crowd = Crowd(
        number=8, element_id=1, title="Å" * 500, programme="P" * 200, counts={Stage.DONE: 10_000}, named=named
    )

    assert faults_of(people_card(Language.FI, crowd)) == []


def test_a_hand_in_as_long_as_can_be_is_small_enough() -> None:
    hand_in = HandIn(
        ask_id=1,
        number=8,
        title="Å" * 500,
        name="Å" * 256,
        by="Å" * 256,
        at=None,
        version=1,
        is_draft=False,
        said=[(f"Kysymys {number}", "\n".join("😀" * 40 for _ in range(50))) for number in range(12)],
        others=[(number, number) for number in range(9)],
    )

    assert faults_of(hand_in_card(Language.FI, hand_in, entries={"words": "x" * 3000})) == []
