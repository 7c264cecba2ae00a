"""Broadcasting: a coach's form, its preview, sending it, and taking it back. Each can be pressed and typed.

A broadcast is its coach's alone, and only while they coach its programme; everything is looked up anew each time.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from coaching import broadcasts
from coaching.broadcasts import Broadcast, BroadcastState, TooLate
from coaching.people import Language, in_language
from coaching.proposals import ProposalKind
from dialogs import broadcast_form, calls, corrected, everyday, interview, proposing, waiting
from dialogs.broadcast_cards import CoachVerb, previews, programmes_card
from dialogs.broadcast_drawing import draw_broadcast, ground_of, prepared_of, urgent_left, wish_of
from dialogs.commands import Command
from dialogs.folding import fold
from dialogs.interview import Interview, Move
from dialogs.press import Press
from dialogs.reply import Card, ChangedCard, NewCard, Part, Reply
from dialogs.turn import Turn
from dialogs.wording import listed
from storage.cards import Face
from storage.conversations import DialogKind

_IN_HAND = (BroadcastState.DRAFT, BroadcastState.PREVIEWED)


async def assign(turn: Turn, argument: str) -> Reply:
    """The coach's command: the form, in their programme; which one, where they have several. argument: its number."""
    coached = await turn.unit.programmes.coached_by(turn.person.id)
    if not coached:
        return Reply.of(everyday.not_allowed(turn.language))
    number = int(argument.rstrip(".,")) if argument else 1 if len(coached) == 1 else 0
    if not 1 <= number <= len(coached):
        card = programmes_card(turn.language, [in_language(each.name, turn.language) for each in coached])
        return Reply.of(NewCard(card=card, summary=turn.t("broadcast.which")))
    return await _begin(turn, coached[number - 1].id, {})


async def undo(turn: Turn, _argument: str) -> Reply:
    """The coach's word: the newest is thrown away, undone or recalled, as far as that goes."""
    broadcast = await turn.unit.broadcasts.newest(turn.person.id)
    if broadcast is None:
        return Reply.of(turn.t("broadcast.nothing_to_undo"))
    return await _undo(turn, broadcast)


async def typed(turn: Turn) -> Reply | None:
    """What a typed message means for the broadcast in hand; None where it is about something else."""
    broadcast = await turn.unit.broadcasts.newest(turn.person.id)
    call = calls.parse(turn.text)
    if broadcast is None or broadcast.state not in _IN_HAND or not await _may(turn, broadcast):
        return None
    if call is not None and call.command is not Command.LATER:
        return None
    if broadcast.state is BroadcastState.DRAFT:
        return await _answer(turn, broadcast)
    for word, act in (("send", _send), ("rewrite", _rewrite), ("discard", _undo)):
        if fold(turn.text) in _said_as(word):
            return await act(turn, broadcast)
    return None


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a button of a coach's card does."""
    if press.verb == CoachVerb.ASSIGN:
        return await assign(turn, press.argument if press.argument.isdecimal() else "")
    number = int(press.argument) if press.argument.isdecimal() and len(press.argument) < 15 else 0
    if press.verb == CoachVerb.WRITE_TO_OWING:
        return await _write_to_owing(turn, number)
    if press.verb == CoachVerb.NUDGE:
        return await nudge(turn, number)
    broadcast = await turn.unit.broadcasts.get(number)
    if broadcast is None or not await _may(turn, broadcast):
        return Reply.of(turn.t("card.unreadable" if broadcast is None else "broadcast.not_yours"))
    if turn.reply_to is not None and broadcast.card_id is not None:
        await turn.unit.cards.found_at(broadcast.card_id, turn.reply_to)
    if press.verb == CoachVerb.PREVIEW:
        return await _submit(turn, broadcast, press.entries)
    return await _PRESSES[press.verb](turn, broadcast)


async def _begin(turn: Turn, programme_id: int, entries: Mapping[str, object]) -> Reply:
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=None, face=Face.BROADCAST)
    broadcast = await turn.unit.broadcasts.add(programme_id=programme_id, author_id=turn.person.id, card_id=card.id)
    broadcast = replace(broadcast, entries=entries)
    await turn.unit.broadcasts.save(broadcast)
    await waiting.ask(turn, DialogKind.BROADCAST)
    drawn = await draw_broadcast(turn.unit, turn.person, broadcast)
    form = broadcast_form.form(turn.language, await ground_of(turn.unit, turn.person, broadcast))
    first = interview.start(turn.language, form, 0, entries=entries)
    return Reply.of(NewCard(card=drawn.card, summary=drawn.summary, card_id=card.id, apart=True), first.say)


