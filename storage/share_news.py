"""Share news as rows: who is to be told of what is shared, and which cards are behind when it is over."""

from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, update

from coaching.access import Audience
from coaching.asks import AskKind, AskState, SourceKind
from coaching.shares import Share, ShareState, Subject, Thing
from coaching.sources import SHARED
from storage.cards import Face
from storage.engine import Connection
from storage.shares import IN_FORCE, share_of
from storage.tables import asks, cards, elements, people, readings, shares

_OVER = (
    select(shares.c.id, shares.c.owner_id)
    .where(IN_FORCE, shares.c.ends_at <= bindparam("now_"))
    .order_by(shares.c.ends_at)
    .limit(bindparam("limit_"))
)
_SHOWN = (
    select(readings.c.card_id)
    .where(readings.c.owner_id == bindparam("owner_"), readings.c.card_id.is_not(None))
    .distinct()
    .order_by(readings.c.card_id)
)
_sharer = people.alias("sharer")
_UNTOLD = (
    select(shares)
    .where(
        IN_FORCE,
        shares.c.told_at.is_(None),
        shares.c.person_id.is_not(None),
        shares.c.audience != Audience.MANAGER.value,
        ~and_(
            shares.c.audience == Audience.COUNTERPART.value,
            shares.c.person_id
            == select(_sharer.c.manager_id).where(_sharer.c.id == shares.c.owner_id).scalar_subquery(),
        ),
        shares.c.ends_at > bindparam("now_"),
    )
    .order_by(shares.c.id)
    .limit(bindparam("limit_"))
)
_UNTOLD_TEAMS = (
    select(shares)
    .where(
        IN_FORCE,
        shares.c.told_at.is_(None),
        shares.c.audience == Audience.TEAM.value,
        shares.c.ends_at > bindparam("now_"),
    )
    .order_by(shares.c.id)
    .limit(bindparam("limit_"))
)
_told = shares.alias("told_share")
#: Those of a team who have not been told of a share, and are not about to be told of another one of the same owner's.
_UNTOLD_MATES = (
    select(people.c.id)
    .where(
        people.c.manager_id == bindparam("owner_"),
        people.c.id != bindparam("owner_"),
        ~select(asks.c.id)
        .join(elements, elements.c.id == asks.c.source_id)
        .join(_told, _told.c.id == asks.c.occurrence)
        .where(
            asks.c.person_id == people.c.id,
            asks.c.kind == AskKind.SHARED.value,
            asks.c.source_kind == SourceKind.ELEMENT.value,
            elements.c.key == SHARED,
            _told.c.owner_id == bindparam("owner_"),
            or_(
                _told.c.id == bindparam("share_"),
                (asks.c.state == AskState.OPEN.value) & asks.c.told_at.is_(None),
            ),
        )
        .exists(),
    )
    .order_by(people.c.id)
    .limit(bindparam("limit_"))
)
_now, _left = shares.alias("over_now"), shares.alias("still_shared")
#: Of a share that is over the notices that nobody has read yet, unless what was shared with it goes on.
_NOT_TO_BE_TOLD = (
    select(asks.c.id)
    .join(elements, elements.c.id == asks.c.source_id)
    .join(_told, _told.c.id == asks.c.occurrence)
    .join(_now, and_(_now.c.owner_id == _told.c.owner_id, _now.c.audience == _told.c.audience))
    .where(
        _now.c.id == bindparam("share_"),
        _now.c.person_id.is_not_distinct_from(_told.c.person_id),
        asks.c.kind == AskKind.SHARED.value,
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.key == SHARED,
        asks.c.state == AskState.OPEN.value,
        asks.c.told_at.is_(None),
        ~select(_left.c.id)
        .where(
            _left.c.owner_id == _now.c.owner_id,
            _left.c.audience == _now.c.audience,
            _left.c.person_id.is_not_distinct_from(_now.c.person_id),
            _left.c.state == ShareState.SHARED.value,
            _left.c.ends_at > bindparam("now_"),
        )
        .exists(),
    )
    .order_by(asks.c.id)
)
_owner, _reader = people.alias("share_owner"), people.alias("share_reader")
#: Shares with somebody's manager who is that no longer, since another one is; or with the other one of two who were.
_FORMER = (
    select(shares.c.id, shares.c.owner_id)
    .join(_owner, _owner.c.id == shares.c.owner_id)
    .join(_reader, _reader.c.id == shares.c.person_id)
    .where(
        IN_FORCE,
        shares.c.ends_at > bindparam("now_"),
        _owner.c.manager_id.is_not(None),
        _owner.c.manager_id != shares.c.person_id,
        or_(
            shares.c.audience == Audience.MANAGER.value,
            (shares.c.audience == Audience.COUNTERPART.value) & _reader.c.manager_id.is_distinct_from(_owner.c.id),
        ),
    )
    .order_by(shares.c.owner_id, shares.c.id)
    .limit(bindparam("limit_"))
)


