"""What holds of every life in every programme: its hours, its dose, and that nothing is forgotten."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from coaching.anchors import At, OwnTime, Skip, anchor_of, offset_of
from coaching.elements import (
    Audience,
    CheckIn,
    Element,
    Notice,
    PlanTemplate,
    Reflection,
    Repeat,
    SessionLink,
    SessionPrep,
)
from coaching.hours import Availability, DateRange, Hours
from coaching.people import Language, Role
from coaching.placing import Enrolled, placed
from coaching.programmes import Break, Programme, Session
from coaching.simulation import Answers, Fate, Life, Somebody, Visited, simulated
from coaching.visits import Purpose
from tests.coaching.programming import at, programme, session

DAY = timedelta(days=1)
#: Before the changes of the clocks in autumn and spring, before Christmas, and before Easter and a leap day.
STARTS = [date(2026, 10, 5), date(2027, 3, 1), date(2026, 11, 30), date(2028, 2, 14)]
ZONES = ["Europe/Helsinki", "Europe/Brussels", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
CHRISTMAS = Break(first=date(2020, 12, 24), last=date(2021, 1, 6), yearly=True)

groups = st.frozensets(st.sampled_from(["a", "b"]))
times = st.sampled_from([None, OwnTime.PERSON, time(9, 30), time(13), time(3, 30), time(20)])
skips = st.frozensets(st.sampled_from(Skip))
offsets = st.sampled_from(["+1 workday", "-2 workdays", "+1 day", "+2 weeks", "+10 days", "-1 week", "+1 month"])
lengths = st.sampled_from([timedelta(hours=2), timedelta(hours=3, minutes=30)])


@dataclass(frozen=True)
class Case:
    """A programme, one member, and the dates of its breaks, found without the code that is looked at."""

    programme: Programme
    somebody: Somebody
    closed: frozenset[date]
    until: datetime


@st.composite
def moments(draw: st.DrawFn, anchors: list[str]) -> At:
    anchor = anchor_of(draw(st.sampled_from(anchors)))
    if draw(st.integers(min_value=0, max_value=4)) == 0:
        return At(anchor=anchor, offset=offset_of(draw(st.sampled_from(["-1 h", "+15 min", "+26 h"]))))
    return At(anchor=anchor, offset=offset_of(draw(offsets)), time=draw(times), skip=draw(skips))


@st.composite
def elements(draw: st.DrawFn, id: str, anchors: list[str]) -> Element:
    """One of those that stand alone."""
    repeats = st.builds(
        Repeat,
        every=st.sampled_from(["+1 week", "+10 workdays", "+1 month", "+3 days"]).map(offset_of),
        times=st.integers(min_value=2, max_value=5),
        afterwards=st.sampled_from([(), (1,)]),
    )
    closing = draw(st.none() | st.sampled_from(["+3 days", "+4 workdays", "+3 weeks"]))
    placed_at = draw(moments(anchors))
    closes = At(anchor=placed_at.anchor, offset=offset_of(closing)) if closing else None
    late = draw(st.none() | st.sampled_from(["+1 h", "+2 workdays"]).map(offset_of))
    kind = draw(st.sampled_from([Reflection, Reflection, Notice, PlanTemplate]))
    return kind(  # type: ignore[no-any-return]
        id=id,
        title={},
        at=placed_at,
        closes=closes,
        late=late,
        audience=Audience(groups=draw(groups)),
        repeat=draw(st.none() | repeats) if kind is not PlanTemplate else None,
        urgent=draw(st.integers(min_value=0, max_value=5)) == 0,
    )


def of_sessions() -> list[Element]:
    """What hangs on each session, as most programmes have it."""
    link = at("session.each.start", "-1 h")
    debrief = at("session.each.end", "+1 workday", "09:30", frozenset(Skip))
    return [
        SessionPrep(id="prep", title={}, each="session", at=at("session.each.start", "-2 workdays", "person")),
        SessionLink(id="link", title={}, each="session", at=link, late=offset_of("+1 h"), urgent=True),
        Reflection(
            id="debrief",
            title={},
            each="session",
            at=debrief,
            due=at("session.each.end", "+4 workdays"),
            closes=at("session.next.start"),
        ),
    ]


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    starts = draw(st.sampled_from(STARTS))
    weeks = draw(st.integers(min_value=3, max_value=9))
    days = sorted(draw(st.sets(st.integers(min_value=0, max_value=7 * weeks - 1), max_size=4)))
    sessions: list[Session] = []
    for number, day in enumerate(days, start=1):
        begins = datetime.combine(starts + day * DAY, draw(st.sampled_from([time(8, 45), time(9), time(13)])))
        is_off = draw(st.integers(min_value=0, max_value=5)) == 0
        sessions.append(session(number, begins, length=draw(lengths), groups=draw(groups), cancelled=is_off))
    anchors = ["programme.start", "programme.end", "person.joined"] + [
        f"session.{each.number}.end" for each in sessions
    ]
    count = draw(st.integers(min_value=1, max_value=4))
    own: list[Element] = [draw(elements(f"own-{number}", anchors)) for number in range(count)]
    after = Reflection(id="after", title={}, at=at("ask.own-0.answered", "+1 workday", "person"))
    every = Repeat(every=offset_of("+2 weeks"), until=at("programme.end"))
    goals = CheckIn(id="goals", title={}, at=at("plan.created", "+1 week", "person"), repeat=every)
    first = starts + draw(st.integers(min_value=0, max_value=30)) * DAY
    return programme(
        *(of_sessions() if draw(st.booleans()) else []),
        *own,
        after,
        goals,
        sessions=tuple(sessions),
        starts=starts,
        ends=starts + timedelta(weeks=weeks) - 3 * DAY,
        breaks=(CHRISTMAS, Break(first=first, last=first + draw(st.sampled_from([0, 4])) * DAY)),
        groups={"a": {}, "b": {}},
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    plan = draw(programmes())

    def days(most: int) -> list[date]:
        numbers = draw(st.lists(st.integers(min_value=0, max_value=70), max_size=most))
        return [plan.starts + number * DAY for number in numbers]

    hours = st.sampled_from([Hours(), Hours(start=time(22), end=time(23, 45)), Hours(weekdays=frozenset({1, 2, 5}))])
    availability = Availability(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        hours=draw(hours),
        preferred=draw(st.sampled_from([None, time(10), time(15, 50)])),
        leave=tuple(DateRange(first=day, last=day + 6 * DAY) for day in days(2)),
        days_off=frozenset(days(4)),
    )
    starts = datetime.combine(plan.starts, time(), UTC)
    joined_at = starts + draw(st.sampled_from([-40, -1, 8])) * DAY
    enrolled = Enrolled(
        roles=frozenset({Role.PARTICIPANT}),
        groups=draw(groups),
        availability=availability,
        joined_at=joined_at,
        left_at=draw(st.sampled_from([None, None, joined_at + 30 * DAY])),
        happened={},
    )
    feast = {date(year, *parts) for year in range(2025, 2030) for parts in _FEAST}
    pause = plan.breaks[1]
    closed = feast | {pause.first + number * DAY for number in range((pause.last - pause.first).days + 1)}
    key = draw(st.sampled_from(["aino", "bertta", "celia"]))
    return Case(
        programme=plan,
        somebody=Somebody(key=key, name=key, language=Language.FI, enrolled=enrolled),
        closed=frozenset(closed),
        until=starts + draw(st.sampled_from([20, 120])) * DAY,
    )


_FEAST = [(12, day) for day in range(24, 32)] + [(1, day) for day in range(1, 7)]


@settings(max_examples=120)
@given(cases(), st.sampled_from(Answers))
def test_every_life_in_every_programme_is_quiet_complete_and_explained(case: Case, answers: Answers) -> None:
    found = simulated(case.programme, [case.somebody], until=case.until, answers=answers)[0]

    check_hours(case, found)
    check_dose(case, found)
    for fate in found.fates:
        check_fate(fate)
    check_complete(case, found)


def check_hours(case: Case, life: Life) -> None:
    person = case.somebody.enrolled.availability
    left_at = case.somebody.enrolled.left_at or case.until
    for visit in life.visits:
        local = visit.at.astimezone(person.zone)
        assert person.hours.start <= local.time() < person.hours.end
        assert local.weekday() in person.hours.weekdays
        assert local.date() not in person.days_off | case.closed
        assert not any(away.first <= local.date() <= away.last for away in person.leave)
        assert case.somebody.enrolled.joined_at <= visit.at < min(left_at, case.until)


def check_dose(case: Case, life: Life) -> None:
    """Of the visits up to an ordinary one, none is on its day and two at most are in the six days before."""
    zone = case.somebody.enrolled.availability.zone
    urgent = {fate.ask.id for fate in life.fates if fate.ask.urgent}
    days = [visit.at.astimezone(zone).date() for visit in life.visits]
    assert [visit.at for visit in life.visits] == sorted(visit.at for visit in life.visits)
    for place, (visit, today) in enumerate(zip(life.visits, days, strict=True)):
        news = [part.ask_id for part in visit.parts if part.purpose is Purpose.NEW]
        assert len([id for id in news if id not in urgent]) <= 1
        if not _is_urgent(visit, urgent):
            assert today not in days[:place]
            assert sum(day > today - 7 * DAY for day in days[:place]) <= 2


def _is_urgent(visit: Visited, urgent: set[int]) -> bool:
    return all(part.ask_id in urgent and part.purpose is not Purpose.REMINDER for part in visit.parts)


def check_fate(fate: Fate) -> None:
    """Told in its time, or given up, or waiting; for a reason that has a name."""
    ask, told_at = fate.ask, fate.told_at
    assert (told_at is not None) + (fate.skipped is not None) <= 1
    assert told_at is not None or fate.skipped is not None or fate.waited
    assert len(fate.reminded_at) <= 2
    if told_at is None:
        assert not fate.reminded_at
        assert fate.answered_at is None
        return
    assert ask.opens_at is not None
    assert ask.urgent or told_at >= ask.opens_at
    for end in (ask.closes_at, ask.late_until):
        assert end is None or told_at < end
    assert all(told_at < moment and ask.wants_answer for moment in fate.reminded_at)
    assert fate.answered_at is None or fate.answered_at > max(told_at, *fate.reminded_at, told_at)


def check_complete(case: Case, life: Life) -> None:
    """What is placed at first, and what is placed when the answers are known, is each in one place."""
    keys = Counter((fate.placed.element.id, fate.placed.occurrence) for fate in life.fates)
    keys += Counter((each.element.id, each.occurrence) for each in life.left)
    assert set(keys.values()) <= {1}
    planned = placed(case.programme, case.somebody.enrolled)
    assert {(each.element.id, each.occurrence) for each in planned if each.opens_at} <= keys.keys()
    assert {each.element.id for each in planned} == {id for id, _ in keys}
    for each in life.left:
        is_ahead = each.opens_at is not None and each.opens_at >= case.until
        assert is_ahead or each.waits_for is not None or each.left_out is not None
