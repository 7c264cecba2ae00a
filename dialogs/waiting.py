"""Waiting: what Sparri waits to be told, and what of it is left when something else is asked in between.

An interview under way and words that wait for their ask stay as they are while Sparri asks whether to stop, or lists
what is open. Only the question asked last takes a yes or a number, and it lapses when something else is said.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from coaching.asks import Ask
from coaching.people import Language
from dialogs import catalogue
from dialogs.cards import ListItem, choice_card
from dialogs.folding import fold
from dialogs.reply import NewCard, Part
from dialogs.turn import Turn, own_ask
from dialogs.typed import said_as
from dialogs.wording import t
from storage.conversations import Dialog, DialogKind


def left(dialog: Dialog | None) -> Dialog | None:
    """What is still waited for when the question asked last is done with, or lapsed; None when nothing is."""
    if dialog is None or (dialog.ask_id is None and not dialog.kept):
        return None
    return replace(dialog, kind=DialogKind.WHICH_ASK if dialog.ask_id is None else DialogKind.INTERVIEW)


async def ask(turn: Turn, kind: DialogKind, **changes: Any) -> None:
    """Wait for the answer to one more question. changes: of the dialog's other fields."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    await _save(turn, replace(dialog or Dialog(kind=kind), kind=kind, **changes))


async def settle(turn: Turn, dialog: Dialog | None, **changes: Any) -> Dialog | None:
    """The question asked last is done with: what is left is waited for. changes: of the dialog's other fields."""
    after = left(replace(dialog, **changes)) if dialog is not None else None
    if after != dialog:
        await _save(turn, after)
    return after


async def interview_over(turn: Turn, ask_id: int) -> None:
    """No more answers to this ask's questions are waited for."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.ask_id == ask_id:
        await settle(turn, dialog, ask_id=None)


async def reminder(turn: Turn) -> tuple[Part, ...]:
    """The question where the kept words belong, again, when it is the next one to be answered."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is None or dialog.kind is not DialogKind.WHICH_ASK or not dialog.kept:
        return ()
    open_asks = await turn.unit.asks.open_of(turn.person.id)
    return (which_ask(turn, open_asks),) if open_asks else ()


def which_ask(turn: Turn, open_asks: Sequence[Ask]) -> NewCard:
    """Where do these words belong? They are kept, and not repeated."""
    return NewCard(card=choice_card(turn.language, listed(turn, open_asks)), summary=turn.t("ask.which"))


def listed(turn: Turn, open_asks: Sequence[Ask]) -> list[ListItem]:
    """The open asks as a list names them."""
    return [
        ListItem(
            ask_id=ask.id,
            title=catalogue.form(ask, turn.language).title,
            due=turn.local(ask.due_at).date() if ask.due_at else None,
        )
        for ask in open_asks
    ]


def picked(turn: Turn, dialog: Dialog, open_asks: Sequence[Ask]) -> Ask | bool | None:
    """The ask that the text names by its number in the list or its title; False for none of them, None for neither."""
    word = fold(turn.text)
    for number, item in enumerate(listed(turn, open_asks), start=1):
        if word in {str(number), fold(item.title)}:
            return open_asks[number - 1]
    none_of_these = {fold(t(language, "ask.none_of_these")) for language in Language} | said_as("no")
    return False if dialog.kept and word in none_of_these else None


async def interviewed(turn: Turn, dialog: Dialog | None) -> Ask | None:
    """The ask whose next answer is waited for before all else."""
    if dialog is None or dialog.kind is not DialogKind.INTERVIEW:
        return None
    return await own_ask(turn, dialog.ask_id)


async def _save(turn: Turn, dialog: Dialog | None) -> None:
    if dialog is None:
        await turn.unit.dialogs.remove(turn.person.id)
    else:
        await turn.unit.dialogs.save(turn.cipher, dialog, turn.person.id)
