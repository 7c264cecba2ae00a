"""Workers that are killed, stopped, frozen and started again, each with a clock of its own."""

from collections.abc import Mapping
from pathlib import Path

from tests.serving import Sparri

LEASE_SECONDS = 4.0


class Worker(Sparri):
    """A process on a database that it shares with others."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        folder.mkdir()
        self._clock = folder / "clock"
        self.ahead = 0.0
        own = {"LEASE": str(LEASE_SECONDS), "CLOCK": str(self._clock)}
        super().__init__({**environment, **own}, folder, command=("-m", "tests.chaos.worker"))

    def step_clock(self, seconds: float) -> None:
        """Its clock is so much ahead of the real one from now on."""
        self.ahead = seconds
        written = self._clock.with_suffix(".new")
        written.write_text(str(seconds))
        written.replace(self._clock)
