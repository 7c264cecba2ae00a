"""The try-out page in a real Chromium, for the tests: opened on a world, worked by hand, and looked over."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from coaching.people import Language
from demo.programme import FILE, ROSTER, Play, simulated
from demo.seats import Seats
from demo.try_out import TryOut, served
from demo.world import opened

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: A busy machine may take long, and nothing here is about speed.
PATIENCE_SECONDS, LOOK_SECONDS = 60.0, 0.05
START = date(2026, 9, 1)
NOW = datetime(2026, 8, 31, 6, tzinfo=UTC)
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def browser_path() -> str | None:
    """Where this machine's browser is; None where it has none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@dataclass
class Sitting:
    """The page, and what its browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    async def until(self, script: str) -> None:
        """Wait until a JavaScript expression is true."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self.page.evaluate(script):  # noqa: ASYNC110 - the browser has no event for it
                await asyncio.sleep(LOOK_SECONDS)

    async def move(self, what: str) -> None:
        """Press a button of the clock, and wait until time stands still again."""
        before = await self.page.evaluate("state.revision")
        await self.page.click(f'[data-do="{what}"]')
        await self.until(f"state.revision > {before} + 1 && !state.moving")

    async def say(self, seat: str, text: str) -> None:
        """Type into a chat, by keyboard alone, and wait for an answer."""
        before = await self.entries(seat)
        await self.page.focus(f"#chat-{seat} form input")
        await self.page.keyboard.type(text)
        await self.page.keyboard.press("Enter")
        await self.until(f"state.chats.find(chat => chat.seat === '{seat}').entries.length > {before + 1}")
        await self.drawn()

    async def drawn(self) -> None:
        """Wait until the page shows the newest that it was told."""
        await self.until("document.body.dataset.revision == state.revision")

    async def entries(self, seat: str) -> int:
        """How many messages a chat has."""
        return int(await self.page.evaluate(f"state.chats.find(chat => chat.seat === '{seat}').entries.length"))

    async def words(self, seat: str) -> str:
        """All that stands in a chat."""
        return await self.page.inner_text(f"#chat-{seat} .entries")

    async def violations(self, axe: str) -> list[str]:
        """What axe-core finds against WCAG 2.2 AA, a line each. axe: its source."""
        if not await self.page.evaluate("typeof window.axe !== 'undefined'"):
            await self.page.evaluate(axe)
        run = f"axe.run(document, {{runOnly: {{type: 'tag', values: {json.dumps(_WCAG)}}}}})"
        found: dict[str, Any] = await self.page.evaluate(run)
        return [
            f"{each['id']}: {each['help']} {[node['html'][:160] for node in each['nodes']][:3]}"
            for each in found["violations"]
        ]


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """This machine's browser, without a window."""
    async with async_playwright() as playwright:
        opened_browser = await playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        try:
            yield opened_browser
        finally:
            await opened_browser.close()


@asynccontextmanager
async def page_of_a_world(
    folder: Path, *, language: Language, renderer: Path | None, reason: str = ""
) -> AsyncIterator[str]:
    """The address of a page on a world of its own, in which nothing has begun yet."""
    async with opened(folder, FILE, ROSTER, start=START, now=NOW) as world:
        await world.meet()
        seats, play = Seats(world), Play(world=world, simulated=simulated(world, but=1))
        await seats.speak(language)
        async with served(TryOut(play, seats, language=language, renderer=renderer, reason=reason)) as url:
            yield url


@asynccontextmanager
async def sitting(browser: Browser, url: str, **looks: Any) -> AsyncIterator[Sitting]:
    """The page in the browser. looks: how the browser shows it."""
    context = await browser.new_context(**looks)
    found = Sitting(await context.new_page())
    found.page.set_default_timeout(PATIENCE_SECONDS * 1000)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
    await found.page.goto(url)
    await found.until("document.body.dataset.revision")
    try:
        yield found
    finally:
        await context.close()
