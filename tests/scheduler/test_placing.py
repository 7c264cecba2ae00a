"""Placing: who is behind gets nothing and is not forgotten, and who is in the middle of something is passed over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from coaching.hours import Hours
from coaching.people import Member, Person, Role
from coaching.sources import sources
from scheduler.placing import Placing, place_all_behind
from scheduler.planning import mend_forgotten, replan
from storage import planned
from tests.builders import TENANT, Clock
from tests.coaching.half_days import half_days
from tests.conftest import Database
from tests.scheduler.conftest import Coaching

NEW_YEAR = datetime(2027, 1, 4, 8, tzinfo=UTC)


@pytest.fixture
async def aino(coaching: Coaching, clock: Clock) -> Person:
    """A participant of a programme that was loaded, to be placed in it."""
    clock.now = NEW_YEAR
    person = await coaching.person()
    async with coaching.store.transaction() as unit:
        loaded = await unit.revisions.first(TENANT, half_days())
        await unit.revisions.add(loaded, half_days(), sources=sources(half_days(), coaches={}))
        await unit.people.save_part(Member(person_id=person.id, programme_id=loaded.id, role=Role.PARTICIPANT))
    return person


async def test_who_is_behind_is_decided_about_only_when_they_are_placed(
    coaching: Coaching, aino: Person, clock: Clock
) -> None:
    other = await coaching.ask(aino, opens_at=NEW_YEAR)

    await coaching.visit()
    alarms = await mend_forgotten(coaching.store)
    await replan(coaching.store)
    await coaching.visit()
    in_between = len(coaching.wire.taken)
    await place_all_behind(coaching.store)
    await coaching.visit()

    assert (alarms, in_between) == (0, 0)
    assert [part.ask_id for claimed in coaching.wire.visits_to(aino) for part in claimed.parts] == [other.id]


async def test_what_is_still_to_open_is_not_among_what_is_open(coaching: Coaching, aino: Person, clock: Clock) -> None:
    await place_all_behind(coaching.store)

    async with coaching.store.transaction() as unit:
        early = await unit.asks.open_of(aino.id)
    clock.now = datetime(2027, 1, 15, 12, tzinfo=UTC)
    async with coaching.store.transaction() as unit:
        opened = [ask.element.key for ask in await unit.asks.open_of(aino.id)]

    assert early == []
    assert {"role", "debrief.1"} <= set(opened)
    assert not {"debrief.2", "check-in.1"} & set(opened)


async def test_who_is_in_the_middle_of_a_turn_is_passed_over(
    coaching: Coaching, aino: Person, database: Database
) -> None:
    if database.kind == "sqlite":
        pytest.skip("there is one writer at a time: the turn ends before anything else begins")

    async with coaching.store.transaction() as turn:
        await turn.people.get(aino.id)
        meanwhile = await place_all_behind(coaching.store)
    afterwards = await place_all_behind(coaching.store)

    assert (meanwhile, afterwards) == (Placing(passed_over=1), Placing(placed=1))


async def opens(coaching: Coaching, person: Person, key: str) -> datetime | None:
    """When what is called so opens for somebody."""
    async with coaching.store.transaction() as unit:
        loaded = await unit.revisions.find(TENANT, "trial")
        assert loaded is not None
        before = {each.id: each for each in (await unit.revisions.sources(loaded.id)).values()}
        found = (await unit.members.asks(loaded.id, [person.id], before))[person.id]
    return next(ask.opens_at for ask in found if ask.element.key == key)


async def test_the_workday_after_a_session_is_a_day_on_which_the_person_works(coaching: Coaching, aino: Person) -> None:
    await place_all_behind(coaching.store)
    on_friday = await opens(coaching, aino, "debrief.1")

    async with coaching.store.transaction() as unit:
        person = await unit.people.get(aino.id)
        assert person is not None
        await unit.people.works(replace(person, hours=Hours(weekdays=frozenset({0, 1, 2, 3}))))
    placing = await place_all_behind(coaching.store)
    on_monday = await opens(coaching, aino, "debrief.1")

    assert on_friday == datetime(2027, 1, 15, 7, 30, tzinfo=UTC)
    assert (placing, on_monday) == (Placing(placed=1), datetime(2027, 1, 18, 7, 30, tzinfo=UTC))


async def test_an_ask_whose_source_came_to_be_after_the_sources_were_read_is_read_with_it(
    coaching: Coaching, aino: Person
) -> None:
    await place_all_behind(coaching.store)
    async with coaching.store.transaction() as unit:
        loaded = await unit.revisions.find(TENANT, "trial")
        assert loaded is not None
        before = {each.id: each for each in (await unit.revisions.sources(loaded.id)).values()}
        newer = await planned.own_source(unit, loaded.id)
        ask = await unit.asks.add(person_id=aino.id, element=newer)

    async with coaching.store.transaction() as unit:
        found = (await unit.members.asks(loaded.id, [aino.id], before))[aino.id]

    assert ask.element.id not in before
    assert ask.element in [each.element for each in found]
