"""Broadcasts: to whom they go, what can still be taken back, and figures that always add up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.asks import AskState, SkipReason
from coaching.broadcasts import (
    Audience,
    Broadcast,
    BroadcastState,
    Candidate,
    Invited,
    Reach,
    Standing,
    TooLate,
    is_invited,
    queued,
    recalled,
    standing,
    tally,
    undone,
)
from coaching.people import Role

NOW = datetime(2026, 11, 16, 8, tzinfo=UTC)
UNDO = timedelta(minutes=2)
MEMBER = Candidate(role=Role.PARTICIPANT, groups=frozenset({"A"}), takes_part=True)

_invited = st.builds(
    Invited,
    state=st.sampled_from([None, *AskState]),
    is_told=st.booleans(),
    is_unknown=st.booleans(),
    skipped=st.sampled_from([None, *SkipReason]),
    reach=st.sampled_from([None, *Reach]),
)


def a_broadcast(state: BroadcastState = BroadcastState.PREVIEWED) -> Broadcast:
    return Broadcast(id=1, programme_id=1, author_id=1, state=state)


@pytest.mark.parametrize(
    ("audience", "candidate", "goes"),
    [
        pytest.param(
            Audience(everybody=True),
            Candidate(role=Role.PARTICIPANT, groups=frozenset(), takes_part=False),
            False,
            id="who has left gets nothing",
        ),
        pytest.param(
            Audience(everybody=True),
            Candidate(role=Role.MANAGER, groups=frozenset(), takes_part=True),
            False,
            id="a manager gets nothing",
        ),
        pytest.param(Audience(), MEMBER, False, id="nobody was chosen"),
        pytest.param(Audience(everybody=True), MEMBER, True, id="everybody"),
        pytest.param(Audience(groups=frozenset({"A", "B"})), MEMBER, True, id="one of the groups"),
        pytest.param(Audience(groups=frozenset({"B"})), MEMBER, False, id="another group"),
        pytest.param(
            Audience(groups=frozenset({"B"}), persons=frozenset({7})),
            Candidate(role=Role.PARTICIPANT, groups=frozenset({"A"}), takes_part=True, is_named=True),
            True,
            id="another group, but named",
        ),
        pytest.param(
            Audience(not_answered=3),
            Candidate(role=Role.PARTICIPANT, groups=frozenset(), takes_part=True, owes_answer=True),
            True,
            id="owes an answer",
        ),
    ],
)
def test_a_broadcast_goes_to_participants_of_whom_any_of_the_audience_is_true(
    audience: Audience, candidate: Candidate, goes: bool
) -> None:
    assert is_invited(audience, candidate) is goes


def test_a_broadcast_can_be_undone_until_its_moment_and_recalled_from_then_on() -> None:
    sent = queued(a_broadcast(), NOW, undo=UNDO)

    assert undone(sent, NOW + UNDO - timedelta(seconds=1)).state is BroadcastState.UNDONE
    with pytest.raises(TooLate):
        undone(sent, NOW + UNDO)
    assert recalled(sent, NOW + UNDO).state is BroadcastState.RECALLING


@pytest.mark.parametrize(
    ("at", "until"),
    [(NOW + timedelta(seconds=1), NOW + UNDO), (NOW + timedelta(days=1), NOW + timedelta(days=1)), (None, NOW + UNDO)],
    ids=["sooner than it could be undone", "tomorrow", "now"],
)
def test_what_goes_out_at_a_time_can_be_undone_until_then_and_never_for_less_than_the_window(
    at: datetime | None, until: datetime
) -> None:
    assert queued(a_broadcast(), NOW, undo=UNDO, at=at).undo_until == until


@pytest.mark.parametrize("state", [state for state in BroadcastState if state is not BroadcastState.PREVIEWED])
def test_only_what_was_previewed_is_sent(state: BroadcastState) -> None:
    with pytest.raises(TooLate):
        queued(a_broadcast(state), NOW, undo=UNDO)


@given(st.lists(st.tuples(_invited, st.integers(min_value=0, max_value=10_000))))
def test_the_figures_always_add_up_to_the_number_invited(counted: list[tuple[Invited, int]]) -> None:
    found = tally(counted)

    assert found.invited == sum(number for _, number in counted)
    assert sum(found.reach.values()) == found.of(Standing.UNREACHABLE)


@pytest.mark.parametrize(
    ("one", "place"),
    [
        pytest.param(
            Invited(state=AskState.SKIPPED, is_told=True, skipped=SkipReason.WITHDRAWN),
            Standing.SENT,
            id="it was on the wire while it was recalled",
        ),
        pytest.param(
            Invited(state=AskState.ANSWERED, is_told=True, reach=Reach.UNINSTALLED),
            Standing.ANSWERED,
            id="answered, and then removed the app",
        ),
        pytest.param(Invited(), Standing.QUEUED, id="not written yet"),
        pytest.param(Invited(reach=Reach.NOT_MET), Standing.UNREACHABLE, id="not written yet, and not met"),
        pytest.param(Invited(state=AskState.OPEN, is_told=True, is_unknown=True), Standing.UNKNOWN, id="unknown"),
        pytest.param(Invited(state=AskState.SKIPPED, skipped=SkipReason.LEFT), Standing.NOT_SENT, id="left"),
    ],
)
def test_what_has_reached_somebody_counts_before_what_keeps_them_out_of_reach(one: Invited, place: Standing) -> None:
    assert standing(one) is place
