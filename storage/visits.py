"""What the rule of visits needs to know of people, and when each is to be decided about next."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, literal_column, or_, select, update

from coaching.asks import Ask, AskState
from coaching.chances import Outlook
from coaching.dose import History, Policy
from coaching.hours import Availability
from coaching.people import Person
from coaching.telling import Visited
from coaching.visits import Decision, decide
from storage.among import among
from storage.circumstances import circumstances
from storage.engine import Connection
from storage.near_asks import near_asks
from storage.people import person_of
from storage.tables import asks, deliveries, dialogs, people

#: The rule looks back over visits of so long.
HISTORY = timedelta(days=29)
#: Somebody who said nothing for so long is no more in the middle of a dialog.
DIALOG_LASTS = timedelta(minutes=10)

# The literal condition is that of the partial index, in every query.
_DUE = (
    select(people)
    .where(
        literal_column("next_visit_at IS NOT NULL"),
        people.c.tenant == bindparam("tenant_"),
        people.c.next_visit_at <= bindparam("now_"),
    )
    .order_by(people.c.next_visit_at)
    .limit(bindparam("limit_"))
    .with_for_update(skip_locked=True)
)
_PLANNED: ColumnElement[bool] = literal_column("next_visit_at IS NOT NULL")
# From one tenant to the next through the index: DISTINCT would read everybody who is ever to be visited, each second.
_FIRST = select(func.min(people.c.tenant).label("tenant")).where(_PLANNED).cte("each", recursive=True)
_EACH = _FIRST.union_all(
    select(
        select(func.min(people.c.tenant)).where(_PLANNED, people.c.tenant > _FIRST.c.tenant).scalar_subquery()
    ).where(_FIRST.c.tenant.is_not(None))
)
_TENANTS_DUE = select(_EACH.c.tenant).where(
    select(people.c.id)
    .where(_PLANNED, people.c.tenant == _EACH.c.tenant, people.c.next_visit_at <= bindparam("now_"))
    .exists()
)
_COUNT_DUE = select(func.count()).where(
    _PLANNED, people.c.tenant.in_(select(_EACH.c.tenant)), people.c.next_visit_at <= bindparam("now_")
)
_EARLIEST = select(func.min(people.c.next_visit_at)).where(_PLANNED)
_COUNT_DUE_IN = select(func.count()).where(
    _PLANNED, people.c.tenant == bindparam("tenant_"), people.c.next_visit_at <= bindparam("now_")
)
_UNREACHABLE = (
    select(people.c.unreachable, func.count().label("number"))
    .where(people.c.unreachable.is_not(None))
    .group_by(people.c.unreachable)
)
_ONE = select(people).where(people.c.id == bindparam("id_"))
_WITH_OPEN_ASKS = (
    select(people)
    .where(
        people.c.id > bindparam("after_"),
        select(asks.c.id).where(asks.c.person_id == people.c.id, asks.c.state == AskState.OPEN.value).exists(),
    )
    .order_by(people.c.id)
    .limit(bindparam("limit_"))
    .with_for_update(skip_locked=True)
)
_WITHOUT_NEXT = _WITH_OPEN_ASKS.where(people.c.next_visit_at.is_(None))
_BEEN = (
    select(deliveries.c.person_id, deliveries.c.slot_at, deliveries.c.state, deliveries.c.again_at)
    .where(
        among(deliveries.c.person_id, "ids_"),
        or_(deliveries.c.slot_at > bindparam("since_"), literal_column("state = 'sending'")),
        deliveries.c.state != "failed",
    )
    .order_by(deliveries.c.id)
)
_DIALOGS = select(dialogs.c.person_id).where(
    among(dialogs.c.person_id, "ids_"), dialogs.c.updated_at > bindparam("since_")
)
_NEXT = update(people).where(people.c.id == bindparam("id_")).values(next_visit_at=bindparam("next_visit_at_"))
_VISITED = (
    select(people.c.id, people.c.unanswered, people.c.told_of_stop)
    .where(among(people.c.id, "ids_"))
    .order_by(people.c.id)
    .with_for_update()
)
_MADE = update(people).where(people.c.id == bindparam("id_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that the rule needs of one person, as it is now.

    asks: those open ones that can matter within weeks. look_again_at: when there are more; None when these are all.
    due_at: the moment that was stored for them, if any. attempts: how often their next visit was tried already, and
    again_at: not before when it is tried again (UTC); None where it was not tried. is_behind: a programme of theirs has
    changed, and what they are asked has not yet; they are told nothing until it has.
    """

    person: Person
    availability: Availability
    asks: tuple[Ask, ...]
    history: History
    policy: Policy
    look_again_at: datetime | None = None
    due_at: datetime | None = None
    attempts: int = 0
    again_at: datetime | None = None
    is_behind: bool = False

    def decide(self, now: datetime) -> Decision:
        """What the rule says."""
        decision = decide(self.availability, self.asks, self.history, now, self.policy, spread_key=self._spread_key)
        # What was too much until then is not afterwards.
        slow_until = self.person.slow_until if self.history.slowed else None
        moments = [moment for moment in (decision.again_at, self.look_again_at, slow_until) if moment is not None]
        again_at = min(moments, default=None)
        return decision if again_at == decision.again_at else replace(decision, again_at=again_at)

    def outlook(self, now: datetime) -> Outlook:
        """What the rule goes by: what the days ahead hold."""
        return Outlook(self.availability, self.asks, self.history, now, self.policy, self._spread_key)

    @property
    def _spread_key(self) -> str:
        return f"{self.person.tenant} {self.person.id}"


