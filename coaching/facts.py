"""Facts: what there is to say of one thing that a programme has for somebody; who shows them finds the words."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from coaching.anchors import Anchor, Offset
from coaching.asks import SkipReason
from coaching.elements import Words
from coaching.placing import LeftOut, MovedBy
from coaching.reasons import Waiting
from coaching.telling import DeliveryState
from coaching.visits import Purpose


class HeldUp(StrEnum):
    """Why nothing comes to somebody, whatever the rule of visits says."""

    #: No roster and no coach has let them in.
    NOT_LET_IN = "not_let_in"
    #: Teams lets nothing through to them.
    UNREACHABLE = "unreachable"
    #: They have not met Sparri in Teams.
    NOT_MET = "not_met"
    #: A programme of theirs has changed, and what they are asked is about to.
    BEHIND = "behind"
    #: An administrator has stopped everything that Sparri starts.
    ALL_PAUSED = "all_paused"


class NotAsked(StrEnum):
    """Why there is no ask though its moment is known and it is for the person."""

    #: There is no dialog for its kind yet.
    KIND = "kind"
    ENDED = "ended"
    #: It is about to be.
    BEHIND = "behind"
    #: It was over, or had been open for long, when it could first have been asked.
    BACKLOG = "backlog"
    #: No goal of the person's plan is followed now.
    NO_GOAL = "no_goal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Where it comes from. at: what anchor and offset lead to (UTC), None while the anchor has not happened.

    time: local, in words of the file; None where the anchor's own holds. every: it comes again and again. session: the
    number of its own session. about: what the window or the element is called that the anchor is a point of, if any.
    """

    anchor: Anchor
    offset: Offset
    about: Words = field(default_factory=dict)
    time: str | None = None
    every: Offset | None = None
    session: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """It comes from no programme file: it was made at this moment, to open then; None for at once."""

    at: datetime
    opens_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowsPlan:
    """It comes from the person's own plan, in their rhythm. at: when (UTC); None while no goal is followed."""

    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TellsOfRevision:
    """It tells the person what a revision changed in sessions of theirs; made at this moment."""

    revision: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedOn:
    """Its day was none for it, so it is on the next one."""

    by: tuple[MovedBy, ...]
    to: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A revision moved it, withdrew it (after: None), or took it up again (before: None)."""

    revision: int
    at: datetime
    before: datetime | None
    after: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """It was part of a visit. reason: a code, of an outcome that was not to be hoped for. again_at: of the next try."""

    at: datetime
    purpose: Purpose
    state: DeliveryState
    reason: str | None = None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """The person wants it later."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """The person answered, and took the answer back. versions: how many there had been."""

    versions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoLongerPlanned:
    """The programme, as it is now, has it no more for this person."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutFor:
    """It is not for this person after all."""

    reason: LeftOut


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitsForAnchor:
    """It has no moment until this happens. about: as in `Planned`. until: after that it never comes; None for ever."""

    anchor: Anchor
    about: Words = field(default_factory=dict)
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """Why it is not brought up now. not_before: the earliest moment at which it could be; None where nobody knows.

    was_told: what could be is a reminder.
    """

    reason: Waiting
    not_before: datetime | None
    was_told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comes:
    """It is part of the person's next visit, if nothing else happens first."""

    at: datetime
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Nothing comes to the person now. code: what Teams said; since: for how long, where either is known."""

    by: HeldUp
    code: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The person answered; at: the newest version."""

    at: datetime | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """Nothing is open any more. at: since when. was_told: it was something to know, and the person was told."""

    at: datetime | None
    was_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """It was given up. at: when, or its last moment; None where neither is known. is_done: else it is about to be."""

    reason: SkipReason
    at: datetime | None
    is_done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMade:
    """There is no ask."""

    reason: NotAsked


#: Where it comes from: the first fact of each chain is one of these.
Origin: TypeAlias = Planned | Made | FollowsPlan | TellsOfRevision
#: Where it stands: the last fact of each chain is one of these.
Standing: TypeAlias = LeftOutFor | WaitsForAnchor | Waits | Comes | Held | Answered | Closed | GivenUp | NotMade
Fact: TypeAlias = (
    Origin | MovedOn | Changed | Said | PutOff | TakenBack | NoLongerPlanned | Standing
)  # fmt: skip
