"""Rounds: several at once never visit anybody twice nor too fast, and what fails is tried again at the next tick."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.rounds import Rounds
from scheduler.slots import boot_seconds
from storage.deliveries import DeliveryState
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.store import Store
from tests.builders import MASTER_KEY, TENANT, Clock
from tests.conftest import Database
from tests.postgres import run_statement
from tests.scheduler.conftest import RATE, SENT, Coaching, Wire

ON_POSTGRES = pytest.mark.parametrize("database", ["postgres"], indirect=True)
THROTTLED = Outcome(kind=OutcomeKind.LATER, reason="throttled", after=timedelta(seconds=40), throttled=True)
UNAUTHORISED = Outcome(kind=OutcomeKind.UNAUTHORISED, reason="unauthorised", after=timedelta(minutes=5))
END_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@asynccontextmanager
async def replica(database: Database, clock: Clock) -> AsyncIterator[Coaching]:
    """Another process on the same database, as far as the database can tell."""
    engine, keys_engine = open_engine(database.url), open_engine(database.keys_url)
    store, wire = Store(engine, KeyRing(keys_engine, [MASTER_KEY]), clock=clock), Wire()
    yield Coaching(store, wire, Rounds(store, wire.deliver, rate=RATE))
    await engine.dispose()
    await keys_engine.dispose()


async def pace_of(coaching: Coaching) -> tuple[float, datetime, datetime]:
    async with coaching.store.transaction() as unit:
        pace = await unit.paces.get(TENANT)
    return pace.pace, pace.next_slot_at, pace.now


async def until_all_are_visited(replicas: list[Coaching], count: int) -> None:
    """Tick in all of them until so many visits have left, and end."""
    for _ in range(200):
        await asyncio.gather(*(each.rounds.go() for each in replicas))
        await asyncio.gather(*(each.rounds.quiet() for each in replicas))
        if sum(len(each.wire.taken) for each in replicas) >= count:
            break


async def test_two_replicas_visit_everybody_once_and_together_keep_the_rate(
    coaching: Coaching, database: Database, clock: Clock
) -> None:
    crowd = [await coaching.person(f"Osallistuja {number}") for number in range(70)]
    for person in crowd:
        await coaching.ask(person)
    async with replica(database, clock) as other:
        await until_all_are_visited([coaching, other], len(crowd))
        visits = [*coaching.wire.taken, *other.wire.taken]

    assert sorted(visit.person.id for visit in visits) == sorted(person.id for person in crowd)
    slots = sorted(visit.leave_at for visit in visits)
    for begin in slots:
        assert sum(begin <= slot < begin + 1 for slot in slots) <= RATE


async def test_three_throttled_conversations_slow_the_tenant(coaching: Coaching, wire: Wire) -> None:
    wire.usual = THROTTLED
    for number in range(3):
        await coaching.ask(await coaching.person(f"Osallistuja {number}"))
    await coaching.visit()

    pace, next_slot_at, now = await pace_of(coaching)
    assert pace == 0.5
    assert next_slot_at > now + timedelta(seconds=30)
    bo = await coaching.person("Bo Berg")
    await coaching.ask(bo)
    await coaching.visit()
    assert wire.visits_to(bo) == []


async def test_two_throttled_conversations_slow_nobody(coaching: Coaching, wire: Wire) -> None:
    wire.usual = THROTTLED
    for number in range(2):
        await coaching.ask(await coaching.person(f"Osallistuja {number}"))
    await coaching.visit()

    pace, next_slot_at, now = await pace_of(coaching)
    assert len(wire.taken) == 2
    assert pace == 1.0
    assert next_slot_at < now + timedelta(seconds=1)


async def test_one_conversation_that_is_throttled_three_times_slows_nobody(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    wire.usual = THROTTLED
    for _ in range(3):
        await coaching.visit()
        clock.pass_by(minutes=1)

    pace, next_slot_at, now = await pace_of(coaching)
    assert len(wire.taken) == 3
    assert pace == 1.0
    assert next_slot_at < now + timedelta(seconds=1)


async def test_when_our_own_token_is_refused_nothing_leaves_for_a_while(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    wire.usual = UNAUTHORISED
    aino, bo = await coaching.person(), await coaching.person("Bo Berg")
    await coaching.ask(aino)
    await coaching.visit()
    await coaching.ask(bo)
    await coaching.visit()
    assert len(wire.taken) == 1

    async with coaching.store.transaction() as unit:
        pace = await unit.paces.get(TENANT)
        await unit.paces.save(replace(pace, next_slot_at=pace.now))
    wire.usual = Wire.usual
    clock.pass_by(minutes=7)
    await coaching.visit()
    assert {visit.person.id for visit in wire.taken} == {aino.id, bo.id}
    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.CANCELLED, DeliveryState.SENT]


async def test_a_process_that_slept_longer_than_its_lease_sends_nothing(store: Store, wire: Wire) -> None:
    coaching = Coaching(store, wire, Rounds(store, wire.deliver, rate=RATE, lease=timedelta(0)))
    aino = await coaching.person()
    ask = await coaching.ask(aino)

    await coaching.visit()

    assert wire.taken == []
    assert {row.state for row in await coaching.ledger(aino)} == {DeliveryState.CANCELLED}
    assert (await coaching.ask_now(ask)).told_at is None


async def test_a_fault_of_ours_leaves_the_visit_unknown_and_the_others_go(coaching: Coaching, wire: Wire) -> None:
    aino, bo = await coaching.person(), await coaching.person("Bo Berg")
    for person in (aino, bo):
        await coaching.ask(person)

    class Broken(Wire):
        async def deliver(self, claimed: object) -> Outcome:
            raise RuntimeError

    broken = Coaching(coaching.store, wire, Rounds(coaching.store, Broken().deliver, rate=RATE))
    await broken.visit()

    for person in (aino, bo):
        assert [(row.state, row.reason) for row in await coaching.ledger(person)] == [(DeliveryState.UNKNOWN, "fault")]


async def test_a_stop_sends_what_was_claimed_and_writes_it_down(coaching: Coaching, wire: Wire) -> None:
    crowd = [await coaching.person(f"Osallistuja {number}") for number in range(30)]
    for person in crowd:
        await coaching.ask(person)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()

    draining = asyncio.create_task(coaching.rounds.drain())
    await asyncio.sleep(0)
    assert not draining.done()
    wire.open.set()
    await draining
    left = len(wire.taken)
    await coaching.visit()

    assert 0 < left < len(crowd)
    assert len(wire.taken) == left
    states = [row.state for person in crowd for row in await coaching.ledger(person)]
    assert states == [DeliveryState.SENT] * left


async def test_a_stop_during_a_claim_waits_for_it(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    await coaching.rounds.go()

    await coaching.rounds.drain()

    assert {row.state for row in await coaching.ledger(aino)} <= {DeliveryState.SENT}


@ON_POSTGRES
async def test_rounds_go_on_after_the_database_cut_every_connection(
    coaching: Coaching, wire: Wire, database: Database, clock: Clock
) -> None:
    aino, bo = await coaching.person(), await coaching.person("Bo Berg")
    await coaching.ask(aino)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()

    await run_statement(database.url, END_CONNECTIONS)
    wire.open.set()
    await coaching.rounds.quiet()
    await coaching.ask(bo)
    await coaching.visit()

    for person in (aino, bo):
        assert [row.state for row in await coaching.ledger(person)] == [DeliveryState.SENT]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_an_outcome_waits_for_a_database_that_is_locked(
    coaching: Coaching, wire: Wire, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setattr("storage.near_sqlite.BUSY_SECONDS", 0.05)
    aino = await coaching.person()
    await coaching.ask(aino)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()

    blocker = sqlite3.connect(database.url.removeprefix("sqlite:///"), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    wire.open.set()
    with pytest.raises(sqlite3.OperationalError):
        await coaching.rounds.go()
    blocker.execute("ROLLBACK")
    blocker.close()
    await coaching.rounds.quiet()

    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.SENT]


async def test_replies_slow_what_we_start_and_never_wait_themselves(coaching: Coaching, wire: Wire) -> None:
    began = boot_seconds()
    coaching.rounds.said(TENANT, 20)
    await coaching.ask(await coaching.person())

    await coaching.visit()

    assert wire.taken[0].leave_at >= began + 0.4


async def test_a_visit_that_took_several_requests_makes_room_for_all_of_them(coaching: Coaching, wire: Wire) -> None:
    aino, bo = await coaching.person(), await coaching.person("Bo Berg")
    wire.next_is(aino, replace(SENT, requests=21))
    await coaching.ask(aino)
    await coaching.visit()
    began = boot_seconds()
    await coaching.ask(bo)

    await coaching.visit()

    (visit,) = wire.visits_to(bo)
    assert visit.leave_at >= began + 0.4
