"""Claims: who is visited is decided at that very moment, in a few short transactions, and nobody is visited twice."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import bindparam, select

from coaching import asks, people
from coaching.asks import AskKind, AskState, SkipReason
from coaching.people import Person
from coaching.visits import Purpose
from scheduler import claims
from scheduler.claims import AT_ONCE, Claimed, claim
from scheduler.slots import Slots, take
from storage.deliveries import DeliveryState
from storage.store import Store, Unit
from storage.tables import people as people_rows
from tests.builders import TENANT, Clock
from tests.scheduler.conftest import Coaching, Wire

FAST = 20_000.0  # slots a second
_NEXT = select(people_rows.c.next_visit_at).where(people_rows.c.id == bindparam("id_"))


async def next_visit_at(store: Store, person: Person) -> datetime | None:
    """The moment that is stored for a person."""
    async with store.transaction() as unit:
        rows = await unit._connection.execute(_NEXT, {"id_": person.id})
    moment: datetime | None = rows.scalar_one()
    return moment


async def test_who_is_due_is_visited_once(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)

    await coaching.visit()
    await coaching.visit()

    (visit,) = wire.visits_to(aino)
    assert [(part.ask_id, part.purpose) for part in visit.parts] == [(ask.id, Purpose.NEW)]
    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.SENT]
    assert (await coaching.ask_now(ask)).told_at == visit.slot_at.replace(microsecond=0)


async def answer(unit: Unit, person: Person, ask_id: int) -> None:
    ask = await unit.asks.get(ask_id)
    assert ask is not None
    await unit.asks.save(asks.answered(ask, person.id, unit.now))


async def close(unit: Unit, _person: Person, ask_id: int) -> None:
    ask = await unit.asks.get(ask_id)
    assert ask is not None
    await unit.asks.save(replace(ask, state=AskState.CLOSED))


async def pause(unit: Unit, person: Person, _ask_id: int) -> None:
    await unit.people.save(people.paused(person, unit.now + timedelta(days=7)))


async def stop(unit: Unit, person: Person, _ask_id: int) -> None:
    await unit.people.save(people.stopped(person, unit.now))


async def withdraw(unit: Unit, person: Person, _ask_id: int) -> None:
    await unit.people.save(replace(person, admitted_at=None))


@pytest.mark.parametrize("happens", [answer, close, pause, stop, withdraw])
async def test_what_happened_since_it_was_planned_stops_it(
    coaching: Coaching, wire: Wire, clock: Clock, happens: Callable[[Unit, Person, int], Awaitable[None]]
) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino, opens_at=clock.now + timedelta(hours=1))
    await coaching.visit()
    clock.pass_by(hours=2)
    async with coaching.store.transaction() as unit:
        await happens(unit, aino, ask.id)

    await coaching.visit()

    assert wire.taken == []
    assert await coaching.ledger(aino) == []


async def test_the_stored_moment_is_the_next_visit(coaching: Coaching, clock: Clock) -> None:
    aino = await coaching.person()
    await coaching.ask(aino, opens_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC))

    await coaching.visit()

    assert await next_visit_at(coaching.store, aino) == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


async def test_only_those_who_are_visited_take_a_slot(coaching: Coaching, clock: Clock) -> None:
    for number in range(5):
        waiting = await coaching.person(f"Odottaja {number}")
        await coaching.ask(waiting, opens_at=clock.now + timedelta(days=1))
    aino = await coaching.person()
    await coaching.ask(aino)

    async with coaching.store.transaction() as unit:
        before = await unit.paces.get(TENANT)
    visited: list[Claimed] = []
    for _ in range(6):
        async with coaching.store.transaction() as unit:
            visited += (await claim(unit, TENANT, rate=1.0)).visits
    async with coaching.store.transaction() as unit:
        after = await unit.paces.get(TENANT)

    assert [visit.person.id for visit in visited] == [aino.id]
    assert after.next_slot_at - before.now < timedelta(seconds=2)


async def test_one_who_is_visited_among_many_who_are_not_takes_one_slot(
    coaching: Coaching, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    async def noted(unit: Unit, slots: Slots, count: int) -> None:
        counts.append(count)
        await take(unit, slots, count)

    monkeypatch.setattr(claims, "take", noted)
    for number in range(5):
        waiting = await coaching.person(f"Odottaja {number}")
        await coaching.ask(waiting, opens_at=clock.now + timedelta(days=1))
    aino = await coaching.person()
    await coaching.ask(aino)

    async with coaching.store.transaction() as unit:
        found = await claim(unit, TENANT, rate=FAST)

    assert [visit.person.id for visit in found.visits] == [aino.id]
    assert counts == [1]


async def test_one_transaction_decides_about_so_many_people_and_no_more(coaching: Coaching) -> None:
    people_due = [await coaching.person(f"Osallistuja {number}") for number in range(AT_ONCE + 3)]
    for person in people_due:
        await coaching.ask(person)

    async with coaching.store.transaction() as unit:
        first = await claim(unit, TENANT, rate=FAST)
    async with coaching.store.transaction() as unit:
        second = await claim(unit, TENANT, rate=FAST)

    assert (len(first.visits), len(second.visits)) == (AT_ONCE, 3)
    assert first.again_in is not None
    assert second.again_in is None


async def test_many_who_are_due_and_not_to_be_visited_hold_nobody_up(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    for number in range(AT_ONCE + 3):
        waiting = await coaching.person(f"Odottaja {number}")
        await coaching.ask(waiting, opens_at=clock.now + timedelta(days=1))
    clock.pass_by(seconds=1)
    aino = await coaching.person()
    await coaching.ask(aino)

    await coaching.visit()

    assert [visit.person.id for visit in wire.taken] == [aino.id]


async def test_a_person_with_a_visit_on_the_wire_gets_no_other(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()

    await coaching.ask(aino, urgent=True)
    await coaching.rounds.go()
    wire.open.set()
    await coaching.rounds.quiet()

    assert len(wire.taken) == 1
    await coaching.visit()
    assert len(wire.taken) == 2


async def test_the_lease_holds_however_far_the_clock_was_set(coaching: Coaching, wire: Wire, clock: Clock) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()

    clock.pass_by(days=200)
    await coaching.ask(aino, urgent=True)
    bo = await coaching.person("Bo Berg")
    await coaching.ask(bo)
    await coaching.rounds.go()
    wire.open.set()
    await coaching.rounds.quiet()

    assert len(wire.visits_to(aino)) == 1
    assert len(wire.visits_to(bo)) == 1


async def test_nobody_out_of_reach_is_looked_at_again_and_again(coaching: Coaching, wire: Wire) -> None:
    unmet = await coaching.person("Ei Nähty", address=None, aad_id=None)
    blocked = await coaching.person("Esti Tämän", unreachable="blocked")
    for person in (unmet, blocked):
        await coaching.ask(person)

    await coaching.visit()

    assert wire.taken == []
    assert [await next_visit_at(coaching.store, person) for person in (unmet, blocked)] == [None, None]


async def test_what_came_due_while_nothing_ran_is_told_late_merged_or_given_up(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino, opens_at = await coaching.person(), clock.now + timedelta(hours=1)
    late = await coaching.ask(aino, opens_at=opens_at)
    news = await coaching.ask(aino, kind=AskKind.NOTICE, opens_at=opens_at + timedelta(hours=2))
    over = await coaching.ask(aino, opens_at=opens_at, late_until=opens_at + timedelta(hours=3))
    clock.pass_by(days=1)

    await coaching.visit()

    (visit,) = wire.taken
    assert {part.ask_id: part.purpose for part in visit.parts} == {late.id: Purpose.NEW, news.id: Purpose.NOTICE}
    given_up = await coaching.ask_now(over)
    assert (given_up.state, given_up.skipped) == (AskState.SKIPPED, SkipReason.TOO_LATE)
    assert (await coaching.ask_now(news)).state is AskState.CLOSED
