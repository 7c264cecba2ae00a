"""Whereabouts: in which time zone somebody is, and whose public holidays they have by it."""

from dataclasses import replace

from coaching.people import Person
from storage.countries import country_of


def located(person: Person, timezone: str) -> Person:
    """The person in a time zone (an IANA name); in another one than before they have the holidays of its country."""
    if timezone == person.timezone:
        return person
    return replace(person, timezone=timezone, country=country_of(timezone) or person.country)
