"""What a newcomer does: a bare clone, an empty home and the README's two commands. `make newcomer` does it here.

Nothing is taken over from this machine but where programs and packages come from. The page is answered as a browser
would answer it; whatever was started is ended as Ctrl-C ends it, and nothing may be left of it.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from demo.habits import inputs, presses

HOUSE = Path(__file__).parents[1]
#: Some of each room: pure, on both databases, and over HTTP.
SOME_TESTS = "tests/coaching/test_plans.py tests/storage/test_schema.py tests/bot/test_story.py"
#: What says where packages come from, and how this machine reaches them: in the environment, and in files of the home.
KEPT = ("PIP_", "NPM_CONFIG_", "SSL_CERT_", "NODE_EXTRA_CA_CERTS", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
KEPT_FILES = {
    "PIP_CONFIG_FILE": (".config/pip/pip.conf", ".pip/pip.conf"),
    "NPM_CONFIG_USERCONFIG": (".npmrc",),
}
#: A virtual environment is fetched and built in it, on a machine that may be busy.
PATIENCE_SECONDS = 900.0
#: So many times *next message* is pressed until there is something to answer.
MOST_MOVES = 20
SAID = "I listened first."


class Broken(Exception):
    """What a newcomer is told does not happen."""


def environment(home: Path) -> dict[str, str]:
    """What the commands get: an empty home, and the way to programs and packages."""
    there = {name: [Path.home() / each for each in files] for name, files in KEPT_FILES.items()}
    kept = {name: str(file) for name, files in there.items() for file in files if file.is_file()}
    kept |= {name: value for name, value in os.environ.items() if name.upper().startswith(KEPT)}
    own = str(Path(sys.prefix) / "bin")
    path = os.pathsep.join(folder for folder in os.environ["PATH"].split(os.pathsep) if folder != own)
    python = str(Path(sys.base_prefix, "bin", "python3"))  # one that is found by way of the home would be found no more
    return kept | {"HOME": str(home), "PATH": path, "LANG": "C.UTF-8", "PYTHON": python}


def main() -> None:
    """Both commands, one after the other; how long they took. Raises Broken."""
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # where it was ignored, what is started would ignore it too
    with tempfile.TemporaryDirectory(prefix="sparri-newcomer-") as folder:
        Path(folder).chmod(0o755)  # as folders of people are: PostgreSQL runs as somebody else where we are root
        home, clone = Path(folder, "home"), Path(folder, "clone")
        home.mkdir()
        settings = Path(folder, "gitconfig")
        settings.write_text("[safe]\n\tdirectory = *\n")  # also where somebody else's name is on the house
        git = os.environ | {"GIT_CONFIG_GLOBAL": str(settings)}
        subprocess.run(["git", "clone", "--quiet", str(HOUSE), str(clone)], check=True, env=git)
        asyncio.run(_both(clone, home))
        left = _written_beside(clone)
        if left:
            raise Broken(f"the clone has files that nobody asked for: {left}")


async def _both(clone: Path, home: Path) -> None:
    begun = time.monotonic()
    async with making(clone, home, "demo") as demo:
        url = await _page_of(demo)
        _say(f"make demo serves the page after {time.monotonic() - begun:.0f} s")
        await answer(url)
        _say("a participant answered on the page, and it is saved")
    await _gone(url)
    async with making(clone, home, "test", f"ARGS={SOME_TESTS}") as tests:
        lines = [line async for line in _lines(tests)]
        if await tests.wait() or not any(" passed" in line for line in lines[-3:]):
            raise Broken("make test failed")
    _say(f"make test runs; both commands took {time.monotonic() - begun:.0f} s")


@asynccontextmanager
async def making(clone: Path, home: Path, *arguments: str) -> AsyncIterator[Process]:
    """`make` in the clone, in a process group of its own, of which nothing is left afterwards. Raises Broken."""
    process = await asyncio.create_subprocess_exec(
        *("make", *arguments), cwd=clone, env=environment(home), stdout=PIPE, stderr=STDOUT, start_new_session=True
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            yield process
            _signal(process.pid, signal.SIGINT)
            await process.communicate()
            while _is_there(process.pid):  # noqa: ASYNC110 - a process group has no event for its end
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise Broken(f"make {arguments[0]} did not end within {PATIENCE_SECONDS:.0f} s") from None
    finally:
        _signal(process.pid, signal.SIGKILL)
        await process.communicate()


async def answer(url: str) -> None:
    """Answer the first question that comes to the participant's place, through the page. Raises Broken."""
    async with aiohttp.ClientSession(url) as browser:
        async with browser.get("/") as page, browser.get("/adaptivecards.js") as renderer:
            shown, drawn = await page.text(), await renderer.text()
        state = await _state(browser)
        if "<title>Sparri</title>" not in shown or not (drawn or state["as_text"]):
            raise Broken("the page shows no cards and does not say why")
        for _ in range(MOST_MOVES):
            at, card = _newest_form(state)
            if card is not None:
                break
            await _tell(browser, "/clock", {"do": "next"})
            state = await _state(browser)
            while state["moving"]:
                state = await _state(browser, seen=state["revision"])
        else:
            raise Broken("nothing came to answer")
        submit = next(data for data in presses(card) if data["sparri"]["verb"] == "submit")
        entries = {each["id"]: SAID for each in inputs(card)}
        await _tell(browser, "/press", {"seat": "participant", "at": at, "data": submit | entries})
        now = next(each["card"] for each in _entries(await _state(browser)) if each["id"] == at)
        if not now or inputs(now) or not any(data["sparri"]["verb"] == "edit" for data in presses(now)):
            raise Broken("the answer did not become a receipt")


