"""Loading a programme: what is different is found out first, then made the next revision in one short transaction.

Its members are brought to it afterwards, a few at a time, by whoever loads it and by every Sparri that runs.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.refusals import Refused
from coaching.asks import AskKind, Element
from coaching.changes import Change, SessionChange, carried_on, difference
from coaching.people import Language, Role
from coaching.programmes import Programme
from coaching.sessions import facts_of
from coaching.sources import sources
from dialogs import changes
from scheduler.enrolled import CHANGE
from scheduler.foreseeing import Foreseen, foreseen
from storage.memberships import Grouping
from storage.revisions import ChangeNotice, Loaded
from storage.store import AlreadyThere, Store, Unit

#: What concerns a session so soon does not wait for its turn.
SOON = timedelta(days=7)


class HasEnded(Refused):
    """The programme has ended; nothing was changed."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The programme {key!r} has ended; nothing was changed. Give it another id to begin anew.")


class Overtaken(Refused):
    """Somebody else has changed the programme meanwhile; nothing of this was loaded."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Somebody else has changed {key!r} meanwhile; nothing of this was loaded. Load it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loading:
    """A revision that can be loaded. before: the programme as it stands; None for a new one.

    has_changed: False where there is nothing to load. notices: what participants are told, and told: how many of them.
    """

    tenant: str
    programme: Programme
    before: Loaded | None
    change: Change
    sources: tuple[Element, ...]
    notices: tuple[ChangeNotice, ...] = ()
    foreseen: Foreseen
    told: int = 0
    has_changed: bool = True


async def prepare(
    store: Store,
    programme: Programme,
    *,
    tenant: str,
    progress: Callable[[int], None] = lambda done: None,
) -> Loading:
    """What loading *programme* into a tenant comes to; nothing is changed. Raises HasEnded.

    progress: for how many members it is known already.
    """
    async with store.transaction() as unit:
        before = await unit.revisions.find(tenant, programme.id)
        if before is not None and before.ended_at is not None:
            raise HasEnded(programme.id)
        old = await unit.revisions.document(before.id, before.revision) if before and before.revision else None
        programme = carried_on(old, programme)
        asked = sources(programme, coaches=await _coaches(unit, tenant, programme))
        known = await unit.revisions.sources(before.id) if before else {}
        groupings = await unit.members.groupings(before.id) if before else []
        now = unit.now
    change = difference(old, programme)
    to_be_told = [each for each in change.sessions if old and each.is_told and _is_ahead(each, programme, now)]
    audiences = _audiences(to_be_told, groupings)
    revision = (before.revision if before else 0) + 1
    keyed = [(f"{CHANGE}{revision}:{number}", each) for number, each in enumerate(audiences, start=1)]
    is_same = old == programme and not _new_sources(asked, known)
    return Loading(
        tenant=tenant,
        programme=programme,
        before=before,
        change=change,
        sources=(*asked, *(_words(each, programme, key) for key, each in keyed)),
        notices=tuple(_notice(each, programme, key, now) for key, each in keyed),
        foreseen=await foreseen(store, before, programme, progress=progress) if before and not is_same else Foreseen(),
        told=sum(grouping.number for each in audiences for grouping in each.groupings),
        has_changed=not is_same,
    )


async def apply(store: Store, loading: Loading) -> int:
    """Make it the current revision, in one short transaction; the programme's number. Raises Overtaken.

    Whoever is behind it gets nothing until they are placed.
    """
    key = loading.programme.id
    try:
        async with store.transaction() as unit:
            found = await unit.revisions.find(loading.tenant, key, to_change=True)
            if found != loading.before:
                raise Overtaken(key)
            if found is None:
                found = await unit.revisions.first(loading.tenant, loading.programme)
            await unit.revisions.add(found, loading.programme, sources=loading.sources, notices=loading.notices)
    except AlreadyThere:
        raise Overtaken(key) from None
    return found.id


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
