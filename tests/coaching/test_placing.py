"""What a member is asked and when, on the days when calendars are at their worst."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from coaching.anchors import At, anchor_of, offset_of
from coaching.elements import Audience, Notice, Reflection, Repeat, SessionLink, SessionPrep
from coaching.hours import Availability, DateRange, Hours, workdays_after
from coaching.people import Role
from coaching.placing import LeftOut, MovedBy, Placed, is_for, moment_of, placed
from coaching.programmes import Break, DateWindow
from tests.coaching.programming import (
    BRUSSELS,
    FINNISH,
    HELSINKI,
    SKIPS,
    at,
    local,
    member,
    only,
    programme,
    reflection,
    session,
    somebody_in,
    utc,
    words,
)

CHRISTMAS = Break(first=date(2026, 12, 24), last=date(2027, 1, 6))


@pytest.mark.parametrize(
    ("starts", "placed_at", "opens_at"),
    [
        pytest.param(
            local(2026, 10, 24, 3, 30),
            at("session.1.start", "+1 day"),
            utc(2026, 10, 25, 0, 30),
            id="the hour that comes twice: its first coming",
        ),
        pytest.param(
            local(2026, 10, 24, 12),
            at("session.1.start", "+1 day"),
            utc(2026, 10, 25, 10),
            id="a day is 25 hours long when the clocks go back",
        ),
        pytest.param(
            local(2026, 10, 24, 12),
            at("session.1.start", "+24 h"),
            utc(2026, 10, 25, 9),
            id="24 hours are 24 hours when the clocks go back",
        ),
        pytest.param(
            local(2027, 3, 27, 3, 30),
            at("session.1.start", "+1 day"),
            utc(2027, 3, 28, 1),
            id="the hour that the clocks skip: the first instant after it",
        ),
        pytest.param(
            local(2027, 3, 27, 23),
            at("session.1.end", "+15 min"),
            utc(2027, 3, 28, 0, 45),
            id="a session across the gap ends by the clock",
        ),
        pytest.param(
            local(2028, 2, 28, 9),
            at("session.1.start", "+1 day", "09:30"),
            utc(2028, 2, 29, 7, 30),
            id="onto the leap day",
        ),
        pytest.param(
            local(2027, 1, 31, 9),
            at("session.1.start", "+1 month"),
            utc(2027, 2, 28, 7),
            id="a month after the 31st of January is the 28th of February",
        ),
        pytest.param(
            local(2028, 2, 29, 9),
            at("session.1.start", "+12 months"),
            utc(2029, 2, 28, 7),
            id="a year after the leap day",
        ),
        pytest.param(
            local(2027, 3, 31, 9),
            at("session.1.start", "-1 month"),
            utc(2027, 2, 28, 7),
            id="a month before the 31st of March",
        ),
        pytest.param(
            local(2027, 3, 30, 9),
            at("session.1.start", "-2 workdays", "10:00"),
            utc(2027, 3, 24, 8),
            id="two workdays before the Tuesday after Easter is the Wednesday before it",
        ),
        pytest.param(
            local(2026, 12, 4, 9),
            at("session.1.end", "+1 workday", "09:30"),
            utc(2026, 12, 7, 7, 30),
            id="a workday after a Friday is Monday",
        ),
        pytest.param(
            local(2027, 5, 5, 9),
            at("session.1.end", "+1 workday"),
            utc(2027, 5, 7, 9, 30),
            id="a workday over Ascension Day, at the time of the session's end",
        ),
    ],
)
def test_an_offset_leads_to_the_day_and_time_that_a_calendar_says(
    starts: datetime, placed_at: At, opens_at: datetime
) -> None:
    plan = programme(reflection("debrief", placed_at), sessions=(session(1, starts),), ends=date(2029, 6, 1))

    assert only(plan).opens_at == opens_at


@pytest.mark.parametrize(
    ("anchor", "moment"),
    [
        ("programme.start", utc(2026, 8, 31, 21)),
        ("programme.end", utc(2027, 6, 18, 21)),
        ("session.1.start", utc(2026, 10, 1, 6)),
        ("session.1.end", utc(2026, 10, 1, 9, 30)),
        ("window.talks.open", utc(2026, 10, 23, 21)),
        ("window.talks.close", utc(2026, 10, 25, 22)),
        ("plan.created", None),
        ("ask.debrief.answered", utc(2026, 10, 2, 8)),
    ],
)
def test_an_anchor_is_a_moment(anchor: str, moment: datetime | None) -> None:
    plan = programme(
        reflection("debrief", at("session.1.end")),
        sessions=(session(1, local(2026, 10, 1, 9)),),
        windows=(DateWindow(id="talks", first=date(2026, 10, 24), last=date(2026, 10, 25)),),
    )
    happened = {anchor_of("ask.debrief.answered"): utc(2026, 10, 2, 8)}

    assert moment_of(plan, anchor_of(anchor), happened) == moment


@pytest.mark.parametrize("anchor", ["session.9.start", "window.none.open", "ask.none.answered", "session.each.start"])
def test_an_anchor_that_the_programme_does_not_have_is_a_key_error(anchor: str) -> None:
    with pytest.raises(KeyError, match=anchor):
        moment_of(programme(), anchor_of(anchor), {})


@pytest.mark.parametrize(
    ("placed_at", "opens_at"),
    [
        (at("programme.end"), utc(2027, 6, 18, 21)),
        (at("programme.end", None, "10:00"), utc(2027, 6, 18, 7)),
        (at("programme.end", "-1 workday", "person"), utc(2027, 6, 17, 5, 30)),
        (at("window.talks.close", "-1 day"), utc(2026, 10, 24, 21)),
    ],
)
def test_the_end_of_a_last_day_belongs_to_that_day(placed_at: At, opens_at: datetime) -> None:
    window = DateWindow(id="talks", first=date(2026, 10, 20), last=date(2026, 10, 25))

    assert only(programme(reflection("look-back", placed_at), windows=(window,))).opens_at == opens_at


@pytest.mark.parametrize(
    ("starts", "person", "opens_at", "moved"),
    [
        pytest.param(
            local(2026, 12, 23, 9),
            {},
            utc(2027, 1, 7, 7),
            (MovedBy.BREAK,),
            id="from Christmas Eve over the break across New Year to the first workday",
        ),
        pytest.param(
            local(2026, 12, 4, 9),
            {},
            utc(2026, 12, 7, 7),
            (MovedBy.WEEKEND, MovedBy.HOLIDAY),
            id="a Saturday, then Independence Day",
        ),
        pytest.param(
            local(2027, 3, 25, 9),
            {"leave": (DateRange(first=date(2027, 3, 30), last=date(2027, 4, 1)),)},
            utc(2027, 4, 2, 6),
            (MovedBy.HOLIDAY, MovedBy.WEEKEND, MovedBy.LEAVE),
            id="Easter, and leave right after it",
        ),
        pytest.param(
            local(2026, 10, 1, 9),
            {"hours": Hours(weekdays=frozenset({0, 1, 2, 3}))},
            utc(2026, 10, 5, 6),
            (MovedBy.WEEKEND,),
            id="a Friday that is not among the person's weekdays",
        ),
        pytest.param(local(2026, 10, 1, 9), {}, utc(2026, 10, 2, 6), (), id="an ordinary day"),
    ],
)
def test_what_is_skipped_moves_it_on_and_is_told(
    starts: datetime, person: dict[str, Any], opens_at: datetime, moved: tuple[MovedBy, ...]
) -> None:
    plan = programme(
        reflection("debrief", at("session.1.start", "+1 day", skip=SKIPS)),
        sessions=(session(1, starts),),
        breaks=(CHRISTMAS,),
    )

    found = only(plan, somebody_in(HELSINKI, **person))

    assert (found.opens_at, found.moved) == (opens_at, moved)
    assert found.planned_at is not None
    assert found.planned_at.astimezone(HELSINKI).date() == starts.date() + timedelta(days=1)


def test_a_yearly_break_is_no_workday_in_any_year() -> None:
    yearly = Break(first=date(2020, 12, 24), last=date(2021, 1, 6), yearly=True)
    plan = programme(
        reflection("debrief", at("session.1.start", "+1 workday")),
        sessions=(session(1, local(2027, 12, 23, 9)),),
        breaks=(yearly,),
        ends=date(2028, 6, 1),
    )

    assert only(plan).opens_at == utc(2028, 1, 7, 7)


def test_who_has_no_workday_at_all_keeps_the_planned_day() -> None:
    away = DateRange(first=date(2020, 1, 1), last=date(2040, 1, 1))
    plan = programme(reflection("hello", at("programme.start", "+1 day", "09:00", SKIPS)))

    assert only(plan, somebody_in(HELSINKI, leave=(away,))).opens_at == utc(2026, 9, 2, 6)


@pytest.mark.parametrize(
    ("placed_at", "person", "opens_at"),
    [
        pytest.param(
            at("session.1.start", "-2 workdays", "person"), {}, utc(2026, 9, 29, 6, 30), id="when their day begins"
        ),
        pytest.param(
            at("session.1.start", "-2 workdays", "person"),
            {"preferred": time(14)},
            utc(2026, 9, 29, 12),
            id="when they prefer it",
        ),
        pytest.param(
            at("session.1.start", "-2 workdays", "person"),
            {"preferred": time(18)},
            utc(2026, 9, 29, 6, 30),
            id="a wish outside their hours",
        ),
        pytest.param(at("session.1.end", "+1 workday", "09:30"), {}, utc(2026, 10, 2, 7, 30), id="a time is theirs"),
        pytest.param(at("session.1.end", "+1 workday"), {}, utc(2026, 10, 2, 9, 30), id="the session's end is not"),
        pytest.param(at("session.1.start", "-1 h"), {}, utc(2026, 10, 1, 5), id="an hour before the session"),
        pytest.param(at("person.joined", "+1 day"), {}, utc(2026, 9, 11, 22, 30), id="joined on their own date"),
    ],
)
def test_somebody_in_brussels_is_asked_by_their_own_clock(
    placed_at: At, person: dict[str, Any], opens_at: datetime
) -> None:
    plan = programme(reflection("debrief", placed_at), sessions=(session(1, local(2026, 10, 1, 9)),))
    availability = Availability(**({"zone": BRUSSELS} | person))

    found = only(plan, member(availability=availability, joined_at=utc(2026, 9, 10, 22, 30)))

    assert found.opens_at == opens_at


SESSIONS = (
    session(1, local(2026, 10, 1, 9), groups=frozenset({"a"})),
    session(2, local(2026, 10, 2, 9), groups=frozenset({"b"})),
    session(3, local(2026, 11, 5, 9)),
    session(4, local(2026, 10, 15, 9), groups=frozenset({"a"})),
)
DEBRIEF = reflection(
    "debrief", at("session.each.end", "+1 workday", "09:30"), closes=at("session.next.start"), each="session"
)


@pytest.mark.parametrize(
    ("groups", "audience", "closes"),
    [
        ({"a", "b"}, set(), {1: (10, 2, 6), 2: (10, 15, 6), 4: (11, 5, 7), 3: None}),
        ({"a"}, set(), {1: (10, 15, 6), 4: (11, 5, 7), 3: None}),
        ({"b"}, set(), {2: (11, 5, 7), 3: None}),
        (set(), set(), {3: None}),
        ({"a", "b"}, {"b"}, {2: (10, 15, 6), 3: None}),
        ({"a"}, {"b"}, {}),
    ],
)
def test_each_session_of_the_members_groups_has_one_that_closes_when_their_next_begins(
    groups: set[str], audience: set[str], closes: dict[int, tuple[int, ...] | None]
) -> None:
    element = Reflection(
        id="debrief",
        title=words("Debrief"),
        at=DEBRIEF.at,
        closes=DEBRIEF.closes,
        each="session",
        audience=Audience(groups=frozenset(audience)),
    )
    plan = programme(element, sessions=SESSIONS, groups={"a": words("A"), "b": words("B")})

    found = placed(plan, member(groups=frozenset(groups)))

    ends = {number: utc(2026, *parts) if parts else utc(2027, 6, 18, 21) for number, parts in closes.items()}
    assert {each.occurrence: each.closes_at for each in found} == ends
    assert [each.occurrence for each in found] == list(closes)


def test_a_cancelled_session_has_nothing_and_is_nobodys_next() -> None:
    sessions = (
        session(1, local(2026, 10, 1, 9)),
        session(2, local(2026, 10, 8, 9), cancelled=True),
        session(3, local(2026, 10, 15, 9)),
    )
    about_it = reflection("reading", at("session.2.start", "-3 days"))

    found = placed(programme(DEBRIEF, about_it, sessions=sessions), member())

    assert {(each.element.id, each.occurrence): each.left_out for each in found} == {
        ("debrief", 1): None,
        ("debrief", 2): LeftOut.CANCELLED,
        ("debrief", 3): None,
        ("reading", 0): LeftOut.CANCELLED,
    }
    assert found[0].closes_at == utc(2026, 10, 15, 6)


def test_what_a_session_says_is_over_with_it() -> None:
    prep = SessionPrep(id="prep", title={}, each="session", at=at("session.each.start", "-2 workdays", "person"))
    link = SessionLink(
        id="link", title={}, each="session", at=at("session.each.start", "-1 h"), late=offset_of("+1 h"), urgent=True
    )
    news = Notice(id="news", title={}, at=at("programme.start"))

    found = placed(programme(prep, link, news, sessions=(session(1, local(2026, 10, 1, 9)),)), member())

    assert [(each.element.id, each.opens_at, each.closes_at, each.late_until) for each in found] == [
        ("news", utc(2026, 8, 31, 21), None, None),
        ("prep", utc(2026, 9, 29, 5, 30), utc(2026, 10, 1, 6), None),
        ("link", utc(2026, 10, 1, 5), utc(2026, 10, 1, 9, 30), utc(2026, 10, 1, 6)),
    ]


def test_lateness_may_be_counted_in_workdays() -> None:
    plan = programme(reflection("hello", at("session.1.end"), late=offset_of("+2 workdays")), sessions=SESSIONS[:1])

    assert only(plan).late_until == utc(2026, 10, 5, 9, 30)


@pytest.mark.parametrize(
    ("anchor", "offset", "left_out"),
    [
        ("programme.start", "+1 day", LeftOut.BEFORE_JOINING),
        ("session.1.end", "+1 workday", None),
        ("person.joined", None, None),
        ("plan.created", "-1 workday", None),
        ("session.3.start", None, LeftOut.AFTER_LEAVING),
        ("ask.other.answered", None, LeftOut.AFTER_LEAVING),
    ],
)
def test_who_joins_late_has_no_backlog_and_who_left_gets_nothing_more(
    anchor: str, offset: str | None, left_out: LeftOut | None
) -> None:
    other = reflection("other", at("programme.start"), audience=Audience(roles=frozenset({Role.OWNER})))
    plan = programme(reflection("hello", at(anchor, offset)), other, sessions=SESSIONS)
    who = member(
        joined_at=utc(2026, 10, 1, 7),
        left_at=utc(2026, 11, 1),
        happened={anchor_of("plan.created"): utc(2026, 10, 1, 8)},
    )

    assert only(plan, who).left_out is left_out


def test_what_has_not_happened_is_waited_for_and_comes_last() -> None:
    waits = reflection("role", at("ask.hello.answered", "+1 day", "person"), due=at("ask.hello.answered", "+3 days"))
    plan = programme(waits, reflection("hello", at("programme.end")))
    answered = anchor_of("ask.hello.answered")

    before = placed(plan, member())
    after = placed(plan, member(happened={answered: utc(2026, 10, 24, 12)}))

    assert [(each.element.id, each.waits_for) for each in before] == [("hello", None), ("role", answered)]
    assert (before[1].opens_at, before[1].due_at) == (None, None)
    assert [each.element.id for each in after] == ["role", "hello"]
    assert (after[0].opens_at, after[0].due_at) == (utc(2026, 10, 25, 6, 30), utc(2026, 10, 27, 13))


def occurrences(found: list[Placed]) -> list[tuple[int, date | None]]:
    assert all(each.opens_at for each in found)
    return [(each.occurrence, each.opens_at.astimezone(HELSINKI).date() if each.opens_at else None) for each in found]


@pytest.mark.parametrize(
    ("repeat", "days"),
    [
        pytest.param(
            Repeat(every=offset_of("+1 month"), times=4),
            [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)],
            id="month ends do not wear down",
        ),
        pytest.param(
            Repeat(every=offset_of("+8 weeks"), until=at("programme.end"), afterwards=(6, 1)),
            [date(2027, 1, 31), date(2027, 3, 28), date(2027, 5, 23), date(2027, 7, 18), date(2027, 12, 18)],
            id="until the end, and one and six months after it",
        ),
        pytest.param(
            Repeat(every=offset_of("+14 days"), until=at("programme.start", "+180 days", "13:00")),
            [date(2027, 1, 31), date(2027, 2, 14), date(2027, 2, 28)],
            id="the last one is on the last day",
        ),
        pytest.param(
            Repeat(every=offset_of("+10 workdays"), times=3),
            [date(2027, 1, 31), date(2027, 2, 12), date(2027, 2, 26)],
            id="in workdays",
        ),
        pytest.param(
            Repeat(every=offset_of("+24 h"), times=2), [date(2027, 1, 31), date(2027, 2, 1)], id="by the clock"
        ),
        pytest.param(Repeat(every=offset_of("+0 days"), times=9), [date(2027, 1, 31)], id="one that stands still"),
        pytest.param(Repeat(every=offset_of("+9999 months"), times=9), [date(2027, 1, 31)], id="one that never comes"),
    ],
)
def test_what_repeats_comes_again_from_its_first_day(repeat: Repeat, days: list[date]) -> None:
    plan = programme(reflection("rush", at("programme.start", "+152 days", "13:00"), repeat=repeat))

    found = placed(plan, member())

    assert occurrences(found) == list(enumerate(days))
    assert {each.opens_at.astimezone(HELSINKI).time() for each in found if each.opens_at} == {time(13)}


def test_due_and_closing_moments_move_along_also_with_what_is_skipped() -> None:
    element = reflection(
        "rush",
        at("session.1.start", "+0 days", skip=SKIPS),
        due=at("session.1.start", "+2 days"),
        closes=at("session.2.start"),
        repeat=Repeat(every=offset_of("+1 week"), times=3),
    )
    sessions = (session(1, local(2026, 12, 16, 9)), session(2, local(2026, 12, 20, 12)))

    found = placed(programme(element, sessions=sessions, breaks=(CHRISTMAS,)), member())

    assert [(each.opens_at, each.due_at, each.closes_at) for each in found] == [
        (utc(2026, 12, 16, 7), utc(2026, 12, 18, 7), utc(2026, 12, 20, 10)),
        (utc(2026, 12, 23, 7), utc(2026, 12, 25, 7), utc(2026, 12, 27, 10)),
        (utc(2027, 1, 7, 7), utc(2027, 1, 9, 7), utc(2027, 1, 11, 10)),
    ]


def test_a_fortnightly_question_keeps_its_time_through_both_changes_of_the_clocks() -> None:
    every = Repeat(every=offset_of("+2 weeks"), until=at("programme.end"))
    plan = programme(reflection("rush", at("programme.start", "+2 weeks", "13:00"), repeat=every))

    found = placed(plan, member())

    assert len(found) == 20
    assert {each.opens_at.astimezone(HELSINKI).strftime("%a %H:%M") for each in found if each.opens_at} == {"Tue 13:00"}


@pytest.mark.parametrize(
    ("roles", "groups", "fits"),
    [
        ({Role.MANAGER}, {"b"}, False),
        ({Role.COACH}, {"a"}, False),
        ({Role.MANAGER, Role.COACH}, {"a", "b"}, True),
        (set(), set(), False),
    ],
)
def test_an_element_is_for_its_audience(roles: set[Role], groups: set[str], fits: bool) -> None:
    audience = Audience(roles=frozenset({Role.PARTICIPANT, Role.MANAGER}), groups=frozenset({"a"}))

    assert is_for(reflection("rush", at("programme.start"), audience=audience), roles, groups) is fits


@pytest.mark.parametrize(
    ("day", "count", "workday"),
    [
        (date(2027, 3, 30), -2, date(2027, 3, 24)),
        (date(2027, 3, 28), -1, date(2027, 3, 25)),
        (date(2027, 1, 1), -3, date(2026, 12, 29)),
        (date(2027, 3, 28), 0, date(2027, 3, 28)),
    ],
)
def test_workdays_are_counted_backwards_too(day: date, count: int, workday: date) -> None:
    assert workdays_after(day, count, Availability(zone=HELSINKI, days_off=FINNISH)) == workday
