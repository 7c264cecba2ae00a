"""Questions: those of a programme's file as the fields of a form, in one language."""

from coaching.access import Matter
from coaching.elements import Question, QuestionKind
from coaching.forms import Choice, Field, FieldKind
from coaching.people import Language, in_language

_KINDS = {
    QuestionKind.TEXT: FieldKind.TEXT,
    QuestionKind.LONG_TEXT: FieldKind.LONG_TEXT,
    QuestionKind.SCALE: FieldKind.SCALE,
    QuestionKind.SINGLE_CHOICE: FieldKind.CHOICE,
    QuestionKind.MULTIPLE_CHOICE: FieldKind.CHOICES,
    QuestionKind.NUMBER: FieldKind.NUMBER,
    QuestionKind.DATE: FieldKind.DATE,
    QuestionKind.YES_NO: FieldKind.YES_NO,
}


def field_of(question: Question, language: Language, matter: Matter, *, longest: int | None = None) -> Field:
    """A question as a field. longest: characters of a long text; None for the usual."""
    kind = _KINDS[question.kind]
    choices = (
        Choice(id=id, label=in_language(words, language))
        for id, words in zip(question.choice_ids, question.choices, strict=True)
    )
    return Field(
        name=question.id,
        kind=kind,
        label=in_language(question.text, language),
        matter=matter,
        required=question.required,
        longest=longest if kind is FieldKind.LONG_TEXT else None,
        low=question.lowest,
        high=question.highest,
        choices=tuple(choices),
    )
