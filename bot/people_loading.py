"""Loading a roster: all of it is checked first, then its rows become people and their parts, some at a time.

No transaction is long, so that Sparri answers meanwhile. Each is whole, and loading is repeatable: what a kill leaves
undone is done when the roster is loaded again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.people_files import read
from bot.refusals import Refused
from bot.whereabouts import located
from coaching import people
from coaching.people import Member, Person
from coaching.rosters import RosterRow
from storage.store import AlreadyThere, Store, Unit

#: Rows in one transaction: it holds the writer of SQLite for some 10 ms.
ROWS_AT_ONCE = 50
_EMAILS_AT_ONCE = 2_000
#: How often another load of the same people, at the same time, may be first.
_TRIES = 5


class NoSuchProgramme(Refused):
    """There is no such programme; nothing was changed."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no programme {key!r}; nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How many people the roster brought, changed, and found as they were."""

    new: int
    changed: int
    unchanged: int


async def load(
    store: Store,
    file: Path,
    *,
    tenant: str,
    programme: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Loaded:
    """Load a roster into a tenant. Raises RosterRefused with every fault, or NoSuchProgramme, and changes nothing then.

    Nobody is removed. progress is told how much is done, and of how much.
    """
    roster = _Roster(store, tenant, await _programme_id(store, tenant, programme) if programme else None)
    rows = read(file, known_emails=await known_emails(store, tenant))
    batches = [rows[at : at + ROWS_AT_ONCE] for at in range(0, len(rows), ROWS_AT_ONCE)]
    new = changed = done = 0
    # Everybody is there before anybody is somebody's manager or coach.
    for batch in batches:
        new += await roster.add_missing(batch)
        progress(done := done + len(batch), 2 * len(rows))
    for batch in batches:
        changed += await roster.bring_up_to_date(batch)
        progress(done := done + len(batch), 2 * len(rows))
    return Loaded(new=new, changed=changed, unchanged=len(rows) - new - changed)


class _Roster:
    """Batches of one roster, each a transaction of its own."""

    def __init__(self, store: Store, tenant: str, programme_id: int | None) -> None:
        self._store = store
        self._tenant = tenant
        self._programme_id = programme_id
        self._new: set[str] = set()

    async def add_missing(self, rows: Sequence[RosterRow]) -> int:
        """Add those who are not known; how many they are."""
        for _ in range(_TRIES - 1):
            with suppress(AlreadyThere):
                return await self._add_missing(rows)
        return await self._add_missing(rows)

    async def _add_missing(self, rows: Sequence[RosterRow]) -> int:
        async with short_transaction(self._store) as unit:
            known = await unit.people.by_emails(self._tenant, [row.email for row in rows])
            missing = sorted((row for row in rows if row.email not in known), key=lambda row: row.email)
            newcomers = [Person(id=0, tenant=self._tenant, email=row.email) for row in missing]
            await unit.people.add_all(
                [_enrolled(person, row, unit.now) for person, row in zip(newcomers, missing, strict=True)]
            )
        self._new |= {row.email for row in missing}
        return len(missing)

    async def bring_up_to_date(self, rows: Sequence[RosterRow]) -> int:
        """Let people and their parts be as the rows have them; how many were known and have changed."""
        changed: set[str] = set()
        async with short_transaction(self._store) as unit:
            known = await unit.people.by_emails(
                self._tenant, {email for row in rows for email in (row.email, row.manager, row.coach) if email}
            )
            here = [(row, known[row.email]) for row in rows if row.email in known]
            parts = await unit.people.parts_in(self._programme_id, [person.id for _, person in here])
            persons, own_parts = [], []
            for row, person in here:
                wanted = replace(_enrolled(person, row, unit.now), manager_id=_number(known, row.manager))
                part = self._part(row, person, _number(known, row.coach))
                if wanted != person:
                    persons.append(wanted)
                if part != parts.get(person.id):
                    own_parts.append(part)
                if wanted != person or part != parts.get(person.id):
                    changed.add(row.email)
            await unit.people.save_all(persons)
            await unit.people.add_parts([part for part in own_parts if part.person_id not in parts])
            await unit.people.change_parts(self._programme_id, [part for part in own_parts if part.person_id in parts])
        return len(changed - self._new)

    def _part(self, row: RosterRow, person: Person, coach_id: int | None) -> Member:
        return Member(
            person_id=person.id, programme_id=self._programme_id, role=row.role, groups=row.groups, coach_id=coach_id
        )


def _enrolled(person: Person, row: RosterRow, now: datetime) -> Person:
    """The person as the row has them, let in.

    Who has been in contact keeps the language that they chose, and the time zone that Teams tells.
    """
    in_contact = person.aad_id is not None
    if row.language and not (in_contact and person.language_chosen):
        person = replace(person, language=row.language, language_chosen=True)
    if row.timezone and not in_contact:
        person = located(person, row.timezone)
    return people.admitted(replace(person, name=row.name, unit=row.unit), now)


def _number(known: Mapping[str, Person], email: str | None) -> int | None:
    person = known.get(email) if email else None
    return person.id if person else None


async def _programme_id(store: Store, tenant: str, key: str) -> int:
    async with store.transaction() as unit:
        found = await unit.programmes.id_of(tenant, key)
    if found is None:
        raise NoSuchProgramme(key)
    return found


async def known_emails(store: Store, tenant: str) -> set[str]:
    """The e-mail addresses by which people of a tenant are known, in lower case."""
    known: set[str] = set()
    last = ""
    while True:
        async with short_transaction(store) as unit:
            some = await unit.people.emails(tenant, after=last, limit=_EMAILS_AT_ONCE)
        if not some:
            return known
        known.update(some)
        last = some[-1]


@asynccontextmanager
async def short_transaction(store: Store) -> AsyncIterator[Unit]:
    """A transaction, and then a rest as long as it was, in which others can write."""
    async with store.transaction() as unit:
        begun = time.monotonic()
        yield unit
    await asyncio.sleep(time.monotonic() - begun)
