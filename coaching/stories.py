"""Stories: all that is known of what one person was asked, is asked and will be, for it to be explained."""

from dataclasses import dataclass
from datetime import datetime

from coaching.anchored import Enrolled
from coaching.asks import Ask
from coaching.chances import Outlook
from coaching.dose import History
from coaching.elements import Words
from coaching.facts import Changed, Held, Said
from coaching.programmes import Programme
from coaching.visits import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One ask with what became of it, each in the order of time."""

    ask: Ask
    changes: tuple[Changed, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Somebody's part in one programme, with all that they were asked by it.

    document: the programme as it is now, former: as it was before, the newest first; None and none where it came from
    no file. member: None where they have no part in it any more. is_behind: they are to be placed again.
    next_check_in: when their plan brings one next (UTC); None while it brings none.
    """

    key: str
    name: Words
    revision: int
    ended_at: datetime | None
    document: Programme | None
    former: tuple[Programme, ...] = ()
    member: Enrolled | None
    is_behind: bool
    next_check_in: datetime | None = None
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What the rule of visits says of a person at this moment. held: why nothing comes of it.

    again_at: not before then, for what went wrong is tried again.
    """

    decision: Decision
    outlook: Outlook
    history: History
    held: Held | None = None
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that there is to explain to or about one person."""

    enrolments: tuple[Enrolment, ...]
    foresight: Foresight
