"""Loading a roster: the file's rows become people and their parts, all in one transaction or not at all."""

from dataclasses import dataclass, replace
from pathlib import Path

from bot.people_files import read
from coaching import people
from coaching.people import Member, Person
from coaching.rosters import RosterRow
from storage.store import Store, Unit


class NoSuchProgramme(Exception):
    """There is no programme with that id; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """How many people the roster brought, changed, and found as they were."""

    new: int
    changed: int
    unchanged: int


async def load(store: Store, file: Path, *, tenant: str, programme: str | None = None) -> Loaded:
    """Load a roster into a tenant. Raises RosterRefused with every fault, or NoSuchProgramme, and changes nothing then.

    People who are already known keep the language that they chose and the time zone that Teams tells.
    """
    async with store.transaction() as unit:
        known_emails = await unit.people.emails(tenant)
    rows = read(file, known_emails=known_emails)
    async with store.transaction() as unit:
        programme_id = None
        if programme is not None:
            programme_id = await unit.programmes.id_of(tenant, programme)
            if programme_id is None:
                raise NoSuchProgramme
        return await _load(unit, rows, tenant=tenant, programme_id=programme_id)


async def _load(unit: Unit, rows: list[RosterRow], *, tenant: str, programme_id: int | None) -> Loaded:
    before = {
        row.email: await unit.people.by_email(tenant, row.email) for row in sorted(rows, key=lambda row: row.email)
    }
    ids = {}
    for row in rows:
        known = before[row.email]
        ids[row.email] = known.id if known else (await unit.people.add(_person(row, None, tenant, unit))).id
    changed = 0
    for row in rows:
        others = [await _id_of(unit, ids, tenant, email) for email in (row.manager, row.coach)]
        person = await unit.people.get(ids[row.email])
        assert person is not None
        wanted = replace(_person(row, person, tenant, unit), manager_id=others[0])
        part = Member(
            person_id=person.id, programme_id=programme_id, role=row.role, groups=row.groups, coach_id=others[1]
        )
        parts = await unit.people.parts(person.id)
        if wanted == person and part in parts:
            continue
        await unit.people.save(wanted)
        await unit.people.save_part(part)
        changed += before[row.email] is not None
    new = sum(person is None for person in before.values())
    return Loaded(new=new, changed=changed, unchanged=len(rows) - new - changed)


def _person(row: RosterRow, known: Person | None, tenant: str, unit: Unit) -> Person:
    """The person that a row describes; of a known one, what they chose themselves stays."""
    person = known or Person(id=0, tenant=tenant, email=row.email, language=row.language, timezone=row.timezone)
    if not person.language_chosen:
        person = replace(person, language=row.language, language_chosen=True)
    return people.admitted(replace(person, name=row.name, unit=row.unit), unit.now)


async def _id_of(unit: Unit, ids: dict[str, int], tenant: str, email: str | None) -> int | None:
    if email is None:
        return None
    if email not in ids:
        person = await unit.people.by_email(tenant, email)
        return None if person is None else person.id
    return ids[email]
