"""A programme of half-days every other Thursday, with something before, between and after them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from coaching.anchors import offset_of
from coaching.asks import OnUnknown
from coaching.elements import Element, SessionLink, SessionPrep
from coaching.people import Language
from coaching.programmes import Mode, Programme, Session
from tests.coaching.programming import at, local, programme, reflection, session

IN_THREE = {Language.FI: "Kokeilu", Language.SV: "Försöket", Language.EN: "The trial"}


def elements() -> tuple[Element, ...]:
    """Prep, link, debrief and check-in of each session, and two reflections, the second after the first is answered."""
    return (
        SessionPrep(id="prep", title=IN_THREE, each="session", at=at("session.each.start", "-2 workdays", "person")),
        SessionLink(
            id="link",
            title=IN_THREE,
            each="session",
            at=at("session.each.start", "-1 h"),
            late=offset_of("+1 h"),
            urgent=True,
            on_unknown=OnUnknown.RESEND,
        ),
        reflection("debrief", at("session.each.end", "+1 workday", "09:30"), each="session"),
        reflection("check-in", at("session.each.start", "+6 days", "10:00"), each="session"),
        reflection("role", at("programme.start", "+1 day", "09:00")),
        reflection("role-again", at("ask.role.answered", "+2 weeks", "09:00")),
    )


def half_days(count: int = 5, **given: Any) -> Programme:
    """From Monday 11 January 2027; its sessions are at nine in a room, on 14 and 28 January, 11 and 25 February, …."""
    starts = local(2027, 1, 14, 9)
    values: dict[str, Any] = {
        "name": IN_THREE,
        "languages": tuple(Language),
        "starts": date(2027, 1, 11),
        "ends": date(2027, 6, 30),
        "sessions": tuple(
            session(number, starts + timedelta(weeks=2 * (number - 1)), mode=Mode.ROOM, place={Language.FI: "Sali"})
            for number in range(1, count + 1)
        ),
    } | given
    return programme(*elements(), **values)


def with_session(programme: Programme, number: int, change: Callable[[Session], Session]) -> Programme:
    """The programme with one of its sessions changed."""
    return replace(
        programme, sessions=tuple(change(each) if each.number == number else each for each in programme.sessions)
    )


def later(weeks: int) -> Callable[[Session], Session]:
    """A change of a session: the same time of day, so many weeks later."""
    return lambda session: replace(session, starts=session.starts + timedelta(weeks=weeks))


def virtual(session: Session) -> Session:
    """A change of a session: from its room to a link."""
    return replace(session, mode=Mode.VIRTUAL, place={}, link=f"https://meet.example/{session.number}")
