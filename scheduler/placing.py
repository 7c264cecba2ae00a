"""Placing: bringing the asks of a programme's members to its newest revision, a few people in each transaction.

Each person sees all of a revision or nothing of it. Who is in the middle of something is passed over, and placed a
little later; any number of processes may place at once.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from coaching.asks import Ask, AskKind, Element
from coaching.changes import Plan, Step, changes
from coaching.elements import CheckIn
from coaching.placing import Enrolled, Placings
from coaching.programmes import Programme
from coaching.sources import answered_anchors, asked, place_in
from scheduler.each import failing_alone
from scheduler.enrolled import enrolled, news, tells_of_change
from storage import planned
from storage.memberships import Membership
from storage.revisions import Loaded, Notices
from storage.store import Store, Unit

#: People in one transaction at most; it ends sooner where they take longer than so many seconds.
AT_ONCE, LONG_SECONDS = 8, 0.012


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """How many people were placed, and how many are still to be: they were in the middle of something."""

    placed: int = 0
    passed_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What placing goes by in one programme. sources: by key. has_check_ins: plans are followed as it says."""

    loaded: Loaded
    programme: Programme
    placings: Placings
    sources: Mapping[str, Element]
    notices: Sequence[Notices]
    anchors: frozenset[str]
    has_check_ins: bool


async def place_all_behind(store: Store) -> Placing:
    """Place whoever is behind any programme. Nothing is read of anybody else."""
    async with store.transaction() as unit:
        programme_ids = await unit.members.programmes_behind()
    total = Placing()
    for programme_id in programme_ids:
        with failing_alone("people not placed", programme=programme_id):
            found = await place_behind(store, programme_id)
            total = Placing(placed=total.placed + found.placed, passed_over=total.passed_over + found.passed_over)
    return total


async def place_behind(
    store: Store, programme_id: int, *, progress: Callable[[int], None] = lambda done: None
) -> Placing:
    """Place the members of a programme who are behind it, once each. Safe to stop and to run again.

    Each transaction is short, and followed by a rest as long in which others can write. progress: told how many are
    done.
    """
    async with store.transaction() as unit:
        ground = await _ground(unit, programme_id, None)
        ids = await unit.members.behind(programme_id, ground.loaded.revision)
    at, done, most = 0, 0, AT_ONCE
    while at < len(ids):
        some = ids[at : at + most]
        begun = time.monotonic()
        async with store.transaction() as unit:
            ground = await _ground(unit, programme_id, ground)
            number, looked_at = await _place(unit, ground, some, until=begun + LONG_SECONDS)
        at, done = at + looked_at, done + number
        # What is read of more people than there is time for is read in vain.
        most = min(2 * most, AT_ONCE) if looked_at == len(some) else looked_at
        progress(done)
        await asyncio.sleep(time.monotonic() - begun)
    return Placing(placed=done, passed_over=len(ids) - done)


async def _ground(unit: Unit, programme_id: int, known: _Ground | None) -> _Ground:
    loaded = await unit.revisions.get(programme_id)
    if known is not None and known.loaded == loaded:
        return known
    programme = await unit.revisions.document(programme_id, loaded.revision)
    return _Ground(
        loaded=loaded,
        programme=programme,
        placings=Placings(programme),
        sources=await unit.revisions.sources(programme_id),
        notices=await unit.revisions.notices(programme_id),
        anchors=answered_anchors(programme),
        has_check_ins=any(isinstance(each, CheckIn) for each in programme.elements),
    )


async def _place(unit: Unit, ground: _Ground, ids: Sequence[int], *, until: float) -> tuple[int, int]:
    """Place some of these people, until that moment (monotonic); how many, and how many were looked at."""
    loaded = ground.loaded
    found = await unit.members.of(loaded.id, ids)
    busy = await unit.members.on_the_wire(ids)
    members = [each for each in found if each.placed < loaded.revision and each.person.id not in busy]
    numbers = [member.person.id for member in members]
    asks = await unit.members.asks(loaded.id, numbers, {each.id: each for each in ground.sources.values()})
    around = await unit.members.circumstances([member.person for member in members])
    plans = await unit.plans.in_programme(loaded.id, numbers) if ground.has_check_ins else {}
    unheld = await unit.talks.unheld(loaded.id, numbers)
    new: list[Ask] = []
    steps: list[Step] = []
    # That the discussion before it was held moves the preparation of one: that is no change of the programme.
    noted: list[Step] = []
    done: list[int] = []
    for member in members:
        number = member.person.id
        availability, theirs = around[number].availability, asks[number]
        as_placed = enrolled(member, theirs, availability, ground.anchors, unheld.get(number, frozenset()))
        plan, more = _planned(unit, ground, member, theirs, as_placed)
        new += more
        steps += plan.steps
        noted += [step for step in plan.steps if member.placed or step.before.kind is not AskKind.DISCUSSION]
        if number in plans and member.left_at is None:
            terms = planned.terms_in(ground.programme, as_placed, ended_at=loaded.ended_at)
            await planned.brought_up_to_date(unit, member.person, plans[number], terms)
        done.append(member.person.id)
        if time.monotonic() > until:
            break
    await unit.members.add_asks(new)
    await unit.asks.save_all([step.after for step in steps])
    await unit.members.note_steps(noted, loaded.revision)
    await unit.members.placed(loaded.id, done, loaded.revision)
    return len(done), ids.index(done[-1]) + 1 if len(done) < len(members) else len(ids)


def _planned(
    unit: Unit, ground: _Ground, member: Membership, asks: Sequence[Ask], as_placed: Enrolled
) -> tuple[Plan, list[Ask]]:
    """What becomes of a member's asks, and those that are new."""
    has_left = member.left_at is not None
    own = [ask for ask in asks if has_left or not tells_of_change(ask)]
    wanted = ground.placings.of(as_placed)
    # Kinds that were not delivered yet when the programme was loaded have no source until it is loaded again.
    wanted = [] if ground.loaded.ended_at else [each for each in wanted if place_in(each)[0] in ground.sources]
    plan = changes(own, wanted, unit.now, has_left=has_left)
    new = [
        asked(each, ground.sources[place_in(each)[0]], person_id=member.person.id, now=unit.now) for each in plan.added
    ]
    if not has_left and ground.loaded.ended_at is None:
        new += news(member, asks, ground.notices, ground.sources, unit.now)
    return plan, new
