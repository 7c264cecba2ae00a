"""The cards of a proposal, for its coach: the form, what would change, and what has changed."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from microsoft_teams.cards import Action, CardElement

from coaching.forms import Fault, Form
from coaching.people import Language
from coaching.proposals import TO_UNDO, Proposal, ProposalState
from dialogs.cards import entry_card
from dialogs.deeds import Outcome, Preview
from dialogs.pieces import alert, button, card, heading, small
from dialogs.reply import Card
from dialogs.wording import t


class ProposalVerb(StrEnum):
    """What a button of a proposal's card asks for; each carries its number, the first one its kind."""

    BEGIN = "propose"
    PREVIEW = "propose_preview"
    DO = "propose_do"
    REWRITE = "propose_rewrite"
    DISCARD = "propose_discard"
    UNDO = "propose_undo"
    REFRESH = "propose_refresh"
    #: Of whom it was offered to.
    ACCEPT = "propose_accept"
    DECLINE = "propose_decline"


def form_card(
    language: Language, form: Form, proposal: Proposal, *, entries: Mapping[str, object], faults: Sequence[Fault] = ()
) -> Card:
    """The form to fill in, with what was filled in already."""
    actions: list[Action] = [
        button(t(language, "broadcast.preview"), ProposalVerb.PREVIEW, argument=str(proposal.id), inputs="auto"),
        _button(language, "broadcast.discard", ProposalVerb.DISCARD, proposal),
    ]
    return entry_card(language, form, actions, entries=entries, faults=faults)


def preview_card(
    language: Language, form: Form, proposal: Proposal, preview: Preview, *, is_overtaken: bool = False
) -> Card:
    """What would change, and for whom. is_overtaken: it was to be done, and something else had changed meanwhile."""
    title = t(language, f"proposal.{proposal.kind}.preview")
    body: list[CardElement] = [
        heading(title),
        *([alert(t(language, "proposal.overtaken"))] if is_overtaken else []),
        *preview.body,
        *([small(t(language, "proposal.preview_typed"))] if preview.can else []),
    ]
    do = [_button(language, f"proposal.{proposal.kind}.do", ProposalVerb.DO, proposal)]
    actions = [
        *(do if preview.can else []),
        *([_button(language, "broadcast.rewrite", ProposalVerb.REWRITE, proposal)] if form.fields else []),
        _button(language, "broadcast.discard", ProposalVerb.DISCARD, proposal),
    ]
    return card(language, body, actions=actions, fallback=title)


def outcome_card(language: Language, proposal: Proposal, outcome: Outcome) -> Card:
    """What was done, and the way back from it."""
    title = t(language, f"proposal.{proposal.kind}.{proposal.state}")
    can_undo = proposal.state in TO_UNDO and outcome.can_undo
    actions = [
        *([_button(language, "proposal.undo", ProposalVerb.UNDO, proposal)] if can_undo else []),
        *([_button(language, "broadcast.refresh", ProposalVerb.REFRESH, proposal)] if _is_under_way(proposal) else []),
    ]
    body = [heading(title), *outcome.body, *([small(t(language, "proposal.undo_typed"))] if can_undo else [])]
    return card(language, body, actions=actions, fallback=title)


def discarded_card(language: Language) -> Card:
    """Nothing was changed."""
    title = t(language, "proposal.discarded")
    return card(language, [heading(title)], fallback=title)


def _is_under_way(proposal: Proposal) -> bool:
    return proposal.state in (ProposalState.DOING, ProposalState.UNDOING)


def _button(language: Language, key: str, verb: ProposalVerb, proposal: Proposal) -> Action:
    return button(t(language, key), verb, argument=str(proposal.id))
