"""The wiring: from settings to a running application, opened when the loop runs and closed in order."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import credential
from bot.calendar_files import CalendarFiles
from bot.config import Settings
from bot.conversation import Conversation
from bot.file_makers import MAKERS
from bot.links import SignedLinks
from bot.one_time_links import OneTimeFiles
from bot.outbox import Outbox
from bot.readiness import Readiness
from bot.schedule import Schedule
from bot.teams.adapter import SparriAdapter
from bot.teams.address import service_url_of
from bot.teams.endpoint import TYPING_AFTER_SECONDS, Endpoint
from bot.teams.guard import Guard
from bot.teams.keys import Keys
from bot.teams.outgoing import TIMEOUT_SECONDS, Connector, Wire, pooled_session
from bot.teams.tokens import tokens
from bot.visitor import Visitor
from coaching.people import Language
from dialogs import everyday, wording
from scheduler.claims import LEASE
from scheduler.gate import Gate
from scheduler.pump import Pump
from scheduler.rounds import Rounds
from scheduler.throttling import Throttling
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.schema import Part, check_current
from storage.store import Store, utc_now

_ENDPOINT: web.AppKey[Endpoint] = web.AppKey("endpoint", Endpoint)
_CALENDAR_FILES: web.AppKey[CalendarFiles] = web.AppKey("calendar_files", CalendarFiles)
_ONE_TIME_FILES: web.AppKey[OneTimeFiles] = web.AppKey("one_time_files", OneTimeFiles)
_READINESS: web.AppKey[Readiness] = web.AppKey("readiness", Readiness)
_SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)
#: All that the clock's ticks would do at this moment, done to its end: for a clock that is set instead of running.
TICK: web.AppKey[Callable[[], Awaitable[None]]] = web.AppKey("tick")


def build(
    settings: Settings,
    *,
    now: Callable[[], datetime] = utc_now,
    typing_after_seconds: float = TYPING_AFTER_SECONDS,
    lease: timedelta = LEASE,
    paces_conversations: bool = True,
) -> web.Application:
    """The application for checked settings (`bot.config.checked`); it opens everything when it starts.

    now: the clock that the store goes by. typing_after_seconds: a turn that takes longer shows that it is being worked
    on. lease: see `Rounds`; a call to Teams may take less than a third of it. paces_conversations: see `Pump`. Starting
    raises UnusableDatabase, OldSchema, MasterKeyMissing, or what the database's driver raises.
    """
    app = web.Application()
    app[_SETTINGS] = settings

    async def running(app: web.Application) -> AsyncIterator[None]:
        async with AsyncExitStack() as closing:
            await _open(
                app,
                settings,
                closing,
                now=now,
                typing_after_seconds=typing_after_seconds,
                lease=lease,
                paces_conversations=paces_conversations,
            )
            yield

    app.cleanup_ctx.append(running)
    app.router.add_route("*", "/api/messages", _messages)
    app.router.add_get(r"/calendar/{file:[\s\S]*}", _calendar)
    app.router.add_get(r"/files/{token:[\s\S]*}", _file_page)
    app.router.add_post(r"/files/{token:[\s\S]*}", _file)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz)
    app.router.add_get("/metrics", _metrics)
    return app


async def _open(
    app: web.Application,
    settings: Settings,
    closing: AsyncExitStack,
    *,
    now: Callable[[], datetime],
    typing_after_seconds: float,
    lease: timedelta,
    paces_conversations: bool,
) -> None:
    """Open everything, and leave with *closing* how to close it: the last opened first."""
    for language in Language:
        wording.keys(language)  # read here, and not by a turn that all others would wait for
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
    if not settings.development:
        keys.warm()
    wire = Wire(
        session,
        source,
        hosts=settings.service_url_hosts,
        development=settings.development,
        timeout_seconds=min(TIMEOUT_SECONDS, lease.total_seconds() / 4),
    )
    connector = Connector(wire)
    links = SignedLinks(settings.raw_master_keys(), public_url=settings.public_url)

    outbox = Outbox(store, connector, links=links)
    outbox.start()
    closing.push_async_callback(outbox.stop)
    visitor = Visitor(
        connector,
        bot_id=f"28:{settings.app_id}",
        service_url=service_url_of(settings.service_url_hosts[0]),
        links=links,
    )
    rate = settings.sends_per_second
    gate, throttling = Gate(rate=rate), Throttling(store)
    rounds = Rounds(store, visitor.deliver, rate=rate, lease=lease, gate=gate, throttling=throttling)
    pump = Pump(store, outbox, rate=rate, gate=gate, throttling=throttling, paces_conversations=paces_conversations)
    schedule = Schedule(store, rounds, pump, settings, lease=lease, tell=outbox.tell_of_erasing)
    await schedule.start(closing)
    app[TICK] = schedule.tick

    endpoint = Endpoint(
        guard=Guard(settings, keys),
        adapter=SparriAdapter(wire, app_id=settings.app_id, trouble=_trouble),
        conversation=Conversation(
            store, connector, links=links, undo=timedelta(seconds=settings.broadcast_undo_seconds)
        ),
        outbox=outbox,
        connector=connector,
        store=store,
        said=rounds.said,
        typing_after_seconds=typing_after_seconds,
    )
    closing.push_async_callback(endpoint.drain)

    async def check() -> None:
        await store.check()
        await store.keys.check()

    readiness = Readiness(check)
    closing.push_async_callback(readiness.close)
    app[_READINESS], app[_ENDPOINT], app[_CALENDAR_FILES] = readiness, endpoint, CalendarFiles(store, links)
    app[_ONE_TIME_FILES] = OneTimeFiles(store, MAKERS)


def _trouble(language: Language | None, incident: str) -> str:
    return everyday.trouble(language or Language.FI, id=incident).text


async def _messages(request: web.Request) -> web.Response:
    return await request.app[_ENDPOINT].messages(request)


async def _calendar(request: web.Request) -> web.Response:
    return await request.app[_CALENDAR_FILES].answer(request)


async def _file_page(request: web.Request) -> web.Response:
    return await request.app[_ONE_TIME_FILES].page(request)


async def _file(request: web.Request) -> web.Response:
    return await request.app[_ONE_TIME_FILES].fetch(request)


async def _healthz(_: web.Request) -> web.Response:
    return web.Response(text="ok")


async def _readyz(request: web.Request) -> web.Response:
    """Whether this replica can take turns: both its databases do. The schema was checked at the start.

    It says so too when the credential is about to end.
    """
    if await request.app[_READINESS].ready():
        warning = credential.warning(request.app[_SETTINGS], datetime.now(UTC).date())
        return web.Response(text=f"ready; {warning}" if warning else "ready")
    return web.Response(status=503, text="not ready")


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
