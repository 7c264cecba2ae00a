"""Check-in questions: what is asked about each goal anyway, and what a programme asks in its own words or beside it."""

from collections.abc import Mapping
from dataclasses import dataclass

from coaching.elements import IN_WORDS, Question, QuestionKind, Words

#: What is asked about each goal, and of which kinds a programme's question with that id means the same.
ASKED: Mapping[str, frozenset[QuestionKind]] = {
    "progress": frozenset({QuestionKind.SCALE, QuestionKind.NUMBER}),
    "helped": IN_WORDS,
    "next": IN_WORDS,
    "decision": frozenset({QuestionKind.SINGLE_CHOICE}),
}
#: The names of the fields of what a programme asks beside the goals begin so; then comes the question's id.
OWN = "own_"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInFacts:
    """What a programme asks in its check-ins."""

    questions: tuple[Question, ...] = ()

    def wording(self, name: str) -> Words:
        """How the programme asks what is asked about each goal anyway; nothing where it does not."""
        return next((each.text for each in self.questions if each.id == name and _is_asked_anyway(each)), {})

    @property
    def own(self) -> tuple[Question, ...]:
        """What is asked beside that, once in each check-in."""
        return tuple(each for each in self.questions if not _is_asked_anyway(each))


def _is_asked_anyway(question: Question) -> bool:
    return question.kind in ASKED.get(question.id, ())
