"""The figures on a coach's card add up to those invited, whatever Teams, people, coaches and kills do meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from coaching import asks, broadcasts, people
from coaching.asks import Ask, AskKind, AskState, Element
from coaching.broadcasts import Audience, Broadcast, BroadcastState, Standing, Tally, TooLate
from coaching.people import Address, Member, Person, Role
from coaching.visits import Purpose
from scheduler.broadcasting import Broadcasting, some
from scheduler.claims import Claimed
from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.reaping import Reaping
from scheduler.rounds import Rounds
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.store import Store, Unit
from storage.tables import metadata
from tests.builders import MASTER_KEY, Clock, add_element, add_person
from tests.conftest import Database

PEOPLE = 5
MOST_BROADCASTS = 2
UNDO = timedelta(minutes=2)
#: Faster than anything here: nobody waits for a slot.
RATE = 5000.0
#: Long enough for whatever waits for a moment of its person's, and what was put off by Teams again and again.
LONGEST = 40 * 8

SENT = Outcome(kind=OutcomeKind.SENT, activity_id="1:sent")
OUTCOMES = {
    "sent": SENT,
    "unknown": Outcome(kind=OutcomeKind.UNKNOWN, reason="502"),
    "later": Outcome(kind=OutcomeKind.LATER, reason="throttled"),
    "not connected": Outcome(kind=OutcomeKind.LATER, reason="not_connected"),
    "blocked": Outcome(kind=OutcomeKind.UNREACHABLE, reason="blocked"),
    "refused": Outcome(kind=OutcomeKind.REFUSED, reason="413"),
    "expired": Outcome(kind=OutcomeKind.EXPIRED, reason="lease"),
}
#: The sender dies with the visit on the wire.
DIES = "dies"
AUDIENCES = {
    "everybody": Audience(everybody=True),
    "a group": Audience(groups=frozenset({"a"})),
    "somebody": Audience(persons=frozenset({1, 2})),
}

_Result = TypeVar("_Result")

who = st.integers(min_value=0, max_value=PEOPLE - 1)
kinds = st.sampled_from([AskKind.NOTICE, AskKind.REFLECTION])
audiences = st.sampled_from(list(AUDIENCES))
which = st.integers(min_value=0, max_value=MOST_BROADCASTS - 1)


@dataclass
class Sendings:
    """What went out. next_is: how the next visits to a person end; brought: how often each ask may have arrived."""

    next_is: dict[int, list[str]] = field(default_factory=dict)
    brought: Counter[int] = field(default_factory=Counter)

    async def deliver(self, claimed: Claimed) -> Outcome:
        """As `bot.visitor.Visitor.deliver`; CancelledError leaves the visit as a kill does."""
        waiting = self.next_is.get(claimed.person.id)
        name = waiting.pop(0) if waiting else "sent"
        if name in ("sent", "unknown", DIES):
            told = [part for part in claimed.parts if part.purpose is not Purpose.REMINDER and part.ask_id is not None]
            self.brought.update(part.ask_id for part in told if part.ask_id is not None)
        if name == DIES:
            raise asyncio.CancelledError
        return OUTCOMES[name]


@dataclass(frozen=True)
class Sent:
    """A broadcast that was sent. persons: to whom."""

    id: int
    element: Element
    persons: frozenset[int]


class Broadcasts(RuleBasedStateMachine):
    """A programme, its coach, and what befalls their broadcasts."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock()
        self.sendings = Sendings()
        self.sent: list[Sent] = []
        self.people: list[Person] = []
        self.engines = [open_engine(self.database.url), open_engine(self.database.keys_url)]
        self.store = Store(self.engines[0], KeyRing(self.engines[1], [MASTER_KEY]), clock=self.clock)
        self.run(self._empty())
        self._start()

    def run(self, what: Coroutine[Any, Any, _Result]) -> _Result:
        return self.runner.run(what)

    @initialize(kind=kinds, to=audiences)
    def a_coach_has_sent_something(self, kind: AskKind, to: str) -> None:
        self.run(self._people())
        self.a_coach_sends(kind, to)

    @precondition(lambda self: len(self.sent) < MOST_BROADCASTS)
    @rule(kind=kinds, to=audiences)
    def a_coach_sends(self, kind: AskKind, to: str) -> None:
        self.run(self._send(kind, AUDIENCES[to]))

    @rule(seconds=st.sampled_from([1, 120, 3600, 24 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_by(seconds=seconds)

    @precondition(lambda self: self.sent)
    @rule(number=which, at_once=st.integers(min_value=1, max_value=3), is_killed=st.booleans())
    def some_asks_are_written(self, number: int, at_once: int, is_killed: bool) -> None:
        self.run(self._write_some(number, at_once, is_killed=is_killed))

    @rule()
    def all_asks_are_written(self) -> None:
        self.run(Broadcasting(self.store, at_once=2).go())

    @rule(number=who, names=st.lists(st.sampled_from([*OUTCOMES, DIES]), min_size=1, max_size=3))
    def teams_will_answer(self, number: int, names: list[str]) -> None:
        self.sendings.next_is[self.people[number].id] = names

    @rule()
    def whoever_is_due_is_visited(self) -> None:
        self.run(self._visit())

    @rule()
    def the_process_is_killed_and_started(self) -> None:
        self._start()
        self.run(self._reap())

    @precondition(lambda self: self.sent)
    @rule(number=which, by=who)
    def somebody_answers(self, number: int, by: int) -> None:
        self.run(self._answer(number, self.people[by].id))

    @precondition(lambda self: self.sent)
    @rule(number=which)
    def the_coach_takes_it_back(self, number: int) -> None:
        self.run(self._take_back(number))

    @rule(number=who)
    def somebody_leaves(self, number: int) -> None:
        self.run(self._leave(number))

    @rule(number=who)
    def somebody_comes_back(self, number: int) -> None:
        self.run(self._come_back(number))

    @rule(number=who, group=st.sampled_from("ab"), role=st.sampled_from([Role.PARTICIPANT, Role.SPEAKER]))
    def somebody_gets_another_part(self, number: int, group: str, role: Role) -> None:
        self.run(self._take_part(self.people[number].id, group, role))

    @rule(number=who, does=st.sampled_from(["writes", "stops", "goes on"]))
    def somebody_says_something(self, number: int, does: str) -> None:
        self.run(self._say(self.people[number].id, does))

    @rule()
    def the_figures_are_counted(self) -> None:
        self.run(Broadcasting(self.store).count())

    @invariant()
    def the_sum_is_the_number_invited(self) -> None:
        for each, broadcast, tally in self.run(self._figures()):
            if broadcast.state is not BroadcastState.UNDONE:
                assert tally.invited == len(each.persons), broadcast.state

    @invariant()
    def nobody_gets_anything_twice(self) -> None:
        assert all(times == 1 for times in self.sendings.brought.values())

    def teardown(self) -> None:
        try:
            if self.people:
                self.run(self._end())
                for each, broadcast, tally in self.run(self._figures()):
                    self._check_end(each, broadcast, tally)
        finally:
            self.run(self._close())
            self.runner.close()

    def _check_end(self, each: Sent, broadcast: Broadcast, tally: Tally) -> None:
        """In the end everybody was told, or there is a reason that they were not."""
        found = self.run(self._asks(each))
        told = {ask.person_id for ask in found if self.sendings.brought[ask.id]}
        answered = {ask.person_id for ask in found if ask.state is AskState.ANSWERED}
        assert tally.of(Standing.QUEUED) == 0, broadcast.state
        if broadcast.state is BroadcastState.UNDONE:
            assert not told
            return
        assert tally.invited == len(each.persons)
        assert tally.of(Standing.ANSWERED) == len(answered)
        assert tally.of(Standing.SENT) + tally.of(Standing.UNKNOWN) == len(told - answered)

    def _start(self) -> None:
        self.rounds = Rounds(self.store, self.sendings.deliver, rate=RATE)

    async def _empty(self) -> None:
        async with self.engines[0].begin() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(table.delete())

    async def _close(self) -> None:
        for engine in self.engines:
            await engine.dispose()

    async def _people(self) -> None:
        self.coach = await add_person(self.store, email="coach@ministry.example", role=Role.COACH)
        self.programme_id = (await add_element(self.store, key="own")).programme_id
        for number in range(PEOPLE):
            key = f"person-{number}"
            address = Address(
                service_url="https://teams.test/", conversation_id=f"a:{key}", user_id=f"29:{key}", bot_id="28:bot"
            )
            person = await add_person(
                self.store, email=f"{key}@ministry.example", aad_id=key, address=address, preferred=time(0)
            )
            self.people.append(person)
            await self._take_part(person.id, "ab"[number % 2], Role.PARTICIPANT)

    async def _take_part(self, person_id: int, group: str, role: Role) -> None:
        part = Member(person_id=person_id, programme_id=self.programme_id, role=role, groups=(group,))
        async with self.store.transaction() as unit:
            await unit.people.save_part(part)

    async def _send(self, kind: AskKind, audience: Audience) -> None:
        audience = replace(audience, persons=frozenset(self.people[number].id for number in audience.persons))
        async with self.store.transaction() as unit:
            persons = await unit.audiences.invited(self.programme_id, audience, as_of=unit.now)
            card = await unit.cards.add(person_id=self.coach.id, ask_id=None)
            new = await unit.broadcasts.add(programme_id=self.programme_id, author_id=self.coach.id, card_id=card.id)
            if not persons:
                return
        element = await add_element(self.store, key=broadcasts.key_of(new), kind=kind, questions=1)
        async with self.store.transaction() as unit:
            ready = replace(new, state=BroadcastState.PREVIEWED, element_id=element.id)
            ready = replace(ready, audience=broadcasts.settled(persons))
            await unit.broadcasts.save(broadcasts.queued(ready, unit.now, undo=UNDO))
        self.sent.append(Sent(new.id, element, frozenset(persons)))

    async def _write_some(self, number: int, at_once: int, *, is_killed: bool) -> None:
        each = self.sent[number % len(self.sent)]
        try:
            async with self.store.transaction() as unit:
                await some(unit, each.id, {}, at_once=at_once)
                if is_killed:
                    raise _Killed
        except _Killed:
            pass

    async def _visit(self) -> None:
        await self.rounds.go()
        await self.rounds.quiet()

    async def _reap(self) -> None:
        """As if the lease of those who died were over."""
        await Reaping(self.store, lease=timedelta()).reap(frozenset())

    async def _answer(self, number: int, person_id: int) -> None:
        element = self.sent[number % len(self.sent)].element
        async with self.store.transaction() as unit:
            for ask in await unit.asks.open_of(person_id):
                if ask.source_id == element.id and ask.wants_answer:
                    await unit.asks.save(asks.answered(ask, person_id, unit.now))

    async def _take_back(self, number: int) -> None:
        async with self.store.transaction() as unit:
            broadcast = await _got(unit, self.sent[number % len(self.sent)].id)
            try:
                taken_back = broadcasts.undone(broadcast, unit.now)
            except TooLate:
                if broadcast.state in (BroadcastState.UNDONE, BroadcastState.RECALLING, BroadcastState.RECALLED):
                    return
                taken_back = broadcasts.recalled(broadcast, unit.now)
            await unit.broadcasts.save(taken_back)

    async def _leave(self, number: int) -> None:
        async with self.store.transaction() as unit:
            await unit.members.leave(self.programme_id, self.people[number].id)

    async def _come_back(self, number: int) -> None:
        async with self.store.transaction() as unit:
            await unit.members.come_back(self.programme_id, self.people[number].id)

    async def _say(self, person_id: int, does: str) -> None:
        async with self.store.transaction() as unit:
            person = await unit.people.get(person_id)
            assert person is not None
            changed = {"stops": people.stopped(person, unit.now), "goes on": people.resumed(person)}
            await unit.people.save(people.heard_from(changed.get(does, person)))

    async def _figures(self) -> list[tuple[Sent, Broadcast, Tally]]:
        found = []
        async with self.store.transaction() as unit:
            for each in self.sent:
                broadcast = await _got(unit, each.id)
                found.append((each, broadcast, broadcasts.tally(await unit.standings.of_broadcast(broadcast))))
        return found

    async def _asks(self, each: Sent) -> list[Ask]:
        async with self.store.transaction() as unit:
            return list((await unit.asks.of_element(each.element.id, each.persons)).values())

    async def _end(self) -> None:
        """Teams answers, and time passes, until nobody waits for anything any more."""
        self.sendings.next_is.clear()
        self._start()
        await self._reap()
        for _ in range(LONGEST):
            await Broadcasting(self.store).go()
            await self._visit()
            if not any(tally.of(Standing.QUEUED) for _, _, tally in await self._figures()):
                return
            self.clock.pass_by(hours=3)


class _Killed(Exception):
    """The process dies in the middle of a transaction."""


async def _got(unit: Unit, broadcast_id: int) -> Broadcast:
    found = await unit.broadcasts.get(broadcast_id)
    assert found is not None
    return found


def test_the_figures_add_up_whatever_befalls_a_broadcast(database: Database) -> None:
    machine = type("Machine", (Broadcasts,), {"database": database})

    run_state_machine_as_test(machine, settings=settings(max_examples=40, stateful_step_count=25, derandomize=True))
