"""Learning: something to go through on one's own, marked as done by a press or a word, and what is asked of it later.

An assessment or a survey elsewhere is done in the same way. The link is opened by the person alone: nobody, Sparri
neither, learns whether and when it was.
"""

from collections.abc import Sequence
from datetime import datetime

from microsoft_teams.cards import Action, CardElement

from coaching.access import Matter
from coaching.asks import Element
from coaching.elements import Instrument, LearningItem, Survey
from coaching.forms import Field, FieldKind, Form
from coaching.people import Language, in_language
from dialogs.pieces import CardRef, Verb, address, button, card, heading, opens, paragraph, small
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import moment_in_words, t

SECURE = "https://"


def form(element: Element, language: Language) -> Form:
    """A form without questions: what it is and why. That it is done needs no more than a press."""
    return Form(title=in_language(element.title, language), intro=in_language(element.intro, language), fields=())


def retrieval_form(element: Element, language: Language) -> Form:
    """The one question by which it is remembered: the programme's own, or the usual one."""
    own = in_language(element.questions[0], language) if element.questions else ""
    asked = Field(
        name="remembered",
        kind=FieldKind.LONG_TEXT,
        label=own or t(language, "learning.retrieval.label"),
        matter=Matter.REFLECTION,
    )
    return Form(
        title=t(language, "learning.retrieval.title", title=in_language(element.title, language)),
        intro=t(language, "learning.retrieval.intro"),
        fields=(asked,),
    )


def told(language: Language, element: Element) -> list[CardElement]:
    """How long it takes, where what is answered stays or how its result comes, and how to say that it is done."""
    item = _item(element)
    lines = [t(language, "learning.how")]
    match item:
        case Survey():
            lines += [t(language, "surveys.elsewhere")]
        case Instrument(released_by_coach=True):
            lines += [t(language, "learning.result")]
        case LearningItem(minutes=minutes) if minutes:
            lines = [t(language, "learning.minutes", count=minutes), *lines]
    return [paragraph(line) for line in lines]


def seen(language: Language) -> list[CardElement]:
    """Who sees that it is done."""
    return [small(t(language, "learning.seen", line=who_sees(language, Matter.PROGRESS)))]


def buttons(language: Language, element: Element, ref: CardRef) -> list[Action]:
    """The way to it, that it is done, and that it is not now."""
    return [
        *_way(language, element),
        button(t(language, "learning.done.button"), Verb.SUBMIT, ref=ref),
        button(t(language, "form.later"), Verb.LATER, ref=ref),
    ]


def done_card(language: Language, element: Element, *, at_local: datetime) -> Card:
    """That it is done, when, and what comes of it. at_local: in the person's own zone."""
    title, name = t(language, "learning.done.title"), in_language(element.title, language)
    # What a coach sends again to some comes without the questions of the programme's own.
    item = _item(element)
    is_asked_later = element.is_anchor and isinstance(item, LearningItem) and bool(item.retrieval)
    body: list[CardElement] = [
        heading(title),
        paragraph(name),
        paragraph(t(language, "receipt.saved", when=moment_in_words(language, at_local))),
        *([paragraph(t(language, "learning.done.later"))] if is_asked_later else []),
        *seen(language),
    ]
    return card(language, body, actions=_way(language, element), fallback=f"{title}: {name}")


def _way(language: Language, element: Element) -> Sequence[Action]:
    """The button that opens it; none where the link is no address that can be trusted."""
    link = address(_item(element).link)
    return [opens(t(language, "learning.open"), link)] if link and link.lower().startswith(SECURE) else []


def _item(element: Element) -> LearningItem | Instrument | Survey:
    """What the file says of it. Raises TypeError for what is done here."""
    if not isinstance(element.own, LearningItem | Instrument | Survey):
        raise TypeError(element.kind)
    return element.own
