"""How far people are with their assignments, and what they wrote about it for themselves, sealed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from coaching.assignments import AssignmentState, Progress
from storage.engine import Connection
from storage.sealing import Cipher
from storage.tables import assignments

SEALED = "assignments.sealed"
_ONE = select(assignments).where(assignments.c.ask_id == bindparam("ask_id_"))
_REMOVE = delete(assignments).where(assignments.c.ask_id == bindparam("ask_id_"))


class Assignments:
    """The assignments of this transaction. The ask's row, locked by its getter, is what keeps two writers apart."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def get(self, ask_id: int) -> Progress:
        """How far it is; not started where nothing is stored."""
        row = (await self._connection.execute(_ONE, {"ask_id_": ask_id})).first()
        if row is None:
            return Progress(ask_id=ask_id)
        return Progress(ask_id=ask_id, state=AssignmentState(row.state), planned_at=row.planned_at, by_id=row.by_id)

    async def words(self, cipher: Cipher, *, person_id: int, ask_id: int) -> dict[str, Any]:
        """The plan, or the reason for leaving it out, by field; empty where there is none. Raises Unreadable."""
        row = (await self._connection.execute(_ONE, {"ask_id_": ask_id})).first()
        if row is None or row.sealed is None:
            return {}
        found: dict[str, Any] = cipher.unseal(row.sealed, person_id=person_id, column=SEALED, row=ask_id)
        return found

    async def save(self, progress: Progress, *, sealed: bytes | None = None) -> None:
        """How far it is now. sealed: see `sealed`; what was there goes."""
        await self._connection.execute(_REMOVE, {"ask_id_": progress.ask_id})
        row = {
            "ask_id": progress.ask_id,
            "state": progress.state.value,
            "planned_at": progress.planned_at,
            "by_id": progress.by_id,
            "sealed": sealed,
            "changed_at": self._now,
        }
        await self._connection.execute(insert(assignments), row)

    async def advance(self, progress: Progress) -> None:
        """How far it is now; the person's own words stay."""
        values = {"state": progress.state.value, "by_id": progress.by_id, "changed_at": self._now}
        changed = update(assignments).where(assignments.c.ask_id == progress.ask_id).values(values)
        if not (await self._connection.execute(changed.returning(assignments.c.ask_id))).first():
            await self.save(progress)

    @staticmethod
    def sealed(cipher: Cipher, words: Mapping[str, Any], *, person_id: int, ask_id: int) -> bytes:
        """The person's own words by field, sealed into their place."""
        return cipher.seal(dict(words), person_id=person_id, column=SEALED, row=ask_id)
