"""Broadcasts: what a coach sends to many people of a programme, to whom it goes, and what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from coaching import asks
from coaching.asks import WANTING_ANSWERS, Ask, AskState, Element, SkipReason
from coaching.errors import CoachingError
from coaching.people import Role

#: The keys of the elements that broadcasts make begin so; the broadcast's number follows: "broadcast:7".
BROADCAST = "broadcast:"


class BroadcastState(StrEnum):
    """Where a broadcast stands."""

    #: The coach is filling in the form.
    DRAFT = "draft"
    #: It is whole, and the coach has seen what people would get.
    PREVIEWED = "previewed"
    #: It goes out at a moment that is not there yet; until then it can be undone.
    QUEUED = "queued"
    #: Its asks are being written.
    SENDING = "sending"
    #: All of its asks are written.
    DONE = "done"
    #: The coach threw it away, or took it back before anybody got it.
    UNDONE = "undone"
    #: What nobody has got yet is being taken back.
    RECALLING = "recalling"
    #: What nobody had got was taken back.
    RECALLED = "recalled"


class TooLate(CoachingError):
    """This broadcast is beyond what was asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """To whom it goes: to everybody of whom any of this is true.

    groups: their ids. persons: their numbers. not_answered: an element's number, for those who were asked it and have
    not answered. is_settled: it was sent, and goes to these persons whatever becomes of them.
    """

    everybody: bool = False
    groups: frozenset[str] = frozenset()
    persons: frozenset[int] = frozenset()
    not_answered: int | None = None
    is_settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A member of the programme, as they were when the broadcast was sent.

    is_named: among the audience's persons. owes_answer: was asked the audience's element, and had not answered.
    """

    role: Role
    groups: frozenset[str]
    takes_part: bool
    is_named: bool = False
    owes_answer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One message of a coach to many. Times are UTC.

    entries: the form as it was filled in, by field. question: where a typed conversation about the form is.
    element_id: what its asks come from; None until it is sent. card_id: the coach's card about it.
    urgent: it breaks the dose, as far as the programme allows.
    queued_at: when it was sent, and who then took part is whom it goes to. undo_until: it can be undone before then,
    and goes out then. written_up_to: its asks are written for people up to this number. count_at: when the coach's card
    is looked at again; None for not any more. shown: a digest of the figures that the card shows.
    """

    id: int
    programme_id: int
    author_id: int
    state: BroadcastState = BroadcastState.DRAFT
    entries: Mapping[str, object] = field(default_factory=dict)
    question: int = 0
    audience: Audience = Audience()
    element_id: int | None = None
    card_id: int | None = None
    due_at: datetime | None = None
    urgent: bool = False
    queued_at: datetime | None = None
    undo_until: datetime | None = None
    written_up_to: int = 0
    count_at: datetime | None = None
    shown: str = ""


def is_invited(audience: Audience, candidate: Candidate) -> bool:
    """Whether a broadcast to *audience* goes to this member: to participants only, and to none who have left."""
    if audience.is_settled:
        return candidate.is_named
    if candidate.role is not Role.PARTICIPANT or not candidate.takes_part:
        return False
    return (
        audience.everybody
        or candidate.is_named
        or bool(audience.groups & candidate.groups)
        or (audience.not_answered is not None and candidate.owes_answer)
    )


def settled(persons: Iterable[int]) -> Audience:
    """The audience of what was sent to these people: from then on their number stays the same."""
    return Audience(persons=frozenset(persons), is_settled=True)


def queued(broadcast: Broadcast, now: datetime, *, undo: timedelta, at: datetime | None = None) -> Broadcast:
    """The broadcast, sent: it goes out at *at*, and not before it could be undone for so long. Raises TooLate."""
    if broadcast.state is not BroadcastState.PREVIEWED:
        raise TooLate
    until = now + undo
    return replace(
        broadcast,
        state=BroadcastState.QUEUED,
        queued_at=now,
        undo_until=until if at is None else max(until, at),
        count_at=now,
    )


