"""Stores whose process dies just before one of their transactions would commit; for the tests."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from storage.store import Store, Unit


class Killed(BaseException):
    """The process died here."""


def _killed() -> None:
    raise Killed


class Mortal(Store):
    """So many transactions commit; the next one does everything but that. die: what then befalls the process."""

    def __init__(self, store: Store, *, lives: int, die: Callable[[], None] = _killed) -> None:
        super().__init__(store._engine, store.keys, clock=store.now)
        self._lives = lives
        self._die = die

    @asynccontextmanager
    async def transaction(self, now: datetime | None = None) -> AsyncIterator[Unit]:
        async with super().transaction(now) as unit:
            yield unit
            self._lives -= 1
            if self._lives < 0:
                self._die()
