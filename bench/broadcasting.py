"""Broadcasting: a message to very many people, by Sparri and by a loop in the turn, each a server of its own."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from bench.databases import Kind
from bench.load import Failed
from bench.servers import Server, serving
from bench.visiting import CONNECTOR_SECONDS, Course, opened, watch
from coaching.broadcasts import Broadcast, BroadcastState
from coaching.people import Member, Role
from demo.activities import User
from demo.crowd import Crowd, Reached, aad_id
from demo.crowd_rows import settle
from storage.bulk import Bulk
from storage.store import Store, Unit

#: The form as the coach filled it in.
ENTRIES = {"what": "message", "text_fi": "Hiljainen viikko\nKokeile kuunnella.", "to": ["all"]}
PATIENCE_SECONDS = 900.0
LOOK_SECONDS = 0.05
LOOK_AT_MEMORY_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """How one broadcast went. Seconds count from the coach's press. grown_mib: the most over what was there before."""

    answer_seconds: float
    first_seconds: float
    per_minute: float
    grown_mib: float
    stall_seconds: float


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
            element = await settle(engine, keys, crowd, people=coach)
            async with engine.begin() as connection:
                await Bulk(connection).next_visit(range(1, coach + 1), None)
            async with Store(engine, keys).transaction() as unit:
                broadcast = await _previewed(unit, coach, element.programme_id)
        command = ["-m", "bench.unthrottled"]
        async with serving(command, environment, course.folder, course.cores, ready="/readyz") as server:
            data = {"sparri": {"v": 1, "verb": "send", "arg": str(broadcast.id)}}
            press = crowd.pressed(coach, "send", data, reply_to="1700000000001")
            return await _measured(crowd, server, press, people=people)


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
