"""Lives: what somebody would live through in a programme, message by message."""

from dataclasses import dataclass
from datetime import datetime

from coaching.asks import Ask, SkipReason
from coaching.people import Language
from coaching.placing import Enrolled, Placed
from coaching.reasons import Waiting
from coaching.visits import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A member in a simulation. key: an e-mail or a name, unique."""

    key: str
    name: str
    language: Language
    enrolled: Enrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """One visit that would be made. at is UTC."""

    at: datetime
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of one ask. told_at: None when it never was.

    waited: why it did not go when it opened, in the order of the reasons; skipped: why it was given up. Undelivered
    kinds have `delivered` False: the rule counts them, and Sparri cannot say them yet.
    """

    ask: Ask
    placed: Placed
    told_at: datetime | None
    answered_at: datetime | None
    reminded_at: tuple[datetime, ...]
    waited: tuple[Waiting, ...]
    skipped: SkipReason | None
    delivered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What one member would live through: visits in order, and the fate of each thing that the programme has for them.

    left: what is still ahead when the simulation ends, waits for something that has not happened, or is left out.
    """

    somebody: Somebody
    visits: tuple[Visited, ...]
    fates: tuple[Fate, ...]
    left: tuple[Placed, ...]
