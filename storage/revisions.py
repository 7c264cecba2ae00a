"""Revisions: a programme as it was loaded, each time that it changed; and the rows that its members' asks come from."""

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from coaching.asks import Element
from coaching.people import Language, Member
from coaching.programmes import Programme, breaks_of
from storage.among import among
from storage.asks import content_of, element_in
from storage.circumstances import Terms, stored_breaks, stored_hours, stored_policy
from storage.engine import Connection
from storage.people import member_of
from storage.programme_documents import document_of, programme_of
from storage.tables import elements, members, programmes, revisions

#: Programmes as they were loaded, by (programme, revision): what a revision is never changes.
Documents = MutableMapping[tuple[int, int], Programme]
MOST_DOCUMENTS = 32

_COLUMNS = select(
    programmes.c.id,
    programmes.c.tenant,
    programmes.c.key,
    programmes.c.name,
    programmes.c.revision,
    programmes.c.ended_at,
)
_BY_KEY = _COLUMNS.where(programmes.c.tenant == bindparam("tenant_"), programmes.c.key == bindparam("key_"))
_BY_KEY_LOCKED = _BY_KEY.with_for_update()
_BY_ID = _COLUMNS.where(programmes.c.id == bindparam("id_"))
_OF_TENANT = _COLUMNS.where(programmes.c.tenant == bindparam("tenant_")).order_by(programmes.c.key)
_COUNTS = (
    select(members.c.programme_id, func.count().label("number"))
    .where(among(members.c.programme_id, "ids_"), members.c.left_at.is_(None))
    .group_by(members.c.programme_id)
)
_DOCUMENT = select(revisions.c.document).where(
    revisions.c.programme_id == bindparam("programme_"), revisions.c.number == bindparam("number_")
)
_NOTICES = (
    select(revisions.c.number, revisions.c.notices, revisions.c.loaded_at)
    .where(revisions.c.programme_id == bindparam("programme_"))
    .order_by(revisions.c.number)
)
_ELEMENTS = select(elements).where(elements.c.programme_id == bindparam("programme_"))
_OF_PERSON = (
    select(members, programmes.c.revision)
    .join(programmes, programmes.c.id == members.c.programme_id)
    .where(
        members.c.person_id == bindparam("person_"),
        members.c.left_at.is_(None),
        programmes.c.ended_at.is_(None),
        programmes.c.revision > 0,
    )
    .order_by(programmes.c.id)
)
_FROM_FILE = select(func.max(revisions.c.number)).where(
    revisions.c.programme_id == bindparam("programme_"), revisions.c.from_chat.is_(False)
)
_BY_ID_LOCKED = _BY_ID.with_for_update()
_NEWEST = select(programmes.c.revision).where(programmes.c.id == bindparam("id_"))
_SAVE_ELEMENT = update(elements).where(elements.c.id == bindparam("id_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A programme in the store. id: its number, key: its id in its file. revision: 0 when it came from no file.

    ended_at: UTC; None while it goes on.
    """

    id: int
    tenant: str
    key: str
    name: dict[Language, str]
    revision: int
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNotice:
    """What participants are told of changed sessions, in one message. key: of the element with its words.

    groups: whose it is: of those who are in exactly one of these sets of groups. timezone: whose times it says.
    until: after that it is not told any more (UTC). urgent: it cannot wait for its turn.
    """

    key: str
    sessions: frozenset[int]
    groups: frozenset[frozenset[str]]
    timezone: str
    until: datetime
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What was to be told of a revision, and when it was loaded (UTC)."""

    revision: int
    loaded_at: datetime
    notices: tuple[ChangeNotice, ...]


class Revisions:
    """The loaded programmes of this transaction."""

    def __init__(self, connection: Connection, now: datetime, documents: Documents) -> None:
        self._connection = connection
        self._now = now
        self._documents = documents

    async def find(self, tenant: str, key: str, *, to_change: bool = False) -> Loaded | None:
        """The programme with that key. to_change: it is locked until the transaction ends."""
        statement = _BY_KEY_LOCKED if to_change else _BY_KEY
        row = (await self._connection.execute(statement, {"tenant_": tenant, "key_": key})).first()
        return None if row is None else _loaded(row)

    async def get(self, programme_id: int, *, to_change: bool = False) -> Loaded:
        """The programme with that number. to_change: it is locked until the transaction ends."""
        statement = _BY_ID_LOCKED if to_change else _BY_ID
        return _loaded((await self._connection.execute(statement, {"id_": programme_id})).one())

    async def last_file(self, programme_id: int) -> int:
        """The newest revision that came from a file and not from the chat; 0 where none did."""
        rows = await self._connection.execute(_FROM_FILE, {"programme_": programme_id})
        return rows.scalar_one() or 0

    async def listed(self, tenant: str) -> list[tuple[Loaded, int]]:
        """The tenant's programmes by their keys, and how many people take part in each."""
        found = [_loaded(row) for row in await self._connection.execute(_OF_TENANT, {"tenant_": tenant})]
        ids = {"ids_": [programme.id for programme in found]}
        counts = {row.programme_id: row.number for row in await self._connection.execute(_COUNTS, ids)}
        return [(programme, counts.get(programme.id, 0)) for programme in found]

    async def document(self, programme_id: int, revision: int) -> Programme:
        """The programme as it was in one of its revisions."""
        place = (programme_id, revision)
        if place not in self._documents:
            given = {"programme_": programme_id, "number_": revision}
            document = (await self._connection.execute(_DOCUMENT, given)).scalar_one()
            while len(self._documents) >= MOST_DOCUMENTS:
                del self._documents[next(iter(self._documents))]
            self._documents[place] = programme_of(document)
        return self._documents[place]

    async def newest(self, programme_id: int) -> Programme | None:
        """The programme as it is now; None where there is none with that number, or it came from no file."""
        revision = (await self._connection.execute(_NEWEST, {"id_": programme_id})).scalar_one_or_none()
        return await self.document(programme_id, revision) if revision else None

    async def documents_of(self, person_id: int) -> list[tuple[Programme, Member]]:
        """The programmes that the person takes part in, as they are now, and their part in each. Locks nothing."""
        rows = (await self._connection.execute(_OF_PERSON, {"person_": person_id})).all()
        return [(await self.document(row.programme_id, row.revision), member_of(row)) for row in rows]

    async def notices(self, programme_id: int) -> list[Notices]:
        """What was to be told of each revision, the oldest first."""
        rows = await self._connection.execute(_NOTICES, {"programme_": programme_id})
        return [
            Notices(revision=row.number, loaded_at=row.loaded_at, notices=tuple(_notice(each) for each in row.notices))
            for row in rows
        ]

    async def first(self, tenant: str, programme: Programme) -> Loaded:
        """A new programme without any revision yet. Raises AlreadyThere when its key is taken."""
        row: dict[str, Any] = {
            "tenant": tenant,
            "key": programme.id,
            "name": dict(programme.name),
            "policy": {},
            "breaks": [],
            "hours": None,
            "revision": 0,
            "created_at": self._now,
        }
        result = await self._connection.execute(insert(programmes).returning(programmes.c.id), row)
        return await self.get(result.scalar_one())

    async def add(
        self,
        loaded: Loaded,
        programme: Programme,
        *,
        sources: Sequence[Element] = (),
        notices: Sequence[ChangeNotice] = (),
        from_chat: bool = False,
    ) -> Loaded:
        """The next revision, which holds from now on: its members are behind it until they are placed.

        sources: what asks come from; those that the programme has by the same key are changed, none is removed.
        from_chat: a coach makes it, and no file is loaded.
        """
        number = loaded.revision + 1
        row = {
            "programme_id": loaded.id,
            "number": number,
            "document": document_of(programme),
            "notices": [_stored(each) for each in notices],
            "loaded_at": self._now,
            "from_chat": from_chat,
        }
        await self._connection.execute(insert(revisions), row)
        await self._save_sources(loaded.id, sources)
        terms = terms_of(programme)
        values = {
            "name": dict(programme.name),
            "policy": terms.policy,
            "breaks": terms.breaks,
            "hours": terms.hours,
            "revision": number,
        }
        await self._connection.execute(update(programmes).where(programmes.c.id == loaded.id).values(values))
        return replace(loaded, revision=number, name=dict(programme.name))

    async def end(self, loaded: Loaded) -> None:
        """The programme ends now: a last revision, by which its members get nothing more."""
        await self.add(loaded, await self.document(loaded.id, loaded.revision))
        ended = update(programmes).where(programmes.c.id == loaded.id).values(ended_at=self._now)
        await self._connection.execute(ended)

    async def sources(self, programme_id: int) -> dict[str, Element]:
        """What the programme's asks come from, by key; of removed elements too."""
        rows = await self._connection.execute(_ELEMENTS, {"programme_": programme_id})
        found = [element_in(row) for row in rows]
        return {element.key: element for element in found}

    async def _save_sources(self, programme_id: int, sources: Sequence[Element]) -> None:
        known = await self.sources(programme_id)
        new, changed = [], []
        for source in sources:
            row = {"kind": source.kind.value, "content": content_of(source)}
            before = known.get(source.key)
            if before is None:
                new.append(row | {"programme_id": programme_id, "key": source.key})
            elif before != replace(source, id=before.id, programme_id=programme_id):
                changed.append(row | {"id_": before.id})
        if new:
            await self._connection.execute(insert(elements), new)
        if changed:
            await self._connection.execute(_SAVE_ELEMENT, changed)


def terms_of(programme: Programme) -> Terms:
    """What a programme says of all its members."""
    return Terms(
        policy=stored_policy(programme.rules.dose),
        breaks=stored_breaks(breaks_of(programme)),
        hours=stored_hours(programme.rules.hours),
    )


def _loaded(row: Row[Any]) -> Loaded:
    return Loaded(
        id=row.id,
        tenant=row.tenant,
        key=row.key,
        name={Language(language): text for language, text in row.name.items()},
        revision=row.revision,
        ended_at=row.ended_at,
    )


def _notice(stored: dict[str, Any]) -> ChangeNotice:
    return ChangeNotice(
        key=stored["key"],
        sessions=frozenset(stored["sessions"]),
        groups=frozenset(frozenset(each) for each in stored["groups"]),
        timezone=stored["timezone"],
        until=datetime.fromisoformat(stored["until"]),
        urgent=stored["urgent"],
    )


def _stored(notice: ChangeNotice) -> dict[str, Any]:
    return {
        "key": notice.key,
        "sessions": sorted(notice.sessions),
        "groups": sorted(sorted(each) for each in notice.groups),
        "timezone": notice.timezone,
        "until": notice.until.isoformat(),
        "urgent": notice.urgent,
    }
