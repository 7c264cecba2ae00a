"""`python -m demo --headless`: a whole programme in simulated time, and an account of it."""

import asyncio
import sys
from typing import Annotated

import typer

from bot.loops import NEW_LOOP
from demo import programme


def main(
    headless: Annotated[bool, typer.Option("--headless", help="Play the whole programme, and print the account.")],
) -> None:
    """Try Sparri out, without Teams."""
    with asyncio.Runner(loop_factory=NEW_LOOP) as runner:
        sys.exit(runner.run(programme.main()))


if __name__ == "__main__":
    typer.run(main)
