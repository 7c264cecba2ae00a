"""Principle: one of those that a group has agreed on, and how somebody has lived it lately; each comes in its turn."""

from dataclasses import replace

from coaching.asks import Element
from coaching.forms import Form
from coaching.people import Language, in_language
from dialogs import reflection
from dialogs.wording import t


def form(element: Element, language: Language) -> Form:
    """A reflection on the principle, with the usual question where the programme has none of its own."""
    asked = reflection.form(element, language)
    return asked if asked.intro else replace(asked, intro=t(language, "principle.intro"))


def named(element: Element, language: Language) -> str:
    """The title, and which principle."""
    title, words = in_language(element.title, language), element.questions
    return t(language, "principle.name", title=title, principle=in_language(words[0], language)) if words else title
