"""The pump: what is behind is brought up to date, one card's trouble is not another's, and it does not press."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from coaching.asks import Ask
from coaching.people import Person
from scheduler.gate import Gate
from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.pump import AT_ONCE, FIRST_RETRY, MOST_ATTEMPTS, MOST_ATTEMPTS_LATER, Pump
from storage.cards import CARD_GRACE, ShownCard
from storage.paces import Pace
from storage.store import Store
from tests.builders import TENANT, Clock, add_ask, add_element, add_person

#: More a second than any of these tests brings.
RATE = 50.0
FAILED = Outcome(kind=OutcomeKind.UNKNOWN, reason="503")
THROTTLED = Outcome(kind=OutcomeKind.LATER, reason="throttled", after=timedelta(seconds=40), throttled=True)
UNAUTHORISED = Outcome(kind=OutcomeKind.UNAUTHORISED, after=timedelta(minutes=5))


class Messenger:
    """Takes what the pump brings; does with a card what the test says, else shows it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.brought: list[int] = []
        self.outcomes: dict[int, Outcome | Exception | None] = {}

    async def bring_up_to_date(self, card: ShownCard) -> Outcome | None:
        self.brought.append(card.id)
        outcome = self.outcomes.get(card.id)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is None:
            async with self._store.transaction() as unit:
                await unit.cards.shows(card.id, revision=card.wanted)
        return outcome


@pytest.fixture
def messenger(store: Store) -> Messenger:
    return Messenger(store)


@pytest.fixture
def pump(store: Store, messenger: Messenger) -> Pump:
    return Pump(store, messenger, rate=RATE)


@pytest.fixture
async def aino(store: Store) -> Person:
    return await add_person(store)


@pytest.fixture
async def ask(store: Store, aino: Person) -> Ask:
    return await add_ask(store, aino, await add_element(store))


async def behind(store: Store, ask: Ask, clock: Clock, *, count: int = 1) -> list[int]:
    """Cards of an ask that Teams shows, and that are to be drawn anew; their grace is over."""
    async with store.transaction() as unit:
        cards = [await unit.cards.add(person_id=ask.person_id, ask_id=ask.id) for _ in range(count)]
        for card in cards:
            await unit.cards.shows(card.id, revision=1, activity_id=f"activity {card.id}")
        await unit.cards.raise_wanted(ask.id)
    clock.now += CARD_GRACE
    return [card.id for card in cards]


