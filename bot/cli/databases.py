"""The databases, and the keys that private text is sealed with."""

import base64
import os

import typer

from bot.cli.running import opened_store, run, settings_of
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


async def _rotate(settings: Settings) -> int:
    async with opened_store(settings) as store:
        return await store.keys.rotate()
