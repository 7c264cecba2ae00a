"""Reading what is stored, for the tests: opened with the person's own key."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Row, Table, select

from coaching.asks import Ask
from coaching.people import Person
from storage.store import Store, Unit
from storage.tables import asks


class HasStore(Protocol):
    """A chat, or whatever else stands beside a store."""

    store: Store


async def held(unit: Unit, ask_id: int) -> tuple[Ask, Person]:
    """An ask and its person, locked in the order in which everybody locks them: the person first."""
    whose = select(asks.c.person_id).where(asks.c.id == ask_id)
    person = await unit.people.get((await unit._connection.execute(whose)).scalar_one())
    ask = await unit.asks.get(ask_id)
    assert person is not None
    assert ask is not None
    return ask, person


async def answers_of(chat: HasStore, ask_id: int) -> list[dict[str, object]]:
    """Every stored version of the answer, oldest first."""
    async with chat.store.transaction() as unit:
        ask, person = await held(unit, ask_id)
        _, cipher = await unit.cipher(person)
        return [
            dict(await unit.answers.read(cipher, person_id=person.id, ask_id=ask_id, version=version))
            for version in range(1, ask.version + 1)
        ]


async def rows_of(chat: HasStore, table: Table) -> Sequence[Row[Any]]:
    """Every row of a table, as it is in the database."""
    async with chat.store.transaction() as unit:
        return (await unit._connection.execute(select(table))).all()
