"""Programmes and their elements, as rows."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from coaching.asks import Element
from coaching.people import Language, in_language
from storage.asks import content_of
from storage.engine import Connection
from storage.tables import elements, programmes

_NAME = select(programmes.c.name).where(programmes.c.id == bindparam("id_"))
_NAMES = select(programmes.c.id, programmes.c.name).where(programmes.c.id.in_(bindparam("ids_", expanding=True)))


class Programmes:
    """The programmes of this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def id_of(self, tenant: str, key: str) -> int | None:
        """The number of the programme with that key; None when there is none."""
        rows = await self._connection.execute(
            select(programmes.c.id).where(programmes.c.tenant == tenant, programmes.c.key == key)
        )
        return rows.scalar_one_or_none()

    async def add(self, *, tenant: str, key: str, name: dict[Language, str]) -> int:
        """A new programme; its number. Raises AlreadyThere when the key is taken."""
        row = {"tenant": tenant, "key": key, "name": dict(name), "created_at": self._now}
        result = await self._connection.execute(insert(programmes).returning(programmes.c.id), row)
        number: int = result.scalar_one()
        return number

    async def add_element(self, element: Element) -> Element:
        """A new element of a programme; the id is given here. Raises AlreadyThere when its key is taken."""
        row = {
            "programme_id": element.programme_id,
            "key": element.key,
            "kind": element.kind.value,
            "content": content_of(element),
        }
        result = await self._connection.execute(insert(elements).returning(elements.c.id), row)
        return replace(element, id=result.scalar_one())

    async def name_of(self, programme_id: int, language: Language) -> str:
        """What the programme is called in a language, or in the nearest that it has a name in."""
        rows = await self._connection.execute(_NAME, {"id_": programme_id})
        names: dict[str, str] = rows.scalar_one()
        return in_language({Language(each): name for each, name in names.items()}, language)

    async def names(self, programme_ids: Collection[int]) -> dict[int, dict[Language, str]]:
        """The names of programmes by language, by number."""
        rows = await self._connection.execute(_NAMES, {"ids_": sorted(programme_ids)})
        return {row.id: {Language(each): name for each, name in row.name.items()} for row in rows}
