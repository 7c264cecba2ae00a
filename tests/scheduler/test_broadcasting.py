"""Broadcasting: asks in batches that can be resumed, by any number of processes, and a card that keeps up."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from coaching.asks import AskKind
from coaching.broadcasts import Audience, Broadcast, BroadcastState, Standing, Tally, queued, recalled, settled, tally
from coaching.people import Member, Person, Role
from scheduler.broadcasting import Broadcasting, some
from scheduler.outcomes import Outcome, OutcomeKind
from storage.store import Store
from tests.builders import Clock, add_element, add_person
from tests.scheduler.conftest import Coaching, Wire

UNDO = timedelta(minutes=2)


async def sent(store: Store, people: list[Person], *, kind: AskKind = AskKind.NOTICE, **audience: Any) -> Broadcast:
    """A broadcast to a programme's people, to everybody unless said otherwise; it can still be undone."""
    coach = await add_person(store, email="coach@ministry.example", role=Role.COACH)
    element = await add_element(store, key="broadcast:1", kind=kind)
    async with store.transaction() as unit:
        for person in people:
            part = Member(person_id=person.id, programme_id=element.programme_id, role=Role.PARTICIPANT)
            await unit.people.save_part(part)
        card = await unit.cards.add(person_id=coach.id, ask_id=None)
        new = await unit.broadcasts.add(programme_id=element.programme_id, author_id=coach.id, card_id=card.id)
        ready = replace(
            new,
            state=BroadcastState.PREVIEWED,
            element_id=element.id,
            audience=Audience(**(audience or {"everybody": True})),
        )
        broadcast = queued(ready, unit.now, undo=UNDO)
        await unit.broadcasts.save(broadcast)
    return broadcast


async def now_of(store: Store, broadcast: Broadcast) -> tuple[Broadcast, Tally]:
    """The broadcast as it is stored, and how its people stand."""
    async with store.transaction() as unit:
        found = await unit.broadcasts.get(broadcast.id)
        assert found is not None
        return found, tally(await unit.standings.of_broadcast(found))


@pytest.fixture
async def people(coaching: Coaching) -> list[Person]:
    """Seven people whom Teams knows."""
    return [await coaching.person(name=f"Henkilö {number}") for number in range(7)]


async def test_nothing_is_written_while_it_can_be_undone(store: Store, people: list[Person], clock: Clock) -> None:
    broadcast = await sent(store, people)
    clock.pass_by(seconds=119)

    await Broadcasting(store).go()

    found, figures = await now_of(store, broadcast)
    assert (found.state, found.written_up_to) == (BroadcastState.QUEUED, 0)
    assert figures.standing == {Standing.QUEUED: 7}


async def test_who_dies_in_the_middle_is_followed_by_another_and_nobody_is_asked_twice(
    store: Store, people: list[Person], coaching: Coaching, clock: Clock
) -> None:
    broadcast = await sent(store, people)
    clock.pass_by(minutes=2)
    async with store.transaction() as unit:
        await some(unit, broadcast.id, {}, at_once=3)
    found, figures = await now_of(store, broadcast)
    assert (found.state, figures.invited) == (BroadcastState.SENDING, 7)

    await asyncio.gather(Broadcasting(store, at_once=2).go(), Broadcasting(store, at_once=3).go())

    found, figures = await now_of(store, broadcast)
    assert (found.state, figures.standing) == (BroadcastState.DONE, {Standing.QUEUED: 7})
    await coaching.visit()
    assert [len(coaching.wire.visits_to(person)) for person in people] == [1] * 7
    assert (await now_of(store, broadcast))[1].standing == {Standing.SENT: 7}


async def test_who_leaves_before_their_ask_is_written_is_counted_and_gets_nothing(
    store: Store, people: list[Person], coaching: Coaching, clock: Clock
) -> None:
    broadcast = await sent(store, people)
    clock.pass_by(minutes=1)
    async with store.transaction() as unit:
        await unit.members.leave(broadcast.programme_id, people[0].id)
    late = await coaching.person(name="Liisa Lahti")
    async with store.transaction() as unit:
        part = Member(person_id=late.id, programme_id=broadcast.programme_id, role=Role.PARTICIPANT)
        await unit.people.save_part(part)
    clock.pass_by(minutes=1)

    await Broadcasting(store).go()
    await coaching.visit()

    figures = (await now_of(store, broadcast))[1]
    assert figures.standing == {Standing.SENT: 6, Standing.NOT_SENT: 1}
    assert coaching.wire.visits_to(people[0]) == coaching.wire.visits_to(late) == []


