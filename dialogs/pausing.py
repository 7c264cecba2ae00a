"""Pausing: the cards that end Sparri's writing for a while, or until the person wants it back."""

from datetime import date, timedelta
from enum import StrEnum

from microsoft_teams.cards import DateInput

from coaching.people import Language
from dialogs.cards import confirm_card
from dialogs.moments import LONGEST_DAYS
from dialogs.pieces import CardRef, Verb, alert, button, card, heading, paragraph, small
from dialogs.reply import NewCard, Text
from dialogs.wording import date_in_words, t

#: The pause card's date field.
UNTIL_FIELD = "until"
#: What the pause card's quick buttons carry, as `moments.until` reads it, with the caption's key.
QUICK_PAUSES = (("1 week", "pause.week"), ("2 weeks", "pause.two_weeks"), ("1 month", "pause.month"))


class PauseFault(StrEnum):
    """Why a pause that was asked for did not begin; the words are `pause.<fault>`."""

    NOT_UNDERSTOOD = "not_understood"
    NOT_IN_A_YEAR = "not_in_a_year"


def pause_card(language: Language, *, today: date, fault: PauseFault | None = None) -> NewCard:
    """How long a pause: three lengths, or a date after *today*, the person's own. fault: why the last try failed."""
    day = DateInput(
        id=UNTIL_FIELD,
        label=t(language, "pause.until"),
        is_required=True,
        error_message=t(language, "pause.until_missing"),
        min=(today + timedelta(days=1)).isoformat(),
        max=(today + timedelta(days=LONGEST_DAYS)).isoformat(),
    )
    body = [
        heading(t(language, "pause.title")),
        *([alert(t(language, f"pause.{fault}"))] if fault else []),
        paragraph(t(language, "pause.intro")),
        day,
        small(t(language, "pause.typed")),
    ]
    actions = [
        *(button(t(language, caption), Verb.PAUSE, argument=length) for length, caption in QUICK_PAUSES),
        button(t(language, "pause.until_button"), Verb.PAUSE, inputs="auto"),
    ]
    drawn = card(language, body, actions=actions, fallback=t(language, "pause.typed"))
    return NewCard(card=drawn, summary=t(language, "pause.summary"))


def paused_until(language: Language, day: date) -> NewCard:
    """That the pause has begun; *day*, in the person's own zone, is the first one on which Sparri may write again."""
    words = t(language, "pause.set", day=date_in_words(language, day))
    body = [heading(t(language, "pause.set_title")), paragraph(words)]
    actions = [button(t(language, "pause.resume"), Verb.RESUME)]
    drawn = card(language, body, actions=actions, fallback=words)
    return NewCard(card=drawn, summary=t(language, "pause.set_summary"))


def resumed(language: Language) -> Text:
    """The end of a pause, or of a stop."""
    return Text(text=t(language, "pause.resumed"))


def not_paused(language: Language) -> Text:
    """There was no pause to end."""
    return Text(text=t(language, "pause.not_paused"))


def stop_question(language: Language, *, ref: CardRef | None = None) -> NewCard:
    """Whether Sparri is really to stop writing. *stop* is never done without this."""
    question = confirm_card(language, t(language, "stop.question"), ref=ref)
    return NewCard(card=question, summary=t(language, "ask.confirm_title"), card_id=ref.card_id if ref else None)


def stopped(language: Language) -> NewCard:
    """That Sparri writes no more of its own accord, and the way back."""
    body = [heading(t(language, "stop.done_title")), paragraph(t(language, "stop.done"))]
    actions = [button(t(language, "stop.resume"), Verb.RESUME)]
    drawn = card(language, body, actions=actions, fallback=t(language, "stop.done"))
    return NewCard(card=drawn, summary=t(language, "stop.summary"))


def not_stopped(language: Language) -> Text:
    """The person answered no: all stays as it was."""
    return Text(text=t(language, "stop.kept"))
