"""Ballots: what people answer to a survey here, each without its writer, and what comes of them together.

A ballot goes into a box with those of others. Nothing in it, beside it or in its place there tells whose it is or when
it came; that somebody has answered is known of their ask, and never what.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from coaching.elements import IN_WORDS, Question, QuestionKind
from coaching.forms import Value
from coaching.pooled import Pooled, Voice, pooled

#: The answers of one person, by the ids of the questions.
Ballot: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """What came of a survey. number: of ballots. answers: by the id of the question; None where too few answered it."""

    number: int
    answers: Mapping[str, Pooled | None]


def mixed(ballots: Sequence[Ballot]) -> list[Ballot]:
    """The ballots in an order that depends on what they say, and not on when they came."""
    return sorted(ballots, key=lambda each: json.dumps(each, ensure_ascii=False, sort_keys=True))


def counted(questions: Sequence[Question], ballots: Sequence[Ballot], *, threshold: int, salt: str) -> Count | None:
    """What came of it; None where fewer people than *threshold* have answered.

    Each question has an order of its own, so that no two answers can be seen to be of one person. What is chosen is
    shown of no fewer people than *threshold* either; what is written is, for any of those who answered may have.
    """
    if len(ballots) < threshold:
        return None
    return Count(number=len(ballots), answers={each.id: _of(each, ballots, threshold, salt) for each in questions})


def _of(question: Question, ballots: Sequence[Ballot], threshold: int, salt: str) -> Pooled | None:
    given = [ballot[question.id] for ballot in ballots if question.id in ballot]
    voices = [Voice(value=value) for value in given if _fits(question, value)]
    least = 1 if question.kind in IN_WORDS else threshold
    return pooled(voices, threshold=least, salt=f"{salt}:{question.id}")


def _fits(question: Question, value: Value) -> bool:
    """Whether it is an answer to the question as it is now: a programme's file may have changed since."""
    match question.kind:
        case QuestionKind.SCALE | QuestionKind.NUMBER:
            return _is_within(question, value)
        case QuestionKind.SINGLE_CHOICE:
            return value in question.choice_ids
        case QuestionKind.MULTIPLE_CHOICE:
            return isinstance(value, list) and set(question.choice_ids).issuperset(value)
        case QuestionKind.YES_NO:
            return isinstance(value, bool)
    return isinstance(value, str)


def _is_within(question: Question, value: Value) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    lowest, highest = question.lowest, question.highest
    return (lowest is None or lowest <= value) and (highest is None or value <= highest)