async def _answer(turn: Turn, broadcast: Broadcast) -> Reply:
    """One more answer of the form, typed."""
    form = broadcast_form.form(turn.language, await ground_of(turn.unit, turn.person, broadcast))
    under_way = Interview(ask_id=0, index=broadcast.question, entries=broadcast.entries)
    step = interview.step(turn.language, form, under_way, turn.text, today=turn.local(turn.now).date())
    if step.move is Move.CANCEL:
        return await _undo(turn, broadcast)
    if step.move is Move.LATER:
        return Reply.of(turn.t("broadcast.later"))
    broadcast = replace(broadcast, entries=dict(step.interview.entries), question=step.interview.index)
    if step.finished:
        return await _submit(turn, broadcast, broadcast.entries)
    await turn.unit.broadcasts.save(broadcast)
    return Reply.of(step.say)


async def _submit(turn: Turn, broadcast: Broadcast, entries: Mapping[str, object]) -> Reply:
    """The form as it was filled in: the preview, or its faults. What was sent already is shown as it stands."""
    if broadcast.state not in _IN_HAND:
        return Reply.of(await _card(turn, broadcast))
    broadcast = replace(broadcast, entries=_kept(entries), state=BroadcastState.DRAFT)
    ground = await ground_of(turn.unit, turn.person, broadcast)
    form = broadcast_form.form(turn.language, ground)
    checked = broadcast_form.read(form, entries, ground, now=turn.now, zone=turn.zone)
    if checked.faults:
        names = [field.name for field in form.fields]
        broadcast = replace(broadcast, question=names.index(checked.faults[0].field))
        await turn.unit.broadcasts.save(broadcast)
        await waiting.ask(turn, DialogKind.BROADCAST)
        drawn = await draw_broadcast(turn.unit, turn.person, broadcast, checked=checked)
        return _said(turn, await _changed(turn, broadcast, drawn.card, drawn.summary), "broadcast.faults")
    broadcast = replace(broadcast, entries=checked.values, state=BroadcastState.PREVIEWED, question=0)
    await turn.unit.broadcasts.save(broadcast)
    await waiting.ask(turn, DialogKind.BROADCAST)
    prepared = await prepared_of(turn.unit, turn.person, broadcast)
    shown = previews(prepared, broadcast, now=turn.now)
    return Reply.of(*shown, *_said(turn, await _card(turn, broadcast), "broadcast.previewed").parts)


async def _send(turn: Turn, broadcast: Broadcast) -> Reply:
    """Sent once, however often it is pressed."""
    if broadcast.state is not BroadcastState.PREVIEWED:
        return Reply.of(await _card(turn, broadcast))
    wish = await wish_of(turn.unit, turn.person, broadcast)
    if wish.urgent and not await _may_be_urgent(turn, broadcast):
        return await _submit(turn, broadcast, broadcast.entries)
    persons = await turn.unit.audiences.invited(broadcast.programme_id, wish.audience, as_of=turn.now)
    if not persons:
        return Reply.of(turn.t("broadcast.to_nobody"))
    element = await turn.unit.programmes.add_element(wish.element)
    sent = broadcasts.queued(broadcast, turn.now, undo=turn.undo, at=wish.at)
    sent = replace(
        sent, element_id=element.id, audience=broadcasts.settled(persons), due_at=wish.due_at, urgent=wish.urgent
    )
    await turn.unit.broadcasts.save(sent)
    await _settle(turn)
    return _said(turn, await _card(turn, sent), "broadcast.sent")


async def _may_be_urgent(turn: Turn, broadcast: Broadcast) -> bool:
    """Whether one more may break the dose; nobody else sends one until this turn is over."""
    await turn.unit.revisions.get(broadcast.programme_id, to_change=True)
    return await urgent_left(turn.unit, broadcast.programme_id) > 0


async def _rewrite(turn: Turn, broadcast: Broadcast) -> Reply:
    """Back to the form."""
    if broadcast.state not in _IN_HAND:
        return Reply.of(await _card(turn, broadcast))
    broadcast = replace(broadcast, state=BroadcastState.DRAFT, question=0)
    await turn.unit.broadcasts.save(broadcast)
    await waiting.ask(turn, DialogKind.BROADCAST)
    form = broadcast_form.form(turn.language, await ground_of(turn.unit, turn.person, broadcast))
    card = await _card(turn, broadcast)
    if turn.press is not None:
        return Reply.of(card)
    return Reply.of(card, interview.start(turn.language, form, 0, entries=broadcast.entries).say)


async def _undo(turn: Turn, broadcast: Broadcast) -> Reply:
    """Nobody gets it; or, where it is too late for that, nobody more."""
    if broadcast.state in (BroadcastState.UNDONE, BroadcastState.RECALLING, BroadcastState.RECALLED):
        return Reply.of(await _card(turn, broadcast))
    try:
        taken_back, said = broadcasts.undone(broadcast, turn.now), "broadcast.undone"
    except TooLate:
        taken_back, said = broadcasts.recalled(broadcast, turn.now), "broadcast.recalling"
    if broadcast.state in _IN_HAND:
        said = "broadcast.discarded"
        await _settle(turn)
    await turn.unit.broadcasts.save(taken_back)
    return _said(turn, await _card(turn, taken_back), said)