class Visits:
    """Whose visit is due, and what is known of them."""

    def __init__(self, connection: Connection, now: datetime, decided: Callable[[int], None]) -> None:
        """decided: told each person for whom there is a moment now."""
        self._connection = connection
        self._now = now
        self._decided = decided

    async def decide_again(self, person_ids: Sequence[int]) -> None:
        """These people are decided about anew at the next chance: the stored moment may be early, never late."""
        await self.next_is(dict.fromkeys(person_ids, self._now))

    async def tenants_due(self) -> list[str]:
        """The tenants in which somebody is due. Locks nothing."""
        return [row.tenant for row in await self._connection.execute(_TENANTS_DUE, {"now_": self._now})]

    async def due(self, tenant: str, *, limit: int) -> list[Situation]:
        """Those who are due in a tenant, the longest waiting first. Locks them; who is locked is passed over."""
        rows = await self._connection.execute(_DUE, {"tenant_": tenant, "now_": self._now, "limit_": limit})
        return await self._situations(tenant, list(rows))

    async def next_at(self) -> datetime | None:
        """When somebody is due next (UTC), or was due; None while there is nothing to say to anybody."""
        found: datetime | None = (await self._connection.execute(_EARLIEST)).scalar_one()
        return found

    async def count_due(self) -> int:
        """How many people are due, in all tenants."""
        count: int = (await self._connection.execute(_COUNT_DUE, {"now_": self._now})).scalar_one()
        return count

    async def count_due_in(self, tenant: str) -> int:
        """How many people are due in a tenant."""
        given = {"tenant_": tenant, "now_": self._now}
        count: int = (await self._connection.execute(_COUNT_DUE_IN, given)).scalar_one()
        return count

    async def unreachable(self) -> dict[str, int]:
        """How many people Teams lets nothing through to, by cause."""
        return {row.unreachable: row.number for row in await self._connection.execute(_UNREACHABLE)}

    async def of(self, person: Person) -> Situation:
        """What the rule needs of one person. Locks nothing."""
        rows = await self._connection.execute(_ONE, {"id_": person.id})
        [situation] = await self._situations(person.tenant, list(rows))
        return situation

    async def with_open_asks(self, *, after: int, limit: int) -> list[Situation]:
        """People with open asks, by their numbers from *after* on. Locks them; who is locked is passed over."""
        return await self._by_number(_WITH_OPEN_ASKS, after, limit)

    async def without_next(self, *, after: int, limit: int) -> list[Situation]:
        """The same, of those for whom no moment is stored."""
        return await self._by_number(_WITHOUT_NEXT, after, limit)

    async def _by_number(self, statement: Any, after: int, limit: int) -> list[Situation]:
        rows = list(await self._connection.execute(statement, {"after_": after, "limit_": limit}))
        situations = []
        for tenant in sorted({row.tenant for row in rows}):
            situations += await self._situations(tenant, [row for row in rows if row.tenant == tenant])
        return situations

    async def next_is(self, moments: dict[int, datetime | None]) -> None:
        """When each of these people, by id, is to be decided about again; None for not before something happens."""
        rows = [{"id_": id, "next_visit_at_": at} for id, at in moments.items()]
        if rows:
            await self._connection.execute(_NEXT, rows)
        for id in moments:
            self._decided(id)

    async def to(self, person_ids: Collection[int]) -> dict[int, Visited]:
        """Those of these people, to whom visits were made, that there are. Locks them."""
        rows = await self._connection.execute(_VISITED, {"ids_": sorted(person_ids)})
        return {row.id: Visited(id=row.id, unanswered=row.unanswered, told_of_stop=row.told_of_stop) for row in rows}

    async def made(self, moments: Sequence[tuple[Visited, datetime]]) -> None:
        """What visits changed of the people to whom they were made, and when each is to be decided about again."""
        rows = [
            {
                "id_": person.id,
                "next_visit_at": at,
                "unanswered": person.unanswered,
                "told_of_stop": person.told_of_stop,
            }
            for person, at in moments
        ]
        if rows:
            await self._connection.execute(_MADE, rows)
        for person, _ in moments:
            self._decided(person.id)

    async def _situations(self, tenant: str, rows: Sequence[Row[Any]]) -> list[Situation]:
        """What the rule needs of people of one tenant, in the order of their rows."""
        if not rows:
            return []
        found = [person_of(row) for row in rows]
        ids = {"ids_": [person.id for person in found]}
        asked = await near_asks(self._connection, ids["ids_"], now=self._now)
        been = await self._by_person(_BEEN, ids | {"since_": self._now - HISTORY}, lambda row: row)
        talking = await self._by_person(_DIALOGS, ids | {"since_": self._now - DIALOG_LASTS}, lambda row: True)
        around = await circumstances(self._connection, tenant, found, now=self._now)
        return [
            Situation(
                person=person,
                availability=around[person.id].availability,
                asks=tuple(asked[person.id].asks),
                look_again_at=asked[person.id].look_again_at,
                history=History(
                    visits=tuple(row.slot_at for row in been[person.id] if row.again_at is None),
                    unanswered=person.unanswered,
                    in_dialog=bool(talking[person.id]),
                    told_of_stop=person.told_of_stop,
                    unsettled=any(row.state == "sending" for row in been[person.id]),
                    slowed=person.slow_until is not None and self._now < person.slow_until,
                ),
                policy=around[person.id].policy,
                is_behind=around[person.id].is_behind,
                due_at=row.next_visit_at,
                **_tries(been[person.id]),
            )
            for person, row in zip(found, rows, strict=True)
        ]

    async def _by_person(self, statement: Any, parameters: dict[str, Any], read: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in await self._connection.execute(statement, parameters):
            found[row.person_id].append(read(row))
        return found


def _tries(been: Sequence[Row[Any]]) -> dict[str, Any]:
    """How often the next visit was tried already, and when it may be again: the newest rows that are to be repeated."""
    tries = list(takewhile(lambda row: row.again_at is not None, reversed(been)))
    return {"attempts": len(tries), "again_at": tries[0].again_at if tries else None}
