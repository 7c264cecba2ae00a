"""Message: what somebody else says by way of Sparri: a participant's question, a coach's answer, feedback.

Their words are not part of the form: they are opened at the last moment, and stand beside it.
"""

from zoneinfo import ZoneInfo

from microsoft_teams.cards import CardElement

from coaching.access import Matter
from coaching.asks import Element
from coaching.forms import Field, FieldKind, Form
from coaching.people import Language, in_language
from coaching.sources import MESSAGE
from dialogs.assignment import LONGEST_MESSAGE, LONGEST_PLAN
from dialogs.pieces import paragraph, quoted
from dialogs.wording import date_in_words, t
from storage.errands import ANSWERED_BY, ErrandKind
from storage.spoken import Spoken


def kind_of(element: Element) -> ErrandKind:
    """What the message is."""
    return ErrandKind(element.key.removeprefix(MESSAGE))


def form(element: Element, language: Language) -> Form:
    """What is asked of the one who gets it; nothing where it only tells."""
    kind = kind_of(element)
    return Form(title=t(language, f"message.{kind}.title"), fields=_asked(kind, language))


def said(language: Language, element: Element, spoken: Spoken | None, zone: ZoneInfo | None) -> list[CardElement]:
    """Who says what about which assignment. zone: the reader's; None for none that matters."""
    if spoken is None:
        return [paragraph(t(language, "message.gone"))]
    kind = kind_of(element)
    told: list[CardElement] = [quoted(t(language, "message.by"), spoken.by)]
    if spoken.about:
        told.append(paragraph(t(language, "message.about", title=in_language(spoken.about, language))))
    told += [paragraph(line) for line in _until(language, kind, spoken, zone)]
    text = spoken.words.get("words")
    return [*told, *([quoted(t(language, "message.words"), str(text))] if text else [])]


def _until(language: Language, kind: ErrandKind, spoken: Spoken, zone: ZoneInfo | None) -> list[str]:
    if kind is ErrandKind.DECISION and spoken.at is None:
        return [t(language, "message.not_granted")]
    if spoken.at is None:
        return []
    when = date_in_words(language, spoken.at.astimezone(zone).date())
    return [t(language, "message.granted" if kind is ErrandKind.DECISION else "message.wished", when=when)]


def _asked(kind: ErrandKind, language: Language) -> tuple[Field, ...]:
    if kind not in ANSWERED_BY:
        return ()
    decides = kind is ErrandKind.MORE_TIME
    words = Field(
        name="words",
        kind=FieldKind.LONG_TEXT,
        label=t(language, f"message.{kind}.label"),
        matter=Matter.REPLY,
        required=not decides,
        longest=LONGEST_PLAN if decides else LONGEST_MESSAGE,
    )
    granted = Field(
        name="granted", kind=FieldKind.YES_NO, label=t(language, "message.more_time.granted"), matter=Matter.REPLY
    )
    return (granted, words) if decides else (words,)
