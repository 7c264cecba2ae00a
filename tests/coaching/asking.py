"""Asks for the tests of visits, all of one person, and what is decided about them around 23 November 2026."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from coaching.asks import Ask, AskKind, Element, SourceKind
from coaching.hours import Availability
from coaching.people import Language
from coaching.visits import Decision, History, Policy, Purpose, Visit, decide

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

REFLECTION = Element(
    id=1, programme_id=1, key="debrief", kind=AskKind.REFLECTION, title={Language.FI: "Reflektio"}, intro={}
)


def utc(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment of 2026."""
    return datetime(2026, month, day, hour, minute, second, tzinfo=UTC)


def ask(id: int = 1, **given: Any) -> Ask:
    """One that wants an answer and opens when it is made, long ago, unless said otherwise."""
    values: dict[str, Any] = {"created_at": LONG_AGO} | given
    return Ask(
        id=id,
        person_id=1,
        programme_id=1,
        kind=AskKind.REFLECTION,
        source_kind=SourceKind.ELEMENT,
        source_id=1,
        occurrence=id,
        element=REFLECTION,
        **values,
    )


def notice(id: int = 1, **given: Any) -> Ask:
    """One that wants no answer."""
    return ask(id, wants_answer=False, **given)


HELSINKI = ZoneInfo("Europe/Helsinki")
AINO = Availability(zone=HELSINKI)
#: Without a spread, so that a day begins at 08:30 local, 06:30 UTC.
AT_ONCE = Policy(spread_over=timedelta())
MONDAY = utc(11, 23, 9)


def on(
    *asks: Ask, now: datetime = MONDAY, person: Availability = AINO, policy: Policy = AT_ONCE, **history: Any
) -> Decision:
    """What is decided about these asks of Aino's: in Helsinki, 08:30-16:00, two hours ahead of UTC."""
    return decide(person, asks, History(**history), now, policy, spread_key="aino")


def said(visit: Visit | None) -> dict[int | None, Purpose]:
    """What is said in a visit, in its order."""
    return {part.ask_id: part.purpose for part in visit.parts} if visit else {}


def person(**given: Any) -> Availability:
    """Aino, but for what is said otherwise."""
    return Availability(**({"zone": HELSINKI} | given))
