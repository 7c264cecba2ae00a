"""Numbers: whatever is new gets one that was never used, also after an older backup was restored.

Cards that people still have from the time that the backup does not know carry the numbers that were given then.
"""

from sqlalchemy import Connection as SyncConnection
from sqlalchemy import text

from storage.engine import Connection
from storage.tables import metadata

#: So many numbers are left out, in every table: more than are given between two backups.
LEFT_OUT = 1_000_000

_COUNTED = tuple(table.name for table in metadata.sorted_tables if table.dialect_options["sqlite"].get("autoincrement"))
_GIVEN_ON_SQLITE = text("UPDATE sqlite_sequence SET seq = seq + :left_out WHERE name = :table")
_FIRST_ON_SQLITE = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :left_out)")
_ON_POSTGRES = text(
    "SELECT setval(pg_get_serial_sequence(:table, 'id'), nextval(pg_get_serial_sequence(:table, 'id')) + :left_out)"
)


class Numbers:
    """The numbers of new rows, in this transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def leave_out(self) -> None:
        """From now on new rows are numbered far beyond all that there may ever have been. May be done again."""
        await self._connection.run_sync(_leave_out)


def _leave_out(connection: SyncConnection) -> None:
    for name in _COUNTED:
        given = {"table": name, "left_out": LEFT_OUT}
        if connection.dialect.name == "postgresql":
            connection.execute(_ON_POSTGRES, given)
        elif not connection.execute(_GIVEN_ON_SQLITE, given).rowcount:
            connection.execute(_FIRST_ON_SQLITE, given)
