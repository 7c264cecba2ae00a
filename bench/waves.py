"""Waves: people who fall due, one after the other or all at once, and when each of them was reached."""

import asyncio
import math
import time
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.load import Failed
from demo.crowd import Crowd

PATIENCE_SECONDS = 300.0  # for the last of them, after the last was due
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When each of a crowd is due, by their number: seconds after the beginning."""

    after: Mapping[int, float]

    @classmethod
    def at_once(cls, people: int) -> "Due":
        """All at one instant."""
        return cls(after=dict.fromkeys(range(1, people + 1), 0.0))

    @classmethod
    def spread(cls, people: int, seconds: float) -> "Due":
        """Evenly, in the order of their numbers, several of them at a time: a hundred moments a second at most."""
        moments = min(people, int(100 * seconds))
        return cls(
            after={number: (number - 1) * moments // people * seconds / moments for number in range(1, people + 1)}
        )

    def stretches(self) -> list[tuple[range, float]]:
        """The numbers of those who are due together, and when."""
        found: list[tuple[range, float]] = []
        for number, after in self.after.items():
            if found and found[-1][1] == after:
                found[-1] = (range(found[-1][0].start, number + 1), after)
            else:
                found.append((range(number, number + 1), after))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """How one went. lateness: seconds from due to reached, sorted. reached: seconds since 1970, sorted.

    cpu_seconds: the server's, of all threads, without the database's.
    """

    lateness: Sequence[float]
    reached: Sequence[float]
    stall_seconds: float
    rss_mib: float
    cpu_seconds: float

    def late(self, share: float) -> float:
        """Within how many seconds *share* of them were reached, by the nearest rank."""
        return self.lateness[math.ceil(share * len(self.lateness)) - 1]

    @property
    def per_second(self) -> float:
        """From the first to the last."""
        return (len(self.reached) - 1) / (self.reached[-1] - self.reached[0])

    @property
    def cpu_microseconds(self) -> float:
        """The server's CPU a visit."""
        return 1e6 * self.cpu_seconds / len(self.reached)

    @property
    def most_in_a_second(self) -> int:
        """The most that arrived in any one second."""
        return max(bisect_left(self.reached, at + 1) - place for place, at in enumerate(self.reached))


async def everybody_reached(crowd: Crowd, due: Due, *, begins: float) -> None:
    """Wait for it. begins: seconds since 1970. Raises Failed when somebody was reached twice, or not in time."""
    deadline = begins + max(due.after.values()) + PATIENCE_SECONDS
    while len(crowd.reached) < len(due.after):
        if time.time() > deadline:
            raise Failed(f"{len(crowd.reached)} of {len(due.after)} people were reached")
        await asyncio.sleep(LOOK_SECONDS)
    if {each.number for each in crowd.reached} != due.after.keys() or len(crowd.reached) != len(due.after):
        raise Failed("somebody was reached twice")
