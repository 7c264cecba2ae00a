"""Ballots: what comes of them together, what of too few is not shown, and that no order tells whose they are."""

from typing import Any

import pytest

from coaching.ballots import Ballot, counted, mixed
from coaching.elements import Question, QuestionKind
from coaching.forms import Value
from tests.coaching.programming import words

SCALE = Question(id="scale", text=words("s"), kind=QuestionKind.SCALE, lowest=1, highest=5)
TEXT = Question(id="text", text=words("t"), kind=QuestionKind.LONG_TEXT)
CHOICES = (words("a"), words("b"))
ALL: list[Ballot] = [{"scale": number, "text": f"text {number}"} for number in range(1, 6)]


def values(question: Question, ballots: list[Ballot], threshold: int = 5) -> list[Value] | None:
    """What is shown of one question; None for nothing."""
    count = counted([question], ballots, threshold=threshold, salt="1")
    found = count.answers[question.id] if count is not None else None
    return None if found is None else [voice.value for voice in found.voices]


@pytest.mark.parametrize(
    ("number", "threshold", "is_shown"),
    [
        pytest.param(4, 5, False, id="four of five"),
        pytest.param(0, 3, False, id="nobody"),
        pytest.param(5, 5, True, id="just enough"),
        pytest.param(5, 6, False, id="a higher threshold"),
    ],
)
def test_of_fewer_ballots_than_were_promised_nothing_is_shown(number: int, threshold: int, is_shown: bool) -> None:
    count = counted([SCALE, TEXT], ALL[:number], threshold=threshold, salt="1")

    assert (count is not None) == is_shown


def test_what_few_chose_is_not_shown_and_what_few_wrote_is() -> None:
    ballots: list[Ballot] = [*ALL[:4], {}]

    assert values(SCALE, ballots) is None
    assert sorted(map(str, values(TEXT, ballots) or ())) == ["text 1", "text 2", "text 3", "text 4"]


def test_the_order_is_the_same_whoever_was_first_and_another_for_each_question() -> None:
    other = Question(id="other", text=words("o"), kind=QuestionKind.LONG_TEXT)
    ballots: list[Ballot] = [{"text": f"{number}", "other": f"{number}"} for number in range(20)]

    assert values(TEXT, ballots) == values(TEXT, ballots[::-1])
    assert values(TEXT, ballots) != values(other, ballots)
    assert mixed(ballots) == mixed(ballots[::-1])


@pytest.mark.parametrize(
    ("kind", "given", "stray"),
    [
        pytest.param(QuestionKind.SCALE, {"lowest": 1, "highest": 3}, 5, id="beyond the scale"),
        pytest.param(QuestionKind.SINGLE_CHOICE, {"choices": CHOICES}, "c3", id="a choice that is gone"),
        pytest.param(QuestionKind.MULTIPLE_CHOICE, {"choices": CHOICES}, ["c1", "c3"], id="one of the chosen is gone"),
        pytest.param(QuestionKind.YES_NO, {}, "yes", id="words for yes or no"),
        pytest.param(QuestionKind.NUMBER, {}, True, id="yes for a number"),
        pytest.param(QuestionKind.TEXT, {}, 3, id="a number for words"),
    ],
)
def test_what_does_not_fit_the_question_any_more_is_left_out(
    kind: QuestionKind, given: dict[str, Any], stray: Value
) -> None:
    fits: dict[QuestionKind, Value] = {
        QuestionKind.SCALE: 3,
        QuestionKind.SINGLE_CHOICE: "c2",
        QuestionKind.MULTIPLE_CHOICE: ["c2"],
        QuestionKind.YES_NO: False,
        QuestionKind.NUMBER: 3,
        QuestionKind.TEXT: "three",
    }
    question = Question(id="q", text=words("q"), kind=kind, **given)

    assert values(question, [{"q": stray}, *[{"q": fits[kind]}] * 3], threshold=3) == [fits[kind]] * 3
