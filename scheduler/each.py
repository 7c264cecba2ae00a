"""Each by itself: of what is due, one that fails is logged and stops no other; what is much is done bit by bit."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog

from storage.store import AlreadyThere, Store, Unit

_log = structlog.get_logger(__name__)


@contextmanager
def failing_alone(said: str, **which: int) -> Iterator[None]:
    """What goes wrong in here is logged as *said*, with the numbers of what it was about, and goes no further."""
    try:
        yield
    except Exception as error:
        _log.error(said, **which, error=type(error).__name__)


@contextmanager
def another_may_be_faster(**which: int) -> Iterator[None]:
    """Where several processes may do the same at once, and a row's key is their referee: whoever is late is not wrong.

    Only around what such a key decides: a row that is there already is a fault anywhere else.
    """
    try:
        yield
    except AlreadyThere:
        _log.info("another replica was faster", **which)


async def bit_by_bit(store: Store, some: Callable[[Unit], Awaitable[bool]]) -> None:
    """Do some, again and again, until nothing is left; each time in a transaction, and then a rest as long for others.

    some: does what a short transaction can; whether nothing is left. Raises what it raises.
    """
    is_over = False
    while not is_over:
        begun = time.monotonic()
        async with store.transaction() as unit:
            is_over = await some(unit)
        await asyncio.sleep(time.monotonic() - begun)
