"""The command line: `python -m bot`."""

import asyncio
import base64
import gc
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from aiohttp import web
from rich.console import Console
from rich.progress import Progress

from bot import log
from bot.app import build
from bot.config import MASTER_KEY_BYTES, Misconfigured, Settings, read_databases, read_settings
from bot.people_files import RosterRefused
from bot.people_loading import Loaded, NoSuchProgramme, load
from coaching.people import Language
from dialogs import everyday
from dialogs.letting_in import Refusal, Wish, let_in, wish
from storage.engine import UnusableDatabase, open_engine
from storage.keys import KeyLost, KeyRing, MasterKeyMissing
from storage.schema import OldSchema, Part, check_current, upgrade
from storage.store import Store

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # it would print the values of variables, secrets too
    help="Sparri, a coach's companion in Microsoft Teams.",
)
database = typer.Typer(no_args_is_help=True, help="The databases.")
keys = typer.Typer(no_args_is_help=True, help="The keys that private text is sealed with.")
people = typer.Typer(no_args_is_help=True, help="The people whom Sparri may write to.")
app.add_typer(database, name="db")
app.add_typer(keys, name="keys")
app.add_typer(people, name="people")

#: How long a stop waits for turns that are under way, in seconds.
GRACE_SECONDS = 30.0
#: After so many new objects Python looks for cycles that are garbage; most go by themselves, without it.
NEW_OBJECTS = 50_000


_Tenant = Annotated[str, typer.Option(help="Theirs; the app's own, unless said otherwise.", show_default=False)]


class NotLetIn(Exception):
    """Nobody was let in; the message says why."""


@app.command()
def serve() -> None:
    """Answer Teams until stopped; a stop lets the turns under way finish."""
    settings = _settings(read_settings)
    log.configure()
    _run(_serve(settings))


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring both databases to this version of Sparri. Safe to run again, and on several replicas at once."""
    settings = _settings(read_databases)
    _run(_upgrade(settings))
    typer.echo("Both databases are up to date.")


@keys.command("new")
def keys_new() -> None:
    """Print a new master key for SPARRI_MASTER_KEY. Keep it where you keep secrets: without it nothing can be read."""
    typer.echo(base64.urlsafe_b64encode(os.urandom(MASTER_KEY_BYTES)).decode())


@keys.command("rotate")
def keys_rotate() -> None:
    """Wrap every person's key with the first master key of SPARRI_MASTER_KEY. Safe to stop and to run again."""
    settings = _settings(read_settings)
    count = _run(_rotate(settings))
    typer.echo(f"{count} keys are now wrapped with the first master key; the others are no longer needed.")


@people.command("load")
def people_load(
    file: Annotated[Path, typer.Argument(help="CSV: email,name,role,language,timezone,unit,groups,manager,coach")],
    programme: Annotated[str | None, typer.Option(help="The programme that they take part in.")] = None,
    tenant: _Tenant = "",
) -> None:
    """Load a roster. Everything is checked first, and nothing is changed if there is a fault; may be run again."""
    settings = _settings(read_settings)
    result = _run(_load(settings, file, _tenant_of(settings, tenant), programme))
    typer.echo(f"{result.new} new, {result.changed} changed, {result.unchanged} as they were.")


@people.command("let-in")
def people_let_in(
    code: Annotated[str, typer.Argument(help="What Sparri told the person who waits.")],
    email: Annotated[str, typer.Argument(help="Their address on the roster, when Teams knows them by another.")] = "",
    tenant: _Tenant = "",
) -> None:
    """Let in somebody who waits with a code; also a coach, whom no coach can let in."""
    settings = _settings(read_settings)
    typer.echo(_run(_let_in(settings, _tenant_of(settings, tenant), wish(f"{code} {email}"))))


def _settings(read: Callable[[], Settings]) -> Settings:
    try:
        return read()
    except Misconfigured as fault:
        raise _stop(str(fault)) from None


def _tenant_of(settings: Settings, named: str) -> str:
    if named and not settings.development and named not in settings.tenants:
        raise _stop(f"{named!r} is not a tenant of ALLOWED_TENANTS; nothing was changed.")
    return named or settings.tenant_id


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
        NotLetIn,
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
        _look_less_for_garbage()
        structlog.get_logger(__name__).info("serving", host=settings.host, port=runner.addresses[0][1])
        await stopping.wait()
    finally:
        await runner.cleanup()


def _look_less_for_garbage() -> None:
    """Modules, models and statements are never garbage: Python walked them again and again, in a tenth of each turn."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)


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


async def _load(settings: Settings, file: Path, tenant: str, programme: str | None) -> Loaded:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("Loading", total=None)
        async with _store(settings) as store:
            return await load(
                store,
                file,
                tenant=tenant,
                programme=programme,
                progress=lambda done, total: bars.update(bar, completed=done, total=total),
            )


async def _let_in(settings: Settings, tenant: str, who: Wish) -> str:
    async with _store(settings) as store, store.transaction() as unit:
        outcome = await let_in(unit, who, tenant=tenant, coach=None)
    if isinstance(outcome, Refusal):
        raise NotLetIn(everyday.let_in_refused(Language.EN, outcome).text)
    return everyday.let_in_done(Language.EN, name=outcome.name).text


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
