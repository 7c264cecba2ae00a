"""What of a plan can be taken to the team: its sentences, each whole, and exactly those that were ticked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.plans import GoalWords
from coaching.team_plans import parted, sentences, ticked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  \n\n ", [], id="nothing"),
        pytest.param("Yksi. Kaksi! Kolme? Neljä", ["Yksi.", "Kaksi!", "Kolme?", "Neljä"], id="by their ends"),
        pytest.param("Yksi\n- kaksi\n\n- kolme", ["Yksi", "- kaksi", "- kolme"], id="by lines"),
        pytest.param("Klo 8.30 aloitan", ["Klo 8.30 aloitan"], id="a number's point ends nothing"),
    ],
)
def test_a_text_is_parted_into_its_sentences(text: str, expected: list[str]) -> None:
    assert parted(text) == expected


@given(st.text(max_size=300))
def test_nothing_of_a_text_is_lost_or_added(text: str) -> None:
    assert "".join("".join(parted(text)).split()) == "".join(text.split())


def test_an_if_then_is_one_sentence_and_stands_where_its_then_does() -> None:
    words = GoalWords(what="Kuuntelen", when="joku tulee", then="kysyn", support="Liisa auttaa")

    found = sentences(7, words, if_then="Kun joku tulee, niin kysyn.")

    assert [(each.field, each.text) for each in found] == [
        ("what", "Kuuntelen"),
        ("then", "Kun joku tulee, niin kysyn."),
        ("support", "Liisa auttaa"),
    ]


@given(st.lists(st.text(min_size=1), max_size=24), st.sets(st.integers(-2, 30)))
def test_exactly_what_was_ticked_is_taken(shown: list[str], places: set[int]) -> None:
    chosen = ticked(shown, [f"s{place}" for place in places])

    assert chosen == [text for place, text in enumerate(shown, start=1) if place in places]
