"""Prepared statements: they say what SQLAlchemy says, of every type, with every error, however often they run."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Executable,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError, StatementError

from storage.among import among
from storage.engine import Engine, open_engine
from storage.types import Json, UtcDateTime
from tests.conftest import Database

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, unique=True),
    Column("at", UtcDateTime),
    Column("on", Date),
    Column("yes", Boolean),
    Column("sealed", LargeBinary),
    Column("words", Json),
    Column("shown", Integer),
    Column("pace", Float),
)
ADD = insert(things).returning(things.c.id)
ALL = select(things).where(things.c.shown < bindparam("below_")).order_by(things.c.id)
BY_NAME = select(things).where(among(things.c.name, "names_")).order_by(things.c.id)
BY_NUMBER = select(things).where(among(things.c.id, "ids_")).order_by(things.c.id)
SHOW = update(things).where(things.c.name == bindparam("name_")).values(shown=things.c.shown + 2)
THING: dict[str, Any] = {
    "name": "ää",
    "at": datetime(2026, 11, 22, 8, 30, 0, 7, tzinfo=UTC),
    "on": date(2026, 11, 22),
    "yes": True,
    "sealed": b"\x00\xff",
    "words": {"fi": ["öljy"]},
    "shown": 1,
    "pace": 0.5,
}
NOTHING = dict.fromkeys(THING) | {"name": "empty", "shown": 2}


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[Engine]:
    opened = open_engine(database.url)
    async with opened.begin() as connection:
        await connection.run_sync(things.metadata.create_all)
    yield opened
    await opened.dispose()


async def run(engine: Engine, statement: Executable, parameters: Any = None) -> list[Any]:
    async with engine.begin() as connection:
        result = await connection.execute(statement, parameters)
        return [] if isinstance(parameters, list) else list(result)


async def test_what_goes_in_comes_out_the_same_however_often_a_statement_ran(engine: Engine) -> None:
    ids = [(await run(engine, ADD, row))[0].id for row in (THING, NOTHING)]

    reads = [await run(engine, ALL, {"below_": 9}) for _ in range(3)]

    assert reads[0] == reads[1] == reads[2]
    assert [dict(row._mapping) for row in reads[2]] == [{"id": ids[0]} | THING, {"id": ids[1]} | NOTHING]
    assert [row.at for row in reads[2]] == [THING["at"], None]


async def test_it_runs_for_several_rows(engine: Engine) -> None:
    for number in range(3):
        names = [f"{number} a", f"{number} b"]
        await run(engine, insert(things), [THING | {"name": name} for name in names])
        await run(engine, SHOW, [{"name_": name} for name in names])

    assert [row.shown for row in await run(engine, ALL, {"below_": 9})] == [3] * 6


async def test_what_must_be_there_once_only_is_an_error_that_shows_no_words(engine: Engine) -> None:
    await run(engine, ADD, THING)

    for _ in range(3):
        with pytest.raises(IntegrityError) as failed:
            await run(engine, ADD, THING)
        assert "öljy" not in str(failed.value)


async def test_a_parameter_that_is_missing_is_not_taken_for_none(engine: Engine) -> None:
    await run(engine, ALL, {"below_": 9})

    for _ in range(2):
        with pytest.raises((KeyError, StatementError)):
            await run(engine, ALL, {})


@pytest.mark.parametrize("many", [0, 1, 3])
async def test_a_list_of_any_length_is_looked_through(engine: Engine, many: int) -> None:
    rows = [THING | {"name": str(number)} for number in range(5)]
    for row in rows:
        await run(engine, ADD, row)

    by_name = [await run(engine, BY_NAME, {"names_": [str(n) for n in range(many)]}) for _ in range(3)]

    assert [[row.name for row in found] for found in by_name] == [[str(n) for n in range(many)]] * 3
    numbers = [row.id for row in by_name[0]]
    assert await run(engine, BY_NUMBER, {"ids_": numbers}) == by_name[0]
