"""Outcomes: what became of a visit on the wire, and what follows from it for its asks and its person."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from coaching.asks import SkipReason, Told
from coaching.people import Address
from coaching.telling import Visited, brought_up, is_repeated, refused
from coaching.visits import Part, Purpose
from scheduler.claims import Claimed
from scheduler.metrics import DEAD_LETTERS, LATENESS, SKIPPED, UNAUTHORISED, VISITS
from storage.deliveries import DeliveryState, Settled
from storage.store import Unit

#: A visit that certainly did not arrive is tried again after about so long, then twice as long, and so on.
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=30), timedelta(hours=1)
#: So long nothing leaves after our own token was refused: trying faster mends nothing.
HOLD_UNAUTHORISED = timedelta(minutes=5)
#: What may have arrived is sent again so often at most; then it counts as told.
MOST_RESENDS = 2


class OutcomeKind(StrEnum):
    """What the wire said."""

    SENT = "sent"
    #: The answer was lost, or Teams failed while it worked.
    UNKNOWN = "unknown"
    #: It certainly did not arrive, and may be tried again.
    LATER = "later"
    #: Teams lets nothing through to this person.
    UNREACHABLE = "unreachable"
    #: Teams refuses this very message.
    REFUSED = "refused"
    #: Our own token was refused.
    UNAUTHORISED = "unauthorised"
    #: There was no time left to send it: the process slept.
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one visit. after: how long Teams asked to wait. reason: a code, never content.

    throttled: Teams said that it was too much. address: where the person is reached now, if that was news. requests:
    how many it took.
    """

    kind: OutcomeKind
    activity_id: str | None = None
    after: timedelta | None = None
    reason: str | None = None
    throttled: bool = False
    address: Address | None = None
    requests: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A visit that has ended. attempts: how often it was tried before. late: from its due moment to its slot."""

    delivery_id: int
    person_id: int
    card_id: int | None
    parts: tuple[Part, ...]
    attempts: int
    late: timedelta
    outcome: Outcome


def ended(claimed: Claimed, outcome: Outcome) -> Ended:
    """A claimed visit with what the wire said."""
    return Ended(
        delivery_id=claimed.delivery_id,
        person_id=claimed.person.id,
        card_id=claimed.card_id,
        parts=claimed.parts,
        attempts=claimed.attempts,
        late=claimed.slot_at - claimed.due_at,
        outcome=outcome,
    )


_STATES = {
    OutcomeKind.SENT: DeliveryState.SENT,
    OutcomeKind.UNKNOWN: DeliveryState.UNKNOWN,
    OutcomeKind.LATER: DeliveryState.CANCELLED,
    OutcomeKind.UNREACHABLE: DeliveryState.FAILED,
    OutcomeKind.REFUSED: DeliveryState.FAILED,
    OutcomeKind.UNAUTHORISED: DeliveryState.CANCELLED,
    OutcomeKind.EXPIRED: DeliveryState.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _After:
    """The person and the asks of a visit after it. again_at: from when on the same is tried again; None: not at all.

    unreachable: why Teams lets nothing through to the person; None where the visit does not tell so.
    """

    person: Visited
    asks: Sequence[Told] = ()
    again_at: datetime | None = None
    unreachable: str | None = None


async def settle(unit: Unit, visits: Sequence[Ended]) -> None:
    """Write what became of these visits, and have their people decided about anew.

    Nothing happens to one that was settled already: what was decided about it then stands.
    """
    people = await unit.visits.to({each.person_id for each in visits})
    unsettled = await unit.deliveries.still_sending([each.delivery_id for each in visits])
    visits = [each for each in visits if each.delivery_id in unsettled and each.person_id in people]
    asks = await unit.asks.told({part.ask_id for each in visits for part in each.parts if part.ask_id is not None})
    results = [(each, await _after(unit, each, people[each.person_id], asks)) for each in visits]
    await unit.deliveries.settle([_settled(each, after) for each, after in results])
    await unit.cards.arrived(
        {each.card_id: each.outcome.activity_id for each in visits if each.card_id and _is_sent(each)}
    )
    await unit.cards.never_sent([each.card_id for each in visits if each.card_id and not _may_be_there(each)])
    await unit.asks.save_told([ask for _, after in results for ask in after.asks])
    await unit.people.are_reached(
        {each.person_id: each.outcome.address for each in visits if each.outcome.address and _is_sent(each)}
    )
    await unit.people.are_unreachable(
        {each.person_id: after.unreachable for each, after in results if after.unreachable}
    )
    await unit.visits.made([(after.person, after.again_at or unit.now) for _, after in results])
    _count(visits)


async def _after(unit: Unit, each: Ended, person: Visited, asks: Mapping[int, Told]) -> _After:
    outcome, now = each.outcome, unit.now
    match outcome.kind:
        case OutcomeKind.SENT:
            return _told(each, person, asks, now)
        case OutcomeKind.UNKNOWN:
            repeated = frozenset(part for part in each.parts if is_repeated(part, asks))
            if repeated and await unit.deliveries.resends(person.id) < MOST_RESENDS:
                told = _told(each, person, asks, now, but=repeated)
                return replace(told, again_at=now + _wait(outcome, each.attempts))
            return _told(each, person, asks, now)
        case OutcomeKind.UNREACHABLE:
            return _After(person=person, unreachable=outcome.reason or "unknown")
        case OutcomeKind.REFUSED:
            given_up = [refused(ask, purpose, now) for ask, purpose in _about(each.parts, asks)]
            return _After(person=_knows_of_stop(each.parts, person), asks=given_up)
    return _After(person=person, again_at=now + _wait(outcome, each.attempts))


def _told(
    each: Ended, person: Visited, asks: Mapping[int, Told], now: datetime, *, but: frozenset[Part] = frozenset()
) -> _After:
    """All parts but these are taken to have reached the person."""
    told = [part for part in each.parts if part not in but]
    new = sum(part.purpose is Purpose.NEW for part in told)
    person = _knows_of_stop(told, person)
    return _After(
        person=replace(person, unanswered=person.unanswered + new) if new else person,
        asks=[brought_up(ask, purpose, now) for ask, purpose in _about(told, asks)],
    )


def _about(parts: Sequence[Part], asks: Mapping[int, Told]) -> list[tuple[Told, Purpose]]:
    return [(asks[part.ask_id], part.purpose) for part in parts if part.ask_id is not None and part.ask_id in asks]


def _knows_of_stop(parts: Sequence[Part], person: Visited) -> Visited:
    """The person; after the farewell they know that Sparri fell silent, or cannot be told."""
    says_farewell = any(part.purpose is Purpose.STOPPING for part in parts)
    return replace(person, told_of_stop=True) if says_farewell else person


def _wait(outcome: Outcome, attempts: int) -> timedelta:
    """How long until the next try: as Teams asked, else longer each time; never all at the same moment."""
    usual = min(FIRST_RETRY * 2 ** min(attempts, 10), LONGEST_RETRY)
    return (usual if outcome.after is None else outcome.after) * random.uniform(1, 1.3)


def _settled(each: Ended, after: _After) -> Settled:
    return Settled(
        delivery_id=each.delivery_id,
        state=_STATES[each.outcome.kind],
        reason=each.outcome.reason,
        again_at=after.again_at,
    )


def _is_sent(each: Ended) -> bool:
    return each.outcome.kind is OutcomeKind.SENT


def _may_be_there(each: Ended) -> bool:
    return each.outcome.kind in (OutcomeKind.SENT, OutcomeKind.UNKNOWN)


def _count(visits: Sequence[Ended]) -> None:
    outcomes = Counter((each.outcome.kind, each.outcome.reason or "") for each in visits)
    for (kind, reason), number in outcomes.items():
        VISITS.labels(outcome=kind.value, reason=reason).inc(number)
    for each in visits:
        match each.outcome.kind:
            case OutcomeKind.SENT:
                LATENESS.observe(each.late.total_seconds())
            case OutcomeKind.REFUSED:
                DEAD_LETTERS.inc()
                for part in each.parts:
                    SKIPPED.labels(reason=SkipReason.UNDELIVERABLE.value).inc(part.purpose is not Purpose.REMINDER)
            case OutcomeKind.UNAUTHORISED:
                UNAUTHORISED.inc()
