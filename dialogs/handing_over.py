"""Handing over: a coach leaves a programme to another one, who is asked first.

Only to somebody who is a coach already: whom else it may be, the administrator says.
"""

from collections.abc import Mapping
from dataclasses import replace

from microsoft_teams.cards import CardElement

from coaching import proposals
from coaching.asks import AskKind, Element
from coaching.forms import Checked, Choice, Fault, FaultKind, Field, FieldKind, Form, checked
from coaching.people import Language, Person, Role, in_language
from coaching.proposals import NotNow, Proposal, ProposalState
from coaching.sources import MESSAGE
from dialogs import interview, waiting
from dialogs.deeds import Deed, Outcome, Preview
from dialogs.pieces import alert, button, card, heading, paragraph, quoted, small
from dialogs.press import Press
from dialogs.proposal_cards import ProposalVerb
from dialogs.reply import NewCard, Reply, Text
from dialogs.turn import Turn
from dialogs.wording import t
from storage.conversations import DialogKind
from storage.handovers import Successor
from storage.store import Unit


async def offers(turn: Turn, _argument: str) -> Reply:
    """The word of whom a programme is offered to: what it is, to be taken over or not."""
    found = await turn.unit.proposals.offered_to(turn.person.id)
    if not found:
        return Reply.of(turn.t("proposal.offer.none"))
    await waiting.ask(turn, DialogKind.OFFER)
    return Reply.of(await _offer_card(turn, found[0]))


async def typed(turn: Turn) -> Reply | None:
    """Yes or no to the offer that was shown; None for what is about something else."""
    said = interview.yes_or_no(turn.text)
    found = await turn.unit.proposals.offered_to(turn.person.id)
    if said is None or not found:
        return None
    return await _decided(turn, found[0].id, accepts=said)


async def pressed(turn: Turn, press: Press) -> Reply:
    """A button of the offer's card."""
    number = int(press.argument) if press.argument.isdecimal() and len(press.argument) < 15 else 0
    return await _decided(turn, number, accepts=press.verb == ProposalVerb.ACCEPT)