@pytest.mark.parametrize(
    ("outcome", "place"),
    [
        (Outcome(kind=OutcomeKind.UNKNOWN, reason="502"), Standing.UNKNOWN),
        (Outcome(kind=OutcomeKind.UNREACHABLE, reason="blocked"), Standing.UNREACHABLE),
        (Outcome(kind=OutcomeKind.REFUSED, reason="413"), Standing.NOT_SENT),
        (Outcome(kind=OutcomeKind.LATER, reason="throttled", throttled=True), Standing.QUEUED),
        (Outcome(kind=OutcomeKind.EXPIRED, reason="lease"), Standing.QUEUED),
    ],
    ids=lambda each: each.value if isinstance(each, Standing) else each.kind.value,
)
async def test_each_outcome_is_counted_once_in_its_place(
    store: Store, people: list[Person], coaching: Coaching, clock: Clock, outcome: Outcome, place: Standing
) -> None:
    broadcast = await sent(store, people)
    coaching.wire.next_is(people[3], outcome)
    clock.pass_by(minutes=2)

    await Broadcasting(store).go()
    await coaching.visit()

    figures = (await now_of(store, broadcast))[1]
    assert figures.standing == {Standing.SENT: 6, place: 1}


async def test_what_is_recalled_is_taken_back_from_whoever_has_not_got_it(
    store: Store, people: list[Person], coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    broadcast = await sent(store, people)
    wire.usual = Outcome(kind=OutcomeKind.LATER, reason="throttled")
    wire.next_is(people[0], Outcome(kind=OutcomeKind.SENT, activity_id="1:a"))
    clock.pass_by(minutes=2)
    await Broadcasting(store).go()
    await coaching.visit()
    async with store.transaction() as unit:
        found = await unit.broadcasts.get(broadcast.id)
        assert found is not None
        await unit.broadcasts.save(recalled(found, unit.now))

    await Broadcasting(store).go()

    found, figures = await now_of(store, broadcast)
    assert (found.state, figures.standing) == (BroadcastState.RECALLED, {Standing.SENT: 1, Standing.NOT_SENT: 6})


async def test_what_is_recalled_while_it_is_being_written_misses_nobody(
    store: Store, people: list[Person], coaching: Coaching, clock: Clock
) -> None:
    broadcast = await sent(store, people)
    clock.pass_by(minutes=2)
    async with store.transaction() as unit:
        await some(unit, broadcast.id, {}, at_once=3)
    await coaching.visit()
    async with store.transaction() as unit:
        found = await unit.broadcasts.get(broadcast.id)
        assert found is not None
        await unit.broadcasts.save(recalled(found, unit.now))
    assert (await now_of(store, broadcast))[1].invited == 7

    await Broadcasting(store, at_once=2).go()

    found, figures = await now_of(store, broadcast)
    assert (found.state, figures.standing) == (BroadcastState.RECALLED, {Standing.SENT: 3, Standing.NOT_SENT: 4})


async def test_whoever_leaves_and_comes_back_or_changes_groups_meanwhile_is_still_counted(
    store: Store, people: list[Person], coaching: Coaching, clock: Clock
) -> None:
    broadcast = await sent(store, people)
    async with store.transaction() as unit:
        to = await unit.audiences.invited(broadcast.programme_id, broadcast.audience, as_of=unit.now)
        assert sorted(to) == [person.id for person in people]
        await unit.broadcasts.save(replace(broadcast, audience=settled(to)))
    clock.pass_by(minutes=1)
    async with store.transaction() as unit:
        await unit.members.leave(broadcast.programme_id, people[0].id)
        await unit.members.come_back(broadcast.programme_id, people[0].id)
        part = Member(person_id=people[1].id, programme_id=broadcast.programme_id, role=Role.SPEAKER)
        await unit.people.save_part(part)
    clock.pass_by(minutes=1)

    await Broadcasting(store).go()
    await coaching.visit()

    assert (await now_of(store, broadcast))[1].standing == {Standing.SENT: 7}


async def test_who_got_it_by_a_second_try_has_got_it(
    store: Store, people: list[Person], coaching: Coaching, clock: Clock
) -> None:
    broadcast = await sent(store, people, kind=AskKind.REFLECTION)
    clock.pass_by(minutes=2)
    await Broadcasting(store).go()
    await coaching.visit()
    coaching.wire.next_is(people[0], Outcome(kind=OutcomeKind.UNKNOWN, reason="502"))
    while len(coaching.wire.visits_to(people[0])) < 2:
        clock.pass_by(hours=12)
        await coaching.visit()

    assert (await now_of(store, broadcast))[1].standing == {Standing.SENT: 7}


async def test_the_card_is_drawn_anew_when_its_figures_change_and_not_otherwise(
    store: Store, people: list[Person], coaching: Coaching, clock: Clock
) -> None:
    broadcast = await sent(store, people)
    counting = Broadcasting(store)

    async def wanted() -> int:
        async with store.transaction() as unit:
            card = await unit.cards.get(broadcast.card_id or 0)
        assert card is not None
        return card.wanted

    await counting.count()
    before = await wanted()
    for _ in range(3):
        clock.pass_by(seconds=3)
        await counting.count()
    assert await wanted() == before
    clock.pass_by(minutes=2)
    await counting.go()
    await coaching.visit()
    await counting.count()
    assert await wanted() == before + 1
    await counting.count()
    assert await wanted() == before + 1
