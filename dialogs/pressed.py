"""Pressed: what each button of a card does. A card is not trusted: the ask, its owner and its state are looked up."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from coaching import asks, forms
from coaching.asks import Ask, AskKind, AskState
from coaching.errors import Closed
from dialogs import (
    answering,
    assigned,
    broadcasting,
    catalogue,
    commanded,
    follow_up,
    goal_sittings,
    goals,
    half_goal,
    handing_over,
    proposing,
    sharing,
    survey_results,
    talking,
    team_declined,
    team_planned,
    written,
)
from dialogs.assigned import now_among
from dialogs.broadcast_cards import CoachVerb
from dialogs.calls import Call
from dialogs.cards import NONE_OF_THESE, form_card
from dialogs.commands import Command
from dialogs.drawing import Drawn, why_in_words, words_beside
from dialogs.follow_up_cards import FollowUpVerb
from dialogs.pausing import UNTIL_FIELD
from dialogs.pieces import DATA_VERSION, CardRef, Verb
from dialogs.press import Press
from dialogs.proposal_cards import ProposalVerb
from dialogs.reply import Reply
from dialogs.share_cards import ShareVerb
from dialogs.shown_to import shown_to
from dialogs.talk_cards import TalkVerb
from dialogs.told_survey import SurveyVerb
from dialogs.turn import Turn, card_of, changed, changed_to, new_card, own_ask, pressed_card
from storage.cards import Face, ShownCard
from storage.conversations import Dialog, DialogKind


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a press comes to; every press has a sensible answer, also that of a card from years ago."""
    if press.verb in _ON_ASKS:
        return await _on_ask(turn, press)
    action = _EVERYDAY.get(press.verb)
    if action is None:
        return Reply.of(turn.t("card.unreadable"))
    return await action(turn, press)


async def _on_ask(turn: Turn, press: Press) -> Reply:
    card = await pressed_card(turn)
    ask = await own_ask(turn, press.ask_id)
    if ask is None:
        unknown = press.ask_id is None or await turn.unit.asks.get(press.ask_id) is None
        return Reply.of(turn.t("card.unreadable" if unknown else "card.not_yours"))
    if press.card_version != DATA_VERSION:
        return Reply.of(turn.t("card.out_of_date"), await new_card(turn, ask))
    if press.verb == Verb.SHOW and card is not None and card.ask_id not in (None, ask.id):
        # The card is another ask's form, which stays as it is.
        return Reply.of(replace(await new_card(turn, ask), apart=True))
    try:
        return await _ON_ASKS[press.verb](turn, press, ask, await card_of(turn, card, ask))
    except Closed:
        # The card stays as it is: what the person wrote into it is still there for them.
        return Reply.of(turn.t("common.closed"))


async def _submit(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    if ask.kind in _SUBMITS:
        return await _SUBMITS[ask.kind](turn, press, ask, card)
    if ask.kind is AskKind.BALLOT and ask.state is AskState.ANSWERED:
        return Reply.of(await changed(turn, card, ask))
    form = await shown_to(turn.unit, ask, catalogue.form(ask, turn.language))
    checked = forms.checked(form, press.entries)
    once = answering.submitted(turn, press.revision or 0, checked.values)
    if await turn.unit.answers.version_of(ask.id, once) is not None:
        return Reply.of(await changed(turn, card, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    if checked.faults:
        ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
        why = await why_in_words(turn.unit, turn.person, ask)
        beside, actions = await words_beside(turn.unit, ask, ref, turn.language, turn.zone)
        drawn = form_card(
            turn.language,
            form,
            ref,
            entries=press.entries,
            faults=checked.faults,
            why=why,
            beside=beside,
            actions=actions,
        )
        return Reply.of(changed_to(turn, card, Drawn(card=drawn, summary=turn.t("form.summary", title=form.title))))
    if await assigned.is_unchanged(turn, ask, checked.values):
        await answering.end_dialog(turn, ask.id)
        return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, Face.ASK), ask))
    done, cards = await answering.store(turn, ask, form, checked.values, once=once)
    follows = _FOLLOWED_BY.get(ask.kind)
    after = await follows(turn, done, checked.values) if follows else None
    return Reply.of(await changed(turn, now_among(card, cards), done), *(after.parts if after else ()))


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
    return Reply.of(await changed(turn, now_among(card, cards), done))


