"""Written: what a typed message comes to: an answer, a step of one, a command, or something that we have to ask back.

What we have to ask back about is stored, sealed, before we ask. What is typed goes into a draft, one an ask, so that a
conversation can break off at any question and go on weeks later.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from coaching import asks, forms
from coaching.asks import Ask, AskKind, AskState
from coaching.forms import Fault, Form
from dialogs import (
    answering,
    assigned,
    assignment,
    broadcasting,
    catalogue,
    commanded,
    erasing,
    everyday,
    goal_sittings,
    goals,
    half_goal,
    handing_over,
    interview,
    pausing,
    proposing,
    sharing,
    talking,
    team_planned,
    waiting,
)
from dialogs.faults import fault_in_words
from dialogs.interview import Interview, Move
from dialogs.reply import Reply
from dialogs.routing import RouteKind, route
from dialogs.shown_to import shown_to
from dialogs.taken_back import joined
from dialogs.turn import Turn, new_card, own_ask
from dialogs.typed import choice_words, yes_or_no
from storage.answers import Draft, mark
from storage.conversations import Dialog, DialogKind

#: So many messages wait to be told where they belong; together they would be too long for any answer.
MOST_KEPT = 20
#: Kinds of asks whose typed answers go into a goal.
_SITTINGS = {
    AskKind.PLAN: goal_sittings.finished,
    AskKind.HALF_GOAL: half_goal.finished,
    AskKind.TEAM_PLAN: team_planned.finished,
}
#: What a person is in the middle of, and what a message means for it; None where it is about something else.
_IN_HAND: Mapping[DialogKind, Callable[[Turn], Awaitable[Reply | None]]] = {
    DialogKind.BROADCAST: broadcasting.typed,
    DialogKind.PROPOSAL: proposing.typed,
    DialogKind.OFFER: handing_over.typed,
    DialogKind.SHARE: sharing.typed,
}


async def written(turn: Turn) -> Reply:
    """What a message comes to."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.ERASE:
        reply = await erasing.confirmed(turn, dialog)
        if reply is not None:
            return reply
    in_hand = _IN_HAND.get(dialog.kind) if dialog is not None else None
    reply = await in_hand(turn) if in_hand is not None else None
    if reply is not None:
        return reply
    open_asks = await turn.unit.asks.open_of(turn.person.id)
    confirming = dialog is not None and dialog.kind is DialogKind.STOP
    which = waiting.left(dialog) if confirming and yes_or_no(turn.text) is None else dialog
    if which is not None and which.kind is DialogKind.WHICH_ASK:
        picked = waiting.picked(turn, which, open_asks)
        if picked is not None:
            return await belongs_to(turn, which, picked if isinstance(picked, Ask) else None)
    asked = await waiting.interviewed(turn, waiting.left(dialog))
    replied = await _replied_to(turn)
    in_words = [ask for ask in open_asks if catalogue.form(ask, turn.language).fields] or open_asks
    way = route(
        text=turn.text,
        interview_open=asked is not None,
        question_choices=await _choices_of(turn, asked),
        confirming=confirming,
        open_asks=len(in_words),
        replied_to_ask=replied is not None,
        open_assignments=sum(ask.kind is AskKind.ASSIGNMENT for ask in open_asks),
        open_items=sum(ask.kind in asks.ELSEWHERE for ask in open_asks),
        may_decline=(asked is None or asked.kind is AskKind.TEAM_QUESTION)
        and any(ask.kind is AskKind.TEAM_QUESTION for ask in open_asks),
    )
    if way.kind is RouteKind.CONFIRM_ANSWER:
        return await commanded.stop_confirmed(turn, confirmed=bool(way.confirmed))
    if way.kind is RouteKind.SMALL_TALK:
        return Reply.of(pausing.stop_question(turn.language) if confirming else everyday.small_talk(turn.language))
    dialog = await waiting.settle(turn, dialog)
    match way.kind:
        case RouteKind.COMMAND if way.call is not None:
            return await commanded.carry_out(turn, way.call)
        case RouteKind.INTERVIEW_ANSWER if asked is not None:
            return await _answer(turn, asked, turn.text, [mark(turn.message)])
        case RouteKind.ANSWER_ONE if replied is not None or not (dialog and dialog.kept):
            return await _answer(turn, replied or in_words[0], turn.text, [mark(turn.message)])
        case RouteKind.ANSWER_ONE | RouteKind.WHICH_ASK:
            return await _ask_back(turn, dialog, open_asks)
        case _:
            return Reply.of(everyday.unknown(turn.language) if turn.text else everyday.no_words(turn.language))


async def belongs_to(turn: Turn, dialog: Dialog, ask: Ask | None) -> Reply:
    """Which of several asks was meant; None is none of them. What was kept goes to it, or is forgotten."""
    await waiting.settle(turn, dialog, kept=())
    if ask is None:
        return Reply.of(turn.t("ask.belongs_nowhere") if dialog.kept else everyday.unknown(turn.language))
    if not dialog.kept:
        return Reply.of(await new_card(turn, ask))
    texts, messages = [part["text"] for part in dialog.kept], [part["message"] for part in dialog.kept]
    return await _answer(turn, ask, joined(texts), messages)


