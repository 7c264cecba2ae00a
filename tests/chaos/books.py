"""The books after a battle: what the ledger says, what really arrived, and what was answered."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from coaching.asks import AskState, OnUnknown
from demo.crowd import Crowd
from storage.deliveries import DeliveryState
from storage.engine import Engine
from storage.store import Store
from storage.tables import asks, deliveries

#: Answers after which a message may have arrived all the same.
PERHAPS = {0, 503}
ARRIVED = 201
#: The ledger's reason where a call took too long.
NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is to be seen. People stand for their visits: each has one ask.

    lost: people whom nothing reached, though the ledger has it that something did. untold: those who still wait.
    again_skip: messages beyond the first that may have arrived, of asks that are never said twice. again_resend:
    messages beyond the first that did arrive, of the others. unanswered: visits that Teams did not answer in time; a
    busy machine makes more of them.
    """

    deliveries: Counter[DeliveryState]
    skipped: int
    lost: frozenset[int]
    untold: frozenset[int]
    again_skip: int
    again_resend: int
    unanswered: int
    answers: int
    lost_answers: frozenset[int]


async def is_all_over(engine: Engine) -> bool:
    """Whether everybody was told, and nothing is on the wire. Not while the database is down."""
    waiting = select(func.count()).where(asks.c.state == AskState.OPEN.value, asks.c.told_at.is_(None))
    sending = select(func.count()).where(deliveries.c.state == DeliveryState.SENDING.value)
    try:
        async with engine.begin() as connection:
            return not any([(await connection.execute(each)).scalar_one() for each in (waiting, sending)])
    except (DBAPIError, OSError):
        return False


async def read_books(
    store: Store,
    engine: Engine,
    crowd: Crowd,
    on_unknown: Callable[[int], OnUnknown],
    thanked: Mapping[int, str],
) -> Books:
    """Compare what the ledger says with what the crowd knows. thanked: what each was thanked for."""
    async with engine.begin() as connection:
        rows = (await connection.execute(select(deliveries.c.person_id, deliveries.c.state, deliveries.c.reason))).all()
        asked = (await connection.execute(select(asks))).all()
    arrived = Counter(each.number for each in crowd.reached if each.status == ARRIVED)
    perhaps = Counter(each.number for each in crowd.reached if each.status == ARRIVED or each.status in PERHAPS)
    known = {row.person_id for row in rows if row.state in (DeliveryState.UNKNOWN, DeliveryState.FAILED)}
    skipped = {row.person_id for row in asked if row.skipped}
    return Books(
        deliveries=Counter(DeliveryState(row.state) for row in rows),
        skipped=len(skipped),
        lost=frozenset({row.person_id for row in asked} - arrived.keys() - known - skipped),
        untold=frozenset(row.person_id for row in asked if row.state == AskState.OPEN and row.told_at is None),
        again_skip=sum(count - 1 for number, count in perhaps.items() if on_unknown(number) is OnUnknown.SKIP),
        again_resend=sum(count - 1 for number, count in arrived.items() if on_unknown(number) is OnUnknown.RESEND),
        unanswered=sum(row.reason == NO_ANSWER for row in rows),
        answers=len(thanked),
        lost_answers=frozenset(
            [row.person_id for row in asked if not await _is_stored(store, row.id, thanked.get(row.person_id))]
        ),
    )


async def _is_stored(store: Store, ask_id: int, text: str | None) -> bool:
    """Whether the answer that somebody was thanked for is there, once and as it was given; true where none was."""
    if text is None:
        return True
    async with store.transaction() as unit:
        ask = await unit.asks.get(ask_id)
        person = await unit.people.get(ask.person_id) if ask else None
        if person is None or ask is None or ask.version != 1:
            return False
        _, cipher = await unit.cipher(person)
        values = await unit.answers.read(cipher, person_id=person.id, ask_id=ask.id, version=1)
    return set(values.values()) == {text}
