"""The cycle of discussions of the ministry's programme: two stages, late ones, New Year, one word a week."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import people_loading
from bot.programme_checking import checked
from coaching import talks
from coaching.asks import AskKind
from coaching.calendar import instant_of
from coaching.talks import Talk, TalkState, state
from scheduler.placing import place_all_behind
from scheduler.talks import bring_talks, follow_changes, open_talks
from storage.store import Store
from storage.tables import ask_changes, asks, manager_weeks
from storage.tables import talks as rows
from storage.talks import talk_of
from tests.bot.explaining import explaining
from tests.builders import TENANT, Clock
from tests.conftest import Database

OM = Path(__file__).parents[2] / "programmes"
KEY = "om-2020-2021"
HELSINKI = ZoneInfo("Europe/Helsinki")


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


@pytest.fixture
async def om(store: Store, clock: Clock) -> Store:
    """The programme with its roster, on the first day of the first window."""
    clock.now = at(date(2020, 11, 23))
    await explaining(store, clock).load(checked(OM / f"{KEY}.yaml").programme)
    await people_loading.load(store, OM / f"{KEY}.people.csv", tenant=TENANT, programme=KEY)
    return store


async def all_talks(store: Store) -> list[Talk]:
    async with store.transaction() as unit:
        found = await unit._connection.execute(select(rows).order_by(rows.c.id))
        return [talk_of(row) for row in found]


async def of_stage(store: Store, key: str) -> dict[int, Talk]:
    """The discussions of a stage, by participant."""
    async with store.transaction() as unit:
        programme_id = await unit.programmes.id_of(TENANT, KEY)
        assert programme_id is not None
        element = (await unit.programmes.elements_of(programme_id))[key]
    return {talk.participant_id: talk for talk in await all_talks(store) if talk.element_id == element.id}


async def hold(store: Store, talk: Talk, day: date) -> None:
    """Both say that it was held."""
    async with store.transaction() as unit:
        now = await unit.talks.get(talk.id)
        assert now is not None
        await unit.talks.save(talks.held(now, day, now.participant_id, today=unit.now.date(), now=unit.now))


async def told_to_managers(store: Store) -> list[tuple[int, datetime, datetime]]:
    """Each week's message: to whom, from when on, and until when."""
    async with store.transaction() as unit:
        found = await unit._connection.execute(select(asks).where(asks.c.kind == AskKind.TALKS.value))
        return [(row.person_id, row.opens_at, row.late_until) for row in found]


async def test_a_first_stage_that_was_held_late_opens_the_second_and_others_wait(om: Store, clock: Clock) -> None:
    clock.now = at(date(2020, 11, 30))
    assert await open_talks(om) == 0
    clock.now = at(date(2020, 12, 1))
    opened = await open_talks(om)
    first = await of_stage(om, "talk-feedback")
    assert opened == len(first) > 10
    assert all((talk.first, talk.last) == (date(2020, 12, 1), date(2020, 12, 18)) for talk in first.values())
    late, never = list(first.values())[:2]
    clock.now = at(date(2020, 12, 22))
    await hold(om, late, date(2020, 12, 22))

    clock.now = at(date(2021, 1, 11))
    await open_talks(om)

    second = await of_stage(om, "talk-goals")
    assert list(second) == [late.participant_id]
    assert second[late.participant_id].last == date(2021, 2, 28)
    clock.now = at(date(2021, 1, 26))
    await open_talks(om)
    assert never.participant_id in await of_stage(om, "talk-goals")
    assert await open_talks(om) == 0


async def preparations(store: Store, key: str) -> dict[int, date]:
    """When each participant is asked to prepare a stage: the day, in UTC."""
    async with store.transaction() as unit:
        programme_id = await unit.programmes.id_of(TENANT, KEY)
        assert programme_id is not None
        element = (await unit.programmes.elements_of(programme_id))[key]
        found = await unit._connection.execute(select(asks).where(asks.c.source_id == element.id))
        return {row.person_id: row.opens_at.date() for row in found}


async def test_who_has_not_held_the_first_stage_is_asked_later_to_prepare_the_second(om: Store, clock: Clock) -> None:
    await place_all_behind(om)
    planned = date(2021, 1, 11)
    assert {*(await preparations(om, "talk-goals")).values()} == {planned}
    clock.now = at(date(2020, 12, 1))
    await open_talks(om)
    await place_all_behind(om)
    late, never = list((await of_stage(om, "talk-feedback")).values())[:2]
    assert (await preparations(om, "talk-goals"))[late.participant_id] == date(2021, 1, 26)

    clock.now = at(date(2021, 1, 14))
    await hold(om, late, date(2021, 1, 14))
    await place_all_behind(om)

    asked = await preparations(om, "talk-goals")
    assert asked[late.participant_id] == planned
    assert asked[never.participant_id] == date(2021, 1, 26)
    async with om.transaction() as unit:
        assert (await unit._connection.execute(select(ask_changes))).all() == []


