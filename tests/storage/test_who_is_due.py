"""Who is due is found through the index, also when nobody is, and however many are."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from storage import visits
from storage.store import Store
from storage.tables import people
from tests.builders import TENANT, Clock
from tests.conftest import Database
from tests.storage.plans import plan_of

CROWD = 5_000
STATEMENTS = {
    "who is due": visits._DUE.limit(25),
    "tenants in which somebody is due": visits._TENANTS_DUE,
}


def row(number: int, clock: Clock, **given: Any) -> dict[str, Any]:
    return {
        "tenant": TENANT,
        "email": f"person.{number}@ministry.example",
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
    } | given


@pytest.mark.parametrize("name", STATEMENTS)
@pytest.mark.parametrize("due", [True, False], ids=["everybody is due", "nobody is due"])
async def test_it_is_found_through_the_index(
    store: Store, database: Database, clock: Clock, name: str, due: bool
) -> None:
    at = clock.now + timedelta(hours=-1 if due else 1)
    async with store.transaction() as unit:
        rows = [row(number, clock, next_visit_at=at + timedelta(seconds=number % 60)) for number in range(CROWD)]
        await unit._connection.execute(insert(people), rows)
    async with store.transaction() as unit:
        await unit._connection.execute(text("ANALYZE"))

    plan = await plan_of(database, STATEMENTS[name], tenant_=TENANT, now_=clock.now)

    assert "ix_people_due" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert "SCAN people" not in plan.replace("SCAN people USING COVERING INDEX ix_people_due", ""), plan
