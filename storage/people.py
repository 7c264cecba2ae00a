"""People and their parts in programmes, as rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, select, update

from coaching.hours import Hours
from coaching.people import Address, Language, Member, Person, Role, in_language, recognised
from storage.among import among
from storage.engine import Connection
from storage.tables import members, people, programmes

_COLUMNS = select(people)
_NAMES = tuple(people.c.keys())
_LOCKED = _COLUMNS.with_for_update()
_BY_AAD = _LOCKED.where(people.c.tenant == bindparam("tenant_"), people.c.aad_id == bindparam("aad_id_"))
_BY_EMAIL = _LOCKED.where(people.c.tenant == bindparam("tenant_"), people.c.email == bindparam("email_"))
_BY_CODE = _LOCKED.where(people.c.tenant == bindparam("tenant_"), people.c.code == bindparam("code_"))
#: Their days or hours have changed, and with them what is dated by workdays, or at a time of their own.
PLACE_ANEW = (
    update(members)
    .where(members.c.person_id == bindparam("person_"), members.c.programme_id.is_not(None))
    .values(placed=0)
)
_SAVE = update(people).where(people.c.id == bindparam("id_"))
_BY_ID = _LOCKED.where(people.c.id == bindparam("id_"))
_BY_IDS = _LOCKED.where(among(people.c.id, "ids_")).order_by(people.c.id)
_BY_EMAILS = _LOCKED.where(people.c.tenant == bindparam("tenant_"), among(people.c.email, "emails_")).order_by(
    people.c.id
)


class People:
    """The people of this transaction. Every getter locks the row until the transaction ends."""

    def __init__(self, connection: Connection, now: datetime, decide_again: Callable[[int], None]) -> None:
        """decide_again: told each person who changes, so that their next visit is decided anew."""
        self._connection = connection
        self._now = now
        self._decide_again = decide_again

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

    async def look(self, person_id: int) -> Person | None:
        """The same. Locks nothing."""
        row = (await self._connection.execute(_COLUMNS.where(people.c.id == person_id))).first()
        return None if row is None else person_of(row)

    async def by_ids(self, person_ids: Collection[int]) -> dict[int, Person]:
        """Those people of these numbers that there are."""
        rows = await self._connection.execute(_BY_IDS, {"ids_": sorted(person_ids)})
        return {row.id: person_of(row) for row in rows}

    async def by_emails(self, tenant: str, emails: Collection[str]) -> dict[str, Person]:
        """Those of these lower-case e-mail addresses that are known, and whose they are."""
        rows = await self._connection.execute(_BY_EMAILS, {"tenant_": tenant, "emails_": sorted(emails)})
        return {row.email: person_of(row) for row in rows}

    async def emails(self, tenant: str, *, after: str = "", limit: int) -> list[str]:
        """Up to *limit* of the tenant's known e-mail addresses that come after one, in order. Locks nothing."""
        rows = await self._connection.execute(
            select(people.c.email)
            .where(people.c.tenant == tenant, people.c.email > after)
            .order_by(people.c.email)
            .limit(limit)
        )
        return [row.email for row in rows]

    async def emails_of(self, person_ids: Collection[int]) -> dict[int, str | None]:
        """The e-mail addresses of those of these people that there are, by their numbers. Locks nothing."""
        rows = await self._connection.execute(select(people.c.id, people.c.email).where(people.c.id.in_(person_ids)))
        return {row.id: row.email for row in rows}

    async def names_of(self, person_ids: Collection[int]) -> dict[int, str]:
        """What those of these people that there are are called, by their numbers. Locks nothing."""
        rows = await self._connection.execute(select(people.c.id, people.c.name).where(people.c.id.in_(person_ids)))
        return {row.id: row.name for row in rows}

    async def language_of(self, person_id: int) -> Language:
        """The language of the person with that number, whom there is. Locks nothing."""
        rows = await self._connection.execute(select(people.c.language).where(people.c.id == person_id))
        return Language(rows.scalar_one())

    async def add(self, person: Person) -> Person:
        """A new person; the id is given here. Raises AlreadyThere when tenant and aad_id or e-mail are taken."""
        values = row_of(person) | {"created_at": self._now}
        result = await self._connection.execute(insert(people).returning(people.c.id), values)
        return replace(person, id=result.scalar_one())

    async def save(self, person: Person) -> None:
        """All that can change of a person."""
        await self._connection.execute(_SAVE, {"id_": person.id} | row_of(person))
        self._decide_again(person.id)

    async def works(self, person: Person) -> None:
        """The same of somebody whose working hours or time of messages have changed; what is open moves with them."""
        await self.save(person)
        await self._connection.execute(PLACE_ANEW, {"person_": person.id})

    async def add_all(self, persons: Sequence[Person]) -> None:
        """New people. Raises AlreadyThere when an e-mail is taken."""
        if persons:
            rows = [row_of(person) | {"created_at": self._now} for person in persons]
            await self._connection.execute(insert(people), rows)

    async def save_all(self, persons: Sequence[Person]) -> None:
        """All that can change of each."""
        if persons:
            rows = [row_of(person) | {"id_": person.id} for person in persons]
            await self._connection.execute(_SAVE, rows)
            for person in persons:
                self._decide_again(person.id)

    async def are_reached(self, addresses: Mapping[int, Address]) -> None:
        """Where these people, by number, are reached from now on."""
        if addresses:
            rows = [{"id_": id} | _address_row_of(address) for id, address in sorted(addresses.items())]
            await self._connection.execute(_SAVE, rows)

    async def are_unreachable(self, causes: Mapping[int, str]) -> None:
        """Why Teams lets nothing through to these people, by number."""
        if causes:
            rows = [{"id_": id, "unreachable": cause} for id, cause in sorted(causes.items())]
            await self._connection.execute(_SAVE, rows)

    async def recognise(self, person: Person, newcomer: Person) -> Person:
        """The newcomer turns out to be the person of a roster: one row is left, the roster's."""
        await self._connection.execute(delete(people).where(people.c.id == newcomer.id))
        found = recognised(person, newcomer)
        await self.save(found)
        return found

    async def parts(self, person_id: int) -> list[Member]:
        """The person's parts in programmes and on the organisation's roster."""
        rows = await self._connection.execute(select(members).where(members.c.person_id == person_id))
        return [member_of(row) for row in rows]

    async def is_coach(self, person_id: int) -> bool:
        """Whether the person is a coach anywhere in their organisation."""
        rows = await self._connection.execute(
            select(members.c.id)
            .where(members.c.person_id == person_id, members.c.role == Role.COACH, members.c.left_at.is_(None))
            .limit(1)
        )
        return rows.first() is not None

    async def programme_names(self, person: Person) -> list[str]:
        """The names of the programmes that the person takes part in, in their language; oldest first."""
        rows = await self._connection.execute(
            select(programmes.c.name)
            .join(members, members.c.programme_id == programmes.c.id)
            .where(members.c.person_id == person.id, members.c.left_at.is_(None), programmes.c.ended_at.is_(None))
            .order_by(programmes.c.id)
        )
        return [in_language({Language(each): name for each, name in row.name.items()}, person.language) for row in rows]

    async def save_part(self, part: Member) -> None:
        """A person's part in a programme, new or changed."""
        if await self.parts_in(part.programme_id, [part.person_id]):
            await self.change_parts(part.programme_id, [part])
        else:
            await self.add_parts([part])

    async def parts_in(self, programme_id: int | None, person_ids: Collection[int]) -> dict[int, Member]:
        """Those of these people who have a part in one programme, by their number, and the part."""
        rows = await self._connection.execute(
            select(members).where(_in_programme(programme_id), members.c.person_id.in_(person_ids))
        )
        return {row.person_id: member_of(row) for row in rows}

    async def participants(self, programme_id: int, *, after: int = 0, limit: int) -> list[int]:
        """Up to *limit* numbers of the participants of a programme that come after one, in order. Locks nothing."""
        rows = await self._connection.execute(
            select(members.c.person_id)
            .where(_in_programme(programme_id), members.c.role == Role.PARTICIPANT, members.c.person_id > after)
            .order_by(members.c.person_id)
            .limit(limit)
        )
        return [row.person_id for row in rows]

    async def add_parts(self, parts: Sequence[Member]) -> None:
        """New parts, of people who had none in that programme; they are to be placed in it."""
        if parts:
            new = {"joined_at": self._now, "left_at": None}
            rows = [
                {"person_id": part.person_id, "programme_id": part.programme_id} | new | _changing(part)
                for part in parts
            ]
            await self._connection.execute(insert(members), rows)

    async def change_parts(self, programme_id: int | None, parts: Sequence[Member]) -> None:
        """Parts that these people have in that programme already, as they are now; they are to be placed again."""
        if parts:
            same = (members.c.person_id == bindparam("person_id_")) & _in_programme(programme_id)
            rows = [_changing(part) | {"person_id_": part.person_id} for part in parts]
            await self._connection.execute(update(members).where(same), rows)

    async def _one(self, statement: Any, parameters: dict[str, Any]) -> Person | None:
        row = (await self._connection.execute(statement, parameters)).first()
        return None if row is None else person_of(row)