def _newest_form(state: Mapping[str, Any]) -> tuple[str, Any]:
    """The newest card on which nothing but words is asked, and where it stands; ("", None) for none."""
    for each in reversed(_entries(state)):
        asked = inputs(each["card"]) if each["card"] else []
        if asked and all(one["type"] == "Input.Text" for one in asked):
            return each["id"], each["card"]
    return "", None


def _entries(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    return next(chat["entries"] for chat in state["chats"] if chat["seat"] == "participant")


async def _state(browser: aiohttp.ClientSession, *, seen: int = 0) -> dict[str, Any]:
    """All that the page shows, once it is another than the revision that was seen."""
    async with browser.get("/state", params={"seen": seen}) as found:
        state: dict[str, Any] = await found.json()
        return state


async def _tell(browser: aiohttp.ClientSession, where: str, wish: Mapping[str, Any]) -> None:
    async with browser.post(where, json=wish) as told:
        if told.status != 204:
            raise Broken(f"{where} was answered with {told.status}")


async def _page_of(demo: Process) -> str:
    """Where the page is, once it is there."""
    async for line in _lines(demo):
        if "Open http://" in line:
            return line.partition("Open ")[2].split()[0]
    raise Broken("make demo ended before its page was there")


async def _gone(url: str) -> None:
    """Nobody answers at the page's address any more. Raises Broken."""
    try:
        async with aiohttp.ClientSession(url) as browser, browser.get("/"):
            raise Broken("the page is still served after Ctrl-C")
    except aiohttp.ClientConnectionError:
        return


async def _lines(process: Process) -> AsyncIterator[str]:
    """What it prints, as it comes; printed here too."""
    assert process.stdout is not None
    async for line in process.stdout:
        text = line.decode(errors="replace").rstrip()
        _say(f"  {text}")
        yield text


def _written_beside(clone: Path) -> str:
    """What git sees in the clone that was not cloned; empty for nothing."""
    git = [shutil.which("git") or "git", "status", "--porcelain"]
    return " ".join(subprocess.run(git, cwd=clone, capture_output=True, text=True, check=True).stdout.split())


def _signal(group: int, number: signal.Signals) -> None:
    if _is_there(group):
        os.killpg(group, number)


def _is_there(group: int) -> bool:
    """Whether any process of the group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - it is run by hand and in CI, to be looked at


if __name__ == "__main__":
    try:
        main()
    except Broken as fault:
        sys.exit(f"broken: {fault}")
