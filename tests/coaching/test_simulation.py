"""What people would live through, by the rules that the pump goes by."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from coaching.anchors import anchor_of, offset_of
from coaching.asks import AskKind, SkipReason
from coaching.elements import CheckIn, Notice, PlanTemplate, Repeat, SessionLink, SessionPrep
from coaching.hours import Availability, DateRange
from coaching.people import Language
from coaching.placing import LeftOut, MovedBy
from coaching.programmes import Break, Programme
from coaching.reasons import Waiting
from coaching.simulation import Answers, Fate, Life, Somebody, simulated
from coaching.visits import Purpose
from tests.coaching.programming import FINNISH, HELSINKI, SKIPS, at, local, member, programme, reflection, session, utc

NEW_YEAR = utc(2027, 12, 31)


def somebody(key: str = "aino", **given: Any) -> Somebody:
    return Somebody(key=f"{key}@ministry.example", name=key, language=Language.FI, enrolled=member(**given))


def life(plan: Programme, answers: Answers = Answers.ALWAYS, until: datetime = NEW_YEAR, **given: Any) -> Life:
    found = simulated(plan, [somebody(**given)], until=until, answers=answers)
    assert len(found) == 1
    return found[0]


def fate(life: Life, key: str, occurrence: int = 0) -> Fate:
    return next(each for each in life.fates if (each.placed.element.id, each.placed.occurrence) == (key, occurrence))


def weekly(times: int = 8, **given: Any) -> Programme:
    every = Repeat(every=offset_of("+1 week"), times=times)
    return programme(reflection("rush", at("programme.start", "+1 day", "10:00"), repeat=every, **given))


def test_somebody_who_answers_everything_is_told_all_and_reminded_of_nothing() -> None:
    found = life(weekly())

    assert [each.placed.occurrence for each in found.fates] == list(range(8))
    assert all(each.told_at and each.answered_at and not each.reminded_at for each in found.fates)
    assert found.fates[0].answered_at == (found.fates[0].told_at or NEW_YEAR) + timedelta(minutes=30)
    assert (len(found.visits), found.left) == (8, ())


def test_somebody_who_never_answers_is_left_in_peace() -> None:
    found = life(weekly(times=20), Answers.NEVER)

    purposes = [part.purpose for visit in found.visits for part in visit.parts]
    assert Counter(purposes)[Purpose.NEW] == 6
    assert purposes[-1] is Purpose.STOPPING
    assert [each.told_at is not None for each in found.fates] == [True] * 6 + [False] * 14
    assert all(Waiting.SILENCE in each.waited for each in found.fates if each.told_at is None)
    assert max(len(each.reminded_at) for each in found.fates) <= 2


def test_typical_people_differ_and_do_the_same_each_time() -> None:
    people = [somebody(key) for key in ("aino", "bertta", "celia", "daavid", "eino", "fanni")]

    first = simulated(weekly(20), people, until=NEW_YEAR, answers=Answers.TYPICAL)
    again = simulated(weekly(20), list(reversed(people)), until=NEW_YEAR, answers=Answers.TYPICAL)

    assert first == list(reversed(again))
    answered = [[each.answered_at is not None for each in one.fates] for one in first]
    assert len({tuple(each) for each in answered}) > 1
    assert 0.6 < sum(map(sum, answered)) / 120 < 1


def test_nothing_comes_in_a_break_and_what_waited_says_so() -> None:
    plan = programme(
        reflection("debrief", at("session.1.end", "+1 workday", "09:30", SKIPS)),
        reflection("feast", at("session.1.end", "+2 days", "09:30")),
        reflection("moved", at("session.1.end", "+2 days", "09:30", SKIPS)),
        sessions=(session(1, local(2026, 12, 23, 9)),),
        breaks=(Break(first=date(2026, 12, 24), last=date(2027, 1, 6)),),
    )

    found = life(plan)

    assert [visit.at.astimezone(HELSINKI).date() for visit in found.visits] == [
        date(2027, 1, 7),
        date(2027, 1, 8),
        date(2027, 1, 11),
    ]
    assert Waiting.DAY_OFF in fate(found, "feast").waited
    assert fate(found, "moved").placed.moved == (MovedBy.BREAK,)


def test_check_ins_follow_the_plan_once_there_is_one() -> None:
    every = Repeat(every=offset_of("+2 weeks"), times=3)
    plan = programme(
        PlanTemplate(id="plan", title={}, at=at("programme.start", "+1 day", "10:00")),
        CheckIn(id="goals", title={}, at=at("plan.created", "+2 weeks", "person"), repeat=every),
        reflection("after", at("ask.goals.answered", "+1 day", "12:00")),
    )

    with_plan, without = life(plan), life(plan, Answers.NEVER)

    days = [each.told_at.astimezone(HELSINKI).date() for each in with_plan.fates if each.told_at]
    assert sorted(days)[:5] == [date(2026, 9, day) for day in (2, 16, 17, 30)] + [date(2026, 10, 14)]
    assert [day for day in days if day > plan.ends] == [
        date(2027, 7, 19),
        date(2027, 9, 20),
        date(2027, 12, 20),
    ]
    assert {each.delivered for each in with_plan.fates if each.placed.element.id == "goals"} == {True}
    assert [(each.element.id, each.waits_for) for each in without.left] == [
        ("after", anchor_of("ask.goals.answered")),
        ("goals", anchor_of("plan.created")),
    ]


LINK = SessionLink(
    id="link", title={}, each="session", at=at("session.each.start", "-1 h"), late=offset_of("+1 h"), urgent=True
)


def test_the_way_into_a_session_comes_in_the_persons_hours_whatever_the_dose() -> None:
    prep = SessionPrep(id="prep", title={}, each="session", at=at("session.each.start", "-2 workdays", "person"))
    sessions = (session(1, local(2026, 10, 1, 13)), session(2, local(2026, 10, 5, 8, 45)))

    found = life(programme(prep, LINK, reflection("rush", at("session.1.start", "-4 h")), sessions=sessions))

    assert [(each.ask.kind, each.told_at) for each in found.fates if each.placed.element.id == "link"] == [
        (AskKind.SESSION_LINK, utc(2026, 10, 1, 9)),
        (AskKind.SESSION_LINK, utc(2026, 10, 5, 5, 30)),
    ]
    assert all(each.told_at and each.answered_at is None for each in found.fates if each.placed.element.id == "prep")


def test_what_can_not_be_said_in_time_is_given_up_for_a_reason() -> None:
    away = Availability(
        zone=HELSINKI, days_off=FINNISH, leave=(DateRange(first=date(2026, 9, 1), last=date(2026, 10, 2)),)
    )

    found = fate(life(programme(LINK, sessions=(session(1, local(2026, 10, 1, 13)),)), availability=away), "link", 1)

    assert (found.told_at, found.skipped, found.waited) == (None, SkipReason.TOO_LATE, (Waiting.LEAVE,))


def test_who_leaves_gets_nothing_more_and_who_joins_late_no_backlog() -> None:
    found = life(weekly(), joined_at=utc(2026, 9, 10), left_at=utc(2026, 9, 30, 7))

    assert [each.placed.occurrence for each in found.fates] == [2, 3]
    assert {each.occurrence: each.left_out for each in found.left} == {
        0: LeftOut.BEFORE_JOINING,
        1: LeftOut.BEFORE_JOINING,
        **dict.fromkeys(range(4, 8), LeftOut.AFTER_LEAVING),
    }


def test_what_opened_and_was_not_told_before_somebody_left_is_left() -> None:
    notice = Notice(id="news", title={}, at=at("programme.start", "+1 day", "18:00"))

    found = life(programme(notice), left_at=utc(2026, 9, 2, 17))

    assert (found.fates, [each.left_out for each in found.left]) == ((), [LeftOut.AFTER_LEAVING])


@pytest.mark.parametrize("until", [utc(2026, 8, 1), utc(2026, 9, 2, 6, 59), utc(2026, 9, 20), NEW_YEAR])
@pytest.mark.parametrize("answers", Answers)
def test_whenever_it_ends_nothing_is_forgotten(until: datetime, answers: Answers) -> None:
    found = life(weekly(), answers, until)

    placed = [each.placed for each in found.fates] + list(found.left)
    assert sorted(each.occurrence for each in placed) == list(range(8))
    assert all(visit.at < until for visit in found.visits)


def test_what_repeats_until_an_answer_ends_with_it() -> None:
    plan = programme(
        reflection("first", at("programme.start", "+1 day", "10:00"), closes=at("programme.start", "+2 days")),
        reflection(
            "rush",
            at("programme.start", "+6 days"),
            repeat=Repeat(every=offset_of("+1 week"), until=at("ask.first.answered", "+20 days")),
        ),
    )

    ended, unended = life(plan), life(plan, Answers.NEVER, until=utc(2026, 10, 30))

    assert [each.placed.occurrence for each in ended.fates] == [0, 0, 1, 2]
    assert len(unended.left) > 30


def test_each_person_is_counted_as_progress() -> None:
    seen: list[tuple[int, int]] = []

    simulated(
        weekly(),
        [somebody("aino"), somebody("bertta")],
        until=NEW_YEAR,
        answers=Answers.NEVER,
        progress=lambda done, total: seen.append((done, total)),
    )

    assert seen == [(1, 2), (2, 2)]
