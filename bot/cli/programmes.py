"""Programmes: their files, and what is loaded of them."""

import typer

from bot.cli.families import families

#: Each command, and where it is in `bot.cli`.
FAMILIES = {
    "check": "programme_files.commands",
    "schema": "programme_files.commands",
    "load": "programme_changes.commands",
    "list": "programme_changes.commands",
    "show": "programme_changes.commands",
    "end": "programme_changes.commands",
    "hand-over": "programme_handing.commands",
}

programmes = typer.Typer(cls=families(FAMILIES), no_args_is_help=True)


@programmes.callback()
def programme() -> None:
    """Coaching programmes and their files."""
