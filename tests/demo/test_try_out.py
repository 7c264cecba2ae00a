"""The try-out page's server: it is for this machine's own page, and says what was wrong with a wish."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from coaching.people import Language
from tests.demo.browsing import page_of_a_world


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with page_of_a_world(tmp_path, language=Language.EN, renderer=None, reason="none.") as address:
        yield address


async def test_what_is_wrong_is_told_and_changes_nothing(url: str) -> None:
    async with aiohttp.ClientSession(url) as session:
        for where, wish in (
            ("/say", {"seat": "owner", "text": "hello"}),
            ("/say", {"text": "hello"}),
            ("/press", {"seat": "coach", "at": "1", "data": 7}),
            ("/clock", {"do": "back"}),
            ("/language", {"language": "de"}),
            ("/clock", []),
        ):
            async with session.post(where, json=wish) as answer:
                assert (answer.status, list(await answer.json())) == (400, ["error"]), where
        async with session.post("/clock", data="not json", headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400
        async with session.get("/state?seen=") as answer:
            assert (await answer.json())["revision"] == 1


async def test_a_form_of_another_page_is_refused(url: str) -> None:
    async with aiohttp.ClientSession(url) as session, session.post("/clock", data={"do": "day"}) as answer:
        assert answer.status == 400


async def test_another_name_for_this_machine_is_refused(url: str) -> None:
    async with (
        aiohttp.ClientSession(url) as session,
        session.get("/state", headers={"Host": "elsewhere.example"}) as answer,
    ):
        assert answer.status == 421


async def test_nothing_of_the_page_comes_from_elsewhere(url: str) -> None:
    async with aiohttp.ClientSession(url) as session:
        for path in ("/", "/page.js", "/page.css", "/adaptivecards.js"):
            async with session.get(path) as answer:
                assert answer.status == 200
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
                assert "//" not in (await answer.text()).replace("// ", "")
