"""Near asks: what many people have open and may be told within weeks; of what comes later, only when it does."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, or_, select

from coaching.asks import Ask, AskState
from coaching.chances import LOOK_BACK
from storage.among import among
from storage.asks import asks_of
from storage.engine import Connection
from storage.tables import asks

#: What opens later than so far ahead cannot be said yet: even an urgent ask is not moved back by more than LOOK_BACK.
NEAR = timedelta(days=LOOK_BACK + 4)

_OPEN = among(asks.c.person_id, "ids_"), asks.c.state == AskState.OPEN.value
# Nothing of what they come from: SQLite would go through the index of that, and read everybody's.
_NEAR = select(asks).where(
    *_OPEN,
    or_(asks.c.opens_at.is_(None), asks.c.opens_at <= bindparam("until_"), asks.c.told_at.is_not(None)),
)
_FIRST_LATER = (
    select(asks.c.person_id, func.min(asks.c.opens_at).label("opens_at"))
    .where(*_OPEN, asks.c.opens_at > bindparam("until_"), asks.c.told_at.is_(None))
    .group_by(asks.c.person_id)
)


@dataclass(slots=True, kw_only=True)
class NearAsks:
    """One person's. look_again_at: when more of what they have open is near; None when all of it is."""

    asks: list[Ask] = field(default_factory=list)
    look_again_at: datetime | None = None


async def near_asks(connection: Connection, person_ids: Sequence[int], *, now: datetime) -> dict[int, NearAsks]:
    """What these people have open, by their number. Locks nothing. An element that many share is read once."""
    parameters = {"ids_": person_ids, "until_": now + NEAR}
    found: defaultdict[int, NearAsks] = defaultdict(NearAsks)
    for ask in await asks_of(connection, list(await connection.execute(_NEAR, parameters))):
        found[ask.person_id].asks.append(ask)
    for row in await connection.execute(_FIRST_LATER, parameters):
        found[row.person_id].look_again_at = row.opens_at - NEAR
    return found
