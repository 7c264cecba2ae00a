"""Notice: something to know, in the programme's own words; nothing to answer."""

from coaching.asks import Element
from coaching.forms import Form
from coaching.people import Language, in_language


def form(element: Element, language: Language) -> Form:
    """A form without questions: its title and its words."""
    return Form(title=in_language(element.title, language), intro=in_language(element.intro, language), fields=())
