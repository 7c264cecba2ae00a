"""Ending a programme: what was not told yet never is, and what was told can be answered until it closes."""

from dataclasses import dataclass

from bot.people_loading import NoSuchProgramme
from bot.programme_loading import Overtaken
from bot.refusals import Refused
from storage.revisions import Loaded
from storage.store import Store


class NotFromAFile(Refused):
    """The programme was not loaded from a file."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key!r} was not loaded from a file of a programme, so it cannot be ended; nothing was changed."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A programme that can be ended. untold: asks not told yet, of so many people. open: the told ones."""

    loaded: Loaded
    untold: int
    people: int
    open: int


async def ending(store: Store, tenant: str, key: str) -> Ending:
    """What ending a programme comes to; nothing is changed. Raises NoSuchProgramme or NotFromAFile."""
    async with store.transaction() as unit:
        loaded = await unit.revisions.find(tenant, key)
        if loaded is None:
            raise NoSuchProgramme(key)
        if not loaded.revision:
            raise NotFromAFile(key)
        counts = await unit.members.count_open(loaded.id)
    return Ending(loaded=loaded, untold=counts.untold, people=counts.people, open=counts.told)


async def end(store: Store, found: Ending) -> None:
    """End it now, in one short transaction; nothing happens to one that has ended. Raises Overtaken."""
    if found.loaded.ended_at is not None:
        return
    async with store.transaction() as unit:
        loaded = await unit.revisions.find(found.loaded.tenant, found.loaded.key, to_change=True)
        if loaded != found.loaded:
            raise Overtaken(found.loaded.key)
        await unit.revisions.end(loaded)
