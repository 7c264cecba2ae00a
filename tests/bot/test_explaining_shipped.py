"""Every ask of the programmes that ship is explained, of every person: from its element to where it stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from bot import people_loading
from bot.chains import Chains
from bot.programme_checking import checked
from coaching.explaining import Explanation
from coaching.facts import Changed, GivenUp, LeftOutFor, NotMade, Origin, Planned, Said, Standing, WaitsForAnchor
from coaching.people import Language
from coaching.programmes import Programme
from dialogs.why_words import Why
from scheduler.placing import place_all_behind
from storage.store import Store
from tests.bot.explaining import explaining
from tests.builders import TENANT, Clock
from tests.conftest import Database

SHIPPED = Path(__file__).parents[2] / "programmes"
#: Of what a chat says of one ask.
MOST_LINES = 6


def without_the_last_session_and_an_element(programme: Programme) -> Programme:
    """The programme with its third session a week later, its last one gone, and one element less."""
    third = programme.sessions[2]
    moved = replace(third, starts=third.starts + timedelta(weeks=1))
    return replace(
        programme,
        sessions=tuple(moved if each is third else each for each in programme.sessions[:-1]),
        elements=tuple(each for each in programme.elements if each.id != "welcome"),
    )


def check(found: Sequence[Explanation], programme: Programme) -> None:
    """Each chain begins with its element and anchor, ends in a state or a named reason, and has words."""
    elements = {each.id: each for each in programme.all_elements}
    chains = Chains(zone=ZoneInfo("Europe/Helsinki"))
    for each in found:
        assert isinstance(each.origin, get_args(Origin)), each
        assert isinstance(each.standing, get_args(Standing)), each
        if not each.element.startswith("change:"):
            assert isinstance(each.origin, Planned), each
            assert each.origin.offset == elements[each.element].at.offset
            assert each.origin.anchor.kind is elements[each.element].at.anchor.kind or each.origin.session is not None
            assert each.origin.at is not None or isinstance(each.facts[1], WaitsForAnchor | LeftOutFor | NotMade), each
        assert len(chains.lines(each)) == 1 + len(each.facts)
        assert all(chains.lines(each))
        assert chains.summary(each.standing)
        for language in Language:
            told = Why(language=language, zone=chains.zone).whole(each)
            assert len(told) <= MOST_LINES
            assert all(told)


@pytest.mark.parametrize("key", ["ako-2020", "tempo-2020", "om-2020-2021"])
async def test_every_ask_of_every_person_is_explained_from_its_element_to_where_it_stands(
    store: Store, clock: Clock, database: Database, key: str
) -> None:
    if database.kind == "postgres" and key != "ako-2020":
        pytest.skip("one of them is enough")
    shipped, programme = explaining(store, clock), checked(SHIPPED / f"{key}.yaml").programme
    clock.now = datetime.combine(programme.starts, time(5), UTC)
    await shipped.load(programme)
    await people_loading.load(store, SHIPPED / f"{key}.people.csv", tenant=TENANT, programme=key)
    await place_all_behind(store)
    await shipped.meet()
    await shipped.live_through(days=60)
    await shipped.load(without_the_last_session_and_an_element(programme))
    await shipped.live_through(days=14)

    found = [each for person in await shipped.everybody() for each in await shipped.explained(person)]

    assert sum(each.ask is not None for each in found) == await shipped.count_of_asks()
    check(found, programme)
    said = [fact for each in found for fact in each.facts if isinstance(fact, Said)]
    assert len(said) == sum(part.ask_id is not None for claimed in shipped.wire.taken for part in claimed.parts)
    assert {type(fact) for each in found for fact in each.facts} >= {Changed, Said, GivenUp, LeftOutFor}
