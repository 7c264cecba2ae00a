"""The doctor: whether all is right for Sparri to work here, and what to do where it is not."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import log
from bot.checkup import Verdict, looked_over
from bot.cli.running import stop
from bot.config import Misconfigured, Settings, read_with_faults

commands = typer.Typer()
_MARKS = {Verdict.OK: "ok     ", Verdict.WARNING: "warning", Verdict.FAILED: "FAILED ", Verdict.SKIPPED: "skipped"}


@commands.command()
def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Leave out what needs the network.")] = False,
    programmes: Annotated[Path, typer.Option(help="The folder with your programme files.")] = Path("programmes"),
) -> None:
    """Check all that Sparri needs here, and say what to do. Ends with 1 if anything failed."""
    try:
        settings, faults = read_with_faults()
    except Misconfigured as fault:
        raise stop(str(fault)) from None
    log.silence()
    failed = asyncio.run(_told(settings, faults, offline=offline, programmes=programmes))
    typer.echo(f"{failed} to mend." if failed else "Nothing to mend.")
    raise typer.Exit(1 if failed else 0)


async def _told(settings: Settings, faults: list[str], *, offline: bool, programmes: Path) -> int:
    """Print each finding as it is made; how many failed."""
    failed = 0
    today = datetime.now(UTC).date()
    async for finding in looked_over(settings, faults, offline=offline, programmes=programmes, today=today):
        failed += finding.verdict is Verdict.FAILED
        typer.echo(f"{_MARKS[finding.verdict]}  {finding.what}: {finding.says}")
        if finding.do:
            typer.echo(f"         {finding.do}")
    return failed
