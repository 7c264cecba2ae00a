"""Carrying out: what a coach has decided for many is done for each once, wherever it was stopped."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from coaching import proposals
from coaching.asks import Ask, Element
from coaching.people import Member, Person, Role
from coaching.proposals import Proposal, ProposalKind, ProposalState
from scheduler.carrying_out import carry_out, some
from storage.cards import Face
from storage.store import Store
from tests.builders import Clock, add_ask, add_element, add_person

MANY = 7


async def asked(store: Store, clock: Clock) -> tuple[Person, Element, list[Ask]]:
    """A coach, and something that many people were asked an hour ago."""
    coach = await add_person(store, role=Role.COACH, name="Pekka Pelto", email="pekka@ministry.example")
    element = await add_element(store)
    async with store.transaction() as unit:
        await unit.people.save_part(Member(person_id=coach.id, programme_id=element.programme_id, role=Role.COACH))
    told = clock.now - timedelta(hours=1)
    found = []
    for number in range(MANY):
        person = await add_person(store, email=f"p{number}@ministry.example", aad_id=f"aad-{number}")
        found.append(await add_ask(store, person, element, told_at=told))
    return coach, element, found


async def proposed(store: Store, coach: Person, element: Element, kind: ProposalKind, **before: object) -> Proposal:
    """A proposal that is to be carried out."""
    async with store.transaction() as unit:
        card = await unit.cards.add(person_id=coach.id, ask_id=None, face=Face.PROPOSAL)
        new = Proposal(
            id=0,
            kind=kind,
            author_id=coach.id,
            programme_id=element.programme_id,
            state=ProposalState.DOING,
            before={"element": element.id, **before},
            card_id=card.id,
            done_at=unit.now,
        )
        return await unit.proposals.add(new)


async def now_of(store: Store, proposal: Proposal) -> Proposal:
    async with store.transaction() as unit:
        found = await unit.proposals.look(proposal.id)
    assert found is not None
    return found


async def nudged(store: Store, asks: list[Ask]) -> list[bool]:
    async with store.transaction() as unit:
        found = await unit.asks.by_ids([ask.id for ask in asks])
    return [found[ask.id].nudged_at is not None for ask in asks]


async def test_what_was_stopped_in_the_middle_goes_on_where_it_was_and_counts_each_once(
    store: Store, clock: Clock
) -> None:
    coach, element, asks = await asked(store, clock)
    proposal = await proposed(store, coach, element, ProposalKind.NUDGE, reached=0)
    async with store.transaction() as unit:
        assert not await some(unit, proposal.id, at_once=3)
    assert (await nudged(store, asks)).count(True) == 3

    await asyncio.gather(*(carry_out(store, at_once=2) for _ in range(3)))
    await carry_out(store, at_once=2)

    done = await now_of(store, proposal)
    assert await nudged(store, asks) == [True] * MANY
    assert (done.state, done.before["reached"]) == (ProposalState.DONE, MANY)


async def test_a_transaction_that_fails_leaves_nothing_half_done(store: Store, clock: Clock) -> None:
    coach, element, asks = await asked(store, clock)
    proposal = await proposed(store, coach, element, ProposalKind.NUDGE, reached=0)

    with pytest.raises(RuntimeError):
        async with store.transaction() as unit:
            await some(unit, proposal.id, at_once=3)
            raise RuntimeError

    assert await nudged(store, asks) == [False] * MANY
    assert await now_of(store, proposal) == proposal


async def test_who_answers_meanwhile_is_left_alone(store: Store, clock: Clock) -> None:
    coach, element, asks = await asked(store, clock)
    proposal = await proposed(store, coach, element, ProposalKind.NUDGE, reached=0)
    async with store.transaction() as unit:
        assert not await some(unit, proposal.id, at_once=3)
    async with store.transaction() as unit:
        last = (await unit.asks.by_ids([asks[-1].id]))[asks[-1].id]
        await unit.asks.save(replace(last, version=1))

    await carry_out(store)

    assert await nudged(store, asks) == [True] * (MANY - 1) + [False]
    assert (await now_of(store, proposal)).before["reached"] == MANY - 1


async def test_what_is_taken_back_is_taken_back_from_all_and_from_no_other_nudge(store: Store, clock: Clock) -> None:
    coach, element, asks = await asked(store, clock)
    proposal = await proposed(store, coach, element, ProposalKind.NUDGE, reached=0)
    await carry_out(store, at_once=2)
    done = await now_of(store, proposal)
    clock.pass_by(minutes=1)
    async with store.transaction() as unit:
        other = (await unit.asks.by_ids([asks[0].id]))[asks[0].id]
        await unit.asks.save(replace(other, nudged_at=unit.now))
        await unit.proposals.save(proposals.undone(done, in_parts=True))

    await carry_out(store, at_once=2)

    assert await nudged(store, asks) == [True] + [False] * (MANY - 1)
    assert (await now_of(store, proposal)).state is ProposalState.UNDONE


async def test_each_card_of_what_was_corrected_is_drawn_anew_once(store: Store, clock: Clock) -> None:
    coach, element, asks = await asked(store, clock)
    async with store.transaction() as unit:
        cards = [await unit.cards.add(person_id=ask.person_id, ask_id=ask.id) for ask in asks]
    since = (clock.now - timedelta(hours=2)).isoformat()
    proposal = await proposed(store, coach, element, ProposalKind.CORRECT, since=since)
    async with store.transaction() as unit:
        assert not await some(unit, proposal.id, at_once=3)

    await asyncio.gather(*(carry_out(store, at_once=2) for _ in range(3)))
    await carry_out(store, at_once=2)

    async with store.transaction() as unit:
        found = [await unit.cards.get(card.id) for card in cards]
    assert [card.wanted for card in found if card] == [2] * MANY
    assert (await now_of(store, proposal)).state is ProposalState.DONE
