"""Manager weeks as rows: the one message of a week to a manager about all their people, and what is news for it."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import and_, bindparam, insert, or_, select, update

from coaching.access import Audience
from coaching.asks import AskKind, AskState
from coaching.people import Role
from coaching.talks import News
from storage.engine import Connection
from storage.shares import IN_FORCE
from storage.tables import asks, manager_weeks, members, people, shares, talks

#: What a programme tells managers waits so long for a message of theirs.
TOLD_WITHIN = timedelta(days=28)

_LIVE = talks.c.confirmed_at.is_(None)
_SPOKEN_OF = select(talks.c.programme_id).where(_LIVE, talks.c.held_on.is_(None)).distinct()
_WEEK = select(manager_weeks.c.manager_id).where(
    manager_weeks.c.manager_id == talks.c.manager_id, manager_weeks.c.monday == bindparam("monday_")
)
_WAITING_NOTICES = and_(
    asks.c.kind == AskKind.MANAGER_NOTICE.value,
    asks.c.state == AskState.OPEN.value,
    asks.c.told_at.is_(None),
    asks.c.opens_at <= bindparam("now_"),
    asks.c.opens_at > bindparam("since_"),
)
_NOTICED = (
    select(members.c.person_id)
    .join(asks, asks.c.person_id == members.c.person_id)
    .where(members.c.role == Role.MANAGER.value, members.c.left_at.is_(None), _WAITING_NOTICES)
)
_NOTICES_FOR = select(asks.c.programme_id).where(_WAITING_NOTICES, asks.c.person_id == bindparam("person_")).distinct()
_sharer = people.alias("sharer")
_WITH_MANAGER = and_(
    IN_FORCE,
    shares.c.ends_at > bindparam("now_"),
    shares.c.audience.in_([Audience.MANAGER.value, Audience.COUNTERPART.value]),
)
_SHARED_WITH = (
    select(shares.c.person_id)
    .join(_sharer, _sharer.c.id == shares.c.owner_id)
    .where(_WITH_MANAGER, shares.c.told_at.is_(None), _sharer.c.manager_id == shares.c.person_id)
)
_someone = _NOTICED.union(_SHARED_WITH).subquery()
_TO_BE_TOLD = (
    select(_someone.c.person_id)
    .where(
        _someone.c.person_id > bindparam("after_"),
        ~select(manager_weeks.c.manager_id)
        .where(manager_weeks.c.manager_id == _someone.c.person_id, manager_weeks.c.monday == bindparam("monday_"))
        .exists(),
    )
    .order_by(_someone.c.person_id)
    .limit(bindparam("limit_"))
)
_SHARERS = (
    select(people.c.id, people.c.name)
    .join(shares, shares.c.owner_id == people.c.id)
    .where(_WITH_MANAGER, shares.c.person_id == bindparam("person_"), people.c.manager_id == bindparam("person_"))
    .distinct()
    .order_by(people.c.id)
)
_GIVEN_UP = (
    select(manager_weeks.c.manager_id, manager_weeks.c.monday, asks.c.created_at)
    .join(asks, asks.c.id == manager_weeks.c.ask_id)
    .where(
        manager_weeks.c.monday >= bindparam("since_"),
        asks.c.state == AskState.SKIPPED.value,
        asks.c.told_at.is_(None),
    )
    .order_by(manager_weeks.c.manager_id)
)
_NEWS_AGAIN = (
    update(talks)
    .where(talks.c.manager_id == bindparam("person_"), talks.c.told_at == bindparam("at_"))
    .values(told_at=None),
    update(shares)
    .where(shares.c.person_id == bindparam("person_"), shares.c.told_at == bindparam("at_"))
    .values(told_at=None),
)
_TOLD_OF_SHARES = update(shares).where(
    _WITH_MANAGER,
    shares.c.told_at.is_(None),
    shares.c.person_id == bindparam("person_"),
    shares.c.owner_id.in_(select(_sharer.c.id).where(_sharer.c.manager_id == bindparam("person_"))),
)


class ManagerWeeks:
    """What managers are told of their people in this transaction. Locks nothing."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def programmes_spoken_of(self) -> list[int]:
        """The programmes with discussions that were not held."""
        return [row.programme_id for row in await self._connection.execute(_SPOKEN_OF)]

    async def managers(self, news: News, *, programme_ids: Collection[int], limit: int) -> list[int]:
        """Managers with news of that week in these programmes who have not had their message of it."""
        wanted = (
            select(talks.c.manager_id)
            .where(
                _LIVE,
                talks.c.held_on.is_(None),
                talks.c.programme_id.in_(programme_ids),
                or_(
                    and_(talks.c.booked_for.is_(None), talks.c.told_at.is_(None)),
                    *(and_(talks.c.booked_for.is_(None), talks.c.last.between(*each)) for each in news.last),
                    *(talks.c.booked_for.between(*each) for each in news.booked),
                ),
                ~_WEEK.exists(),
            )
            .distinct()
            .limit(limit)
        )
        return [row.manager_id for row in await self._connection.execute(wanted, {"monday_": news.monday})]

    async def to_be_told(self, monday: date, *, after: int, limit: int) -> list[int]:
        """Managers for whom there is a notice, or something that one of their people shares, of which they do not know.

        By their numbers from *after* on; without those who have had their message of that week.
        """
        given = {"monday_": monday, "now_": self._now, "since_": self._now - TOLD_WITHIN}
        rows = await self._connection.execute(_TO_BE_TOLD, given | {"after_": after, "limit_": limit})
        return [row.person_id for row in rows]

    async def notices_for(self, manager_id: int) -> list[int]:
        """The programmes of notices that wait for a manager's next message."""
        given = {"person_": manager_id, "now_": self._now, "since_": self._now - TOLD_WITHIN}
        return [row.programme_id for row in await self._connection.execute(_NOTICES_FOR, given)]

    async def sharers(self, manager_id: int, *, untold: bool = False) -> list[tuple[int, str]]:
        """Those of a manager's people who share something with them now, and their names.

        untold: of which they do not know yet.
        """
        statement = _SHARERS.where(shares.c.told_at.is_(None)) if untold else _SHARERS
        rows = await self._connection.execute(statement, {"person_": manager_id, "now_": self._now})
        return [(row.id, row.name) for row in rows]

    async def untold(self, *, since: date) -> list[tuple[int, date, datetime]]:
        """Messages of weeks from then on that were given up before they were told: of whom, of which, written when."""
        rows = await self._connection.execute(_GIVEN_UP, {"since_": since})
        return [(row.manager_id, row.monday, row.created_at) for row in rows]

    async def not_told(self, manager_id: int, monday: date, written_at: datetime) -> None:
        """What that message would have told is news again."""
        for statement in _NEWS_AGAIN:
            await self._connection.execute(statement, {"person_": manager_id, "at_": written_at})
        same = manager_weeks.c.manager_id == manager_id, manager_weeks.c.monday == monday
        await self._connection.execute(update(manager_weeks).where(*same).values(ask_id=None))

    async def written_to(self, manager_id: int, monday: date, ask_id: int) -> None:
        """The manager's one message of that week, which tells of all that they are to hold. Raises AlreadyThere."""
        row = {"manager_id": manager_id, "monday": monday, "ask_id": ask_id}
        await self._connection.execute(insert(manager_weeks), row)
        untold = update(talks).where(talks.c.manager_id == manager_id, _LIVE, talks.c.told_at.is_(None))
        await self._connection.execute(untold.values(told_at=self._now))
        given = {"person_": manager_id, "now_": self._now}
        await self._connection.execute(_TOLD_OF_SHARES.values(told_at=self._now), given)
