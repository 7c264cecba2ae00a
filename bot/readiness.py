"""Readiness: whether this replica can take turns now, told in bounded time and without disturbing the turns."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

#: A database that does not answer for so long (seconds) is not ready.
PATIENCE_SECONDS = 2.0

_log = structlog.get_logger(__name__)


class Readiness:
    """Asks one question at a time; whoever asks meanwhile waits for the same answer."""

    def __init__(self, check: Callable[[], Awaitable[None]], *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """check: raises when we are not ready."""
        self._check = check
        self._patience_seconds = patience_seconds
        self._checking: asyncio.Task[bool] | None = None

    async def ready(self) -> bool:
        """Whether the check ends well, and soon. A slow one goes on: cutting it off would cost a connection."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._ask(), name="readiness")
        done, _ = await asyncio.wait({self._checking}, timeout=self._patience_seconds)
        return bool(done) and self._checking.result()

    async def close(self) -> None:
        """Stop asking."""
        if self._checking is not None:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)

    async def _ask(self) -> bool:
        try:
            await self._check()
        except Exception as error:
            _log.error("not ready", error=type(error).__name__)
            return False
        return True
