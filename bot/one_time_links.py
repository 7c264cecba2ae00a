"""One-time links over HTTP: a page with one button, and the file that the button fetches.

Looking at the page uses nothing up, however often a scanner of links does it. The button does: the file is made then
and there, and the link is used up in the transaction after which it is sent. What fails before that leaves it good.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from markupsafe import Markup

from bot.files import File, Maker, NotTheirs, Order
from coaching.people import Language
from dialogs.wording import t
from storage.one_time_links import FileKind, OneTimeLink
from storage.store import Store

if TYPE_CHECKING:
    from jinja2 import Template

#: Files that are made at a time, for each is whole in memory; the others wait for their turn.
AT_ONCE = 2
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.125rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:36rem;padding:2rem 1rem}"
    "button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.5rem}"
)
_STYLE_DIGEST = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}
#: Where a browser says that a page which is not ours presses our button.
_FROM_ELSEWHERE = frozenset({"cross-site", "same-site"})

_log = structlog.get_logger(__name__)


class OneTimeFiles:
    """Answers the one-time links."""

    def __init__(self, store: Store, makers: Mapping[FileKind, Maker]) -> None:
        self._store = store
        self._makers = makers
        self._room = asyncio.Semaphore(AT_ONCE)

    async def page(self, request: web.Request) -> web.Response:
        """What the link is for, with its button; or that it is over. Uses nothing up."""
        link = await self._link(request)
        if link is None:
            return _nobodys()
        return self._offer(link) if link.is_good(self._store.now()) else _over(link)

    async def fetch(self, request: web.Request) -> web.Response:
        """The file, once. What cannot be made, or is not theirs any more, leaves the link as it was."""
        async with self._room:
            link = await self._link(request)
            if link is None:
                return _nobodys()
            if not link.is_good(self._store.now()):
                return _over(link)
            if request.headers.get("Sec-Fetch-Site") in _FROM_ELSEWHERE:
                return self._offer(link, status=403)
            try:
                file = await self._made(link)
            except NotTheirs:
                return _page(link.language, "file.refused", status=403)
            except Exception as error:
                _log.error("file not made", link=link.id, kind=link.kind, error=type(error).__name__)
                return _page(link.language, "file.failed", status=500, id=link.id)
            async with self._store.transaction() as unit:
                is_first = await unit.one_time_links.use(link.id)
            return _answer(file) if is_first else _over(link)

    async def _link(self, request: web.Request) -> OneTimeLink | None:
        token = request.match_info["token"]
        if _TOKEN.fullmatch(token) is None:
            return None
        async with self._store.transaction() as unit:
            return await unit.one_time_links.get(token)

    async def _made(self, link: OneTimeLink) -> File:
        async with self._store.transaction() as unit:
            person = await unit.people.get(link.person_id)
        if person is None:
            raise NotTheirs
        order = Order(person=person, about=link.about, language=link.language)
        return await self._makers[link.kind](self._store, order)

    @staticmethod
    def _offer(link: OneTimeLink, *, status: int = 200) -> web.Response:
        what = t(link.language, f"file.kind.{link.kind}")
        return _page(link.language, "file.page", what, status=status, button="file.fetch")


def _answer(file: File) -> web.Response:
    return web.Response(
        body=file.content,
        headers=_HEADERS
        | {"Content-Type": file.media_type, "Content-Disposition": f'attachment; filename="{file.name}"'},
    )


def _over(link: OneTimeLink) -> web.Response:
    return _page(link.language, "file.over" if link.used_at is None else "file.used", status=410)


def _nobodys() -> web.Response:
    """In each language, for nobody knows who asks."""
    sentences = "\n".join(t(language, "file.nobodys") for language in Language)
    return web.Response(status=404, text=sentences, headers=_HEADERS)


def _page(language: Language, section: str, *more: str, status: int, button: str = "", **gaps: object) -> web.Response:
    """The section's title and text as a page. more: paragraphs before its text."""
    drawn = _template().render(
        lang=language.value,
        style=Markup(_STYLE),
        title=t(language, f"{section}.title"),
        paragraphs=[*more, t(language, f"{section}.text", **gaps)],
        button=t(language, button) if button else "",
    )
    return web.Response(status=status, text=drawn, content_type="text/html", charset="utf-8", headers=_HEADERS)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined  # few ever need it, so it is no part of the start

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(files("bot").joinpath("one_time_page.html").read_text(encoding="utf-8"))
