"""The pump: what is behind is brought up to date, one card's trouble is not another's, and it does not press."""

import asyncio
from datetime import timedelta

import pytest

from coaching.asks import Ask
from coaching.people import Person
from scheduler.pump import FIRST_RETRY, MOST_ATTEMPTS, Pump
from storage.cards import CARD_GRACE, ShownCard
from storage.store import Store
from tests.builders import Clock, add_ask, add_element, add_person

RATE = 50.0


#: More a second than any of these tests brings.
RATE = 50.0


class Messenger:
    """Takes what the pump brings; does with a card what the test says, else shows it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.brought: list[int] = []
        self.outcomes: dict[int, timedelta | Exception | None] = {}

    async def bring_up_to_date(self, card: ShownCard) -> timedelta | None:
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
    messenger.outcomes[card] = timedelta(0)
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
    messenger.outcomes[card] = timedelta(minutes=10)
    await pump.tick()

    clock.pass_by(minutes=9)
    await pump.tick()
    assert len(messenger.brought) == 1
    clock.pass_by(minutes=1)
    await pump.tick()
    assert len(messenger.brought) == 2


async def test_what_never_works_is_given_up_in_the_end(
    store: Store, clock: Clock, pump: Pump, messenger: Messenger, ask: Ask
) -> None:
    [card] = await behind(store, ask, clock)
    messenger.outcomes[card] = timedelta(0)

    for _ in range(MOST_ATTEMPTS + 5):
        await pump.tick()
        clock.pass_by(hours=7)

    assert len(messenger.brought) == MOST_ATTEMPTS


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


async def test_drain_waits_for_what_is_on_the_wire(store: Store, clock: Clock, ask: Ask) -> None:
    began, may_end = asyncio.Event(), asyncio.Event()

    class Slow(Messenger):
        async def bring_up_to_date(self, card: ShownCard) -> timedelta | None:
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
