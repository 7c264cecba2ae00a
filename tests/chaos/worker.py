"""A worker: Sparri as it is served, with a clock that others step and a lease that is over soon.

CLOCK: a file with the seconds by which this worker's clock is ahead of the real one. LEASE: in seconds.
"""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from bot import log
from bot.app import build
from bot.config import read_settings


class SteppedClock:
    """The real time and what stands in the file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __call__(self) -> datetime:
        try:
            ahead = float(self._file.read_text())
        except OSError:
            ahead = 0.0
        return datetime.now(UTC) + timedelta(seconds=ahead)


async def serve() -> None:
    """Serve until SIGTERM, then drain."""
    settings = read_settings()
    lease = timedelta(seconds=float(os.environ["LEASE"]))
    app = build(settings, now=SteppedClock(Path(os.environ["CLOCK"])), lease=lease)
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await stopping.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    log.configure()
    asyncio.run(serve())
