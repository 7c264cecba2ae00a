"""Running a command: its settings, its store, and one message for whatever an administrator can mend."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeAlias, TypeVar

import typer

from bot.cli.terminal import progress_bar as progress_bar
from bot.cli.terminal import stop as stop
from bot.config import Misconfigured, Settings
from bot.loops import NEW_LOOP, look_less_for_garbage
from bot.refusals import Refused
from storage.engine import UnusableDatabase, open_engine
from storage.keys import KeyLost, KeyRing, MasterKeyMissing
from storage.schema import OldSchema, Part, check_current
from storage.store import Store

#: What ends a command with a message instead of a stack. New refusals of a command are kinds of `Refused`.
MENDABLE = (Refused, Misconfigured, OldSchema, KeyLost, MasterKeyMissing, UnusableDatabase)

Tenant: TypeAlias = Annotated[
    str, typer.Option(help="Theirs; the app's own, unless said otherwise.", show_default=False)
]
_Outcome = TypeVar("_Outcome")


def settings_of(read: Callable[[], Settings]) -> Settings:
    """What *read* reads; a configuration that is not fit ends the command."""
    try:
        return read()
    except Misconfigured as fault:
        raise stop(str(fault)) from None


def tenant_of(settings: Settings, named: str) -> str:
    """The tenant that a command is for; one that may not write to Sparri ends the command."""
    if named and not settings.development and named not in settings.tenants:
        raise stop(f"{named!r} is not a tenant of ALLOWED_TENANTS; nothing was changed.")
    return named or settings.tenant_id


def run(work: Coroutine[Any, Any, _Outcome]) -> _Outcome:
    """Run to the end; what an administrator can mend is told in one message, without a stack."""
    look_less_for_garbage()
    try:
        with asyncio.Runner(loop_factory=NEW_LOOP) as runner:
            return runner.run(work)
    except MENDABLE as fault:
        raise stop(str(fault) or (fault.__doc__ or "")) from None
    except OSError as fault:
        raise stop(f"{type(fault).__name__}: {fault}") from None


@asynccontextmanager
async def opened_store(settings: Settings) -> AsyncIterator[Store]:
    """The store on both databases, while the context lasts. Raises UnusableDatabase or OldSchema."""
    engine, keys_engine = open_engine(settings.database_url), open_engine(settings.keys_database_url)
    try:
        await check_current(engine, Part.MAIN)
        await check_current(keys_engine, Part.KEYS)
        yield Store(engine, KeyRing(keys_engine, settings.raw_master_keys()))
    finally:
        await engine.dispose()
        await keys_engine.dispose()
