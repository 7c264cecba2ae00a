"""People: whom Sparri may write to, in which language, and what pauses or stops it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from enum import StrEnum

from coaching.hours import Hours


class Language(StrEnum):
    """The languages that Sparri speaks; the first is the fallback where an organisation has named none."""

    FI = "fi"
    SV = "sv"
    EN = "en"


class Role(StrEnum):
    """A person's part in a programme."""

    PARTICIPANT = "participant"
    COACH = "coach"
    MANAGER = "manager"
    OWNER = "owner"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a person is reached in Teams: our own columns, refreshed by every activity of theirs.

    user_id is the bot's name for the person (``29:…``), bot_id the bot's own (``28:<app id>``).
    """

    service_url: str
    conversation_id: str
    user_id: str
    bot_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has written to Sparri, or whom a roster names; known by (tenant, aad_id).

    aad_id: the Entra object id, None until their first contact. email: of the roster, else as Teams told it, lower
    case; None where neither did. key_id names their own encryption key, None before anything of theirs was sealed.
    language_chosen: by them or a roster; the client's locale then does not change it.
    admitted_at: None while no roster and no coach has let them in; they then have a code to give to a coach.
    paused_until and stopped_at silence what Sparri starts; answers to the person's own messages never stop.
    installed: the app is in their personal chat. install_changed_at orders install events that come late.
    hours and preferred: when they may be written to, local time; None for the usual. country: for its holidays.
    unanswered: asks told in a row without an answer; told_of_stop: they know that Sparri therefore fell silent.
    slow_until: they said that it is too much, and get half as much until then (UTC).
    unreachable: why Teams lets nothing through to them; None while it does.
    """

    id: int
    tenant: str
    aad_id: str | None = None
    email: str | None = None
    name: str = ""
    language: Language = Language.FI
    language_chosen: bool = False
    timezone: str = "Europe/Helsinki"
    unit: str = ""
    manager_id: int | None = None
    key_id: str | None = None
    admitted_at: datetime | None = None
    code: str | None = None
    paused_until: datetime | None = None
    stopped_at: datetime | None = None
    installed: bool = False
    install_changed_at: datetime | None = None
    address: Address | None = None
    hours: Hours | None = None
    preferred: time | None = None
    country: str = "FI"
    unanswered: int = 0
    told_of_stop: bool = False
    slow_until: datetime | None = None
    unreachable: str | None = None

    @property
    def admitted(self) -> bool:
        """Whether a roster or a coach has let this person in."""
        return self.admitted_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person's part in one programme; programme_id None is the organisation's roster outside any programme."""

    person_id: int
    programme_id: int | None
    role: Role
    groups: tuple[str, ...] = ()
    coach_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What Teams tells of the sender of an activity, before we know who it is.

    language is the client's, where it is one of ours; timezone is an IANA name, where it is a known one.
    """

    tenant: str
    aad_id: str
    address: Address
    name: str = ""
    language: Language | None = None
    timezone: str | None = None


def installed(person: Person, at: datetime) -> Person:
    """The person with the app installed, unless something newer is known; *at* is the event's own time, UTC.

    Teams reports an install by two events in either order; only the one that changes `installed` is greeted.
    """
    return _install_changed(person, at, now_installed=True)


def uninstalled(person: Person, at: datetime) -> Person:
    """The person without the app, unless something newer is known."""
    return _install_changed(person, at, now_installed=False)


def _install_changed(person: Person, at: datetime, *, now_installed: bool) -> Person:
    if person.install_changed_at is not None and at < person.install_changed_at:
        return person
    return replace(person, installed=now_installed, install_changed_at=at)


def paused(person: Person, until: datetime) -> Person:
    """The person, not to be written to before *until* (UTC); written to again after it, also if they had stopped."""
    return replace(person, paused_until=until, stopped_at=None)


def stopped(person: Person, now: datetime) -> Person:
    """The person, not to be written to until they say so."""
    return replace(person, stopped_at=now, paused_until=None)


def slowed(person: Person, until: datetime | None) -> Person:
    """The person, who gets half as much until *until* (UTC); as much as is usual for None."""
    return replace(person, slow_until=until)


def resumed(person: Person) -> Person:
    """The person, written to again."""
    return replace(person, stopped_at=None, paused_until=None)


def heard_from(person: Person) -> Person:
    """The person, who has just said something: they are reachable, and not silent any more."""
    return replace(person, unanswered=0, told_of_stop=False, unreachable=None)


def is_silenced(person: Person, now: datetime) -> bool:
    """Whether the person has stopped Sparri, or paused it for now."""
    return person.stopped_at is not None or (person.paused_until is not None and now < person.paused_until)


def admitted(person: Person, now: datetime) -> Person:
    """The person, let in by a roster or a coach; their code is used up."""
    return replace(person, admitted_at=person.admitted_at or now, code=None)


def recognised(person: Person, newcomer: Person) -> Person:
    """The person of a roster, found to be a newcomer who waited: reached where they are, in the language they chose."""
    if newcomer.language_chosen:
        person = replace(person, language=newcomer.language, language_chosen=True)
    return replace(
        person,
        aad_id=newcomer.aad_id,
        address=newcomer.address,
        installed=newcomer.installed,
        install_changed_at=newcomer.install_changed_at,
    )


def in_language(words: Mapping[Language, str], language: Language) -> str:
    """The words in a person's language, else in the first of ours that there are any in; empty when there are none."""
    return next((words[each] for each in (language, *Language) if words.get(each)), "")
