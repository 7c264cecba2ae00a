"""Result: what an assessment elsewhere says of somebody, released by their coach as a link, and what they make of it.

The reflection on it is theirs alone: three strengths, one or two targets, one surprise. The first target becomes the
beginning of a goal, so that one leads into the other (Smither, London & Reilly 2005: a result alone changes little).
"""

import re
from collections.abc import Mapping
from datetime import timedelta

from microsoft_teams.cards import Action

from coaching.access import Matter
from coaching.asks import Element
from coaching.forms import Field, FieldKind, Form
from coaching.people import Language, in_language
from dialogs.pieces import address, opens
from dialogs.wording import t

#: Within so long after the release the first goal is hoped for.
GOAL_WITHIN = timedelta(days=10)
LONGEST = 500
_ASKED = {
    "strength_1": True,
    "strength_2": False,
    "strength_3": False,
    "target_1": True,
    "target_2": False,
    "surprise": False,
}
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")


def form(element: Element, language: Language) -> Form:
    """What somebody makes of their result."""
    fields = tuple(
        Field(
            name=name,
            kind=FieldKind.LONG_TEXT,
            label=t(language, f"result.field.{name}"),
            matter=Matter.REFLECTION,
            required=required,
            longest=LONGEST,
        )
        for name, required in _ASKED.items()
    )
    title = in_language(element.title, language) or t(language, "result.title")
    return Form(title=title, intro=in_language(element.intro, language), fields=fields)


def link_in(text: str) -> str | None:
    """The first web address in a text; None where there is none that can be opened."""
    found = _LINK.search(text)
    return address(found.group().rstrip(".,;:!?")) if found else None


def actions(language: Language, element: Element) -> list[Action]:
    """The button that opens the result."""
    words = f"{in_language(element.title, language)} {in_language(element.intro, language)}"
    link = link_in(words)
    return [opens(t(language, "result.open"), link)] if link else []


def first_words(values: Mapping[str, object]) -> Mapping[str, object]:
    """What of the reflection begins the goal."""
    return {"what": values["target_1"]} if values.get("target_1") else {}
