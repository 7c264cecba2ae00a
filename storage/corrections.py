"""Corrections: the cards of what was sent to many, which are to be drawn anew when it says something else."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, update

from coaching.asks import AskState, SourceKind
from storage.among import among
from storage.cards import Face
from storage.engine import Connection
from storage.tables import asks, cards, deliveries, delivery_asks

_ASKED = and_(asks.c.source_kind == SourceKind.ELEMENT.value, asks.c.source_id == bindparam("element_"))
_NEXT = (
    select(asks.c.person_id)
    .where(_ASKED, asks.c.person_id > bindparam("after_"))
    .order_by(asks.c.person_id)
    .limit(bindparam("limit_"))
)
# What was answered shows its receipt, and stays as it is.
_UNANSWERED = and_(
    _ASKED,
    among(asks.c.person_id, "ids_"),
    asks.c.version == 0,
    asks.c.state.in_([AskState.OPEN.value, AskState.CLOSED.value]),
)
_OF_VISITS = (
    select(deliveries.c.card_id)
    .join(asks, and_(asks.c.person_id == deliveries.c.person_id, _UNANSWERED))
    .join(delivery_asks, and_(delivery_asks.c.delivery_id == deliveries.c.id, delivery_asks.c.ask_id == asks.c.id))
    .where(deliveries.c.slot_at >= bindparam("since_"), deliveries.c.card_id.is_not(None))
)
_RAISE = (
    update(cards)
    .where(
        cards.c.face == Face.ASK.value,
        or_(cards.c.ask_id.in_(select(asks.c.id).where(_UNANSWERED)), cards.c.id.in_(_OF_VISITS)),
    )
    .values(wanted=cards.c.wanted + 1, try_at=bindparam("now_"), attempts=0)
    .returning(cards.c.id)
)


class Corrections:
    """What is to be drawn anew in this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def asked(self, element_id: int, *, after: int, limit: int) -> list[int]:
        """Up to *limit* of the people who were asked an element, by their numbers from *after* on. Locks nothing."""
        given = {"element_": element_id, "after_": after, "limit_": limit}
        return [row.person_id for row in await self._connection.execute(_NEXT, given)]

    async def draw_anew(self, element_id: int, person_ids: Collection[int], *, since: datetime) -> int:
        """Have the cards drawn anew on which these people have it before them, unanswered; how many cards.

        since: when it went out first (UTC).
        """
        given = {"element_": element_id, "ids_": sorted(person_ids), "since_": since, "now_": self._now}
        return len((await self._connection.execute(_RAISE, given)).all()) if person_ids else 0
