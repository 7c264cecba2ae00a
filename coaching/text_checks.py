"""Checks of what a programme says: its languages, the length of what stands before a question, links and questions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from coaching import anchored
from coaching.anchors import At, Offset
from coaching.check_in_questions import CheckInFacts
from coaching.dose import Policy
from coaching.elements import (
    ONLY_TOLD,
    Assignment,
    Audience,
    CheckIn,
    Discussion,
    Element,
    Instrument,
    LearningItem,
    Principles,
    Question,
    QuestionKind,
    Reflection,
    Survey,
    TeamPart,
    Words,
    is_delivered,
)
from coaching.hours import Hours
from coaching.people import Language
from coaching.programme_faults import Fault, FaultKind, Path
from coaching.programmes import Programme, Rules

LONGEST_BEFORE = 350  # characters that are read before something is asked
LEAST_POOLED = 3  # people; of fewer, each could work out what the others said
#: What a check-in about three goals has room for on its card: questions beside these, and characters of each.
MOST_BESIDE, LONGEST_IN_CHECK_IN = 3, 100
SECURE = "https://"

_WORDLESS = (At, Offset, Policy, Hours, Audience)
_CHOICES = frozenset({QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE})


def text_faults(programme: Programme) -> Iterator[Fault]:
    """The faults of single texts, links and questions, wherever in the programme they stand."""
    for path, value in _parts(programme, ()):
        match value:
            case str():
                if path[-1] in ("link", "url") and not value.lower().startswith(SECURE):
                    yield Fault(path=path, kind=FaultKind.NOT_HTTPS, value=value)
            case Question():
                yield from _question_faults(path, value)
            case Rules() | TeamPart():
                yield from _threshold_faults(path, value.pooled_from)
            case Mapping():
                yield from _missing(path, value, programme.languages)
            case Instrument() | Survey():
                if bool(value.link) == bool(value.items):
                    yield Fault(path=path, kind=FaultKind.LINK_OR_ITEMS)
                if isinstance(value, Survey):
                    yield from _survey_faults(path, value)
                if value.items and not value.link and not is_delivered(value):
                    is_survey = isinstance(value, Survey)
                    kind = FaultKind.SURVEY_BY_NAME if is_survey else FaultKind.ITEMS_OF_INSTRUMENT
                    yield Fault(path=path, kind=kind)
    for index, element in enumerate(programme.elements):
        yield from _length_faults(("elements", index), element, programme.languages)
        if isinstance(element, CheckIn):
            yield from _room_faults(("elements", index, "questions"), element)


def fallback(words: Words, languages: Sequence[Language]) -> Language:
    """The language whose text is shown to those whose own has none: the first of the programme's that has one."""
    return next((language for language in (*languages, *Language) if language in words), languages[0])


def _threshold_faults(path: Path, pooled_from: int) -> Iterator[Fault]:
    if pooled_from < LEAST_POOLED:
        yield Fault(path=(*path, "pooled_from"), kind=FaultKind.LOW_THRESHOLD, number=pooled_from)


def _survey_faults(path: Path, survey: Survey) -> Iterator[Fault]:
    """One that is answered here is counted when it has closed, which has to be the same moment for everybody."""
    yield from _threshold_faults(path, survey.pooled_from)
    if survey.items and (survey.closes is None or survey.closes.anchor.kind in anchored.OWN):
        yield Fault(path=path, kind=FaultKind.SURVEY_CLOSES)


def _parts(value: object, path: Path) -> Iterator[tuple[Path, object]]:
    """Every part of a programme that is looked at by itself; texts in several languages are one part."""
    if isinstance(value, _WORDLESS):
        return
    if isinstance(value, Mapping) and not all(isinstance(inner, str) for inner in value.values()):
        for key, inner in value.items():
            yield from _parts(inner, (*path, str(key)))
        return
    yield path, value
    if isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _parts(inner, (*path, index))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _parts(getattr(value, field.name), (*path, field.name))


def _missing(path: Path, words: Words, languages: Sequence[Language]) -> Iterator[Fault]:
    lacking = [language for language in languages if language not in words]
    if words and lacking:
        shown = fallback(words, languages)
        yield Fault(path=path, kind=FaultKind.MISSING_LANGUAGE, value=", ".join(lacking), others=(shown,))


def _question_faults(path: Path, question: Question) -> Iterator[Fault]:
    has_choices = len(question.choices) > 1 if question.kind in _CHOICES else not question.choices
    if not has_choices:
        yield Fault(path=path, kind=FaultKind.CHOICES)
    if question.lowest is None or question.highest is None:
        is_fit = question.kind is not QuestionKind.SCALE
    else:
        is_fit = question.lowest < question.highest
    if not is_fit:
        yield Fault(path=path, kind=FaultKind.SCALE_ENDS)


def _length_faults(path: Path, element: Element, languages: Sequence[Language]) -> Iterator[Fault]:
    """The intro is read before the first question, and only then; what asks for no answer may be longer."""
    if element.kind in ONLY_TOLD:
        return
    questions = list(_asked(element))
    together = [(questions[0][0] if questions else ("intro",), [element.intro, *(each for _, each in questions[:1])])]
    for inner, texts in [*together, *((inner, [words]) for inner, words in questions[1:])]:
        for language in languages:
            length = sum(len(_said(words, language, languages)) for words in texts)
            if length > LONGEST_BEFORE:
                yield Fault(path=(*path, *inner), kind=FaultKind.LONG_TEXT, value=language, number=length)
                break


def _room_faults(path: Path, element: CheckIn) -> Iterator[Fault]:
    """What is asked about each goal stands on the card as often as there are goals."""
    number = len(CheckInFacts(questions=element.questions).own)
    if number > MOST_BESIDE:
        yield Fault(path=path, kind=FaultKind.TOO_MANY_QUESTIONS, number=number)
    for index, each in enumerate(element.questions):
        longest = max(map(len, each.text.values()), default=0)
        if longest > LONGEST_IN_CHECK_IN:
            yield Fault(path=(*path, index), kind=FaultKind.LONG_QUESTION, number=longest)


def _said(words: Words, language: Language, languages: Sequence[Language]) -> str:
    return words.get(language) or words.get(fallback(words, languages), "")


def _asked(element: Element) -> Iterator[tuple[Path, Words]]:
    """Each text that something is asked with, in order, and where in the element it stands."""
    match element:
        case Reflection() | CheckIn():
            yield from ((("questions", index), each.text) for index, each in enumerate(element.questions))
        case Instrument() | Survey():
            yield from ((("items", index), each.text) for index, each in enumerate(element.items))
        case Assignment():
            yield from ((("steps", index), each.text) for index, each in enumerate(element.steps))
            if element.team_part is not None:
                yield ("team_part", "question"), element.team_part.question.text
        case LearningItem():
            yield ("intro",), {}
            yield ("retrieval_question",), element.retrieval_question
        case Discussion():
            for role, questions in element.preparation.items():
                yield from ((("preparation", role, index), each.text) for index, each in enumerate(questions))
        case Principles():
            yield from ((("principles", index), each) for index, each in enumerate(element.principles))
