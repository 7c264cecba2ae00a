"""Backups: an older copy of the main database opens nothing of somebody who was erased, on both databases."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url, select

from bot.my_data import gathered
from coaching.people import Person
from scheduler.erasing import carry_on, erase_waiting
from scheduler.retention import retain
from storage.engine import open_engine
from storage.erasures import AskedBy
from storage.keys import KeyRing
from storage.own_data import UNREADABLE
from storage.store import Store
from storage.tables import data_keys
from tests.builders import MASTER_KEY, Clock
from tests.conftest import Database
from tests.postgres import run_statement
from tests.scheduler.test_erasing import ordered, with_answers


@asynccontextmanager
async def opened(url: str, keys_url: str) -> AsyncIterator[Store]:
    engine, keys_engine = open_engine(url), open_engine(keys_url)
    yield Store(engine, KeyRing(keys_engine, [MASTER_KEY]), clock=Clock())
    await engine.dispose()
    await keys_engine.dispose()


async def backed_up(database: Database, folder: Path) -> str:
    """A copy of the main database, which nobody has open; its address."""
    if database.kind == "sqlite":
        shutil.copy(database.url.removeprefix("sqlite:///"), folder / "backup.db")
        return f"sqlite:///{folder / 'backup.db'}"
    url = make_url(database.url)
    await run_statement(database.keys_url, f"CREATE DATABASE {url.database}_backup TEMPLATE {url.database}")
    return url.set(database=f"{url.database}_backup").render_as_string(hide_password=False)


async def words_of(store: Store, person: Person) -> list[object]:
    """What their export says that they answered."""
    async with store.transaction() as unit:
        known = await unit.people.by_email(person.tenant, person.email or "")
    assert known is not None
    return [row["value"] for row in (await gathered(store, known)).rows["answers"]]


async def test_an_older_backup_opens_nothing_of_somebody_who_was_erased(database: Database, tmp_path: Path) -> None:
    async with opened(database.url, database.keys_url) as store:
        aino = await with_answers(store, 2)
        bo = await with_answers(store, 1, email="bo@ministry.example", name="Bo Berg")
    backup = await backed_up(database, tmp_path)
    async with opened(backup, database.keys_url) as restored:
        assert await words_of(restored, aino) == ["Salaisuus", "Salaisuus"], "the backup is whole"

    async with opened(database.url, database.keys_url) as store:
        assert await carry_on(store, await ordered(store, aino))

    async with opened(backup, database.keys_url) as restored:
        assert await words_of(restored, aino) == [UNREADABLE, UNREADABLE]
        assert await words_of(restored, bo) == ["Salaisuus"]
    engine = open_engine(database.keys_url)
    async with engine.begin() as connection:
        keys = {row.key_id: row.wrapped for row in await connection.execute(select(data_keys))}
    await engine.dispose()
    assert aino.key_id is not None
    assert keys[aino.key_id] is None
    assert len([wrapped for wrapped in keys.values() if wrapped is not None]) == 1


async def test_whom_a_backup_brings_back_is_erased_again(database: Database, tmp_path: Path) -> None:
    async with opened(database.url, database.keys_url) as store:
        aino = await with_answers(store, 2)
        bo = await with_answers(store, 1, email="bo@ministry.example", name="Bo Berg")
    backup = await backed_up(database, tmp_path)
    async with opened(database.url, database.keys_url) as store:
        assert await carry_on(store, await ordered(store, aino))

    async with opened(backup, database.keys_url) as restored:
        assert await retain(restored) == 1
        assert await erase_waiting(restored) == 1
        assert await retain(restored) == 0

        async with restored.transaction() as unit:
            assert await unit.people.get(aino.id) is None
            assert await unit.people.get(bo.id) is not None
            order = await unit.erasures.newest_of(aino.tenant, aino.email or "")
    assert order is not None
    assert order.by is AskedBy.RESTORED
