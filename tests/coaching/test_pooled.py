"""Pooled answers: from enough people only, without a trace of who wrote which."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.anchors import Anchor, AnchorKind, At
from coaching.assignments import facts_of
from coaching.elements import Assignment, Question, TeamPart
from coaching.forms import Value
from coaching.pooled import LEAST_UNNAMED, PooledQuestion, Voice, pooled, source_keys, usual_closing
from tests.coaching.asking import DAY, MONDAY, ask, utc

START = Anchor(kind=AnchorKind.PROGRAMME_START)
HELSINKI = ZoneInfo("Europe/Helsinki")
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.text(max_size=20), st.integers(0, 10), st.booleans(), st.lists(st.sampled_from(["c1", "c2"]), max_size=2)
)
VOICES = st.lists(st.builds(Voice, value=VALUES, by=st.sampled_from(["", "", "Aino", "Veikko"])), max_size=12)


@given(voices=VOICES, threshold=st.integers(3, 9))
def test_fewer_than_the_threshold_are_never_shown(voices: list[Voice], threshold: int) -> None:
    result = pooled(voices, threshold=threshold, salt="1")

    assert (result is None) is (len(voices) < threshold)
    assert result is None or len(result.voices) == len(voices)


@given(voices=VOICES, order=st.randoms(use_true_random=False))
def test_whoever_wrote_first_the_order_is_the_same(voices: list[Voice], order: object) -> None:
    before = pooled(voices, threshold=0, salt="7")
    moved = list(voices)
    order.shuffle(moved)  # type: ignore[attr-defined]

    assert pooled(moved, threshold=0, salt="7") == before


@given(voices=VOICES)
def test_a_name_is_shown_only_where_it_tells_nothing_of_the_others(voices: list[Voice]) -> None:
    result = pooled(voices, threshold=0, salt="1")

    assert result is not None
    unnamed = sum(not voice.by for voice in voices)
    is_any_named = any(voice.by for voice in result.voices)
    assert not is_any_named or unnamed == 0 or unnamed >= LEAST_UNNAMED
    assert {voice.by for voice in result.voices} <= {voice.by for voice in voices} | {""}
    assert result.are_names_left_out is (0 < unnamed < min(LEAST_UNNAMED, len(voices)))


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        pytest.param({}, utc(11, 30, 12), id="a week where nothing else is set"),
        pytest.param({"due_at": MONDAY + 3 * DAY}, MONDAY + 3 * DAY, id="before it is hoped for"),
        pytest.param({"due_at": MONDAY + timedelta(hours=3)}, utc(11, 30, 12), id="where that is almost here"),
        pytest.param({"closes_at": MONDAY + DAY}, MONDAY + DAY, id="never after it closes"),
    ],
)
def test_answers_are_waited_for_about_a_week(given_: dict[str, object], expected: object) -> None:
    assert usual_closing(replace(ask(), **given_), MONDAY, HELSINKI) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("of_programme", "expected"), [(3, 5), (5, 5), (8, 8)])
def test_the_greater_number_of_the_programme_and_the_assignment_holds(of_programme: int, expected: int) -> None:
    element = Assignment(
        id="a", title={}, at=At(anchor=START), team_part=TeamPart(question=Question(id="q", text={}), pooled_from=5)
    )

    part = facts_of(element, pooled_from=of_programme).team_part

    assert part is not None
    assert part.pooled_from == expected


def test_another_question_of_the_same_element_has_sources_of_its_own() -> None:
    first, second = (PooledQuestion(question=Question(id="q", text={}), threshold=threshold) for threshold in (5, 6))

    assert source_keys("expectations", first) == source_keys("expectations", first)
    assert not {*source_keys("expectations", first)} & {*source_keys("expectations", second)}
