"""Programmes and their members, for the tests of placing and of simulated lives."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from coaching.anchors import At, OwnTime, Skip, anchor_of, offset_of
from coaching.elements import Reflection
from coaching.hours import Availability
from coaching.people import Language, Role
from coaching.placing import Enrolled, Placed, placed
from coaching.programmes import Mode, Programme, Session

HELSINKI, BRUSSELS = ZoneInfo("Europe/Helsinki"), ZoneInfo("Europe/Brussels")
FINNISH = frozenset(holidays.country_holidays("FI", years=range(2025, 2031)))
SKIPS = frozenset(Skip)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def local(*parts: int) -> datetime:
    """A time of day in the programme's zone, as its file has it."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


def at(anchor: str, offset: str | None = None, when: str | None = None, skip: frozenset[Skip] = frozenset()) -> At:
    """As a programme's file writes it: `at("session.1.end", "+1 workday", "09:30")`."""
    given: dict[str, Any] = {"offset": offset_of(offset)} if offset else {}
    if when is not None:
        given["time"] = OwnTime.PERSON if when == "person" else time.fromisoformat(when)
    return At(anchor=anchor_of(anchor), skip=skip, **given)


def words(text: str) -> dict[Language, str]:
    return {Language.EN: text}


def reflection(id: str, at: At, **given: Any) -> Reflection:
    return Reflection(id=id, title=words(id), at=at, **given)


def session(number: int, starts: datetime, **given: Any) -> Session:
    """Of three hours and a half."""
    values: dict[str, Any] = {"length": timedelta(hours=3, minutes=30), "mode": Mode.VIRTUAL} | given
    return Session(number=number, title=words(f"Session {number}"), starts=starts, **values)


def programme(*elements: Any, **given: Any) -> Programme:
    """In Helsinki, from September 2026 to June 2027, unless said otherwise."""
    values: dict[str, Any] = {
        "id": "trial",
        "name": words("The trial"),
        "languages": (Language.EN,),
        "timezone": "Europe/Helsinki",
        "starts": date(2026, 9, 1),
        "ends": date(2027, 6, 18),
        "elements": elements,
    }
    return Programme(**(values | given))


def member(**given: Any) -> Enrolled:
    """A participant in Helsinki with Finland's holidays, there from before the start."""
    values: dict[str, Any] = {
        "roles": frozenset({Role.PARTICIPANT}),
        "groups": frozenset(),
        "availability": Availability(zone=HELSINKI, days_off=FINNISH),
        "joined_at": utc(2026, 8, 1),
        "happened": {},
    }
    return Enrolled(**(values | given))


def somebody_in(zone: ZoneInfo, **given: Any) -> Enrolled:
    values: dict[str, Any] = {"zone": zone, "days_off": FINNISH} | given
    return member(availability=Availability(**values))


def only(programme: Programme, who: Enrolled | None = None) -> Placed:
    """What a programme with one element has for one member."""
    found = placed(programme, who or member())
    assert len(found) == 1
    return found[0]
