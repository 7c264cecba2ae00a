"""Proposing: what a coach wants to do to their programme or its people: asked, shown, done, and undone.

Each can be pressed and typed. A proposal is its coach's alone, and only while they coach its programme; everything is
looked up anew each time.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from coaching import proposals
from coaching.forms import Checked, FaultKind, Form
from coaching.people import Language
from coaching.proposals import NotNow, Proposal, ProposalKind, ProposalState, is_in_hand
from dialogs import calls, everyday, interview, waiting
from dialogs.commands import Command
from dialogs.folding import fold
from dialogs.interview import Interview, Move
from dialogs.press import Press
from dialogs.proposal_cards import ProposalVerb
from dialogs.proposal_drawing import DEEDS, draw_proposal
from dialogs.reply import ChangedCard, NewCard, Part, Reply
from dialogs.turn import Turn
from dialogs.wording import listed
from storage.cards import Face
from storage.conversations import DialogKind


async def begin(
    turn: Turn,
    kind: ProposalKind,
    entries: Mapping[str, object],
    *,
    programme_id: int | None = None,
    before: Mapping[str, object] | None = None,
) -> Reply:
    """A new proposal: what would change, or the form where something is still to be asked. entries: what is known.

    before: what it is about, by name.
    """
    proposal = await _new(turn, kind, programme_id, before)
    if proposal is None:
        return Reply.of(everyday.not_allowed(turn.language))
    return await _submit(turn, proposal, entries, is_new=True)


async def begin_form(
    turn: Turn,
    kind: ProposalKind,
    entries: Mapping[str, object],
    *,
    programme_id: int,
    before: Mapping[str, object],
) -> Reply:
    """A new proposal: its form, with what is there to be changed. before: what it is about, by name."""
    proposal = await _new(turn, kind, programme_id, before)
    if proposal is None:
        return Reply.of(everyday.not_allowed(turn.language))
    form = await DEEDS[kind].form(turn.unit, turn.person, proposal)
    proposal = proposals.drafted(proposal, _kept(entries), question=0)
    await turn.unit.proposals.save(proposal)
    await waiting.ask(turn, DialogKind.PROPOSAL)
    card = await _card(turn, proposal, is_new=True)
    return Reply.of(card, interview.start(turn.language, form, 0, entries=proposal.entries).say)


async def _new(
    turn: Turn, kind: ProposalKind, programme_id: int | None, before: Mapping[str, object] | None
) -> Proposal | None:
    """A draft on a card of its own; None for somebody who coaches nothing."""
    coached = [each.id for each in await turn.unit.programmes.coached_by(turn.person.id)]
    if not coached:
        return None
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=None, face=Face.PROPOSAL)
    new = Proposal(
        id=0,
        kind=kind,
        author_id=turn.person.id,
        programme_id=programme_id or (coached[0] if len(coached) == 1 else None),
        before=before or {},
        card_id=card.id,
    )
    return await turn.unit.proposals.add(new)


async def undo(turn: Turn, _argument: str) -> Reply:
    """The coach's word: what they did last is taken back, or what is in hand thrown away."""
    proposal = await turn.unit.proposals.newest(turn.person.id)
    if proposal is not None and is_in_hand(proposal):
        return await _discard(turn, proposal)
    proposal = await turn.unit.proposals.newest_done(turn.person.id)
    if proposal is None or not await _may(turn, proposal):
        return Reply.of(turn.t("proposal.nothing_to_undo"))
    return await _undo(turn, proposal)


async def typed(turn: Turn) -> Reply | None:
    """What a typed message means for the proposal in hand; None where it is about something else."""
    proposal = await turn.unit.proposals.newest(turn.person.id)
    if proposal is None or not is_in_hand(proposal) or not await _may(turn, proposal):
        return None
    if proposal.state is ProposalState.PREVIEWED:
        for word, act in (("do", _do), ("rewrite", _rewrite), ("discard", _discard)):
            if fold(turn.text) in _said_as(word):
                return await act(turn, proposal)
    call = calls.parse(turn.text)
    if proposal.state is not ProposalState.DRAFT or (call is not None and call.command is not Command.LATER):
        return None
    return await _answer(turn, proposal)


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a button of a proposal's card does."""
    if press.verb == ProposalVerb.BEGIN:
        known = press.argument in _TO_BEGIN
        return await begin(turn, ProposalKind(press.argument), {}) if known else Reply.of(turn.t("card.unreadable"))
    number = int(press.argument) if press.argument.isdecimal() and len(press.argument) < 15 else 0
    proposal = await turn.unit.proposals.get(number)
    if proposal is None or not await _may(turn, proposal):
        return Reply.of(turn.t("card.unreadable" if proposal is None else "broadcast.not_yours"))
    if turn.reply_to is not None and proposal.card_id is not None:
        await turn.unit.cards.found_at(proposal.card_id, turn.reply_to)
    if press.verb == ProposalVerb.PREVIEW:
        return await _submit(turn, proposal, press.entries)
    return await _PRESSES[press.verb](turn, proposal)