async def _decided(turn: Turn, number: int, *, accepts: bool) -> Reply:
    """Taken over, or not. Once, and only by whom it was offered to, while it still can be."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.OFFER:
        await waiting.settle(turn, dialog)
    proposal = await turn.unit.proposals.get(number)
    if proposal is None or proposal.before.get("to") != turn.person.id:
        return Reply.of(turn.t("card.unreadable"))
    try:
        if accepts and not await _still_can(turn.unit, proposal, turn.person.id):
            raise NotNow
        decided = proposals.accepted(proposal) if accepts else proposals.declined(proposal)
    except NotNow:
        return Reply.of(turn.t("proposal.offer.over"))
    await turn.unit.proposals.save(decided)
    if decided.card_id is not None:
        await turn.unit.cards.raise_one(decided.card_id)
    author = await turn.unit.people.language_of(proposal.author_id)
    key = "accepted" if accepts else "declined"
    told = Text(text=t(author, f"proposal.offer.{key}_told"), to=proposal.author_id)
    return Reply.of(turn.t(f"proposal.offer.{key}"), told)


async def _still_can(unit: Unit, proposal: Proposal, to_id: int) -> bool:
    """Whether the programme goes on, its coach still coaches it, and who takes it over is no participant of it."""
    coached = {each.id for each in await unit.programmes.coached_by(proposal.author_id)}
    if proposal.programme_id not in coached:
        return False
    return await unit.handovers.role_in(proposal.programme_id or 0, to_id) in (None, Role.COACH)


async def _offer_card(turn: Turn, proposal: Proposal) -> NewCard:
    language, programme_id = turn.language, proposal.programme_id or 0
    title = turn.t("proposal.offer.title")
    name = (await turn.unit.programmes.names([programme_id]))[programme_id]
    by = (await turn.unit.people.names_of([proposal.author_id])).get(proposal.author_id, "")
    estate = await turn.unit.handovers.estate(programme_id, proposal.author_id)
    body: list[CardElement] = [
        heading(title),
        quoted(f"{turn.t('broadcast.programme')} ", in_language(name, language)),
        quoted(turn.t("proposal.offer.by"), by),
        paragraph(turn.t("proposal.offer.people", count=estate.people)),
        *([paragraph(turn.t("proposal.offer.questions", count=estate.questions))] if estate.questions else []),
        small(turn.t("proposal.offer.typed")),
    ]
    actions = [
        button(turn.t("proposal.offer.accept"), ProposalVerb.ACCEPT, argument=str(proposal.id)),
        button(turn.t("proposal.offer.decline"), ProposalVerb.DECLINE, argument=str(proposal.id)),
    ]
    return NewCard(card=card(language, body, actions=actions, fallback=title), summary=title)


async def _form(unit: Unit, person: Person, proposal: Proposal) -> Form:
    language = person.language
    coached = await unit.programmes.coached_by(person.id)
    choices = tuple(Choice(id=str(each.id), label=in_language(each.name, language)) for each in coached)
    which = Field(
        name="programme",
        kind=FieldKind.CHOICE,
        label=t(language, "proposal.virtual.programme.label"),
        hint=t(language, "proposal.virtual.programme.hint"),
        matter=None,
        choices=choices,
    )
    to = Field(
        name="to",
        kind=FieldKind.TEXT,
        label=t(language, "proposal.hand_over.to.label"),
        hint=t(language, "proposal.hand_over.to.hint"),
        matter=None,
    )
    return Form(
        title=t(language, "proposal.hand_over.title"),
        intro=t(language, "proposal.hand_over.intro"),
        fields=(which, to) if len(choices) > 1 else (to,),
    )


async def _read(unit: Unit, person: Person, proposal: Proposal, entries: Mapping[str, object], form: Form) -> Checked:
    found = checked(form, entries)
    if "to" not in found.values:
        return found
    named = [
        each for each in await unit.handovers.named(person.tenant, str(found.values["to"])) if each.id != person.id
    ]
    kind = FaultKind.NOBODY_SUCH if len(named) != 1 else None if named[0].is_coach else FaultKind.NO_COACH
    faults = [fault for fault in found.faults if fault.field != "to"]
    return replace(found, faults=(*faults, Fault(field="to", kind=kind))) if kind else found


async def _preview(unit: Unit, person: Person, proposal: Proposal) -> Preview:
    language, to = person.language, await _named(unit, person, proposal)
    if to is None:
        return Preview(body=[alert(t(language, "fault.nobody_such"))], can=False, before={})
    role = await unit.handovers.role_in(proposal.programme_id or 0, to.id)
    is_barred = role not in (None, Role.COACH)
    estate = await unit.handovers.estate(proposal.programme_id or 0, person.id)
    body: list[CardElement] = [
        *await _about(unit, person, proposal, to),
        *([alert(t(language, "proposal.hand_over.takes_part"))] if is_barred else []),
        *([] if to.is_met else [alert(t(language, "proposal.hand_over.not_met"))]),
        paragraph(t(language, "proposal.hand_over.people", count=estate.people)),
        *([paragraph(t(language, "proposal.offer.questions", count=estate.questions))] if estate.questions else []),
        paragraph(t(language, "proposal.hand_over.then")),
    ]
    return Preview(body=body, can=not is_barred, before={"to": to.id})


async def _do(turn: Turn, proposal: Proposal) -> Mapping[str, object]:
    """The other one is asked, by a message of the pump's."""
    to_id = int(str(proposal.before.get("to", 0)))
    to = await turn.unit.handovers.successor(to_id)
    if to is None or not to.is_coach or not await _still_can(turn.unit, proposal, to_id):
        raise NotNow
    programme_id = proposal.programme_id or 0
    names = (await turn.unit.programmes.names([programme_id]))[programme_id]
    offered = Element(
        id=0,
        programme_id=programme_id,
        key=f"{MESSAGE}offer:{proposal.id}:{turn.unit.now:%Y%m%d%H%M%S%f}",
        kind=AskKind.NOTICE,
        title={each: t(each, "proposal.offer.title") for each in Language},
        intro={each: t(each, "proposal.offer.words", programme=in_language(names, each)) for each in Language},
    )
    return {"to": to_id, "element": (await turn.unit.programmes.add_element(offered)).id}


async def _undo(turn: Turn, proposal: Proposal) -> None:
    """While it is only offered: it is not offered any more."""
    if proposal.state is not ProposalState.OFFERED:
        raise NotNow


async def _outcome(unit: Unit, person: Person, proposal: Proposal) -> Outcome:
    to = await unit.handovers.successor(int(str(proposal.before["to"])))
    body = await _about(unit, person, proposal, to)
    if proposal.state is ProposalState.OFFERED:
        body.append(paragraph(t(person.language, "proposal.hand_over.waits")))
    if proposal.before.get("declined"):
        body.append(paragraph(t(person.language, "proposal.offer.declined_told")))
    return Outcome(body=body, can_undo=proposal.state is ProposalState.OFFERED)


async def _about(unit: Unit, person: Person, proposal: Proposal, to: Successor | None) -> list[CardElement]:
    programme_id = proposal.programme_id or 0
    names = (await unit.programmes.names([programme_id]))[programme_id]
    return [
        quoted(f"{t(person.language, 'broadcast.programme')} ", in_language(names, person.language)),
        quoted(t(person.language, "proposal.hand_over.for"), to.name if to else ""),
    ]


async def _named(unit: Unit, person: Person, proposal: Proposal) -> Successor | None:
    """Whom the form names; None where that is nobody any more."""
    named = await unit.handovers.named(person.tenant, str(proposal.entries["to"]))
    found = [each for each in named if each.id != person.id and each.is_coach]
    return found[0] if len(found) == 1 else None


HAND_OVER = Deed(form=_form, read=_read, preview=_preview, do=_do, outcome=_outcome, undo=_undo, in_parts=True)
