"""The whole bot beside the stand-in for Teams: real HTTP, signed tokens, a real database."""

import base64
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.app import build
from bot.config import Settings, checked
from coaching.people import Language, Person, Role
from demo.teams import Answer, StandIn, User
from storage.store import Store
from tests.builders import MASTER_KEY, Clock, add_person
from tests.conftest import Database


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
async def chat(
    teams: StandIn, database: Database, store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Chat]:
    """Sparri, running."""
    for name, value in teams.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("KEYS_DATABASE_URL", database.keys_url)
    monkeypatch.setenv("SPARRI_MASTER_KEY", base64.urlsafe_b64encode(MASTER_KEY).decode())
    monkeypatch.chdir(tmp_path)
    runner = web.AppRunner(build(checked(Settings()), now=clock), auto_decompress=False)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield Chat(teams=teams, store=store, url=f"http://127.0.0.1:{port}")
    await runner.cleanup()
