"""The catalogue: which module says what for each kind of ask. A kind without an entry is a red test."""

from collections.abc import Callable, Mapping

from coaching.asks import Ask, AskKind, Element
from coaching.forms import Form
from coaching.people import Language
from dialogs import assignment, message, notice, reflection, sessions

_FORMS: Mapping[AskKind, Callable[[Element, Language], Form]] = {
    AskKind.REFLECTION: reflection.form,
    AskKind.NOTICE: notice.form,
    AskKind.SESSION_PREP: sessions.form,
    AskKind.SESSION_LINK: sessions.form,
    AskKind.ASSIGNMENT: assignment.form,
    AskKind.MESSAGE: message.form,
}


def form(ask: Ask, language: Language, *, about: str = "") -> Form:
    """The questions of an ask in a language. about: which of an assignment's; empty for what is handed in."""
    return form_of(ask.element, language, about=about)


def form_of(element: Element, language: Language, *, about: str = "") -> Form:
    """The questions that an element asks; see `form`."""
    if element.kind is AskKind.ASSIGNMENT and about:
        return assignment.form(element, language, about)
    return _FORMS[element.kind](element, language)
