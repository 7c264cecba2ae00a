"""Keys: rotation, forged names, and a key server that is slow, down or lies."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.teams.keys import KEPT, LARGEST_DOCUMENT, Keys, UnknownKey
from demo.issuer import IssuedKey, as_jwk
from demo.teams import StandIn, User
from tests.bot.teams.conftest import Gate, SetClock

MINUTE = 60.0


async def test_a_rotated_key_is_good_at_once(gate: Gate, teams: StandIn, aino: User, clock: SetClock) -> None:
    await gate.bring(teams.message(aino, "Before"))
    teams.rotate_key()
    clock.seconds += MINUTE

    status = await gate.bring(teams.message(aino, "After"))

    assert status == 200
    assert teams.key_requests == 2


async def test_forged_key_ids_cost_one_fetch_a_minute(gate: Gate, teams: StandIn, aino: User, clock: SetClock) -> None:
    for number in range(20):
        await gate.bring(teams.message(aino, "Hei"), token=teams.token(kid=f"forged-{number}"))
    in_the_first_minute = teams.key_requests

    clock.seconds += MINUTE
    for number in range(20):
        await gate.bring(teams.message(aino, "Hei"), token=teams.token(kid=f"forged-{number}"))

    assert (in_the_first_minute, teams.key_requests) == (1, 2)


async def test_requests_at_once_share_a_fetch(keys: Keys, teams: StandIn) -> None:
    found = await asyncio.gather(*(keys.key(teams.key.kid) for _ in range(20)))

    assert len({id(key) for key in found}) == 1
    assert teams.key_requests == 1


async def test_a_failed_fetch_is_not_repeated_within_the_minute(keys: Keys, teams: StandIn, clock: SetClock) -> None:
    teams.keys_down = True
    for _ in range(5):
        with pytest.raises(UnknownKey):
            await keys.key(teams.key.kid)
    asked_while_down = teams.key_requests
    teams.keys_down = False
    clock.seconds += MINUTE

    key = await keys.key(teams.key.kid)

    assert asked_while_down == 1
    assert key.endorsements == {"msteams"}
    assert keys.ready


async def test_keys_are_kept_while_the_key_server_is_down(
    gate: Gate, teams: StandIn, aino: User, clock: SetClock
) -> None:
    await gate.bring(teams.message(aino, "Hei"))
    teams.keys_down = True
    clock.seconds += 3 * KEPT

    statuses = [await gate.bring(teams.message(aino, "Hei")) for _ in range(3)]

    assert statuses == [200, 200, 200]


async def test_keys_are_renewed_after_a_day_and_not_before(keys: Keys, teams: StandIn, clock: SetClock) -> None:
    old = teams.key.kid
    await keys.key(old)
    teams.rotate_key()
    clock.seconds += KEPT - 1
    await keys.key(old)
    asked_on_the_day = teams.key_requests

    clock.seconds += 1
    await keys.key(old)
    await keys.key(teams.key.kid)

    assert (asked_on_the_day, teams.key_requests) == (1, 2)
    with pytest.raises(UnknownKey):
        await keys.key(old)


@dataclass(kw_only=True)
class KeyServer:
    """A key server that answers as it is told: "{origin}" is its own, and an Event is waited for first."""

    metadata: Any
    document: Any = None
    url: str = ""

    async def tell_metadata(self, request: web.Request) -> web.Response:
        """The first thing that is asked."""
        return await self._tell(request, self.metadata)

    async def tell_keys(self, request: web.Request) -> web.Response:
        """The second."""
        return await self._tell(request, self.document)

    async def _tell(self, request: web.Request, content: Any) -> web.Response:
        if isinstance(content, asyncio.Event):
            await content.wait()
            return web.Response(status=503)
        text = content if isinstance(content, str) else json.dumps(content)
        return web.Response(text=text.replace("{origin}", str(request.url.origin())), content_type="application/json")

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes([web.get("/openid", self.tell_metadata), web.get("/keys", self.tell_keys)])
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/openid"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runner.cleanup()


OWN = {"jwks_uri": "{origin}/keys"}
WEAK = IssuedKey(kid="weak", private=rsa.generate_private_key(public_exponent=65537, key_size=1024))


@pytest.mark.parametrize(
    ("metadata", "document"),
    [
        pytest.param("not JSON", None, id="metadata that is no JSON"),
        pytest.param([], None, id="metadata that is a list"),
        pytest.param({}, None, id="no address of keys"),
        pytest.param({"jwks_uri": 5}, None, id="an address of 5"),
        pytest.param({"jwks_uri": "http://keys.example/"}, None, id="keys over http from elsewhere"),
        pytest.param({"jwks_uri": "http://127.0.0.1:1/keys"}, None, id="keys from another port here"),
        pytest.param({"jwks_uri": "file:///etc/passwd"}, None, id="keys from a file"),
        pytest.param(OWN, "[" * 100_000, id="keys too deep to read"),
        pytest.param(OWN, " " * (LARGEST_DOCUMENT + 1), id="more than a key server says"),
        pytest.param(OWN, {"keys": {}}, id="keys that are no list"),
        pytest.param(OWN, {"keys": [None, 5, {}, {"kty": "RSA", "kid": "x"}]}, id="keys that are none"),
        pytest.param(OWN, {"keys": [{"kty": "oct", "kid": "x", "k": "eHh4"}]}, id="a key that is a shared secret"),
        pytest.param(OWN, {"keys": [{"kty": "RSA", "kid": "x", "n": 5, "e": []}]}, id="numbers that are none"),
        pytest.param(OWN, {"keys": [as_jwk(WEAK, endorsements=["msteams"])]}, id="a key that is too short"),
    ],
)
async def test_a_key_server_that_talks_nonsense_gives_no_keys(
    http: aiohttp.ClientSession, metadata: Any, document: Any
) -> None:
    async with KeyServer(metadata=metadata, document=document) as server:
        keys = Keys(http, server.url)

        with pytest.raises(UnknownKey):
            await keys.key("x")

    assert not keys.ready


async def test_bad_keys_do_not_spoil_the_good_ones(http: aiohttp.ClientSession, teams: StandIn) -> None:
    shown = [None, as_jwk(WEAK, endorsements=[]), as_jwk(teams.key, endorsements=None)]

    async with KeyServer(metadata=OWN, document={"keys": shown}) as server:
        key = await Keys(http, server.url).key(teams.key.kid)

    assert key.endorsements == frozenset()


async def test_metadata_over_http_from_elsewhere_is_not_read(http: aiohttp.ClientSession) -> None:
    with pytest.raises(UnknownKey):
        await Keys(http, "http://keys.example/openid").key("x")


async def test_a_key_server_that_does_not_answer_is_given_up(http: aiohttp.ClientSession) -> None:
    async with KeyServer(metadata=asyncio.Event()) as server:
        with pytest.raises(UnknownKey):
            await Keys(http, server.url, timeout=0.01).key("x")


async def test_a_slow_key_server_keeps_only_those_waiting_who_need_it(
    http: aiohttp.ClientSession, teams: StandIn, clock: SetClock
) -> None:
    slow = asyncio.Event()
    document = {"keys": [as_jwk(teams.key, endorsements=["msteams"])]}
    async with KeyServer(metadata=OWN, document=document) as server:
        keys = Keys(http, server.url, clock=clock)
        await keys.key(teams.key.kid)
        server.metadata = slow
        clock.seconds += KEPT

        unknown = asyncio.create_task(keys.key("forged"))
        known = await asyncio.gather(*(keys.key(teams.key.kid) for _ in range(10)))

        assert len(known) == 10
        assert not unknown.done()
        slow.set()
        with pytest.raises(UnknownKey):
            await unknown


async def test_closing_stops_a_fetch_and_lets_the_waiting_go(http: aiohttp.ClientSession) -> None:
    async with KeyServer(metadata=asyncio.Event()) as server:
        keys = Keys(http, server.url)
        waiting = asyncio.create_task(keys.key("x"))
        await asyncio.sleep(0)

        await keys.close()

        with pytest.raises(UnknownKey):
            await waiting
