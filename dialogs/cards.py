"""Cards: a form as a card, its receipt, and the small cards around it."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from microsoft_teams.cards import Action, CardElement, TextBlock

from coaching.access import Audience, Matter
from coaching.forms import LONGEST_TEXT, Fault, Form
from coaching.people import Language
from dialogs.inputs import question
from dialogs.pieces import (
    DATA_VERSION,
    LARGEST_CARD,
    MOST_ACTIONS,
    CardRef,
    Verb,
    alert,
    button,
    card,
    heading,
    paragraph,
    size,
    small,
    words,
)
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import date_in_words, in_a_row, moment_in_words, t

__all__ = [
    "DATA_VERSION",
    "NONE_OF_THESE",
    "Beside",
    "CardRef",
    "ListItem",
    "Verb",
    "choice_card",
    "closed_card",
    "confirm_card",
    "entry_card",
    "form_card",
    "list_card",
    "receipt_card",
    "words",
]

#: What the button carries by which a text belongs to no ask.
NONE_OF_THESE = "none"
#: Characters of a title that a button shows before it is cut by the client.
LONGEST_BUTTON = 40
LONGEST_NAME = 80
#: Titles that a list still names after those with a button.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """An open ask in a list. due: the day it is hoped for, in the person's own zone; None for whenever."""

    ask_id: int
    title: str
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands on a form's card beside the form: a line before it, and what else is said in the same visit.

    before: what the questions are about. in_words: what a client must tell of it that cannot draw the card.
    """

    lead: str = ""
    before: Sequence[CardElement] = ()
    elements: Sequence[CardElement] = ()
    actions: Sequence[Action] = ()
    in_words: Sequence[str] = ()


def entry_card(
    language: Language,
    form: Form,
    actions: Sequence[Action],
    *,
    entries: Mapping[str, object],
    faults: Sequence[Fault] = (),
    own: Sequence[CardElement] = (),
) -> Card:
    """A form that leads to something else than an answer, with what was filled in already.

    own: what the person wrote elsewhere, by which they know what the form is about.
    """
    fault_of = {fault.field: fault for fault in faults}
    body: list[CardElement] = [
        heading(form.title),
        *([alert(t(language, "form.faults", count=len(faults)))] if faults else []),
        paragraph(form.intro),
        *own,
        *(question(language, each, entries.get(each.name), fault_of.get(each.name)) for each in form.fields),
    ]
    return card(language, body, actions=actions, fallback=t(language, "form.fallback", title=form.title))


def form_card(
    language: Language,
    form: Form,
    ref: CardRef,
    *,
    entries: Mapping[str, object] | None = None,
    faults: Sequence[Fault] = (),
    why: str,
    beside: Beside = Beside(),  # frozen
    actions: Sequence[Action] | None = None,
) -> Card:
    """The form to fill in. *entries* stand in its inputs again, each of *faults* beside its question.

    why: one line on why the person gets this. actions: its own buttons; None for those of every form. Where the entries
    make the card too large for Teams, the longest are cut to what fits, and the card says so.
    """

    def drawn(longest: int | None) -> Card:
        questions = _questions(language, form, entries or {}, faults, longest)
        return _form_card(language, form, ref, questions, faults=faults, why=why, beside=beside, own=actions)

    whole = drawn(None)
    if size(whole) <= LARGEST_CARD:
        return whole
    too_long = bisect_left(range(LONGEST_TEXT), True, key=lambda longest: size(drawn(longest)) > LARGEST_CARD)
    return drawn(max(too_long - 1, 0))


def _questions(
    language: Language, form: Form, entries: Mapping[str, object], faults: Sequence[Fault], longest: int | None
) -> list[CardElement]:
    fault_of = {fault.field: fault for fault in faults}
    return [
        question(language, field, entries.get(field.name), fault_of.get(field.name), longest=longest)
        for field in form.fields
    ]


def _form_card(
    language: Language,
    form: Form,
    ref: CardRef,
    questions: Sequence[CardElement],
    *,
    faults: Sequence[Fault],
    why: str,
    beside: Beside,
    own: Sequence[Action] | None,
) -> Card:
    body: list[CardElement] = [
        heading(form.title),
        *([paragraph(beside.lead)] if beside.lead else []),
        *([alert(t(language, "form.faults", count=len(faults)))] if faults else []),
        *beside.before,
        *([paragraph(form.intro)] if form.intro else []),
        *questions,
        *beside.elements,
        *([_apart(why)] if why else []),
    ]
    usual: list[Action] = [
        button(t(language, "form.submit"), Verb.SUBMIT, ref=ref, inputs="auto"),
        button(t(language, "form.later"), Verb.LATER, ref=ref),
    ]
    actions = [*(usual if own is None else own), *beside.actions]
    fallback = "\n".join([t(language, "form.fallback", title=form.title), *beside.in_words])
    return card(language, body, actions=actions[:MOST_ACTIONS], fallback=fallback)


def receipt_card(
    language: Language,
    form: Form,
    ref: CardRef,
    *,
    at_local: datetime,
    version: int,
    closes_local: datetime | None,
    can_edit: bool,
    has_former: bool,
) -> Card:
    """That an answer is saved, when, and who sees it; never what it says. Times are in the person's own zone.

    closes_local: until when it can be changed, None for ever. Without can_edit there are no buttons.
    """
    body: list[CardElement] = [
        heading(t(language, "receipt.title")),
        paragraph(form.title),
        paragraph(t(language, "receipt.saved", when=moment_in_words(language, at_local))),
        *([paragraph(t(language, "receipt.version", version=version))] if version > 1 else []),
        *(small(seen_by) for seen_by in _seen_by(language, form)),
        paragraph(_editable(language, closes_local) if can_edit else t(language, "receipt.locked")),
    ]
    edit = button(t(language, "receipt.edit"), Verb.EDIT, ref=ref)
    former = button(t(language, "receipt.former"), Verb.FORMER, ref=ref)
    actions = [edit, *([former] if has_former else [])] if can_edit else []
    return card(language, body, actions=actions, fallback=t(language, "receipt.fallback", title=form.title))


def closed_card(language: Language, form: Form, *, closed_local: datetime | None = None) -> Card:
    """That an ask cannot be answered any more. closed_local: since when, in the person's zone, if that is known."""
    closed = (
        t(language, "card.closed_at", when=moment_in_words(language, closed_local))
        if closed_local
        else t(language, "card.closed")
    )
    body = [
        heading(t(language, "card.closed_title")),
        paragraph(form.title),
        paragraph(closed),
        small(t(language, "card.closed_kept")),
    ]
    actions = [button(t(language, "card.open"), Verb.OPEN)]
    return card(language, body, actions=actions, fallback=f"{form.title}. {closed}")