async def _later(turn: Turn, _press: Press, ask: Ask, card: ShownCard) -> Reply:
    if ask.state is not AskState.ANSWERED:
        return Reply.of(await answering.put_off(turn, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    await answering.end_dialog(turn, ask.id)
    return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, Face.ASK), ask))


async def _show(turn: Turn, _press: Press, ask: Ask, card: ShownCard) -> Reply:
    return Reply.of(await changed(turn, card, ask))


async def _turn(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    if ask.kind is AskKind.PLAN:
        return await goals.turned(turn, press, ask, card)
    return await assigned.turned(turn, press, ask, card)


async def _pick(turn: Turn, press: Press) -> Reply:
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kept and press.argument == NONE_OF_THESE:
        return await written.belongs_to(turn, dialog, None)
    open_asks = await turn.unit.asks.open_of(turn.person.id)
    ask = next((ask for ask in open_asks if str(ask.id) == press.argument), None)
    if ask is None:
        return await _command(Command.OPEN)(turn, press)
    return await written.belongs_to(turn, dialog or Dialog(kind=DialogKind.WHICH_ASK), ask)


async def _confirm(turn: Turn, press: Press) -> Reply:
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


_SUBMITS: Mapping[AskKind, Callable[[Turn, Press, Ask, ShownCard], Awaitable[Reply]]] = {
    AskKind.ASSIGNMENT: assigned.submitted,
    AskKind.PLAN: goal_sittings.submitted,
    AskKind.HALF_GOAL: half_goal.submitted,
    AskKind.TEAM_PLAN: team_planned.submitted,
}
#: What an answer of these kinds leads to, beside its receipt.
_FOLLOWED_BY = {
    AskKind.RESULT: goals.after_result,
    AskKind.CHECK_IN: goals.to_change,
    AskKind.HELD: talking.after_held,
}
_ON_ASKS: Mapping[str, Callable[[Turn, Press, Ask, ShownCard], Awaitable[Reply]]] = {
    Verb.SUBMIT: _submit,
    Verb.EDIT: _edit,
    Verb.FORMER: _former,
    Verb.LATER: _later,
    Verb.SHOW: _show,
    Verb.TURN: _turn,
    Verb.SAVE: assigned.kept,
    Verb.TEAM_CALENDAR: team_planned.pressed_calendar,
    Verb.DECLINE: team_declined.pressed,
}
_EVERYDAY: Mapping[str, Callable[[Turn, Press], Awaitable[Reply]]] = {
    Verb.PICK: _pick,
    Verb.CONFIRM: _confirm,
    Verb.PAUSE: _pause,
    Verb.LANGUAGE: _language,
    Verb.RESUME: _command(Command.RESUME),
    Verb.OPEN: _command(Command.OPEN),
    Verb.STOP: _command(Command.STOP),
    Verb.GOALS: _command(Command.GOALS),
    Verb.NEW_GOAL: _command(Command.NEW_GOAL),
    Verb.TOO_MUCH: _command(Command.TOO_MUCH),
    Verb.MY_DATA: _command(Command.MY_DATA),
    Verb.PLAN_FILE: _command(Command.PLAN_FILE),
    Verb.TEAM_PLAN: _command(Command.TEAM_PLAN),
    **dict.fromkeys(CoachVerb, broadcasting.pressed),
    **dict.fromkeys(ProposalVerb, proposing.pressed),
    ProposalVerb.ACCEPT: handing_over.pressed,
    ProposalVerb.DECLINE: handing_over.pressed,
    **dict.fromkeys(FollowUpVerb, follow_up.pressed),
    **dict.fromkeys(ShareVerb, sharing.pressed),
    **dict.fromkeys(TalkVerb, talking.pressed),
    **dict.fromkeys(SurveyVerb, survey_results.pressed),
}
