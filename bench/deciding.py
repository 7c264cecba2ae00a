"""Deciding: what the rule of visits costs for one person with ten asks over several programmes."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from coaching.asks import Ask
from coaching.hours import Availability
from coaching.visits import History, next_visit
from demo.crowd_rows import open_ask, reflection

PEOPLE = 500
ASKS = 10
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


def microseconds_to_decide() -> float:
    """The median over people, each of whom is decided about for the first time."""
    person = Availability(zone=ZoneInfo("Europe/Helsinki"))
    history = History(visits=tuple(NOW - timedelta(days=days) for days in (13, 9, 6, 2)), unanswered=1)
    taken = []
    for number in range(PEOPLE):
        asks = _asks(number)
        start = time.perf_counter()
        next_visit(person, asks, history, NOW, spread_key=str(number))
        taken.append(1e6 * (time.perf_counter() - start))
    return median(taken)


def _asks(number: int) -> Sequence[Ask]:
    """One that waits for its answer, one that is due now, and more to come, some with a due day."""
    element = reflection(programme_id=1)
    told = replace(open_ask(element, NOW - timedelta(days=6)), id=1, told_at=NOW - timedelta(days=2, minutes=number))
    coming = [
        replace(
            open_ask(element, NOW + timedelta(days=3 * place, minutes=number)),
            id=2 + place,
            due_at=NOW + timedelta(days=3 * place + 7) if place % 2 else None,
        )
        for place in range(ASKS - 1)
    ]
    return [told, *coming]
