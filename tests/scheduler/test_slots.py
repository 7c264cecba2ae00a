"""Slots: evenly spaced in real time, for whoever takes them; replies are made room for; a throttled tenant is slow."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from scheduler.slots import CLIMB, CLIMB_EVERY, LONGEST_HOLD, PLANNED_PART, SLOWEST, hold, open_slots, take
from storage.paces import Pace
from storage.store import Store
from tests.builders import TENANT, Clock

RATE = 25.0
INTERVAL = timedelta(seconds=1 / (RATE * PLANNED_PART))


async def pace_now(store: Store) -> Pace:
    async with store.transaction() as unit:
        return await unit.paces.get(TENANT)


async def taken(store: Store, *, replies: int = 0) -> list[datetime]:
    """Take all that is free now; the moments."""
    async with store.transaction() as unit:
        slots = await open_slots(unit, TENANT, rate=RATE, replies=replies)
        assert slots is not None
        await take(unit, slots, slots.free)
        return [slots.pace.now + slots.until(number) for number in range(slots.free)]


async def test_slots_are_never_closer_than_the_rate_whoever_takes_them(store: Store) -> None:
    moments: list[datetime] = []
    while len(moments) < 12:
        moments += await taken(store)

    apart = [later - earlier for earlier, later in pairwise(moments)]
    assert min(apart) >= INTERVAL - timedelta(microseconds=1)


async def test_no_more_is_free_than_leaves_within_a_moment(store: Store) -> None:
    assert len(await taken(store)) == 5
    assert len(await taken(store)) <= 1


async def test_slots_that_nobody_took_are_not_saved_up(store: Store) -> None:
    pace = await pace_now(store)
    async with store.transaction() as unit:
        await unit.paces.save(replace(pace, next_slot_at=pace.now - timedelta(hours=1)))

    assert len(await taken(store)) == 5


async def test_what_we_start_makes_room_for_replies(store: Store) -> None:
    before = (await pace_now(store)).now

    moments = await taken(store, replies=5)

    assert moments[0] >= before + timedelta(seconds=0.1)
    assert len(moments) == 3


async def test_a_clock_that_the_store_goes_by_does_not_matter(store: Store, clock: Clock) -> None:
    await taken(store)
    clock.pass_by(days=400)

    assert len(await taken(store)) <= 1
    assert (await pace_now(store)).next_slot_at < datetime.now(UTC) + timedelta(seconds=2)


async def test_a_machine_that_was_an_hour_ahead_does_not_stop_the_tenant_for_an_hour(store: Store) -> None:
    pace = await pace_now(store)
    async with store.transaction() as unit:
        await unit.paces.save(replace(pace, next_slot_at=pace.now + timedelta(hours=1)))

    assert len(await taken(store)) == 5


async def test_a_throttled_tenant_waits_and_then_goes_at_half_the_pace(store: Store) -> None:
    async with store.transaction() as unit:
        await hold(unit, TENANT, wait=timedelta(seconds=30), slower=True)

    assert await taken(store) == []
    pace = await pace_now(store)
    assert pace.pace == 0.5
    assert pace.next_slot_at > pace.now + timedelta(seconds=25)


async def test_nothing_holds_a_tenant_for_ever_or_slows_it_to_nothing(store: Store) -> None:
    for _ in range(20):
        async with store.transaction() as unit:
            await hold(unit, TENANT, wait=timedelta(hours=1), slower=True)

    pace = await pace_now(store)
    assert pace.pace == SLOWEST
    assert pace.next_slot_at <= pace.now + LONGEST_HOLD


async def test_a_slowed_tenant_climbs_until_it_is_whole_again(store: Store) -> None:
    pace = await pace_now(store)
    slowed = replace(pace, pace=0.5, pace_changed_at=pace.now - CLIMB_EVERY)
    seen = []
    for _ in range(5):
        async with store.transaction() as unit:
            await unit.paces.save(slowed)
        await taken(store)
        slowed = replace(await pace_now(store), pace_changed_at=pace.now - CLIMB_EVERY, next_slot_at=pace.now)
        seen.append(slowed.pace)

    assert seen == [0.5 * CLIMB, 0.5 * CLIMB**2, 0.5 * CLIMB**3, 1.0, 1.0]


async def test_nothing_is_free_while_an_administrator_has_stopped_it(store: Store, clock: Clock) -> None:
    since = clock.now
    async with store.transaction() as unit:
        assert await unit.paces.pause(TENANT) == since
    clock.pass_by(hours=1)
    async with store.transaction() as unit:
        assert await open_slots(unit, TENANT, rate=RATE) is None
        assert await open_slots(unit, "another", rate=RATE) is not None
        assert await unit.paces.pause(TENANT) == since
        assert await unit.paces.paused() == {TENANT: since}

    async with store.transaction() as unit:
        assert await unit.paces.resume(TENANT) == since
        assert await unit.paces.resume(TENANT) is None
        assert await unit.paces.paused() == {}
    assert len(await taken(store)) == 5
