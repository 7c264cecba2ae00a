"""Following: each of a programme's people is in one place with each thing, and the counts add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.asks import AskState
from coaching.assignments import AssignmentState
from coaching.following import Stage, Standing, stage, stages

_standing = st.builds(
    Standing,
    state=st.sampled_from(AskState),
    is_told=st.booleans(),
    assignment=st.sampled_from([None, *AssignmentState]),
)


@given(st.lists(st.tuples(_standing, st.integers(min_value=0, max_value=10_000))))
def test_the_counts_add_up(counted: list[tuple[Standing, int]]) -> None:
    assert sum(stages(counted).values()) == sum(number for _, number in counted)


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(state=AskState.SKIPPED, is_told=True, assignment=AssignmentState.DROPPED), Stage.DROPPED),
        (Standing(state=AskState.OPEN, is_told=True, assignment=AssignmentState.PLANNED), Stage.PLANNED),
        (Standing(state=AskState.OPEN, is_told=True, assignment=AssignmentState.DRAFTED), Stage.OPEN),
        (Standing(state=AskState.ANSWERED, is_told=True, assignment=AssignmentState.ADAPTED), Stage.DONE),
        (Standing(state=AskState.ANSWERED, is_told=True), Stage.DONE),
        (Standing(state=AskState.OPEN, is_told=False), Stage.AHEAD),
        (Standing(state=AskState.SKIPPED, is_told=False), Stage.PASSED),
    ],
    ids=["left out", "planned", "a draft", "adapted", "a reflection", "not told yet", "never told"],
)
def test_how_far_somebody_is(standing: Standing, expected: Stage) -> None:
    assert stage(standing) is expected
