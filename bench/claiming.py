"""Claiming: 25 people out of very many, each with what they are asked and when they were visited."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from bench.load import Failed
from coaching.asks import Ask, AskState
from demo.crowd import Crowd
from demo.crowd_rows import open_ask, reflection, settle
from scheduler.claims import AT_ONCE, claim
from storage.bulk import Bulk, bytes_used, look_at_everything
from storage.engine import Engine, open_engine
from storage.keys import KeyRing
from storage.schema import Part, upgrade
from storage.store import Store

ROUNDS = 200
UNLIMITED = 20_000.0  # visits a second
#: Of a person's asks so many are still to come, one of them due now; the others are answered.
OPEN = 10
VISITS = 10  # a person's, in the last four weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """How long each of many took, in milliseconds, sorted."""

    milliseconds: Sequence[float]

    def at(self, share: float) -> float:
        """Within which *share* of them were over, by the nearest rank."""
        return self.milliseconds[math.ceil(share * len(self.milliseconds)) - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What was found in one database."""

    people: int
    asks: int
    bytes_per_ask: float
    all_due: Times
    nothing_due: Times


async def claims(address: str, *, people: int, asks_each: int) -> Claims:
    """Fill a new database, and claim in it. Raises Failed when a claim does not get whom it should."""
    engine = open_engine(address)
    try:
        await upgrade(engine, Part.MAIN)
        keys = KeyRing(engine, [token_bytes(32)])
        crowd, everybody = Crowd(), range(1, people + 1)
        element = await settle(engine, keys, crowd, people=people)
        before = await bytes_used(engine)
        await _ask(engine, everybody, asks_each, element.programme_id)
        taken = await bytes_used(engine) - before
        await _visit(engine, everybody, crowd.tenant)
        await look_at_everything(engine)
        store = Store(engine, keys)
        nothing_due = await _timed(store, crowd.tenant, everybody, engine, due=False)
        all_due = await _timed(store, crowd.tenant, everybody, engine, due=True)
    finally:
        await engine.dispose()
    return Claims(
        people=people,
        asks=people * asks_each,
        bytes_per_ask=taken / (people * asks_each),
        all_due=all_due,
        nothing_due=nothing_due,
    )


async def _ask(engine: Engine, everybody: range, asks_each: int, programme_id: int) -> None:
    """Each ask is another element's: those to come stand at the end."""
    now = datetime.now(UTC)
    for place in range(asks_each):
        async with Store(engine, KeyRing(engine, [token_bytes(32)])).transaction() as unit:
            element = await unit.programmes.add_element(reflection(programme_id, key=f"element-{place}"))
        days = 3 * (place - (asks_each - OPEN))
        at = now + timedelta(days=days) - timedelta(minutes=1)
        like = open_ask(element, at)
        async with engine.begin() as connection:
            await Bulk(connection).ask(everybody, like if days >= 0 else _answered(like, at))


def _answered(ask: Ask, at: datetime) -> Ask:
    answered_at = at + timedelta(hours=5)
    return replace(ask, state=AskState.ANSWERED, told_at=at, answered_at=answered_at, version=1)


async def _visit(engine: Engine, everybody: range, tenant: str) -> None:
    """All of it more than a week ago, so that the dose has room."""
    now = datetime.now(UTC)
    for place in range(VISITS):
        async with engine.begin() as connection:
            await Bulk(connection).visited(everybody, tenant, now - timedelta(days=27 - 2 * place))


async def _timed(store: Store, tenant: str, everybody: range, engine: Engine, *, due: bool) -> Times:
    """As many claims as there are people for, 200 at most; the first one, which fills caches, is not counted."""
    wanted = AT_ONCE if due else 0
    rounds = min(ROUNDS, len(everybody) // AT_ONCE - 1)
    at = datetime.now(UTC) + timedelta(minutes=-1 if due else 60)
    async with engine.begin() as connection:
        await Bulk(connection).next_visit(everybody, at)
    await look_at_everything(engine)
    taken: list[float] = []
    for _ in range(rounds + 1):
        start = time.perf_counter()
        async with store.transaction() as unit:
            claimed = (await claim(unit, tenant, rate=UNLIMITED)).visits
        taken.append(1e3 * (time.perf_counter() - start))
        if len(claimed) != wanted:
            raise Failed(f"{len(claimed)} people were claimed instead of {wanted}")
    return Times(milliseconds=sorted(taken[1:]))
