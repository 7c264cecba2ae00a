"""Many rows at once: the same comes of it as of one after the other, in the same order, with the same errors."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Executable,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.all_at_once import all_at_once
from storage.engine import Engine, open_engine
from storage.types import Json, UtcDateTime
from tests.conftest import Database

things = Table(
    "many_things",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("name", String(8), unique=True),
    Column("at", UtcDateTime),
    Column("sealed", LargeBinary),
    Column("shown", Integer),
    Column("words", Json),
)
ADD = insert(things).returning(things.c.id, sort_by_parameter_order=True)
ADD_SILENTLY = insert(things)
ADD_SHOWN = insert(things).values(shown=7, sealed=b"\x01")
SAVE = update(things).where(things.c.name == bindparam("name_"))
SHOW = (
    update(things)
    .where(things.c.name == bindparam("name_"), things.c.shown == 0)
    .values(shown=1, sealed=func.coalesce(bindparam("sealed_", type_=LargeBinary()), things.c.sealed))
)
ALL = select(things.c.id, things.c.name, things.c.at, things.c.sealed, things.c.shown).order_by(things.c.id)
AT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[Engine]:
    opened = open_engine(database.url)
    async with opened.begin() as connection:
        await connection.run_sync(things.metadata.create_all)
    yield opened
    await opened.dispose()


async def run(engine: Engine, statement: Executable, rows: list[dict[str, Any]]) -> None:
    """Several times as nothing, so that it is known, and once."""
    for _ in range(2):
        with pytest.raises(LookupError):
            async with engine.begin() as connection:
                await connection.execute(statement, rows)
                raise LookupError
    async with engine.begin() as connection:
        await connection.execute(statement, rows)


async def everything(engine: Engine) -> list[dict[str, Any]]:
    async with engine.begin() as connection:
        return [dict(row._mapping) for row in await connection.execute(ALL)]


def thing(name: str, **given: Any) -> dict[str, Any]:
    return {"name": name, "at": AT, "sealed": b"\x00", "shown": 0} | given


async def test_new_rows_are_there_as_they_were_given_and_nothing_is_nothing(engine: Engine) -> None:
    rows = [thing("ää", at=None), thing("b", sealed=None, shown=None), thing("c", at=AT + timedelta(microseconds=1))]

    await run(engine, ADD_SILENTLY, rows)

    found = await everything(engine)
    assert [{name: row[name] for name in thing("")} for row in found] == rows


async def test_what_the_statement_says_itself_is_the_same_in_all_new_rows(engine: Engine) -> None:
    await run(engine, ADD_SHOWN, [{"name": "b", "at": AT}, {"name": "a", "at": None}])

    found = [(row["name"], row["at"], row["shown"], row["sealed"]) for row in await everything(engine)]
    assert found == [("b", AT, 7, b"\x01"), ("a", None, 7, b"\x01")]


async def test_the_numbers_of_new_rows_come_in_the_order_in_which_the_rows_were_given(engine: Engine) -> None:
    names = [str(number * 7919 % 100) for number in range(100)]

    for part in (names[:40], names[40:]):
        async with engine.begin() as connection:
            numbers = [row.id for row in await connection.execute(ADD, [thing(name) for name in part])]
        there = {row["id"]: row["name"] for row in await everything(engine)}
        assert [there[number] for number in numbers] == part


async def test_each_row_gets_what_was_meant_for_it(engine: Engine) -> None:
    await run(engine, ADD_SILENTLY, [thing(name) for name in "abcd"])

    await run(engine, SAVE, [{"name_": "c", "shown": 3, "at": None}, {"name_": "a", "shown": 1, "at": AT}])
    await run(engine, SHOW, [{"name_": "a", "sealed_": b"a"}, {"name_": "b", "sealed_": None}])

    found = {row["name"]: (row["at"], row["shown"], row["sealed"]) for row in await everything(engine)}
    assert found == {"a": (AT, 1, b"\x00"), "b": (AT, 1, b"\x00"), "c": (None, 3, b"\x00"), "d": (AT, 0, b"\x00")}


async def test_of_two_changes_of_one_row_the_last_one_stays(engine: Engine) -> None:
    await run(engine, ADD_SILENTLY, [thing("a"), thing("b")])

    await run(engine, SAVE, [{"name_": "a", "shown": 1}, {"name_": "b", "shown": 5}, {"name_": "a", "shown": 2}])

    assert [row["shown"] for row in await everything(engine)] == [2, 5]


async def test_one_row_that_must_not_be_there_twice_keeps_all_of_them_out(engine: Engine) -> None:
    await run(engine, ADD_SILENTLY, [thing("a"), thing("b")])

    with pytest.raises(IntegrityError):
        await run(engine, ADD_SILENTLY, [thing("c"), thing("a")])

    assert [row["name"] for row in await everything(engine)] == ["a", "b"]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_a_text_that_is_too_long_is_refused_and_never_cut_short(engine: Engine) -> None:
    await run(engine, ADD_SILENTLY, [thing("a"), thing("b")])

    with pytest.raises(DBAPIError):
        await run(engine, ADD_SILENTLY, [thing("c"), thing("ninechars")])

    assert [row["name"] for row in await everything(engine)] == ["a", "b"]


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        pytest.param(SAVE.returning(things.c.id), ["name_", "shown"], id="a change that tells something"),
        pytest.param(update(things), ["shown"], id="a change of everything"),
        pytest.param(ADD_SILENTLY, ["name", "words"], id="JSON"),
        pytest.param(insert(things).returning(things.c.name), ["name"], id="what comes back is no number"),
        pytest.param(
            insert(things).values(shown=bindparam("shown_")), ["name", "shown_"], id="a value by another name"
        ),
        pytest.param(insert(things).values(shown=1), ["name", "shown"], id="one value given twice"),
    ],
)
def test_what_would_not_be_the_same_is_left_as_it_is(statement: Any, names: list[str]) -> None:
    dialect: Dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
    compiled = statement.compile(dialect=dialect, column_keys=names)

    assert all_at_once(statement, compiled, names) is None
