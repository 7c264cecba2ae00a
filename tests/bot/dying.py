"""Processes that carry on erasures and die of SIGKILL in the middle, each just before it would commit one step further.

`python -m tests.bot.dying ORDER@STEP…`: each order is carried on by a process of its own, which dies in the transaction
of that number. Ends with the first that did not die. Prints the exit code of each.
"""

import asyncio
import os
import signal
import sys

from bot.cli.running import opened_store
from bot.config import read_settings
from scheduler.erasing import carry_on
from tests.mortal import Mortal


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _carried_on(erasure_id: int, last: int) -> None:
    async with opened_store(read_settings()) as store:
        await carry_on(Mortal(store, lives=last - 1, die=_killed), erasure_id)


def main(deaths: list[str]) -> None:
    """A process each: nothing that one of them knew is known to the next."""
    for death in deaths:
        erasure_id, last = map(int, death.split("@"))
        child = os.fork()
        if not child:
            asyncio.run(_carried_on(erasure_id, last))
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"ended {code}\n")
        sys.stdout.flush()
        if code != -signal.SIGKILL:
            return


if __name__ == "__main__":
    main(sys.argv[1:])
