"""The databases, and the keys that private text is sealed with."""

import base64
import os

import typer

from bot.cli.running import opened_store, run, settings_of
from bot.cli.visits import paused
from bot.config import MASTER_KEY_BYTES, Settings, read_databases, read_settings
from storage.engine import open_engine
from storage.schema import Part, upgrade

database = typer.Typer(no_args_is_help=True, help="The databases.")
keys = typer.Typer(no_args_is_help=True, help="The keys that private text is sealed with.")


@database.command("upgrade")
def db_upgrade() -> None:
    """Bring both databases to this version of Sparri. Safe to run again, and on several replicas at once."""
    settings = settings_of(read_databases)
    run(_upgrade(settings))
    typer.echo("Both databases are up to date.")


@database.command("restored")
def db_restored() -> None:
    """After backups were restored, before Sparri starts: let nothing leave, and give no number twice.

    People still have cards of the time that the backup does not know. Safe to run again.
    """
    settings = settings_of(read_settings)
    run(_restored(settings))
    typer.echo("Nothing leaves until `python -m bot resume-all`; start Sparri and look around before that.")
    typer.echo("What was sent after the backup is not known any more: what is still due is sent again then.")
    typer.echo("Cards of what was asked in that time cannot be used any more, and say so.")


@keys.command("new")
def keys_new() -> None:
    """Print a new master key for SPARRI_MASTER_KEY. Keep it where you keep secrets: without it nothing can be read."""
    typer.echo(base64.urlsafe_b64encode(os.urandom(MASTER_KEY_BYTES)).decode())


@keys.command("rotate")
def keys_rotate() -> None:
    """Wrap every person's key with the first master key of SPARRI_MASTER_KEY. Safe to stop and to run again."""
    settings = settings_of(read_settings)
    count = run(_rotate(settings))
    typer.echo(f"{count} keys are now wrapped with the first master key; the others are no longer needed.")


async def _upgrade(settings: Settings) -> None:
    for url, part in ((settings.database_url, Part.MAIN), (settings.keys_database_url, Part.KEYS)):
        engine = open_engine(url)
        try:
            await upgrade(engine, part)
        finally:
            await engine.dispose()


async def _restored(settings: Settings) -> None:
    await paused(settings, None)
    async with opened_store(settings) as store, store.transaction() as unit:
        await unit.numbers.leave_out()


async def _rotate(settings: Settings) -> int:
    async with opened_store(settings) as store:
        return await store.keys.rotate()
