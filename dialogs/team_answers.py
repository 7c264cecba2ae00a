"""Team answers: what came of a question to several, for the one who asked: together, and from enough of them only."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from microsoft_teams.cards import CardElement

from coaching.asks import Element
from coaching.forms import Field, FieldKind, Form, Value
from coaching.people import Language, in_language
from coaching.pooled import Pooled, Voice
from dialogs.pieces import cut, paragraph, quoted, small
from dialogs.team_question import asked_in, field
from dialogs.wording import date_in_words, number_in_words, t
from storage.spoken import Spoken

#: What is counted rather than listed.
_COUNTED = frozenset({FieldKind.SCALE, FieldKind.CHOICE, FieldKind.CHOICES, FieldKind.YES_NO})


def form(element: Element, language: Language) -> Form:
    """Nothing is asked."""
    return Form(title=t(language, "team.answers.title", title=in_language(element.title, language)), fields=())


def said(language: Language, element: Element, spoken: Spoken | None, *, longest: int) -> list[CardElement]:
    """The question and its answers, or that they are too few. longest: characters of each answer."""
    if spoken is None or (spoken.is_enough and spoken.pooled is None):
        return [paragraph(t(language, "message.gone"))]
    question = asked_in(element).question
    asked = paragraph(in_language(question.text, language))
    if spoken.pooled is None:
        return [asked, paragraph(t(language, "team.answers.too_few", least=asked_in(element).threshold))]
    result = spoken.pooled
    return [
        asked,
        paragraph(t(language, "team.answers.number", number=len(result.voices))),
        *told(language, field(question, language), result, longest),
        *([small(t(language, "team.answers.names_left_out"))] if result.are_names_left_out else []),
        small(t(language, "team.answers.yours")),
    ]


def in_words(language: Language, element: Element) -> str:
    """What a client tells that cannot draw the card; nothing that anybody wrote."""
    return form(element, language).title


def is_counted(asked: Field) -> bool:
    """Whether its answers are counted rather than listed."""
    return asked.kind in _COUNTED


def told(
    language: Language, asked: Field, result: Pooled, longest: int, *, most: int | None = None
) -> Iterator[CardElement]:
    """The answers to one question. longest: characters of each. most: that are listed; None for all."""
    if is_counted(asked):
        yield from _counted(language, asked, result.voices)
    for voice in result.voices[:most]:
        if is_counted(asked) and not voice.by:
            continue
        text = cut(_worded(language, asked, voice.value), longest)
        yield quoted("– ", f"{text} ({voice.by})" if voice.by else text)


def _counted(language: Language, asked: Field, voices: Sequence[Voice]) -> Iterator[CardElement]:
    """How often each answer was given, in the order of the question; of a scale the mean too."""
    given: Counter[str] = Counter()
    for voice in voices:
        given.update(map(str, voice.value) if isinstance(voice.value, list) else [str(voice.value)])
    if asked.kind is FieldKind.SCALE:
        numbers = [voice.value for voice in voices if isinstance(voice.value, int | float)]
        mean = round(sum(numbers) / max(len(numbers), 1), 1)
        yield paragraph(t(language, "team.answers.mean", mean=number_in_words(language, mean)))
    in_order = [choice.id for choice in asked.choices] or sorted(given, key=lambda each: (len(each), each))
    for each in in_order:
        if given[each]:
            label = _label(language, asked, each)
            yield paragraph(t(language, "team.answers.counted", label=label, number=given[each]))


def _worded(language: Language, asked: Field, value: Value) -> str:
    if isinstance(value, list):
        return ", ".join(_label(language, asked, each) for each in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_in_words(language, value)
    return _label(language, asked, str(value))


def _label(language: Language, asked: Field, given: str) -> str:
    match asked.kind:
        case FieldKind.YES_NO:
            return t(language, "common.yes" if given == "True" else "common.no")
        case FieldKind.DATE:
            return date_in_words(language, date.fromisoformat(given))
    return next((choice.label for choice in asked.choices if choice.id == given), given)
