"""Loading a programme: what is different is found out first, then made the next revision in one short transaction.

Its members are brought to it afterwards, a few at a time, by whoever loads it and by every Sparri that runs.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.refusals import Refused
from coaching.asks import Element
from coaching.changes import Change, difference
from coaching.programmes import Programme
from dialogs.revising import Revising, revising
from scheduler.foreseeing import Foreseen, foreseen
from storage.revisions import ChangeNotice, Loaded
from storage.store import AlreadyThere, Store, Unit


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
    taken_back: the numbers of the sessions that a coach has changed in the chat since a file was loaded last, and that
    this one changes again.
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
    taken_back: tuple[int, ...] = ()


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
        found = await revising(unit, before, programme, tenant=tenant)
        taken_back = await _taken_back(unit, before, found) if before else ()
    is_new = found.has_changed
    return Loading(
        tenant=tenant,
        programme=found.programme,
        before=before,
        change=found.change,
        sources=found.sources,
        notices=found.notices,
        foreseen=await foreseen(store, before, found.programme, progress=progress) if before and is_new else Foreseen(),
        told=found.told,
        has_changed=is_new,
        taken_back=taken_back,
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


async def _taken_back(unit: Unit, before: Loaded, found: Revising) -> tuple[int, ...]:
    """The sessions that a coach changed in the chat since a file was loaded, and that are to be changed once more."""
    last = await unit.revisions.last_file(before.id)
    if last in (0, before.revision):
        return ()
    file = await unit.revisions.document(before.id, last)
    now = await unit.revisions.document(before.id, before.revision)
    in_chat = {each.number for each in difference(file, now).sessions if each.is_told}
    return tuple(each.number for each in found.change.sessions if each.number in in_chat and each.is_told)