def person_of(row: Row[Any]) -> Person:
    """A person from a row that begins with the columns of `people`."""
    # Very many people are read at a time, and to ask a row for each of its values by name takes several times as long.
    stored = dict(zip(_NAMES, row, strict=False))
    return Person(
        id=stored["id"],
        language=_LANGUAGES[stored["language"]],
        address=_address(stored),
        hours=_hours(stored),
        preferred=_time(stored["preferred"]),
        **{name: stored[name] for name in _SAME},
    )


def _address(stored: Mapping[str, Any]) -> Address | None:
    if stored["conversation_id"] is None:
        return None
    return Address(
        service_url=stored["service_url"],
        conversation_id=stored["conversation_id"],
        user_id=stored["user_id"],
        bot_id=stored["bot_id"],
    )


def _hours(stored: Mapping[str, Any]) -> Hours | None:
    start, end, weekdays = stored["day_starts"], stored["day_ends"], stored["weekdays"]
    return None if start is None or end is None or weekdays is None else _hours_of(start, end, weekdays)


@lru_cache(maxsize=1_000)
def _hours_of(start: str, end: str, weekdays: str) -> Hours:
    """Very many people have the same few hours."""
    days = frozenset(int(day) for day in weekdays)
    return Hours(start=time.fromisoformat(start), end=time.fromisoformat(end), weekdays=days)


