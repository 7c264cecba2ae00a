"""Drawing a proposal for its coach, from what is stored; the turn and the pump draw the same."""

from collections.abc import Mapping

from coaching.forms import Checked
from coaching.people import Person
from coaching.proposals import Proposal, ProposalKind, ProposalState
from dialogs import absences, corrected, handing_over, nudged, rescheduled, welcoming
from dialogs.deeds import Deed, Preview
from dialogs.drawing import Drawn
from dialogs.proposal_cards import discarded_card, form_card, outcome_card, preview_card
from dialogs.wording import t
from storage.store import Unit

DEEDS: Mapping[ProposalKind, Deed] = {
    ProposalKind.MOVE: rescheduled.MOVE,
    ProposalKind.VIRTUAL: rescheduled.VIRTUAL,
    ProposalKind.NUDGE: nudged.NUDGE,
    ProposalKind.CORRECT: corrected.CORRECT,
    ProposalKind.HAND_OVER: handing_over.HAND_OVER,
    ProposalKind.AWAY: absences.ABSENCE,
    ProposalKind.BACK: absences.ABSENCE,
    ProposalKind.LET_IN: welcoming.LET_IN,
}


async def draw_proposal(
    unit: Unit,
    person: Person,
    proposal: Proposal,
    *,
    checked: Checked | None = None,
    preview: Preview | None = None,
    is_overtaken: bool = False,
) -> Drawn:
    """The card about a proposal as it stands. checked: what the form came to, to show its faults; preview: the one that
    was made just now; is_overtaken: it was to be done, and something else had changed meanwhile.
    """
    language, deed = person.language, DEEDS[proposal.kind]
    if proposal.state is ProposalState.DISCARDED:
        return Drawn(card=discarded_card(language), summary=t(language, "proposal.discarded"))
    if proposal.state is ProposalState.DRAFT:
        form = await deed.form(unit, person, proposal)
        faults = checked.faults if checked else ()
        drawn = form_card(language, form, proposal, entries=proposal.entries, faults=faults)
        return Drawn(card=drawn, summary=form.title)
    if proposal.state is ProposalState.PREVIEWED:
        form = await deed.form(unit, person, proposal)
        preview = preview or await deed.preview(unit, person, proposal)
        drawn = preview_card(language, form, proposal, preview, is_overtaken=is_overtaken)
        return Drawn(card=drawn, summary=t(language, f"proposal.{proposal.kind}.preview"))
    outcome = await deed.outcome(unit, person, proposal)
    title = t(language, f"proposal.{proposal.kind}.{proposal.state}")
    return Drawn(card=outcome_card(language, proposal, outcome), summary=title)
