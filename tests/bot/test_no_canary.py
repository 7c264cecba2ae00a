"""What people write, their names and addresses get into no log, metric or file name; their words into no file."""

import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import delete

from demo.teams import User
from storage.engine import open_engine
from storage.tables import data_keys, metadata
from tests.bot.conftest import Served
from tests.bot.reading import rows_of
from tests.builders import add_ask, add_element
from tests.conftest import Database

NAME = "Kanaria Keltainen"
TYPED = "kanarialintu lauloi aamulla"
SUBMITTED = "kanarialintu vaikeni illalla"
BROKEN = "kanarialintu putosi pesästä"
#: No letter that JSON, SQL or an address would write otherwise.
CANARIES = ["kanaria", "keltainen"]


def is_clean(text: str) -> bool:
    """Whether no canary sings in a text, however it is written."""
    return not any(canary in text.lower() for canary in CANARIES)


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def everything(served: Served, user: User) -> None:
    """A person types and submits, is answered, and Teams fails in every way meanwhile."""
    teams = served.teams
    await served.write(user, "auki")
    at, card = next(iter(teams.cards(user).items()))
    values: dict[str, Any] = card["actions"][0]["data"] | {"q1": SUBMITTED, "q2": SUBMITTED}
    for status in (503, 403, 404, 400, 401):
        teams.fail(status, body=f'{{"error": {{"code": "x", "message": "{NAME}: {TYPED}"}}}}')
        await served.post(teams.message(user, f"{TYPED} {status}"))
        teams.fail(status, method="PUT")
        await served.post(teams.submit(user, values | {"q1": f"{SUBMITTED} {status}"}, reply_to=at))
    await served.post(teams.execute(user, "submit", values, reply_to=at))
    await served.post(teams.execute(user, "submit", {"sparri": SUBMITTED}, reply_to=at))
    await served.post(teams.execute(user, SUBMITTED, values, reply_to=at))
    message = teams.message(user, TYPED)
    await served.post(message)
    await served.post(teams.edited(user, message["id"], f"{TYPED} taas"))
    await served.post(teams.message(user, TYPED, name=NAME, type="invoke", value={"x": TYPED}))


async def refused(served: Served, user: User) -> None:
    """Requests that the guard, the server or the SDK cannot read."""
    teams = served.teams
    await teams.post(served.url, teams.message(user, BROKEN), token="")
    await teams.post(served.url, teams.message(user, BROKEN), token=f"{NAME}.{BROKEN}.x".replace(" ", ""))
    await served.post(teams.message(user, BROKEN) | {"timestamp": BROKEN})
    await served.post(teams.message(user, BROKEN) | {"entities": [{"type": "mention", "mentioned": BROKEN}]})
    async with aiohttp.ClientSession() as session:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {teams.token()}"}
        await session.post(f"{served.url}/api/messages", data=f'{{"text": "{BROKEN}'.encode(), headers=headers)
        await session.get(f"{served.url}/{BROKEN}", headers={"X-Canary": NAME})


async def failing_turns(served: Served, database: Database, user: User) -> None:
    """Turns of ours that fail: the person's key is gone from the keys database."""
    await served.sparri.stop()
    engine = open_engine(database.keys_url)
    async with engine.begin() as connection:
        await connection.execute(delete(data_keys))
    await engine.dispose()
    await served.sparri.start()
    await served.write(user, TYPED)
    press = {"sparri": {"v": 1, "verb": "submit", "ask": 1, "card": 1, "revision": 1}, "q1": SUBMITTED}
    await served.post(served.teams.execute(user, "submit", press))


async def test_no_canary_sings(served: Served, database: Database, tmp_path: Path) -> None:
    user, person = await served.person(NAME)
    for number in (1, 2):
        element = await add_element(served.store, key=f"e{number}", questions=2, tenant=served.teams.tenant)
        await add_ask(served.store, person, element)

    await everything(served, user)
    await refused(served, user)
    metrics = await served.sparri.get("/metrics")
    kept = " ".join([str(await rows_of(served, table)) for table in metadata.sorted_tables])
    await failing_turns(served, database, user)
    metrics += await served.sparri.get("/metrics")
    await served.sparri.stop()

    log = served.sparri.log()
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"reply not delivered", "request refused", "turn failed"} <= {line["event"] for line in lines}
    assert is_clean(log)
    assert is_clean(metrics)
    assert is_clean(" ".join(files_in(tmp_path)))
    assert not any(text in kept for text in (TYPED, SUBMITTED, BROKEN))
    assert NAME in kept, "a name is kept, so that this test would see what it looks for"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_the_words_are_not_in_the_bytes_of_the_files(served: Served, tmp_path: Path) -> None:
    user, person = await served.person(NAME)
    await add_ask(served.store, person, await add_element(served.store, questions=2, tenant=served.teams.tenant))
    await everything(served, user)
    await served.sparri.kill()

    files = files_in(tmp_path)

    assert {"main.db", "main.db-wal", "keys.db"} <= set(files)
    assert NAME.encode() in files["main.db-wal"] + files["main.db"]
    for content in files.values():
        for text in (TYPED, SUBMITTED):
            assert text.encode() not in content
            assert text.encode("utf-16-le") not in content