async def _answer(turn: Turn, ask: Ask, text: str, messages: Sequence[str]) -> Reply:
    """One more step of an ask's typed answer. messages: the marks of those that the text came in."""
    if not asks.can_be_answered(ask, turn.now):
        await answering.end_dialog(turn, ask.id)
        return Reply.of(turn.t("common.closed"))
    draft = await turn.unit.drafts.get(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    draft = draft or Draft(entries={}, typed_in={})
    form = await shown_to(turn.unit, ask, catalogue.form(ask, turn.language, about=draft.about))
    if not form.fields:
        return Reply.of(await new_card(turn, ask))
    under_way = Interview(ask_id=ask.id, index=draft.index, entries=draft.entries)
    step = interview.step(turn.language, form, under_way, text, today=turn.local(turn.now).date())
    if step.move is Move.LATER and ask.kind is AskKind.PLAN and {**draft.entries, **draft.typed_in}:
        return Reply.of(await goal_sittings.left(turn, ask, draft), *await waiting.reminder(turn))
    if step.move is Move.LATER:
        return Reply.of(await answering.put_off(turn, ask), *await waiting.reminder(turn))
    if step.move is Move.CANCEL and draft.about in assignment.ASIDE:
        await assigned.put_aside(turn, ask, draft)
        return Reply.of(turn.t("assignment.cancelled"), *await waiting.reminder(turn))
    if step.move is Move.CANCEL:
        return Reply.of(await answering.break_off(turn, ask), *await waiting.reminder(turn))
    came_in = dict(draft.typed_in)
    if step.move is None and step.fault is None and under_way.index < len(form.fields):
        came_in[form.fields[under_way.index].name] = messages
    if not step.finished:
        await answering.save_draft(turn, step.interview, came_in, about=draft.about)
        return Reply.of(step.say)
    return await _finished(turn, ask, form, step.interview, replace(draft, typed_in=came_in))


async def _finished(turn: Turn, ask: Ask, form: Form, done: Interview, draft: Draft) -> Reply:
    """All questions have been gone through. draft: what it was; its typed_in is as it is now."""
    checked = forms.checked(form, done.entries)
    if checked.faults:
        # A question was changed since, or lost its answer: go back to it rather than lose the rest.
        return Reply.of(await _back_to(turn, ask, form, done, checked.faults[0], draft))
    if ask.kind in _SITTINGS:
        said, fault = await _SITTINGS[ask.kind](turn, ask, draft, checked.values)
        if fault is None:
            return Reply.of(said, *await waiting.reminder(turn))
        again = await _back_to(turn, ask, form, done, fault, draft)
        return Reply.of(f"{fault_in_words(turn.language, fault)}\n\n{again}")
    if draft.about in assignment.ASIDE:
        whole = replace(draft, entries=done.entries)
        said, fault = await assigned.finished_aside(turn, ask, whole, checked.values)
        if fault is not None:
            again = await _back_to(turn, ask, form, done, fault, draft)
            return Reply.of(f"{fault_in_words(turn.language, fault)}\n\n{again}")
        return Reply.of(said, *await waiting.reminder(turn))
    once = f"typed:{turn.message}"
    done_ask, _ = await answering.store(turn, ask, form, checked.values, once=once, typed_in=draft.typed_in)
    thanks = Reply.of(turn.t("receipt.text", title=form.title), *await waiting.reminder(turn))
    if ask.kind is AskKind.CHECK_IN:
        return Reply(parts=(*thanks.parts, *(await goals.to_change(turn, done_ask, checked.values)).parts))
    if ask.kind is AskKind.HELD:
        return Reply(parts=(*thanks.parts, *(await talking.after_held(turn, done_ask, checked.values)).parts))
    if ask.kind is not AskKind.RESULT:
        return thanks
    after = await goals.after_result(turn, done_ask, checked.values, typed_in=draft.typed_in)
    return Reply(parts=(*thanks.parts, *after.parts))


async def _back_to(turn: Turn, ask: Ask, form: Form, done: Interview, fault: Fault, draft: Draft) -> str:
    """Its question again; the other answers stay."""
    index = [field.name for field in form.fields].index(fault.field)
    await answering.save_draft(turn, replace(done, index=index), draft.typed_in, about=draft.about)
    return interview.start(turn.language, form, ask.id, entries=done.entries, index=index).say


async def _ask_back(turn: Turn, dialog: Dialog | None, open_asks: Sequence[Ask]) -> Reply:
    kept = list(dialog.kept) if dialog else []
    if len(kept) >= MOST_KEPT:
        return Reply.of(turn.t("ask.which_first"), waiting.which_ask(turn, open_asks))
    kept.append({"text": turn.text, "message": mark(turn.message)})
    await waiting.ask(turn, DialogKind.WHICH_ASK, kept=kept)
    return Reply.of(waiting.which_ask(turn, open_asks))


async def _choices_of(turn: Turn, ask: Ask | None) -> frozenset[str]:
    """The exact answers to the open question, folded."""
    if ask is None:
        return frozenset()
    draft = await turn.unit.drafts.get(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    form = catalogue.form(ask, turn.language, about=draft.about if draft else "")
    index = draft.index if draft else 0
    return frozenset(choice_words(form.fields[index])) if index < len(form.fields) else frozenset()


async def _replied_to(turn: Turn) -> Ask | None:
    """The open ask whose card the message is a reply to."""
    if turn.reply_to is None:
        return None
    card = await turn.unit.cards.at(person_id=turn.person.id, activity_id=turn.reply_to)
    ask = await own_ask(turn, card.ask_id) if card else None
    is_open = ask is not None and ask.state is AskState.OPEN and asks.can_be_answered(ask, turn.now)
    return ask if is_open else None
