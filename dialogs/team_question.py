"""Team question: what a colleague asks somebody: who asks, what for, who sees it, until when, and how to decline."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement

from coaching.access import Matter
from coaching.asks import Element
from coaching.elements import Question
from coaching.forms import Field, FieldKind, Form
from coaching.people import Language, in_language
from coaching.pooled import PooledQuestion
from dialogs.pieces import CardRef, Verb, button, card, heading, paragraph, quoted
from dialogs.questions import field_of
from dialogs.reply import Card
from dialogs.wording import MissingText, moment_in_words, t
from storage.spoken import Spoken

#: Characters of an answer, so that many of them fit on one card.
LONGEST_ANSWER = 1_000
#: The one question, and whether the name may be shown.
ANSWER, NAMED = "answer", "named"


def asked_in(element: Element) -> PooledQuestion:
    """The question. Raises MissingText where the element has none."""
    if element.pooled is None:
        raise MissingText("an element of a team's question has no question")
    return element.pooled


def form(element: Element, language: Language) -> Form:
    """The question, and whether the name may be shown beside the answer."""
    named = Field(
        name=NAMED,
        kind=FieldKind.YES_NO,
        label=t(language, "team.named.label"),
        hint=t(language, "team.named.hint"),
        matter=None,
        required=False,
    )
    title = t(language, "team.question.title", title=in_language(element.title, language))
    return Form(title=title, fields=(field(asked_in(element).question, language), named))


def field(question: Question, language: Language) -> Field:
    """The question as a field, which has to be answered."""
    asked = field_of(question, language, Matter.TEAM_ANSWER, longest=LONGEST_ANSWER)
    return replace(asked, name=ANSWER, required=True)


def said(language: Language, element: Element, spoken: Spoken | None, zone: ZoneInfo | None) -> list[CardElement]:
    """Who asks and what for, how the answers come together, and until when. zone: the reader's."""
    if spoken is None or spoken.at is None:
        return [paragraph(t(language, "message.gone"))]
    asked = asked_in(element)
    return [
        quoted(t(language, "team.question.by"), spoken.by),
        paragraph(t(language, f"team.question.purpose.{asked.origin}")),
        paragraph(t(language, "team.question.pooled", least=asked.threshold)),
        paragraph(t(language, "team.question.until", when=moment_in_words(language, spoken.at.astimezone(zone)))),
    ]


def actions(language: Language, ref: CardRef) -> list[Action]:
    """To answer, to be asked on another day, and to decline."""
    return [
        button(t(language, "form.submit"), Verb.SUBMIT, ref=ref, inputs="auto"),
        button(t(language, "form.later"), Verb.LATER, ref=ref),
        button(t(language, "team.declined.button"), Verb.DECLINE, ref=ref),
    ]


def declined_card(language: Language, element: Element, ref: CardRef, *, closes_local: datetime | None) -> Card:
    """That they are not asked again, and that they can still answer. closes_local: until when, in their own zone."""
    title = t(language, "team.declined.title")
    body = [
        heading(title),
        paragraph(form(element, language).title),
        paragraph(t(language, "team.declined.text")),
        *(
            [paragraph(t(language, "team.declined.until", when=moment_in_words(language, closes_local)))]
            if closes_local
            else []
        ),
    ]
    back = [button(t(language, "team.declined.back"), Verb.EDIT, ref=ref)]
    return card(language, body, actions=back, fallback=title)