def undone(broadcast: Broadcast, now: datetime) -> Broadcast:
    """The broadcast, which nobody gets. Raises TooLate when somebody may have got it already."""
    is_in_time = broadcast.undo_until is None or now < broadcast.undo_until
    before = (BroadcastState.DRAFT, BroadcastState.PREVIEWED)
    if broadcast.state in before or (broadcast.state is BroadcastState.QUEUED and is_in_time):
        return replace(broadcast, state=BroadcastState.UNDONE)
    raise TooLate


def recalled(broadcast: Broadcast, now: datetime) -> Broadcast:
    """The broadcast, which those who have not got it do not get any more. Raises TooLate where none was sent."""
    if broadcast.state not in (BroadcastState.QUEUED, BroadcastState.SENDING, BroadcastState.DONE):
        raise TooLate
    return replace(broadcast, state=BroadcastState.RECALLING, count_at=now)


def written(broadcast: Broadcast, *, up_to: int, is_last: bool) -> Broadcast:
    """The broadcast, with its asks written for people up to a number; *is_last*: and for everybody."""
    if broadcast.state is BroadcastState.RECALLING:
        return replace(broadcast, written_up_to=up_to)
    state = BroadcastState.DONE if is_last else BroadcastState.SENDING
    return replace(broadcast, state=state, written_up_to=up_to)


def key_of(broadcast: Broadcast) -> str:
    """The key of the element that its asks come from."""
    return f"{BROADCAST}{broadcast.id}"


def asked(broadcast: Broadcast, element: Element, *, person_id: int, now: datetime) -> Ask:
    """What one of its people is asked, before it has a number. It comes at once, within their hours.

    And within their dose, where it is not urgent.
    """
    return asks.asked(
        element,
        person_id=person_id,
        now=now,
        due_at=broadcast.due_at,
        wants_answer=element.kind in WANTING_ANSWERS,
        urgent=broadcast.urgent,
        at_once=True,
    )


class Standing(StrEnum):
    """Where one of a broadcast's people stands; each is in exactly one place."""

    QUEUED = "queued"
    SENT = "sent"
    #: On the wire when the answer was lost.
    UNKNOWN = "unknown"
    ANSWERED = "answered"
    #: There is no way to them now.
    UNREACHABLE = "unreachable"
    #: They do not get it any more: recalled, left, refused by Teams, too late.
    NOT_SENT = "not_sent"


class Reach(StrEnum):
    """Why there is no way to a person; Teams' own causes are folded into these."""

    #: On the roster, and has never been met in Teams.
    NOT_MET = "not_met"
    #: The app is not in their chat any more.
    UNINSTALLED = "uninstalled"
    BLOCKED = "blocked"
    #: They asked Sparri to stop.
    STOPPED = "stopped"
    #: Teams lets nothing through, for another cause.
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """One of a broadcast's people, as the ledger has them. state: of their ask; None while it is not written.

    is_told: it was brought up. is_unknown: and nobody knows whether it arrived. reach: None where there is a way.
    """

    state: AskState | None = None
    is_told: bool = False
    is_unknown: bool = False
    skipped: SkipReason | None = None
    reach: Reach | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many people stand where; those out of reach by cause."""

    standing: Mapping[Standing, int]
    reach: Mapping[Reach, int]

    @property
    def invited(self) -> int:
        """All of them."""
        return sum(self.standing.values())

    def of(self, standing: Standing) -> int:
        """How many stand there."""
        return self.standing.get(standing, 0)


def standing(one: Invited) -> Standing:
    """Where one of them stands. What has reached them counts before what keeps them out of reach now."""
    if one.state is AskState.ANSWERED:
        return Standing.ANSWERED
    if one.is_told:
        return Standing.UNKNOWN if one.is_unknown else Standing.SENT
    if one.state in (AskState.SKIPPED, AskState.CLOSED):
        return Standing.NOT_SENT
    return Standing.QUEUED if one.reach is None else Standing.UNREACHABLE


def tally(counted: Iterable[tuple[Invited, int]]) -> Tally:
    """How many stand where, of people who come counted by what is the same of them. Their sum is that of the counts."""
    places: Counter[Standing] = Counter()
    causes: Counter[Reach] = Counter()
    for one, number in counted:
        place = standing(one)
        places[place] += number
        if place is Standing.UNREACHABLE and one.reach is not None:
            causes[one.reach] += number
    return Tally(standing=dict(places), reach=dict(causes))
