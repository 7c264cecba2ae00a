"""Planning: a person who was forgotten is found again, and everybody can be decided about anew, a few at a time."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select, update

from coaching.people import Person
from scheduler.planning import fitting, mend_forgotten, replan
from storage.store import Store
from storage.tables import people
from tests.builders import Clock
from tests.scheduler.conftest import Coaching, Wire


async def forget(store: Store) -> None:
    """What must never happen: nobody has a next visit any more."""
    async with store.transaction() as unit:
        await unit._connection.execute(update(people).values(next_visit_at=None))


async def moments(store: Store) -> dict[int, datetime | None]:
    async with store.transaction() as unit:
        rows = await unit._connection.execute(select(people.c.id, people.c.next_visit_at))
        return {row.id: row.next_visit_at for row in rows}


async def crowd(coaching: Coaching, count: int, **given: Any) -> list[Person]:
    found = [await coaching.person(f"Osallistuja {number}") for number in range(count)]
    for person in found:
        await coaching.ask(person, **given)
    return found


async def test_who_was_forgotten_is_found_and_visited(coaching: Coaching, wire: Wire, clock: Clock) -> None:
    lost = await crowd(coaching, 30)
    await coaching.person("Ei Mitään")
    await forget(coaching.store)
    await coaching.visit()
    assert wire.taken == []

    assert await mend_forgotten(coaching.store) == 30
    await coaching.visit()

    assert {visit.person.id for visit in wire.taken} == {person.id for person in lost}


async def test_nobody_is_found_who_has_no_next_visit_for_a_reason(coaching: Coaching, clock: Clock) -> None:
    for given in ({"unreachable": "blocked"}, {"stopped_at": clock.now}, {"address": None, "aad_id": None}):
        person = await coaching.person(f"Syystä {len(given)} {next(iter(given))}", **given)
        await coaching.ask(person)
    await coaching.visit()

    assert await mend_forgotten(coaching.store) == 0


async def test_a_visit_on_the_wire_is_not_forgotten(coaching: Coaching, wire: Wire) -> None:
    await crowd(coaching, 1)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()

    assert await mend_forgotten(coaching.store) == 0
    wire.open.set()
    await coaching.rounds.quiet()


async def test_everybody_is_decided_about_anew_and_it_is_told_how_far_it_is(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    opens_at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
    people_asked = await crowd(coaching, 55, opens_at=opens_at)
    await coaching.person("Ei Mitään")
    await forget(coaching.store)
    told: list[int] = []

    assert await replan(coaching.store, progress=told.append, clock=lambda: 0.0) == 55

    stored = await moments(coaching.store)
    assert {stored[person.id] for person in people_asked} == {opens_at}
    assert told == [5, 15, 35, 55]


async def test_where_deciding_takes_long_few_are_decided_about_in_a_transaction(
    coaching: Coaching, clock: Clock
) -> None:
    await crowd(coaching, 8)
    moments, told = count(), list[int]()

    assert await replan(coaching.store, progress=told.append, clock=lambda: 0.03 * next(moments)) == 8

    assert told == [5, 8]


@pytest.mark.parametrize(
    ("done", "seconds", "then"),
    [
        pytest.param(5, 10.0, 1, id="one at least"),
        pytest.param(25, 0.1, 6, id="a quarter where it took four times too long"),
        pytest.param(5, 0.001, 10, id="twice as many at most"),
        pytest.param(20, 0.0, 25, id="never more than are claimed at once"),
    ],
)
def test_a_transaction_takes_as_many_people_as_it_gets_done_with(done: int, seconds: float, then: int) -> None:
    assert fitting(done, seconds=seconds) == then


async def test_who_is_to_be_visited_now_is_due_after_a_replan(coaching: Coaching, wire: Wire, clock: Clock) -> None:
    (aino,) = await crowd(coaching, 1)
    await forget(coaching.store)

    await replan(coaching.store)
    await coaching.visit()

    assert [visit.person.id for visit in wire.taken] == [aino.id]
    assert wire.taken[0].slot_at - clock.now < timedelta(seconds=1)
