"""The pictures of the README, made from the try-out page: `python -m demo.pictures`.

It needs a Chromium, and the package `playwright` to work it; a fortnight of a programme in simulated time is seen.
"""

import asyncio
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from playwright.async_api import Page, async_playwright

from coaching.people import Language
from demo.npm import install
from demo.programme import FILE, ROSTER, Play, simulated
from demo.seats import Seats
from demo.try_out import PAGE, TryOut, served
from demo.world import only_errors, opened

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
NOW, UNTIL = datetime(2026, 9, 1, 6, tzinfo=UTC), datetime(2026, 9, 18, 9, tzinfo=UTC)
WIDTH, HEIGHT = 1280, 940
LANGUAGE = Language.EN


async def main() -> None:
    """Draw both pictures."""
    only_errors()
    renderer = (
        install(PAGE / "package.json", Path(sys.prefix) / "sparri-page") / "adaptivecards/dist/adaptivecards.min.js"
    )
    with tempfile.TemporaryDirectory(prefix="sparri-pictures-") as folder:
        async with opened(Path(folder), FILE, ROSTER, start=date(2026, 9, 1), now=NOW) as world:
            await world.meet()
            seats, play = Seats(world), Play(world=world, simulated=simulated(world, but=1))
            await seats.speak(LANGUAGE)
            await play.until(UNTIL)
            seats.catch_up()
            await seats.say(seats.of("coach"), "overview")
            await seats.say(seats.of("participant"), "why")
            async with served(TryOut(play, seats, language=LANGUAGE, renderer=renderer)) as url:
                await _draw(url)


async def _draw(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        await page.goto(url)
        await page.wait_for_selector("#past tbody tr")
        await _picture(page, "chats.png")
        await page.locator("#panel").scroll_into_view_if_needed()
        await page.locator("#panel").screenshot(path=FOLDER / "panel.png")
        await browser.close()


async def _picture(page: Page, name: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=FOLDER / name)


if __name__ == "__main__":
    asyncio.run(main())
