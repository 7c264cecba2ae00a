"""New managers: when the roster names another manager, discussions that are to be held go over to them, and shares end.

What somebody prepared stays theirs. Any number of processes may look at once.
"""

from coaching import shares
from coaching.access import Audience
from coaching.asks import AskKind
from coaching.sources import SHARED, unworded
from scheduler.each import another_may_be_faster, failing_alone
from storage.store import Store, Unit

#: Discussions, and shares, that one look finds.
AT_ONCE = 50


async def see_new_managers(store: Store) -> int:
    """Hand over what is to be held, and end what was shared with the former; how many discussions and shares."""
    async with store.transaction() as unit:
        talks = await unit.talks.with_former_managers(limit=AT_ONCE)
        former = await unit.share_news.of_former_managers(limit=AT_ONCE)
    for talk_id, participant_id in talks:
        with failing_alone("discussion not handed over", talk=talk_id):
            async with store.transaction() as unit:
                await _hand_over(unit, talk_id, participant_id)
    for owner_id, share_ids in former.items():
        with failing_alone("shares not ended", person=owner_id), another_may_be_faster(person=owner_id):
            async with store.transaction() as unit:
                await _end_shares(unit, owner_id, share_ids)
    return len(talks) + sum(map(len, former.values()))


async def _hand_over(unit: Unit, talk_id: int, participant_id: int) -> None:
    person = await unit.people.get(participant_id)
    talk = await unit.talks.get(talk_id)
    if person is None or person.manager_id is None or talk is None or talk.held_on is not None:
        return
    if person.manager_id not in (talk.manager_id, person.id):
        await unit.talks.go_over(talk, person.manager_id)


async def _end_shares(unit: Unit, owner_id: int, share_ids: list[int]) -> None:
    """Nobody reads by them any more; their owner is told once, and may share with the new manager."""
    person = await unit.people.get(owner_id)
    found = [share for number in share_ids if (share := await unit.shares.get(number)) is not None]
    ended = [share for share in found if shares.is_live(share, unit.now)]
    if person is None or not ended:
        return
    for share in ended:
        await unit.shares.save(shares.over(share, unit.now))
    await unit.talks.look_again(owner_id)
    of_manager = [share.id for share in ended if share.audience is Audience.MANAGER]
    programme_id = await unit.shares.programme_of(owner_id)
    if not of_manager or programme_id is None:
        return
    new = unworded(programme_id, f"{SHARED}new_manager", AskKind.NEW_MANAGER)
    source = await unit.programmes.known(new)
    await unit.asks.add(
        person_id=owner_id, element=source, occurrence=max(of_manager), wants_answer=False, opens_at=unit.now
    )
