"""The rows of a crowd: people who may be written to right now, whenever that is, and one reflection for all."""

from datetime import UTC, datetime, time, timedelta

from coaching.asks import Ask, AskKind, Element, asked
from coaching.hours import Hours
from coaching.people import Language, Person
from demo.crowd import Crowd, aad_id
from storage.bulk import Bulk
from storage.engine import Engine
from storage.keys import KeyRing
from storage.store import Store

ALL_DAY = Hours(start=time(0), end=time(23, 59), weekdays=frozenset(range(7)))
NOWHERE = "XX"  # a country without holidays
TITLE = {Language.FI: "Istunto 1", Language.SV: "Session 1", Language.EN: "Session 1"}
INTRO = {Language.FI: "Mitä jäi käteen?", Language.SV: "Vad tog du med dig?", Language.EN: "What stayed with you?"}


async def settle(engine: Engine, keys: KeyRing, crowd: Crowd, *, people: int) -> Element:
    """Write people down, numbered as in the crowd, all in one programme; the reflection that there is in it."""
    now = datetime.now(UTC)
    zone = zone_at_noon(now)
    stretch = range(1, people + 1)
    async with engine.begin() as connection:
        await Bulk(connection).add_people([_person(crowd, number, zone, now) for number in stretch], created_at=now)
    async with Store(engine, keys).transaction() as unit:
        programme_id = await unit.programmes.add(tenant=crowd.tenant, key="trial", name=TITLE)
        element = await unit.programmes.add_element(reflection(programme_id))
    async with engine.begin() as connection:
        await Bulk(connection).take_part(stretch, programme_id, joined_at=now)
    return element


def reflection(programme_id: int, *, key: str = "debrief") -> Element:
    """A debrief in three steps, before it has a number."""
    return Element(id=0, programme_id=programme_id, key=key, kind=AskKind.REFLECTION, title=TITLE, intro=INTRO)


def open_ask(element: Element, opens_at: datetime, *, occurrence: int = 0) -> Ask:
    """What somebody is asked, before it has a number and a person."""
    created_at = min(opens_at, datetime.now(UTC))
    return asked(element, person_id=0, now=created_at, occurrence=occurrence, opens_at=opens_at)


def zone_at_noon(now: datetime) -> str:
    """A time zone in which it is about noon, so that nobody's day ends while something is measured."""
    east = 12 - (now + timedelta(minutes=30)).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/UTC"


def _person(crowd: Crowd, number: int, zone: str, now: datetime) -> Person:
    return Person(
        id=number,
        tenant=crowd.tenant_of(number),
        aad_id=aad_id(number),
        name=f"Osallistuja {number}",
        timezone=zone,
        hours=ALL_DAY,
        preferred=ALL_DAY.start,  # instead of a place in the spread of the day
        country=NOWHERE,
        admitted_at=now,
        installed=True,
        install_changed_at=now,
        address=crowd.address(number),
    )
