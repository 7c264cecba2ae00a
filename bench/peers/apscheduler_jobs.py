"""Reminders the way APScheduler's users make them: one date job a person in SQLAlchemyJobStore, each posts its own.

Three things flatter this peer. It drops no job that is more than a second late, as it would by default. The card it
posts is ready made. It writes nothing down: what was sent, and to whom, is lost with the process.
"""

import os
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bench.stalls import watched

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [
        {"type": "TextBlock", "text": "Istunto 1", "weight": "bolder"},
        *({"type": "Input.Text", "id": name, "isMultiline": True, "label": "Mitä jäi käteen?"} for name in "abc"),
    ],
    "actions": [{"type": "Action.Execute", "title": "Lähetä", "verb": "submit"}],
}
CONNECTIONS = 200

_session: dict[str, aiohttp.ClientSession] = {}


async def remind(number: int) -> None:
    """One person's reminder."""
    url = f"{os.environ['SERVICE_URL']}v3/conversations/a:{number}/activities"
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    headers = {"Authorization": "Bearer made-up"}
    activity = {"type": "message", "attachments": [attachment]}
    async with _session["shared"].post(url, json=activity, headers=headers) as answer:
        await answer.read()


def application() -> web.Application:
    """The server. POST /jobs: [[person's number, due in seconds since 1970], …], added before the clock runs."""
    scheduler = AsyncIOScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=os.environ["JOBS_URL"])},
        job_defaults={"misfire_grace_time": None},
        timezone=UTC,
    )

    async def running(_: web.Application) -> Any:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
        async with aiohttp.ClientSession(connector=connector) as _session["shared"]:
            scheduler.start(paused=True)
            yield
            scheduler.shutdown(wait=False)

    async def add(request: web.Request) -> web.Response:
        scheduler.pause()  # while it runs, each job that is added has it look at its store once more
        for number, due in await request.json():
            run_date = datetime.fromtimestamp(due, UTC)
            scheduler.add_job(remind, "date", run_date=run_date, args=[number], id=str(number))
        scheduler.resume()
        return web.Response()

    async def alive(_: web.Request) -> web.Response:
        return web.Response()

    served = web.Application(client_max_size=64 * 2**20)
    served.cleanup_ctx.append(running)
    served.router.add_post("/jobs", add)
    served.router.add_get("/healthz", alive)
    return served


if __name__ == "__main__":
    web.run_app(watched(application()), host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None)
