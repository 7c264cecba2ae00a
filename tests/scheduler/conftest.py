"""Visits without a chat: a wire that does what the test says, and people whom Teams knows."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time
from itertools import count
from typing import Any

import pytest

from coaching.asks import Ask, AskKind
from coaching.people import Address, Person
from scheduler.claims import Claimed
from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.rounds import Rounds
from storage.deliveries import Delivery
from storage.store import Store
from tests.builders import add_ask, add_element, add_person

RATE = 50.0
SENT = Outcome(kind=OutcomeKind.SENT, activity_id="1:sent")


@dataclass
class Wire:
    """Takes visits; each ends as the test says, *usual* where it says nothing. open: cleared, it holds them up."""

    outcomes: dict[int, list[Outcome]] = field(default_factory=dict)
    usual: Outcome = SENT
    taken: list[Claimed] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    on_the_wire: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def deliver(self, claimed: Claimed) -> Outcome:
        """As `bot.visitor.Visitor.deliver`."""
        self.taken.append(claimed)
        self.on_the_wire.set()
        await self.open.wait()
        said = self.outcomes.get(claimed.person.id)
        return said.pop(0) if said else self.usual

    def next_is(self, person: Person, *outcomes: Outcome) -> None:
        """How the next visits to a person end."""
        self.outcomes[person.id] = list(outcomes)

    def visits_to(self, person: Person) -> list[Claimed]:
        """The visits that left for a person."""
        return [claimed for claimed in self.taken if claimed.person.id == person.id]


@dataclass
class Coaching:
    """A store, the wire and the rounds between them."""

    store: Store
    wire: Wire
    rounds: Rounds
    numbers: Iterator[int] = field(default_factory=count)

    async def person(self, name: str = "Aino Aalto", **given: Any) -> Person:
        """Somebody whom Teams knows, with an address, and no spread: they prefer the start of their day."""
        key = name.lower().replace(" ", ".")
        usual: dict[str, Any] = {
            "name": name,
            "email": f"{key}@ministry.example",
            "aad_id": f"aad {key}",
            "address": Address(
                service_url="https://teams.test/", conversation_id=f"a:{key}", user_id=f"29:{key}", bot_id="28:bot"
            ),
            "preferred": time(0),
        }
        return await add_person(self.store, **usual | given)

    async def ask(self, person: Person, key: str = "", *, kind: AskKind = AskKind.REFLECTION, **given: Any) -> Ask:
        """Something that the person is asked, or told; of an element of its own."""
        key = key or f"element {next(self.numbers)}"
        given = {"wants_answer": kind is not AskKind.NOTICE} | given
        return await add_ask(self.store, person, await add_element(self.store, key=key, title=key, kind=kind), **given)

    async def visit(self) -> None:
        """Let a tick pass, and wait until all that it began has ended."""
        await self.rounds.go()
        await self.rounds.quiet()

    async def ask_now(self, ask: Ask) -> Ask:
        """The ask as it is stored."""
        async with self.store.transaction() as unit:
            found = await unit.asks.get(ask.id)
        assert found is not None
        return found

    async def person_now(self, person: Person) -> Person:
        """The person as they are stored."""
        async with self.store.transaction() as unit:
            found = await unit.people.get(person.id)
        assert found is not None
        return found

    async def ledger(self, person: Person) -> list[Delivery]:
        """Every delivery to a person, oldest first."""
        async with self.store.transaction() as unit:
            return list(reversed(await unit.deliveries.listed(person_id=person.id, state=None, limit=1000)))


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def coaching(store: Store, wire: Wire) -> Coaching:
    return Coaching(store, wire, Rounds(store, wire.deliver, rate=RATE))
