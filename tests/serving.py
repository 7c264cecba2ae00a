"""Sparri as a process of its own, to be stopped, killed and started again; and its command line."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import aiohttp

PROJECT = Path(__file__).parent.parent
START_SECONDS = 180.0
STOP_SECONDS = 120.0
LOOK_SECONDS = 0.05  # between two looks at a server that is starting


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A command that has ended: its exit code, and what it printed to standard output and to standard error."""

    code: int
    output: str
    errors: str


async def command(*arguments: str, environment: Mapping[str, str], folder: Path) -> Ended:
    """`python -m bot ARGUMENTS` in *folder*; it sees *environment* and none of this process's own."""
    return await ended(await begun("bot", *arguments, environment=environment, folder=folder))


async def begun(
    module: str, *arguments: str, environment: Mapping[str, str], folder: Path
) -> asyncio.subprocess.Process:
    """`python -m MODULE ARGUMENTS`, as `command`, under way."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        env=_plain(environment),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(started: asyncio.subprocess.Process) -> Ended:
    """Wait for what was begun."""
    output, errors = await asyncio.wait_for(started.communicate(), START_SECONDS)
    return Ended(code=started.returncode or 0, output=output.decode(), errors=errors.decode())


class Sparri:
    """`python -m bot serve`, while the context lasts; on the same port each time that it is started."""

    def __init__(
        self, environment: Mapping[str, str], folder: Path, *, command: Sequence[str] = ("-m", "bot", "serve")
    ) -> None:
        """folder: where it runs; its log goes there too. command: what Python is given."""
        self._command = command
        self._environment = {"HOST": "127.0.0.1", "PORT": str(_free_port()), **environment}
        self._folder = folder
        self._log = folder / "serve.log"
        self._process: asyncio.subprocess.Process | None = None
        self.url = f"http://127.0.0.1:{self._environment['PORT']}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            await self.kill()

    async def start(self, **changes: str) -> None:
        """Start, and wait until it is ready. changes: of its environment, from now on."""
        assert await self.comes_up(**changes), self.log()

    async def comes_up(self, **changes: str) -> bool:
        """Start, and wait until it is ready or has ended; whether it is ready."""
        self._environment |= changes
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command,
                env=_plain(self._environment),
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(START_SECONDS):
            while await self.status("/readyz") != 200:
                if self._process.returncode is not None:
                    return False
                await asyncio.sleep(LOOK_SECONDS)
        return True

    async def kill(self) -> None:
        """SIGKILL: it has no chance to do anything more."""
        await self._signal(signal.SIGKILL)

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self._signal(signal.SIGTERM)

    def freeze(self) -> None:
        """SIGSTOP: it stands still, and does not know it."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT: it goes on as if no time had passed."""
        self._send(signal.SIGCONT)

    async def status(self, path: str) -> int:
        """The status of a GET; 0 when nobody answers."""
        try:
            async with aiohttp.ClientSession() as session, session.get(self.url + path) as answer:
                return answer.status
        except aiohttp.ClientConnectionError:
            return 0

    async def get(self, path: str) -> str:
        """The text of a GET that ends well."""
        async with aiohttp.ClientSession(raise_for_status=True) as session, session.get(self.url + path) as answer:
            return await answer.text()

    def log(self) -> str:
        """All that it has written to standard output and standard error since its first start."""
        return self._log.read_text(encoding="utf-8")

    async def _signal(self, number: signal.Signals) -> int:
        self._send(number)
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), STOP_SECONDS)

    def _send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)


def _plain(environment: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT), **environment}


def _free_port() -> int:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        return int(ours.getsockname()[1])


async def eventually(holds: Callable[[], Awaitable[bool]], *, seconds: float = 60.0) -> None:
    """Looks again and again until something of another process holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            if await holds():
                return
            await asyncio.sleep(LOOK_SECONDS)
