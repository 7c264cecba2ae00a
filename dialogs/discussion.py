"""Discussion: what a participant, or their manager, thinks over before they talk; each for themselves."""

from coaching.access import Matter
from coaching.asks import AskKind, Element
from coaching.forms import LONGEST_TEXT, Form
from coaching.people import Language, Role, in_language
from dialogs.questions import field_of
from dialogs.reflection import ROOM


def form(element: Element, language: Language) -> Form:
    """The questions of the one who is asked: the participant's, or of notes about a participant the manager's."""
    is_managers = element.kind is AskKind.NOTES
    role, matter = (Role.MANAGER, Matter.NOTES) if is_managers else (Role.PARTICIPANT, Matter.PREPARATION)
    asked = element.discussion.preparation.get(role, ()) if element.discussion else ()
    longest = min(LONGEST_TEXT, ROOM // max(len(asked), 1) // 100 * 100)
    return Form(
        title=in_language(element.title, language),
        intro=in_language(element.intro, language),
        fields=tuple(field_of(each, language, matter, longest=longest) for each in asked),
    )
