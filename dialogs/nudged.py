"""Nudged: a coach wishes that those who owe an answer are reminded soon: how many it reaches, and whom not and why."""

from collections.abc import Mapping

from microsoft_teams.cards import CardElement

from coaching.forms import Form
from coaching.nudging import Nudge, nudges
from coaching.people import Person, in_language
from coaching.proposals import Proposal, ProposalState
from dialogs.deeds import Deed, Outcome, Preview
from dialogs.pieces import paragraph, quoted, small
from dialogs.turn import Turn
from dialogs.wording import t
from storage.store import Unit


async def _form(unit: Unit, person: Person, proposal: Proposal) -> Form:
    return Form(title=t(person.language, "proposal.nudge.preview"), fields=())


async def _preview(unit: Unit, person: Person, proposal: Proposal) -> Preview:
    language, counts = person.language, await _counts(unit, proposal)
    reached = counts.get(Nudge.REACHED, 0)
    others = [each for each in Nudge if each is not Nudge.REACHED and counts.get(each)]
    body: list[CardElement] = [
        await _about(unit, person, proposal),
        paragraph(
            t(language, "proposal.nudge.reaches", count=reached) if reached else t(language, "proposal.nudge.nobody")
        ),
        *([paragraph(t(language, "proposal.nudge.others"))] if others else []),
        *(paragraph(t(language, f"proposal.nudge.cause.{each}", count=counts[each])) for each in others),
        *([small(t(language, "proposal.nudge.dose"))] if reached else []),
    ]
    return Preview(body=body, can=reached > 0, before={"reached": 0})


async def _do(turn: Turn, proposal: Proposal) -> Mapping[str, object]:
    return {"reached": 0}


async def _undo(turn: Turn, proposal: Proposal) -> None:
    """Whoever was reminded has been; of the others the wish is taken back."""


async def _outcome(unit: Unit, person: Person, proposal: Proposal) -> Outcome:
    body = [await _about(unit, person, proposal)]
    if proposal.state is ProposalState.DONE:
        body.append(paragraph(t(person.language, "proposal.nudge.reached", count=int(str(proposal.before["reached"])))))
    return Outcome(body=body)


async def _about(unit: Unit, person: Person, proposal: Proposal) -> CardElement:
    element = await unit.programmes.element(_element(proposal))
    return quoted(f"{t(person.language, 'broadcast.title')} ", in_language(element.title, person.language))


async def _counts(unit: Unit, proposal: Proposal) -> Mapping[Nudge, int]:
    counted = await unit.nudges.counted(_element(proposal))
    return nudges(counted, most_reminders=await unit.nudges.most_reminders(_element(proposal)))


def _element(proposal: Proposal) -> int:
    return int(str(proposal.before["element"]))


NUDGE = Deed(form=_form, preview=_preview, do=_do, outcome=_outcome, undo=_undo, in_parts=True)
