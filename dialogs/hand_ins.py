"""Hand-ins: what a coach reads of what somebody gave, as the access table has it, and how it is put into words."""

from coaching.access import Audience, may_read
from coaching.asks import AskKind, Element
from coaching.forms import Field, FieldKind, Value
from coaching.people import Language
from dialogs import catalogue
from dialogs.wording import number_in_words, t
from storage.cards import Face


def readable(element: Element, language: Language) -> tuple[Field, ...]:
    """The fields of its answers that a coach reads; empty where they see only that there is an answer."""
    about = Face.ADAPT if element.kind is AskKind.ASSIGNMENT else ""
    fields = catalogue.form_of(element, language, about=about).fields
    return tuple(field for field in fields if field.matter and may_read(Audience.COACH, field.matter))


def in_words(language: Language, field: Field, value: Value) -> str:
    """A value as its person would write it: the words of a choice, yes or no, a number."""
    match value:
        case bool():
            return t(language, "common.yes" if value else "common.no")
        case int() | float():
            return number_in_words(language, value)
        case list():
            return ", ".join(_chosen(field, each) for each in value)
    return _chosen(field, value) if field.kind is FieldKind.CHOICE else value


def _chosen(field: Field, id: str) -> str:
    return next((choice.label for choice in field.choices if choice.id == id), id)
