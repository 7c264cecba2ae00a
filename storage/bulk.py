"""Bulk: rows of very many people in one statement each, for trials and measurements. Nobody is decided about here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, literal, select, text, update

from coaching.asks import Ask
from coaching.people import Person, Role
from storage.asks import row_of
from storage.deliveries import DeliveryState
from storage.engine import Connection, Engine
from storage.people import row_of as row_of_person
from storage.tables import asks, deliveries, members, people

AT_ONCE = 1000


class Bulk:
    """One transaction's rows. A stretch is the people whose numbers lie in it, the last one included."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add_people(self, persons: Sequence[Person], *, created_at: datetime) -> None:
        """New people, with the numbers that they have."""
        for start in range(0, len(persons), AT_ONCE):
            some = persons[start : start + AT_ONCE]
            rows = [row_of_person(person) | {"id": person.id, "created_at": created_at} for person in some]
            await self._connection.execute(insert(people), rows)

    async def take_part(self, stretch: range, programme_id: int, *, joined_at: datetime) -> None:
        """Everybody is a participant of a programme, and to be placed in it."""
        values = {
            "programme_id": programme_id,
            "role": Role.PARTICIPANT.value,
            "groups": [],
            "placed": 0,
            "joined_at": joined_at,
        }
        await self._for_each(members, stretch, values)

    async def ask(self, stretch: range, like: Ask) -> None:
        """Everybody gets an ask such as this one; its id and person count for nothing."""
        values = row_of(like)
        del values["person_id"]
        await self._for_each(asks, stretch, values)

    async def visited(self, stretch: range, tenant: str, at: datetime) -> None:
        """Everybody was visited then."""
        values = {
            "tenant": tenant,
            "state": DeliveryState.SENT.value,
            "due_at": at,
            "slot_at": at,
            "settled_at": at,
            "attempts": 0,
        }
        await self._for_each(deliveries, stretch, values)

    async def move(self, stretch: range, element_id: int, opens_at: datetime) -> None:
        """What comes from an element opens then."""
        moved = update(asks).where(asks.c.person_id.between(stretch.start, stretch.stop - 1))
        await self._connection.execute(moved.where(asks.c.source_id == element_id).values(opens_at=opens_at))

    async def next_visit(self, stretch: range, at: datetime | None) -> None:
        """Everybody is to be decided about then."""
        await self._connection.execute(update(people).where(_within(stretch)).values(next_visit_at=at))

    async def _for_each(self, table: Table, stretch: range, values: dict[str, Any]) -> None:
        typed = [literal(value, table.c[name].type) for name, value in values.items()]
        chosen = select(people.c.id, *typed).where(_within(stretch))
        await self._connection.execute(insert(table).from_select(["person_id", *values], chosen))


async def bytes_used(engine: Engine) -> int:
    """What the database takes on the disk, its indexes counted in."""
    statement = _SIZE_OF_POSTGRES if engine.dialect.name == "postgresql" else _SIZE_OF_SQLITE
    async with engine.begin() as connection:
        return int((await connection.execute(text(statement))).scalar_one())


async def look_at_everything(engine: Engine) -> None:
    """What PostgreSQL does by itself within a minute of a large change; SQLite never does."""
    if engine.dialect.name == "postgresql":
        async with engine.begin() as connection:
            await connection.execute(text("ANALYZE"))


_SIZE_OF_POSTGRES = "SELECT pg_database_size(current_database())"
_SIZE_OF_SQLITE = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


def _within(stretch: range) -> Any:
    return people.c.id.between(stretch.start, stretch.stop - 1)
