"""Prepared statements: they say what SQLAlchemy says, of every type, with every error, however often they run."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Executable,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.prepared import Prepared, PreparedStatements
from storage.types import Json, UtcDateTime

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
)
ADD = insert(things).returning(things.c.id)
ALL = select(things).where(things.c.shown < bindparam("below_")).order_by(things.c.id)
SHOW = update(things).where(things.c.name == bindparam("name_")).values(shown=things.c.shown + 2)
THING = {
    "name": "ää",
    "at": datetime(2026, 11, 22, 8, 30, 0, 7, tzinfo=UTC),
    "on": date(2026, 11, 22),
    "yes": True,
    "sealed": b"\x00\xff",
    "words": {"fi": ["ö"]},
    "shown": 1,
}
NOTHING = dict.fromkeys(THING) | {"name": "empty", "shown": 2}


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        things.create(connection)
        yield connection
    engine.dispose()


def driver(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def prepare(connection: Connection, statement: Executable, parameters: dict[str, object]) -> Prepared:
    statements = PreparedStatements(connection.dialect)
    assert statements.get(statement, parameters) is None
    found = statements.get(statement, parameters)
    assert found is not None
    return found


def test_what_goes_in_comes_out_as_from_sqlalchemy(connection: Connection) -> None:
    add = prepare(connection, ADD, THING)

    ids = [add.run(driver(connection), row).scalar_one() for row in (THING, NOTHING)]

    read = prepare(connection, ALL, {"below_": 9}).run(driver(connection), {"below_": 9}).all()
    assert read == connection.execute(ALL, {"below_": 9}).all()
    assert [dict(row._mapping) for row in read] == [{"id": ids[0]} | THING, {"id": ids[1]} | NOTHING]
    assert [row.at for row in read] == [THING["at"], None]


def test_it_runs_for_several_rows(connection: Connection) -> None:
    plain = insert(things)
    prepare(connection, plain, THING).run_each(driver(connection), [THING, NOTHING])

    prepare(connection, SHOW, {"name_": "ää"}).run_each(driver(connection), [{"name_": "ää"}, {"name_": "empty"}])

    assert connection.execute(select(things.c.shown).order_by(things.c.id)).scalars().all() == [3, 4]


def test_what_must_be_there_once_only_is_sqlalchemys_error_and_shows_no_words(connection: Connection) -> None:
    add = prepare(connection, ADD, THING)
    add.run(driver(connection), THING)

    with pytest.raises(IntegrityError) as failed:
        add.run(driver(connection), THING)

    assert "ää" not in str(failed.value)


def test_a_parameter_that_is_missing_is_not_taken_for_none(connection: Connection) -> None:
    read = prepare(connection, ALL, {"below_": 9})

    with pytest.raises(KeyError):
        read.run(driver(connection), {})


def test_a_list_that_is_written_out_is_left_to_sqlalchemy(connection: Connection) -> None:
    statements = PreparedStatements(connection.dialect)
    among = select(things).where(things.c.id.in_(bindparam("ids_", expanding=True)))

    assert [statements.get(among, {"ids_": [1]}) for _ in range(3)] == [None, None, None]
