"""Counting: a survey is counted and told of by one transaction, however many look at it and whenever they die."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from coaching.asks import AskKind
from coaching.elements import Question, QuestionKind, Survey
from coaching.people import Member, Role
from scheduler.counting import count_ballots
from storage.store import Store
from storage.tables import asks, ballot_boxes, programmes
from tests.bot.reading import rows_of
from tests.builders import TENANT, Clock, add_ask, add_element, add_person, in_all
from tests.coaching.programming import at
from tests.mortal import Killed, Mortal
from tests.storage.test_pools import Rows

QUESTION = Question(id="role", text=in_all("Roolini on selkeä"), kind=QuestionKind.SCALE, lowest=1, highest=5)
PULSE = Survey(id="pulse", title=in_all("Kysely"), at=at("programme.start"), items=(QUESTION,))
COACHES = 3


async def boxes(store: Store, clock: Clock, *, ballots: int, number: int = 1) -> None:
    """Surveys of one programme with as many ballots each, which have closed; and its coaches."""
    aino = await add_person(store)
    for place in range(number):
        element = await add_element(store, key=f"pulse-{place}", kind=AskKind.BALLOT, own=PULSE)
        ask = await add_ask(store, aino, element, closes_at=clock.now + timedelta(days=1))
        for _ in range(ballots):
            async with store.transaction() as unit:
                await unit.ballot_boxes.cast(ask, {"role": 4}, tenant=TENANT, threshold=5)
    for place in range(COACHES):
        coach = await add_person(store, name=f"Coach {place}", email=f"coach-{place}@ministry.example")
        async with store.transaction() as unit:
            await unit.people.save_part(Member(person_id=coach.id, programme_id=ask.programme_id, role=Role.COACH))
    clock.pass_by(days=1)


async def told(store: Store) -> list[tuple[int, int]]:
    """Each that a coach is told of a survey: the survey's box and the coach."""
    rows = await rows_of(Rows(store), asks)
    return sorted((row.occurrence, row.person_id) for row in rows if row.kind == AskKind.SURVEY_RESULTS)


async def closed(store: Store) -> list[int]:
    """The boxes that are counted."""
    return [row.id for row in await rows_of(Rows(store), ballot_boxes) if row.closed_at is not None]


@pytest.mark.parametrize("ballots", [pytest.param(4, id="too few"), pytest.param(5, id="enough")])
async def test_wherever_it_dies_a_survey_is_counted_where_its_coaches_are_told_and_nowhere_else(
    store: Store, clock: Clock, ballots: int
) -> None:
    await boxes(store, clock, ballots=ballots, number=2)

    deaths = 0
    for lives in range(9):
        try:
            await count_ballots(Mortal(store, lives=lives))
            break
        except Killed:
            deaths += 1
        assert [box for box, _ in await told(store)] == sorted([*await closed(store)] * COACHES)

    assert deaths > 1
    assert len(await closed(store)) == 2
    assert len(set(await told(store))) == len(await told(store)) == 2 * COACHES


async def test_of_several_who_count_at_once_one_tells(store: Store, clock: Clock) -> None:
    await boxes(store, clock, ballots=5, number=3)

    await asyncio.gather(*(count_ballots(store) for _ in range(4)))
    await count_ballots(store)

    assert len(await closed(store)) == 3
    assert len(set(await told(store))) == len(await told(store)) == 3 * COACHES


async def test_of_a_programme_that_has_ended_nobody_is_told(store: Store, clock: Clock) -> None:
    await boxes(store, clock, ballots=5)
    async with store.transaction() as unit:
        programme = update(programmes).values(ended_at=clock.now)
        await unit._connection.execute(programme)

    await count_ballots(store)

    assert len(await closed(store)) == 1
    assert await told(store) == []
