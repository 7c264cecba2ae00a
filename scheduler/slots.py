"""Slots: the moments at which what we start may leave in a tenant, evenly spaced, over all replicas together.

They are counted in real time by the database's clock: a set clock, a stepped one or a replica's own does not matter.
"""

import time
from dataclasses import dataclass, replace
from datetime import timedelta

from scheduler.metrics import PACE
from storage.paces import Pace
from storage.store import Unit

#: Slots are taken this far ahead, so that after a kill what is ambiguous was on the wire and no more.
AHEAD = timedelta(seconds=0.2)
#: The part of the rate that is planned with: on the wire some follow each other faster than they left.
PLANNED_PART = 0.96
#: All that Teams takes from one app in one tenant, a second; replies to people come first in it.
TEAMS_LIMIT = 50.0
#: After a throttled tenant was slowed, its pace climbs by so much, so often, until it is whole again.
CLIMB, CLIMB_EVERY = 1.25, timedelta(seconds=30)
#: The least part of its rate that a throttled tenant is cut to.
SLOWEST = 0.1
#: Nothing holds a whole tenant for longer. A next slot beyond this was written by a clock that has been set back since.
LONGEST_HOLD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """What may leave next in a tenant.

    first: how long until the next slot, from *read_at* on, which is in boot seconds. interval: from one to the next.
    """

    pace: Pace
    read_at: float
    first: timedelta
    interval: timedelta

    @property
    def free(self) -> int:
        """How many may be taken now."""
        return int((AHEAD - self.first) / self.interval) + 1 if self.first <= AHEAD else 0

    def until(self, number: int) -> timedelta:
        """How long until a slot; the first one is number 0."""
        return self.first + self.interval * number

    def leave_at(self, number: int) -> float:
        """When a slot is, in boot seconds."""
        return self.read_at + self.until(number).total_seconds()


def boot_seconds() -> float:
    """Seconds since the machine was started, its sleep counted. Nobody can set this clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


async def open_slots(unit: Unit, tenant: str, *, rate: float, replies: int = 0) -> Slots | None:
    """The slots of a tenant, locked until the transaction ends; None while an administrator has stopped all of it.

    rate: a second. replies: messages said to people since the slots were asked for last. They never waited, and what
    we start makes room for them: half as many visits for as many replies as Teams lets us have visits at the most.
    Raises AlreadyThere.
    """
    pace = await unit.paces.get(tenant)
    read_at = boot_seconds()
    if pace.paused_at is not None:
        return None
    pace = _climbed(pace)
    next_slot_at = pace.next_slot_at if pace.next_slot_at <= pace.now + LONGEST_HOLD else pace.now
    first = max(next_slot_at - pace.now, timedelta()) + timedelta(seconds=replies / TEAMS_LIMIT)
    interval = timedelta(seconds=1 / (rate * PLANNED_PART * pace.pace))
    return Slots(pace=pace, read_at=read_at, first=first, interval=interval)


async def take(unit: Unit, slots: Slots, count: int) -> None:
    """Take the first *count* slots, 0 included: what made room for replies is kept."""
    await unit.paces.save(replace(slots.pace, next_slot_at=slots.pace.now + slots.until(count)))


async def hold(unit: Unit, tenant: str, *, wait: timedelta, slower: bool) -> None:
    """Let nothing leave in a tenant for so long; *slower*: and then at half the pace, which climbs again."""
    pace = await unit.paces.get(tenant)
    next_slot_at = max(pace.next_slot_at, pace.now + min(wait, LONGEST_HOLD))
    if slower:
        pace = replace(pace, pace=max(SLOWEST, pace.pace / 2), pace_changed_at=pace.now)
    PACE.labels(tenant=tenant).set(pace.pace)
    await unit.paces.save(replace(pace, next_slot_at=next_slot_at))


def _climbed(pace: Pace) -> Pace:
    if pace.pace >= 1 or timedelta() <= pace.now - pace.pace_changed_at < CLIMB_EVERY:
        return pace
    climbed = replace(pace, pace=min(1.0, pace.pace * CLIMB), pace_changed_at=pace.now)
    PACE.labels(tenant=pace.tenant).set(climbed.pace)
    return climbed
