"""The try-out page's server, on loopback: three chats, a clock and the panel. The page is told of each change."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from errno import EADDRINUSE
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from aiohttp import web

from coaching.people import Language
from demo.npm import NoPackages, install
from demo.panel import panel, texts
from demo.programme import FILE, ROSTER, Play, simulated
from demo.seats import Seat, Seats
from demo.world import only_errors, opened
from dialogs.wording import moment_in_words

PAGE = Path(__file__).parent / "page"
HOST = "127.0.0.1"
#: A page that is told of no change for so long (seconds) asks again.
LONGEST_WAIT = 20.0
LARGEST_BODY = 256 * 1024
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Taken(Exception):
    """Somebody else listens at every port that the page could have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Move:
    """How time is to pass. to_news: only until one of the three places has something new."""

    at_most: timedelta
    seconds_a_day: float = 0.0
    to_news: bool = False


_MOVES = {
    "next": _Move(at_most=timedelta(days=60), to_news=True),
    "hour": _Move(at_most=timedelta(hours=1)),
    "day": _Move(at_most=timedelta(days=1)),
    "play": _Move(at_most=timedelta(days=3 * 366), seconds_a_day=1.0),
}


class TryOut:
    """One world with a page to it.

    renderer: Microsoft's renderer of Adaptive Cards; None where it could not be had, and *reason* says why.
    """

    def __init__(
        self, play: Play, seats: Seats, *, language: Language, renderer: Path | None, reason: str = ""
    ) -> None:
        self._play = play
        self._world = play.world
        self._seats = seats
        self._language = language
        self._renderer = renderer
        self._reason = reason
        self._one_at_a_time = asyncio.Lock()
        self._changed = asyncio.Condition()
        self._revision = 1
        self._moving: asyncio.Task[None] | None = None
        self._is_moving = False

    def routes(self) -> list[web.RouteDef]:
        """The page and what it asks for."""
        return [
            web.get("/", self._page),
            web.get("/page.js", self._file("page.js", "text/javascript")),
            web.get("/page.css", self._file("page.css", "text/css")),
            web.get("/adaptivecards.js", self._cards),
            web.get("/state", self._state),
            web.post("/say", self._doing(self._say)),
            web.post("/press", self._doing(self._press)),
            web.post("/clock", self._doing(self._clock)),
            web.post("/language", self._doing(self._speak)),
        ]

    async def close(self) -> None:
        """Let time stand still."""
        self._is_moving = False
        if self._moving is not None:
            await asyncio.gather(self._moving, return_exceptions=True)

    async def _state(self, request: web.Request) -> web.Response:
        """All that the page shows, once it is another than the revision that the page has seen."""
        seen = request.query.get("seen", "")
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT), self._changed:
                await self._changed.wait_for(lambda: str(self._revision) != seen)
        async with self._one_at_a_time:
            return web.json_response(await self._drawn(), headers=_HEADERS)

    async def _drawn(self) -> dict[str, Any]:
        zone = ZoneInfo(self._world.programme.timezone)
        return {
            "revision": self._revision,
            "language": self._language.value,
            "languages": {each.value: texts(each)["language"] for each in Language},
            "texts": texts(self._language),
            "others": len(self._play.simulated),
            "most_a_week": self._world.programme.rules.dose.most_a_week,
            "now": moment_in_words(self._language, self._world.now.astimezone(zone)),
            "moving": self._is_moving,
            "as_text": "" if self._renderer else self._reason,
            "chats": [self._chat(seat, zone) for seat in self._seats.all],
            "panel": await panel(self._world, self._language),
        }

    def _chat(self, seat: Seat, zone: ZoneInfo) -> dict[str, Any]:
        return {
            "seat": seat.role.value,
            "name": seat.inhabitant.row.name,
            "entries": [
                {
                    "id": each.id,
                    "own": each.is_own,
                    "at": moment_in_words(self._language, each.at.astimezone(zone)),
                    "text": each.text,
                    "card": each.card,
                }
                for each in seat.entries
            ],
        }

    async def _say(self, wish: Mapping[str, Any]) -> None:
        text = str(wish["text"]).strip()
        if text:
            await self._seats.say(self._seats.of(str(wish["seat"])), text)

    async def _press(self, wish: Mapping[str, Any]) -> None:
        await self._seats.press(self._seats.of(str(wish["seat"])), str(wish["at"]), dict(wish["data"]))

    async def _speak(self, wish: Mapping[str, Any]) -> None:
        self._language = Language(str(wish["language"]))
        await self._seats.speak(self._language)

    async def _clock(self, wish: Mapping[str, Any]) -> None:
        if wish["do"] == "pause":
            self._is_moving = False
        elif not self._is_moving:
            move = _MOVES[str(wish["do"])]
            self._is_moving = True
            self._moving = asyncio.create_task(self._move(move))

    async def _move(self, move: _Move) -> None:
        """Let time pass, step by step, so that the page can look in between."""
        loop = asyncio.get_running_loop()
        begun, begins, entries = loop.time(), self._world.now, self._entries()
        try:
            while self._is_moving and self._world.now < begins + move.at_most:
                async with self._one_at_a_time:
                    await self._play.step(begins + move.at_most)
                    self._seats.catch_up()
                await self._tell()
                if move.to_news and self._entries() > entries:
                    break
                due = begun + (self._world.now - begins) / timedelta(days=1) * move.seconds_a_day
                await asyncio.sleep(max(due - loop.time(), 0))
        finally:
            self._is_moving = False
            await self._tell()

    def _entries(self) -> int:
        return sum(len(seat.entries) for seat in self._seats.all)

    async def _tell(self) -> None:
        async with self._changed:
            self._revision += 1
            self._changed.notify_all()

    def _doing(
        self, act: Callable[[Mapping[str, Any]], Awaitable[None]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """What the page asks to be done, as JSON, which no other page's form can send; 400 says what was wrong."""

        async def answer(request: web.Request) -> web.Response:
            try:
                if request.content_type != "application/json":
                    raise ValueError("it is no JSON")
                wish = await request.json()
                async with self._one_at_a_time:
                    await act(wish)
            except (KeyError, TypeError, ValueError) as error:
                return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400, headers=_HEADERS)
            await self._tell()
            return web.Response(status=204, headers=_HEADERS)

        return answer

    async def _page(self, _: web.Request) -> web.Response:
        text = (PAGE / "index.html").read_text(encoding="utf-8").replace("LANGUAGE", self._language.value)
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    async def _cards(self, _: web.Request) -> web.StreamResponse:
        if self._renderer is None:
            return web.Response(text="", content_type="text/javascript", headers=_HEADERS)
        return web.FileResponse(self._renderer, headers=_HEADERS)

    def _file(self, name: str, kind: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(_: web.Request) -> web.Response:
            return web.Response(text=(PAGE / name).read_text(encoding="utf-8"), content_type=kind, headers=_HEADERS)

        return answer


@web.middleware
async def _only_from_here(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuses what was asked of another name: no page from elsewhere can read this one by naming this machine."""
    if request.host.rpartition(":")[0] not in {HOST, "localhost"}:
        return web.Response(status=421, text="This page is at 127.0.0.1 only.")
    return await handler(request)


async def main(*, language: Language, ports: Sequence[int]) -> None:
    """Open a world in a folder that is thrown away, begun today, and serve the page until the process is stopped.

    ports: as of `served`. Raises Taken.
    """
    only_errors()
    typer.echo("Fetching Microsoft's renderer of Adaptive Cards ...")
    renderer, reason = _renderer()
    if reason:
        typer.echo(f"It cannot be had: {reason} Cards will be shown as text.", err=True)
    with tempfile.TemporaryDirectory(prefix="sparri-demo-") as folder:
        typer.echo("Loading the AKO programme and its people, from today on ...")
        now = datetime.now(UTC)
        async with opened(Path(folder), FILE, ROSTER, start=now.date(), now=now) as world:
            await world.meet()
            seats, play = Seats(world), Play(world=world, simulated=simulated(world, but=1))
            await seats.speak(language)
            try_out = TryOut(play, seats, language=language, renderer=renderer, reason=reason)
            async with served(try_out, ports=ports) as url:
                typer.echo(f"{len(play.simulated)} people take part by themselves. Open {url} - Ctrl-C ends it.")
                await asyncio.Event().wait()


def _renderer() -> tuple[Path | None, str]:
    """Where the renderer is; or None, and why it cannot be had."""
    try:
        packages = install(PAGE / "package.json", Path(sys.prefix) / "sparri-page")
    except (NoPackages, OSError) as error:
        return None, f"{error}."
    return packages / "adaptivecards" / "dist" / "adaptivecards.min.js", ""


@asynccontextmanager
async def served(try_out: TryOut, *, ports: Sequence[int] = (0,)) -> AsyncIterator[str]:
    """The page on loopback while the context lasts; its address.

    ports: the first of them that is free is taken; 0 is any that is. Raises Taken when none is.
    """
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[_only_from_here])
    app.add_routes(try_out.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await _listen(runner, ports)
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await try_out.close()
        await runner.cleanup()


async def _listen(runner: web.AppRunner, ports: Sequence[int]) -> None:
    for port in ports:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            if error.errno != EADDRINUSE:
                raise
        else:
            return
    raise Taken
