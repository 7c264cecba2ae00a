"""Changes: what differs between two revisions, and that nothing which was sent is ever altered by one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from coaching.asks import Ask, AskState, Element, SkipReason, answered, skipped, told
from coaching.changes import Changed, Plan, carried_on, changes, difference
from coaching.placing import placed
from coaching.programmes import Programme
from coaching.sources import asked, place_in, sources
from tests.coaching.half_days import half_days, later, virtual, with_session
from tests.coaching.programming import member, utc

JANUARY = utc(2027, 1, 4, 8)
A_WEEK = timedelta(weeks=1)


def plan(before: Sequence[Ask], programme: Programme, now: datetime = JANUARY, *, has_left: bool = False) -> Plan:
    return changes(before, placed(programme, member()), now, has_left=has_left)


def asks_of(programme: Programme, now: datetime = JANUARY) -> dict[str, Ask]:
    """What a member is asked from the programme's first revision on, by the keys of the sources."""
    by_key: dict[str, Element] = {source.key: source for source in sources(programme, coaches={})}
    found = [asked(each, by_key[place_in(each)[0]], person_id=1, now=now) for each in plan([], programme, now).added]
    return {ask.element.key: replace(ask, id=number) for number, ask in enumerate(found, start=1)}


def moves(plan: Plan) -> dict[str, timedelta]:
    """By how much what is moved is moved."""
    return {
        step.before.element.key: step.after.opens_at - step.before.opens_at
        for step in plan.moved
        if step.before.opens_at and step.after.opens_at
    }


def test_a_moved_session_moves_what_hangs_on_it_and_nothing_else() -> None:
    before = asks_of(half_days())

    found = plan([*before.values()], with_session(half_days(), 2, later(weeks=1)))

    assert moves(found) == {f"{key}.2": A_WEEK for key in ("prep", "link", "debrief", "check-in")}
    assert (found.added, found.withdrawn, found.taken_up_again) == ((), (), ())


@pytest.mark.parametrize("settle", [told, lambda ask, now: answered(ask, 1, now)], ids=["told", "answered"])
def test_what_was_told_or_answered_stays_as_it_is(settle) -> None:  # type: ignore[no-untyped-def]
    before = asks_of(half_days())
    before["prep.4"] = settle(before["prep.4"], JANUARY)

    moved = plan([*before.values()], with_session(half_days(), 4, later(weeks=1)))
    emptied = plan([*before.values()], replace(half_days(), elements=()))

    assert moves(moved).keys() == {"link.4", "debrief.4", "check-in.4"}
    assert (moved.sent, emptied.sent) == (1, 1)
    assert before["prep.4"] not in [step.before for step in emptied.withdrawn]
    assert len(emptied.withdrawn) == len(before) - 1


def test_a_programme_that_is_as_it_was_changes_nothing() -> None:
    before = asks_of(half_days())

    found = plan([*before.values()], half_days())

    assert found == Plan(kept=len(before))
    assert difference(half_days(), half_days()) == difference(half_days(), carried_on(half_days(), half_days()))


def test_what_a_revision_took_out_comes_again_with_the_next() -> None:
    asked_before = asks_of(half_days())
    gone = plan([*asked_before.values()], carried_on(half_days(), replace(half_days(), sessions=())))
    after = [step.after for step in gone.withdrawn]

    back = plan(after, with_session(half_days(), 2, later(weeks=1)))

    assert {ask.skipped for ask in after} == {SkipReason.WITHDRAWN}
    assert {ask.state for ask in after} == {AskState.SKIPPED}
    again = {step.after.element.key: step.after for step in back.taken_up_again}
    assert again.keys() == asked_before.keys() - {"role"}
    assert again["debrief.1"] == asked_before["debrief.1"]
    assert again["prep.2"].opens_at == asked_before["prep.2"].opens_at + A_WEEK  # type: ignore[operator]


def test_what_came_too_late_comes_when_it_is_moved_ahead() -> None:
    before = asks_of(half_days())
    late = skipped(before["link.1"], SkipReason.TOO_LATE)
    broken = skipped(before["link.2"], SkipReason.UNDELIVERABLE)

    found = plan([late, broken], half_days(), utc(2027, 1, 15))
    moved = plan([late, broken], with_session(half_days(), 1, later(weeks=1)), utc(2027, 1, 15))

    assert found.taken_up_again == ()
    assert [step.after.element.key for step in moved.taken_up_again] == ["link.1"]


def test_who_has_left_is_asked_nothing_more_not_even_what_they_were_told() -> None:
    before = asks_of(half_days())
    before["role"] = told(before["role"], JANUARY)

    found = plan([*before.values()], half_days(), has_left=True)

    assert found.added == ()
    assert {step.after.skipped for step in found.withdrawn} == {SkipReason.LEFT}
    assert len(found.withdrawn) == len(before)


def test_what_is_long_over_is_not_asked_for_the_first_time() -> None:
    found = plan([], half_days(), utc(2027, 2, 8))

    keys = {place_in(each)[0] for each in found.added}
    assert "debrief.2" not in keys
    assert {"check-in.2", "prep.3"} <= keys


def test_each_change_of_a_session_is_named() -> None:
    old = half_days()
    new = with_session(with_session(old, 1, later(weeks=1)), 2, virtual)
    new = replace(new, sessions=(*new.sessions[:4], replace(new.sessions[4], number=6)))

    new = carried_on(old, new)

    assert {change.number: change.what for change in difference(old, new).sessions} == {
        1: {Changed.TIME},
        2: {Changed.MODE, Changed.PLACE, Changed.LINK},
        5: {Changed.CANCELLED},
        6: {Changed.ADDED},
    }
    assert {session.number: session.sequence for session in new.sessions} == {1: 1, 2: 1, 3: 0, 4: 0, 5: 1, 6: 0}


def test_a_session_that_was_cancelled_and_comes_back_counts_on() -> None:
    old = half_days()
    without = carried_on(old, replace(old, sessions=old.sessions[1:]))

    back = carried_on(without, old)

    assert [session.cancelled for session in without.sessions] == [True, False, False, False, False]
    assert back.sessions[0].sequence == 2
    assert {change.number: change.what for change in difference(without, back).sessions} == {1: {Changed.ADDED}}
    assert carried_on(without, replace(old, sessions=old.sessions[1:])) == without


def test_elements_and_other_things_are_told_apart() -> None:
    old = half_days()
    new = replace(old, name={}, elements=(replace(old.elements[0], urgent=True), replace(old.elements[1], id="way-in")))

    change = difference(old, new)

    assert change.elements_changed == ("prep",)
    assert change.elements_added == ("way-in",)
    assert set(change.elements_removed) == {"link", "debrief", "check-in", "role", "role-again"}
    assert change.other == ("name",)
