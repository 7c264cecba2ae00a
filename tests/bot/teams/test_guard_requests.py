"""The guard on requests: method, media type, size and JSON, before anybody's token is looked at."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from bot.teams.guard import LARGEST_BODY, Guard, Reason
from bot.teams.keys import Keys
from bot.teams.shape import Malformed, activity_of
from demo.teams import StandIn, User
from tests.bot.teams.conftest import Gate, opened, settings_for

#: What one activity may keep the loop busy for, in seconds.
LONGEST_STALL = 0.05


def as_large_as_allowed(make: Callable[[int], bytes]) -> bytes:
    """The largest body of this make that the size limit lets through."""
    size = LARGEST_BODY
    while len(make(size)) > LARGEST_BODY:
        size = size * 9 // 10
    return make(size)


HOSTILE = {
    "a number with more digits than memory": lambda n: b'{"id":' + b"9" * n + b"}",
    "many numbers as long as may be": lambda n: b"[" + b",".join([b"9" * 4000] * (n // 4000)) + b"]",
    "a float with very many digits": lambda n: b'{"id":1.' + b"3" * n + b"}",
    "many floats": lambda n: b"[" + b",".join([b"1e-300"] * (n // 6)) + b"]",
    "lists in lists": lambda n: b"[" * n,
    "objects in objects": lambda n: b'{"a":' * (n // 5),
    "many empty objects": lambda n: b'{"membersAdded":[' + b",".join([b"{}"] * (n // 3)) + b"]}",
    "many keys": lambda n: b"{" + b",".join(b'"%d":0' % i for i in range(n // 8)) + b"}",
    "one key again and again": lambda n: b"{" + b",".join([b'"id":1'] * (n // 7)) + b"}",
    "many escapes": lambda n: b'{"id":"' + rb"\ud800" * (n // 6) + b'"}',
    "one long text": lambda n: b'{"text":"' + b"x" * n + b'"}',
    "a text of astral characters": lambda n: b'{"text":"' + "𝄞".encode() * (n // 4) + b'"}',
}


async def test_an_activity_of_teams_passes(gate: Gate, teams: StandIn, aino: User) -> None:
    status = await gate.bring(teams.message(aino, "Hyvää huomenta 🙂"))

    assert status == 200
    assert gate.passed[0]["text"] == "Hyvää huomenta 🙂"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_only_a_post_brings_an_activity(gate: Gate, teams: StandIn, aino: User, method: str) -> None:
    assert await gate.bring(teams.message(aino, "Hei"), method=method) == 405


async def test_a_refused_method_is_told_the_right_one(gate: Gate, http: aiohttp.ClientSession) -> None:
    async with http.get(gate.url) as answer:
        assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("text/x; application/json", 415),
        ("text/plain", 415),
        ("application/jsonp", 415),
        ("application/json, text/plain", 415),
        ("application/json; charset=utf-16", 415),
        ("", 415),
        ("application", 415),
        ("application/json", 200),
        ("Application/JSON; charset=UTF-8", 200),
        ('application/json; charset="utf-8"', 200),
    ],
)
async def test_the_media_type_is_json_exactly(
    gate: Gate, teams: StandIn, aino: User, media_type: str, status: int
) -> None:
    assert await gate.bring(teams.message(aino, "Hei"), headers={"Content-Type": media_type}) == status


async def test_a_body_without_a_media_type_is_refused(gate: Gate, http: aiohttp.ClientSession) -> None:
    async with http.post(gate.url, data=b"{}", skip_auto_headers=["Content-Type"]) as answer:
        assert answer.status == 415


async def test_a_packed_body_is_refused_unopened(gate: Gate) -> None:
    bomb = gzip.compress(b" " * 10_000_000)

    status = await gate.bring(bomb, headers={"Content-Encoding": "gzip"})

    assert status == 415
    assert gate.reason is Reason.ENCODING


@pytest.mark.parametrize(("padding", "status"), [(1, 413), (0, 200)])
async def test_a_body_may_have_256_kib(gate: Gate, teams: StandIn, aino: User, padding: int, status: int) -> None:
    raw = json.dumps(teams.message(aino, "Hei")).encode()

    assert await gate.bring(raw + b" " * (LARGEST_BODY - len(raw) + padding)) == status


async def test_a_body_of_no_stated_length_is_measured_as_it_comes(gate: Gate, http: aiohttp.ClientSession) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 65_536
            await asyncio.sleep(0)

    async with http.post(gate.url, data=endless(), headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 413


async def test_a_body_that_does_not_come_is_not_waited_for(
    teams: StandIn, http: aiohttp.ClientSession, keys: Keys
) -> None:
    never = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    impatient = Guard(settings_for(teams), keys, body_timeout=0.01)
    async with (
        opened(Gate(guard=impatient, http=http, teams=teams)) as gate,
        http.post(gate.url, data=stuck(), headers={"Content-Type": "application/json"}) as answer,
    ):
        assert answer.status == 400

    assert gate.reason is Reason.INTERRUPTED


async def test_a_sender_that_hangs_up_leaves_no_error(gate: Gate, teams: StandIn, aino: User) -> None:
    host, port = gate.url.split("/")[2].split(":")
    _, writer = await asyncio.open_connection(host, int(port))

    writer.write(b"POST /api/messages HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
    writer.write(b"Transfer-Encoding: chunked\r\n\r\nnot a chunk\r\n")
    await writer.drain()
    writer.close()

    assert await gate.bring(teams.message(aino, "Hei")) == 200


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"x"', id="a text"),
        pytest.param(b"null", id="null"),
        pytest.param(b"5", id="a number"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b'{"id":\xff}', id="not UTF-8"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param('{"id":"x"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"id":NaN}', id="NaN"),
        pytest.param(b'{"id":-Infinity}', id="Infinity"),
        *(pytest.param(as_large_as_allowed(make), id=name) for name, make in HOSTILE.items()),
    ],
)
async def test_what_is_no_activity_is_refused_before_the_token(gate: Gate, raw: bytes) -> None:
    assert await gate.bring(raw, token="garbage") == 400


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_body_keeps_the_loop_busy(make: Callable[[int], bytes]) -> None:
    raw = as_large_as_allowed(make)

    def seconds() -> float:
        began = time.process_time()
        with pytest.raises(Malformed):
            activity_of(raw)
        return time.process_time() - began

    assert min(seconds() for _ in range(3)) < LONGEST_STALL
