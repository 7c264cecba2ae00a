"""The gate: what we start leaves a process no faster than it may, also where its loop was late for several slots.

Slots are even and in the database, for all replicas; a loop that was busy comes to some of them at once, and would let
more leave in the second after it than may. The gate is the last thing that each of them passes.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable

from scheduler.slots import boot_seconds

#: As many as may leave in a second take so many times as long: on the wire some follow each other faster than they
#: left. Slots are a little further apart, so that who was late makes nobody late who comes after the next second.
LONGER = 1.04


class Gate:
    """One of these in each process, for all that it starts."""

    def __init__(self, *, rate: float, clock: Callable[[], float] = boot_seconds) -> None:
        """rate: of one tenant, a second. clock: in seconds; nobody sets it."""
        self._most = max(1, int(rate))
        self._within = self._most / rate * LONGER
        self._clock = clock
        self._left: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=self._most))

    def wait(self, tenant: str) -> float:
        """After how many seconds to ask again for one that is to leave in a tenant; 0 where it leaves now."""
        left, now = self._left[tenant], self._clock()
        again = left[0] + self._within if len(left) == self._most else now
        if again > now:
            return again - now
        left.append(now)
        return 0.0

    async def passed(self, tenant: str, slot: float) -> None:
        """Wait for a slot, in boot seconds, and longer where too many have just left.

        Who waited is looked at again: what counts is when each really leaves, and the loop may have been late for it.
        """
        wait, may_leave = max(slot - self._clock(), 0.0), False
        while not may_leave:
            await asyncio.sleep(wait)
            wait = self.wait(tenant)
            may_leave = not wait