async def _answer(turn: Turn, proposal: Proposal) -> Reply:
    """One more answer of the form, typed."""
    form = await DEEDS[proposal.kind].form(turn.unit, turn.person, proposal)
    under_way = Interview(ask_id=0, index=proposal.question, entries=proposal.entries)
    step = interview.step(turn.language, form, under_way, turn.text, today=turn.local(turn.now).date())
    if step.move is Move.CANCEL:
        return await _discard(turn, proposal)
    if step.move is Move.LATER:
        return Reply.of(turn.t("broadcast.later"))
    entries = step.interview.entries
    if step.finished:
        return await _submit(turn, proposal, entries)
    await turn.unit.proposals.save(proposals.drafted(proposal, dict(entries), question=step.interview.index))
    return Reply.of(step.say)


async def _submit(turn: Turn, proposal: Proposal, entries: Mapping[str, object], *, is_new: bool = False) -> Reply:
    """The form as it was filled in: what would change, or its faults. What is over is shown as it stands."""
    if not is_in_hand(proposal):
        return Reply.of(await _card(turn, proposal))
    deed = DEEDS[proposal.kind]
    form = await deed.form(turn.unit, turn.person, proposal)
    checked = await deed.read(turn.unit, turn.person, proposal, entries, form)
    if checked.faults:
        return await _asked(turn, proposal, form, checked, entries, is_new=is_new)
    proposal = _about(replace(proposal, entries=checked.values))
    if not await _may(turn, proposal):
        return Reply.of(turn.t("broadcast.not_yours"))
    return await _previewed(turn, proposal, is_new=is_new)


async def _asked(
    turn: Turn, proposal: Proposal, form: Form, checked: Checked, entries: Mapping[str, object], *, is_new: bool
) -> Reply:
    """The form, at the first thing that is missing or wrong. Where it has just begun nothing is held to be missing."""
    question = [field.name for field in form.fields].index(checked.faults[0].field)
    proposal = proposals.drafted(proposal, _kept(entries), question=question)
    await turn.unit.proposals.save(proposal)
    await waiting.ask(turn, DialogKind.PROPOSAL)
    faults = tuple(fault for fault in checked.faults if not (is_new and fault.kind is FaultKind.MISSING))
    shown = replace(checked, faults=faults)
    card = await _card(turn, proposal, checked=shown, is_new=is_new)
    if turn.press is not None and not is_new:
        return Reply.of(card)
    return Reply.of(card, interview.start(turn.language, form, 0, entries=proposal.entries, index=question).say)


async def _previewed(turn: Turn, proposal: Proposal, *, is_new: bool = False, is_overtaken: bool = False) -> Reply:
    preview = await DEEDS[proposal.kind].preview(turn.unit, turn.person, proposal)
    proposal = proposals.previewed(proposal, before={**proposal.before, **preview.before})
    await turn.unit.proposals.save(proposal)
    await waiting.ask(turn, DialogKind.PROPOSAL)
    drawn = await draw_proposal(turn.unit, turn.person, proposal, preview=preview, is_overtaken=is_overtaken)
    card = await _shown(turn, proposal, drawn.card, drawn.summary, is_new=is_new)
    said = _said(turn, card, "proposal.previewed" if preview.can else "proposal.barred")
    return Reply.of(*preview.cards, *said.parts)


async def _do(turn: Turn, proposal: Proposal) -> Reply:
    """Done once, however often it is pressed. What has changed since it was shown is shown first."""
    if proposal.state is not ProposalState.PREVIEWED:
        return Reply.of(await _card(turn, proposal))
    deed = DEEDS[proposal.kind]
    try:
        before = await deed.do(turn, proposal)
        is_done = proposals.done(proposal, turn.now, before={**proposal.before, **before}, in_parts=deed.in_parts)
    except NotNow:
        return await _previewed(turn, proposal, is_overtaken=True)
    await turn.unit.proposals.save(replace(is_done, entries={}))
    await _settle(turn)
    said = _said(turn, await _card(turn, is_done), "proposal.done")
    return Reply.of(*said.parts, *await deed.told(turn.unit, turn.person, is_done))


