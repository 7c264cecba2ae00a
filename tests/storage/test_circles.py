"""Circles: what somebody is to somebody else follows from the rosters, in each programme for itself."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from coaching.access import Audience, Matter
from coaching.people import Member, Person, Role
from coaching.shares import Item, Share, ShareState, Subject, Thing, may_read
from storage.store import Store
from tests.builders import Clock, add_person, in_all

ITEM = Item(owner_id=0, matter=Matter.PLAN, subject=Subject.ASK, subject_id=7, field="what")


@pytest.fixture
async def programmes(store: Store) -> dict[str, int]:
    """Two programmes; Aino takes part in the first."""
    tenant = "t"
    async with store.transaction() as unit:
        return {key: await unit.programmes.add(tenant=tenant, key=key, name=in_all(key)) for key in ("own", "foreign")}


@pytest.fixture
async def aino(store: Store, programmes: dict[str, int]) -> Person:
    aino = await add_person(store, tenant="t", email="aino@ministry.example")
    await part(store, aino, programmes["own"], Role.PARTICIPANT)
    return aino


async def part(store: Store, person: Person, programme_id: int, role: Role) -> None:
    async with store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=role))


@pytest.mark.parametrize("where", ["own", "foreign"])
@pytest.mark.parametrize("role", Role)
async def test_a_role_in_a_programme_of_others_makes_nobody_a_reader(
    store: Store, aino: Person, programmes: dict[str, int], clock: Clock, role: Role, where: str
) -> None:
    other = await add_person(store, tenant="t", email="other@ministry.example")
    await part(store, other, programmes[where], role)

    async with store.transaction() as unit:
        reader = await unit.circles.reader(other.id, aino.id)

    expected = set() if where == "foreign" else {Audience.PEER} | ({Audience.COACH} if role is Role.COACH else set())
    assert reader.audiences == expected
    item = replace(ITEM, owner_id=aino.id)
    for audience, matter in product(Audience, Matter):
        share = Share(
            id=1,
            owner_id=aino.id,
            state=ShareState.SHARED,
            things=frozenset({Thing(subject=Subject.ASK, subject_id=7)}),
            audience=audience,
            person_id=None if audience is Audience.TEAM else other.id,
            ends_at=clock.now + timedelta(days=1),
        )
        reads = may_read(reader, replace(item, matter=matter), [share], clock.now)
        assert not reads or audience in expected or matter is Matter.HAND_IN or matter is Matter.PROGRESS
    assert where == "own" or not may_read(reader, item, [], clock.now)


async def test_who_is_led_and_who_leads_are_told_apart(store: Store, aino: Person) -> None:
    pekka = await add_person(store, tenant="t", email="pekka@ministry.example")
    async with store.transaction() as unit:
        own = await unit.people.get(aino.id)
        assert own is not None
        await unit.people.save(replace(own, manager_id=pekka.id))

    async with store.transaction() as unit:
        upwards = await unit.circles.reader(pekka.id, aino.id)
        downwards = await unit.circles.reader(aino.id, pekka.id)

    assert upwards.audiences == {Audience.MANAGER, Audience.COUNTERPART}
    assert downwards.audiences == {Audience.TEAM, Audience.COUNTERPART}


async def test_nobody_of_another_organisation_is_anything(
    store: Store, aino: Person, programmes: dict[str, int]
) -> None:
    stranger = await add_person(store, tenant="other", email="aino@ministry.example")
    await part(store, stranger, programmes["own"], Role.COACH)

    async with store.transaction() as unit:
        assert (await unit.circles.reader(stranger.id, aino.id)).audiences == frozenset()
        assert await unit.circles.mate(aino.id, "aino@ministry.example") is None


async def test_who_has_left_reads_no_more(store: Store, aino: Person, programmes: dict[str, int]) -> None:
    coach = await add_person(store, tenant="t", email="coach@ministry.example")
    await part(store, coach, programmes["own"], Role.COACH)
    async with store.transaction() as unit:
        await unit.members.leave(programmes["own"], coach.id)

    async with store.transaction() as unit:
        assert (await unit.circles.reader(coach.id, aino.id)).audiences == frozenset()
