"""Circumstances: when people may be written to and how much, from what they and their programmes say."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, select

from coaching.dose import USUAL, Policy, strictest
from coaching.hours import Availability, DateRange, Hours
from coaching.people import Person
from storage.among import among
from storage.engine import Connection
from storage.public_holidays import YEARS_AHEAD, public_holidays
from storage.tables import days, leaves, members, programmes

_LEAVES = select(leaves).where(among(leaves.c.person_id, "ids_"))
_DAYS = select(days.c.day, days.c.ends).where(days.c.tenant == bindparam("tenant_"))
_PARTS = (
    select(members.c.person_id, members.c.placed, members.c.programme_id, members.c.left_at)
    .where(among(members.c.person_id, "ids_"), members.c.programme_id.is_not(None))
    .order_by(members.c.programme_id)
)
_PROGRAMMES = select(
    programmes.c.id, programmes.c.policy, programmes.c.breaks, programmes.c.hours, programmes.c.revision
).where(among(programmes.c.id, "ids_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a programme says of all its members, as its row keeps it.

    policy: the values that are not the usual ones, durations in seconds. breaks: [[first, last], …]. hours: of those
    who have none of their own; None for the usual ones.
    """

    policy: Mapping[str, Any]
    breaks: Sequence[Sequence[str]]
    hours: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """One person's, over all their programmes. is_behind: what one of these asks of them is about to change."""

    availability: Availability
    policy: Policy
    is_behind: bool


async def circumstances(
    connection: Connection,
    tenant: str,
    persons: Sequence[Person],
    *,
    now: datetime,
    instead: Mapping[int, Terms] | None = None,
) -> dict[int, Circumstances]:
    """The circumstances of people of one tenant, by their number. Locks nothing.

    instead: the terms of these programmes, by number, that are to hold in place of the stored ones.
    """
    ids = {"ids_": [person.id for person in persons]}
    away: dict[int, list[DateRange]] = defaultdict(list)
    for row in await connection.execute(_LEAVES, ids):
        away[row.person_id].append(DateRange(first=row.first, last=row.last))
    rows = list(await connection.execute(_PARTS, ids))
    shared = {"ids_": sorted({row.programme_id for row in rows})}
    found = {row.id: row for row in (await connection.execute(_PROGRAMMES, shared) if rows else ())}
    parts: dict[int, tuple[int, ...]] = defaultdict(tuple)
    behind: set[int] = set()
    for row in rows:
        if row.programme_id not in found:
            continue  # it went with its members after these were read
        if row.placed < found[row.programme_id].revision:
            behind.add(row.person_id)
        if row.left_at is None:
            parts[row.person_id] += (row.programme_id,)
    stored = {id: Terms(policy=row.policy, breaks=row.breaks, hours=row.hours) for id, row in found.items()}
    own = list(await connection.execute(_DAYS, {"tenant_": tenant}))
    rules = _Rules(stored | {id: terms for id, terms in (instead or {}).items() if id in stored}, own)
    return {
        person.id: Circumstances(
            availability=_availability(person, rules.of(parts[person.id]), own, tuple(away[person.id]), now),
            policy=rules.of(parts[person.id]).policy,
            is_behind=person.id in behind,
        )
        for person in persons
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What holds for whoever takes part in the same programmes. off: the days of these and of the organisation."""

    policy: Policy
    hours: Hours
    off: frozenset[date]


class _Rules:
    """The rules of programmes, worked out once for all who take part in the same ones."""

    def __init__(self, terms: Mapping[int, Terms], own: Sequence[Row[Any]]) -> None:
        self._terms = terms
        self._off = frozenset(row.day for row in own if row.ends is None)
        self._known: dict[tuple[int, ...], _Rule] = {}

    def of(self, programme_ids: tuple[int, ...]) -> _Rule:
        """Of those who take part in these."""
        rule = self._known.get(programme_ids)
        if rule is None:
            rule = self._known[programme_ids] = self._worked_out([self._terms[id] for id in programme_ids])
        return rule

    def _worked_out(self, parts: Sequence[Terms]) -> _Rule:
        pauses = (pause for terms in parts for pause in terms.breaks)
        return _Rule(
            policy=strictest(policy_of(terms.policy) for terms in parts),
            hours=_hours(parts),
            off=self._off.union(
                *(_dates(date.fromisoformat(first), date.fromisoformat(last)) for first, last in pauses)
            ),
        )


def policy_of(stored: Mapping[str, Any]) -> Policy:
    """A programme's policy from its stored values: numbers, and seconds where the value is a duration."""
    given: dict[str, Any] = {
        name: timedelta(seconds=value) if _is_duration(name) else value for name, value in stored.items()
    }
    return Policy(**given)


def stored_policy(policy: Policy) -> dict[str, Any]:
    """The values of a policy that are not the usual ones, as `policy_of` reads them."""
    values = {name: getattr(policy, name) for name in Policy.__dataclass_fields__}
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in values.items()
        if value != getattr(USUAL, name)
    }


def stored_breaks(breaks: Sequence[DateRange]) -> list[list[str]]:
    """Breaks as a programme's row keeps them."""
    return [[each.first.isoformat(), each.last.isoformat()] for each in breaks]


def stored_hours(hours: Hours) -> dict[str, Any]:
    """Hours as a programme's row keeps them."""
    return {"start": f"{hours.start:%H:%M}", "end": f"{hours.end:%H:%M}", "weekdays": sorted(hours.weekdays)}


def _is_duration(name: str) -> bool:
    return isinstance(getattr(USUAL, name), timedelta) or name == "spread_over"


def _availability(
    person: Person, rule: _Rule, own: Sequence[Row[Any]], leave: tuple[DateRange, ...], now: datetime
) -> Availability:
    return Availability(
        zone=ZoneInfo(person.timezone),
        hours=person.hours or rule.hours,
        preferred=person.preferred,
        leave=leave,
        days_off=public_holidays(person.country, now.year) | rule.off,
        half_days={row.day: time.fromisoformat(row.ends) for row in own if row.ends is not None},
        paused_until=person.paused_until,
        stopped_at=person.stopped_at,
    )


def _hours(parts: Sequence[Terms]) -> Hours:
    """Those of the programme that was there first, of these that have any; else the usual ones."""
    named = next((terms.hours for terms in parts if terms.hours), None)
    if named is None:
        return Hours()
    return Hours(
        start=time.fromisoformat(named["start"]),
        end=time.fromisoformat(named["end"]),
        weekdays=frozenset(named["weekdays"]),
    )


def _dates(first: date, last: date) -> set[date]:
    """Every date of a break; one of absurd length is cut at what anybody looks ahead."""
    length = min((last - first).days, YEARS_AHEAD * 366)
    return {first + timedelta(days=number) for number in range(length + 1)}
