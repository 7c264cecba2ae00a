"""Serving, as a command."""

import typer

from bot import log, serving
from bot.app import build
from bot.cli.running import run, settings_of
from bot.config import read_settings

commands = typer.Typer()


@commands.command()
def serve() -> None:
    """Answer Teams until stopped; a stop lets the turns under way finish."""
    settings = settings_of(read_settings)
    log.configure()
    run(serving.serve(build(settings), host=settings.host, port=settings.port))
