"""When somebody is written to, about what and how often: Aino in Helsinki, mostly in November 2026."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest

from coaching.asks import Ask, AskState, told
from coaching.calendar import instant_of
from coaching.hours import Availability, DateRange, Hours, window_of
from coaching.visits import Decision, History, Part, Policy, Purpose, Visit, Waiting, decide, next_visit
from tests.coaching.asking import AINO, AT_ONCE, DAY, HELSINKI, HOUR, MONDAY, ask, notice, on, person, utc
from tests.coaching.clock_changes import NIGHTS, ZONES, changes


@pytest.mark.parametrize(
    ("asks", "given", "now", "at"),
    [
        pytest.param(
            [ask(opens_at=utc(3, 29, 0, 45))],
            {"hours": Hours(start=time(3, 30), end=time(5), weekdays=frozenset({6}))},
            utc(3, 28),
            utc(3, 29, 1),
            id="the time that the clocks skip is the first instant after it",
        ),
        pytest.param(
            [ask(opens_at=utc(10, 25, 0, 45))],
            {"hours": Hours(start=time(2), end=time(3, 30), weekdays=frozenset({6}))},
            utc(10, 25, 1, 15),
            utc(11, 1, 0),
            id="the hour that comes twice is over after its first coming",
        ),
        pytest.param([ask(opens_at=utc(11, 22, 10))], {}, utc(11, 20), utc(11, 23, 6, 30), id="opened on a Sunday"),
        pytest.param([ask(opens_at=utc(11, 23, 14))], {}, MONDAY, utc(11, 24, 6, 30), id="opens as the day ends"),
        pytest.param([ask()], {}, utc(11, 23, 13, 59, 59), utc(11, 23, 13, 59, 59), id="the last second of her day"),
        pytest.param([ask()], {}, MONDAY, MONDAY, id="open for long, and she is there"),
        pytest.param([ask()], {"preferred": time(14)}, MONDAY, utc(11, 23, 12), id="not before the time she prefers"),
        pytest.param(
            [ask()], {"preferred": time(7)}, utc(11, 23), utc(11, 23, 6, 30), id="her time is before her hours"
        ),
        pytest.param(
            [ask()],
            {"preferred": time(14), "half_days": {date(2026, 11, 23): time(12)}},
            utc(11, 23),
            utc(11, 23, 6, 30),
            id="a half day ends before the time she prefers",
        ),
        pytest.param(
            [ask(opens_at=utc(11, 23, 7), late_until=utc(11, 23, 8))],
            {"preferred": time(14)},
            utc(11, 23),
            utc(11, 23, 7),
            id="it would be too late at the time she prefers",
        ),
        pytest.param(
            [ask(told_at=utc(11, 19, 9))],
            {"preferred": time(15, 30)},
            utc(11, 23),
            utc(11, 23, 6, 30),
            id="a reminder where she prefers the last hour",
        ),
        pytest.param([ask()], {"days_off": {date(2026, 11, 23)}}, MONDAY, utc(11, 24, 6, 30), id="a holiday"),
        pytest.param(
            [ask()],
            {"leave": (DateRange(first=date(2026, 11, 20), last=date(2026, 12, 4)),)},
            MONDAY,
            utc(12, 7, 6, 30),
            id="leave until a Friday",
        ),
        pytest.param([ask()], {"paused_until": utc(11, 24, 9)}, MONDAY, utc(11, 24, 9), id="a pause into her hours"),
        pytest.param([ask()], {"stopped_at": utc(11, 1)}, MONDAY, None, id="she has stopped"),
        pytest.param([], {}, MONDAY, None, id="there is nothing to say"),
        pytest.param([ask(state=AskState.ANSWERED), ask(2, state=AskState.CLOSED)], {}, MONDAY, None, id="all is done"),
        pytest.param([ask(created_at=utc(11, 23, 12))], {}, MONDAY, utc(11, 23, 12), id="at once is when it is made"),
    ],
)
def test_a_visit_is_in_the_persons_own_hours(
    asks: Sequence[Ask], given: Mapping[str, Any], now: datetime, at: datetime | None
) -> None:
    visit = next_visit(person(**given), asks, History(), now, AT_ONCE, spread_key="aino")

    assert (visit.at if visit else None) == at


@pytest.mark.parametrize(
    ("urgent", "person_given", "now", "at"),
    [
        pytest.param(
            ask(urgent=True, opens_at=utc(11, 23, 5, 30), late_until=utc(11, 23, 6, 30)),
            {},
            utc(11, 20, 6),
            utc(11, 20, 13, 45),
            id="a session at the start of Monday: at the end of Friday",
        ),
        pytest.param(
            ask(urgent=True, opens_at=utc(11, 23, 5, 30), late_until=utc(11, 23, 6, 30)),
            {},
            utc(11, 20, 13, 50),
            utc(11, 20, 13, 50),
            id="it was made in Friday's last minutes",
        ),
        pytest.param(
            ask(urgent=True, opens_at=utc(11, 23, 5, 30), late_until=utc(11, 23, 6, 30)),
            {},
            utc(11, 20, 14),
            None,
            id="Friday is over, and the session begins with her day",
        ),
        pytest.param(
            ask(urgent=True, opens_at=utc(11, 23, 5, 30), closes_at=utc(11, 23, 6, 30)),
            {"days_off": frozenset({date(2026, 11, 20)})},
            utc(11, 19, 6),
            utc(11, 19, 13, 45),
            id="closing counts as too late, and Friday is a holiday",
        ),
        pytest.param(
            ask(urgent=True, opens_at=utc(11, 23, 5, 30), late_until=utc(11, 23, 6, 30)),
            {"paused_until": utc(11, 22)},
            utc(11, 19, 6),
            None,
            id="she has paused until then",
        ),
        pytest.param(
            ask(urgent=True, opens_at=utc(11, 23, 6), late_until=utc(11, 23, 7)),
            {"preferred": time(14)},
            utc(11, 20),
            utc(11, 23, 6, 30),
            id="half an hour of her day is left: not at the time she prefers",
        ),
    ],
)
def test_what_is_urgent_comes_late_rather_than_never_and_early_rather_than_late(
    urgent: Ask, person_given: Mapping[str, Any], now: datetime, at: datetime | None
) -> None:
    visit = on(urgent, now=now, person=person(**person_given)).visit

    assert (visit.at if visit else None) == at


@pytest.mark.parametrize("zone", ZONES)
def test_on_every_change_of_the_clocks_there_is_one_visit_in_the_persons_hours(zone: str) -> None:
    place = ZoneInfo(zone)

    for day in changes(place):
        begins = instant_of(day, time(), place)
        for hours in NIGHTS:
            who = Availability(zone=place, hours=hours)
            window = window_of(day, who)
            visit = on(ask(created_at=begins), now=begins, person=who).visit
            assert visit is not None
            if window is None:
                assert visit.at >= begins + 23 * HOUR
                continue
            again = on(notice(2, created_at=begins), now=visit.at, person=who, visits=(visit.at,)).visit
            assert visit.at == window[0]
            assert again is not None
            assert again.at.astimezone(place).date() == day + DAY


def test_nobody_is_visited_on_a_finnish_holiday_until_2037() -> None:
    finnish = frozenset(holidays.country_holidays("FI", years=range(2026, 2039)))
    aino = person(days_off=finnish)

    for day in sorted(finnish):
        visit = on(ask(), now=instant_of(day, time(12), HELSINKI), person=aino).visit
        assert visit is not None
        assert visit.at.astimezone(HELSINKI).date() not in finnish


def test_nobody_gets_anything_twice_in_the_hour_that_comes_twice() -> None:
    aino = person(hours=Hours(start=time(3), end=time(5), weekdays=frozenset(range(7))), preferred=time(3, 30))
    first_0330, second_0330 = utc(10, 25, 0, 30), utc(10, 25, 1, 30)
    assert first_0330.astimezone(HELSINKI).time() == second_0330.astimezone(HELSINKI).time() == time(3, 30)
    debrief, other = ask(1, due_at=utc(10, 25, 3)), notice(2, opens_at=utc(10, 25, 1))

    first = on(debrief, now=first_0330, person=aino, policy=Policy(merge_within=timedelta()))
    after = told(debrief, first_0330)
    second = on(after, other, now=second_0330, person=aino, visits=(first_0330,))

    assert first.visit == Visit(at=first_0330, parts=(Part(ask_id=1, purpose=Purpose.NEW),))
    assert second.waiting == {1: Waiting.ANSWER_AWAITED, 2: Waiting.DOSE_DAY}
    assert second.visit is not None
    assert second.visit.at >= utc(10, 26, 1, 30)


@pytest.mark.parametrize(
    ("visits", "unanswered", "at"),
    [
        pytest.param(
            [utc(11, 22, 22, 30)], 0, utc(11, 24, 6, 30), id="half past midnight is today, though UTC says Sunday"
        ),
        pytest.param([utc(11, 22, 21, 30)], 0, MONDAY, id="half past eleven last night was yesterday"),
        pytest.param([utc(11, 23, 7)], 0, utc(11, 24, 6, 30), id="one a day"),
        pytest.param(
            [utc(11, 17, 9), utc(11, 18, 9), utc(11, 20, 9)], 0, utc(11, 24, 6, 30), id="three in seven dates"
        ),
        pytest.param([utc(11, 16, 9), utc(11, 18, 9), utc(11, 20, 9)], 0, MONDAY, id="the first was a week ago"),
        pytest.param([utc(11, 20, 9)], 2, MONDAY, id="half the pace: not in two days"),
        pytest.param([utc(11, 23, 7)], 3, utc(11, 25, 6, 30), id="half the pace: only the day after tomorrow"),
        pytest.param(
            [utc(11, 10, 9), utc(11, 12, 9), utc(11, 17, 9)], 3, utc(11, 24, 6, 30), id="half: three in fourteen"
        ),
        pytest.param([utc(11, 12, 9)], 4, utc(11, 26, 6, 30), id="fortnightly"),
        pytest.param([utc(11, 9, 9)], 5, MONDAY, id="a fortnight ago to the day"),
    ],
)
def test_the_dose_leaves_room(visits: Sequence[datetime], unanswered: int, at: datetime) -> None:
    visit = on(ask(), visits=tuple(visits), unanswered=unanswered).visit

    assert visit is not None
    assert visit.at == at


def test_what_is_urgent_breaks_the_dose_and_takes_along_nothing_that_may_not() -> None:
    link = notice(1, urgent=True, opens_at=MONDAY)

    decision = on(link, notice(2), visits=(utc(11, 23, 7),))

    assert decision.visit == Visit(at=MONDAY, parts=(Part(ask_id=1, purpose=Purpose.NOTICE),))
    assert decision.waiting == {2: Waiting.DOSE_DAY}


def test_a_cohort_is_spread_over_the_first_third_of_the_day_and_stays_where_it_is() -> None:
    keys = [f"person-{number}" for number in range(3000)]

    def moments(day: int) -> list[datetime]:
        visits = [next_visit(AINO, [ask()], History(), utc(11, day), spread_key=key) for key in keys]
        return [visit.at for visit in visits if visit]

    first, second = moments(23), moments(24)

    assert [moment + DAY for moment in first] == second
    assert min(first) >= utc(11, 23, 6, 30)
    assert max(first) < utc(11, 23, 9)
    quarters = [
        sum(
            utc(11, 23, 6, 30) + n * 15 * timedelta(minutes=1)
            <= at
            < utc(11, 23, 6, 45) + n * 15 * timedelta(minutes=1)
            for at in first
        )
        for n in range(10)
    ]
    assert sum(quarters) == 3000
    assert 200 < min(quarters) <= max(quarters) < 400


def test_who_waits_for_their_place_in_the_spread_is_told_so_and_urgent_ones_do_not() -> None:
    def decision(*asks: Ask) -> Decision:
        return decide(AINO, asks, History(), utc(11, 23, 6, 30), spread_key="aino")

    assert decision(ask()).waiting == {1: Waiting.SPREAD}
    assert decision(ask(urgent=True)).waiting == {}
    assert decision(ask(late_until=utc(11, 23, 6, 31))).waiting == {}


def test_the_spread_can_be_shorter() -> None:
    policy = Policy(spread_over=timedelta(minutes=10))

    visits = [next_visit(AINO, [ask()], History(), utc(11, 23), policy, spread_key=str(key)) for key in range(200)]

    assert all(visit and utc(11, 23, 6, 30) <= visit.at < utc(11, 23, 6, 40) for visit in visits)