def list_card(language: Language, items: Sequence[ListItem]) -> Card:
    """What is open, in the order given, each with a button that shows its form; those beyond six are named only."""
    if not items:
        none = t(language, "list.none")
        return card(language, [heading(none)], fallback=none)
    title = t(language, "list.title", count=len(items))
    with_button, rest = items[:MOST_ACTIONS], items[MOST_ACTIONS:]
    body = [
        heading(title),
        paragraph(t(language, "list.intro")),
        *(paragraph(_listed(language, number, item)) for number, item in enumerate(with_button, start=1)),
        *([small(t(language, "list.rest", count=len(rest), titles=_titles(language, rest)))] if rest else []),
    ]
    actions = [
        button(_caption(language, number, item), Verb.SHOW, ask_id=item.ask_id)
        for number, item in enumerate(with_button, start=1)
    ]
    return card(language, body, actions=actions, fallback=f"{title}: {_titles(language, items)}")


def choice_card(language: Language, items: Sequence[ListItem], *, ref: CardRef | None = None) -> Card:
    """Which of the open asks a text belongs to. The text itself is kept, and is not repeated here."""
    title = t(language, "ask.which")
    with_button = items[: MOST_ACTIONS - 1]
    body = [
        heading(title),
        paragraph(t(language, "ask.which_kept")),
        *(paragraph(_listed(language, number, item)) for number, item in enumerate(with_button, start=1)),
        *([small(t(language, "ask.which_else"))] if len(items) > len(with_button) else []),
    ]
    actions = [
        *(
            button(_caption(language, number, item), Verb.PICK, ref=ref, argument=str(item.ask_id))
            for number, item in enumerate(with_button, start=1)
        ),
        button(t(language, "ask.none_of_these"), Verb.PICK, ref=ref, argument=NONE_OF_THESE),
    ]
    return card(language, body, actions=actions, fallback=f"{title} {_titles(language, items)}")


def confirm_card(language: Language, question: str, *, ref: CardRef | None = None) -> Card:
    """A question of ours to be answered with yes or no before something is done."""
    title = t(language, "ask.confirm_title")
    actions = [
        button(t(language, "common.yes"), Verb.CONFIRM, ref=ref, argument="yes"),
        button(t(language, "common.no"), Verb.CONFIRM, ref=ref, argument="no"),
    ]
    return card(language, [heading(title), paragraph(question)], actions=actions, fallback=question)


def _apart(text: str) -> TextBlock:
    line = small(text)
    line.separator = True
    line.spacing = "Medium"
    return line


def _editable(language: Language, closes_local: datetime | None) -> str:
    if closes_local is None:
        return t(language, "receipt.edit_any_time")
    return t(language, "receipt.edit_until", when=moment_in_words(language, closes_local))


def _seen_by(language: Language, form: Form) -> list[str]:
    """The who-sees line of the form, or one for each sort of field with the fields' labels."""
    labels: dict[tuple[Matter, frozenset[Audience]], list[str]] = {}
    for field in form.fields:
        if field.matter is not None:
            labels.setdefault((field.matter, field.shared_with), []).append(field.label)
    if len(labels) == 1:
        return [who_sees(language, matter, shared_with=shared_with) for matter, shared_with in labels]
    return [
        t(
            language,
            "receipt.seen_by",
            labels=", ".join(named),
            line=who_sees(language, matter, shared_with=shared_with),
        )
        for (matter, shared_with), named in labels.items()
    ]


def _listed(language: Language, number: int, item: ListItem) -> str:
    if item.due is None:
        return t(language, "list.item", number=number, title=item.title)
    return t(language, "list.item_due", number=number, title=item.title, when=date_in_words(language, item.due))


def _caption(language: Language, number: int, item: ListItem) -> str:
    return t(language, "list.item", number=number, title=_cut(item.title, LONGEST_BUTTON))


def _titles(language: Language, items: Sequence[ListItem]) -> str:
    titles = [_cut(item.title, LONGEST_NAME) for item in items[:MOST_NAMED]]
    return in_a_row(language, [*titles, "…"] if len(items) > MOST_NAMED else titles)


def _cut(title: str, longest: int) -> str:
    return title if len(title) <= longest else f"{title[: longest - 1].rstrip()}…"
