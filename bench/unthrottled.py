"""Sparri as it is served, but with a rate that Teams would not take: RATE in the environment, in visits a second."""

import asyncio
import os

from bench.stalls import watched
from bot import log
from bot.app import build
from bot.config import read_settings
from bot.loops import NEW_LOOP
from bot.serving import serve


def main() -> None:
    """Serve until stopped."""
    log.configure()
    settings = read_settings().model_copy(update={"sends_per_second": float(os.environ["RATE"])})
    with asyncio.Runner(loop_factory=NEW_LOOP) as runner:
        runner.run(serve(watched(build(settings)), host=settings.host, port=settings.port))


if __name__ == "__main__":
    main()
