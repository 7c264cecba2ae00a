"""SQLite where it is awaited: who is cancelled leaves nothing behind, and who writes meanwhile is waited for."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from storage.engine import DatabaseGone, Engine, check, open_engine

ADD = text("INSERT INTO things (name) VALUES (:name)")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "things.db"


@pytest.fixture
async def engine(file: Path) -> AsyncIterator[Engine]:
    opened = open_engine(f"sqlite:///{file}")
    async with opened.begin() as connection:
        await connection.execute(text("CREATE TABLE things (name TEXT)"))
    yield opened
    await opened.dispose()


async def names(engine: Engine) -> list[str]:
    async with engine.begin() as connection:
        return [row.name for row in await connection.execute(text("SELECT name FROM things ORDER BY rowid"))]


async def test_a_transaction_that_is_cancelled_is_rolled_back_and_the_next_one_begins(engine: Engine) -> None:
    written = asyncio.Event()

    async def never_ends() -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "half"})
            written.set()
            await asyncio.Event().wait()

    turn = asyncio.create_task(never_ends())
    await written.wait()
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn

    assert await names(engine) == []


async def test_a_commit_under_way_is_waited_for_however_often_it_is_cancelled(engine: Engine) -> None:
    leaving = asyncio.Event()

    async def writes() -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "whole"})
            leaving.set()

    turn = asyncio.create_task(writes())
    await leaving.wait()
    turn.cancel()
    await asyncio.sleep(0)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn

    assert await names(engine) == ["whole"]


async def test_who_waits_at_the_same_time_shares_one_way_to_the_disk(engine: Engine, file: Path) -> None:
    other = sqlite3.connect(file)
    seen: list[int] = []

    async def add(name: str) -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": name})
        seen.append(other.execute("SELECT count(*) FROM things").fetchone()[0])

    await asyncio.gather(*(add(str(number)) for number in range(20)))

    assert seen == [20] * 20
    other.close()


async def test_who_reads_what_another_has_just_written_goes_on_when_that_is_kept(engine: Engine, file: Path) -> None:
    other = sqlite3.connect(file)
    read: list[str] = []
    kept: list[int] = []

    async def add() -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "new"})

    async def look() -> None:
        read.extend(await names(engine))
        kept.append(other.execute("SELECT count(*) FROM things").fetchone()[0])

    await asyncio.gather(add(), look())

    assert (read, kept) == (["new"], [1])
    other.close()


async def test_who_only_reads_lets_others_have_their_turn(engine: Engine) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    for _ in range(20):
        await names(engine)
    beside.cancel()

    assert turns >= 20


async def test_who_fails_after_reading_leaves_the_place_to_the_next(engine: Engine) -> None:
    with pytest.raises(LookupError):
        async with engine.begin() as connection:
            await connection.execute(text("SELECT name FROM things"))
            raise LookupError

    assert await names(engine) == []


async def test_one_that_fails_among_others_undoes_its_own_part_alone(engine: Engine) -> None:
    async def add(name: str, *, fails: bool = False) -> None:
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": name})
            if fails:
                raise LookupError(name)

    ended = await asyncio.gather(
        add("first", fails=True), add("second"), add("third", fails=True), add("fourth"), return_exceptions=True
    )

    assert [type(each) for each in ended] == [LookupError, type(None), LookupError, type(None)]
    assert await names(engine) == ["second", "fourth"]


async def test_a_commit_that_fails_is_told_to_all_who_shared_it(engine: Engine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE wholes (id INTEGER PRIMARY KEY)"))
        await connection.execute(
            text("CREATE TABLE parts (whole INTEGER REFERENCES wholes (id) DEFERRABLE INITIALLY DEFERRED)")
        )

    async def add(statement: str) -> None:
        async with engine.begin() as connection:
            await connection.execute(text(statement))

    ended = await asyncio.gather(
        add("INSERT INTO things (name) VALUES ('neighbour')"),
        add("INSERT INTO parts (whole) VALUES (7)"),
        return_exceptions=True,
    )

    assert [type(each) for each in ended] == [IntegrityError, IntegrityError]
    assert await names(engine) == []


async def test_when_sqlite_undoes_everything_nobody_is_told_that_it_was_kept(engine: Engine) -> None:
    async def add(statement: str) -> None:
        async with engine.begin() as connection:
            await connection.execute(text(statement))

    ended = await asyncio.gather(
        add("INSERT INTO things (name) VALUES ('neighbour')"),
        add("INSERT OR ROLLBACK INTO things (rowid, name) VALUES (1, 'twice')"),
        add("INSERT INTO things (name) VALUES ('later')"),
        return_exceptions=True,
    )

    assert [isinstance(each, Exception) for each in ended] == [True, True, False]
    assert await names(engine) == ["later"]


async def test_one_who_waits_to_begin_can_be_cancelled(engine: Engine) -> None:
    async with engine.begin():
        waiting = asyncio.create_task(names(engine))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    assert await names(engine) == []


async def test_who_asks_first_begins_first(engine: Engine) -> None:
    async def add(name: str) -> None:
        async with engine.begin() as connection:
            await asyncio.sleep(0)
            await connection.execute(ADD, {"name": name})

    await asyncio.gather(*(add(str(number)) for number in range(20)))

    assert await names(engine) == [str(number) for number in range(20)]


async def test_another_process_that_writes_is_waited_for_without_holding_up_the_loop(
    engine: Engine, file: Path
) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO things (name) VALUES ('theirs')")

    waiting = asyncio.create_task(names(engine))
    await asyncio.sleep(0)
    assert not waiting.done()
    other.execute("COMMIT")

    assert await waiting == ["theirs"]
    other.close()


async def test_many_rows_are_written_too(engine: Engine) -> None:
    async with engine.begin() as connection:
        await connection.execute(ADD, [{"name": str(number)} for number in range(200)])

    assert len(await names(engine)) == 200


async def test_a_statement_that_fails_rolls_back_what_came_before_it(engine: Engine) -> None:
    with pytest.raises(Exception, match="no such table"):
        async with engine.begin() as connection:
            await connection.execute(ADD, {"name": "half"})
            await connection.execute(text("INSERT INTO no_things VALUES (1)"))

    assert await names(engine) == []


async def test_a_file_that_was_replaced_is_noticed(engine: Engine, file: Path) -> None:
    await check(engine)

    file.rename(file.with_name("moved.db"))  # noqa: ASYNC240

    with pytest.raises(DatabaseGone):
        await check(engine)
