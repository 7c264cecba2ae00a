"""Written: what a typed message comes to: an answer, a step of one, a command, or something that we have to ask back.

What we have to ask back about is stored, sealed, before we ask. What is typed goes into a draft, one an ask, so that a
conversation can break off at any question and go on weeks later.
"""

from collections.abc import Sequence
from dataclasses import replace

from coaching import asks, forms
from coaching.asks import Ask
from coaching.forms import Form
from dialogs import answering, catalogue, commanded, everyday, interview
from dialogs.cards import choice_card
from dialogs.folding import fold
from dialogs.interview import Interview, Move
from dialogs.reply import NewCard, Reply
from dialogs.routing import RouteKind, route
from dialogs.turn import Turn, new_card, own_ask
from dialogs.typed import choice_words, said_as
from storage.answers import Draft
from storage.conversations import Dialog, DialogKind


async def written(turn: Turn) -> Reply:
    """What a message comes to."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    open_asks = await turn.unit.asks.open_of(turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.WHICH_ASK:
        picked = _picked(turn, open_asks)
        if picked is not None:
            return await belongs_to(turn, dialog, picked if isinstance(picked, Ask) else None)
    asked = await _interviewed(turn, dialog)
    replied = await _replied_to(turn)
    way = route(
        text=turn.text,
        interview_open=asked is not None,
        question_choices=await _choices_of(turn, asked),
        confirming=dialog is not None and dialog.kind is DialogKind.STOP,
        open_asks=len(open_asks),
        replied_to_ask=replied is not None,
    )
    match way.kind:
        case RouteKind.CONFIRM_ANSWER:
            return await commanded.stop_confirmed(turn, confirmed=bool(way.confirmed))
        case RouteKind.COMMAND if way.call is not None:
            return await commanded.carry_out(turn, way.call)
        case RouteKind.INTERVIEW_ANSWER if asked is not None:
            return await _answer(turn, asked, turn.text, turn.message)
        case RouteKind.ANSWER_ONE:
            return await _answer(turn, replied or open_asks[0], turn.text, turn.message)
        case RouteKind.WHICH_ASK:
            return await _ask_back(turn, dialog, open_asks)
        case _:
            return Reply.of(everyday.unknown(turn.language))


async def belongs_to(turn: Turn, dialog: Dialog, ask: Ask | None) -> Reply:
    """Which of several asks was meant; None is none of them. What was kept goes to it, or is forgotten."""
    await turn.unit.dialogs.remove(turn.person.id)
    kept: list[dict[str, str]] = dialog.kept or []
    if ask is None:
        return Reply.of(turn.t("ask.belongs_nowhere") if kept else everyday.unknown(turn.language))
    if not kept:
        return Reply.of(await new_card(turn, ask))
    text = "\n\n".join(part["text"] for part in kept)
    return await _answer(turn, ask, text, kept[-1]["message"])


async def _answer(turn: Turn, ask: Ask, text: str, message: str) -> Reply:
    """One more step of an ask's typed answer. message: the activity that the text came in."""
    if not asks.can_be_answered(ask, turn.now):
        await answering.end_dialog(turn, ask.id)
        return Reply.of(turn.t("common.closed"))
    form = catalogue.form(ask, turn.language)
    draft = await turn.unit.drafts.get(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    draft = draft or Draft(entries={}, typed_in={})
    under_way = Interview(ask_id=ask.id, index=draft.index, entries=draft.entries)
    step = interview.step(turn.language, form, under_way, text, today=turn.local(turn.now).date())
    if step.move is Move.LATER:
        return Reply.of(await answering.put_off(turn, ask))
    if step.move is Move.CANCEL:
        await answering.end_dialog(turn, ask.id)
        return Reply.of(step.say)
    came_in = dict(draft.typed_in)
    if step.move is None and step.fault is None:
        came_in[form.fields[under_way.index].name] = message
    if not step.finished:
        await answering.save_draft(turn, step.interview, came_in)
        return Reply.of(step.say)
    return await _finished(turn, ask, form, step.interview, came_in)


async def _finished(turn: Turn, ask: Ask, form: Form, done: Interview, came_in: dict[str, str]) -> Reply:
    checked = forms.checked(form, done.entries)
    if checked.faults:
        # A question was changed since, or lost its answer: go back to it rather than lose the rest.
        index = [field.name for field in form.fields].index(checked.faults[0].field)
        await answering.save_draft(turn, replace(done, index=index), came_in)
        return Reply.of(interview.start(turn.language, form, ask.id, entries=done.entries, index=index).say)
    await answering.store(turn, ask, form, checked.values, once=f"typed:{turn.message}", typed_in=came_in)
    return Reply.of(turn.t("receipt.text", title=form.title))


async def _ask_back(turn: Turn, dialog: Dialog | None, open_asks: Sequence[Ask]) -> Reply:
    kept: list[dict[str, str]] = []
    if dialog is not None and dialog.kind is DialogKind.WHICH_ASK:
        kept = list(dialog.kept or [])
    kept.append({"text": turn.text, "message": turn.message})
    await turn.unit.dialogs.save(turn.cipher, Dialog(kind=DialogKind.WHICH_ASK, kept=kept), turn.person.id)
    card = choice_card(turn.language, commanded.listed(turn, open_asks))
    return Reply.of(NewCard(card=card, summary=turn.t("ask.which")))


def _picked(turn: Turn, open_asks: Sequence[Ask]) -> Ask | bool | None:
    """The ask that the text names by its number in the list or its title; False for none of them, None for neither."""
    word = fold(turn.text)
    for number, item in enumerate(commanded.listed(turn, open_asks), start=1):
        if word in {str(number), fold(item.title)}:
            return open_asks[number - 1]
    return False if word == fold(turn.t("ask.none_of_these")) or word in said_as("no") else None


async def _interviewed(turn: Turn, dialog: Dialog | None) -> Ask | None:
    if dialog is None or dialog.kind is not DialogKind.INTERVIEW:
        return None
    return await own_ask(turn, dialog.ask_id)


async def _choices_of(turn: Turn, ask: Ask | None) -> frozenset[str]:
    """The exact answers to the open question, folded."""
    if ask is None:
        return frozenset()
    form = catalogue.form(ask, turn.language)
    draft = await turn.unit.drafts.get(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    index = draft.index if draft else 0
    return frozenset(choice_words(form.fields[index])) if index < len(form.fields) else frozenset()


async def _replied_to(turn: Turn) -> Ask | None:
    """The ask whose card the message is a reply to, if it can be answered."""
    if turn.reply_to is None:
        return None
    card = await turn.unit.cards.at(person_id=turn.person.id, activity_id=turn.reply_to)
    ask = await own_ask(turn, card.ask_id) if card else None
    return ask if ask is not None and asks.can_be_answered(ask, turn.now) else None
