"""Serving: an application from its start until a signal, and the turns under way to their end."""

import asyncio
import gc
import signal

import structlog
from aiohttp import web

from bot.loops import look_less_for_garbage

#: How long a stop waits for turns that are under way, in seconds.
GRACE_SECONDS = 30.0


async def serve(app: web.Application, *, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Raises what the start of the application raises, and OSError."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    runner = web.AppRunner(
        app, access_log=None, auto_decompress=False, shutdown_timeout=GRACE_SECONDS, handle_signals=False
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        gc.collect()
        look_less_for_garbage()
        structlog.get_logger(__name__).info("serving", host=host, port=runner.addresses[0][1])
        await stopping.wait()
    finally:
        await runner.cleanup()
