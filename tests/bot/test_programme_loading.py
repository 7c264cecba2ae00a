"""Loading a programme and changing it: nobody misses what is ahead, and nothing that was sent comes again."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.programme_loading import HasEnded, Loading, Overtaken, apply, prepare
from coaching.asks import Ask, AskState, SkipReason, answered
from coaching.people import Language, Member, Person, Role
from coaching.programmes import Programme
from dialogs import catalogue
from scheduler.placing import Placing, place_all_behind, place_behind
from scheduler.rounds import Rounds
from storage.store import Store
from tests.builders import TENANT, Clock
from tests.coaching.half_days import half_days, later, virtual, with_session
from tests.scheduler.conftest import RATE, Coaching, Wire

NEW_YEAR = datetime(2027, 1, 4, 8, tzinfo=UTC)
A_WEEK = timedelta(weeks=1)


@dataclass
class Trial(Coaching):
    """A programme that is loaded and changed, and its members."""

    clock: Clock = field(default_factory=Clock)

    async def load(self, programme: Programme) -> Loading:
        """Load it and place its members."""
        loading = await prepare(self.store, programme, tenant=TENANT)
        if loading.has_changed:
            await apply(self.store, loading)
        await place_all_behind(self.store)
        return loading

    async def programme_id(self) -> int:
        """Of the programme."""
        async with self.store.transaction() as unit:
            loaded = await unit.revisions.find(TENANT, "trial")
        assert loaded is not None
        return loaded.id

    async def enrolled(self, name: str, *, role: Role = Role.PARTICIPANT, groups: Sequence[str] = ()) -> Person:
        """Somebody who takes part from now on."""
        person = await self.person(name)
        part = Member(person_id=person.id, programme_id=await self.programme_id(), role=role, groups=tuple(groups))
        async with self.store.transaction() as unit:
            await unit.people.save_part(part)
        await place_all_behind(self.store)
        return person

    async def asks(self, person: Person) -> dict[str, Ask]:
        """All that the person has been asked, by the keys of the sources."""
        programme_id = await self.programme_id()
        async with self.store.transaction() as unit:
            sources = {each.id: each for each in (await unit.revisions.sources(programme_id)).values()}
            found = await unit.members.asks(programme_id, [person.id], sources)
        return {ask.element.key: ask for ask in found[person.id]}

    async def until(self, *parts: int) -> None:
        """Let time pass, half an hour at a time, with a tick and another for what it made due."""
        end = datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]
        while self.clock.now < end:
            self.clock.now = min(self.clock.now + timedelta(minutes=30), end)
            await self.visit()
            await self.visit()

    def told(self, person: Person) -> list[str]:
        """The keys of what was said to the person, in order."""
        return [
            claimed.asks[part.ask_id].element.key
            for claimed in self.wire.visits_to(person)
            for part in claimed.parts
            if part.ask_id is not None
        ]

    def notices(self, person: Person, language: Language = Language.EN) -> list[str]:
        """The words of the changes that the person was told of."""
        said = [ask for claimed in self.wire.visits_to(person) for ask in claimed.asks.values()]
        return [catalogue.form(ask, language).intro for ask in said if ask.element.key.startswith("change:")]


@pytest.fixture
def trial(store: Store, clock: Clock) -> Trial:
    clock.now = NEW_YEAR
    wire = Wire()
    return Trial(store=store, wire=wire, rounds=Rounds(store, wire.deliver, rate=RATE), clock=clock)


async def answer(store: Store, ask: Ask) -> None:
    async with store.transaction() as unit:
        found = await unit.asks.get(ask.id)
        assert found is not None
        await unit.asks.save(answered(found, ask.person_id, unit.now))


def opens(asks: dict[str, Ask]) -> dict[str, datetime]:
    return {key: ask.opens_at for key, ask in asks.items() if ask.opens_at is not None}


async def test_a_session_that_moves_takes_along_what_was_not_sent_and_is_told_once(trial: Trial) -> None:
    await trial.load(half_days())
    trial.clock.now = datetime(2027, 2, 22, 8, tzinfo=UTC)
    aino, bo = await trial.enrolled("Aino Aalto"), await trial.enrolled("Bo Berg")
    await trial.until(2027, 2, 23, 14)
    assert trial.told(aino) == ["prep.4"]
    before = await trial.asks(aino)

    loading = await trial.load(with_session(half_days(), 4, later(weeks=1)))

    after = await trial.asks(aino)
    moved = {key: opens(after)[key] - moment for key, moment in opens(before).items() if opens(after)[key] != moment}
    assert moved == {"link.4": A_WEEK, "debrief.4": A_WEEK, "check-in.4": A_WEEK}
    assert (loading.foreseen.moved, loading.foreseen.withdrawn, loading.foreseen.people, loading.told) == (6, 0, 2, 2)
    assert replace(after["prep.4"], element=before["prep.4"].element) == before["prep.4"]
    assert loading.programme.sessions[3].sequence == 1
    await trial.until(2027, 3, 5, 12)
    for person in (aino, bo):
        assert trial.told(person).count("prep.4") == 1
        assert trial.told(person).count("link.4") == 1
        assert trial.notices(person) == [
            "Session 4 (Session 4) has moved. It was Thu 25 Feb 2027, 9:00–12:30. Now it is Thu 4 Mar 2027, 9:00–12:30."
        ]
    link = next(
        claimed
        for claimed in trial.wire.visits_to(aino)
        if "link.4" in [ask.element.key for ask in claimed.asks.values()]
    )
    assert link.slot_at.date() == datetime(2027, 3, 4, tzinfo=UTC).date()


async def test_many_sessions_that_become_virtual_are_one_message_to_each(trial: Trial) -> None:
    programme = half_days(10)
    await trial.load(programme)
    people = [await trial.enrolled(f"Person {number}") for number in range(20)]
    for number in range(2, 11):
        programme = with_session(programme, number, virtual)

    loading = await trial.load(programme)

    assert (loading.foreseen.moved, loading.told) == (0, 20)
    await trial.until(2027, 1, 4, 14)
    for person in people:
        words, *others = trial.notices(person)
        assert others == []
        assert [f"Session {number} (" in words for number in range(1, 11)] == [False, *[True] * 9]
        assert words.count("is now virtual") == 9
    assert len(trial.wire.taken) == 20


async def test_each_is_told_of_their_own_sessions_in_their_own_time(trial: Trial) -> None:
    programme = with_session(half_days(), 1, lambda session: replace(session, groups=frozenset({"a"})))
    await trial.load(programme)
    aino, bo = await trial.enrolled("Aino Aalto", groups=["a"]), await trial.enrolled("Bo Berg", groups=["b"])
    coach = await trial.enrolled("Kaisa Kallio", role=Role.COACH)
    async with trial.store.transaction() as unit:
        await unit.people.save(replace(aino, timezone="Europe/Stockholm"))

    loading = await trial.load(with_session(programme, 1, later(weeks=1)))

    await trial.until(2027, 1, 4, 14)
    assert loading.told == 1
    assert "8:00–11:30" in trial.notices(aino)[0]
    assert (trial.notices(bo), trial.notices(coach)) == ([], [])


async def test_loading_the_same_again_changes_nothing(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    before = await trial.asks(aino)

    again = await trial.load(half_days())

    assert not again.has_changed
    assert await trial.asks(aino) == before
    programme_id = await trial.programme_id()
    async with trial.store.transaction() as unit:
        assert (await unit.revisions.get(programme_id)).revision == 1


@pytest.mark.parametrize("is_new", [True, False], ids=["a new one", "a change"])
async def test_of_two_loads_at_once_one_is_refused(trial: Trial, is_new: bool) -> None:
    if not is_new:
        await trial.load(half_days())
    first = await prepare(trial.store, with_session(half_days(), 1, virtual), tenant=TENANT)
    second = await prepare(trial.store, with_session(half_days(), 2, virtual), tenant=TENANT)

    results = await asyncio.gather(apply(trial.store, first), apply(trial.store, second), return_exceptions=True)

    assert [type(result) for result in results if not isinstance(result, int)] == [Overtaken]
    programme_id = await trial.programme_id()
    async with trial.store.transaction() as unit:
        newest = await unit.revisions.newest(programme_id)
    winner = first if isinstance(results[0], int) else second
    assert newest == winner.programme


async def test_a_load_that_was_killed_is_finished_by_whoever_comes_and_nobody_is_told_in_between(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    await trial.until(2027, 1, 11, 22)
    assert trial.told(aino) == []

    await apply(trial.store, await prepare(trial.store, with_session(half_days(), 1, later(weeks=1)), tenant=TENANT))
    await trial.until(2027, 1, 12, 12)
    in_between = trial.told(aino)
    placing = await place_all_behind(trial.store)
    await trial.until(2027, 1, 12, 14)

    assert in_between == []
    assert placing == Placing(placed=1)
    assert await place_all_behind(trial.store) == Placing()
    assert trial.told(aino) == ["change:2:1", "role"]
    async with trial.store.transaction() as unit:
        assert await unit.visits.count_due() == 0


async def test_two_who_place_at_once_place_everybody_once(trial: Trial) -> None:
    await trial.load(half_days())
    people = [await trial.enrolled(f"Person {number}") for number in range(8)]
    await apply(trial.store, await prepare(trial.store, with_session(half_days(), 1, later(weeks=1)), tenant=TENANT))
    programme_id = await trial.programme_id()

    await asyncio.gather(*(place_behind(trial.store, programme_id) for _ in range(3)))
    await place_behind(trial.store, programme_id)

    for person in people:
        asks = await trial.asks(person)
        assert len(asks) == 22
        assert asks["prep.1"].opens_at == datetime(2027, 1, 19, 6, 30, tzinfo=UTC)


async def test_who_is_being_written_to_is_placed_when_that_has_ended(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    trial.clock.now = datetime(2027, 1, 12, 7, tzinfo=UTC)
    trial.wire.open.clear()
    await trial.rounds.go()
    await trial.wire.on_the_wire.wait()

    await apply(trial.store, await prepare(trial.store, with_session(half_days(), 1, later(weeks=1)), tenant=TENANT))
    meanwhile = await place_all_behind(trial.store)
    trial.wire.open.set()
    await trial.rounds.quiet()
    afterwards = await place_all_behind(trial.store)

    assert (meanwhile, afterwards) == (Placing(passed_over=1), Placing(placed=1))
    on_its_way = trial.told(aino)[0]
    asks = await trial.asks(aino)
    assert asks[on_its_way].told_at is not None
    assert asks["link.1"].opens_at == datetime(2027, 1, 21, 6, tzinfo=UTC)


async def test_who_joins_late_gets_what_is_ahead(trial: Trial) -> None:
    await trial.load(half_days())
    trial.clock.now = datetime(2027, 2, 12, 6, tzinfo=UTC)

    aino = await trial.enrolled("Aino Aalto")

    asks = await trial.asks(aino)
    assert {key for key in asks if key.endswith((".1", ".2")) or key == "role"} == set()
    assert {"debrief.3", "check-in.3", "prep.4", "prep.5"} <= asks.keys()


async def test_who_leaves_gets_nothing_more_and_who_comes_back_what_is_ahead(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    await trial.until(2027, 1, 12, 14)
    said = trial.told(aino)
    programme_id = await trial.programme_id()

    async with trial.store.transaction() as unit:
        await unit.members.leave(programme_id, aino.id)
    await place_all_behind(trial.store)
    await trial.until(2027, 2, 5, 14)
    left = await trial.asks(aino)
    async with trial.store.transaction() as unit:
        await unit.members.come_back(programme_id, aino.id)
    await place_all_behind(trial.store)

    assert said
    assert trial.told(aino) == said
    assert {ask.skipped for ask in left.values() if ask.state is AskState.SKIPPED} == {SkipReason.LEFT}
    assert all(ask.state is not AskState.OPEN for ask in left.values())
    again = {key for key, ask in (await trial.asks(aino)).items() if ask.state is AskState.OPEN}
    assert {"prep.3", "debrief.5"} <= again
    assert not any(key.endswith((".1", ".2")) for key in again)


async def test_what_was_taken_out_and_comes_back_is_asked_again_once(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    before = await trial.asks(aino)

    without = await trial.load(replace(half_days(), elements=half_days().elements[:3]))
    gone = await trial.asks(aino)
    back = await trial.load(half_days())

    assert without.foreseen.withdrawn == 6
    assert {key for key, ask in gone.items() if ask.skipped is SkipReason.WITHDRAWN} == {
        "role",
        *(f"check-in.{number}" for number in range(1, 6)),
    }
    assert (back.foreseen.taken_up_again, back.foreseen.added) == (6, 0)
    assert opens(await trial.asks(aino)) == opens(before)
    assert {ask.state for ask in (await trial.asks(aino)).values()} == {AskState.OPEN}


async def test_an_answer_dates_what_waits_for_it(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    assert "role-again" not in await trial.asks(aino)
    trial.clock.now = datetime(2027, 1, 12, 12, tzinfo=UTC)

    await answer(trial.store, (await trial.asks(aino))["role"])
    await place_all_behind(trial.store)

    asks = await trial.asks(aino)
    assert asks["role-again"].opens_at == datetime(2027, 1, 26, 7, tzinfo=UTC)
    assert asks["role"].state is AskState.ANSWERED


async def test_a_programme_that_has_ended_asks_nothing_new_and_is_not_loaded_again(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    await trial.until(2027, 1, 12, 14)
    told = [key for key, ask in (await trial.asks(aino)).items() if ask.told_at and ask.wants_answer]

    async with trial.store.transaction() as unit:
        loaded = await unit.revisions.find(TENANT, "trial", to_change=True)
        assert loaded is not None
        await unit.revisions.end(loaded)
    await place_all_behind(trial.store)

    asks = await trial.asks(aino)
    assert told
    assert [key for key, ask in asks.items() if ask.state is AskState.OPEN] == told
    with pytest.raises(HasEnded):
        await prepare(trial.store, half_days(), tenant=TENANT)


async def test_every_move_is_remembered(trial: Trial) -> None:
    await trial.load(half_days())
    aino = await trial.enrolled("Aino Aalto")
    before = (await trial.asks(aino))["prep.2"]

    await trial.load(with_session(half_days(), 2, later(weeks=1)))
    await trial.load(replace(with_session(half_days(), 2, later(weeks=1)), elements=()))

    async with trial.store.transaction() as unit:
        changes = await unit.members.changes_of(before.id)
    assert before.opens_at is not None
    assert [(each.revision, each.opens_before, each.opens_after) for each in changes] == [
        (2, before.opens_at, before.opens_at + A_WEEK),
        (3, before.opens_at + A_WEEK, None),
    ]
