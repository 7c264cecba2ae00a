"""The try-out page in a real browser: a programme begins, is answered and carried on, in three languages."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from coaching.people import Language
from demo.npm import install
from demo.panel import texts
from demo.try_out import PAGE
from dialogs.calls import parse
from dialogs.wording import t
from tests.demo.browsing import PATIENCE_SECONDS, Sitting, browser, browser_path, page_of_a_world, sitting

LOOKS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "dark"},
    {"forced_colors": "active"},
    {"contrast": "more"},
    {"viewport": {"width": 360, "height": 740}},
)
FOCUSED = "(({dataset, id, name}) => dataset.do || id || name)(document.activeElement)"
WORDS = {
    Language.FI: ("uusi tehtävä", "Perjantaina ei ole kokousta.", "tallessa"),
    Language.SV: ("ge en uppgift", "På fredag är det inget möte.", "sparat"),
    Language.EN: ("new assignment", "There is no meeting on Friday.", "saved"),
}


@pytest.fixture(autouse=True)
def _a_browser_is_here() -> None:
    if browser_path() is None:
        assert not os.environ.get("CI"), "a browser belongs to CI"
        pytest.skip("there is no Chromium on this machine")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with browser() as opened:
        yield opened


@pytest.fixture
def renderer(npm_packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    packages = install(PAGE / "package.json", tmp_path_factory.getbasetemp() / "page")
    return packages / "adaptivecards" / "dist" / "adaptivecards.min.js"


@pytest.fixture
def axe(npm_packages: Path) -> str:
    return (npm_packages / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def answer_the_form(here: Sitting, words: str) -> None:
    """Fill in the newest form of the participant's chat, by keyboard, and send it."""
    entry = "#chat-participant .entry:has(textarea)"
    for each in await here.page.query_selector_all(f"{entry} textarea"):
        await each.focus()
        await here.page.keyboard.type("I asked first.")
    await here.page.focus(f"{entry} button >> nth=0")
    await here.page.keyboard.press("Enter")
    await here.until(f"document.querySelector('#chat-participant .entries').innerText.includes('{words}')")
    assert await here.page.evaluate("document.activeElement.closest('#chat-participant') !== null")


async def press(here: Sitting, seat: str, title: str) -> None:
    """Press the newest button of that title in a chat, and wait until its card is another."""
    before = await here.words(seat)
    await here.page.locator(f"#chat-{seat} .card").get_by_role("button", name=title, exact=True).last.click()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await here.words(seat) == before:
            await here.drawn()


CUT_OFF = """[...document.querySelectorAll(".card button")].filter(button =>
    [button, ...button.querySelectorAll("*")].some(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth)
).map(button => button.innerText)"""
AT_ITS_NEWEST = """[...document.querySelectorAll(".entries")].every(
    entries => entries.scrollHeight - entries.scrollTop - entries.clientHeight < 2)"""


async def test_nothing_is_cut_off_and_whoever_opens_the_page_sees_what_came_last(
    chromium: Browser, tmp_path: Path, renderer: Path
) -> None:
    async with page_of_a_world(tmp_path, language=Language.EN, renderer=renderer) as url:
        async with sitting(chromium, url) as here:
            assert await here.page.evaluate(AT_ITS_NEWEST)
            await here.say("coach", "overview")
        async with sitting(chromium, url, viewport={"width": 360, "height": 740}) as here:
            assert await here.page.locator("#chat-coach .card button").count()
            assert await here.page.evaluate(CUT_OFF) == []
            assert await here.page.evaluate(AT_ITS_NEWEST)


