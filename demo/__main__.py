"""`python -m demo`: a page to try Sparri out on; with `--headless` a whole programme in simulated time."""

import asyncio
import sys
from contextlib import suppress
from typing import Annotated

import typer

from bot.loops import NEW_LOOP, look_less_for_garbage
from coaching.people import Language
from demo import programme, try_out

#: Where the page is, unless that is taken: then it is at any free port.
PORT = 3979


def main(
    headless: Annotated[
        bool, typer.Option("--headless", help="Play a whole programme, and print the account.")
    ] = False,
    language: Annotated[
        Language, typer.Option(help="The page's language, and that of your three chats.")
    ] = Language.EN,
    port: Annotated[
        int | None,
        typer.Option(
            help=f"Where the page is on loopback; 0 for any free port; {PORT}, or a free one, without it.",
            min=0,
            max=65535,
        ),
    ] = None,
) -> None:
    """Try Sparri out, without Teams."""
    look_less_for_garbage()
    with asyncio.Runner(loop_factory=NEW_LOOP) as runner:
        if headless:
            sys.exit(runner.run(programme.main()))
        with suppress(KeyboardInterrupt):
            try:
                runner.run(try_out.main(language=language, ports=(PORT, 0) if port is None else (port,)))
            except try_out.Taken:
                typer.echo(f"Port {port} is taken. Choose another one, or leave --port out.", err=True)
                sys.exit(1)


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
