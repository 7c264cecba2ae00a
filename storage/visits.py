"""What the rule of visits needs to know of people, and when each is to be decided about next."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, bindparam, func, literal_column, or_, select, update

from coaching.asks import Ask, AskState
from coaching.dose import USUAL, History, Policy, strictest
from coaching.hours import Availability, DateRange, Hours
from coaching.people import Person
from coaching.visits import Decision, decide
from storage.engine import Connection
from storage.near_asks import near_asks
from storage.people import person_of
from storage.public_holidays import YEARS_AHEAD, public_holidays
from storage.tables import asks, days, deliveries, dialogs, leaves, members, people, programmes

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
_UNREACHABLE = (
    select(people.c.unreachable, func.count().label("number"))
    .where(people.c.unreachable.is_not(None))
    .group_by(people.c.unreachable)
)
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
        deliveries.c.person_id.in_(bindparam("ids_", expanding=True)),
        or_(deliveries.c.slot_at > bindparam("since_"), literal_column("state = 'sending'")),
        deliveries.c.state != "failed",
    )
    .order_by(deliveries.c.id)
)
_LEAVES = select(leaves).where(leaves.c.person_id.in_(bindparam("ids_", expanding=True)))
_DIALOGS = select(dialogs.c.person_id).where(
    dialogs.c.person_id.in_(bindparam("ids_", expanding=True)), dialogs.c.updated_at > bindparam("since_")
)
_PROGRAMMES = (
    select(members.c.person_id, programmes.c.policy, programmes.c.breaks)
    .join(programmes, programmes.c.id == members.c.programme_id)
    .where(members.c.person_id.in_(bindparam("ids_", expanding=True)))
)
_DAYS = select(days.c.day, days.c.ends).where(days.c.tenant == bindparam("tenant_"))
_NEXT = update(people).where(people.c.id == bindparam("id_")).values(next_visit_at=bindparam("next_visit_at_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that the rule needs of one person, as it is now.

    asks: those open ones that can matter within weeks. look_again_at: when there are more; None when these are all.
    due_at: the moment that was stored for them, if any. attempts: how often their next visit was tried already, and
    again_at: not before when it is tried again (UTC); None where it was not tried.
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

    def decide(self, now: datetime) -> Decision:
        """What the rule says."""
        key = f"{self.person.tenant} {self.person.id}"
        decision = decide(self.availability, self.asks, self.history, now, self.policy, spread_key=key)
        moments = [moment for moment in (decision.again_at, self.look_again_at) if moment is not None]
        return replace(decision, again_at=min(moments, default=None))


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

    async def count_due(self) -> int:
        """How many people are due, in all tenants."""
        count: int = (await self._connection.execute(_COUNT_DUE, {"now_": self._now})).scalar_one()
        return count

    async def unreachable(self) -> dict[str, int]:
        """How many people Teams lets nothing through to, by cause."""
        return {row.unreachable: row.number for row in await self._connection.execute(_UNREACHABLE)}

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

    async def _situations(self, tenant: str, rows: Sequence[Row[Any]]) -> list[Situation]:
        """What the rule needs of people of one tenant, in the order of their rows."""
        if not rows:
            return []
        found = [person_of(row) for row in rows]
        ids = {"ids_": [person.id for person in found]}
        asked = await near_asks(self._connection, ids["ids_"], now=self._now)
        been = await self._by_person(_BEEN, ids | {"since_": self._now - HISTORY}, lambda row: row)
        away = await self._by_person(_LEAVES, ids, lambda row: DateRange(first=row.first, last=row.last))
        talking = await self._by_person(_DIALOGS, ids | {"since_": self._now - DIALOG_LASTS}, lambda row: True)
        parts = await self._by_person(_PROGRAMMES, ids, lambda row: (row.policy, row.breaks))
        own = list(await self._connection.execute(_DAYS, {"tenant_": tenant}))
        return [
            Situation(
                person=person,
                availability=_availability(
                    person, own, tuple(away[person.id]), [breaks for _, breaks in parts[person.id]], self._now
                ),
                asks=tuple(asked[person.id].asks),
                look_again_at=asked[person.id].look_again_at,
                history=History(
                    visits=tuple(row.slot_at for row in been[person.id] if row.again_at is None),
                    unanswered=person.unanswered,
                    in_dialog=bool(talking[person.id]),
                    told_of_stop=person.told_of_stop,
                    unsettled=any(row.state == "sending" for row in been[person.id]),
                ),
                policy=strictest(policy_of(policy) for policy, _ in parts[person.id]),
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


def policy_of(stored: dict[str, Any]) -> Policy:
    """A programme's policy from its stored values: numbers, and seconds where the value is a duration."""
    given: dict[str, Any] = {
        name: timedelta(seconds=value)
        if isinstance(getattr(USUAL, name), timedelta) or name == "spread_over"
        else value
        for name, value in stored.items()
    }
    return Policy(**given)


def _availability(
    person: Person,
    own: Sequence[Row[Any]],
    leave: tuple[DateRange, ...],
    breaks: Sequence[Sequence[Sequence[str]]],
    now: datetime,
) -> Availability:
    off = {row.day for row in own if row.ends is None}
    for first, last in (pause for each in breaks for pause in each):
        off |= _dates(date.fromisoformat(first), date.fromisoformat(last))
    return Availability(
        zone=ZoneInfo(person.timezone),
        hours=person.hours or Hours(),
        preferred=person.preferred,
        leave=leave,
        days_off=public_holidays(person.country, now.year) | off,
        half_days={row.day: time.fromisoformat(row.ends) for row in own if row.ends is not None},
        paused_until=person.paused_until,
        stopped_at=person.stopped_at,
    )


def _dates(first: date, last: date) -> set[date]:
    """Every date of a break; one of absurd length is cut at what anybody looks ahead."""
    length = min((last - first).days, YEARS_AHEAD * 366)
    return {first + timedelta(days=number) for number in range(length + 1)}
