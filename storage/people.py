"""People and their parts in programmes, as rows."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coaching.people import Address, Language, Member, Person, Role, in_language
from storage.tables import members, people, programmes

_COLUMNS = select(people)
_LOCKED = _COLUMNS.with_for_update()
_BY_AAD = _LOCKED.where(people.c.tenant == bindparam("tenant_"), people.c.aad_id == bindparam("aad_id_"))
_BY_EMAIL = _LOCKED.where(people.c.tenant == bindparam("tenant_"), people.c.email == bindparam("email_"))
_BY_CODE = _LOCKED.where(people.c.tenant == bindparam("tenant_"), people.c.code == bindparam("code_"))
_BY_ID = _LOCKED.where(people.c.id == bindparam("id_"))


class People:
    """The people of this transaction. Every getter locks the row until the transaction ends."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def by_aad(self, tenant: str, aad_id: str) -> Person | None:
        """The person with that Entra object id."""
        return await self._one(_BY_AAD, {"tenant_": tenant, "aad_id_": aad_id})

    async def by_email(self, tenant: str, email: str) -> Person | None:
        """The person with that e-mail address, whatever its case."""
        return await self._one(_BY_EMAIL, {"tenant_": tenant, "email_": email.strip().lower()})

    async def by_code(self, tenant: str, code: str) -> Person | None:
        """The person who waits to be let in with that code."""
        return await self._one(_BY_CODE, {"tenant_": tenant, "code_": code})

    async def get(self, person_id: int) -> Person | None:
        """The person with that number."""
        return await self._one(_BY_ID, {"id_": person_id})

    async def emails(self, tenant: str) -> frozenset[str]:
        """Every e-mail address that is known in the tenant. Locks nothing."""
        rows = await self._connection.execute(
            select(people.c.email).where(people.c.tenant == tenant, people.c.email.is_not(None))
        )
        return frozenset(row.email for row in rows)

    async def add(self, person: Person) -> Person:
        """A new person; the id is given here. Raises AlreadyThere when tenant and aad_id or e-mail are taken."""
        values = _values(person) | {"created_at": self._now}
        result = await self._connection.execute(insert(people).returning(people.c.id), values)
        return replace(person, id=result.scalar_one())

    async def save(self, person: Person) -> None:
        """All that can change of a person."""
        await self._connection.execute(update(people).where(people.c.id == person.id).values(_values(person)))

    async def remove(self, person_id: int) -> None:
        """Forget a row, and with it all that hangs on it."""
        await self._connection.execute(delete(people).where(people.c.id == person_id))

    async def parts(self, person_id: int) -> list[Member]:
        """The person's parts in programmes and on the organisation's roster."""
        rows = await self._connection.execute(select(members).where(members.c.person_id == person_id))
        return [_member(row) for row in rows]

    async def is_coach(self, person_id: int) -> bool:
        """Whether the person is a coach anywhere in their organisation."""
        rows = await self._connection.execute(
            select(members.c.id).where(members.c.person_id == person_id, members.c.role == Role.COACH).limit(1)
        )
        return rows.first() is not None

    async def programme_names(self, person: Person) -> list[str]:
        """The names of the programmes that the person has a part in, in their language; oldest first."""
        rows = await self._connection.execute(
            select(programmes.c.name)
            .join(members, members.c.programme_id == programmes.c.id)
            .where(members.c.person_id == person.id)
            .order_by(programmes.c.id)
        )
        return [in_language({Language(each): name for each, name in row.name.items()}, person.language) for row in rows]

    async def save_part(self, part: Member) -> None:
        """A person's part in a programme, new or changed."""
        same = members.c.person_id == part.person_id
        same &= (
            members.c.programme_id.is_(None)
            if part.programme_id is None
            else members.c.programme_id == part.programme_id
        )
        values = {"role": part.role.value, "groups": list(part.groups), "coach_id": part.coach_id}
        changed = await self._connection.execute(update(members).where(same).values(values))
        if changed.rowcount == 0:
            keys = {"person_id": part.person_id, "programme_id": part.programme_id}
            await self._connection.execute(insert(members), keys | values)

    async def _one(self, statement: Any, parameters: dict[str, Any]) -> Person | None:
        row = (await self._connection.execute(statement, parameters)).first()
        return None if row is None else _person(row)


def _person(row: Row[Any]) -> Person:
    address = None
    if row.conversation_id is not None:
        address = Address(
            service_url=row.service_url,
            conversation_id=row.conversation_id,
            user_id=row.user_id,
            bot_id=row.bot_id,
        )
    same = {name: getattr(row, name) for name in _SAME}
    return Person(id=row.id, language=Language(row.language), address=address, **same)


#: What is stored under the name that the Person has for it.
_SAME = (
    "tenant",
    "aad_id",
    "email",
    "name",
    "language_chosen",
    "timezone",
    "unit",
    "manager_id",
    "key_id",
    "admitted_at",
    "code",
    "paused_until",
    "stopped_at",
    "installed",
    "install_changed_at",
)
_ADDRESS = ("service_url", "conversation_id", "user_id", "bot_id")


def _values(person: Person) -> dict[str, Any]:
    values = {name: getattr(person, name) for name in _SAME}
    values |= {name: getattr(person.address, name) if person.address else None for name in _ADDRESS}
    return values | {"language": person.language.value}


def _member(row: Row[Any]) -> Member:
    return Member(
        person_id=row.person_id,
        programme_id=row.programme_id,
        role=Role(row.role),
        groups=tuple(row.groups),
        coach_id=row.coach_id,
    )
