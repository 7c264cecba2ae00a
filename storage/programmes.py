"""Programmes and their elements, as rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from coaching.asks import WANTING_ANSWERS, Element, SourceKind
from coaching.broadcasts import BROADCAST
from coaching.dose import Policy
from coaching.hours import DateRange
from coaching.people import Language, Role, in_language
from coaching.sources import BESIDE
from storage.among import among
from storage.asks import by_language, content_of, element_in
from storage.circumstances import policy_of
from storage.engine import Connection
from storage.tables import asks, elements, members, programmes

_NAME = select(programmes.c.name).where(programmes.c.id == bindparam("id_"))
_NAMES = select(programmes.c.id, programmes.c.name).where(among(programmes.c.id, "ids_"))
_ELEMENT = [elements.c.id, elements.c.programme_id, elements.c.key, elements.c.kind, elements.c.content]
_ELEMENTS = select(*_ELEMENT).where(elements.c.programme_id == bindparam("id_"))
_NAMED = _ELEMENTS.where(elements.c.key == bindparam("key_"))
_ONE = select(*_ELEMENT).where(elements.c.id == bindparam("id_"))
_WITH_PART = (
    select(programmes.c.id, programmes.c.name)
    .join(members, members.c.programme_id == programmes.c.id)
    .where(
        members.c.person_id == bindparam("person_"),
        members.c.role == bindparam("role_"),
        members.c.left_at.is_(None),
        programmes.c.ended_at.is_(None),
    )
    .order_by(programmes.c.id)
)
_SOURCES = (
    select(
        *_ELEMENT,
        select(asks.c.id)
        .where(asks.c.source_kind == SourceKind.ELEMENT.value, asks.c.source_id == elements.c.id)
        .exists()
        .label("is_asked"),
    )
    .where(elements.c.programme_id == bindparam("programme_"))
    .order_by(elements.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedProgramme:
    """A programme, and what it is called in each of its languages."""

    id: int
    name: dict[Language, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """elements: of the programme's file. owing: what somebody was asked and may owe an answer to, the newest first."""

    elements: Sequence[Element]
    owing: Sequence[Element]


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
        return {row.key: element_in(row) for row in rows}

    async def known(self, new: Element) -> Element:
        """The element with the key of *new* in its programme; *new*, added, if there is none. Raises AlreadyThere."""
        given = {"id_": new.programme_id, "key_": new.key}
        row = (await self._connection.execute(_NAMED, given)).first()
        return await self.add_element(new) if row is None else element_in(row)

    async def save_element(self, element: Element) -> None:
        """What an element says now, in place of what it said."""
        values = {"content": content_of(element)}
        await self._connection.execute(update(elements).where(elements.c.id == element.id).values(values))

    async def element(self, element_id: int) -> Element:
        """The element with that number. Locks nothing."""
        row = (await self._connection.execute(_ONE, {"id_": element_id})).one()
        return element_in(row)

    async def name_of(self, programme_id: int, language: Language) -> str:
        """What the programme is called in a language, or in the nearest that it has a name in."""
        rows = await self._connection.execute(_NAME, {"id_": programme_id})
        return in_language(by_language(rows.scalar_one()), language)

    async def names(self, programme_ids: Collection[int]) -> dict[int, dict[Language, str]]:
        """The names of programmes by language, by number."""
        rows = await self._connection.execute(_NAMES, {"ids_": sorted(programme_ids)})
        return {row.id: by_language(row.name) for row in rows}

    async def coached_by(self, person_id: int) -> list[NamedProgramme]:
        """The programmes that somebody coaches and that go on. Locks nothing."""
        return await self._with_part(person_id, Role.COACH)

    async def owned_by(self, person_id: int) -> list[NamedProgramme]:
        """The programmes that somebody owns and that go on. Locks nothing."""
        return await self._with_part(person_id, Role.OWNER)

    async def _with_part(self, person_id: int, role: Role) -> list[NamedProgramme]:
        given = {"person_": person_id, "role_": role.value}
        rows = await self._connection.execute(_WITH_PART, given)
        return [NamedProgramme(id=row.id, name=by_language(row.name)) for row in rows]

    async def sources(self, programme_id: int) -> Sources:
        """What members of a programme can be asked. Locks nothing."""
        rows = await self._connection.execute(_SOURCES, {"programme_": programme_id})
        found = [(element_in(row), bool(row.is_asked)) for row in rows]
        return Sources(
            elements=[each for each, _ in found if not each.key.startswith(BESIDE)],
            owing=[each for each, is_asked in reversed(found) if is_asked and _is_followed(each)],
        )


def _is_followed(element: Element) -> bool:
    """Whether a coach follows who has answered it: what comes from their file, or from themselves."""
    is_theirs = element.key.startswith(BROADCAST) or not element.key.startswith(BESIDE)
    return is_theirs and element.kind in WANTING_ANSWERS
