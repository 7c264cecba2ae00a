"""Explaining: each thing that can happen to an ask is in its chain, and whatever waits or never comes has a reason."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from coaching.anchors import Anchor, AnchorKind
from coaching.asks import Ask, AskState, SkipReason
from coaching.elements import Survey
from coaching.facts import (
    Answered,
    Changed,
    Closed,
    Comes,
    Fact,
    GivenUp,
    Held,
    HeldUp,
    LeftOutFor,
    Made,
    MovedOn,
    NoLongerPlanned,
    NotAsked,
    NotMade,
    Planned,
    PutOff,
    Said,
    TakenBack,
    TellsOfRevision,
    Waits,
    WaitsForAnchor,
)
from coaching.people import Person, stopped
from coaching.placing import LeftOut, MovedBy
from coaching.reasons import Waiting
from coaching.telling import DeliveryState
from coaching.visits import Purpose
from scheduler.outcomes import Outcome, OutcomeKind
from scheduler.placing import place_all_behind
from storage.store import Store
from tests.bot.explaining import Explained, explaining
from tests.builders import TENANT, Clock, add_ask, add_element
from tests.coaching.half_days import half_days, later, with_session
from tests.coaching.programming import SKIPS, at, reflection, words

NEW_YEAR = datetime(2027, 1, 4, 8, tzinfo=UTC)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.fixture
async def trial(store: Store, clock: Clock) -> Explained:
    """Five half-days, loaded a week before the first."""
    clock.now = NEW_YEAR
    trial = explaining(store, clock)
    await trial.load(half_days())
    return trial


@pytest.fixture
async def aino(trial: Explained) -> Person:
    return await trial.enrolled("Aino Aalto")


def kinds(facts: tuple[Fact, ...]) -> list[str]:
    return [type(fact).__name__ for fact in facts]


async def test_what_is_ahead_tells_its_anchor_and_when_it_could_come(trial: Explained, aino: Person) -> None:
    found = await trial.chain(aino, "debrief.3")

    planned, waits = found.facts
    assert isinstance(planned, Planned)
    assert (str(planned.anchor), str(planned.offset), planned.time, planned.session) == (
        "session.3.end",
        "+1 workday",
        "09:30",
        3,
    )
    assert planned.at == utc(2027, 2, 12, 7, 30)
    assert waits == Waits(reason=Waiting.NOT_OPEN_YET, not_before=utc(2027, 2, 12, 7, 30))


async def test_what_was_told_reminded_of_and_answered_tells_all_of_it(trial: Explained, aino: Person) -> None:
    await trial.until(2027, 1, 12, 12)
    told = await trial.chain(aino, "role")
    await trial.until(2027, 1, 14, 12)
    assert told.ask is not None
    await trial.answer(told.ask)

    found = await trial.chain(aino, "role")

    assert kinds(told.facts) == ["Planned", "Said", "Waits", "Comes"]
    assert told.facts[2] == Waits(reason=Waiting.ANSWER_AWAITED, not_before=None, was_told=True)
    comes = told.standing
    assert isinstance(comes, Comes)
    assert comes.purpose is Purpose.REMINDER
    said = [fact for fact in found.facts if isinstance(fact, Said)]
    assert [(fact.purpose, fact.state) for fact in said] == [
        (Purpose.NEW, DeliveryState.SENT),
        (Purpose.REMINDER, DeliveryState.SENT),
    ]
    assert comes.at <= said[1].at < comes.at + timedelta(hours=1)
    assert found.standing == Answered(at=utc(2027, 1, 14, 12), version=1)


async def test_what_moves_with_its_session_tells_the_revision_and_both_times(trial: Explained, aino: Person) -> None:
    trial.clock.pass_by(days=1)

    await trial.load(with_session(half_days(), 3, later(weeks=1)))

    found = await trial.chain(aino, "debrief.3")
    before, after = utc(2027, 2, 12, 7, 30), utc(2027, 2, 19, 7, 30)
    assert found.facts[1] == Changed(revision=2, at=trial.clock.now, before=before, after=after)
    assert isinstance(found.origin, Planned)
    assert found.origin.at == before


async def test_what_was_sent_stands_as_it_was_planned_when_it_was_sent(trial: Explained, aino: Person) -> None:
    await trial.until(2027, 1, 12, 12)
    before = await trial.chain(aino, "prep.1")

    await trial.load(with_session(half_days(), 1, later(weeks=1)))

    after = await trial.chain(aino, "prep.1")
    assert [fact for fact in after.facts if isinstance(fact, Said)]
    assert after.facts == before.facts


async def test_a_cancelled_session_takes_its_asks_along_and_they_say_so(trial: Explained, aino: Person) -> None:
    programme = half_days()

    await trial.load(replace(programme, sessions=programme.sessions[:-1]))

    found = await trial.chain(aino, "debrief.5")
    assert kinds(found.facts) == ["Planned", "Changed", "LeftOutFor", "GivenUp"]
    assert found.facts[2] == LeftOutFor(reason=LeftOut.CANCELLED)
    assert found.standing == GivenUp(reason=SkipReason.WITHDRAWN, at=NEW_YEAR)
    [news] = [each for each in await trial.explained(aino) if each.element.startswith("change:")]
    assert news.origin == TellsOfRevision(revision=2, at=NEW_YEAR)


async def test_an_element_that_was_removed_is_explained_by_the_revision_that_had_it(
    trial: Explained, aino: Person
) -> None:
    programme = half_days()
    without = replace(programme, elements=tuple(each for each in programme.elements if each.id != "check-in"))

    await trial.load(without)
    await trial.load(replace(without, description=words("Another one")))

    found = await trial.chain(aino, "check-in.2")
    assert isinstance(found.origin, Planned)
    assert str(found.origin.anchor) == "session.2.start"
    assert found.facts[2] == NoLongerPlanned(revision=3)
    assert found.standing == GivenUp(reason=SkipReason.WITHDRAWN, at=NEW_YEAR)


async def test_what_another_answer_dates_waits_for_it_and_then_has_its_time(trial: Explained, aino: Person) -> None:
    before = await trial.chain(aino, "role-again")

    await trial.answer(await trial.ask_of(aino, "role"))
    await place_all_behind(trial.store)

    after = await trial.chain(aino, "role-again")
    anchor = Anchor(kind=AnchorKind.ASK_ANSWERED, key="role")
    assert (before.ask, before.standing) == (None, WaitsForAnchor(anchor=anchor, about=words("role")))
    assert isinstance(after.origin, Planned)
    assert after.origin.at == utc(2027, 1, 18, 7)
    assert isinstance(after.standing, Waits)


async def test_what_there_is_no_ask_for_says_why(trial: Explained) -> None:
    survey = Survey(id="survey", title=words("Survey"), at=at("programme.start", "+1 week", "09:00"))
    await trial.load(replace(half_days(), elements=(*half_days().elements, survey)))
    trial.clock.now = utc(2027, 2, 20, 8)

    bo = await trial.enrolled("Bo Berg")

    found = {each.named: each.standing for each in await trial.explained(bo)}
    assert found["survey"] == LeftOutFor(reason=LeftOut.BEFORE_JOINING)
    assert found["debrief.1"] == LeftOutFor(reason=LeftOut.BEFORE_JOINING)
    assert isinstance(found["debrief.4"], Waits)


async def test_a_kind_that_is_not_delivered_says_so(trial: Explained, aino: Person) -> None:
    survey = Survey(id="survey", title=words("Survey"), at=at("programme.start", "+1 week", "09:00"))

    await trial.load(replace(half_days(), elements=(*half_days().elements, survey)))

    assert (await trial.chain(aino, "survey")).standing == NotMade(reason=NotAsked.KIND)


async def test_what_was_open_for_long_when_it_was_loaded_says_so(trial: Explained, aino: Person) -> None:
    trial.clock.now = utc(2027, 2, 20, 8)
    new = reflection("late-thought", at("programme.start", "+1 week", "09:00"))

    await trial.load(replace(half_days(), elements=(*half_days().elements, new)))

    assert (await trial.chain(aino, "late-thought")).standing == NotMade(reason=NotAsked.BACKLOG)


async def test_a_day_that_is_none_for_it_says_which_day_it_is_on_and_why(trial: Explained, aino: Person) -> None:
    easter = reflection("easter", at("programme.start", "+74 days", "09:00", SKIPS))

    await trial.load(replace(half_days(), elements=(*half_days().elements, easter)))

    found = await trial.chain(aino, "easter")
    assert isinstance(found.origin, Planned)
    assert found.origin.at == utc(2027, 3, 26, 7)
    assert found.facts[1] == MovedOn(by=(MovedBy.HOLIDAY, MovedBy.WEEKEND), to=utc(2027, 3, 30, 6))


async def test_somebody_who_left_and_a_programme_that_ended_leave_nothing_without_a_reason(
    trial: Explained, aino: Person
) -> None:
    bo = await trial.enrolled("Bo Berg")
    async with trial.store.transaction() as unit:
        loaded = await unit.revisions.find(TENANT, "trial")
        assert loaded is not None
        await unit.members.leave(loaded.id, bo.id)
    await place_all_behind(trial.store)
    left = await trial.explained(bo)
    async with trial.store.transaction() as unit:
        await unit.revisions.end(loaded)
    await place_all_behind(trial.store)

    ended = await trial.explained(aino)

    assert (await trial.chain(bo, "debrief.3")).standing == GivenUp(reason=SkipReason.LEFT, at=NEW_YEAR)
    assert {type(each.standing) for each in left} <= {GivenUp, LeftOutFor}
    assert {type(each.standing) for each in ended} <= {GivenUp, NotMade}
    again = next(each for each in ended if each.named == "role-again")
    assert again.standing == NotMade(reason=NotAsked.ENDED)


async def test_who_is_behind_a_change_is_told_that_it_is_about_to_be(trial: Explained, aino: Person) -> None:
    ask = await trial.ask_of(aino, "debrief.3")
    async with trial.store.transaction() as unit:
        loaded = await unit.revisions.find(TENANT, "trial")
        assert loaded is not None
        await unit.revisions.add(loaded, replace(half_days(), description=words("Another one")))

    found = await trial.explained(aino)

    assert next(each for each in found if each.ask and each.ask.id == ask.id).standing == Held(by=HeldUp.BEHIND)


async def test_a_visit_that_teams_refuses_or_that_is_lost_says_so_with_its_code(trial: Explained, aino: Person) -> None:
    trial.wire.next_is(aino, Outcome(kind=OutcomeKind.UNKNOWN, reason="502"))
    await trial.until(2027, 1, 12, 12)

    bo = await trial.enrolled("Bo Berg")
    trial.wire.next_is(bo, Outcome(kind=OutcomeKind.UNREACHABLE, reason="blocked"))
    await trial.until(2027, 1, 15, 12)

    prep, debrief = await trial.chain(aino, "prep.1"), await trial.chain(bo, "debrief.1")
    said = [fact for each in await trial.explained(aino) for fact in each.facts if isinstance(fact, Said)]
    assert (said[0].state, said[0].reason) == (DeliveryState.UNKNOWN, "502")
    assert prep.standing == Closed(at=said[0].at, was_told=True)
    assert debrief.standing == Held(by=HeldUp.UNREACHABLE, code="blocked")


async def test_everything_that_holds_a_person_up_is_named(trial: Explained, aino: Person) -> None:
    async with trial.store.transaction() as unit:
        await unit.paces.pause(TENANT)
    assert (await trial.chain(aino, "role")).standing == Held(by=HeldUp.ALL_PAUSED, since=NEW_YEAR)

    await change(trial, replace(aino, address=None, aad_id=None))
    assert (await trial.chain(aino, "role")).standing == Held(by=HeldUp.NOT_MET)
    await change(trial, replace(aino, unreachable="blocked"))
    assert (await trial.chain(aino, "role")).standing == Held(by=HeldUp.UNREACHABLE, code="blocked")
    await change(trial, replace(aino, admitted_at=None))
    assert (await trial.chain(aino, "role")).standing == Held(by=HeldUp.NOT_LET_IN)


async def change(trial: Explained, person: Person) -> None:
    async with trial.store.transaction() as unit:
        await unit.people.save(person)


async def test_who_wants_no_messages_has_no_next_moment(trial: Explained, aino: Person) -> None:
    await change(trial, stopped(aino, NEW_YEAR))

    found = await trial.chain(aino, "role")

    assert found.standing == Waits(reason=Waiting.STOPPED, not_before=None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(
            {"put_off_until": NEW_YEAR + timedelta(days=30)},
            PutOff(until=NEW_YEAR + timedelta(days=30)),
            id="put off",
        ),
        pytest.param({"version": 2}, TakenBack(versions=2), id="answered and taken back"),
        pytest.param(
            {"state": AskState.CLOSED, "closes_at": NEW_YEAR}, Closed(at=NEW_YEAR, was_told=False), id="closed"
        ),
        pytest.param(
            {"state": AskState.SKIPPED, "skipped": SkipReason.START_MODE},
            GivenUp(reason=SkipReason.START_MODE, at=None),
            id="given up during a dialog",
        ),
        pytest.param(
            {"late_until": NEW_YEAR - timedelta(hours=1)},
            GivenUp(reason=SkipReason.TOO_LATE, at=NEW_YEAR - timedelta(hours=1), is_done=False),
            id="about to be given up",
        ),
        pytest.param(
            {"told_at": NEW_YEAR - timedelta(days=2), "closes_at": NEW_YEAR},
            Closed(at=NEW_YEAR, was_told=False),
            id="over without an answer",
        ),
    ],
)
async def test_each_state_of_an_ask_has_its_fact(
    trial: Explained, aino: Person, values: dict[str, object], expected: Fact
) -> None:
    await trial.change(await trial.ask_of(aino, "role"), **values)

    assert expected in (await trial.chain(aino, "role")).facts


async def test_what_comes_from_no_programme_file_says_when_it_was_made(trial: Explained) -> None:
    bo = await trial.person("Bo Berg")
    ask: Ask = await add_ask(trial.store, bo, await add_element(trial.store, key="debrief-1"))

    [found] = await trial.explained(bo)

    assert (found.ask, found.named) == (ask, "debrief-1")
    assert found.origin == Made(at=NEW_YEAR, opens_at=None)
    assert isinstance(found.standing, Comes)
