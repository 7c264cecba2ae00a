"""Talk summary: what two agreed on in a discussion, written down by either of them; theirs until they share it."""

from microsoft_teams.cards import CardElement

from coaching.access import Matter
from coaching.asks import Element
from coaching.forms import Field, FieldKind, Form
from coaching.people import Language
from dialogs.pieces import button, card, cut, heading, paragraph, quoted, small
from dialogs.reply import Card
from dialogs.talk_cards import LONGEST_NAME, TalkVerb, title
from dialogs.who_sees import who_sees
from dialogs.wording import date_in_words, t
from storage.spoken import Spoken


def form(_element: Element, language: Language) -> Form:
    """One open question."""
    agreed = Field(
        name="agreed", kind=FieldKind.LONG_TEXT, label=t(language, "talk.summary.label"), matter=Matter.SUMMARY
    )
    return Form(title=t(language, "talk.summary.title"), intro=t(language, "talk.summary.intro"), fields=(agreed,))


def about(language: Language, spoken: Spoken | None) -> list[CardElement]:
    """Which discussion it is; nothing where that is gone."""
    line = next(iter(spoken.talks), None) if spoken is not None else None
    if line is None or line.talk.held_on is None:
        return []
    held = t(language, "talk.summary.held", when=date_in_words(language, line.talk.held_on))
    return [
        quoted(f"{t(language, 'talk.summary.with_whom')} ", cut(line.other, LONGEST_NAME)),
        paragraph(title(language, line)),
        small(held),
    ]


def offer_card(language: Language, talk_id: int) -> Card:
    """The one offer, to whoever has just said that the discussion was held."""
    heads = t(language, "talk.summary.offer_title")
    body = [
        heading(heads),
        paragraph(t(language, "talk.summary.offer")),
        small(who_sees(language, Matter.SUMMARY)),
        small(t(language, "talk.summary.offer_typed")),
    ]
    actions = [button(t(language, "talk.summarise"), TalkVerb.SUMMARISE, argument=str(talk_id))]
    return card(language, body, actions=actions, fallback=f"{heads} {t(language, 'talk.summary.offer_typed')}")
