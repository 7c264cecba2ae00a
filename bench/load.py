"""The load: as many turns as a server can take, then turns at a steady pace. One process, on a core of its own."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass

from bench.servers import Server

CONNECTIONS = 16  # as many turns are on the way at once at full load
PACE_PER_SECOND = 50
OVERDUE_SECONDS = 10.0  # by then whatever a server still owes has come, or never will

#: One whole turn, from the activity to the answer and to what the Connector is sent. Raises Failed.
Turn = Callable[[], Awaitable[None]]


class Failed(Exception):
    """A turn was not answered as it should be; the message says how."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A stretch of full load. cpu_seconds: the server's, of all threads. load_share: how busy the load's core was."""

    turns: int
    seconds: float
    cpu_seconds: float
    load_share: float

    @property
    def turns_per_second(self) -> float:
        """What was measured; the server has one core."""
        return self.turns / self.seconds

    @property
    def cpu_microseconds(self) -> float:
        """The server's CPU a turn."""
        return 1e6 * self.cpu_seconds / self.turns

    @property
    def turns_per_core(self) -> float:
        """Turns a second that one core's worth of CPU pays for."""
        return self.turns / self.cpu_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch at a steady pace: milliseconds from when each turn was due (not: was sent) to when it was complete."""

    milliseconds: Sequence[float]

    def at(self, share: float) -> float:
        """The time within which *share* of the turns were complete, by the nearest rank."""
        return sorted(self.milliseconds)[math.ceil(share * len(self.milliseconds)) - 1]


async def at_full_load(turn: Turn, server: Server, *, seconds: float) -> Burst:
    """Every connection sends its next turn when the last one is complete. Raises Failed at the first that fails."""
    turns = 0

    async def connection(until: float) -> None:
        nonlocal turns
        while time.perf_counter() < until:
            await turn()
            turns += 1

    cpu, own_cpu, start = server.cpu_seconds(), time.process_time(), time.perf_counter()
    await _all(*(connection(start + seconds) for _ in range(CONNECTIONS)), seconds=seconds)
    lasted = time.perf_counter() - start
    return Burst(
        turns=turns,
        seconds=lasted,
        cpu_seconds=server.cpu_seconds() - cpu,
        load_share=(time.process_time() - own_cpu) / lasted,
    )


async def at_a_steady_pace(turn: Turn, *, seconds: float) -> Stretch:
    """Turns fall due at fixed times, whether the former are complete or not. Raises Failed if any fails."""
    milliseconds: list[float] = []
    start = time.perf_counter()

    async def one(due: float) -> None:
        await asyncio.sleep(due - time.perf_counter())
        await turn()
        milliseconds.append(1e3 * (time.perf_counter() - due))

    await _all(*(one(start + n / PACE_PER_SECOND) for n in range(int(seconds * PACE_PER_SECOND))), seconds=seconds)
    return Stretch(milliseconds=milliseconds)


async def _all(*turns: Coroutine[None, None, None], seconds: float) -> None:
    """Wait for them all; one that fails, or is overdue after *seconds*, ends the others."""
    tasks = [asyncio.create_task(turn) for turn in turns]
    try:
        async with asyncio.timeout(seconds + OVERDUE_SECONDS):
            await asyncio.gather(*tasks)
    except TimeoutError:
        raise Failed(f"turns were not complete {OVERDUE_SECONDS:.0f} s after the last was sent") from None
    finally:
        for task in tasks:
            task.cancel()
