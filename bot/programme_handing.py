"""Handing a programme to another coach by the administrator's word, such as when a coach has left the organisation."""

from dataclasses import dataclass

from bot.people_loading import NoSuchProgramme
from bot.programme_loading import HasEnded
from bot.refusals import Refused
from coaching.people import Person, Role
from storage.handovers import Estate
from storage.revisions import Loaded
from storage.store import Store, Unit


class NotHandedOver(Refused):
    """The programme was not handed over; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """A programme that can be handed over, by whom and to whom, and what goes along."""

    loaded: Loaded
    coach: Person
    to: Person
    estate: Estate


async def handing(store: Store, tenant: str, key: str, *, coach: str, to: str) -> Handing:
    """What handing it over comes to; nothing is changed. coach, to: e-mail addresses.

    Raises NoSuchProgramme, HasEnded or NotHandedOver.
    """
    async with store.transaction() as unit:
        loaded = await unit.revisions.find(tenant, key)
        if loaded is None:
            raise NoSuchProgramme(key)
        if loaded.ended_at is not None:
            raise HasEnded(key)
        found = await unit.people.by_emails(tenant, {coach.strip().lower(), to.strip().lower()})
        one, other = _known(found, coach), _known(found, to)
        await _check(unit, loaded, one, other)
        return Handing(loaded=loaded, coach=one, to=other, estate=await unit.handovers.estate(loaded.id, one.id))


async def hand_over(store: Store, handing: Handing) -> None:
    """Hand it over now. Raises NotHandedOver where something has changed meanwhile, and changes nothing then."""
    async with store.transaction() as unit:
        await unit.people.by_ids([handing.coach.id, handing.to.id])
        await _check(unit, handing.loaded, handing.coach, handing.to)
        await unit.handovers.move(handing.loaded.id, coach_id=handing.coach.id, to_id=handing.to.id)


def _known(found: dict[str, Person], email: str) -> Person:
    person = found.get(email.strip().lower())
    if person is None or not person.admitted:
        raise NotHandedOver(f"Nobody is known by the address {email!r}; nothing was changed.")
    return person


async def _check(unit: Unit, loaded: Loaded, coach: Person, to: Person) -> None:
    if coach.id == to.id:
        raise NotHandedOver("Both addresses are the same person's; nothing was changed.")
    if await unit.handovers.role_in(loaded.id, coach.id) is not Role.COACH:
        raise NotHandedOver(f"{coach.email} does not coach {loaded.key!r}; nothing was changed.")
    role = await unit.handovers.role_in(loaded.id, to.id)
    if role not in (None, Role.COACH):
        raise NotHandedOver(f"{to.email} takes part in {loaded.key!r} as a {role}; nothing was changed.")