async def test_what_was_held_and_was_not_after_all_moves_the_preparation_back(om: Store, clock: Clock) -> None:
    await place_all_behind(om)
    clock.now = at(date(2020, 12, 1))
    await open_talks(om)
    talk = next(iter((await of_stage(om, "talk-feedback")).values()))
    await hold(om, talk, date(2020, 12, 1))
    await place_all_behind(om)
    assert (await preparations(om, "talk-goals"))[talk.participant_id] == date(2021, 1, 11)

    async with om.transaction() as unit:
        now = await unit.talks.get(talk.id)
        assert now is not None
        await unit.talks.save(talks.denied(now))
    await place_all_behind(om)

    assert (await preparations(om, "talk-goals"))[talk.participant_id] == date(2021, 1, 26)


async def test_a_manager_gets_one_message_a_week_at_most_and_none_over_the_turn_of_the_year(
    om: Store, clock: Clock
) -> None:
    for days in range(100):
        for hour in (7, 12):
            clock.now = at(date(2020, 11, 23) + timedelta(days=days), hour)
            await bring_talks(om)

    told = await told_to_managers(om)

    assert told
    weeks = [(person, talks.monday_of(opens.date())) for person, opens, _ in told]
    assert len(weeks) == len(set(weeks))
    off = instant_of(date(2020, 12, 24), time(), HELSINKI), instant_of(date(2021, 1, 7), time(), HELSINKI)
    assert not any(opens < off[1] and until > off[0] for _, opens, until in told)
    led = {person: sum(talk.manager_id == person for talk in await all_talks(om)) for person, _, _ in told}
    assert max(led.values()) > 2


async def test_a_manager_to_whom_nothing_can_be_written_keeps_nothing_from_the_others(om: Store, clock: Clock) -> None:
    clock.now = at(date(2020, 12, 1))
    await open_talks(om)
    first, *others = sorted({talk.manager_id for talk in await all_talks(om)})
    async with om.transaction() as unit:
        manager = await unit.people.get(first)
        assert manager is not None
        await unit.people.save(replace(manager, timezone="Nowhere/At_All"))

    await bring_talks(om)

    assert {person for person, _, _ in await told_to_managers(om)} == set(others)


async def test_what_was_written_too_late_in_a_week_is_told_in_the_next_one(om: Store, clock: Clock) -> None:
    everybody = explaining(om, clock)
    await everybody.meet()
    clock.now = at(date(2020, 12, 4), 20)
    await bring_talks(om)
    written = len(await told_to_managers(om))
    assert all(talk.told_at == clock.now for talk in await all_talks(om))

    clock.now = at(date(2020, 12, 7))
    await place_all_behind(om)
    await everybody.visit()
    await bring_talks(om)
    await everybody.visit()

    taken = everybody.wire.taken
    told = {visit.person.id for visit in taken if any(ask.kind is AskKind.TALKS for ask in visit.asks.values())}
    assert told
    assert len(await told_to_managers(om)) == 2 * written
    assert {talk.told_at for talk in await all_talks(om)} == {clock.now}


async def test_reminders_stop_when_all_were_held(om: Store, clock: Clock) -> None:
    clock.now = at(date(2020, 12, 1))
    await bring_talks(om)
    before = len(await told_to_managers(om))
    for talk in await all_talks(om):
        await hold(om, talk, date(2020, 12, 1))

    for days in range(35):
        clock.now = at(date(2020, 12, 2) + timedelta(days=days))
        await bring_talks(om)

    assert before > 0
    assert len(await told_to_managers(om)) == before


async def test_two_who_bring_at_once_bring_everything_once(om: Store, clock: Clock, database: Database) -> None:
    clock.now = at(date(2020, 12, 1))

    await asyncio.gather(*(bring_talks(om) for _ in range(3)))
    await bring_talks(om)

    found = await all_talks(om)
    assert len({(talk.element_id, talk.participant_id) for talk in found}) == len(found)
    async with om.transaction() as unit:
        weeks = (await unit._connection.execute(select(manager_weeks))).all()
    assert len(weeks) == len({talk.manager_id for talk in found}) == len(await told_to_managers(om))


async def test_the_participant_is_asked_each_time_that_it_is_said_to_have_been_held(om: Store, clock: Clock) -> None:
    clock.now = at(date(2020, 12, 1))
    await open_talks(om)
    talk = (await all_talks(om))[0]
    for _ in range(2):
        async with om.transaction() as unit:
            now = await unit.talks.get(talk.id)
            assert now is not None
            await unit.talks.save(
                talks.held(now, date(2020, 12, 1), now.manager_id, today=clock.now.date(), now=clock.now)
            )
        await follow_changes(om)
        await follow_changes(om)
        async with om.transaction() as unit:
            now = await unit.talks.get(talk.id)
            assert now is not None
            await unit.talks.save(replace(talks.denied(now), to_draw=False))

    async with om.transaction() as unit:
        found = await unit._connection.execute(select(asks).where(asks.c.kind == AskKind.HELD.value))
        asked = [(row.person_id, row.occurrence - talk.id * talks.MOST_ASKED) for row in found]
    assert asked == [(talk.participant_id, 1), (talk.participant_id, 2)]
    assert state((await all_talks(om))[0]) is TalkState.OPEN
