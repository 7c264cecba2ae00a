"""One-time links over HTTP: looking uses nothing up, one press brings one file, and all else is told in words."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from yarl import URL

from bot.file_makers import MAKERS
from bot.files import File, NotTheirs, Order
from bot.one_time_links import OneTimeFiles
from coaching.people import Language
from dialogs.wording import t
from scheduler.upkeep import LINKS_KEPT, forget_old_links
from storage.one_time_links import LASTS, FileKind, new_token
from storage.store import Store
from storage.tables import one_time_links, people
from tests.bot.reading import rows_of
from tests.builders import Clock, add_person

KIND = FileKind.FOLLOW_UP_CSV
CONTENT = b"Salaisuus;1\r\n"


@dataclass(frozen=True, kw_only=True)
class Got:
    """An answer over HTTP."""

    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Desk:
    """Links in the language of their person, and makers that do as the test says."""

    store: Store
    url: str
    make: Callable[[Store, Order], Awaitable[File]]

    async def link(self, language: Language = Language.FI) -> str:
        """A fresh link; its token."""
        person = await add_person(self.store, email=f"{new_token()[:8].lower()}@ministry.example")
        token = new_token()
        async with self.store.transaction() as unit:
            await unit.one_time_links.add(
                token, person_id=person.id, kind=KIND, about={"programme": 7}, language=language
            )
        return token

    async def look(self, token: str, **headers: str) -> Got:
        return await self.ask("GET", token, **headers)

    async def press(self, token: str, **headers: str) -> Got:
        return await self.ask("POST", token, **headers)

    async def ask(self, method: str, token: str, **headers: str) -> Got:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        address = URL(f"{self.url}/files/{token}", encoded=True)
        async with aiohttp.ClientSession() as session, session.request(method, address, headers=sent) as answer:
            return Got(status=answer.status, headers=answer.headers, body=await answer.read())


async def plain(_store: Store, _order: Order) -> File:
    return File(name="sparri-follow-up.csv", media_type="text/csv; charset=utf-8", content=CONTENT)


@asynccontextmanager
async def served(*desks: OneTimeFiles) -> AsyncIterator[list[str]]:
    """Each as a server of its own, as replicas are; their addresses."""
    runners = []
    for desk in desks:
        app = web.Application()
        app.router.add_get(r"/files/{token:[\s\S]*}", desk.page)
        app.router.add_post(r"/files/{token:[\s\S]*}", desk.fetch)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        runners.append(runner)
    try:
        yield [f"http://127.0.0.1:{runner.addresses[0][1]}" for runner in runners]
    finally:
        for runner in runners:
            await runner.cleanup()


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """One server; `desk.make` may be exchanged."""
    made = Desk(store=store, url="", make=plain)

    async def make(store: Store, order: Order) -> File:
        return await made.make(store, order)

    async with served(OneTimeFiles(store, {KIND: make})) as (url,):
        made.url = url
        yield made


def is_private(got: Got) -> bool:
    """Kept by nobody, told to nobody, and without a script."""
    policy = got.headers["Content-Security-Policy"]
    return (
        got.headers["Cache-Control"] == "no-store"
        and got.headers["Referrer-Policy"] == "no-referrer"
        and got.headers["X-Content-Type-Options"] == "nosniff"
        and policy.startswith("default-src 'none'; style-src 'sha256-")
        and "script" not in policy
    )


@pytest.mark.parametrize("language", Language)
async def test_the_page_is_in_the_persons_language_with_one_button_and_no_script(
    desk: Desk, language: Language
) -> None:
    got = await desk.look(await desk.link(language))

    assert got.status == 200
    assert is_private(got)
    assert f'<html lang="{language}">' in got.text
    assert re.findall(r"<h1>(.*?)</h1>", got.text) == [t(language, "file.page.title")]
    assert re.findall(r'<button type="submit">(.*?)</button>', got.text) == [t(language, "file.fetch")]
    assert t(language, f"file.kind.{KIND}") in got.text
    assert "<script" not in got.text
    assert "http" not in got.text


async def test_looking_uses_nothing_up_however_often_and_however_it_is_done(desk: Desk) -> None:
    token = await desk.link()

    for _ in range(3):
        assert (await desk.look(token)).status == 200
    assert (await desk.look(token, Sec_Purpose="prefetch")).status == 200
    assert (await desk.ask("HEAD", token)).status == 200
    assert (await desk.ask("PUT", token)).status == 405

    assert (await desk.press(token)).body == CONTENT


async def test_a_press_brings_the_file_once(desk: Desk) -> None:
    token = await desk.link(Language.EN)

    first, second, look = await desk.press(token), await desk.press(token), await desk.look(token)

    assert (first.status, first.body) == (200, CONTENT)
    assert is_private(first)
    assert first.headers["Content-Disposition"] == 'attachment; filename="sparri-follow-up.csv"'
    assert first.headers["Content-Type"] == "text/csv; charset=utf-8"
    for again in (second, look):
        assert again.status == 410
        assert is_private(again)
        assert "This link has been used" in again.text
        assert "<button" not in again.text


async def test_of_two_presses_at_once_one_gets_the_file(store: Store) -> None:
    both = asyncio.Barrier(2)

    async def make(store: Store, order: Order) -> File:
        await both.wait()
        return await plain(store, order)

    makers = {KIND: make}
    async with served(OneTimeFiles(store, makers), OneTimeFiles(store, makers)) as urls:
        here, there = [Desk(store=store, url=url, make=make) for url in urls]
        token = await here.link()
        got = await asyncio.gather(here.press(token), there.press(token))

    assert sorted(each.status for each in got) == [200, 410]
    assert [each.body for each in got].count(CONTENT) == 1


async def test_a_link_is_good_for_an_hour(desk: Desk, clock: Clock) -> None:
    early, late = await desk.link(Language.SV), await desk.link(Language.SV)

    assert timedelta(hours=1) >= LASTS
    clock.now += LASTS - timedelta(seconds=1)
    assert (await desk.press(early)).status == 200
    clock.pass_by(seconds=1)
    for got in (await desk.look(late), await desk.press(late)):
        assert got.status == 410
        assert "Den här länken är för gammal" in got.text


async def test_a_link_that_ends_while_its_file_is_made_brings_none(desk: Desk, clock: Clock) -> None:
    async def slow(store: Store, order: Order) -> File:
        clock.now += LASTS
        return await plain(store, order)

    token, desk.make = await desk.link(), slow

    got = await desk.press(token)

    assert (got.status, CONTENT in got.body) == (410, False)


async def test_a_file_that_cannot_be_made_leaves_the_link_good_and_says_a_number(desk: Desk) -> None:
    async def broken(_store: Store, _order: Order) -> File:
        raise RuntimeError("Salaisuus")

    token, desk.make = await desk.link(), broken

    got = await desk.press(token)
    (row,) = await rows_of(desk, one_time_links)
    desk.make = plain
    again = await desk.press(token)

    assert got.status == 500
    assert f"numero: {row.id}." in got.text
    assert "Salaisuus" not in got.text
    assert again.body == CONTENT


async def test_what_is_not_theirs_any_more_is_said_and_not_given(desk: Desk) -> None:
    async def refusing(_store: Store, _order: Order) -> File:
        raise NotTheirs

    token, desk.make = await desk.link(), refusing

    got = await desk.press(token)

    assert got.status == 403
    assert "Et voi enää saada tätä tiedostoa" in got.text
    assert [row.used_at for row in await rows_of(desk, one_time_links)] == [None]


async def test_the_maker_is_told_for_whom_and_of_what(desk: Desk) -> None:
    orders = []

    async def noting(store: Store, order: Order) -> File:
        orders.append(order)
        return await plain(store, order)

    token, desk.make = await desk.link(Language.SV), noting
    await desk.press(token)

    (order,) = orders
    (row,) = await rows_of(desk, people)
    assert (order.person.id, order.about, order.language) == (row.id, {"programme": 7}, Language.SV)


async def test_a_page_from_elsewhere_presses_in_vain(desk: Desk) -> None:
    token = await desk.link()

    for site in ("cross-site", "same-site"):
        got = await desk.press(token, Sec_Fetch_Site=site)
        assert (got.status, got.body.count(b"<button")) == (403, 1)

    assert (await desk.press(token, Sec_Fetch_Site="same-origin")).body == CONTENT


async def test_the_page_repeats_no_host_that_it_was_asked_by(desk: Desk) -> None:
    got = await desk.look(await desk.link(), Host="evil.example", X_Forwarded_Host="evil.example")

    assert got.status == 200
    assert "evil" not in got.text
    assert '<form method="post">' in got.text


@pytest.mark.parametrize(
    "token", ["", "x", "../healthz", "%00", "%FF%FE", "%", "a/b/c", "%2e%2e%2f", "?x=1", "%C3%A9" * 43]
)
async def test_any_other_address_gets_a_sentence_in_each_language(desk: Desk, token: str) -> None:
    for got in (await desk.look(token), await desk.press(token)):
        assert got.status == 404
        assert got.text == "\n".join(t(language, "file.nobodys") for language in Language)
        assert is_private(got)


@settings(max_examples=40)
@given(token=st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True))
async def test_no_token_that_was_not_given_out_opens_anything(desk: Desk, token: str) -> None:
    escaped = quote(token, safe="", errors="surrogatepass")

    assert (await desk.look(escaped)).status == 404
    assert (await desk.press(escaped)).status == 404


@settings(max_examples=40)
@given(position=st.integers(0, 42), letter=st.sampled_from("ABCxyz019-_"))
async def test_a_changed_letter_makes_a_link_nobodys(desk: Desk, position: int, letter: str) -> None:
    token = await desk.link()
    changed = token[:position] + letter + token[position + 1 :]

    assert (await desk.look(changed)).status == (200 if changed == token else 404)


async def test_what_is_stored_opens_nothing(desk: Desk) -> None:
    token = await desk.link()

    (row,) = await rows_of(desk, one_time_links)

    assert token not in str(row)
    assert (await desk.look(row.digest)).status == 404


async def test_a_link_goes_with_its_person(desk: Desk) -> None:
    token = await desk.link()
    async with desk.store.transaction() as unit:
        await unit._connection.execute(delete(people))

    assert (await desk.press(token)).status == 404


async def test_links_that_are_over_are_forgotten_a_day_later(desk: Desk, clock: Clock) -> None:
    tokens = [await desk.link() for _ in range(3)]
    clock.pass_by(hours=1)
    fresh = await desk.link()

    clock.now += LINKS_KEPT + timedelta(seconds=1)

    assert await forget_old_links(desk.store) == 3
    assert [(await desk.look(token)).status for token in (*tokens, fresh)] == [404, 404, 404, 410]


@pytest.mark.parametrize("name", ["Aino Aalto.csv", "aino", "../x.csv", "a.csv\r\nX: y", "ä.csv", 'a".csv', "A.csv"])
def test_a_file_has_a_plain_name_that_names_nobody(name: str) -> None:
    with pytest.raises(ValueError, match="nobody's"):
        File(name=name, media_type="text/csv", content=b"")


@pytest.mark.parametrize("kind", FileKind)
def test_each_kind_of_file_has_its_maker_and_its_words(kind: FileKind) -> None:
    assert kind in MAKERS
    for language in Language:
        assert t(language, f"file.kind.{kind}")
        assert t(language, f"file.open.{kind}")
