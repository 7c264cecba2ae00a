"""Stalls: how long an event loop did nothing for anybody else. Runs inside the server that is measured."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import psutil
from aiohttp import web

LOOK_SECONDS = 0.005


class Stalls:
    """Looks at the clock again and again; what it comes too late is what the loop stood still."""

    def __init__(self) -> None:
        self._longest = 0.0

    async def watch(self) -> None:
        """Look until cancelled."""
        before = time.perf_counter()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            now = time.perf_counter()
            self._longest = max(self._longest, now - before - LOOK_SECONDS)
            before = now

    def take(self) -> float:
        """The longest stall since the last time that it was taken, in seconds."""
        longest, self._longest = self._longest, 0.0
        return longest


def watched(app: web.Application) -> web.Application:
    """The application, with `GET /watch`: the longest stall since it was asked last, memory, and CPU seconds."""
    stalls = Stalls()

    async def watching(_: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(stalls.watch())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def tell(_: web.Request) -> web.Response:
        this = psutil.Process()
        seen = {"stall_seconds": stalls.take(), "rss_mib": this.memory_info().rss / 2**20, "cpu": time.process_time()}
        return web.json_response(seen)

    app.cleanup_ctx.append(watching)
    app.router.add_get("/watch", tell)
    return app
