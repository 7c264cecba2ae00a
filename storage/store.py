"""The store: one unit of work a turn. To change a row, get it through the unit: that locks it.

Lock order everywhere: people by id, then the rest. Nothing is sent inside a transaction.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from coaching.people import Person
from storage.answers import Answers, Drafts
from storage.asks import Asks
from storage.conversations import Cards, Dialogs, Turns
from storage.keys import KeyRing
from storage.people import People
from storage.programmes import Programmes
from storage.sealing import Cipher


def utc_now() -> datetime:
    """This machine's time."""
    return datetime.now(UTC)


class AlreadyThere(Exception):
    """A row that must be there once only is there already; the transaction was rolled back."""


class Unit:
    """One transaction: all of it is kept, or nothing. now: the one moment that everything in it happens at (UTC)."""

    def __init__(self, connection: AsyncConnection, keys: KeyRing, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self.now = now
        self.people = People(connection, now)
        self.programmes = Programmes(connection, now)
        self.asks = Asks(connection, now)
        self.answers = Answers(connection, now)
        self.drafts = Drafts(connection, now)
        self.dialogs = Dialogs(connection, now)
        self.turns = Turns(connection, now)
        self.cards = Cards(connection, now)

    async def cipher(self, person: Person) -> tuple[Person, Cipher]:
        """The person's own key, made now if there is none; the person comes back with its name. Raises KeyLost."""
        cipher = await self._keys.cipher(tenant=person.tenant, key_id=person.key_id, now=self.now)
        if cipher.key_id != person.key_id:
            person = replace(person, key_id=cipher.key_id)
            await self.people.save(person)
        return person, cipher


class Store:
    """Where facts rest."""

    def __init__(self, engine: AsyncEngine, keys: KeyRing, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._clock = clock
        self.keys = keys

    @asynccontextmanager
    async def transaction(self, now: datetime | None = None) -> AsyncIterator[Unit]:
        """A unit of work; committed when the block ends, rolled back when it raises. now: the clock's, if not given.

        Raises AlreadyThere when it wrote what must be there once only.
        """
        try:
            async with self._engine.begin() as connection:
                yield Unit(connection, self.keys, now or self._clock())
        except IntegrityError as error:
            raise AlreadyThere from error

    def now(self) -> datetime:
        """The clock's time, UTC."""
        return self._clock()

    async def check(self) -> None:
        """That the database answers. Raises what the driver raises."""
        async with self._engine.begin() as connection:
            await connection.execute(text("SELECT 1"))
