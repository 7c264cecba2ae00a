"""The endpoint that Teams calls: guard, turn, answer. The turn is committed before anything is said."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from aiohttp import web
from botbuilder.core import TurnContext
from prometheus_client import Counter, Histogram

from bot.conversation import Answered, Conversation
from bot.outbox import Outbox
from bot.teams.adapter import SparriAdapter, answer_invoke
from bot.teams.answers import answer, remaining
from bot.teams.guard import Guard, Refused
from bot.teams.incoming import Incoming, Kind, read
from bot.teams.outgoing import Connector, SendError, typing
from dialogs.reply import ChangedCard
from storage.store import Store

#: A turn that takes longer shows that it is being worked on.
TYPING_AFTER_SECONDS = 2.0

TURNS = Histogram("sparri_turn_seconds", "From a checked request to its answer", ["kind"])
REFUSALS = Counter("sparri_refused_requests", "Requests that the guard refused", ["reason"])

_log = structlog.get_logger(__name__)


class Endpoint:
    """POST /api/messages."""

    def __init__(
        self,
        *,
        guard: Guard,
        adapter: SparriAdapter,
        conversation: Conversation,
        outbox: Outbox,
        connector: Connector,
        store: Store,
        said: Callable[[str, int], None],
        typing_after_seconds: float = TYPING_AFTER_SECONDS,
    ) -> None:
        """said: told, by tenant, how many messages go out in reply, for what we start makes room for them."""
        self._said = said
        self._guard = guard
        self._adapter = adapter
        self._conversation = conversation
        self._outbox = outbox
        self._connector = connector
        self._store = store
        self._typing_after_seconds = typing_after_seconds
        self._afterwards: set[asyncio.Task[None]] = set()

    async def messages(self, request: web.Request) -> web.Response:
        """One request of Teams."""
        try:
            raw = await self._guard.check(request)
        except Refused as refused:
            REFUSALS.labels(reason=refused.reason.value).inc()
            _log.info("request refused", reason=refused.reason.value, status=refused.status)
            return refused.response()
        return await self._adapter.turn(raw, lambda context: self._turn(context, raw))

    async def drain(self) -> None:
        """Wait for what is still being sent after its turn was answered."""
        while self._afterwards:
            await asyncio.wait(self._afterwards)

    async def _turn(self, context: TurnContext, raw: dict[str, Any]) -> None:
        incoming = read(context.activity, raw, now=self._store.now())
        began = time.perf_counter()
        with self._typing(incoming):
            answered = await self._conversation.hear(incoming)
        if answered.reply.parts and not answered.said_before:
            self._said(incoming.contact.tenant, len(answered.reply.parts))
        if not incoming.invoke:
            await self._say(answered)
        TURNS.labels(kind=incoming.kind.value).observe(time.perf_counter() - began)
        if incoming.invoke and incoming.kind is not Kind.IGNORED:
            answer_invoke(context, answer(answered.reply, incoming))
            self._later(self._say_the_rest(answered))

    async def _say(self, answered: Answered) -> None:
        if answered.said_before:
            return
        await self._outbox.say(
            answered.address, answered.reply.parts, language=answered.language, turn_id=answered.turn_id
        )

    async def _say_the_rest(self, answered: Answered) -> None:
        """What an invoke's answer did not carry; and the changed card, for it changes only where it was pressed."""
        if answered.said_before:
            return
        parts = [*remaining(answered.reply)]
        parts += [part for part in answered.reply.parts if isinstance(part, ChangedCard) and part not in parts]
        await self._outbox.say(answered.address, parts, language=answered.language, turn_id=answered.turn_id)

    def _later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._afterwards.add(task)
        task.add_done_callback(self._afterwards.discard)

    @contextmanager
    def _typing(self, incoming: Incoming) -> Iterator[None]:
        """Shows that the turn is being worked on, if it takes long. An invoke shows that by itself."""
        if incoming.invoke or incoming.kind is Kind.IGNORED:
            yield
            return
        loop = asyncio.get_running_loop()
        timer = loop.call_later(self._typing_after_seconds, lambda: self._later(self._show_typing(incoming)))
        try:
            yield
        finally:
            timer.cancel()

    async def _show_typing(self, incoming: Incoming) -> None:
        try:
            await self._connector.send(incoming.contact.address, typing())
        except SendError as error:
            _log.info("typing not shown", error=type(error).__name__)
