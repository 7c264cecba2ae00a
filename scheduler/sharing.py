"""Sharing seen through: who can read something is told once; what is over disappears from the cards that showed it."""

from collections.abc import Awaitable, Callable

from coaching.asks import AskKind, Element, SkipReason, skipped
from coaching.shares import Share
from coaching.sources import SHARED, unworded
from scheduler.each import another_may_be_faster, failing_alone
from storage.store import Store, Unit

#: Shares that are looked at in one go.
AT_ONCE = 50


async def see_shares_through(store: Store) -> int:
    """Tell of what is shared, and clear what is over; how many shares. Any number of processes may do so at once."""
    async with store.transaction() as unit:
        over = await unit.share_news.over(limit=AT_ONCE)
        untold = await unit.share_news.untold(limit=AT_ONCE)
        teams = await unit.share_news.untold_teams(limit=AT_ONCE)
    for share_id, owner_id in over:
        with failing_alone("ended share not settled", share=share_id):
            async with store.transaction() as unit:
                await unit.share_news.settle(share_id, owner_id)
                await _tell_nobody(unit, share_id)
                await unit.talks.look_again(owner_id)
    for share in untold:
        await _told(store, share, _tell)
    for share in teams:
        await _told(store, share, _tell_team)
    return len(over) + len(untold) + len(teams)


async def _told(store: Store, share: Share, tell: Callable[[Store, Share], Awaitable[None]]) -> None:
    with failing_alone("share not told", share=share.id), another_may_be_faster(share=share.id):
        await tell(store, share)


async def _tell(store: Store, share: Share) -> None:
    """A notice to the one whom it is for, at a moment that suits them; what it says is opened by themselves."""
    if share.person_id is None:
        return
    async with store.transaction() as unit:
        person = await unit.people.get(share.person_id)
        programme_id = await unit.shares.programme_of(share.person_id)
        if person is not None and programme_id is not None:
            await _add(unit, share, person.id, await _source(unit, programme_id))
        await unit.share_news.told(share.id)


async def _tell_team(store: Store, share: Share) -> None:
    """The same to each of the team, some at a time. Most of them take no part in anything: it is their manager's."""
    while True:
        async with store.transaction() as unit:
            programme_id = await unit.shares.programme_of(share.owner_id)
            mates = await unit.share_news.untold_mates(share, limit=AT_ONCE) if programme_id is not None else []
            if programme_id is None or not mates:
                return await unit.share_news.told(share.id)
            source = await _source(unit, programme_id)
            for person_id in await unit.people.by_ids(mates):
                await _add(unit, share, person_id, source)


async def _tell_nobody(unit: Unit, share_id: int) -> None:
    """Who has not been told of it need not be told that it was."""
    found = await unit.asks.by_ids(await unit.share_news.not_to_be_told(share_id))
    await unit.asks.save_all([skipped(ask, SkipReason.WITHDRAWN) for ask in found.values() if ask.told_at is None])


async def _source(unit: Unit, programme_id: int) -> Element:
    return await unit.programmes.known(unworded(programme_id, SHARED, AskKind.SHARED))


async def _add(unit: Unit, share: Share, person_id: int, source: Element) -> None:
    await unit.asks.add(
        person_id=person_id,
        element=source,
        occurrence=share.id,
        wants_answer=False,
        opens_at=unit.now,
        closes_at=share.ends_at,
    )
