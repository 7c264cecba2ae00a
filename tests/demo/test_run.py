"""Trying it out: one command in an empty folder serves, says what to do next, and keeps what it made."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

PROJECT = Path(__file__).parents[2]


async def started(folder: Path, *arguments: str, **environment: str) -> Process:
    """`python -m demo.run` in *folder*, on a port of its own choice."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "demo.run", *arguments),
        cwd=folder,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT), "PORT": "0", **environment},
        stdout=PIPE,
        stderr=PIPE,
    )


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[str, list[str]]]:
    """The address at which it serves, and what it printed before; it is stopped at the end."""
    process = await started(folder)
    assert process.stdout is not None
    said = []
    async with asyncio.timeout(180):
        while not (line := (await process.stdout.readline()).decode()).startswith("{"):
            assert line, "it ended"
            said.append(line)
    try:
        yield f"http://127.0.0.1:{json.loads(line)['port']}", said
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0


async def test_one_command_in_an_empty_folder_serves_and_says_what_to_do_next(tmp_path: Path) -> None:
    async with serving(tmp_path) as (url, said), aiohttp.ClientSession() as session:
        async with session.get(f"{url}/readyz") as answer:
            assert answer.status == 200
        assert "/api/messages" in said[-1]
    key = (tmp_path / "sparri-development.key").read_bytes()

    async with serving(tmp_path):
        pass

    assert (tmp_path / "sparri-development.key").read_bytes() == key
    assert (tmp_path / "sparri-development.key").stat().st_mode & 0o077 == 0


async def test_its_arguments_are_those_of_the_command_line(tmp_path: Path) -> None:
    await (await started(tmp_path, "db", "upgrade")).communicate()

    process = await started(tmp_path, "people", "let-in", "K7QF-2M")

    _, said = await process.communicate()
    assert said.decode().startswith("Nobody is waiting with that code")
    assert process.returncode == 1


async def test_a_wrong_setting_is_told_in_words(tmp_path: Path) -> None:
    process = await started(tmp_path, HOST="0.0.0.0")

    _, said = await process.communicate()

    assert process.returncode == 1
    assert "HOST must be a loopback address" in said.decode()
    assert "Traceback" not in said.decode()
