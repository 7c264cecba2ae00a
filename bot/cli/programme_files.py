"""Programme files: checked, and described for editors. Needs neither a configuration nor a database."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.programme_checking import checked
from bot.programme_files import ProgrammeRefused
from bot.programme_schema import programme_schema

commands = typer.Typer()


@commands.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Programme files, in YAML.", show_default=False)],
) -> None:
    """Tell everything that is wrong with programme files, by line. Ends with 1 on errors; warnings alone are fine."""
    verdicts = [_is_fine(file) for file in files]
    if not all(verdicts):
        raise typer.Exit(1)


@commands.command()
def schema() -> None:
    """Print a JSON Schema of programme files, for editors that complete and check them."""
    typer.echo(json.dumps(programme_schema(), indent=2, ensure_ascii=False))


def _is_fine(file: Path) -> bool:
    """Whether the file can be loaded; what is wrong or doubtful is printed."""
    try:
        found = checked(file)
    except ProgrammeRefused as refusal:
        for fault in refusal.faults:
            typer.echo(fault.in_file(str(file)))
        return False
    for fault in found.warnings:
        typer.echo(fault.in_file(str(file)))
    programme = found.programme
    typer.echo(f"{file}: fine, {len(programme.sessions)} sessions, {len(programme.elements)} elements")
    return True
