"""`python -m demo`: a page to try Sparri out on; with `--headless` a whole programme in simulated time."""

import asyncio
import sys
from contextlib import suppress
from typing import Annotated

import typer

from bot.loops import NEW_LOOP
from coaching.people import Language
from demo import programme, try_out

#: Where the page is, unless that is taken.
PORT = 3979


def main(
    headless: Annotated[
        bool, typer.Option("--headless", help="Play a whole programme, and print the account.")
    ] = False,
    language: Annotated[
        Language, typer.Option(help="The page's language, and that of your three chats.")
    ] = Language.EN,
    port: Annotated[
        int, typer.Option(help="Where the page is on loopback; 0 for any free port.", min=0, max=65535)
    ] = PORT,
) -> None:
    """Try Sparri out, without Teams."""
    with asyncio.Runner(loop_factory=NEW_LOOP) as runner:
        if headless:
            sys.exit(runner.run(programme.main()))
        with suppress(KeyboardInterrupt):
            runner.run(try_out.main(language=language, port=port))


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    app()
