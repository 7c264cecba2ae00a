"""Half a year of the department's programme, as its managers have it: one message a week at most about their people."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot import people_loading
from bot.programme_checking import checked
from coaching import sources, talks
from coaching.asks import AskKind
from scheduler.claims import Claimed
from scheduler.placing import place_all_behind
from scheduler.talks import bring_talks
from storage.store import Store
from tests.bot.explaining import Explained, explaining
from tests.builders import TENANT, Clock

PROGRAMMES = Path(__file__).parents[2] / "programmes"
KEY = "ako-2020"
BECAUSE_OF_PEOPLE = {AskKind.TALKS, AskKind.MANAGER_NOTICE}


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


@pytest.fixture
async def ako(store: Store, clock: Clock) -> Explained:
    """The programme with its roster, before it begins; everybody but a few has the app."""
    clock.now = at(date(2020, 8, 24))
    explained = explaining(store, clock)
    await explained.load(checked(PROGRAMMES / f"{KEY}.yaml").programme)
    await people_loading.load(store, PROGRAMMES / f"{KEY}.people.csv", tenant=TENANT, programme=KEY)
    await explained.meet()
    return explained


def about_people(visit: Claimed) -> set[AskKind]:
    told = {part.ask_id for part in visit.parts}
    return {ask.kind for ask in visit.asks.values() if ask.id in told} & BECAUSE_OF_PEOPLE


async def test_a_manager_hears_of_their_people_once_a_week_at_most_and_misses_nothing(
    ako: Explained, clock: Clock
) -> None:
    day = date(2020, 8, 24)
    while day < date(2021, 3, 31):
        clock.now = at(day)
        await place_all_behind(ako.store)
        await bring_talks(ako.store)
        await ako.visit()
        day += timedelta(days=1)

    weeks = Counter(
        (visit.person.id, talks.monday_of(visit.slot_at.date())) for visit in ako.wire.taken if about_people(visit)
    )
    assert weeks
    assert set(weeks.values()) == {1}
    notices = {
        (visit.person.id, ask.element.key)
        for visit in ako.wire.taken
        for ask in visit.asks.values()
        if ask.kind is AskKind.MANAGER_NOTICE
    }
    managers = {person_id for person_id, _ in notices}
    told = {key for _, key in notices}
    assert managers
    assert {"welcome-managers", "manager-plan"} <= told
    assert len(notices) == len(managers) * len(told)


@pytest.mark.parametrize("path", sorted(PROGRAMMES.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_a_file_tells_managers_alone_comes_with_the_week_and_nothing_else_does(path: Path) -> None:
    programme = checked(path).programme

    for element in programme.elements:
        if element.kind == "notice":
            alone = {*element.audience.roles} == {"manager"}
            assert (sources.kind_of(element) is AskKind.MANAGER_NOTICE) is alone
