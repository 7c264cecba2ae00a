"""Programmes with something wrong in them, and the faults that are found."""

from datetime import date
from typing import Any

from coaching.elements import (
    Notice,
    Question,
    Survey,
)
from coaching.programme_checks import Fault, faults
from coaching.programmes import Programme
from tests.coaching.programming import FINNISH, at, local, session, words

A, B = frozenset({"a"}), frozenset({"b"})
GROUPS = {"a": words("A"), "b": words("B")}
SESSIONS = (session(1, local(2026, 9, 16, 9)), session(2, local(2026, 10, 14, 9)))
START = at("programme.start", "+1 week")


def known_holidays(country: str, year: int) -> frozenset[date]:
    return FINNISH if country.startswith("FI") else frozenset()


def found(checked: Programme) -> list[Fault]:
    return faults(checked, holidays=known_holidays)


def kinds(checked: Programme) -> list[str]:
    """The faults as `kind path`, with dots."""
    return [f"{fault.kind} {'.'.join(map(str, fault.path))}" for fault in found(checked)]


def question(**given: Any) -> Question:
    return Question(**({"id": "q", "text": words("What did you notice?")} | given))


def survey(**given: Any) -> Survey:
    return Survey(id="pulse", title=words("Pulse"), at=START, **given)


def notices(id: str, moment: Any, **given: Any) -> Notice:
    return Notice(id=id, title=words(id), at=moment, **given)
