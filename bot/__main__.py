"""The command line: `python -m bot`."""

import asyncio
import base64
import os
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from aiohttp import web
from pydantic import ValidationError

from bot import log
from bot.app import build
from bot.config import MASTER_KEY_BYTES, Misconfigured, Settings, checked
from bot.people_files import RosterRefused
from bot.people_loading import NoSuchProgramme, load
from storage.engine import UnusableDatabase, open_engine
from storage.keys import KeyLost, KeyRing, MasterKeyMissing
from storage.schema import OldSchema, Part, check_current, upgrade
from storage.store import Store

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Sparri, a coach's companion in Microsoft Teams.")
database = typer.Typer(no_args_is_help=True, help="The databases.")
keys = typer.Typer(no_args_is_help=True, help="The keys that private text is sealed with.")
people = typer.Typer(no_args_is_help=True, help="The people whom Sparri may write to.")
app.add_typer(database, name="db")
app.add_typer(keys, name="keys")
app.add_typer(people, name="people")

#: How long a stop waits for turns that are under way, in seconds.
GRACE_SECONDS = 30.0


@app.command()
def serve() -> None:
    """Answer Teams until stopped; a stop lets the turns under way finish."""
    log.configure()
    settings = _settings()
    _run(_serve(settings))


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring both databases to this version of Sparri. Safe to run again, and on several replicas at once."""
    settings = _read_settings()
    _run(_upgrade(settings))
    typer.echo("Both databases are up to date.")


@keys.command("new")
def keys_new() -> None:
    """Print a new master key for SPARRI_MASTER_KEY. Keep it where you keep secrets: without it nothing can be read."""
    typer.echo(base64.urlsafe_b64encode(os.urandom(MASTER_KEY_BYTES)).decode())


@keys.command("rotate")
def keys_rotate() -> None:
    """Wrap every person's key with the first master key of SPARRI_MASTER_KEY. Safe to stop and to run again."""
    settings = _settings()
    count = _run(_rotate(settings))
    typer.echo(f"{count} keys are now wrapped with the first master key; the others are no longer needed.")


@people.command("load")
def people_load(
    file: Annotated[Path, typer.Argument(help="CSV: email,name,role,language,timezone,unit,groups,manager,coach")],
    programme: Annotated[str | None, typer.Option(help="The programme that they take part in.")] = None,
) -> None:
    """Load a roster. Everything is checked first, and nothing is changed if there is a fault; may be run again."""
    settings = _settings()
    result = _run(_load(settings, file, programme))
    typer.echo(f"{result.new} new, {result.changed} changed, {result.unchanged} as they were.")


def _read_settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        faults = "\n".join(
            f"  - {'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        )
        raise _stop(f"The configuration cannot be read:\n{faults}") from None


def _settings() -> Settings:
    try:
        return checked(_read_settings())
    except Misconfigured as fault:
        raise _stop(str(fault)) from None


def _stop(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end; what an administrator can mend is told in one message, without a stack."""
    try:
        return asyncio.run(work)
    except (
        OldSchema,
        KeyLost,
        MasterKeyMissing,
        UnusableDatabase,
        RosterRefused,
        NoSuchProgramme,
        Misconfigured,
    ) as fault:
        raise _stop(str(fault) or (fault.__doc__ or "")) from None
    except OSError as fault:
        raise _stop(f"{type(fault).__name__}: {fault}") from None


async def _serve(settings: Settings) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    runner = web.AppRunner(
        build(settings), access_log=None, auto_decompress=False, shutdown_timeout=GRACE_SECONDS, handle_signals=False
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        structlog.get_logger(__name__).info("serving", host=settings.host, port=runner.addresses[0][1])
        await stopping.wait()
    finally:
        await runner.cleanup()


async def _upgrade(settings: Settings) -> None:
    for url, part in ((settings.database_url, Part.MAIN), (settings.keys_database_url, Part.KEYS)):
        engine = open_engine(url)
        try:
            await upgrade(engine, part)
        finally:
            await engine.dispose()


async def _rotate(settings: Settings) -> int:
    async with _store(settings) as store:
        return await store.keys.rotate()


async def _load(settings: Settings, file: Path, programme: str | None) -> Any:
    async with _store(settings) as store:
        return await load(store, file, tenant=settings.tenant_id, programme=programme)


@asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[Store]:
    engine, keys_engine = open_engine(settings.database_url), open_engine(settings.keys_database_url)
    try:
        await check_current(engine, Part.MAIN)
        await check_current(keys_engine, Part.KEYS)
        yield Store(engine, KeyRing(keys_engine, settings.raw_master_keys()))
    finally:
        await engine.dispose()
        await keys_engine.dispose()


if __name__ == "__main__":
    app()
