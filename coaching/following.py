"""Following: how far the people of a programme are with what they were asked, counted, for those who coach it.

Counts only: what anybody wrote is not in them, nor who it is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from coaching.asks import AskState
from coaching.assignments import AssignmentState


class Stage(StrEnum):
    """How far somebody is with one thing; each is in exactly one place."""

    #: It has not reached them yet.
    AHEAD = "ahead"
    OPEN = "open"
    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"
    #: They were never told, and are not any more.
    PASSED = "passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One person and one thing that they were asked. assignment: None of what is no assignment, or was not begun."""

    state: AskState
    is_told: bool
    assignment: AssignmentState | None = None


_OF_ASSIGNMENTS = {
    AssignmentState.PLANNED: Stage.PLANNED,
    AssignmentState.DONE: Stage.DONE,
    AssignmentState.ADAPTED: Stage.DONE,
    AssignmentState.DROPPED: Stage.DROPPED,
}


def stage(standing: Standing) -> Stage:
    """How far that is. A draft of a final assignment is still open."""
    if standing.assignment in _OF_ASSIGNMENTS:
        return _OF_ASSIGNMENTS[standing.assignment]
    if standing.state is AskState.ANSWERED:
        return Stage.DONE
    if standing.is_told:
        return Stage.OPEN if standing.state is AskState.OPEN else Stage.PASSED
    return Stage.AHEAD if standing.state is AskState.OPEN else Stage.PASSED


def stages(counted: Iterable[tuple[Standing, int]]) -> Mapping[Stage, int]:
    """How many are how far; their sum is that of the counts."""
    found: Counter[Stage] = Counter()
    for standing, number in counted:
        found[stage(standing)] += number
    return dict(found)
