"""The servers under test: each a process of its own on the servers' core; the load and the stand-in have the other."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import aiohttp
import psutil

START_SECONDS = 20.0
STOP_SECONDS = 20.0
LOOK_SECONDS = 0.05  # between two looks at a server that is starting
PROJECT = Path(__file__).parent.parent


class NotServed(Exception):
    """A server did not start, or did not stay up; the message has its last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Which core is whose; None where this machine cannot keep them apart."""

    servers: int | None = None
    load: int | None = None

    @classmethod
    def apart(cls) -> "Cores":
        """The first two cores that we may use, with the load (this process) moved to the second."""
        if not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2:
            return cls()
        servers, load, *_ = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {load})
        return cls(servers=servers, load=load)

    def take_server(self, process_id: int) -> None:
        """Move a process that was started just now; the threads it makes later go with it."""
        if self.servers is not None:
            os.sched_setaffinity(process_id, {self.servers})


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running server. url has no trailing slash."""

    url: str
    process_id: int

    def cpu_seconds(self) -> float:
        """User and system time of all threads since the start; the kernel counts in steps of 10 ms."""
        times = psutil.Process(self.process_id).cpu_times()
        return float(times.user + times.system)

    def rss_mib(self) -> float:
        """Resident memory now."""
        return float(psutil.Process(self.process_id).memory_info().rss) / 2**20


@asynccontextmanager
async def serving(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, cores: Cores, *, ready: str = "/healthz"
) -> AsyncIterator[Server]:
    """`python COMMAND` in *folder*, from the moment that *ready* answers 200 until it has stopped. Raises NotServed.

    It sees PORT and *environment* and nothing else: no `.env` file and no variable of whoever runs the bench.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with TemporaryFile() as output:
        started = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            env={**_plain_environment(), **environment, "HOST": "127.0.0.1", "PORT": str(port)},
            cwd=folder,
            stdout=output,
            stderr=output,
        )
        cores.take_server(started.pid)
        try:
            await _until_ready(started, url + ready)
            yield Server(url=url, process_id=started.pid)
            if started.returncode is not None:
                raise NotServed(f"{' '.join(command)} ended on its way with {started.returncode}")
        except (NotServed, psutil.NoSuchProcess) as fault:
            output.seek(0)
            raise NotServed(f"{fault}\n{output.read().decode(errors='replace')[-2_000:]}") from None
        finally:
            await _stop(started)


async def milliseconds_to_import(module: str, cores: Cores) -> float:
    """How long a fresh Python takes to import *module*, without its own start. Raises NotServed."""
    line = f"import time; start = time.perf_counter(); import {module}; print(1e3 * (time.perf_counter() - start))"
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        line,
        env=_plain_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    cores.take_server(started.pid)
    output, errors = await started.communicate()
    if started.returncode:
        raise NotServed(f"{module} cannot be imported\n{errors.decode(errors='replace')[-2_000:]}")
    return float(output)


def _plain_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT)}


def _free_port() -> int:
    with socket.socket() as ours:
        ours.bind(("127.0.0.1", 0))
        return int(ours.getsockname()[1])


async def _until_ready(started: asyncio.subprocess.Process, url: str) -> None:
    deadline = asyncio.get_running_loop().time() + START_SECONDS
    async with aiohttp.ClientSession() as session:
        while asyncio.get_running_loop().time() < deadline:
            if started.returncode is not None:
                raise NotServed(f"it ended with {started.returncode} before it served")
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(LOOK_SECONDS)
    raise NotServed(f"{url} did not answer 200 within {START_SECONDS:.0f} s")


async def _stop(started: asyncio.subprocess.Process) -> None:
    if started.returncode is None:
        started.terminate()
    try:
        await asyncio.wait_for(started.wait(), STOP_SECONDS)
    except TimeoutError:
        started.kill()
        await started.wait()
