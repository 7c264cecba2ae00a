"""The cards that Teams shows of a person: what each shows, and which revision of it it should show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Boolean, String, bindparam, delete, func, insert, literal_column, or_, select, update

from storage.among import among
from storage.engine import Connection
from storage.tables import cards, people

#: How long a reply waits for its own turn to bring the card up to date before the pump does.
CARD_GRACE = timedelta(seconds=5)


class Face(StrEnum):
    """What a card shows."""

    #: The ask as it stands: the form, the receipt, or that it is closed.
    ASK = "ask"
    #: The form with the newest answer in it, to be changed.
    EDIT = "edit"
    #: Of an assignment: what it came to, and what was done otherwise.
    HAND_IN = "hand_in"
    ADAPT = "adapt"
    #: When, where and how it is to be done.
    PLAN = "plan"
    #: Why it is left out.
    DROP = "drop"
    #: What the coach is asked.
    QUESTION = "question"
    #: How much longer it takes.
    MORE_TIME = "more_time"
    #: Of a goal: what and why; when and what then; how it is followed.
    GOAL = "goal"
    IF_THEN = "if_then"
    FOLLOW = "follow"
    #: A plan as it stands.
    PLAN_OVERVIEW = "plan_overview"
    #: Whom of the person's team it asks.
    TEAM = "team"
    #: A coach's broadcast as it stands.
    BROADCAST = "broadcast"
    #: What a coach is about to do to their programme or its people.
    PROPOSAL = "proposal"
    #: That what it said was removed.
    GONE = "gone"
    #: The same, in the chat of somebody who is being erased, where nothing else comes any more.
    ERASED = "erased"
    #: What its owner shares, or is about to.
    SHARE = "share"
    #: What somebody else shares with the card's person.
    SHARED = "shared"
    #: The discussions that the person is to hold.
    TALKS = "talks"


#: Faces on which nothing is left to read.
EMPTY = frozenset({Face.GONE, Face.ERASED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """A card of ours in Teams. It is behind while shown < wanted; activity_id None until Teams has told it."""

    id: int
    person_id: int
    ask_id: int | None
    activity_id: str | None
    face: Face = Face.ASK
    wanted: int
    shown: int
    attempts: int = 0


class Shown(NamedTuple):
    """That a revision of a card was put into Teams. activity_id: where, if that is news."""

    card_id: int
    revision: int
    activity_id: str | None = None

    def parameters(self) -> dict[str, Any]:
        """As `_SHOWS` binds them."""
        return {"id_": self.card_id, "revision_": self.revision, "activity_id_": self.activity_id}


_ADD_CARDS = (
    insert(cards)
    .values(face=Face.ASK.value, wanted=1, shown=0, attempts=0)
    .returning(cards.c.id, sort_by_parameter_order=True)
)
_CARD = tuple(cards.c[name] for name in ShownCard.__slots__)
_BY_ID = select(*_CARD).where(cards.c.id == bindparam("id_")).with_for_update()
_RAISE = (
    update(cards)
    .where(cards.c.ask_id == bindparam("ask_id_"))
    .values(wanted=cards.c.wanted + 1, face=Face.ASK.value, try_at=bindparam("try_at_"), attempts=0)
    .returning(*_CARD)
)
_RAISE_ALL = (
    update(cards)
    .where(among(cards.c.ask_id, "ask_ids_"))
    .values(wanted=cards.c.wanted + 1, face=Face.ASK.value, try_at=bindparam("try_at_"), attempts=0)
)
_RAISE_PLANS = (
    update(cards)
    .where(cards.c.person_id == bindparam("person_id_"), cards.c.face == Face.PLAN_OVERVIEW.value)
    .values(wanted=cards.c.wanted + 1, try_at=bindparam("try_at_"), attempts=0)
)
_SHOWS = (
    update(cards)
    .where(cards.c.id == bindparam("id_"))
    .values(
        shown=bindparam("revision_"),
        attempts=0,
        activity_id=func.coalesce(bindparam("activity_id_", type_=String()), cards.c.activity_id),
    )
)
_FIRST_SHOWN = (
    update(cards)
    .where(cards.c.id == bindparam("id_"), cards.c.shown == 0)
    .values(
        shown=1, attempts=0, activity_id=func.coalesce(bindparam("activity_id_", type_=String()), cards.c.activity_id)
    )
)
# The same literal condition as the partial index, so that both databases use it.
_IS_BEHIND = literal_column("shown < wanted AND activity_id IS NOT NULL", Boolean) & (
    cards.c.try_at <= bindparam("now_")
)
_TENANTS_BEHIND = select(people.c.tenant).join(cards, cards.c.person_id == people.c.id).where(_IS_BEHIND).distinct()
_BEHIND = (
    select(*_CARD)
    .join(people, cards.c.person_id == people.c.id)
    .where(_IS_BEHIND, people.c.tenant == bindparam("tenant_"))
    .order_by(cards.c.try_at)
    .limit(bindparam("limit_"))
    .with_for_update(of=cards, skip_locked=True)
)


class Cards:
    """The cards that Teams shows, and the revision that each should show."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def add(self, *, person_id: int, ask_id: int | None, face: Face = Face.ASK) -> ShownCard:
        """A card about to be sent."""
        row = {
            "person_id": person_id,
            "ask_id": ask_id,
            "face": face.value,
            "wanted": 1,
            "shown": 0,
            "try_at": self._now + CARD_GRACE,
            "attempts": 0,
        }
        number = (await self._connection.execute(insert(cards).returning(cards.c.id), row)).scalar_one()
        return ShownCard(id=number, person_id=person_id, ask_id=ask_id, activity_id=None, face=face, wanted=1, shown=0)

    async def add_for(self, people_and_asks: Sequence[tuple[int, int | None]]) -> list[int]:
        """A card for each of these people, about an ask or none, about to be sent; their numbers in the same order."""
        try_at = self._now + CARD_GRACE
        rows = [{"person_id": person_id, "ask_id": ask_id, "try_at": try_at} for person_id, ask_id in people_and_asks]
        return [row.id for row in await self._connection.execute(_ADD_CARDS, rows)] if rows else []

    async def get(self, card_id: int) -> ShownCard | None:
        """The card with that number, whoever's it is."""
        row = (await self._connection.execute(_BY_ID, {"id_": card_id})).first()
        return None if row is None else _card(row)

    async def at(self, *, person_id: int, activity_id: str) -> ShownCard | None:
        """The person's card in that Teams message."""
        rows = await self._connection.execute(
            select(*_CARD).where(cards.c.person_id == person_id, cards.c.activity_id == activity_id)
        )
        row = rows.first()
        return None if row is None else _card(row)

    async def raise_wanted(self, ask_id: int) -> list[ShownCard]:
        """Every card of an ask is to be drawn anew; the cards with their new revisions."""
        rows = await self._connection.execute(_RAISE, {"ask_id_": ask_id, "try_at_": self._now + CARD_GRACE})
        return [_card(row) for row in rows]

    async def raise_all(self, ask_ids: Collection[int]) -> None:
        """Every card of these asks is to be drawn anew, by the pump."""
        await self._connection.execute(_RAISE_ALL, {"ask_ids_": sorted(ask_ids), "try_at_": self._now})

    async def raise_plans(self, person_id: int) -> None:
        """Every card of the person's that shows their whole plan is to be drawn anew, by the pump."""
        await self._connection.execute(_RAISE_PLANS, {"person_id_": person_id, "try_at_": self._now})

    async def raise_one(self, card_id: int, *, after: timedelta = timedelta()) -> None:
        """One card is to be drawn anew, by the pump. after: so much later, where a reply may just be changing it."""
        raised = update(cards).where(cards.c.id == card_id)
        await self._connection.execute(raised.values(wanted=cards.c.wanted + 1, try_at=self._now + after, attempts=0))

    async def turn_over(self, card: ShownCard, face: Face) -> ShownCard:
        """One card is to show another face; the card with its new revision."""
        wanted = card.wanted + 1
        values = {"face": face.value, "wanted": wanted, "try_at": self._now + CARD_GRACE, "attempts": 0}
        await self._connection.execute(update(cards).where(cards.c.id == card.id).values(values))
        return replace(card, face=face, wanted=wanted)

    async def found_at(self, card_id: int, activity_id: str) -> None:
        """Where the card is in Teams, when a press tells it before the sender could."""
        await self._connection.execute(
            update(cards)
            .where(cards.c.id == card_id, or_(cards.c.activity_id.is_(None), cards.c.activity_id != activity_id))
            .values(activity_id=activity_id)
        )

    async def shows(self, card_id: int, *, revision: int, activity_id: str | None = None) -> None:
        """That this revision of the card was put into Teams, and where, if that is news.

        What was put there last is what Teams shows: an older revision that came late leaves the card behind again.
        """
        await self.all_show([Shown(card_id=card_id, revision=revision, activity_id=activity_id)])

    async def all_show(self, shown: Sequence[Shown]) -> None:
        """The same of several cards, in their order, each there once."""
        if shown:
            await self._connection.execute(_SHOWS, [each.parameters() for each in shown])

    async def arrived(self, arrived: Mapping[int, str | None]) -> None:
        """That these new cards are in Teams, and where, by their numbers; not news where a press told it before."""
        rows = [{"id_": id, "activity_id_": activity_id} for id, activity_id in sorted(arrived.items())]
        if rows:
            await self._connection.execute(_FIRST_SHOWN, rows)

    async def never_sent(self, card_ids: Collection[int]) -> None:
        """Forget cards that did not leave."""
        if card_ids:
            await self._connection.execute(delete(cards).where(cards.c.id.in_(card_ids)))

    async def tenants_behind(self) -> list[str]:
        """The tenants in which a card should look otherwise than it does. Locks nothing."""
        return [row.tenant for row in await self._connection.execute(_TENANTS_BEHIND, {"now_": self._now})]

    async def take_behind(self, tenant: str, *, limit: int, lease: timedelta) -> list[ShownCard]:
        """Cards that should look otherwise than they do, the longest waiting first; nobody else takes them so long."""
        if not limit:
            return []
        rows = await self._connection.execute(_BEHIND, {"tenant_": tenant, "now_": self._now, "limit_": limit})
        found = [_card(row) for row in rows]
        taken = update(cards).where(cards.c.id.in_([card.id for card in found])).values(try_at=self._now + lease)
        if found:
            await self._connection.execute(taken)
        return found

    async def try_again(self, card_id: int, *, at: datetime) -> None:
        """That bringing the card up to date did not work, and when to try it next."""
        await self._connection.execute(
            update(cards).where(cards.c.id == card_id).values(try_at=at, attempts=cards.c.attempts + 1)
        )

    async def wait(self, card: ShownCard, *, until: datetime) -> None:
        """As `try_again`; and nothing else that is to change in the person's chat is changed before then."""
        behind = cards.c.person_id == card.person_id, cards.c.shown < cards.c.wanted
        await self._connection.execute(select(cards.c.id).where(*behind).order_by(cards.c.id).with_for_update())
        # Each row once: PostgreSQL looks at the person of one that is changed twice, whom a turn may hold.
        others = update(cards).where(*behind, cards.c.id != card.id, cards.c.try_at < until)
        await self._connection.execute(others.values(try_at=until))
        await self.try_again(card.id, at=until)

    async def give_up(self, card_id: int) -> None:
        """That this card is no more in Teams, or never will be changed: nothing more is wanted of it."""
        await self._connection.execute(update(cards).where(cards.c.id == card_id).values(shown=cards.c.wanted))


def _card(row: Any) -> ShownCard:
    return ShownCard(**(dict(row._mapping) | {"face": Face(row.face)}))
