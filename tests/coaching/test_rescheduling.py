"""Rescheduling: what stands in the way of a session's new time, and what goes along with it."""

from datetime import UTC, date, datetime

import pytest

from coaching import rescheduling
from coaching.programmes import Break, Mode
from coaching.rescheduling import Obstacle, ObstacleKind, obstacles
from tests.coaching.half_days import elements, half_days, virtual, with_session
from tests.coaching.programming import local

BEFORE = datetime(2027, 1, 4, 8, tzinfo=UTC)
HOLIDAYS = frozenset({date(2027, 5, 6)})


@pytest.mark.parametrize(
    ("number", "starts", "kinds"),
    [
        pytest.param(2, local(2027, 1, 28, 9), [ObstacleKind.SAME_TIME], id="where it is already"),
        pytest.param(2, local(2027, 1, 29, 9), [], id="a free working day"),
        pytest.param(2, local(2027, 1, 3, 9), [ObstacleKind.IN_THE_PAST, ObstacleKind.WEEKEND], id="in the past"),
        pytest.param(2, local(2027, 7, 1, 9), [ObstacleKind.OUTSIDE_PROGRAMME], id="after the programme"),
        pytest.param(2, local(2027, 2, 11, 12), [ObstacleKind.OVERLAP], id="into the end of another"),
        pytest.param(2, local(2027, 2, 11, 12, 30), [], id="when another has just ended"),
        pytest.param(2, local(2027, 5, 6, 9), [ObstacleKind.HOLIDAY], id="on a holiday"),
        pytest.param(2, local(2027, 3, 1, 9), [ObstacleKind.BREAK], id="in a break"),
        pytest.param(9, local(2027, 1, 29, 9), [ObstacleKind.HELD], id="one that there is not"),
    ],
)
def test_what_stands_in_the_way_is_named(number: int, starts: datetime, kinds: list[ObstacleKind]) -> None:
    programme = half_days(breaks=(Break(first=date(2027, 3, 1), last=date(2027, 3, 5)),))

    found = obstacles(programme, number, starts, now=BEFORE, holidays=HOLIDAYS)

    assert [each.kind for each in found] == kinds


def test_another_session_in_the_way_is_named_by_its_number() -> None:
    found = obstacles(half_days(), 2, local(2027, 2, 11, 8), now=BEFORE, holidays=())

    assert found == [Obstacle(kind=ObstacleKind.OVERLAP, number=3)]


def test_what_has_begun_is_not_moved_to_the_very_second() -> None:
    starts = datetime(2027, 1, 28, 7, tzinfo=UTC)

    at_its_start = obstacles(half_days(), 2, local(2027, 1, 29, 9), now=starts, holidays=())
    just_before = obstacles(
        half_days(), 2, local(2027, 1, 29, 9), now=datetime(2027, 1, 28, 6, 59, tzinfo=UTC), holidays=()
    )

    assert at_its_start == [Obstacle(kind=ObstacleKind.HELD)]
    assert just_before == []


def test_only_what_is_ahead_and_held_in_a_room_goes_online_with_its_own_link_or_the_new_one() -> None:
    programme = with_session(half_days(), 3, virtual)
    now = datetime(2027, 1, 20, 8, tzinfo=UTC)

    found = rescheduling.held_online(programme, date(2027, 1, 11), link=None, now=now)
    linked = rescheduling.held_online(programme, date(2027, 2, 25), link="https://meet.example/a", now=now)

    assert [each.mode for each in found.sessions] == [Mode.ROOM, *[Mode.VIRTUAL] * 4]
    assert [each.link for each in found.sessions][2:] == ["https://meet.example/3", None, None]
    assert [each.link for each in linked.sessions][3:] == ["https://meet.example/a"] * 2
    assert [each.place for each in linked.sessions][3:] == [{}, {}]


def test_what_goes_by_a_session_is_found_by_the_keys_of_its_sources() -> None:
    assert len(elements()) == 6
    assert rescheduling.sources_around(half_days(), [3]) == {"prep.3", "link.3", "debrief.3", "check-in.3"}
