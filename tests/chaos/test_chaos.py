"""Chaos, the short form; `make chaos` runs the long one. Its dice are the same each time, its timing is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.databases import Databases, Kind, databases
from tests.chaos.battle import ROUND_TRIP_SECONDS, Blow, Plan, fight
from tests.chaos.grounds import ground

WORKERS = {Kind.SQLITE: 2, Kind.POSTGRES: 3}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Databases]:
    """Databases of its own: the server is restarted."""
    with databases(tmp_path) as found:
        yield found


@pytest.mark.parametrize("kind", Kind)
async def test_workers_that_are_stopped_in_order_lose_nothing_and_say_nothing_twice(
    kind: Kind, place: Databases
) -> None:
    plan = Plan(
        people=400, tenants=4, workers=WORKERS[kind], seed=1, blows=[Blow.STOP], most_blows=3, trouble=0, pause=0.5
    )

    result = await fight(plan, ground(place, kind))

    books = result.books
    assert (books.again_skip, books.again_resend) == (0, 0)
    assert not books.lost | books.untold | books.lost_answers
    assert books.answers


@pytest.mark.parametrize("kind", Kind)
async def test_whatever_befalls_workers_nothing_is_lost_in_silence_and_no_answer_at_all(
    kind: Kind, place: Databases
) -> None:
    blows = [Blow.KILL, Blow.FREEZE, Blow.CLOCK_AHEAD, Blow.DATABASE, Blow.KILL, Blow.STOP, Blow.CLOCK_BACK, Blow.KILL]
    plan = Plan(people=800, tenants=6, workers=WORKERS[kind], seed=2, blows=blows, most_blows=len(blows))

    result = await fight(plan, ground(place, kind))

    books = result.books
    deaths = result.blows[Blow.KILL] + result.blows[Blow.FREEZE]
    assert books.again_skip == 0
    assert books.again_resend <= result.rate * ROUND_TRIP_SECONDS * 1.5 * deaths
    assert not books.lost | books.untold | books.lost_answers
    assert books.answers
