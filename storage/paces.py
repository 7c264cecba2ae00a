"""Paces: how fast what we start may leave in each tenant; its row is the referee of the rate, for all replicas."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, union, update

from storage.engine import Connection
from storage.tables import people, tenants
from storage.types import RealTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """A tenant's slots. Its times are real ones, by the database's clock; *now* is that of the reading.

    next_slot_at: when the next thing may leave. pace: the part of the rate that is in use, changed at pace_changed_at.
    paused_at: since when an administrator has stopped everything that we start, by the store's clock; None while they
    have not.
    """

    tenant: str
    now: datetime
    next_slot_at: datetime
    pace: float
    pace_changed_at: datetime
    paused_at: datetime | None = None


_LOCKED = select(tenants).where(tenants.c.tenant == bindparam("tenant_")).with_for_update().cte("locked")
# The time is told after the lock is ours: who waited for it must not take slots of a moment that is over.
_PACE = select(_LOCKED, RealTime().label("now"))
_NOW = select(RealTime().label("now"))
_SAVE = (
    update(tenants)
    .where(tenants.c.tenant == bindparam("tenant_"))
    .values(
        next_slot_at=bindparam("next_slot_at_"), pace=bindparam("pace_"), pace_changed_at=bindparam("pace_changed_at_")
    )
)
_SET_PAUSED = update(tenants).where(tenants.c.tenant == bindparam("tenant_")).values(paused_at=bindparam("paused_at_"))
_PAUSED = select(tenants.c.tenant, tenants.c.paused_at).where(tenants.c.paused_at.is_not(None))
_KNOWN = union(select(people.c.tenant), select(tenants.c.tenant))


class Paces:
    """The paces of this transaction. Getting one locks it, before any person's row."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def get(self, tenant: str) -> Pace:
        """The tenant's pace, made when there is none. Raises AlreadyThere when another replica is just making it."""
        row = (await self._connection.execute(_PACE, {"tenant_": tenant})).first()
        if row is not None:
            return Pace(**row._mapping)
        now: datetime = (await self._connection.execute(_NOW)).scalar_one()
        fresh = {"tenant": tenant, "next_slot_at": now, "pace": 1.0, "pace_changed_at": now}
        await self._connection.execute(insert(tenants), fresh | {"paused_at": None})
        return Pace(now=now, tenant=tenant, next_slot_at=now, pace=1.0, pace_changed_at=now)

    async def save(self, pace: Pace) -> None:
        """The tenant's slots and pace as they are now."""
        names = ("tenant", "next_slot_at", "pace", "pace_changed_at")
        await self._connection.execute(_SAVE, {f"{name}_": getattr(pace, name) for name in names})

    async def known(self) -> set[str]:
        """The tenants in which there are people, or something was sent. Locks nothing."""
        return {row.tenant for row in await self._connection.execute(_KNOWN)}

    async def paused(self) -> dict[str, datetime]:
        """The tenants in which everything that we start is stopped, and since when. Locks nothing."""
        return {row.tenant: row.paused_at for row in await self._connection.execute(_PAUSED)}

    async def pause(self, tenant: str) -> datetime:
        """Stop everything that we start in a tenant; since when it is stopped, if it was already. Raises AlreadyThere.

        What has its slot, for at most the next moment, still leaves.
        """
        pace = await self.get(tenant)
        paused_at = pace.paused_at or self._now
        await self._connection.execute(_SET_PAUSED, {"tenant_": tenant, "paused_at_": paused_at})
        return paused_at

    async def resume(self, tenant: str) -> datetime | None:
        """Let what we start leave again; since when it was stopped, None when it was not."""
        paused_at = (await self.get(tenant)).paused_at
        await self._connection.execute(_SET_PAUSED, {"tenant_": tenant, "paused_at_": None})
        return paused_at
