"""Programmes and their elements, as rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from coaching.asks import Element
from coaching.dose import Policy
from coaching.hours import DateRange
from coaching.people import Language, in_language
from storage.among import among
from storage.asks import content_of, element_of
from storage.circumstances import policy_of
from storage.engine import Connection
from storage.tables import elements, programmes

_NAME = select(programmes.c.name).where(programmes.c.id == bindparam("id_"))
_NAMES = select(programmes.c.id, programmes.c.name).where(among(programmes.c.id, "ids_"))
_ELEMENTS = select(elements.c.id, elements.c.programme_id, elements.c.key, elements.c.kind, elements.c.content).where(
    elements.c.programme_id == bindparam("id_")
)

_ELEMENT = select(elements.c.id, elements.c.programme_id, elements.c.key, elements.c.kind, elements.c.content).where(
    elements.c.id == bindparam("id_")
)


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

    async def add(
        self,
        *,
        tenant: str,
        key: str,
        name: Mapping[Language, str],
        policy: Mapping[str, Any] | None = None,
        breaks: Sequence[DateRange] = (),
    ) -> int:
        """A new programme; its number. Raises AlreadyThere when the key is taken.

        policy: what differs from the usual one; durations in seconds.
        """
        row = {
            "tenant": tenant,
            "key": key,
            "name": dict(name),
            "policy": dict(policy or {}),
            "breaks": [[each.first.isoformat(), each.last.isoformat()] for each in breaks],
            "created_at": self._now,
        }
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

    async def policy_of(self, programme_id: int) -> Policy:
        """How much the programme allows. Locks nothing."""
        rows = await self._connection.execute(select(programmes.c.policy).where(programmes.c.id == programme_id))
        return policy_of(rows.scalar_one())

    async def elements_of(self, programme_id: int) -> dict[str, Element]:
        """The elements of a programme, by key. Locks nothing."""
        rows = await self._connection.execute(_ELEMENTS, {"id_": programme_id})
        return {row.key: element_of(**row._mapping) for row in rows}

    async def save_element(self, element: Element) -> None:
        """What an element says now, in place of what it said."""
        values = {"content": content_of(element)}
        await self._connection.execute(update(elements).where(elements.c.id == element.id).values(values))

    async def element(self, element_id: int) -> Element:
        """The element with that number. Locks nothing."""
        row = (await self._connection.execute(_ELEMENT, {"id_": element_id})).one()
        return element_of(**row._mapping)

    async def name_of(self, programme_id: int, language: Language) -> str:
        """What the programme is called in a language, or in the nearest that it has a name in."""
        rows = await self._connection.execute(_NAME, {"id_": programme_id})
        names: dict[str, str] = rows.scalar_one()
        return in_language({Language(each): name for each, name in names.items()}, language)

    async def names(self, programme_ids: Collection[int]) -> dict[int, dict[Language, str]]:
        """The names of programmes by language, by number."""
        rows = await self._connection.execute(_NAMES, {"ids_": sorted(programme_ids)})
        return {row.id: {Language(each): name for each, name in row.name.items()} for row in rows}
