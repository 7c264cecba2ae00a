"""Replanning: a session was moved, so a whole cohort is decided about anew, while people's turns go on.

Run as a program it is the one who replans, beside the turns of whoever started it: `python -m bench.replanning`.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from bench.load import Failed
from bench.servers import PROJECT
from bot.loops import look_less_for_garbage
from demo.crowd import Crowd
from demo.crowd_rows import open_ask, reflection, settle
from scheduler.planning import replan
from storage.bulk import Bulk
from storage.engine import Engine, open_engine
from storage.keys import KeyRing
from storage.schema import Part, upgrade
from storage.store import Store, Unit

MOVED_AT_ONCE = 500  # people whose asks are moved in one transaction
TURN_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Replanned:
    """How it went. longest_batch_seconds: that one transaction held the writer. A turn's time has the waiting in it."""

    people: int
    asks: int
    seconds: float
    longest_batch_seconds: float
    turns: int
    slowest_turn_seconds: float


class TimedStore(Store):
    """A store that notes for how long one of its transactions held the writer at the most, in seconds."""

    longest = 0.0

    @asynccontextmanager
    async def transaction(self, now: datetime | None = None) -> AsyncIterator[Unit]:
        """As ever."""
        begun = time.perf_counter()
        async with super().transaction(now) as unit:
            begun = time.perf_counter()
            yield unit
        self.longest = max(self.longest, time.perf_counter() - begun)


async def replanned(address: str, *, people: int, asks_each: int) -> Replanned:
    """Fill a new database, have it replanned by another process, and take turns meanwhile. Raises Failed."""
    engine = open_engine(address)
    try:
        element_id = await _fill(engine, people, asks_each)
        command = ["-m", "bench.replanning", address, str(people), str(element_id)]
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT)}
        started = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, stdout=asyncio.subprocess.PIPE
        )
        turns = asyncio.create_task(_take_turns(_store(engine), people))
        output, _ = await started.communicate()
        turns.cancel()
        (taken,) = await asyncio.gather(turns)
    finally:
        await engine.dispose()
    if started.returncode:
        raise Failed("the replanning ended with a fault")
    found = json.loads(output)
    if found["people"] != people:
        raise Failed(f"{found['people']} of {people} people were decided about")
    return Replanned(
        people=people,
        asks=people * asks_each,
        seconds=found["seconds"],
        longest_batch_seconds=found["longest"],
        turns=len(taken),
        slowest_turn_seconds=max(taken, default=0.0),
    )


async def _fill(engine: Engine, people: int, asks_each: int) -> int:
    """Everybody has all asks of a programme still to come; the number of the element that will be moved."""
    await upgrade(engine, Part.MAIN)
    everybody, now = range(1, people + 1), datetime.now(UTC)
    first = await settle(engine, KeyRing(engine, [token_bytes(32)]), Crowd(), people=people)
    for place in range(asks_each):
        async with _store(engine).transaction() as unit:
            element = await unit.programmes.add_element(reflection(first.programme_id, key=f"element-{place}"))
        async with engine.begin() as connection:
            await Bulk(connection).ask(everybody, open_ask(element, now + timedelta(days=4 * place + 1)))
        if place == 0:
            first = element
    return first.id


async def _take_turns(store: Store, people: int) -> list[float]:
    """How long each took, in seconds, until cancelled."""
    taken: list[float] = []
    try:
        while True:
            begun = time.perf_counter()
            async with store.transaction() as unit:
                person = await unit.people.get(len(taken) % people + 1)
                if person is None:
                    raise Failed("a person is gone")
                await unit.asks.open_of(person.id)
                await unit.people.save(person)
            taken.append(time.perf_counter() - begun)
            await asyncio.sleep(TURN_EVERY_SECONDS)
    except asyncio.CancelledError:
        return taken


def _store(engine: Engine) -> Store:
    return Store(engine, KeyRing(engine, [token_bytes(32)]))


async def _replan(address: str, people: int, element_id: int) -> None:
    """Move the session, decide about everybody anew, and print how that went."""
    look_less_for_garbage()  # as the command does
    engine = open_engine(address)
    store = TimedStore(engine, KeyRing(engine, [token_bytes(32)]))
    begun = time.perf_counter()
    opens_at = datetime.now(UTC) + timedelta(days=9)
    for first in range(1, people + 1, MOVED_AT_ONCE):
        async with engine.begin() as connection:
            await Bulk(connection).move(range(first, first + MOVED_AT_ONCE), element_id, opens_at)
    count = await replan(store)
    seconds = time.perf_counter() - begun
    await engine.dispose()
    print(json.dumps({"people": count, "seconds": seconds, "longest": store.longest}))


if __name__ == "__main__":
    asyncio.run(_replan(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
