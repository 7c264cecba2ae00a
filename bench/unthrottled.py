"""Sparri as it is served, but with a rate that Teams would not take: RATE in the environment, in visits a second."""

import os

from aiohttp import web

from bench.stalls import watched
from bot import log
from bot.app import build
from bot.config import read_settings


def main() -> None:
    """Serve until stopped."""
    log.configure()
    rate = float(os.environ["RATE"])
    settings = read_settings().model_copy(update={"sends_per_second": rate})
    web.run_app(
        watched(build(settings)),
        host=settings.host,
        port=settings.port,
        access_log=None,
        print=None,
        handle_signals=True,
    )


if __name__ == "__main__":
    main()
