"""The wiring: from settings to a running application, opened when the loop runs and closed in order."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.config import Settings
from bot.conversation import Conversation
from bot.outbox import Outbox
from bot.teams.adapter import SparriAdapter
from bot.teams.endpoint import Endpoint
from bot.teams.guard import Guard
from bot.teams.keys import Keys
from bot.teams.outgoing import Connector, Wire, pooled_session
from bot.teams.tokens import tokens
from coaching.people import Language
from dialogs import everyday
from scheduler.clock import Clock
from scheduler.pump import Pump
from scheduler.upkeep import forget_old_turns
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.schema import Part, check_current
from storage.store import Store, utc_now

TICK_SECONDS = 1.0
UPKEEP_SECONDS = 3600.0

_ENDPOINT: web.AppKey[Endpoint] = web.AppKey("endpoint", Endpoint)
_STORE: web.AppKey[Store] = web.AppKey("store", Store)

_log = structlog.get_logger(__name__)


def build(settings: Settings, *, now: Callable[[], datetime] = utc_now) -> web.Application:
    """The application for checked settings (`bot.config.checked`); it opens everything when it starts.

    now: the clock that the store goes by. Starting raises OldSchema, MasterKeyMissing, or what the database's driver
    raises.
    """
    app = web.Application()

    async def running(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as closing:
            await _open(app, settings, now, closing)
            yield

    app.cleanup_ctx.append(running)
    app.router.add_route("*", "/api/messages", _messages)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics)
    return app


async def _open(app: web.Application, settings: Settings, now: Callable[[], datetime], closing: AsyncExitStack) -> None:
    """Open everything, and leave with *closing* how to close it: the last opened first."""
    engine, keys_engine = open_engine(settings.database_url), open_engine(settings.keys_database_url)
    closing.push_async_callback(engine.dispose)
    closing.push_async_callback(keys_engine.dispose)
    await check_current(engine, Part.MAIN)
    await check_current(keys_engine, Part.KEYS)
    store = Store(engine, KeyRing(keys_engine, settings.raw_master_keys()), clock=now)
    await store.keys.check()

    session = pooled_session()
    closing.push_async_callback(session.close)
    source, keys = tokens(settings), Keys(session, settings.openid_metadata_url)
    closing.push_async_callback(source.close)
    closing.push_async_callback(keys.close)
    wire = Wire(session, source, hosts=settings.service_url_hosts, development=settings.development)
    connector = Connector(wire)

    outbox = Outbox(store, connector)
    outbox.start()
    closing.push_async_callback(outbox.stop)
    pump, ticking = Pump(store, outbox), Clock()
    closing.push_async_callback(pump.drain)
    ticking.every("deliver", pump.tick, seconds=TICK_SECONDS)
    ticking.every("upkeep", lambda: forget_old_turns(store), seconds=UPKEEP_SECONDS)
    ticking.start()
    closing.push_async_callback(ticking.stop)

    endpoint = Endpoint(
        guard=Guard(settings, keys),
        adapter=SparriAdapter(wire, app_id=settings.app_id, trouble=_trouble),
        conversation=Conversation(store, connector),
        outbox=outbox,
        connector=connector,
        store=store,
    )
    closing.push_async_callback(endpoint.drain)
    app[_STORE], app[_ENDPOINT] = store, endpoint


def _trouble(language: Language | None, incident: str) -> str:
    return everyday.trouble(language or Language.FI, id=incident).text


async def _messages(request: web.Request) -> web.Response:
    return await request.app[_ENDPOINT].messages(request)


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _readyz(request: web.Request) -> web.Response:
    """Whether this replica can take turns: its database and its keys answer. The schema was checked at the start."""
    store = request.app[_STORE]
    try:
        await store.check()
        await store.keys.check()
    except Exception as error:
        _log.error("not ready", error=type(error).__name__)
        return web.Response(status=503, text="not ready")
    return web.Response(text="ready")


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
