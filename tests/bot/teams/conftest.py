"""The guard behind a real server, with Teams' keys and tokens from the stand-in."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from botbuilder.schema import Activity
from botbuilder.schema.teams import TeamsChannelData

from bot.config import Settings
from bot.teams.guard import Guard, Reason, Refused
from bot.teams.keys import Keys
from demo.teams import StandIn, User


@dataclass(kw_only=True)
class SetClock:
    """Seconds that only a test moves."""

    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass(kw_only=True)
class Gate:
    """A server whose only rooms are the guard and the SDK's deserialiser; it answers 200 to what both let through."""

    guard: Guard
    http: aiohttp.ClientSession
    teams: StandIn
    url: str = ""
    refusals: list[Refused] = field(default_factory=list)
    passed: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """The route."""
        try:
            activity = await self.guard.check(request)
        except Refused as refused:
            self.refusals.append(refused)
            return refused.response()
        Activity().deserialize(activity)
        TeamsChannelData().deserialize(activity.get("channelData", {}))
        self.passed.append(activity)
        return web.Response(status=200)

    async def bring(
        self, body: object, *, token: str | None = None, headers: Mapping[str, str] | None = None, method: str = "POST"
    ) -> int:
        """The status for a body (bytes as they are, others as JSON); token None is a good one, "" none.

        Every refusal has an empty body.
        """
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = self.teams.token() if token is None else token
        every = {"Content-Type": "application/json", **({"Authorization": f"Bearer {signed}"} if signed else {})}
        every |= headers or {}
        async with self.http.request(method, self.url, data=raw, headers=every) as answer:
            assert await answer.read() == b""
            return answer.status

    @property
    def reason(self) -> Reason:
        """Why the latest request was refused."""
        return self.refusals[-1].reason


@pytest.fixture
def aino(teams: StandIn) -> User:
    return teams.user("Aino Esimerkki")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def keys(teams: StandIn, http: aiohttp.ClientSession, clock: SetClock) -> AsyncIterator[Keys]:
    keys = Keys(http, teams.openid_url, clock=clock)
    yield keys
    await keys.close()


def settings_for(teams: StandIn, **changes: Any) -> Settings:
    """The settings of a bot that takes the stand-in for Teams, under the environment's names."""
    return Settings(**{"_env_file": None, **teams.environment(), **changes})


@asynccontextmanager
async def opened(gate: Gate) -> AsyncIterator[Gate]:
    """The gate, served on loopback."""
    app = web.Application()
    app.router.add_route("*", "/api/messages", gate.answer)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    gate.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
    yield gate
    await runner.cleanup()


@pytest.fixture
async def gate(teams: StandIn, http: aiohttp.ClientSession, keys: Keys) -> AsyncIterator[Gate]:
    async with opened(Gate(guard=Guard(settings_for(teams), keys), http=http, teams=teams)) as gate:
        yield gate


@pytest.fixture
async def development_gate(teams: StandIn, http: aiohttp.ClientSession, keys: Keys) -> AsyncIterator[Gate]:
    """The guard in development mode, with the usual service host."""
    settings = settings_for(teams, SPARRI_MODE="development", SERVICE_URL_HOSTS="smba.trafficmanager.net")
    async with opened(Gate(guard=Guard(settings, keys), http=http, teams=teams)) as gate:
        yield gate