@pytest.mark.parametrize("language", Language)
async def test_a_participant_answers_the_coach_broadcasts_and_time_goes_on(
    chromium: Browser, tmp_path: Path, renderer: Path, axe: str, language: Language
) -> None:
    assign, message, saved = WORDS[language]
    async with (
        page_of_a_world(tmp_path, language=language, renderer=renderer) as url,
        sitting(chromium, url) as here,
    ):
        page = here.page
        assert await page.get_attribute("html", "lang") == language
        assert await here.violations(axe) == []

        for _ in range(12):
            await here.move("next")
            if await page.query_selector("#chat-participant textarea"):
                break
        assert await here.violations(axe) == []
        await answer_the_form(here, saved)

        await here.say("coach", assign)
        await page.locator("#chat-coach select").first.select_option(index=1)
        for each in Language:
            label = t(language, f"broadcast.form.text_{each}.label")
            await page.locator("#chat-coach .card").get_by_label(label).first.fill(message)
        await page.locator("#chat-coach .card input[type=checkbox]").first.check()
        await press(here, "coach", t(language, "broadcast.preview"))
        assert await here.violations(axe) == []
        await press(here, "coach", t(language, "broadcast.send"))
        for _ in range(12):
            if message in await here.words("participant"):
                break
            await here.move("next")
        assert message in await here.words("participant")

        managers = await here.entries("manager")
        before = await page.inner_text("#now")
        await here.move("day")
        assert await page.inner_text("#now") != before
        while await here.entries("manager") == managers:
            await here.move("next")
        assert await page.query_selector_all("#past tbody tr")
        assert await page.query_selector_all("#dose tbody tr")
        assert await here.violations(axe) == []
        await page.screenshot(path=tmp_path / f"{language}.png")
        assert here.complaints == []


async def test_the_page_is_accessible_in_every_look(
    chromium: Browser, tmp_path: Path, renderer: Path, axe: str
) -> None:
    async with page_of_a_world(tmp_path, language=Language.EN, renderer=renderer) as url:
        async with sitting(chromium, url) as here:
            await here.move("next")
        for looks in LOOKS:
            async with sitting(chromium, url, **looks) as here:
                assert await here.violations(axe) == [], looks
                assert await here.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), looks


async def test_time_plays_until_it_is_stopped_and_everything_is_within_reach_of_the_keyboard(
    chromium: Browser, tmp_path: Path, renderer: Path
) -> None:
    async with (
        page_of_a_world(tmp_path, language=Language.EN, renderer=renderer) as url,
        sitting(chromium, url) as here,
    ):
        before, reached = await here.page.inner_text("#now"), set()
        await here.page.focus('[data-do="play"]')
        await here.page.keyboard.press("Enter")
        await here.until(f"state.moving && state.now !== {before!r}")
        await here.page.focus('[data-do="pause"]')
        await here.page.keyboard.press("Enter")
        await here.until("!state.moving")
        await here.drawn()
        for _ in range(80):
            await here.page.keyboard.press("Tab")
            reached.add(await here.page.evaluate(FOCUSED))

    assert {"next", "hour", "day", "play", "pause", "language", "text", "coming", "past"} <= reached


async def test_without_the_renderer_cards_are_text_and_nothing_else_is_lost(
    chromium: Browser, tmp_path: Path, axe: str
) -> None:
    reason = "there is no npm here."
    async with (
        page_of_a_world(tmp_path, language=Language.EN, renderer=None, reason=reason) as url,
        sitting(chromium, url) as here,
    ):
        assert reason in await here.page.inner_text("#as-text")
        assert t(Language.FI, "welcome.title") in await here.words("participant")
        await here.say("participant", "what is open")

        assert await here.violations(axe) == []
        assert here.complaints == []


@pytest.mark.parametrize("language", [Language.SV, Language.EN])
def test_the_page_has_the_same_words_in_every_language(language: Language) -> None:
    finnish, other = texts(Language.FI), texts(language)

    assert other.keys() == finnish.keys()
    for name, part in finnish.items():
        if isinstance(part, dict):
            assert other[name].keys() == part.keys()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["hints", "coach_hints", "manager_hints"])
def test_what_the_page_proposes_to_write_is_understood(language: Language, name: str) -> None:
    for wish in texts(language)[name].partition(":")[2].split(","):
        assert parse(wish) is not None, wish