async def _refresh(turn: Turn, broadcast: Broadcast) -> Reply:
    return Reply.of(await _card(turn, broadcast))


async def _remind(turn: Turn, broadcast: Broadcast) -> Reply:
    """A new form, to those who owe an answer to this one."""
    return await _begin(turn, broadcast.programme_id, {"what": "message", "to": [f"o:{broadcast.element_id}"]})


async def _write_to_owing(turn: Turn, element_id: int) -> Reply:
    """A new form, to those who owe an answer to something of a programme that the person coaches."""
    for programme in await turn.unit.programmes.coached_by(turn.person.id):
        found = await turn.unit.programmes.sources(programme.id)
        if element_id in {each.id for each in found.owing}:
            return await _begin(turn, programme.id, {"what": "message", "to": [f"o:{element_id}"]})
    return Reply.of(turn.t("card.unreadable"))


async def nudge(turn: Turn, element_id: int) -> Reply:
    """What a reminder to those who owe an answer to something would come to."""
    for programme in await turn.unit.programmes.coached_by(turn.person.id):
        found = await turn.unit.programmes.sources(programme.id)
        if element_id in {each.id for each in found.owing}:
            about = {"element": element_id}
            return await proposing.begin(turn, ProposalKind.NUDGE, {}, programme_id=programme.id, before=about)
    return Reply.of(turn.t("card.unreadable"))


async def correct(turn: Turn, _argument: str) -> Reply:
    """The coach's word: what they sent last is to say something else."""
    broadcast = await turn.unit.broadcasts.newest(turn.person.id)
    if broadcast is None or not corrected.can_be_corrected(broadcast) or not await _may(turn, broadcast):
        return Reply.of(turn.t("proposal.correct.nothing"))
    return await _correct(turn, broadcast)


async def _correct(turn: Turn, broadcast: Broadcast) -> Reply:
    """The form with what was sent, to be changed."""
    if not corrected.can_be_corrected(broadcast):
        return Reply.of(await _card(turn, broadcast))
    about = {"broadcast": broadcast.id}
    entries = corrected.entries_of(broadcast)
    return await proposing.begin_form(
        turn, ProposalKind.CORRECT, entries, programme_id=broadcast.programme_id, before=about
    )


async def _may(turn: Turn, broadcast: Broadcast) -> bool:
    """Whether it is the person's, and they still coach its programme."""
    if broadcast.author_id != turn.person.id:
        return False
    return broadcast.programme_id in {each.id for each in await turn.unit.programmes.coached_by(turn.person.id)}


async def _card(turn: Turn, broadcast: Broadcast) -> Part:
    drawn = await draw_broadcast(turn.unit, turn.person, broadcast)
    return await _changed(turn, broadcast, drawn.card, drawn.summary)


async def _changed(turn: Turn, broadcast: Broadcast, card: Card, summary: str) -> Part:
    """The broadcast's card as given; in place of what Teams shows, where that is known."""
    shown = await turn.unit.cards.get(broadcast.card_id) if broadcast.card_id is not None else None
    if shown is None:
        return NewCard(card=card, summary=summary)
    shown = await turn.unit.cards.turn_over(shown, Face.BROADCAST)
    place = shown.activity_id or (turn.reply_to if turn.press is not None else None)
    return ChangedCard(card=card, summary=summary, card_id=shown.id, revision=shown.wanted, activity_id=place)


def _said(turn: Turn, card: Part, key: str) -> Reply:
    """The card; who types is told in words too, for the card may be far above."""
    return Reply.of(card) if turn.press is not None else Reply.of(card, turn.t(key))


async def _settle(turn: Turn) -> None:
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.BROADCAST:
        await waiting.settle(turn, dialog)


def _kept(entries: Mapping[str, object]) -> dict[str, object]:
    """What was filled in, as a card's inputs show it again: texts, and lists of choices as they come."""
    return {name: entry for name, entry in entries.items() if isinstance(entry, str | list) and entry}


def _said_as(word: str) -> frozenset[str]:
    return frozenset(fold(each) for language in Language for each in listed(language, f"broadcast.words.{word}"))


_PRESSES: Mapping[str, Callable[[Turn, Broadcast], Awaitable[Reply]]] = {
    CoachVerb.SEND: _send,
    CoachVerb.REWRITE: _rewrite,
    CoachVerb.UNDO: _undo,
    CoachVerb.REFRESH: _refresh,
    CoachVerb.REMIND: _remind,
    CoachVerb.CORRECT: _correct,
}
