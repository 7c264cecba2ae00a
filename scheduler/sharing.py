"""Sharing seen through: who can read something is told once; what is over disappears from the cards that showed it."""

import structlog

from coaching.asks import AskKind, Element
from coaching.shares import Share
from coaching.sources import SHARED
from storage.store import AlreadyThere, Store

#: Shares that are looked at in one go.
AT_ONCE = 50

_log = structlog.get_logger(__name__)


async def see_shares_through(store: Store) -> int:
    """Tell of what is shared, and clear what is over; how many shares. Any number of processes may do so at once."""
    async with store.transaction() as unit:
        over = await unit.shares.over(limit=AT_ONCE)
        untold = await unit.shares.untold(limit=AT_ONCE)
    for share_id, owner_id in over:
        async with store.transaction() as unit:
            await unit.shares.settle(share_id, owner_id)
            await unit.talks.look_again(owner_id)
    for share in untold:
        try:
            await _tell(store, share)
        except AlreadyThere:
            _log.info("another replica was faster", share=share.id)
        except Exception as error:
            _log.error("share not told", share=share.id, error=type(error).__name__)
    return len(over) + len(untold)


async def _tell(store: Store, share: Share) -> None:
    """A notice to the one whom it is for, at a moment that suits them; what it says is opened by themselves."""
    if share.person_id is None:
        return
    async with store.transaction() as unit:
        person = await unit.people.get(share.person_id)
        programme_id = await unit.shares.programme_of(share.person_id)
        if person is not None and programme_id is not None:
            known = await unit.programmes.elements_of(programme_id)
            source = known.get(SHARED) or await unit.programmes.add_element(
                Element(id=0, programme_id=programme_id, key=SHARED, kind=AskKind.SHARED, title={}, intro={})
            )
            await unit.asks.add(
                person_id=person.id,
                element=source,
                occurrence=share.id,
                wants_answer=False,
                opens_at=unit.now,
                closes_at=share.ends_at,
            )
        await unit.shares.told(share.id)
