"""Keys: private text is readable with the person's key alone, and destroying the key reaches old backups."""

import sqlite3
from pathlib import Path

import pytest

from storage.engine import open_engine
from storage.keys import KeyLost, KeyRing, MasterKeyMissing, Unreadable
from storage.sealing import Cipher
from storage.store import Store
from tests.builders import MASTER_KEY, add_ask, add_element, add_person
from tests.conftest import Database
from tests.postgres import run_statement
from tests.storage.test_store import store_answer

OTHER_MASTER_KEY = b"another master key for the tests"
CANARY = "Kanarialintu laulaa vain minulle"


async def test_sealed_text_opens_only_in_its_own_place() -> None:
    cipher = Cipher.of(tenant="t", key_id="k", key=b"k" * 32)
    sealed = cipher.seal(CANARY, person_id=1, column="answers.sealed", row="1:1:next")

    assert cipher.unseal(sealed, person_id=1, column="answers.sealed", row="1:1:next") == CANARY
    assert CANARY.encode() not in sealed
    for person_id, column, row in (
        (2, "answers.sealed", "1:1:next"),
        (1, "drafts.sealed", "1:1:next"),
        (1, "answers.sealed", "1:2:next"),
    ):
        with pytest.raises(Unreadable):
            cipher.unseal(sealed, person_id=person_id, column=column, row=row)


async def test_a_person_keeps_one_key(store: Store) -> None:
    aino = await add_person(store)
    async with store.transaction() as unit:
        aino, first = await unit.cipher(aino)
    async with store.transaction() as unit:
        again = await unit.people.get(aino.id)
        assert again is not None
        _, second = await unit.cipher(again)

    assert first.key_id == second.key_id
    assert "key" not in repr(first).replace(first.key_id, "").lower()


async def test_an_erased_key_leaves_an_older_backup_unreadable(
    store: Store, database: Database, tmp_path: Path
) -> None:
    aino = await add_person(store)
    ask = await add_ask(store, aino, await add_element(store))
    async with store.transaction() as unit:
        await store_answer(unit, aino.id, ask.id, CANARY, once="press")
    async with store.transaction() as unit:
        before = await unit.people.get(aino.id)
    assert before is not None
    assert before.key_id is not None
    backup = await back_up(database, tmp_path)

    await store.keys.destroy(before.key_id, store.now())

    engine, keys_engine = open_engine(backup), open_engine(database.keys_url)
    restored = Store(engine, KeyRing(keys_engine, [MASTER_KEY]), clock=store.now)
    async with restored.transaction() as unit:
        person = await unit.people.get(aino.id)
        assert person == before
        person, cipher = await unit.cipher(before)
        assert person.key_id != before.key_id
        with pytest.raises(Unreadable):
            await unit.answers.read(cipher, person_id=person.id, ask_id=ask.id, version=1)
    await engine.dispose()
    await keys_engine.dispose()


async def back_up(database: Database, folder: Path) -> str:
    """A copy of the main database as it is now; its address."""
    if database.kind == "sqlite":
        source, copy = sqlite3.connect(database.url.removeprefix("sqlite:///")), folder / "backup.db"
        target = sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
        return f"sqlite:///{copy}"
    name = database.url.split("?")[0].rsplit("/", 1)[1]
    server = database.url.replace(f"/{name}?", "/postgres?")
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    await run_statement(server, ended)
    await run_statement(server, f"CREATE DATABASE {name}_backup TEMPLATE {name}")
    return database.url.replace(f"/{name}?", f"/{name}_backup?")


async def test_a_key_that_is_nowhere_is_an_alarm_and_not_a_new_key(store: Store) -> None:
    aino = await add_person(store, key_id="0" * 32)

    with pytest.raises(KeyLost):
        async with store.transaction() as unit:
            await unit.cipher(aino)


async def test_rotation_moves_every_key_to_the_first_master_key(store: Store, database: Database) -> None:
    people = [await add_person(store, email=f"{n}@ministry.example") for n in range(3)]
    sealed = []
    for someone in people:
        async with store.transaction() as unit:
            someone, cipher = await unit.cipher(someone)
            sealed.append((someone, cipher.seal(CANARY, person_id=someone.id, column="c", row=1)))

    keys = open_engine(database.keys_url)
    with pytest.raises(MasterKeyMissing):
        await KeyRing(keys, [OTHER_MASTER_KEY]).rotate()
    assert await KeyRing(keys, [OTHER_MASTER_KEY, MASTER_KEY]).rotate() == 3
    assert await KeyRing(keys, [OTHER_MASTER_KEY, MASTER_KEY]).rotate() == 0

    rotated = KeyRing(keys, [OTHER_MASTER_KEY])
    await rotated.check()
    for someone, text in sealed:
        cipher = await rotated.cipher(tenant=someone.tenant, key_id=someone.key_id, now=store.now())
        assert cipher.unseal(text, person_id=someone.id, column="c", row=1) == CANARY
    with pytest.raises(MasterKeyMissing):
        await KeyRing(keys, [MASTER_KEY]).check()
    await keys.dispose()
