"""Reflection: one open question after a session, or the three-step debrief, answered in the person's own words."""

from collections.abc import Mapping
from functools import cache

from coaching.access import Matter
from coaching.asks import Element
from coaching.forms import LONGEST_TEXT, Field, FieldKind, Form
from coaching.people import Language
from dialogs.wording import MissingText, t

#: Intended, happened, next: a debrief in this order improves what is done the next time (Tannenbaum & Cerasoli 2013).
STEPS = ("intended", "happened", "next")
#: Characters of all answers together, so that a card with every one of them to edit stays under 28 KB.
ROOM = 9_900


def form(element: Element, language: Language) -> Form:
    """The element's questions in *language*: its own ones (q1, q2, …), or the debrief when it has none.

    Where the element does not speak the language, the first of Finnish, Swedish and English that it does is taken.
    Raises MissingText when it has no words at all for its title or a question.
    """
    longest = min(LONGEST_TEXT, ROOM // len(element.questions or STEPS) // 100 * 100)
    return Form(
        title=_in_words(element.title, language),
        intro=_intro(element, language),
        fields=_own_questions(element, language, longest) if element.questions else _debrief(language, longest),
    )


@cache
def _debrief(language: Language, longest: int) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=step,
            kind=FieldKind.LONG_TEXT,
            label=t(language, f"reflection.{step}.label"),
            hint=t(language, f"reflection.{step}.hint"),
            matter=Matter.REFLECTION,
            longest=longest,
        )
        for step in STEPS
    )


def _own_questions(element: Element, language: Language, longest: int) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=f"q{number}",
            kind=FieldKind.LONG_TEXT,
            label=_in_words(question, language),
            matter=Matter.REFLECTION,
            longest=longest,
        )
        for number, question in enumerate(element.questions, start=1)
    )


def _intro(element: Element, language: Language) -> str:
    if any(element.intro.values()):
        return _in_words(element.intro, language)
    return "" if element.questions else t(language, "reflection.intro")


def _in_words(texts: Mapping[Language, str], language: Language) -> str:
    for spoken in (language, *Language):
        if texts.get(spoken):
            return texts[spoken]
    raise MissingText("an element has a title or a question without words")
