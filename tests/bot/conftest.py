"""The whole bot beside the stand-in for Teams: real HTTP, signed tokens, a real database."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import TICK, build
from bot.config import Settings, checked
from coaching.people import Address, Language, Person, Role
from demo.teams import Answer, StandIn, User
from storage.store import Store
from tests.builders import MASTER_KEY, Clock, add_person
from tests.conftest import Database
from tests.serving import Sparri

PUBLIC_URL = "https://sparri.example"


def address_of(teams: StandIn, user: User) -> Address:
    """Where the bot reaches somebody."""
    return Address(
        service_url=teams.service_url,
        conversation_id=user.conversation_id,
        user_id=user.user_id,
        bot_id=teams.bot_id,
    )


@dataclass
class Chat:
    """A running Sparri and people who write to it."""

    teams: StandIn
    store: Store
    url: str

    async def person(self, name: str, *, role: Role = Role.PARTICIPANT, **given: Any) -> tuple[User, Person]:
        """Somebody of the roster, with the app."""
        email = f"{name.lower().replace(' ', '.')}@ministry.example"
        user = self.teams.user(name, email=email)
        person = await add_person(
            self.store, role=role, tenant=self.teams.tenant, name=name, email=email, language=Language.FI, **given
        )
        return user, person

    async def post(self, activity: dict[str, Any]) -> Answer:
        """One activity, as Teams brings it."""
        return await self.teams.post(self.url, activity)

    async def write(self, user: User, text: str) -> list[str]:
        """What Sparri says, in texts, to a message."""
        before = len(self.teams.texts(user))
        answer = await self.post(self.teams.message(user, text))
        assert answer.status == 200
        return self.teams.texts(user)[before:]


@pytest.fixture
async def teams() -> AsyncIterator[StandIn]:
    """A stand-in for Teams on loopback."""
    async with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def environment(teams: StandIn, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What Sparri is configured with to use the stand-in and the test's databases; it is set in this process too."""
    values = teams.environment() | {
        "DATABASE_URL": database.url,
        "KEYS_DATABASE_URL": database.keys_url,
        "SPARRI_MASTER_KEY": base64.urlsafe_b64encode(MASTER_KEY).decode(),
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return values


@pytest.fixture
def public_address(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Sparri can be fetched from, at `PUBLIC_URL`."""
    monkeypatch.setenv("PUBLIC_URL", PUBLIC_URL)


@asynccontextmanager
async def running(clock: Clock, **options: Any) -> AsyncIterator[str]:
    """Sparri in this process, with the environment's settings and `build`'s options; its address."""
    app = build(checked(Settings()), now=clock, **options)
    runner = web.AppRunner(app, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with waking(clock, app[TICK]):
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def waking(clock: Clock, tick: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """When the test's clock is moved, look at once at what is due, rather than within a second."""
    moved = asyncio.Event()

    async def look() -> None:
        while True:
            await moved.wait()
            moved.clear()
            with suppress(Exception):  # the jobs that look within a second tell of failures
                await tick()

    looking = asyncio.create_task(look())
    clock.awaited.append(moved.set)
    try:
        yield
    finally:
        clock.awaited.remove(moved.set)
        looking.cancel()
        await asyncio.wait([looking])


@pytest.fixture
async def chat(teams: StandIn, environment: dict[str, str], store: Store, clock: Clock) -> AsyncIterator[Chat]:
    """Sparri, running."""
    async with running(clock) as url:
        yield Chat(teams=teams, store=store, url=url)


@dataclass
class Served(Chat):
    """Sparri as a process of its own, and people who write to it."""

    sparri: Sparri


@pytest.fixture
async def served(
    teams: StandIn, environment: dict[str, str], store: Store, clock: Clock, tmp_path: Path
) -> AsyncIterator[Served]:
    """Sparri, served by its command; the store's clock is the machine's here."""
    clock.now = datetime.now(UTC)
    async with Sparri(environment, tmp_path) as sparri:
        yield Served(teams=teams, store=store, url=sparri.url, sparri=sparri)
