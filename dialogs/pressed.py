"""Pressed: what each button of a card does. A card is not trusted: the ask, its owner and its state are looked up."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from coaching import asks, forms
from coaching.asks import Ask
from coaching.errors import Closed
from dialogs import answering, catalogue, commanded, written
from dialogs.cards import form_card
from dialogs.commands import Call, Command
from dialogs.drawing import Drawn, why_in_words
from dialogs.pausing import UNTIL_FIELD
from dialogs.pieces import DATA_VERSION, CardRef, Verb
from dialogs.press import Press
from dialogs.reply import Reply
from dialogs.turn import Turn, changed, changed_to, new_card, own_ask, pressed_card
from storage.conversations import DialogKind, Face, ShownCard


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a press comes to; every press has a sensible answer, also that of a card from years ago."""
    if press.verb in _ON_ASKS:
        return await _on_ask(turn, press)
    action = _EVERYDAY.get(press.verb)
    if action is None:
        return Reply.of(turn.t("card.unreadable"))
    return await action(turn, press)


async def _on_ask(turn: Turn, press: Press) -> Reply:
    ask = await own_ask(turn, press.ask_id)
    if ask is None:
        unknown = press.ask_id is None or await turn.unit.asks.get(press.ask_id) is None
        return Reply.of(turn.t("card.unreadable" if unknown else "card.not_yours"))
    card = await pressed_card(turn, ask.id)
    if press.card_version != DATA_VERSION:
        return Reply.of(turn.t("card.out_of_date"), await new_card(turn, ask))
    try:
        return await _ON_ASKS[press.verb](turn, press, ask, card)
    except Closed:
        # The card stays as it is: what the person wrote into it is still there for them.
        return Reply.of(turn.t("common.closed"))


async def _submit(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    form = catalogue.form(ask, turn.language)
    checked = forms.checked(form, press.entries)
    once = answering.submitted(turn, press.revision or 0, checked.values)
    if await turn.unit.answers.version_of(ask.id, once) is not None:
        return Reply.of(await changed(turn, card, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    if checked.faults:
        ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
        why = await why_in_words(turn.unit, turn.person, ask)
        drawn = form_card(turn.language, form, ref, entries=press.entries, faults=checked.faults, why=why)
        return Reply.of(changed_to(turn, card, Drawn(card=drawn, summary=turn.t("form.summary", title=form.title))))
    done, cards = await answering.store(turn, ask, form, checked.values, once=once)
    return Reply.of(await changed(turn, _now(card, cards), done))


async def _edit(turn: Turn, _press: Press, ask: Ask, card: ShownCard) -> Reply:
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, Face.EDIT), ask))


async def _former(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    once = f"former:{press.revision or 0}"
    if await turn.unit.answers.version_of(ask.id, once) is not None:
        return Reply.of(await changed(turn, card, ask))
    restored = await answering.restore_former(turn, ask, once=once)
    if restored is None:
        return Reply.of(turn.t("receipt.nothing_former"))
    done, cards = restored
    return Reply.of(await changed(turn, _now(card, cards), done))


async def _later(turn: Turn, _press: Press, ask: Ask, _card: ShownCard) -> Reply:
    return Reply.of(await answering.put_off(turn, ask))


async def _show(turn: Turn, _press: Press, ask: Ask, card: ShownCard) -> Reply:
    return Reply.of(await changed(turn, card, ask))


def _now(card: ShownCard, cards: list[ShownCard]) -> ShownCard:
    """The pressed card as it is among all cards of its ask, with its place in Teams."""
    found = next((each for each in cards if each.id == card.id), card)
    return replace(found, activity_id=card.activity_id or found.activity_id)


async def _pick(turn: Turn, press: Press) -> Reply:
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is None or dialog.kind is not DialogKind.WHICH_ASK:
        return await _command(Command.OPEN)(turn, press)
    ask_id = int(press.argument) if press.argument.isdecimal() and len(press.argument) < 16 else None
    return await written.belongs_to(turn, dialog, await own_ask(turn, ask_id))


async def _confirm(turn: Turn, press: Press) -> Reply:
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is None or dialog.kind is not DialogKind.STOP:
        return Reply.of(turn.t("card.unreadable"))
    return await commanded.stop_confirmed(turn, confirmed=press.argument == "yes")


async def _pause(turn: Turn, press: Press) -> Reply:
    argument = press.argument or str(press.entries.get(UNTIL_FIELD) or "")
    return await commanded.carry_out(turn, Call(command=Command.PAUSE, argument=argument))


async def _language(turn: Turn, press: Press) -> Reply:
    return await commanded.carry_out(turn, Call(command=Command.LANGUAGE, argument=press.argument))


def _command(command: Command) -> Callable[[Turn, Press], Awaitable[Reply]]:
    async def act(turn: Turn, _press: Press) -> Reply:
        return await commanded.carry_out(turn, Call(command=command))

    return act


_ON_ASKS: Mapping[str, Callable[[Turn, Press, Ask, ShownCard], Awaitable[Reply]]] = {
    Verb.SUBMIT: _submit,
    Verb.EDIT: _edit,
    Verb.FORMER: _former,
    Verb.LATER: _later,
    Verb.SHOW: _show,
}
_EVERYDAY: Mapping[str, Callable[[Turn, Press], Awaitable[Reply]]] = {
    Verb.PICK: _pick,
    Verb.CONFIRM: _confirm,
    Verb.PAUSE: _pause,
    Verb.LANGUAGE: _language,
    Verb.RESUME: _command(Command.RESUME),
    Verb.OPEN: _command(Command.OPEN),
}
