"""Who is behind their programme is found through the index: nobody else is read, however many there are."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from storage import memberships, near_asks
from storage.schema import Part
from storage.store import Store
from storage.tables import members, people
from tests.builders import TENANT, Clock
from tests.coaching.half_days import half_days
from tests.conftest import Database
from tests.storage.plans import plan_of

CROWD = 5_000
STATEMENTS = {
    "programmes of which somebody is behind": memberships._PROGRAMMES_BEHIND,
    "who is behind": memberships._BEHIND,
}


async def crowd(store: Store, clock: Clock, *, placed: int) -> int:
    """Very many members of a programme, whose first revision is loaded."""
    async with store.transaction() as unit:
        loaded = await unit.revisions.add(await unit.revisions.first(TENANT, half_days()), half_days())
        person: dict[str, Any] = {
            "tenant": TENANT,
            "name": "",
            "language": "fi",
            "language_chosen": True,
            "timezone": "Europe/Helsinki",
            "unit": "",
            "installed": True,
            "country": "FI",
            "unanswered": 0,
            "told_of_stop": False,
            "created_at": clock.now,
        }
        numbers = range(1, CROWD + 1)
        rows = [person | {"id": number, "email": f"person.{number}@ministry.example"} for number in numbers]
        await unit._connection.execute(insert(people), rows)
        part = {"programme_id": loaded.id, "role": "participant", "groups": [], "joined_at": clock.now}
        parts = [part | {"person_id": number, "placed": placed} for number in numbers]
        await unit._connection.execute(insert(members), parts)
    async with store.transaction() as unit:
        await unit._connection.execute(text("ANALYZE"))
    return loaded.id


@pytest.mark.parametrize("name", STATEMENTS)
async def test_it_is_found_through_the_index_when_nobody_is(
    store: Store, database: Database, clock: Clock, name: str
) -> None:
    programme_id = await crowd(store, clock, placed=1)

    plan = await plan_of(database, STATEMENTS[name], programme_=programme_id, revision_=1)

    assert "ix_members_programme_id_placed" in plan, plan
    assert "Seq Scan on members" not in plan, plan
    async with store.transaction() as unit:
        assert await unit.members.programmes_behind() == []


async def test_somebody_who_is_behind_is_found(store: Store, clock: Clock) -> None:
    programme_id = await crowd(store, clock, placed=0)

    async with store.transaction() as unit:
        assert await unit.members.programmes_behind() == [programme_id]
        assert await unit.members.behind(programme_id, 1) == [*range(1, CROWD + 1)]
        assert await unit.members.count_behind(programme_id, 1) == CROWD


ASKS = {
    "all of a programme": memberships._ASKS,
    "what may be told within weeks": near_asks._NEAR,
    "when more of it may": near_asks._FIRST_LATER,
}


@pytest.mark.parametrize("name", ASKS)
async def test_sqlite_finds_some_peoples_asks_without_reading_everybodys(
    sqlite_templates: dict[Part, Path], name: str
) -> None:
    sql = re.sub(r"\(__\[POSTCOMPILE_\w+\]\)", "(1, 2, 3)", str(ASKS[name].compile(dialect=SQLiteDialect())))

    with closing(sqlite3.connect(sqlite_templates[Part.MAIN])) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", [0] * sql.count("?")).fetchall()

    assert "ix_asks_person_id_state" in str(plan), plan
