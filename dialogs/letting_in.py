"""Letting in: a person who waits with a code becomes one whom Sparri talks with, at the word of a coach.

A roster's row may go by an address that Teams does not tell. The address after the code says which row the person is.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from coaching import people
from coaching.people import Member, Person, Role
from storage.store import Unit

#: Whom a coach cannot let in as: they could so become another coach.
_BEYOND_A_COACH = frozenset({Role.COACH, Role.OWNER})


class Refusal(StrEnum):
    """Why nobody is let in; the value is its text in the section `let_in`."""

    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_EMAIL = "unknown_email"
    EMAIL_TAKEN = "email_taken"
    NOT_BY_A_COACH = "not_by_a_coach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who is to be let in. code: as it is stored. email: of their row on the roster, lower case, None when not said."""

    code: str
    email: str | None


def wish(text: str) -> Wish:
    """What was typed after the command, however the code was typed: "k7qf 2m" is K7QF-2M."""
    words = text.split()
    email = words.pop().lower() if words and "@" in words[-1] else None
    plain = re.sub(r"[^A-Z0-9]", "", "".join(words).upper())
    return Wish(code=f"{plain[:4]}-{plain[4:]}", email=email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Somebody who can be let in. found: their row on the roster, where they are on it by another address."""

    newcomer: Person
    found: Person | None = None

    @property
    def person(self) -> Person:
        """Who they are then."""
        return self.found or self.newcomer


async def who_waits(unit: Unit, wish: Wish, *, tenant: str, coach: Person | None) -> Waiting | Refusal:
    """Who would be let in, or why nobody. coach: who would do it, None for the administrator. Locks them."""
    newcomer = await unit.people.by_code(tenant, wish.code)
    if newcomer is None:
        return Refusal.UNKNOWN_CODE
    if wish.email is None or wish.email == newcomer.email:
        return Waiting(newcomer=newcomer)
    found = await unit.people.by_email(tenant, wish.email)
    if found is None:
        return Refusal.UNKNOWN_EMAIL
    if found.aad_id is not None:
        return Refusal.EMAIL_TAKEN
    if coach and any(part.role in _BEYOND_A_COACH for part in await unit.people.parts(found.id)):
        return Refusal.NOT_BY_A_COACH
    return Waiting(newcomer=newcomer, found=found)


async def let_in(unit: Unit, wish: Wish, *, tenant: str, coach: Person | None) -> Person | Refusal:
    """The person, let in; or why not. coach: who lets them in, None for the administrator."""
    waiting = await who_waits(unit, wish, tenant=tenant, coach=coach)
    if isinstance(waiting, Refusal):
        return waiting
    newcomer = waiting.newcomer
    if waiting.found is None:
        person = people.admitted(newcomer, unit.now)
        await unit.people.save(person)
        coach_id = coach.id if coach else None
        await unit.people.save_part(
            Member(person_id=person.id, programme_id=None, role=Role.PARTICIPANT, coach_id=coach_id)
        )
        return person
    return await unit.people.recognise(waiting.found, newcomer)
