"""The schedule: all that Sparri does by itself, and how often it looks whether there is something to do."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import TypeAlias

from bot import credential
from bot.config import Settings
from scheduler.broadcasting import Broadcasting
from scheduler.carrying_out import carry_out
from scheduler.check_ins import write_check_ins
from scheduler.clock import Clock
from scheduler.counting import count_ballots
from scheduler.erasing import Tell, erase_waiting
from scheduler.errands import bring_errands
from scheduler.new_managers import see_new_managers
from scheduler.placing import place_all_behind
from scheduler.planning import mend_forgotten
from scheduler.pooling import ask_teams, close_pools, forget_pools
from scheduler.pump import Pump
from scheduler.retention import retain
from scheduler.rounds import Rounds
from scheduler.sharing import see_shares_through
from scheduler.talks import bring_talks, follow_changes
from scheduler.upkeep import count_unreachable, forget_old_links, forget_old_turns
from storage.store import Store

#: Between two looks at who is due: nobody is later by more than that where there is room. Nobody due costs under 1 ms.
DELIVER_SECONDS = 0.25
TICK_SECONDS = 1.0
REAP_SECONDS = 10.0
OPENING_SECONDS = 60.0
SWEEP_SECONDS = 900.0
UPKEEP_SECONDS = 3600.0
DAY_SECONDS = 86400.0

Job: TypeAlias = Callable[[], Awaitable[object]]


class Schedule:
    """Wakes those who look at what is due: by a clock that runs, or, where time is set, by `tick`."""

    def __init__(
        self, store: Store, rounds: Rounds, pump: Pump, settings: Settings, *, lease: timedelta, tell: Tell
    ) -> None:
        """lease: see `Rounds`. tell: see `scheduler.erasing`."""
        self._rounds, self._pump = rounds, pump
        self._broadcasting = Broadcasting(store)
        #: What becomes of what people did and of the days that passed, in the order in which one leads to the next.
        self._deciding: Mapping[str, Job] = {
            "errands": partial(bring_errands, store),
            "place": partial(place_all_behind, store),
            "check-ins": partial(write_check_ins, store),
            "share": partial(see_shares_through, store),
            "talks": partial(follow_changes, store),
            "erase": partial(erase_waiting, store, tell=tell),
            "broadcast": self._broadcasting.go,
            "carry out": partial(carry_out, store),
            "ask teams": partial(ask_teams, store),
            "close pools": partial(close_pools, store),
            "count ballots": partial(count_ballots, store),
        }
        #: What opens by the day.
        self._opening: Mapping[str, Job] = {
            "new managers": partial(see_new_managers, store),
            "open talks": partial(bring_talks, store),
        }
        self._sweeping: Mapping[str, Job] = {
            "mend": partial(mend_forgotten, store),
            "unreachable": partial(count_unreachable, store),
        }
        self._forgetting: Mapping[str, Job] = {
            "turns": partial(forget_old_turns, store),
            "links": partial(forget_old_links, store),
            "pools": partial(forget_pools, store),
            "retention": partial(retain, store),
        }
        self._credential = partial(credential.watch, settings)
        self._reap_seconds = min(REAP_SECONDS, lease.total_seconds() / 4)

    async def start(self, closing: AsyncExitStack) -> None:
        """Start the clock, and leave with *closing* how to stop: first the clock, then what it began."""
        clock = Clock()
        closing.push_async_callback(self._rounds.drain)
        closing.push_async_callback(self._pump.drain)
        clock.every("deliver", self._rounds.go, seconds=DELIVER_SECONDS)
        clock.every("cards", self._pump.go, seconds=TICK_SECONDS)
        clock.every("count", self._broadcasting.count, seconds=TICK_SECONDS)
        clock.every("reap", self._rounds.reap, seconds=self._reap_seconds)
        for jobs, seconds in (
            (self._deciding, TICK_SECONDS),
            (self._opening, OPENING_SECONDS),
            (self._sweeping, SWEEP_SECONDS),
            (self._forgetting, UPKEEP_SECONDS),
        ):
            for name, job in jobs.items():
                clock.every(name, job, seconds=seconds)
        await self._credential()
        clock.every("credential", self._credential, seconds=DAY_SECONDS)
        clock.start()
        closing.push_async_callback(clock.stop)

    async def tick(self) -> None:
        """All that is to be decided, sent and shown at this moment, to its end."""
        for job in [*self._opening.values(), *self._deciding.values()]:
            await job()
        await self._rounds.go()
        await self._rounds.quiet()
        await self._broadcasting.count()
        await self._pump.tick()
