"""Revising: what a programme's next revision comes to, before it is made: what differs, and who is told what of it.

The same whether a file is loaded or a coach changes something from the chat.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coaching.asks import AskKind, Element
from coaching.changes import Change, SessionChange, carried_on, difference
from coaching.people import Language, Role
from coaching.programmes import Programme
from coaching.sessions import facts_of
from coaching.sources import CHANGE, sources
from dialogs import changes
from storage.memberships import Grouping
from storage.revisions import ChangeNotice, Loaded
from storage.store import Unit

#: What concerns a session so soon does not wait for its turn.
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revising:
    """A next revision. programme: as it would be, with what is remembered of the one before.

    sources: what its asks come from, and the words of its notices.

    notices: what participants are told, and told: how many of them. has_changed: False where there is nothing new.
    """

    programme: Programme
    change: Change
    sources: tuple[Element, ...]
    notices: tuple[ChangeNotice, ...]
    told: int
    has_changed: bool


async def revising(unit: Unit, before: Loaded | None, programme: Programme, *, tenant: str) -> Revising:
    """What *programme* comes to as the next revision of *before*; None for a new one. Nothing is changed."""
    old = await unit.revisions.document(before.id, before.revision) if before and before.revision else None
    programme = carried_on(old, programme)
    asked = sources(programme, coaches=await _coaches(unit, tenant, programme))
    known = await unit.revisions.sources(before.id) if before else {}
    groupings = await unit.members.groupings(before.id) if before else []
    change = difference(old, programme)
    to_be_told = [each for each in change.sessions if old and each.is_told and _is_ahead(each, programme, unit.now)]
    audiences = _audiences(to_be_told, groupings)
    revision = (before.revision if before else 0) + 1
    keyed = [(f"{CHANGE}{revision}:{number}", each) for number, each in enumerate(audiences, start=1)]
    return Revising(
        programme=programme,
        change=change,
        sources=(*asked, *(_words(each, programme, key) for key, each in keyed)),
        notices=tuple(_notice(each, programme, key, unit.now) for key, each in keyed),
        told=sum(grouping.number for each in audiences for grouping in each.groupings),
        has_changed=not (old == programme and not _new_sources(asked, known)),
    )


async def _coaches(unit: Unit, tenant: str, programme: Programme) -> dict[str, str]:
    emails = {session.coach.lower() for session in programme.sessions if session.coach}
    found = await unit.people.by_emails(tenant, emails) if emails else {}
    return {email: person.name for email, person in found.items() if person.name}


def _new_sources(asked: Sequence[Element], known: Mapping[str, Element]) -> bool:
    """Whether something can be delivered now that could not when the programme was loaded."""
    return any(each.key not in known for each in asked)


def _is_ahead(change: SessionChange, programme: Programme, now: datetime) -> bool:
    return now < max(_starts(change, programme))


def _starts(change: SessionChange, programme: Programme) -> list[datetime]:
    sessions = [change.after] if change.before is None else [change.before, change.after]
    return [facts_of(programme, session).starts for session in sessions]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Audience:
    """Those who are told the same."""

    changes: tuple[SessionChange, ...]
    zone: str
    groupings: tuple[Grouping, ...]


def _audiences(told: Sequence[SessionChange], groupings: Sequence[Grouping]) -> list[_Audience]:
    """Who is told the same: by the changes that concern them, and their time zone."""
    found: dict[tuple[frozenset[int], str], list[Grouping]] = defaultdict(list)
    for grouping in groupings:
        own = frozenset(each.number for each in told if _concerns(each, grouping.groups))
        if own and grouping.role is Role.PARTICIPANT:
            found[own, grouping.timezone].append(grouping)
    return [
        _Audience(changes=tuple(each for each in told if each.number in own), zone=zone, groupings=tuple(members))
        for (own, zone), members in found.items()
    ]


def _concerns(change: SessionChange, groups: frozenset[str]) -> bool:
    sessions = [change.after] if change.before is None else [change.before, change.after]
    return any(not session.groups or not session.groups.isdisjoint(groups) for session in sessions)


def _notice(audience: _Audience, programme: Programme, key: str, now: datetime) -> ChangeNotice:
    ahead = [moment for each in audience.changes for moment in _starts(each, programme) if moment > now]
    return ChangeNotice(
        key=key,
        sessions=frozenset(each.number for each in audience.changes),
        groups=frozenset(grouping.groups for grouping in audience.groupings),
        timezone=audience.zone,
        until=max(ahead),
        urgent=min(ahead) < now + SOON,
    )


def _words(audience: _Audience, programme: Programme, key: str) -> Element:
    """The notice; where it is about one session, with that one, so that its card offers it to calendars."""
    only = audience.changes[0].after if len(audience.changes) == 1 else None
    return Element(
        id=0,
        programme_id=0,
        key=key,
        kind=AskKind.NOTICE,
        title={language: changes.title(language, audience.changes) for language in Language},
        intro={language: changes.words(language, audience.changes, programme, audience.zone) for language in Language},
        session=facts_of(programme, only) if only else None,
    )
