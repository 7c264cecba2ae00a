"""Weeks of people's lives with Sparri, by the test's clock: hours, holidays, silence, a night with a clock change."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from coaching import people
from coaching.hours import DateRange, Hours
from coaching.people import Person
from coaching.visits import Purpose
from scheduler.claims import Claimed
from storage.store import Store
from storage.tables import days, leaves
from tests.builders import TENANT, Clock, in_all
from tests.scheduler.conftest import Coaching, Wire

HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


async def live_through(coaching: Coaching, clock: Clock, until: datetime, *, step: timedelta) -> None:
    """Tick again and again; twice each time, for what the first tick made due."""
    while clock.now < until:
        await coaching.visit()
        await coaching.visit()
        clock.now += step


async def says_something(coaching: Coaching, person: Person) -> None:
    known = await coaching.person_now(person)
    async with coaching.store.transaction() as unit:
        await unit.people.save(people.heard_from(known))


def local(visits: Sequence[Claimed]) -> list[str]:
    return [visit.slot_at.astimezone(HELSINKI).strftime("%d.%m. %H:%M") for visit in visits]


async def test_somebody_who_never_answers_is_visited_less_and_less_and_then_told_that_it_stops(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    for week in range(30):
        await coaching.ask(aino, opens_at=MONDAY + timedelta(weeks=week), closes_at=MONDAY + timedelta(weeks=week + 4))

    await live_through(coaching, clock, MONDAY + timedelta(weeks=30), step=timedelta(hours=8))

    told = [sum(part.purpose is Purpose.NEW for part in visit.parts) for visit in wire.taken]
    days_apart = [(later.slot_at - earlier.slot_at).days for earlier, later in pairwise(wire.taken)]
    said_so_far = [sum(told[:number]) for number in range(len(told))]
    assert sum(told) == 6
    for before, visit, gap in zip(said_so_far[1:], wire.taken[1:], days_apart, strict=True):
        assert gap >= (13 if before >= 4 else 1)
        assert any(part.purpose is Purpose.CHECK_BACK for part in visit.parts) == (4 <= before < 6)
    assert [part.purpose for part in wire.taken[-1].parts] == [Purpose.STOPPING]
    farewells = [visit for visit in wire.taken if visit.parts[0].purpose is Purpose.STOPPING]
    assert len(farewells) == 1

    so_far = len(wire.taken)
    await says_something(coaching, aino)
    await coaching.ask(aino)
    await live_through(coaching, clock, clock.now + timedelta(days=7), step=timedelta(hours=8))
    assert wire.taken[so_far].parts[0].purpose is Purpose.NEW


async def test_no_more_than_one_visit_a_day_and_three_a_week_whatever_is_due(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    for number in range(20):
        ask = await coaching.ask(aino, opens_at=MONDAY + timedelta(hours=12 * number))
        assert ask.id

    while clock.now < MONDAY + timedelta(weeks=3):
        await coaching.visit()
        await says_something(coaching, aino)
        clock.now += timedelta(hours=3)

    days_visited = [visit.slot_at.astimezone(HELSINKI).date() for visit in wire.taken]
    assert len(days_visited) == len(set(days_visited))
    for day in days_visited:
        assert sum(day <= other < day + timedelta(days=7) for other in days_visited) <= 3


async def test_nobody_gets_anything_twice_in_the_night_that_has_an_hour_twice(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    clock.now = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
    night = Hours(start=time(3), end=time(5), weekdays=frozenset(range(7)))
    aino = await coaching.person(hours=night, preferred=time(3, 30))
    for _ in range(3):
        await coaching.ask(aino, opens_at=datetime(2026, 10, 25, 0, 0, tzinfo=UTC))

    await live_through(coaching, clock, datetime(2026, 10, 25, 6, 0, tzinfo=UTC), step=timedelta(minutes=10))

    assert [visit.slot_at for visit in wire.taken] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert len([part for visit in wire.taken for part in visit.parts]) == 1


async def test_a_break_of_the_programme_is_kept(coaching: Coaching, wire: Wire, clock: Clock) -> None:
    clock.now = datetime(2026, 12, 21, 6, 0, tzinfo=UTC)
    async with coaching.store.transaction() as unit:
        await unit.programmes.add(
            tenant=TENANT,
            key="ako",
            name=in_all("AKO"),
            breaks=[DateRange(first=date(2026, 12, 21), last=date(2027, 1, 10))],
        )
    await coaching.ask(await coaching.person())

    await live_through(coaching, clock, datetime(2027, 1, 12, 0, 0, tzinfo=UTC), step=timedelta(hours=3))

    assert local(wire.taken) == ["11.01. 11:00"]


@pytest.mark.parametrize(
    ("country", "visited"),
    [
        pytest.param("FI", "28.12. 11:00", id="Christmas Eve is a holiday in Finland"),
        pytest.param("BE", "24.12. 11:00", id="and none in Belgium"),
        pytest.param("XX", "24.12. 11:00", id="a country that nobody knows has none"),
    ],
)
async def test_the_holidays_are_those_of_the_person(
    coaching: Coaching, wire: Wire, clock: Clock, country: str, visited: str
) -> None:
    clock.now = datetime(2026, 12, 24, 0, 0, tzinfo=UTC)
    await coaching.ask(await coaching.person(country=country))

    await live_through(coaching, clock, datetime(2026, 12, 29, 0, 0, tzinfo=UTC), step=timedelta(hours=3))

    assert local(wire.taken[:1]) == [visited]


async def write(store: Store, statement: object) -> None:
    async with store.transaction() as unit:
        await unit._connection.execute(statement)  # type: ignore[arg-type]


async def test_leave_half_days_and_the_time_that_somebody_prefers_are_kept(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    clock.now = MONDAY - timedelta(hours=6)
    away = await coaching.person("Aino Aalto")
    late = await coaching.person("Bo Berg", preferred=time(14))
    part_time = await coaching.person("Cai Ek", hours=Hours(start=time(9), end=time(12), weekdays=frozenset({2})))
    await write(
        coaching.store, insert(leaves).values(person_id=away.id, first=date(2026, 11, 10), last=date(2026, 11, 17))
    )
    await write(coaching.store, insert(days).values(tenant=TENANT, day=date(2026, 11, 16), ends="12:00"))
    await write(coaching.store, insert(days).values(tenant=TENANT, day=date(2026, 11, 17), ends=None))
    for person in (away, late, part_time):
        await coaching.ask(person)

    await live_through(coaching, clock, MONDAY + timedelta(days=4), step=timedelta(hours=1))

    assert local(wire.visits_to(away)[:1]) == ["18.11. 09:00"]
    assert local(wire.visits_to(late)[:1]) == ["16.11. 09:00"], (
        "on a half day that ends before it, a wish counts for nothing"
    )
    assert local(wire.visits_to(part_time)[:1]) == ["18.11. 09:00"]