async def _rewrite(turn: Turn, proposal: Proposal) -> Reply:
    """Back to the form."""
    form = await DEEDS[proposal.kind].form(turn.unit, turn.person, proposal)
    if not is_in_hand(proposal) or not form.fields:
        return Reply.of(await _card(turn, proposal))
    proposal = proposals.drafted(proposal, proposal.entries, question=0)
    await turn.unit.proposals.save(proposal)
    await waiting.ask(turn, DialogKind.PROPOSAL)
    card = await _card(turn, proposal)
    if turn.press is not None:
        return Reply.of(card)
    return Reply.of(card, interview.start(turn.language, form, 0, entries=proposal.entries).say)


async def _discard(turn: Turn, proposal: Proposal) -> Reply:
    if not is_in_hand(proposal):
        return Reply.of(await _card(turn, proposal))
    proposal = proposals.discarded(proposal)
    await turn.unit.proposals.save(proposal)
    await _settle(turn)
    return _said(turn, await _card(turn, proposal), "proposal.discarded")


async def _undo(turn: Turn, proposal: Proposal) -> Reply:
    """Back to how it was, where nothing else has changed since."""
    try:
        taken_back = proposals.undone(proposal, in_parts=DEEDS[proposal.kind].in_parts)
        await DEEDS[proposal.kind].undo(turn, proposal)
    except NotNow:
        return Reply.of(turn.t("proposal.too_late"))
    await turn.unit.proposals.save(taken_back)
    return _said(turn, await _card(turn, taken_back), "proposal.undone")


async def _refresh(turn: Turn, proposal: Proposal) -> Reply:
    return Reply.of(await _card(turn, proposal))


async def _may(turn: Turn, proposal: Proposal) -> bool:
    """Whether it is the person's, and they still coach its programme, or some programme while it is about none."""
    if proposal.author_id != turn.person.id:
        return False
    coached = {each.id for each in await turn.unit.programmes.coached_by(turn.person.id)}
    return bool(coached) if proposal.programme_id is None else proposal.programme_id in coached


async def _card(turn: Turn, proposal: Proposal, *, checked: Checked | None = None, is_new: bool = False) -> Part:
    drawn = await draw_proposal(turn.unit, turn.person, proposal, checked=checked)
    return await _shown(turn, proposal, drawn.card, drawn.summary, is_new=is_new)


async def _shown(turn: Turn, proposal: Proposal, card: dict[str, object], summary: str, *, is_new: bool) -> Part:
    """The proposal's card as given; in place of what Teams shows, where that is known."""
    shown = await turn.unit.cards.get(proposal.card_id) if proposal.card_id is not None else None
    if shown is None or is_new:
        return NewCard(card=card, summary=summary, card_id=shown.id if shown else None, apart=True)
    shown = await turn.unit.cards.turn_over(shown, Face.PROPOSAL)
    place = shown.activity_id or (turn.reply_to if turn.press is not None else None)
    return ChangedCard(card=card, summary=summary, card_id=shown.id, revision=shown.wanted, activity_id=place)


def _about(proposal: Proposal) -> Proposal:
    """The proposal with the programme that its form names, where it names one."""
    named = proposal.entries.get("programme") or str(proposal.entries.get("session", "")).partition(".")[0]
    return replace(proposal, programme_id=int(str(named))) if named else proposal


def _said(turn: Turn, card: Part, key: str) -> Reply:
    """The card; who types is told in words too, for the card may be far above."""
    return Reply.of(card) if turn.press is not None else Reply.of(card, turn.t(key))


async def _settle(turn: Turn) -> None:
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.PROPOSAL:
        await waiting.settle(turn, dialog)


def _kept(entries: Mapping[str, object]) -> dict[str, object]:
    """What was filled in, as a card's inputs show it again."""
    return {name: entry for name, entry in entries.items() if isinstance(entry, str | list) and entry}


def _said_as(word: str) -> frozenset[str]:
    return frozenset(fold(each) for language in Language for each in listed(language, f"proposal.words.{word}"))


#: What a card's button begins without being about anything yet.
_TO_BEGIN = frozenset({ProposalKind.MOVE, ProposalKind.VIRTUAL, ProposalKind.HAND_OVER, ProposalKind.AWAY})
_PRESSES: Mapping[str, Callable[[Turn, Proposal], Awaitable[Reply]]] = {
    ProposalVerb.DO: _do,
    ProposalVerb.REWRITE: _rewrite,
    ProposalVerb.DISCARD: _discard,
    ProposalVerb.UNDO: _undo,
    ProposalVerb.REFRESH: _refresh,
}
