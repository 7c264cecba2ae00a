"""A story to watch: a fortnight in some seconds. `python -m demo.story`

Sparri and the stand-in for Teams on loopback, in a folder that is thrown away, with a clock that is set from day to
day. A reflection is loaded from a file and comes when it opens. Aino answers it; Bo does not, and is reminded.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from aiohttp import web

from bot import people_loading, reflection_loading
from bot.app import build
from bot.config import Settings, checked
from demo.teams import StandIn, User
from demo.world import only_errors
from dialogs.cards import words
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.schema import Part, upgrade
from storage.store import Store

ZONE = ZoneInfo("Europe/Helsinki")
BEGINS = datetime(2026, 11, 16, 10, tzinfo=UTC)
DAYS = 12
LOOK_SECONDS = 0.05  # between two looks whether a day's visits have been made
ROSTER = """email,name,role,language,timezone,unit,groups,manager,coach
aino@ministry.example,Aino,participant,en,Europe/Helsinki,,,,
bo@ministry.example,Bo,participant,en,Europe/Helsinki,,,,
"""
REFLECTION = """
[programme]
key = "arki-2026"
name = { fi = "Johtaminen arjessa", sv = "Ledarskap i vardagen", en = "Leading day by day" }
timezone = "Europe/Helsinki"

[[reflection]]
key = "session-1"
title = { fi = "Lähipäivä 1", sv = "Närträff 1", en = "Session 1: listening" }
opens_at = 2026-11-17T08:30:00
due_at = 2026-11-25T16:00:00
for = ["aino@ministry.example", "bo@ministry.example"]
"""
ANSWER = {"intended": "To listen first", "happened": "I did, twice", "next": "One more question before I advise"}


@dataclass
class Story:
    """Sparri at *url*, its store, and what has been told of Teams' side. now: the moment that the story is at, UTC."""

    teams: StandIn
    now: datetime = BEGINS
    url: str = ""
    told: dict[str, set[str]] = field(default_factory=dict)

    def tell(self, line: str) -> None:
        """Print a line, with the day and the time of the story."""
        typer.echo(f"{self.now.astimezone(ZONE):%a %d %b, %H.%M}  {line}")

    def tell_news(self, user: User) -> list[str]:
        """Print the first words of the cards that are new in somebody's chat; their messages in Teams."""
        cards = self.teams.cards(user)
        news = [at for at in cards if at not in self.told.setdefault(user.name, set())]
        for at in news:
            first = " / ".join(words(cards[at]).splitlines()[:2])
            self.tell(f"Sparri to {user.name}: {first}")
        self.told[user.name] |= set(news)
        return news


async def main() -> None:
    """Tell the story."""
    only_errors()
    with tempfile.TemporaryDirectory(prefix="sparri-story-") as folder:
        async with StandIn() as teams:
            databases = {
                "DATABASE_URL": f"sqlite:///{folder}/main.db",
                "KEYS_DATABASE_URL": f"sqlite:///{folder}/keys.db",
            }
            os.environ.update(teams.environment() | databases)
            story = Story(teams=teams)
            async with _opened(checked(Settings()), story) as store:
                await _load(store, Path(folder), teams.tenant)
                await _tell(story, store)


async def _tell(story: Story, store: Store) -> None:
    teams = story.teams
    aino, bo = (teams.user(name, email=f"{name.lower()}@ministry.example", locale="en-GB") for name in ("Aino", "Bo"))
    for user in (aino, bo):
        story.tell(f"{user.name} installs the app")
        await teams.post(story.url, teams.installed(user))
        await teams.until(lambda user=user: teams.cards(user))  # type: ignore[misc]
        story.tell_news(user)
    for _ in range(DAYS):
        story.now += timedelta(days=1)
        await _visits_are_made(story, store)
        story.tell_news(bo)
        for at in story.tell_news(aino):
            form = teams.cards(aino)[at]["actions"][0]["data"]
            story.tell("Aino answers, Bo does not")
            answer = await teams.post(story.url, teams.execute(aino, "submit", form | ANSWER, reply_to=at))
            story.tell(f"Sparri to Aino: {' / '.join(words(answer.body['value']).splitlines()[:2])}")
    story.tell("Aino answered, and was never reminded")


async def _visits_are_made(story: Story, store: Store) -> None:
    """Wait until whoever is due at the story's moment has been visited, and that is written down."""
    async with asyncio.timeout(30):
        while True:
            async with store.transaction() as unit:
                if not await unit.visits.count_due() and not await unit.deliveries.unsettled(limit=1):
                    return
            await asyncio.sleep(LOOK_SECONDS)


async def _load(store: Store, folder: Path, tenant: str) -> None:
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (folder / "session.toml").write_text(REFLECTION, encoding="utf-8")
    await people_loading.load(store, folder / "roster.csv", tenant=tenant)
    await reflection_loading.load(store, folder / "session.toml", tenant=tenant)


@asynccontextmanager
async def _opened(settings: Settings, story: Story) -> AsyncIterator[Store]:
    """Sparri, served on loopback by the story's clock, and a store beside it."""
    engine, keys_engine = open_engine(settings.database_url), open_engine(settings.keys_database_url)
    await upgrade(engine, Part.MAIN)
    await upgrade(keys_engine, Part.KEYS)
    runner = web.AppRunner(build(settings, now=lambda: story.now), access_log=None, auto_decompress=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        story.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield Store(engine, KeyRing(keys_engine, settings.raw_master_keys()), clock=lambda: story.now)
    finally:
        await runner.cleanup()
        await engine.dispose()
        await keys_engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
