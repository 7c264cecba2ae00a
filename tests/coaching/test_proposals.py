"""Proposals: each is shown before it is done, is done once, and is undone once."""

from datetime import UTC, datetime

import pytest

from coaching import proposals
from coaching.proposals import TO_UNDO, NotNow, Proposal, ProposalKind, ProposalState

NOW = datetime(2027, 1, 11, 8, tzinfo=UTC)


def proposal(state: ProposalState) -> Proposal:
    return Proposal(id=1, kind=ProposalKind.MOVE, author_id=2, programme_id=3, state=state, entries={"day": "x"})


def test_it_goes_from_its_form_to_what_would_change_to_done_and_back() -> None:
    new = proposals.previewed(proposal(ProposalState.DRAFT), before={"revision": 1})

    done = proposals.done(new, NOW, before={"made": 2})

    assert (done.state, done.done_at, done.before) == (ProposalState.DONE, NOW, {"made": 2})
    assert proposals.undone(done).state is ProposalState.UNDONE
    assert proposals.done(new, NOW, before={}, in_parts=True).state is ProposalState.DOING


@pytest.mark.parametrize("state", [each for each in ProposalState if each is not ProposalState.PREVIEWED])
def test_nothing_is_done_that_was_not_shown_just_before(state: ProposalState) -> None:
    with pytest.raises(NotNow):
        proposals.done(proposal(state), NOW, before={})


@pytest.mark.parametrize("state", [each for each in ProposalState if each not in TO_UNDO])
def test_only_what_was_done_is_undone(state: ProposalState) -> None:
    with pytest.raises(NotNow):
        proposals.undone(proposal(state))


@pytest.mark.parametrize("state", ProposalState)
def test_what_is_over_is_neither_filled_in_nor_thrown_away(state: ProposalState) -> None:
    one = proposal(state)

    if proposals.is_in_hand(one):
        assert proposals.discarded(one).entries == {}
        assert proposals.drafted(one, {}, question=1).state is ProposalState.DRAFT
        return
    with pytest.raises(NotNow):
        proposals.discarded(one)
    with pytest.raises(NotNow):
        proposals.drafted(one, {}, question=0)
