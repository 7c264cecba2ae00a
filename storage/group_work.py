"""Group work: who does the same as a group, and whether one of them has been reminded of it already."""

import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from enum import Enum, auto
from typing import TypeAlias

from sqlalchemy import String, bindparam, cast, func, literal_column, select

from coaching.asks import Ask
from coaching.visits import Purpose
from storage.among import among
from storage.engine import Connection
from storage.tables import asks, deliveries, delivery_asks, members

#: So long it counts who was in which group; in seconds. Reading it for each of ten thousand would hold the writer.
KEPT_SECONDS = 10.0
#: By programme: until when it counts (monotonic), and who has a group in common with each member, by their number.
Groups: TypeAlias = dict[int, tuple[float, Mapping[int, Collection[int]]]]

# A row for all who are in the same groups: many rows more would hold the writer too long.
_GROUPS = (
    select(members.c.groups, func.aggregate_strings(cast(members.c.person_id, String), ",").label("ids"))
    .where(members.c.programme_id == bindparam("programme_"), members.c.left_at.is_(None))
    .group_by(members.c.groups)
)
_THEIRS = select(asks.c.id, asks.c.person_id, asks.c.reminders).where(
    asks.c.source_kind == bindparam("source_kind_"),
    asks.c.source_id == bindparam("source_id_"),
    asks.c.occurrence == bindparam("occurrence_"),
    among(asks.c.person_id, "ids_"),
)
# The literal condition is that of the partial index.
_ON_THE_WIRE = (
    select(delivery_asks.c.ask_id)
    .join(deliveries, deliveries.c.id == delivery_asks.c.delivery_id)
    .where(
        literal_column("deliveries.state = 'sending'"),
        among(deliveries.c.person_id, "ids_"),
        among(delivery_asks.c.ask_id, "asks_"),
        delivery_asks.c.purpose == Purpose.REMINDER.value,
    )
)


class Reminded(Enum):
    """Whether somebody else of the group has had the reminder."""

    NOBODY = auto()
    #: It is on its way, and may not arrive.
    PERHAPS = auto()
    SOMEBODY = auto()


class GroupWork:
    """The groups of this transaction. Locks nothing: who claims visits in a tenant does so alone."""

    def __init__(self, connection: Connection, kept: Groups) -> None:
        """kept: what was read a moment ago."""
        self._connection = connection
        self._kept = kept

    async def reminded(self, ask: Ask, *, reminding: Collection[int]) -> Reminded:
        """Of the others who do the same as a group. reminding: asks that are about to be mentioned again."""
        others = sorted({*(await self._groups(ask.programme_id)).get(ask.person_id, ())} - {ask.person_id})
        if not others:
            return Reminded.NOBODY
        given = {"source_kind_": ask.source_kind.value, "source_id_": ask.source_id, "occurrence_": ask.occurrence}
        rows = (await self._connection.execute(_THEIRS, given | {"ids_": others})).all()
        if any(row.reminders for row in rows):
            return Reminded.SOMEBODY
        wire = {"ids_": others, "asks_": [row.id for row in rows]}
        is_under_way = any(row.id in reminding for row in rows)
        if is_under_way or (await self._connection.execute(_ON_THE_WIRE, wire)).first() is not None:
            return Reminded.PERHAPS
        return Reminded.NOBODY

    async def _groups(self, programme_id: int) -> Mapping[int, Collection[int]]:
        until, known = self._kept.get(programme_id, (0.0, {}))
        if until < time.monotonic():
            rows = (await self._connection.execute(_GROUPS, {"programme_": programme_id})).all()
            together = [(row.groups, [int(id) for id in row.ids.split(",")]) for row in rows]
            of_group: dict[str, list[int]] = defaultdict(list)
            for groups, ids in together:
                for group in groups:
                    of_group[group] += ids
            known = {}
            for groups, ids in together:
                others = [id for group in groups for id in of_group[group]]
                known.update(dict.fromkeys(ids, others))
            self._kept[programme_id] = (time.monotonic() + KEPT_SECONDS, known)
        return known
