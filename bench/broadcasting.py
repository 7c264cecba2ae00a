"""Broadcasting: a message to very many people, by Sparri and by a loop in the turn, each a server of its own."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp

from bench.databases import Kind
from bench.load import Failed
from bench.replanning import TimedStore
from bench.servers import Server, serving
from bench.visiting import CONNECTOR_SECONDS, Course, opened, watch
from coaching.asks import AskKind, Element
from coaching.broadcasts import Audience, Broadcast, BroadcastState, key_of, queued, settled
from coaching.people import Language, Member, Role
from demo.activities import User
from demo.crowd import Crowd, Reached, aad_id
from demo.crowd_rows import settle
from scheduler.broadcasting import Broadcasting
from storage.bulk import Bulk
from storage.engine import Engine
from storage.store import Store, Unit

#: The form as the coach filled it in.
ENTRIES = {"what": "message", "text_fi": "Hiljainen viikko\nKokeile kuunnella.", "to": ["all"]}
PATIENCE_SECONDS = 900.0
LOOK_SECONDS = 0.05
LOOK_AT_MEMORY_SECONDS = 0.5
#: Who write meanwhile, one after the other.
OTHERS, WRITE_EVERY_SECONDS = 10, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How one broadcast went. Seconds count from the coach's press. grown_mib: the most over what was there before.

    slowest_turn_seconds: the longest that anybody else waited for an answer meanwhile; None where nobody wrote.
    """

    answer_seconds: float
    first_seconds: float
    per_minute: float
    grown_mib: float
    stall_seconds: float
    slowest_turn_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How the asks of one broadcast were written. longest_seconds: that one transaction held the writer."""

    seconds: float
    longest_seconds: float


async def sparri(course: Course, *, people: int, rate: float) -> Sending:
    """A broadcast by Sparri on SQLite, which cannot be undone. rate: visits a second. Raises Failed and NotServed."""
    async with Crowd(delay=CONNECTOR_SECONDS) as crowd:
        environment = {
            **crowd.environment(),
            "DATABASE_URL": course.databases.new(Kind.SQLITE),
            "KEYS_DATABASE_URL": course.databases.new(Kind.SQLITE),
            "BROADCAST_UNDO_SECONDS": "0",
            "RATE": str(rate),
        }
        coach = people + 1
        async with opened(environment) as (engine, keys):
            broadcast = await _ready(Store(engine, keys), engine, crowd, people=people)
        command = ["-m", "bench.unthrottled"]
        async with serving(command, environment, course.folder, course.cores, ready="/readyz") as server:
            data = {"sparri": {"v": 1, "verb": "send", "arg": str(broadcast.id)}}
            press = crowd.pressed(coach, "send", data, reply_to="1700000000001")
            others = asyncio.create_task(_others_write(crowd, server, range(coach + 1, coach + OTHERS + 1)))
            try:
                sending = await _measured(crowd, server, press, people=people)
            finally:
                others.cancel()
            return replace(sending, slowest_turn_seconds=max(await others))


async def written(course: Course, *, people: int) -> Writing:
    """The asks of a broadcast, written by nobody but this process on SQLite."""
    crowd = Crowd()
    environment = {
        **crowd.environment(),
        "DATABASE_URL": course.databases.new(Kind.SQLITE),
        "KEYS_DATABASE_URL": course.databases.new(Kind.SQLITE),
    }
    async with opened(environment) as (engine, keys):
        store = TimedStore(engine, keys)
        broadcast = await _ready(store, engine, crowd, people=people)
        async with store.transaction() as unit:
            element = await unit.programmes.add_element(notice(broadcast))
            to = await unit.audiences.invited(broadcast.programme_id, Audience(everybody=True), as_of=unit.now)
            ready = replace(broadcast, element_id=element.id, audience=settled(to))
            await unit.broadcasts.save(queued(ready, unit.now, undo=timedelta()))
        store.longest, begun = 0.0, time.perf_counter()
        await Broadcasting(store).go()
        return Writing(seconds=time.perf_counter() - begun, longest_seconds=store.longest)


async def looping(course: Course, *, people: int) -> Sending:
    """A broadcast by the loop in the turn. Raises Failed and NotServed."""
    async with Crowd(delay=CONNECTOR_SECONDS) as crowd:
        environment = {
            **crowd.environment(),
            "BOT_ID": crowd.bot_id,
            "SERVICE_URL": crowd.service_url,
            "PEOPLE": str(people),
        }
        async with serving(["-m", "bench.peers.proactive_loop"], environment, course.folder, course.cores) as server:
            coach = User(
                aad_id=aad_id(people + 1),
                user_id=f"29:{people + 1}",
                name="Pekka Pelto",
                email="",
                conversation_id=f"a:{people + 1}",
            )
            return await _measured(crowd, server, crowd.message(coach, "assign"), people=people)


def notice(broadcast: Broadcast) -> Element:
    """What the coach's form comes to."""
    return Element(
        id=0,
        programme_id=broadcast.programme_id,
        key=key_of(broadcast),
        kind=AskKind.NOTICE,
        title={Language.FI: "Hiljainen viikko"},
        intro={Language.FI: "Kokeile kuunnella."},
    )


