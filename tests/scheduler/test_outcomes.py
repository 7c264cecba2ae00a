"""Outcomes: what follows for the asks, the person and the next try from what the wire said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coaching import asks, people
from coaching.asks import Ask, AskKind, AskState, OnUnknown, SkipReason
from coaching.people import Address
from coaching.visits import Purpose
from scheduler.outcomes import FIRST_RETRY, MOST_RESENDS, Outcome, OutcomeKind, ended, settle
from storage.deliveries import DeliveryState
from tests.builders import Clock
from tests.scheduler.conftest import SENT, Coaching, Wire

LATER = Outcome(kind=OutcomeKind.LATER, reason="conflict")
UNKNOWN = Outcome(kind=OutcomeKind.UNKNOWN, reason="502")
REFUSED = Outcome(kind=OutcomeKind.REFUSED, reason="BadArgument")
BLOCKED = Outcome(kind=OutcomeKind.UNREACHABLE, reason="blocked")


async def test_what_was_sent_is_told_and_counted_as_unanswered(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    news = await coaching.ask(aino, kind=AskKind.NOTICE)

    await coaching.visit()

    assert (await coaching.ask_now(ask)).told_at is not None
    assert (await coaching.ask_now(news)).state is AskState.CLOSED
    assert (await coaching.person_now(aino)).unanswered == 1
    async with coaching.store.transaction() as unit:
        card = await unit.cards.get(wire.taken[0].card_id)
    assert card is not None
    assert (card.ask_id, card.activity_id, card.shown) == (ask.id, SENT.activity_id, 1)


async def test_an_answer_that_comes_while_the_visit_is_on_the_wire_stays(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    wire.open.clear()
    await coaching.rounds.go()
    await wire.on_the_wire.wait()

    async with coaching.store.transaction() as unit:
        await unit.people.save(people.heard_from(aino))
        await unit.asks.save(asks.answered(ask, aino.id, unit.now))
    wire.open.set()
    await coaching.rounds.quiet()

    assert (await coaching.ask_now(ask)).state is AskState.ANSWERED
    assert (await coaching.ledger(aino))[0].state is DeliveryState.SENT


async def test_what_did_not_arrive_is_tried_again_ever_later_and_leaves_no_card_behind(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    wire.next_is(aino, LATER, LATER, LATER)
    await coaching.visit()

    for tries, wait in ((1, FIRST_RETRY), (2, 2 * FIRST_RETRY), (3, 4 * FIRST_RETRY)):
        clock.now += wait - timedelta(seconds=1)
        await coaching.visit()
        assert len(wire.taken) == tries
        clock.now += wait * 0.3 + timedelta(seconds=1)
        await coaching.visit()
        assert len(wire.taken) == tries + 1

    ledger = await coaching.ledger(aino)
    assert [row.state for row in ledger] == [DeliveryState.CANCELLED] * 3 + [DeliveryState.SENT]
    assert [row.attempts for row in ledger] == [0, 1, 2, 3]
    assert [row.card_id is None for row in ledger] == [True, True, True, False]
    assert (await coaching.ask_now(ask)).told_at is not None
    assert (await coaching.person_now(aino)).unanswered == 1


async def test_not_everybody_is_tried_again_at_the_same_moment(coaching: Coaching, wire: Wire) -> None:
    wire.usual = LATER
    crowd = [await coaching.person(f"Osallistuja {number}") for number in range(5)]
    for person in crowd:
        await coaching.ask(person)

    await coaching.visit()

    assert len({row.again_at for person in crowd for row in await coaching.ledger(person)}) == len(crowd)


async def test_it_waits_as_long_as_teams_asks_whatever_the_person_does_meanwhile(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    wire.next_is(aino, Outcome(kind=OutcomeKind.LATER, reason="throttled", after=timedelta(minutes=20), throttled=True))
    await coaching.visit()

    clock.pass_by(minutes=19)
    async with coaching.store.transaction() as unit:
        await unit.people.save(people.heard_from(aino))
    await coaching.visit()
    assert len(wire.taken) == 1
    clock.pass_by(minutes=8)
    await coaching.visit()
    assert len(wire.taken) == 2


async def test_a_throttled_conversation_keeps_nobody_else_waiting(coaching: Coaching, wire: Wire) -> None:
    aino, bo = await coaching.person(), await coaching.person("Bo Berg")
    wire.next_is(aino, Outcome(kind=OutcomeKind.LATER, reason="throttled", after=timedelta(hours=1), throttled=True))
    await coaching.ask(aino)
    await coaching.visit()
    await coaching.ask(bo)

    await coaching.visit()

    assert [row.state for row in await coaching.ledger(bo)] == [DeliveryState.SENT]


async def test_who_is_out_of_reach_is_left_alone_until_they_say_something(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    wire.next_is(aino, BLOCKED)
    await coaching.visit()
    for _ in range(5):
        clock.pass_by(days=1)
        await coaching.visit()

    blocked = await coaching.person_now(aino)
    assert (blocked.unreachable, len(wire.taken)) == ("blocked", 1)
    assert (await coaching.ask_now(ask)).told_at is None

    async with coaching.store.transaction() as unit:
        await unit.people.save(people.heard_from(blocked))
    clock.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    await coaching.visit()
    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.FAILED, DeliveryState.SENT]


async def test_what_teams_will_never_take_is_given_up_and_not_tried_again(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    wire.usual = REFUSED
    await coaching.visit()
    clock.pass_by(days=1)
    await coaching.visit()

    given_up = await coaching.ask_now(ask)
    assert (given_up.state, given_up.skipped) == (AskState.SKIPPED, SkipReason.UNDELIVERABLE)
    assert [(row.state, row.reason) for row in await coaching.ledger(aino)] == [(DeliveryState.FAILED, "BadArgument")]


async def test_a_reminder_that_teams_will_never_take_costs_nothing_but_the_reminder(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    wire.next_is(aino, SENT, REFUSED)
    await coaching.visit()
    clock.pass_by(days=2)
    await coaching.visit()

    reminded = await coaching.ask_now(ask)
    assert (reminded.state, reminded.reminders) == (AskState.OPEN, 1)


async def unknown(coaching: Coaching, wire: Wire) -> tuple[Ask, Ask]:
    """A visit that nobody knows of whether it arrived: one ask that is to be sent again, and one that is not."""
    aino = await coaching.person()
    news = await coaching.ask(aino, kind=AskKind.NOTICE)
    session = await coaching.ask(aino, on_unknown=OnUnknown.RESEND)
    wire.next_is(aino, UNKNOWN)
    await coaching.visit()
    return session, news


async def test_after_an_unknown_outcome_only_what_must_arrive_is_said_again(
    coaching: Coaching, wire: Wire, clock: Clock
) -> None:
    session, news = await unknown(coaching, wire)

    clock.pass_by(seconds=60)
    await coaching.visit()

    first, second = wire.taken
    assert {part.ask_id for part in first.parts} == {session.id, news.id}
    assert [part.ask_id for part in second.parts] == [session.id]
    ledger = await coaching.ledger(first.person)
    assert [row.state for row in ledger] == [DeliveryState.UNKNOWN, DeliveryState.SENT]
    assert (await coaching.person_now(first.person)).unanswered == 1


async def test_what_is_not_to_be_said_again_counts_as_told(coaching: Coaching, wire: Wire, clock: Clock) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino)
    wire.next_is(aino, UNKNOWN)
    await coaching.visit()
    clock.pass_by(hours=2)
    await coaching.visit()

    assert len(wire.taken) == 1
    assert (await coaching.ask_now(ask)).told_at is not None
    assert (await coaching.person_now(aino)).unanswered == 1


async def test_nothing_is_said_again_for_ever(coaching: Coaching, wire: Wire, clock: Clock) -> None:
    aino = await coaching.person()
    ask = await coaching.ask(aino, on_unknown=OnUnknown.RESEND)
    wire.usual = UNKNOWN
    for _ in range(10):
        await coaching.visit()
        clock.pass_by(minutes=10)

    assert len(wire.taken) == 1 + MOST_RESENDS
    assert (await coaching.ask_now(ask)).told_at is not None


async def test_an_outcome_that_comes_after_the_visit_was_settled_changes_nothing(
    coaching: Coaching, wire: Wire
) -> None:
    session, _ = await unknown(coaching, wire)
    aino = await coaching.person_now(wire.taken[0].person)

    async with coaching.store.transaction() as unit:
        await settle(unit, [ended(wire.taken[0], SENT), ended(wire.taken[0], REFUSED)])

    assert (await coaching.ask_now(session)).told_at is None
    assert (await coaching.ask_now(session)).state is AskState.OPEN
    assert await coaching.person_now(aino) == aino
    assert [row.state for row in await coaching.ledger(aino)] == [DeliveryState.UNKNOWN]


@pytest.mark.parametrize("outcome", [SENT, REFUSED], ids=["said", "never to be said"])
async def test_the_farewell_is_said_once(coaching: Coaching, wire: Wire, clock: Clock, outcome: Outcome) -> None:
    aino = await coaching.person(unanswered=6)
    ask = await coaching.ask(aino)
    wire.usual = outcome
    for _ in range(30):
        await coaching.visit()
        clock.pass_by(days=1)

    (visit,) = wire.taken
    assert [part.purpose for part in visit.parts] == [Purpose.STOPPING]
    assert (await coaching.person_now(aino)).told_of_stop
    assert (await coaching.ask_now(ask)).told_at is None


async def test_where_somebody_is_reached_now_is_remembered(coaching: Coaching, wire: Wire) -> None:
    aino = await coaching.person()
    await coaching.ask(aino)
    moved = Address(service_url="https://teams.test/", conversation_id="a:new", user_id="29:aino", bot_id="28:bot")
    wire.next_is(aino, replace(SENT, address=moved))

    await coaching.visit()

    assert (await coaching.person_now(aino)).address == moved
