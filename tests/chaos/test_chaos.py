"""Chaos, the short form; `make chaos` runs the long one. Its dice are the same each time, its timing is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.databases import Databases, Kind, databases
from tests.chaos.battle import EVERY_BLOW, Blow, Plan, fight
from tests.chaos.grounds import WORKERS, ground


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
        people=300, tenants=4, workers=WORKERS[kind], seed=1, blows=[Blow.STOP], most_blows=3, trouble=0, pause=0.3
    )

    result = await fight(plan, ground(place, kind))

    assert result.faults == []
    assert result.books.again_resend <= result.books.unanswered


@pytest.mark.parametrize("kind", Kind)
async def test_whatever_befalls_workers_nothing_is_lost_in_silence_and_no_answer_at_all(
    kind: Kind, place: Databases
) -> None:
    plan = Plan(people=600, tenants=6, workers=WORKERS[kind], seed=2, blows=EVERY_BLOW, most_blows=len(EVERY_BLOW))

    result = await fight(plan, ground(place, kind))

    assert result.faults == []
