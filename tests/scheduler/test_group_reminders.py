"""The one reminder of group work: to one of the group, whoever of them it reaches, and not to each."""

import asyncio
from datetime import timedelta

import pytest

from coaching.asks import Ask, AskKind, AskState
from coaching.assignments import AssignmentFacts
from coaching.people import Member, Person, Role
from coaching.visits import Purpose
from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.rounds import Rounds
from storage.store import Store
from tests.builders import Clock, add_ask, add_element
from tests.scheduler.conftest import RATE, Coaching, Wire

GONE = Outcome(kind=OutcomeKind.UNREACHABLE, reason="blocked")


async def with_group_work(coaching: Coaching, **groups: str) -> tuple[list[Person], list[Ask]]:
    """People by first name, each in the group named, who were told of the same group work."""
    element = await add_element(
        coaching.store, key="ryhmä", kind=AskKind.ASSIGNMENT, assignment=AssignmentFacts(group_work=True)
    )
    people = [await coaching.person(name.title()) for name in groups]
    asks = [await add_ask(coaching.store, person, element) for person in people]
    async with coaching.store.transaction() as unit:
        for person, group in zip(people, groups.values(), strict=True):
            part = Member(
                person_id=person.id, programme_id=element.programme_id, role=Role.PARTICIPANT, groups=(group,)
            )
            await unit.people.save_part(part)
    await coaching.visit()
    return people, asks


async def let_days_pass(coaching: Coaching, clock: Clock, days: int) -> None:
    for _ in range(days):
        clock.pass_by(hours=23, minutes=55)
        for _ in range(5):
            clock.pass_by(minutes=1)
            await coaching.visit()


def reminded(wire: Wire, people: list[Person]) -> list[int]:
    """How many reminders each of them got."""
    return [
        sum(part.purpose is Purpose.REMINDER for claimed in wire.visits_to(person) for part in claimed.parts)
        for person in people
    ]


async def test_a_group_gets_one_reminder_and_not_each_of_them(coaching: Coaching, clock: Clock, wire: Wire) -> None:
    people, asks = await with_group_work(coaching, aino="a", veikko="a", olli="a", siiri="b", eino="b")
    assert [len(wire.visits_to(person)) for person in people] == [1, 1, 1, 1, 1]

    await let_days_pass(coaching, clock, 14)

    counts = reminded(wire, people)
    assert (sum(counts[:3]), sum(counts[3:])) == (1, 1)
    assert [(await coaching.ask_now(ask)).state for ask in asks] == [AskState.OPEN] * 5


async def test_where_the_one_is_not_reached_another_of_the_group_is(
    coaching: Coaching, clock: Clock, wire: Wire
) -> None:
    people, _ = await with_group_work(coaching, aino="a", veikko="a", olli="a")
    wire.next_is(people[0], GONE)
    wire.next_is(people[1], GONE)

    await let_days_pass(coaching, clock, 14)

    async with coaching.store.transaction() as unit:
        found = [await unit.people.get(person.id) for person in people]
    unreachable = [person.unreachable is not None for person in found if person is not None]
    arrived = [count - is_gone for count, is_gone in zip(reminded(wire, people), unreachable, strict=True)]
    assert sum(arrived) == 1


async def test_while_it_is_on_its_way_to_one_the_others_wait(coaching: Coaching, clock: Clock, wire: Wire) -> None:
    people, _ = await with_group_work(coaching, aino="a", veikko="a")
    wire.taken.clear()
    wire.on_the_wire.clear()
    clock.pass_by(days=7)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()
    for _ in range(3):
        clock.pass_by(minutes=2)
        await coaching.rounds.go()
        await asyncio.sleep(0)

    assert sum(reminded(wire, people)) == 1
    wire.open.set()
    await coaching.rounds.quiet()
    await let_days_pass(coaching, clock, 7)
    assert sum(reminded(wire, people)) == 1


async def test_who_is_in_no_group_is_reminded_for_themselves(coaching: Coaching, clock: Clock, wire: Wire) -> None:
    people, _ = await with_group_work(coaching, aino="a", veikko="b")

    await let_days_pass(coaching, clock, 14)

    assert reminded(wire, people) == [1, 1]


@pytest.mark.parametrize("replicas", [3])
async def test_several_processes_send_a_group_one_reminder(
    store: Store, clock: Clock, wire: Wire, coaching: Coaching, replicas: int
) -> None:
    people, _ = await with_group_work(coaching, aino="a", veikko="a", olli="a", siiri="a")
    several = [Rounds(store, wire.deliver, rate=RATE) for _ in range(replicas)]

    for _ in range(14):
        clock.now += timedelta(days=1)
        await asyncio.gather(*(each.go() for each in several))
        await asyncio.gather(*(each.quiet() for each in several))

    assert sum(reminded(wire, people)) == 1
