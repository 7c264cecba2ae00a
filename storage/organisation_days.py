"""The organisation's own days, beside the public holidays: off altogether, or ending early."""

from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import delete, insert, select

from storage.engine import Connection
from storage.tables import days


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDay:
    """One of them. ends: the local time at which it ends for everybody; None where all of it is off."""

    day: date
    ends: time | None = None


class OrganisationDays:
    """The days of organisations, in this transaction. Who changes them has everybody decided about anew."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def listed(self, tenant: str, *, since: date) -> list[OrganisationDay]:
        """An organisation's, from a day on, in their order."""
        wanted = select(days.c.day, days.c.ends).where(days.c.tenant == tenant, days.c.day >= since)
        rows = await self._connection.execute(wanted.order_by(days.c.day))
        return [OrganisationDay(day=row.day, ends=time.fromisoformat(row.ends) if row.ends else None) for row in rows]

    async def put(self, tenant: str, wanted: OrganisationDay) -> None:
        """Add a day, in place of what was said of it before. Raises AlreadyThere when another just did."""
        await self.remove(tenant, wanted.day)
        ends = f"{wanted.ends:%H:%M}" if wanted.ends else None
        await self._connection.execute(insert(days), {"tenant": tenant, "day": wanted.day, "ends": ends})

    async def remove(self, tenant: str, day: date) -> bool:
        """Let a day be as any other; whether it was not."""
        gone = delete(days).where(days.c.tenant == tenant, days.c.day == day).returning(days.c.day)
        return bool(list(await self._connection.execute(gone)))
