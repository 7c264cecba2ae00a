"""Visiting: a wave of people, as Sparri reaches them and as APScheduler's jobs do, each a server of its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bench.databases import Databases, Kind
from bench.load import Failed
from bench.servers import Cores, NotServed, Server, serving
from bench.waves import Due, Wave, everybody_reached
from bot.config import Settings
from demo.crowd import Crowd
from demo.crowd_rows import open_ask, settle
from storage.bulk import Bulk
from storage.deliveries import DeliveryState
from storage.engine import Engine, open_engine
from storage.keys import KeyRing
from storage.schema import Part, upgrade
from storage.store import Store

LEAD_SECONDS = 3.0  # between the writing down of a wave and its beginning
SECONDS_A_STRETCH = 0.01
TRIAL_JOBS = 200
LATER = 4_000_000_000.0  # seconds since 1970; nobody waits for it
CONNECTOR_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Where waves are run."""

    databases: Databases
    folder: Path
    cores: Cores


async def sparri(course: Course, kind: Kind, due: Due, *, rate: float) -> Wave:
    """A wave by Sparri with a new database. rate: visits a second. Raises Failed and NotServed."""
    async with Crowd(delay=CONNECTOR_SECONDS) as crowd:
        environment = {
            **crowd.environment(),
            "DATABASE_URL": course.databases.new(kind),
            "KEYS_DATABASE_URL": course.databases.new(Kind.SQLITE),
            "RATE": str(rate),
        }
        async with opened(environment) as (engine, keys):
            element = await settle(engine, keys, crowd, people=len(due.after))
            command = ["-m", "bench.unthrottled"]
            async with serving(command, environment, course.folder, course.cores, ready="/readyz") as server:
                begins = time.time() + LEAD_SECONDS + len(due.stretches()) * SECONDS_A_STRETCH
                async with engine.begin() as connection:
                    for stretch, after in due.stretches():
                        at = datetime.fromtimestamp(begins + after, UTC)
                        await Bulk(connection).ask(stretch, open_ask(element, at))
                        await Bulk(connection).next_visit(stretch, at)
                wave = await _watched(crowd, server, due, begins=begins)
            await _check_ledger(Store(engine, keys), due)
    return wave


async def scheduled_jobs(course: Course, kind: Kind, due: Due) -> Wave:
    """A wave by APScheduler with a new job store. Raises Failed and NotServed."""
    async with Crowd(delay=CONNECTOR_SECONDS) as crowd:
        jobs_url = course.databases.new(kind).replace("postgresql:", "postgresql+psycopg:")
        environment = {"JOBS_URL": jobs_url, "SERVICE_URL": crowd.service_url}
        async with serving(["-m", "bench.peers.apscheduler_jobs"], environment, course.folder, course.cores) as server:
            started = time.time()
            await _post(server, {-number: LATER for number in range(1, TRIAL_JOBS + 1)})
            takes = (time.time() - started) / TRIAL_JOBS * len(due.after)
            begins = time.time() + 2 * takes + LEAD_SECONDS
            await _post(server, {number: begins + after for number, after in due.after.items()})
            return await _watched(crowd, server, due, begins=begins)


async def _watched(crowd: Crowd, server: Server, due: Due, *, begins: float) -> Wave:
    if time.time() > begins:
        raise Failed("the wave was not written down before it began")
    await asyncio.sleep(begins - 0.5 - time.time())
    before = await watch(server)
    if time.time() > begins:
        raise Failed("the server was busy when the wave began")
    await everybody_reached(crowd, due, begins=begins)
    seen = await watch(server)
    return Wave(
        lateness=sorted(each.at - begins - due.after[each.number] for each in crowd.reached),
        reached=sorted(each.at for each in crowd.reached),
        stall_seconds=seen["stall_seconds"],
        rss_mib=seen["rss_mib"],
        cpu_seconds=seen["cpu"] - before["cpu"],
    )


async def _check_ledger(store: Store, due: Due) -> None:
    async with store.transaction() as unit:
        sent = await unit.deliveries.listed(person_id=None, state=DeliveryState.SENT, limit=2 * len(due.after))
    if len(sent) != len(due.after):
        raise Failed(f"{len(due.after)} people were reached, and {len(sent)} visits are in the ledger as sent")


async def watch(server: Server) -> Mapping[str, float]:
    """How a server is: its longest stall since it was asked last, its memory, its CPU. Raises NotServed."""
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{server.url}/watch") as answer:
            seen: Mapping[str, float] = await answer.json()
    except aiohttp.ClientError as fault:
        raise NotServed(f"it cannot be asked how it is: {fault}") from None
    return seen


async def _post(server: Server, jobs: Mapping[int, float]) -> None:
    patience = aiohttp.ClientTimeout(total=None)
    async with (
        aiohttp.ClientSession(timeout=patience, raise_for_status=True) as session,
        session.post(f"{server.url}/jobs", json=list(jobs.items())),
    ):
        pass


@asynccontextmanager
async def opened(environment: Mapping[str, str]) -> AsyncIterator[tuple[Engine, KeyRing]]:
    """Both databases, at the newest schema."""
    settings = Settings.model_validate(dict(environment))
    main, keys = open_engine(settings.database_url), open_engine(settings.keys_database_url)
    try:
        await upgrade(main, Part.MAIN)
        await upgrade(keys, Part.KEYS)
        yield main, KeyRing(keys, settings.raw_master_keys())
    finally:
        await main.dispose()
        await keys.dispose()
