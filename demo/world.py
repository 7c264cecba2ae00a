"""A world to try Sparri in: the bot itself as a real HTTP server, the stand-in for Teams beside it, and a set clock.

Nothing is short-circuited: people's activities reach Sparri signed, over HTTP, and its cards reach them the same way.
"""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web

from bot import people_loading
from bot.app import TICK, build
from bot.config import Settings, checked
from bot.people_files import read
from bot.programme_checking import checked as checked_programme
from bot.programme_loading import apply, prepare
from coaching.people import Role
from coaching.programmes import Programme
from coaching.redating import redated
from coaching.rosters import RosterRow
from demo.teams import StandIn, User
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.public_holidays import public_holidays
from storage.schema import Part, upgrade
from storage.store import Store

#: So many messages a second: the stand-in has no limit, and nobody waits for their turn.
NO_LIMIT = 1000.0
#: A moment at which more and more is due is a fault.
MOST_TICKS = 100
_LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}


class NeverQuiet(Exception):
    """Something is due again and again at the same moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inhabitant:
    """Somebody of the roster, with the app."""

    user: User
    row: RosterRow


@dataclass
class SetClock:
    """A clock that stands still until it is set. now: UTC."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(kw_only=True)
class World:
    """Sparri at *url* with one programme, and the people of its roster; all of them live by the same clock."""

    teams: StandIn
    clock: SetClock
    programme: Programme
    inhabitants: list[Inhabitant]
    store: Store
    url: str
    app: web.Application

    @property
    def now(self) -> datetime:
        """The moment that everybody is at, UTC."""
        return self.clock.now

    async def meet(self) -> None:
        """Everybody installs the app."""
        for each in self.inhabitants:
            await self.teams.post(self.url, self.teams.installed(each.user))
        await self.quiet()

    async def move_to(self, moment: datetime) -> None:
        """Set the clock, forwards only, and wait until all that is due then is said and written down."""
        self.clock.now = max(self.clock.now, moment)
        await self.quiet()

    async def quiet(self) -> None:
        """Wait until nothing is due at this moment. Raises NeverQuiet."""
        for _ in range(MOST_TICKS):
            await self.app[TICK]()
            async with self.store.transaction() as unit:
                if not await unit.visits.count_due() and not await unit.deliveries.unsettled(limit=1):
                    return
            await asyncio.sleep(0)
        raise NeverQuiet

    async def next_at(self) -> datetime | None:
        """When Sparri wants to write to somebody next."""
        async with self.store.transaction() as unit:
            moments = [await unit.visits.next_at(), await unit.plans.next_at()]
        return min((moment for moment in moments if moment is not None), default=None)

    def of_role(self, role: Role) -> list[Inhabitant]:
        """Those of a role, in the order of the roster."""
        return [each for each in self.inhabitants if each.row.role is role]


def only_errors() -> None:
    """Say nothing of what goes well: what is shown to whoever tries things out is no log."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


@asynccontextmanager
async def opened(
    folder: Path, file: Path, roster: Path, *, start: date, now: datetime, databases: tuple[str, str] | None = None
) -> AsyncIterator[World]:
    """A world with the programme re-dated to begin on *start* or in the days after it, from *now* on.

    databases: the addresses of the main one and of the keys; without them they are files in *folder*.
    Raises ProgrammeRefused or RosterRefused for files that are not right.
    """
    found = checked_programme(file).programme
    programme, _ = redated(found, start, partial(public_holidays, found.rules.holidays))
    clock = SetClock(now)
    async with StandIn(now=clock) as teams:
        main, keys = databases or (f"sqlite:///{folder}/main.db", f"sqlite:///{folder}/keys.db")
        addresses = {"DATABASE_URL": main, "KEYS_DATABASE_URL": keys, "BROADCAST_UNDO_SECONDS": "0"}
        with _environment(teams.environment() | addresses):
            settings = checked(Settings()).model_copy(update={"sends_per_second": NO_LIMIT})
            engine, keys_engine = open_engine(settings.database_url), open_engine(settings.keys_database_url)
            await upgrade(engine, Part.MAIN)
            await upgrade(keys_engine, Part.KEYS)
            store = Store(engine, KeyRing(keys_engine, settings.raw_master_keys()), clock=clock)
            await apply(store, await prepare(store, programme, tenant=teams.tenant))
            await people_loading.load(store, roster, tenant=teams.tenant, programme=programme.id)
            app = build(settings, now=clock, paces_conversations=False)
            runner = web.AppRunner(app, access_log=None, auto_decompress=False)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                yield World(
                    teams=teams,
                    clock=clock,
                    programme=programme,
                    inhabitants=[_inhabitant(teams, row) for row in read(roster, known_emails=frozenset())],
                    store=store,
                    url=f"http://127.0.0.1:{runner.addresses[0][1]}",
                    app=app,
                )
            finally:
                await runner.cleanup()
                await engine.dispose()
                await keys_engine.dispose()


def _inhabitant(teams: StandIn, row: RosterRow) -> Inhabitant:
    locale = _LOCALES[row.language.value if row.language else "fi"]
    return Inhabitant(user=teams.user(row.name, email=row.email, locale=locale), row=row)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """The process's environment, with these in it for as long as the context lasts."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
