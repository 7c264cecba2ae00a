"""Pausing: nothing that we start leaves; afterwards all of it does, or is given up with its reason."""

from datetime import timedelta

from coaching.asks import AskState, SkipReason
from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.pump import Pump
from storage.cards import CARD_GRACE, ShownCard
from storage.deliveries import DeliveryState
from storage.store import Store
from tests.builders import TENANT, Clock
from tests.scheduler.conftest import RATE, Coaching, Wire


async def pause(store: Store, *, paused: bool) -> None:
    async with store.transaction() as unit:
        await (unit.paces.pause(TENANT) if paused else unit.paces.resume(TENANT))


async def test_what_came_due_in_a_pause_is_told_after_it_or_skipped_with_the_reason(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    people = [await coaching.person(f"Osallistuja {number}") for number in range(12)]
    in_time = [await coaching.ask(person, opens_at=clock.now + timedelta(minutes=1)) for person in people[:10]]
    closing = await coaching.ask(people[10], closes_at=clock.now + timedelta(hours=1))
    too_late = await coaching.ask(people[11], late_until=clock.now + timedelta(hours=1))
    await pause(coaching.store, paused=True)

    for _ in range(4):
        await coaching.visit()
        clock.pass_by(minutes=30)

    assert wire.taken == []
    async with coaching.store.transaction() as unit:
        assert await unit.visits.count_due_in(TENANT) == len(people)
    await pause(coaching.store, paused=False)
    await coaching.visit()
    assert {visit.person.id for visit in wire.taken} == {person.id for person in people[:10]}
    for ask in in_time:
        assert (await coaching.ask_now(ask)).told_at == clock.now
    for ask in (closing, too_late):
        found = await coaching.ask_now(ask)
        assert (found.state, found.skipped) == (AskState.SKIPPED, SkipReason.TOO_LATE)


async def test_what_is_on_the_wire_when_the_pause_begins_is_settled_and_the_next_waits(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()
    await pause(coaching.store, paused=True)
    wire.open.set()
    await coaching.rounds.quiet()
    await coaching.ask(aino, urgent=True)
    clock.pass_by(minutes=5)
    await coaching.visit()
    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.SENT], "what was on the wire is settled"

    await pause(coaching.store, paused=False)
    await coaching.visit()

    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.SENT, DeliveryState.SENT]


class Messenger:
    """Takes what the pump of cards brings."""

    def __init__(self) -> None:
        self.brought: list[int] = []

    async def bring_up_to_date(self, card: ShownCard) -> Outcome | None:
        self.brought.append(card.id)
        return Outcome(kind=OutcomeKind.LATER, after=timedelta(hours=1))


async def test_cards_stay_as_they_are_in_a_pause_and_are_changed_after_it(
    coaching: Coaching, store: Store, clock: Clock
) -> None:
    ask = await coaching.ask(await coaching.person())
    async with store.transaction() as unit:
        card = await unit.cards.add(person_id=ask.person_id, ask_id=ask.id)
        await unit.cards.shows(card.id, revision=1, activity_id="1:card")
        await unit.cards.raise_wanted(ask.id)
    clock.now += CARD_GRACE
    messenger = Messenger()
    pump = Pump(store, messenger, rate=RATE)
    await pause(store, paused=True)
    await pump.tick()
    assert messenger.brought == []

    await pause(store, paused=False)
    await pump.tick()

    assert messenger.brought == [card.id]
