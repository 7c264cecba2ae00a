"""Programmes with people in them whose days go by, for the tests of explaining."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from bot.programme_loading import apply, prepare
from coaching.asks import Ask, answered
from coaching.explaining import Explanation, explanations
from coaching.people import Address, Member, Person, Role
from coaching.programmes import Programme
from scheduler.placing import place_all_behind
from scheduler.rounds import Rounds
from storage.store import Store
from storage.tables import asks, people
from tests.builders import TENANT, Clock
from tests.scheduler.conftest import RATE, Coaching, Wire

#: Of so many people every second answers, and every fifth has not met Sparri.
ANSWERS, NOT_MET = 2, 5


@dataclass
class Explained(Coaching):
    """A programme, its people, and what there is to explain to them."""

    clock: Clock = field(default_factory=Clock)

    async def load(self, programme: Programme) -> None:
        """Load it, and place its members."""
        await apply(self.store, await prepare(self.store, programme, tenant=TENANT))
        await place_all_behind(self.store)

    async def enrolled(self, name: str, programme: str = "trial", **given: Any) -> Person:
        """Somebody whom Teams knows, who takes part from now on."""
        person = await self.person(name, **given)
        async with self.store.transaction() as unit:
            programme_id = await unit.programmes.id_of(TENANT, programme)
            await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
        await place_all_behind(self.store)
        return person

    async def everybody(self) -> list[Person]:
        """All people that there are."""
        async with self.store.transaction() as unit:
            ids = [row.id for row in await unit._connection.execute(select(people.c.id).order_by(people.c.id))]
            return list((await unit.people.by_ids(ids)).values())

    async def meet(self) -> None:
        """Everybody but a few has the app."""
        for number, person in enumerate(await self.everybody()):
            if number % NOT_MET:
                address = Address(
                    service_url="https://teams.test/",
                    conversation_id=f"a:{number}",
                    user_id=f"29:{number}",
                    bot_id="28:bot",
                )
                async with self.store.transaction() as unit:
                    await unit.people.save(replace(person, aad_id=f"aad {number}", address=address))

    async def live_through(self, *, days: int) -> None:
        """Tick three times a day, and in the evening every second person answers what they were told."""
        answered_already: set[int] = set()
        for _ in range(days):
            for _ in range(3):
                self.clock.pass_by(hours=8)
                await self.visit()
                await self.visit()
            for ask in [ask for claimed in self.wire.taken for ask in claimed.asks.values()]:
                if ask.person_id % ANSWERS and ask.wants_answer and ask.id not in answered_already:
                    answered_already.add(ask.id)
                    await self.answer(ask)
            await place_all_behind(self.store)

    async def until(self, *parts: int) -> None:
        """Let time pass until then (UTC), an hour at a time."""
        end = datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
        while self.clock.now < end:
            self.clock.pass_by(hours=1)
            await self.visit()
            await self.visit()

    async def answer(self, ask: Ask) -> None:
        """The person answers, if they still can."""
        async with self.store.transaction() as unit:
            found = await unit.asks.get(ask.id)
            assert found is not None
            if found.closes_at is None or unit.now < found.closes_at:
                await unit.asks.save(answered(found, ask.person_id, unit.now))

    async def change(self, ask: Ask, **values: Any) -> None:
        """The ask gets these values."""
        async with self.store.transaction() as unit:
            found = await unit.asks.get(ask.id)
            assert found is not None
            await unit.asks.save(replace(found, **values))

    async def explained(self, person: Person) -> list[Explanation]:
        """Every chain of one person."""
        async with self.store.transaction() as unit:
            return explanations(await unit.stories.of(person))

    async def chain(self, person: Person, named: str) -> Explanation:
        """The chain with that name."""
        [found] = [each for each in await self.explained(person) if each.named == named]
        return found

    async def ask_of(self, person: Person, named: str) -> Ask:
        """The ask of the chain with that name."""
        ask = (await self.chain(person, named)).ask
        assert ask is not None
        return ask

    async def count_of_asks(self) -> int:
        """All that there are."""
        async with self.store.transaction() as unit:
            count: int = (await unit._connection.execute(select(func.count()).select_from(asks))).scalar_one()
        return count


def explaining(store: Store, clock: Clock) -> Explained:
    """On this store, by this clock."""
    wire = Wire()
    return Explained(store=store, wire=wire, rounds=Rounds(store, wire.deliver, rate=RATE), clock=clock)
