"""Reflections from a file, until programmes can be planned with files of their own."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.running import Tenant, opened_store, progress_bar, run, settings_of, tenant_of
from bot.config import Settings, read_settings
from bot.reflection_loading import LoadedReflections, load

reflections = typer.Typer(no_args_is_help=True, help="What people are asked to reflect on.")


@reflections.command("load")
def reflections_load(
    file: Annotated[Path, typer.Argument(help="TOML: a programme, and what it asks whom and when.")],
    programme: Annotated[str | None, typer.Option(help="The programme's key, instead of the file's.")] = None,
    tenant: Tenant = "",
) -> None:
    """Load reflections. Everything is checked first, and nothing is changed if there is a fault; may be run again."""
    settings = settings_of(read_settings)
    loaded = run(_load(settings, file, tenant_of(settings, tenant), programme))
    typer.echo(f"{loaded.new} new, {loaded.changed} moved to other times, {loaded.unchanged} as they were.")
    if loaded.not_in_contact:
        typer.echo(f"{loaded.not_in_contact} of these people have not met Sparri: theirs come once they have the app.")


async def _load(settings: Settings, file: Path, tenant: str, programme: str | None) -> LoadedReflections:
    with progress_bar("Loading") as progress:
        async with opened_store(settings) as store:
            return await load(store, file, tenant=tenant, programme=programme, progress=progress)