async def test_a_card_that_is_behind_is_brought_up_to_date_once(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    [card] = await behind(store, ask, clock)

    await pump.tick()
    await pump.tick()

    assert messenger.brought == [card]


async def test_the_turn_itself_has_the_first_chance(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    await behind(store, ask, clock)
    clock.pass_by(seconds=-1)

    await pump.tick()

    assert messenger.brought == []


async def test_several_cards_of_one_ask_are_all_brought(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    cards = await behind(store, ask, clock, count=3)

    await pump.tick()

    assert sorted(messenger.brought) == sorted(cards)


async def test_a_card_that_teams_does_not_take_is_tried_again_later_and_ever_later(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    [card] = await behind(store, ask, clock)
    messenger.outcomes[card] = FAILED
    await pump.tick()

    for waited in (FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY):
        tried = len(messenger.brought)
        clock.now += waited - timedelta(seconds=1)
        await pump.tick()
        assert len(messenger.brought) == tried
        clock.pass_by(seconds=1)
        await pump.tick()
        assert len(messenger.brought) == tried + 1


async def test_it_waits_as_long_as_teams_asks(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    [card] = await behind(store, ask, clock)
    messenger.outcomes[card] = Outcome(kind=OutcomeKind.LATER, after=timedelta(minutes=10))
    await pump.tick()

    clock.pass_by(minutes=9)
    await pump.tick()
    assert len(messenger.brought) == 1
    clock.pass_by(minutes=1)
    await pump.tick()
    assert len(messenger.brought) == 2


async def test_what_never_works_is_given_up_in_the_end(
    store: Store, clock: Clock, messenger: Messenger, ask: Ask
) -> None:
    pump = Pump(store, messenger, rate=RATE, paces_conversations=False)
    [card] = await behind(store, ask, clock)
    messenger.outcomes[card] = FAILED

    for _ in range(MOST_ATTEMPTS + 5):
        await pump.tick()
        clock.pass_by(hours=7)

    assert len(messenger.brought) == MOST_ATTEMPTS


async def pace_of(store: Store) -> Pace:
    async with store.transaction() as unit:
        return await unit.paces.get(TENANT)


async def let_it_go_on(store: Store) -> None:
    """As if the time were over for which nothing is to leave."""
    pace = await pace_of(store)
    async with store.transaction() as unit:
        await unit.paces.save(replace(pace, next_slot_at=pace.now))


async def test_what_did_not_come_to_teams_is_tried_for_days_and_not_for_ever(
    store: Store, clock: Clock, messenger: Messenger, ask: Ask
) -> None:
    pump = Pump(store, messenger, rate=RATE, paces_conversations=False)
    [card] = await behind(store, ask, clock)
    messenger.outcomes[card] = Outcome(kind=OutcomeKind.LATER, reason="not_connected")

    for _ in range(MOST_ATTEMPTS_LATER + 5):
        await pump.tick()
        clock.pass_by(hours=6)

    assert len(messenger.brought) == MOST_ATTEMPTS_LATER
    assert MOST_ATTEMPTS_LATER > 4 * 7


async def test_when_our_own_token_is_refused_nothing_leaves_and_the_card_comes_afterwards(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    [card, another] = await behind(store, ask, clock, count=2)
    messenger.outcomes |= {card: UNAUTHORISED, another: UNAUTHORISED}
    await pump.tick()
    pace = await pace_of(store)
    assert pace.next_slot_at > pace.now + timedelta(minutes=4)

    messenger.outcomes.clear()
    await let_it_go_on(store)
    clock.pass_by(minutes=6)
    await pump.tick()

    assert sorted(messenger.brought) == sorted([card, another] * 2)


async def test_cards_in_three_throttled_conversations_slow_the_tenant(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger
) -> None:
    for name in ("aino", "bo", "cia"):
        person = await add_person(store, email=f"{name}@ministry.example")
        element = await add_element(store, key=name)
        [card] = await behind(store, await add_ask(store, person, element), clock)
        messenger.outcomes[card] = THROTTLED

    await pump.tick()

    pace = await pace_of(store)
    assert pace.pace == 0.5
    assert pace.next_slot_at > pace.now + timedelta(seconds=30)


async def test_a_throttled_conversation_waits_with_all_its_cards_and_no_other_does(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, aino: Person, ask: Ask
) -> None:
    bo = await add_person(store, email="bo.berg@ministry.example")
    [card] = await behind(store, ask, clock)
    [second] = await behind(store, await add_ask(store, aino, await add_element(store, key="second")), clock)
    [other] = await behind(store, await add_ask(store, bo, await add_element(store, key="other")), clock)
    clock.now -= 2 * CARD_GRACE
    messenger.outcomes[card] = THROTTLED
    await pump.tick()
    clock.now += 2 * CARD_GRACE
    await pump.tick()
    assert messenger.brought == [card, other]

    messenger.outcomes.clear()
    clock.pass_by(seconds=40)
    await pump.tick()

    assert sorted(messenger.brought) == sorted([card, other, card, second])


async def test_a_new_answer_begins_anew_with_a_card_that_was_given_up(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    [card] = await behind(store, ask, clock)
    async with store.transaction() as unit:
        await unit.cards.give_up(card)
        await unit.cards.raise_wanted(ask.id)
    clock.now += CARD_GRACE

    await pump.tick()

    assert messenger.brought == [card]


async def test_the_failure_of_one_card_does_not_stop_the_others(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    cards = await behind(store, ask, clock, count=4)
    for card in cards[:3]:
        messenger.outcomes[card] = RuntimeError()

    await pump.tick()

    assert cards[3] in messenger.brought
    assert sorted(messenger.brought) == sorted(cards)


class OpenGate(Gate):
    """Lets everything pass at once, and notes for when it was meant."""

    def __init__(self) -> None:
        super().__init__(rate=RATE)
        self.slots: list[float] = []

    async def passed(self, tenant: str, slot: float) -> None:
        self.slots.append(slot)


async def test_many_cards_of_one_person_are_spread_over_time_and_keep_nobody_else_waiting(
    store: Store, clock: Clock, messenger: Messenger, ask: Ask
) -> None:
    gate = OpenGate()
    bo = await add_person(store, email="bo.berg@ministry.example")
    cards = await behind(store, ask, clock, count=AT_ONCE - 1)
    [other] = await behind(store, await add_ask(store, bo, await add_element(store, key="other")), clock)

    await Pump(store, messenger, rate=1_000.0, gate=gate).tick()

    leaves = dict(zip(messenger.brought, gate.slots, strict=True))
    own = sorted(leaves[card] for card in cards)
    assert len(own) == 9
    assert all(sum(begin <= slot < begin + 1 for slot in own) <= 4 for begin in own)
    assert own[-1] - own[0] < 10
    assert leaves[other] - own[0] < 1


async def test_drain_waits_for_what_is_on_the_wire(store: Store, clock: Clock, ask: Ask) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    class Slow(Messenger):
        async def bring_up_to_date(self, card: ShownCard) -> Outcome | None:
            began.set()
            await may_end.wait()
            return await super().bring_up_to_date(card)

    messenger = Slow(store)
    pump = Pump(store, messenger, rate=RATE)
    [card] = await behind(store, ask, clock)
    ticking = asyncio.create_task(pump.tick())
    await began.wait()

    draining = asyncio.create_task(pump.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    may_end.set()
    await draining
    await ticking

    assert messenger.brought == [card]
