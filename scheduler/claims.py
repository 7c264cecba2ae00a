"""Claims: who is visited now. Decided again at this very moment, and written down before anything is sent.

One short transaction takes as many of the tenant's slots as start within the next moment, and no person's visit is on
the wire twice: their unsettled delivery row is the lease.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from coaching import asks
from coaching.asks import Ask
from coaching.chances import is_group_work
from coaching.people import Language, Person
from coaching.telling import leading
from coaching.visits import Decision, Part, Purpose, Visit
from scheduler.metrics import SKIPPED, SLOTS
from scheduler.slots import AHEAD, Slots, boot_seconds, open_slots, take
from storage.deliveries import Intent
from storage.group_work import Reminded
from storage.spoken import Spoken
from storage.store import Unit
from storage.visits import Situation

#: People whom one transaction decides about at most, so that it holds the writer well under 50 ms.
AT_ONCE = 25
#: The same where the database answers from apart and has no one writer: each statement's way counts for more people.
AT_ONCE_APART = 150
#: While a group's reminder is on its way to one of them, the others are looked at again after so long.
ANOTHER_LOOK = timedelta(minutes=1)
#: A visit is settled within this time, or its sender is taken for dead. Its last third is for a POST that has begun:
#: it has to be longer than the wire's time-out.
LEASE = timedelta(seconds=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A visit that is to leave at its slot. programmes: the names of those that its asks come from, by number.

    due_at and slot_at are by the store's clock. attempts: how often it was tried before. leave_at is the slot, and
    leave_before the end of the time for leaving, both in boot seconds. spoken: what the asks say again, by number.
    """

    delivery_id: int
    card_id: int
    tenant: str
    person: Person
    parts: tuple[Part, ...]
    asks: Mapping[int, Ask]
    programmes: Mapping[int, Mapping[Language, str]]
    due_at: datetime
    slot_at: datetime
    attempts: int
    leave_at: float
    leave_before: float
    spoken: Mapping[int, Spoken] = field(default_factory=dict)

    def may_leave(self) -> bool:
        """Whether there is time to send it before anybody takes its sender for dead. To be asked before each POST."""
        return boot_seconds() < self.leave_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Visits in the order of their slots, and how long until there may be more; None when nobody is due any more."""

    visits: tuple[Claimed, ...] = ()
    again_in: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    situation: Situation
    visit: Visit


async def claim(
    unit: Unit, tenant: str, *, rate: float, replies: int = 0, lease: timedelta = LEASE, at_once: int = AT_ONCE
) -> Claim:
    """The visits of a tenant that leave within the next moment. Raises AlreadyThere.

    rate: visits a second. replies: what was said to people since the last claim, which those to come make room for.
    at_once: people who are decided about at most.
    """
    slots = await open_slots(unit, tenant, rate=rate, replies=replies)
    if slots is None:
        return Claim()
    most = min(slots.free, at_once)
    found = await unit.visits.due(tenant, limit=most) if most else []
    chosen = await _chosen(unit, found)
    if chosen or replies:
        await take(unit, slots, len(chosen))
    SLOTS.labels(what="visit").inc(len(chosen))
    visits = await _begun(unit, chosen, slots, lease)
    if not most:
        return Claim(again_in=slots.first)
    if len(found) < most:
        return Claim(visits=visits)
    # A little before the last one leaves, so that no slot passes unused.
    again_in = slots.until(len(chosen) - 1) - AHEAD / 2 if chosen else timedelta()
    return Claim(visits=visits, again_in=max(again_in, timedelta()))


async def _chosen(unit: Unit, found: Sequence[Situation]) -> list[_Chosen]:
    """Who of those who are due is visited; of the others, when they are to be decided about again."""
    chosen: list[_Chosen] = []
    moments: dict[int, datetime | None] = {}
    reminding: set[int] = set()
    for situation in found:
        moments[situation.person.id], visit = await decided(unit, situation, reminding)
        if visit is not None:
            reminding |= {part.ask_id for part in visit.parts if part.ask_id and part.purpose is Purpose.REMINDER}
            chosen.append(_Chosen(situation=situation, visit=visit))
    await unit.visits.next_is(moments)
    return chosen


async def decided(
    unit: Unit, situation: Situation, reminding: Collection[int] = ()
) -> tuple[datetime | None, Visit | None]:
    """When a person is to be decided about next, None for not before something happens; and the visit to make now.

    reminding: asks that others are about to be reminded of. What the rule gives up is given up. Who is behind a
    programme of theirs is decided about when they no longer are.
    """
    if situation.is_behind or not is_within_reach(situation.person):
        return None, None
    if situation.again_at is not None and situation.again_at > unit.now:
        return situation.again_at, None
    decision = situation.decide(unit.now)
    await _give_up(unit, situation, decision)
    if decision.visit is None or decision.visit.at > unit.now:
        return decision.again_at, None
    waits = await _waits_for_group(unit, situation, decision.visit, reminding)
    return (None, decision.visit) if waits is None else (unit.now + waits, None)


async def _waits_for_group(
    unit: Unit, situation: Situation, visit: Visit, reminding: Collection[int]
) -> timedelta | None:
    """How long the visit waits because another of a group has its reminder, or may have; None for not at all.

    A group has one reminder. Where somebody has had it, it counts as theirs too, and is not said again.
    """
    reminded = {part.ask_id for part in visit.parts if part.purpose is Purpose.REMINDER}
    waits = None
    for ask in situation.asks:
        if ask.id not in reminded or not is_group_work(ask):
            continue
        match await unit.group_work.reminded(ask, reminding=reminding):
            case Reminded.SOMEBODY:
                await unit.asks.save(asks.reminded(ask, unit.now))
                waits = waits or timedelta()
            case Reminded.PERHAPS:
                waits = ANOTHER_LOOK
    return waits


async def _begun(unit: Unit, chosen: Sequence[_Chosen], slots: Slots, lease: timedelta) -> tuple[Claimed, ...]:
    """The visits written down, each with the card that it will be."""
    cards = await unit.cards.add_for([(each.situation.person.id, leading(each.visit.parts)) for each in chosen])
    intents = [
        Intent(
            tenant=each.situation.person.tenant,
            person_id=each.situation.person.id,
            card_id=card,
            due_at=each.situation.due_at or each.visit.at,
            slot_at=unit.now + slots.until(number),
            attempts=each.situation.attempts,
            parts=each.visit.parts,
        )
        for number, (each, card) in enumerate(zip(chosen, cards, strict=True))
    ]
    numbers = await unit.deliveries.begin(intents)
    wanted = {ask.programme_id for each in chosen for ask in each.situation.asks}
    programmes = await unit.programmes.names(wanted) if wanted else {}
    about = [_about(each) for each in chosen]
    spoken = await unit.speech.of(ask for each in about for ask in each.values())
    leave_before = slots.read_at + lease.total_seconds() * 2 / 3
    return tuple(
        Claimed(
            delivery_id=number,
            card_id=card,
            tenant=intent.tenant,
            person=each.situation.person,
            parts=each.visit.parts,
            asks=told,
            programmes=programmes,
            due_at=intent.due_at,
            slot_at=intent.slot_at,
            attempts=intent.attempts,
            leave_at=slots.leave_at(place),
            leave_before=leave_before,
            spoken={id: spoken[id] for id in spoken.keys() & told.keys()},
        )
        for place, (each, told, card, intent, number) in enumerate(
            zip(chosen, about, cards, intents, numbers, strict=True)
        )
    )


def _about(chosen: _Chosen) -> dict[int, Ask]:
    told = {part.ask_id for part in chosen.visit.parts}
    return {ask.id: ask for ask in chosen.situation.asks if ask.id in told}


async def _give_up(unit: Unit, situation: Situation, decision: Decision) -> None:
    given_up = [ask for ask in situation.asks if ask.id in decision.skipped]
    for ask in given_up:
        SKIPPED.labels(reason=decision.skipped[ask.id].value).inc()
    await unit.asks.save_all([asks.skipped(ask, decision.skipped[ask.id]) for ask in given_up])


def is_within_reach(person: Person) -> bool:
    """Whether there is any way to the person: let in, known to Teams, and not known to be out of reach."""
    return person.admitted and person.unreachable is None and (person.address or person.aad_id) is not None
