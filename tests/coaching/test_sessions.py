"""Sessions as people are told of them: the moments in UTC, and whose a session is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from coaching.people import Language, Member, Role
from coaching.programmes import Mode, Programme, Session, Speaker
from coaching.sessions import facts_of, sessions_of

SESSION = Session(
    number=3,
    title={Language.FI: "Kuunteleminen"},
    starts=datetime(2027, 2, 4, 9, 0),  # noqa: DTZ001
    length=timedelta(hours=3, minutes=30),
    mode=Mode.VIRTUAL,
    link="https://meet.example/3",
    coach="kaisa.coach@valmennus.example",
    sequence=2,
)
MEMBER = Member(person_id=1, programme_id=3, role=Role.PARTICIPANT, groups=("a",))


def programme(*sessions: Session, timezone: str = "Europe/Helsinki") -> Programme:
    return Programme(
        id="kokeilu-2027",
        name={Language.FI: "Kokeilu"},
        languages=(Language.FI,),
        timezone=timezone,
        starts=date(2027, 2, 1),
        ends=date(2027, 6, 18),
        sessions=sessions,
    )


def test_a_session_is_told_of_in_utc_with_all_that_its_file_says() -> None:
    facts = facts_of(programme(SESSION), SESSION)

    assert facts.starts == datetime(2027, 2, 4, 7, 0, tzinfo=UTC)
    assert facts.ends == datetime(2027, 2, 4, 10, 30, tzinfo=UTC)
    assert (facts.programme, facts.number, facts.timezone) == ("kokeilu-2027", 3, "Europe/Helsinki")
    assert (facts.mode, facts.link, facts.sequence) == (SESSION.mode, SESSION.link, 2)


def test_the_length_is_by_the_clock_across_a_change_of_the_clocks() -> None:
    night = replace(SESSION, starts=datetime(2027, 3, 28, 2, 0), length=timedelta(hours=3))  # noqa: DTZ001

    facts = facts_of(programme(night), night)

    assert facts.ends - facts.starts == timedelta(hours=3)
    assert facts.starts == datetime(2027, 3, 28, 0, 0, tzinfo=UTC)


def test_a_coach_is_called_by_name_where_it_is_known() -> None:
    assert facts_of(programme(SESSION), SESSION, coach="Kaisa Coach").coach == "Kaisa Coach"
    assert facts_of(programme(SESSION), SESSION).coach == "kaisa.coach@valmennus.example"


@pytest.mark.parametrize(
    ("changes", "groups", "is_theirs"),
    [
        pytest.param({}, (), True, id="everybody's"),
        pytest.param({"groups": frozenset({"a", "b"})}, ("b",), True, id="of one of their groups"),
        pytest.param({"groups": frozenset({"a"})}, ("b",), False, id="of another group"),
        pytest.param({"groups": frozenset({"a"})}, (), False, id="of a group, and they are in none"),
        pytest.param({"cancelled": True}, ("a",), False, id="cancelled"),
    ],
)
def test_a_session_is_for_its_groups_until_it_is_cancelled(
    changes: dict[str, object], groups: tuple[str, ...], is_theirs: bool
) -> None:
    session = replace(SESSION, **changes)  # type: ignore[arg-type]

    found = sessions_of(programme(session), replace(MEMBER, groups=groups))

    assert bool(found) is is_theirs


def test_a_speaker_has_only_the_sessions_that_they_speak_in() -> None:
    own = replace(SESSION, number=4, speakers=(Speaker(name="Olli", email="Olli.Osasto@ministerio.example"),))
    speaker = replace(MEMBER, role=Role.SPEAKER)

    found = sessions_of(programme(SESSION, own), speaker, email="olli.osasto@ministerio.example")

    assert [facts.number for facts in found] == [4]
    assert sessions_of(programme(SESSION, own), speaker) == []


def test_sessions_stand_in_the_order_of_time_whatever_their_numbers() -> None:
    earlier = replace(SESSION, number=9, starts=SESSION.starts - timedelta(days=1))

    assert [facts.number for facts in sessions_of(programme(SESSION, earlier), MEMBER)] == [9, 3]
