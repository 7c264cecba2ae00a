"""A broadcast whose sender is killed, again and again, at every stage: nobody gets it twice, and nobody is missing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from bot.config import Settings
from coaching.broadcasts import Broadcast, BroadcastState, Standing
from coaching.people import Language, Member, Role
from demo.crowd import Crowd
from demo.crowd_rows import settle
from storage.bulk import Bulk
from storage.cards import Face
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.store import Store
from tests.bot.desks import Figures, figures
from tests.chaos.workers import Worker
from tests.conftest import Database
from tests.serving import eventually

#: Some batches of asks, and some seconds on the wire.
PEOPLE, RATE = 600, 200.0
UNDO_SECONDS = 120.0
#: An ordinary moment for the coach's card, long before any of its figures.
CARD, CARD_TYPE = "1700000000001", "application/vnd.microsoft.card.adaptive"
ENTRIES = {"what": "message", "text_fi": "Hiljainen viikko\nKokeile kuunnella.", "to": ["all"]}


@dataclass
class Scene:
    """A crowd, the last of whom is the coach of the others, and what is about to be sent."""

    crowd: Crowd
    store: Store
    worker: Worker
    broadcast_id: int

    async def press(self, verb: str) -> dict[str, Any] | None:
        """The card that comes back; None when Sparri died on the way."""
        data = {"sparri": {"v": 1, "verb": verb, "arg": str(self.broadcast_id)}}
        return await self.bring(self.crowd.pressed(PEOPLE + 1, verb, data, reply_to=CARD))

    async def bring(self, activity: dict[str, Any]) -> dict[str, Any] | None:
        try:
            answer = await self.crowd.post(self.worker.url, activity)
        except aiohttp.ClientError:
            return None
        assert (answer.status, answer.body["type"]) == (200, CARD_TYPE)
        card: dict[str, Any] = answer.body["value"]
        return card

    async def figures(self) -> Figures:
        card = await self.press("refresh")
        assert card is not None
        return figures(card, Language.FI)

    async def stored(self) -> Broadcast:
        async with self.store.transaction() as unit:
            found = await unit.broadcasts.get(self.broadcast_id)
        assert found is not None
        return found

    async def killed_when(self, holds: Callable[[], Awaitable[bool]]) -> None:
        """Wait for that moment, kill Sparri in it, and start it again."""
        await eventually(holds)
        await self.worker.kill()
        await self.worker.start()

    def reached(self) -> Counter[int]:
        """How often each of the people was written to."""
        return Counter(each.number for each in self.crowd.reached if each.number <= PEOPLE)

    async def all_told(self) -> Figures:
        """The figures, when nobody waits any more."""

        async def is_over() -> bool:
            return Standing.QUEUED not in (await self.figures()).standing

        await eventually(is_over)
        return await self.figures()


@asynccontextmanager
async def scene(database: Database, folder: Path, *, undo: float) -> AsyncIterator[Scene]:
    """A broadcast to everybody that was previewed, and Sparri as a process of its own."""
    async with AsyncExitStack() as stack:
        crowd = await stack.enter_async_context(Crowd(delay=0.02))
        environment = {
            **crowd.environment(),
            "DATABASE_URL": database.url,
            "KEYS_DATABASE_URL": database.keys_url,
            "BROADCAST_UNDO_SECONDS": str(undo),
            "RATE": str(RATE),
        }
        engine, keys_engine = open_engine(database.url), open_engine(database.keys_url)
        stack.push_async_callback(engine.dispose)
        stack.push_async_callback(keys_engine.dispose)
        keys = KeyRing(keys_engine, Settings.model_validate(environment).raw_master_keys())
        element = await settle(engine, keys, crowd, people=PEOPLE + 1)
        async with engine.begin() as connection:
            await Bulk(connection).next_visit(range(1, PEOPLE + 2), None)
        store = Store(engine, keys)
        async with store.transaction() as unit:
            part = Member(person_id=PEOPLE + 1, programme_id=element.programme_id, role=Role.COACH)
            await unit.people.save_part(part)
            card = await unit.cards.add(person_id=PEOPLE + 1, ask_id=None, face=Face.BROADCAST)
            new = await unit.broadcasts.add(programme_id=element.programme_id, author_id=PEOPLE + 1, card_id=card.id)
            await unit.broadcasts.save(replace(new, state=BroadcastState.PREVIEWED, entries=ENTRIES))
        worker = await stack.enter_async_context(Worker(environment, folder / "worker"))
        yield Scene(crowd, store, worker, new.id)


async def test_killed_while_it_writes_and_while_it_sends_everybody_gets_it_once(
    database: Database, tmp_path: Path
) -> None:
    async with scene(database, tmp_path, undo=0) as now:
        send = now.crowd.pressed(
            PEOPLE + 1, "send", {"sparri": {"v": 1, "verb": "send", "arg": str(now.broadcast_id)}}, reply_to=CARD
        )

        async def some_are_written() -> bool:
            return (await now.stored()).written_up_to > 0

        async def so_many_are_reached(number: int) -> bool:
            return len(now.reached()) >= number

        await asyncio.gather(now.bring(send), now.press("send"), now.killed_when(some_are_written))
        await now.bring(send)
        assert (await now.figures()).invited == PEOPLE
        for number in (PEOPLE // 4, PEOPLE // 2):
            await now.killed_when(lambda number=number: so_many_are_reached(number))  # type: ignore[misc]
            await now.bring(send)
            assert (await now.figures()).invited == PEOPLE

        end = await now.all_told()

    assert end.invited == PEOPLE
    assert end.standing.keys() <= {Standing.SENT, Standing.UNKNOWN}
    assert set(now.reached().values()) == {1}
    assert len(now.reached()) >= end.standing[Standing.SENT]


async def test_killed_while_it_can_be_undone_it_waits_and_can_still_be_undone(
    database: Database, tmp_path: Path
) -> None:
    async with scene(database, tmp_path, undo=UNDO_SECONDS) as now:
        await now.press("send")
        await now.worker.kill()
        await now.worker.start()

        await now.press("send")
        assert (await now.figures()).standing == {Standing.QUEUED: PEOPLE}
        await now.press("undo")
        now.worker.step_clock(2 * UNDO_SECONDS)
        await now.worker.kill()
        await now.worker.start()
        await now.press("send")

        assert (await now.stored()).state is BroadcastState.UNDONE
    assert now.reached() == {}


async def test_killed_while_it_can_be_undone_it_goes_out_when_its_time_has_come(
    database: Database, tmp_path: Path
) -> None:
    async with scene(database, tmp_path, undo=UNDO_SECONDS) as now:
        await now.press("send")
        await now.worker.kill()
        await now.worker.start()
        assert now.reached() == {}

        now.worker.step_clock(UNDO_SECONDS)
        end = await now.all_told()

    assert end.standing == {Standing.SENT: PEOPLE}
    assert set(now.reached().values()) == {1}
    assert len(now.reached()) == PEOPLE
