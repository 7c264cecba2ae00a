"""The demo's command: where it finds no npm it goes on without it, and where its port is taken it says so."""

import asyncio
import os
import signal
import site
import socket
import venv
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from demo.__main__ import PORT
from demo.npm import NoPackages, install
from tests.newcomer import answer

PROJECT = Path(__file__).parents[2]
WITHOUT_A_REGISTRY = "#!/bin/sh\necho 'npm error network request to the registry failed' >&2\nexit 1\n"


@dataclass
class Machine:
    """A Python of its own, into which nothing was fetched, and an npm that reaches no registry."""

    folder: Path
    said: list[str] = field(default_factory=list)

    async def begun(self, *arguments: str) -> Process:
        """`python -m demo`, begun."""
        return await asyncio.create_subprocess_exec(
            *(str(self.folder / "venv" / "bin" / "python"), "-m", "demo", *arguments),
            env={
                "PATH": str(self.folder / "bin"),
                "PYTHONPATH": os.pathsep.join([str(PROJECT), *site.getsitepackages()]),
            },
            cwd=PROJECT,
            stdout=PIPE,
            stderr=PIPE,
        )

    @asynccontextmanager
    async def page(self, *arguments: str) -> AsyncIterator[str]:
        """The page's address; it is ended by Ctrl-C, and all that was printed is in *said*."""
        process = await self.begun(*arguments)
        assert process.stdout is not None
        try:
            async with asyncio.timeout(180):
                while "Open http" not in (line := (await process.stdout.readline()).decode()):
                    assert line, "it ended"
                    self.said.append(line)
            yield line.partition("Open ")[2].split()[0]
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            _, complaints = await process.communicate()
            self.said.append(complaints.decode())
        assert (process.returncode, "Traceback" in self.said[-1]) == (0, False)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(WITHOUT_A_REGISTRY, encoding="ascii")
    npm.chmod(0o755)
    venv.create(tmp_path / "venv", symlinks=True)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what is ignored here is ignored there
    yield Machine(tmp_path)
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port at which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def test_where_npm_reaches_no_registry_the_page_says_so_and_takes_answers_on_cards_as_text(
    machine: Machine,
) -> None:
    async with machine.page("--port", "0") as url:
        async with aiohttp.ClientSession(url) as browser, browser.get("/state") as found:
            state = await found.json()
        await answer(url)

    assert "request to the registry failed" in state["as_text"]
    assert all(each["text"] for chat in state["chats"] for each in chat["entries"])
    assert "Cards will be shown as text." in machine.said[-1]


async def test_where_its_usual_port_is_taken_the_page_is_at_another(machine: Machine) -> None:
    with ExitStack() as stack:
        with suppress(OSError):  # whoever else listens there takes it as well
            stack.enter_context(socket.create_server(("127.0.0.1", PORT)))
        async with machine.page() as url, aiohttp.ClientSession(url) as browser, browser.get("/") as page:
            assert page.status == 200

    assert not url.endswith(f":{PORT}")


async def test_a_port_that_was_asked_for_and_is_taken_is_told_in_words(machine: Machine, taken: int) -> None:
    process = await machine.begun("--port", str(taken))
    _, complaints = await process.communicate()

    assert process.returncode == 1
    assert f"Port {taken} is taken." in complaints.decode()
    assert "Traceback" not in complaints.decode()


def test_the_reason_names_what_npm_said_and_nothing_is_left_half_done(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    with pytest.raises(NoPackages, match=r"npm ended with 1: npm error network request to the registry failed"):
        install(PROJECT / "demo" / "page" / "package.json", tmp_path / "packages")

    assert not (tmp_path / "packages" / "package.json").exists()
