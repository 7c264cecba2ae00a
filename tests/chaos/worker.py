"""A worker: Sparri as it is served, with a clock that others step and a lease that is over soon.

CLOCK: a file with the seconds by which this worker's clock is ahead of the real one. LEASE: in seconds. RATE: visits a
second, where it is to be more than Teams would take.
"""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import log
from bot.app import build
from bot.config import read_settings
from bot.loops import NEW_LOOP
from bot.serving import serve


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


def main() -> None:
    """Serve until SIGTERM, then drain."""
    log.configure()
    settings = read_settings()
    if rate := os.environ.get("RATE"):
        settings = settings.model_copy(update={"sends_per_second": float(rate)})
    clock, lease = SteppedClock(Path(os.environ["CLOCK"])), timedelta(seconds=float(os.environ["LEASE"]))
    with asyncio.Runner(loop_factory=NEW_LOOP) as runner:
        runner.run(serve(build(settings, now=clock, lease=lease), host=settings.host, port=settings.port))


if __name__ == "__main__":
    main()
