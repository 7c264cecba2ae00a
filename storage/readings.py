"""Readings as rows: that somebody opened what was shared with them; its owner sees who and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from coaching.shares import Thing
from storage.engine import Connection
from storage.tables import people, readings

_READ = (
    select(readings.c.reader_id, readings.c.things, readings.c.at, people.c.name)
    .join(people, people.c.id == readings.c.reader_id)
    .where(readings.c.owner_id == bindparam("owner_"))
    .order_by(readings.c.id.desc())
    .limit(bindparam("limit_"))
)
_READ_ON = select(readings.c.owner_id).where(readings.c.card_id == bindparam("card_")).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """That somebody opened what was shared with them, and what of it was there (UTC)."""

    reader_id: int
    reader: str
    things: frozenset[Thing]
    at: datetime


class Readings:
    """The readings of this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def add(self, *, owner_id: int, reader_id: int, card_id: int | None, things: Iterable[Thing]) -> None:
        """That somebody opened this of the owner's, and on which card it stands."""
        row = {
            "owner_id": owner_id,
            "reader_id": reader_id,
            "card_id": card_id,
            "things": sorted(str(thing) for thing in things),
            "at": self._now,
        }
        await self._connection.execute(insert(readings), row)

    async def of(self, owner_id: int, *, limit: int) -> list[Reading]:
        """Who opened what of the owner's, the newest first."""
        rows = await self._connection.execute(_READ, {"owner_": owner_id, "limit_": limit})
        return [
            Reading(
                reader_id=row.reader_id,
                reader=row.name,
                things=frozenset(Thing.named(name) for name in row.things),
                at=row.at,
            )
            for row in rows
        ]

    async def owner_on(self, card_id: int) -> int | None:
        """Whose it is that a card shows to somebody else."""
        return (await self._connection.execute(_READ_ON, {"card_": card_id})).scalar_one_or_none()
