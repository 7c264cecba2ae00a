"""Membership: who joins a programme and who leaves it, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.people_loading import NoSuchProgramme
from bot.programme_loading import HasEnded
from bot.refusals import Refused
from coaching import people
from coaching.people import Member, Person, Role
from coaching.programmes import Programme
from coaching.rosters import is_email
from scheduler.placing import Placing, place_behind
from storage.revisions import Loaded
from storage.store import Store, Unit


class NotEnrolled(Refused):
    """Nobody was added to the programme; the message says why."""


class NoMember(Refused):
    """The person has no part in the programme; nothing was changed."""

    def __init__(self, email: str, key: str) -> None:
        super().__init__(f"{email!r} has no part in the programme {key!r}; nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """Somebody who joins. name: of one who is new. role, groups, coach (an e-mail): None leaves them as they were."""

    email: str
    name: str | None = None
    role: Role | None = None
    groups: Sequence[str] | None = None
    coach: str | None = None


async def join(store: Store, joining: Joining, *, tenant: str, programme: str) -> Placing:
    """Somebody takes part in a programme from now on, also one who had left. Nothing happens to who takes part already.

    Raises NotEnrolled, NoSuchProgramme or HasEnded, and changes nothing then.
    """
    async with store.transaction() as unit:
        person = await _person(unit, joining, tenant)
        coach = await unit.people.by_email(tenant, joining.coach) if joining.coach else None
        if joining.coach and coach is None:
            raise NotEnrolled(f"Nobody is known by the coach's address {joining.coach!r}; nothing was changed.")
        loaded = await _programme(unit, tenant, programme)
        _check_groups(joining, await unit.revisions.newest(loaded.id))
        known = (await unit.people.parts_in(loaded.id, [person.id])).get(person.id)
        part = _part(
            known or Member(person_id=person.id, programme_id=loaded.id, role=Role.PARTICIPANT), joining, coach
        )
        if part != known:
            await unit.people.save_part(part)
        membership = (await unit.members.of(loaded.id, [person.id]))[0]
        if membership.left_at is not None:
            await unit.members.come_back(loaded.id, person.id)
    return await place_behind(store, loaded.id)


async def leave(store: Store, email: str, *, tenant: str, programme: str) -> Placing:
    """Somebody takes no more part in a programme, and gets nothing more of it; nothing happens to who has left already.

    Raises NoMember or NoSuchProgramme, and changes nothing then.
    """
    async with store.transaction() as unit:
        person = await unit.people.by_email(tenant, email)
        loaded = await unit.revisions.find(tenant, programme)
        if loaded is None:
            raise NoSuchProgramme(programme)
        membership = await unit.members.of(loaded.id, [person.id]) if person else []
        if person is None or not membership:
            raise NoMember(email, programme)
        if membership[0].left_at is None:
            await unit.members.leave(loaded.id, person.id)
    return await place_behind(store, loaded.id)


async def _person(unit: Unit, joining: Joining, tenant: str) -> Person:
    """The person, let in; a new one where nobody is known by the address."""
    email = joining.email.strip().lower()
    known = await unit.people.by_email(tenant, email)
    if known is not None:
        person = people.admitted(replace(known, name=joining.name or known.name), unit.now)
        if person != known:
            await unit.people.save(person)
        return person
    if not is_email(email):
        raise NotEnrolled(f"{joining.email!r} is no e-mail address; nothing was changed.")
    if not joining.name:
        raise NotEnrolled(f"Nobody is known by the address {email!r}; give their --name to add them.")
    return await unit.people.add(Person(id=0, tenant=tenant, email=email, name=joining.name, admitted_at=unit.now))


async def _programme(unit: Unit, tenant: str, key: str) -> Loaded:
    loaded = await unit.revisions.find(tenant, key)
    if loaded is None:
        raise NoSuchProgramme(key)
    if loaded.ended_at is not None:
        raise HasEnded(key)
    return loaded


def _check_groups(joining: Joining, programme: Programme | None) -> None:
    unknown = set(joining.groups or ()) - set(programme.groups if programme else ())
    if unknown and programme is not None:
        known = ", ".join(programme.groups) or "none"
        raise NotEnrolled(f"There is no group {', '.join(sorted(unknown))}, but {known}; nothing was changed.")


def _part(known: Member, joining: Joining, coach: Person | None) -> Member:
    return replace(
        known,
        role=joining.role or known.role,
        groups=known.groups if joining.groups is None else tuple(joining.groups),
        coach_id=coach.id if coach else known.coach_id,
    )
