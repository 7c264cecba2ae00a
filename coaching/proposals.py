"""Proposals: what a coach is about to do to a programme or its people: shown, then done, and undone if need be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from coaching.errors import CoachingError


class ProposalKind(StrEnum):
    """What is to be done."""

    #: A session is held at another time.
    MOVE = "move"
    #: The sessions from a day on are held online.
    VIRTUAL = "virtual"
    #: Those who owe an answer are reminded soon.
    NUDGE = "nudge"
    #: What was sent to many says something else from now on.
    CORRECT = "correct"
    #: Another coach takes the programme over, where they agree to it.
    HAND_OVER = "hand_over"
    #: Somebody is away until a day, or is back.
    AWAY = "away"
    BACK = "back"
    #: Somebody who waits with a code is let in.
    LET_IN = "let_in"


class ProposalState(StrEnum):
    """Where a proposal stands."""

    #: The coach is filling in the form.
    DRAFT = "draft"
    #: It is whole, and the coach has seen what would change.
    PREVIEWED = "previewed"
    #: It is being done for its people, some at a time.
    DOING = "doing"
    #: Somebody else is asked whether they agree.
    OFFERED = "offered"
    DONE = "done"
    #: It is being taken back for its people, some at a time.
    UNDOING = "undoing"
    UNDONE = "undone"
    #: The coach threw it away; nothing was changed.
    DISCARDED = "discarded"


class NotNow(CoachingError):
    """This proposal cannot be done, or undone, as things stand by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One thing that a coach is about to do, or has done. Times are UTC.

    programme_id: None until it is known which. entries: the form as it was filled in, by field; empty once it is over.
    question: where a typed conversation about the form is. before: what it was previewed against, and what its way
    back needs, by name. up_to: it is done for people up to this number. card_id: the coach's card about it.
    """

    id: int
    kind: ProposalKind
    author_id: int
    programme_id: int | None = None
    state: ProposalState = ProposalState.DRAFT
    entries: Mapping[str, object] = field(default_factory=dict)
    question: int = 0
    before: Mapping[str, object] = field(default_factory=dict)
    up_to: int = 0
    card_id: int | None = None
    done_at: datetime | None = None


def drafted(proposal: Proposal, entries: Mapping[str, object], *, question: int) -> Proposal:
    """The proposal, whose form is being filled in. Raises NotNow when it is over."""
    _check_open(proposal)
    return replace(proposal, state=ProposalState.DRAFT, entries=entries, question=question)


def previewed(proposal: Proposal, *, before: Mapping[str, object]) -> Proposal:
    """The proposal, as the coach sees it before it is done. Raises NotNow when it is over."""
    _check_open(proposal)
    return replace(proposal, state=ProposalState.PREVIEWED, before=before, question=0)


def done(proposal: Proposal, now: datetime, *, before: Mapping[str, object], in_parts: bool = False) -> Proposal:
    """The proposal, done; in_parts: for its people some at a time, from now on. Raises NotNow unless previewed."""
    if proposal.state is not ProposalState.PREVIEWED:
        raise NotNow
    state = ProposalState.DOING if in_parts else ProposalState.DONE
    return replace(proposal, state=state, before=before, done_at=now)


def undone(proposal: Proposal, *, in_parts: bool = False) -> Proposal:
    """The proposal, taken back; in_parts: for its people some at a time, from now on. Raises NotNow unless done."""
    if proposal.state not in TO_UNDO:
        raise NotNow
    return replace(proposal, state=ProposalState.UNDOING if in_parts else ProposalState.UNDONE, up_to=0)


def carried_out(proposal: Proposal, *, up_to: int, is_last: bool) -> Proposal:
    """The proposal, done or taken back for people up to a number; *is_last*: and for everybody."""
    if not is_last:
        return replace(proposal, up_to=up_to)
    is_asked = proposal.kind is ProposalKind.HAND_OVER and proposal.state is ProposalState.DOING
    waits = is_asked and not proposal.before.get("accepted")
    state = ProposalState.OFFERED if waits else _WHEN_OVER.get(proposal.state, proposal.state)
    return replace(proposal, state=state, up_to=up_to)


def accepted(proposal: Proposal) -> Proposal:
    """The proposal, to which whom it was offered has agreed: it is done from now on. Raises NotNow unless offered."""
    if proposal.state is not ProposalState.OFFERED:
        raise NotNow
    return replace(proposal, state=ProposalState.DOING, before={**proposal.before, "accepted": True})


def declined(proposal: Proposal) -> Proposal:
    """The proposal, to which whom it was offered does not agree. Raises NotNow unless offered."""
    if proposal.state is not ProposalState.OFFERED:
        raise NotNow
    return replace(proposal, state=ProposalState.UNDONE, before={**proposal.before, "declined": True})


def discarded(proposal: Proposal) -> Proposal:
    """The proposal, thrown away before anything was done. Raises NotNow when it is over."""
    _check_open(proposal)
    return replace(proposal, state=ProposalState.DISCARDED, entries={}, question=0)


#: What there is a way back from.
TO_UNDO = (ProposalState.DONE, ProposalState.OFFERED)
_WHEN_OVER = {ProposalState.DOING: ProposalState.DONE, ProposalState.UNDOING: ProposalState.UNDONE}


def is_in_hand(proposal: Proposal) -> bool:
    """Whether nothing was done yet, and still may be."""
    return proposal.state in (ProposalState.DRAFT, ProposalState.PREVIEWED)


def _check_open(proposal: Proposal) -> None:
    if not is_in_hand(proposal):
        raise NotNow