@lru_cache(maxsize=1_000)
def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


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
    "country",
    "unanswered",
    "told_of_stop",
    "slow_until",
    "unreachable",
)
_LANGUAGES = {each.value: each for each in Language}
_ADDRESS = ("service_url", "conversation_id", "user_id", "bot_id")


def _address_row_of(address: Address | None) -> dict[str, Any]:
    return {name: getattr(address, name) if address else None for name in _ADDRESS}


def row_of(person: Person) -> dict[str, Any]:
    """A person as a row, without their number and what Sparri notes beside them."""
    values = {name: getattr(person, name) for name in _SAME} | _address_row_of(person.address)
    hours = person.hours
    return values | {
        "language": person.language.value,
        "preferred": _as_text(person.preferred),
        "day_starts": _as_text(hours.start) if hours else None,
        "day_ends": _as_text(hours.end) if hours else None,
        "weekdays": "".join(str(day) for day in sorted(hours.weekdays)) if hours else None,
    }


def _as_text(local: time | None) -> str | None:
    return None if local is None else f"{local:%H:%M}"


def _in_programme(programme_id: int | None) -> ColumnElement[bool]:
    return members.c.programme_id.is_(None) if programme_id is None else members.c.programme_id == programme_id


def _changing(part: Member) -> dict[str, Any]:
    return {"role": part.role.value, "groups": list(part.groups), "coach_id": part.coach_id, "placed": 0}


def member_of(row: Row[Any]) -> Member:
    """A part from its row."""
    return Member(
        person_id=row.person_id,
        programme_id=row.programme_id,
        role=Role(row.role),
        groups=tuple(row.groups),
        coach_id=row.coach_id,
    )
