"""Assignments: something to try between sessions, from the moment it is told until it is done or left out.

The person's own plan is a moment, at which the assignment comes back to them with their own words. What they planned is
theirs alone; what they hand in is for their coach.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from coaching import asks
from coaching.asks import Ask, AskState, SkipReason
from coaching.elements import Assignment, Evidence, Step, TeamPart
from coaching.errors import CoachingError


class AssignmentState(StrEnum):
    """How far somebody is with an assignment. A coach sees this, and never the plan or the reason."""

    NOT_STARTED = "not_started"
    PLANNED = "planned"
    #: A first version is with the coach.
    DRAFTED = "drafted"
    #: The coach has said something to the first version.
    COMMENTED = "commented"
    DONE = "done"
    #: Done otherwise than it was asked.
    ADAPTED = "adapted"
    #: Left out, for a reason.
    DROPPED = "dropped"


class InThePast(CoachingError):
    """A plan is for a moment ahead."""


class AfterClosing(CoachingError):
    """A plan is for a moment before the assignment closes."""


class AlreadyDone(CoachingError):
    """What is done cannot be planned or left out any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentFacts:
    """What an assignment asks for beside its words. group_work: one hands in for all; final: a draft comes first.

    team_part: what the person's own team is asked; None where it is not.
    """

    steps: tuple[Step, ...] = ()
    evidence: Evidence = Evidence.TEXT
    group_work: bool = False
    final: bool = False
    team_part: TeamPart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the person of an ask is. planned_at: their own moment (UTC); None where they have named none.

    by_id: who handed in for the group; None where it was the person.
    """

    ask_id: int
    state: AssignmentState = AssignmentState.NOT_STARTED
    planned_at: datetime | None = None
    by_id: int | None = None


#: With a first version at the coach, which a plan does not take back.
_UNDER_WAY = frozenset({AssignmentState.DRAFTED, AssignmentState.COMMENTED})


def facts_of(element: Assignment, *, pooled_from: int = 0) -> AssignmentFacts:
    """What a programme's element asks for. pooled_from: of how many people the programme shows results at least."""
    part = element.team_part
    return AssignmentFacts(
        steps=element.steps,
        evidence=element.evidence,
        group_work=element.group_work,
        final=element.final,
        team_part=part and replace(part, pooled_from=max(part.pooled_from, pooled_from)),
    )


def planned(ask: Ask, progress: Progress, at: datetime, person_id: int, now: datetime) -> tuple[Ask, Progress]:
    """With a plan for *at* (UTC), when the ask comes back; one that was left out is taken up again.

    Raises NotYours, Closed, AlreadyDone, InThePast and AfterClosing.
    """
    _check_not_done(ask, person_id, now)
    if at <= now:
        raise InThePast
    if ask.closes_at is not None and at >= ask.closes_at:
        raise AfterClosing
    state = progress.state if progress.state in _UNDER_WAY else AssignmentState.PLANNED
    return asks.put_off(taken_up(ask), at), replace(progress, state=state, planned_at=at)


def handed_in(
    ask: Ask, progress: Progress, person_id: int, now: datetime, *, adapted: bool = False, is_draft: bool = False
) -> tuple[Ask, Progress]:
    """With one more version handed in. A draft leaves the ask open. Raises NotYours and Closed."""
    done = asks.answered(ask, person_id, now)
    if is_draft:
        done, state = replace(done, state=AskState.OPEN, answered_at=None), AssignmentState.DRAFTED
    else:
        state = AssignmentState.ADAPTED if adapted else AssignmentState.DONE
    return done, replace(progress, state=state, by_id=None)


def dropped(ask: Ask, progress: Progress, person_id: int, now: datetime) -> tuple[Ask, Progress]:
    """Left out: nothing reminds of it any more, and it can still be taken up. Raises NotYours, Closed, AlreadyDone."""
    _check_not_done(ask, person_id, now)
    left_out = asks.skipped(replace(ask, put_off_until=None), SkipReason.DROPPED)
    return left_out, replace(progress, state=AssignmentState.DROPPED, planned_at=None)


def done_for_group(ask: Ask, progress: Progress, by_id: int, now: datetime) -> tuple[Ask, Progress] | None:
    """Done, because somebody handed in for the group; None where the person has done so themselves."""
    if ask.state is AskState.ANSWERED and progress.by_id is None:
        return None
    done = replace(ask, state=AskState.ANSWERED, answered_at=now, put_off_until=None, skipped=None)
    return done, replace(progress, state=AssignmentState.DONE, by_id=by_id)


def commented(progress: Progress) -> Progress:
    """With the coach's feedback; of what is no draft nothing changes."""
    is_draft = progress.state is AssignmentState.DRAFTED
    return replace(progress, state=AssignmentState.COMMENTED) if is_draft else progress


def given_time(ask: Ask, until: datetime) -> Ask:
    """The ask, due at *until* (UTC) and open at least until then."""
    closes_at = ask.closes_at and max(ask.closes_at, until)
    return replace(ask, due_at=until, closes_at=closes_at)


def taken_up(ask: Ask) -> Ask:
    """The ask, open again where it had been left out."""
    return replace(ask, state=AskState.OPEN, skipped=None) if ask.state is AskState.SKIPPED else ask


def _check_not_done(ask: Ask, person_id: int, now: datetime) -> None:
    asks.check_answerable(ask, person_id, now)
    if ask.state is AskState.ANSWERED:
        raise AlreadyDone