async def _ready(store: Store, engine: Engine, crowd: Crowd, *, people: int) -> Broadcast:
    """So many people, then their coach, then others who are none of the coach's; and what the coach is about to send.

    Nobody has anything else to be told.
    """
    coach = people + 1
    element = await settle(engine, store.keys, crowd, people=coach + OTHERS)
    async with engine.begin() as connection:
        await Bulk(connection).next_visit(range(1, coach + OTHERS + 1), None)
    async with store.transaction() as unit:
        for number in range(coach + 1, coach + OTHERS + 1):
            part = Member(person_id=number, programme_id=element.programme_id, role=Role.MANAGER)
            await unit.people.save_part(part)
        return await _previewed(unit, coach, element.programme_id)


async def _previewed(unit: Unit, coach: int, programme_id: int) -> Broadcast:
    part = Member(person_id=coach, programme_id=programme_id, role=Role.COACH)
    await unit.people.save_part(part)
    card = await unit.cards.add(person_id=coach, ask_id=None)
    new = await unit.broadcasts.add(programme_id=programme_id, author_id=coach, card_id=card.id)
    broadcast = replace(new, state=BroadcastState.PREVIEWED, entries=ENTRIES)
    await unit.broadcasts.save(broadcast)
    return broadcast


async def _measured(crowd: Crowd, server: Server, activity: Mapping[str, Any], *, people: int) -> Sending:
    before = await watch(server)
    pressed_at = time.time()
    answer = asyncio.create_task(_post(crowd, server, activity))
    most, looked_at, stall = before["rss_mib"], 0.0, 0.0
    try:
        while not answer.done() or len(_to_people(crowd, people)) < people:
            if time.time() > pressed_at + PATIENCE_SECONDS:
                raise Failed(f"{len(_to_people(crowd, people))} of {people} people were reached")
            if answer.done():
                answer.result()
            if time.time() > looked_at + LOOK_AT_MEMORY_SECONDS:
                looked_at, seen = time.time(), await watch(server)
                most, stall = max(most, seen["rss_mib"]), max(stall, seen["stall_seconds"])
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        answer.cancel()
    reached = _to_people(crowd, people)
    if len(reached) != people or len({each.number for each in reached}) != people:
        raise Failed("somebody was reached twice")
    moments = sorted(each.at for each in reached)
    return Sending(
        answer_seconds=answer.result() - pressed_at,
        first_seconds=moments[0] - pressed_at,
        per_minute=60 * (len(moments) - 1) / (moments[-1] - moments[0]),
        grown_mib=most - before["rss_mib"],
        stall_seconds=stall,
    )


async def _others_write(crowd: Crowd, server: Server, numbers: range) -> list[float]:
    """How long each of them waited for an answer, one after the other, in seconds; until cancelled. Raises Failed."""
    waited: list[float] = []
    try:
        while True:
            begun = time.time()
            number = numbers[len(waited) % len(numbers)]
            waited.append(await _post(crowd, server, crowd.written(number, "help")) - begun)
            await asyncio.sleep(WRITE_EVERY_SECONDS)
    except asyncio.CancelledError:
        return waited


def _to_people(crowd: Crowd, people: int) -> list[Reached]:
    """What went to the people of the broadcast, and not to its coach."""
    return [each for each in crowd.reached if each.number <= people]


async def _post(crowd: Crowd, server: Server, activity: Mapping[str, Any]) -> float:
    """When the coach had an answer, in seconds since 1970; however long the turn takes. Raises Failed."""
    crowd.knows(activity["conversation"]["id"])
    headers = {"Authorization": f"Bearer {crowd.token()}"}
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
        session.post(f"{server.url}/api/messages", json=activity, headers=headers) as answer,
    ):
        said = await answer.text()
        if answer.status not in (200, 201, 202):
            raise Failed(f"the coach was answered {answer.status}: {said[:200]}")
        return time.time()
