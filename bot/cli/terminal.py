"""What a command shows beside its output: how far it is, and one message when it ends badly."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import Progress


def stop(message: str) -> typer.Exit:
    """To be raised: the command ends with 1, and the message is on standard error."""
    typer.echo(message, err=True)
    return typer.Exit(1)


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int | None], None]]:
    """Shows on a terminal how much is done and of how much; None where nobody knows."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(bar, completed=done, total=total)
