"""Foreseeing: what a programme's next revision would do to its members' asks, before it is loaded."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from coaching.changes import Plan, changes
from coaching.placing import Placings
from coaching.programmes import Programme
from coaching.sources import answered_anchors
from scheduler.enrolled import enrolled, tells_of_change
from storage import planned
from storage.revisions import Loaded, terms_of
from storage.store import Store

#: People whom one transaction reads at most.
AT_ONCE = 4


@dataclass(slots=True, kw_only=True)
class Foreseen:
    """What a revision would do, in asks and people. moved: those that open at another time; sent: left as they are."""

    added: int = 0
    moved: int = 0
    withdrawn: int = 0
    taken_up_again: int = 0
    sent: int = 0
    people: int = 0


async def foreseen(
    store: Store,
    loaded: Loaded,
    programme: Programme,
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> Foreseen:
    """What loading *programme* as the next revision would do to its members' asks; nothing is changed."""
    total, done, after = Foreseen(), 0, 0
    placings = Placings(programme)
    anchors = answered_anchors(programme)
    async with store.transaction() as unit:
        sources = {each.id: each for each in (await unit.revisions.sources(loaded.id)).values()}
    while True:
        begun = time.monotonic()
        async with store.transaction() as unit:
            ids = await unit.members.ids(loaded.id, after=after, limit=AT_ONCE)
            members = await unit.members.of(loaded.id, ids, to_change=False)
            asks = await unit.members.asks(loaded.id, ids, sources)
            around = await unit.members.circumstances(
                [member.person for member in members], instead={loaded.id: terms_of(programme)}
            )
            unheld = await unit.talks.unheld(loaded.id, ids)
            now = unit.now
            plans = await unit.plans.in_programme(loaded.id, ids)
            goals = await unit.plans.goals_in([each.id for each in plans.values()])
        for member in members:
            own = [ask for ask in asks[member.person.id] if not tells_of_change(ask)]
            waits = unheld.get(member.person.id, frozenset())
            availability = around[member.person.id].availability
            member_now = enrolled(member, asks[member.person.id], availability, anchors, waits)
            _add(total, changes(own, placings.of(member_now), now, has_left=member.left_at is not None))
            plan = plans.get(member.person.id)
            if plan is not None and member.left_at is None:
                terms = planned.terms_in(programme, member_now)
                total.moved += not planned.is_followed_so(member.person, plan, goals[plan.id], terms, now)
        if len(ids) < AT_ONCE:
            return total
        done, after = done + len(ids), ids[-1]
        progress(done)
        await asyncio.sleep(time.monotonic() - begun)


def _add(total: Foreseen, plan: Plan) -> None:
    total.added += len(plan.added)
    total.moved += sum(step.before.opens_at != step.after.opens_at for step in plan.moved)
    total.withdrawn += len(plan.withdrawn)
    total.taken_up_again += len(plan.taken_up_again)
    total.sent += plan.sent
    total.people += bool(plan.added or plan.steps)