class ShareNews:
    """What is to be told of shares in this transaction. Locks nothing."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def over(self, *, limit: int) -> list[tuple[int, int]]:
        """Shares that are over and that cards may still show, and their owners."""
        rows = await self._connection.execute(_OVER, {"now_": self._now, "limit_": limit})
        return [(row.id, row.owner_id) for row in rows]

    async def settle(self, share_id: int, owner_id: int) -> int:
        """Have every card drawn anew that shows something of the owner's to others; how many there are.

        Those of the owner's own answers and of their whole plan, too, for each says who sees it.
        """
        names = (await self._connection.execute(select(shares.c.things).where(shares.c.id == share_id))).scalar_one()
        own = [thing.subject_id for thing in map(Thing.named, names) if thing.subject is Subject.ASK]
        shown = [row.card_id for row in await self._connection.execute(_SHOWN, {"owner_": owner_id})]
        if shown or own:
            whole = (cards.c.person_id == owner_id) & (cards.c.face == Face.PLAN_OVERVIEW.value)
            raised = update(cards).where(or_(cards.c.id.in_(shown), cards.c.ask_id.in_(own), whole))
            await self._connection.execute(raised.values(wanted=cards.c.wanted + 1, try_at=self._now, attempts=0))
        await self._connection.execute(update(shares).where(shares.c.id == share_id).values(settled_at=self._now))
        return len(shown)

    async def of_former_managers(self, *, limit: int) -> dict[int, list[int]]:
        """Shares in force with those who no longer lead their owners, because somebody else does: by their owners."""
        found: dict[int, list[int]] = {}
        for row in await self._connection.execute(_FORMER, {"now_": self._now, "limit_": limit}):
            found.setdefault(row.owner_id, []).append(row.id)
        return found

    async def untold(self, *, limit: int) -> list[Share]:
        """What somebody shares with one other who has not been told. Managers hear of it with their week's message."""
        rows = await self._connection.execute(_UNTOLD, {"now_": self._now, "limit_": limit})
        return [share_of(row) for row in rows]

    async def untold_teams(self, *, limit: int) -> list[Share]:
        """What somebody shares with their team, of whom some may not have been told."""
        rows = await self._connection.execute(_UNTOLD_TEAMS, {"now_": self._now, "limit_": limit})
        return [share_of(row) for row in rows]

    async def untold_mates(self, share: Share, *, limit: int) -> list[int]:
        """Some of the team who have not been told of it. What is shared together is told once."""
        given = {"owner_": share.owner_id, "share_": share.id, "limit_": limit}
        return [row.id for row in await self._connection.execute(_UNTOLD_MATES, given)]

    async def told(self, share_id: int) -> None:
        """The other one has been told, or cannot be."""
        await self._connection.execute(update(shares).where(shares.c.id == share_id).values(told_at=self._now))

    async def not_to_be_told(self, share_id: int) -> list[int]:
        """The asks by which somebody would be told of a share that is over."""
        rows = await self._connection.execute(_NOT_TO_BE_TOLD, {"share_": share_id, "now_": self._now})
        return [row.id for row in rows]
