"""Reaping: what a dead process left on the wire is unknown, once, and each kind says what follows."""

from datetime import timedelta

import pytest

from coaching.asks import OnUnknown
from scheduler import reaping
from scheduler.claims import LEASE, claim
from scheduler.reaping import Reaping
from scheduler.rounds import Rounds
from scheduler.slots import boot_seconds
from storage.deliveries import DeliveryState
from storage.store import Store
from tests.builders import TENANT, Clock
from tests.scheduler.conftest import RATE, Coaching, Wire

AT_ONCE = timedelta(0)


async def dies_while_sending(coaching: Coaching) -> None:
    """A process claims, and is killed before it can settle anything."""
    async with coaching.store.transaction() as unit:
        claimed = await claim(unit, TENANT, rate=RATE)
    assert len(claimed.visits) == 1


async def reaped(store: Store) -> None:
    """Another process finds what was left, and a lease later it is there still."""
    await Reaping(store, lease=AT_ONCE).reap(frozenset())


async def test_what_is_to_be_skipped_counts_as_told(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    await dies_while_sending(coaching)

    await reaped(coaching.store)
    await coaching.visit()

    ledger = await coaching.ledger(aino)
    assert [(row.state, row.reason) for row in ledger] == [(DeliveryState.UNKNOWN, "sender_died")]
    assert (await coaching.ask_now(ask)).told_at is not None
    assert wire.taken == []


async def test_what_must_arrive_is_sent_again_at_once(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    await coaching.ask(aino, on_unknown=OnUnknown.RESEND)
    await dies_while_sending(coaching)

    await reaped(coaching.store)
    await coaching.visit()

    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.UNKNOWN, DeliveryState.SENT]


async def test_nothing_is_reaped_before_the_lease_is_over_however_far_the_clock_was_set(
    coaching: Coaching, clock: Clock
) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    await dies_while_sending(coaching)
    patient = Reaping(coaching.store, lease=timedelta(hours=1))

    await patient.reap(frozenset())
    clock.pass_by(days=2)
    await patient.reap(frozenset())

    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.SENDING]


async def test_a_process_does_not_take_itself_for_dead(
    coaching: Coaching, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = Rounds(coaching.store, wire.deliver, rate=RATE)
    aino = await coaching.person()
    await coaching.ask(aino)
    wire.open.clear()
    await rounds.go()
    await wire.on_the_wire.wait()

    await rounds.reap()
    long_after = boot_seconds() + 2 * LEASE.total_seconds()
    monkeypatch.setattr(reaping, "boot_seconds", lambda: long_after)
    await rounds.reap()
    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.SENDING]
    wire.open.set()
    await rounds.quiet()

    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.SENT]


async def test_two_that_reap_at_once_settle_it_once(coaching: Coaching) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    await dies_while_sending(coaching)

    await reaped(coaching.store)
    await reaped(coaching.store)

    assert (await coaching.person_now(aino)).unanswered == 1
    assert (await coaching.ask_now(ask)).reminders == 0


async def test_a_reminder_is_counted_once_too(coaching: Coaching, wire: Wire, clock: Clock) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    await coaching.visit()
    clock.pass_by(days=2)
    await dies_while_sending(coaching)

    await reaped(coaching.store)
    await coaching.visit()

    assert (await coaching.ask_now(ask)).reminders == 1
    assert (await coaching.person_now(aino)).unanswered == 1
    assert len(wire.taken) == 1
