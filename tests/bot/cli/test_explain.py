"""The command that explains: all of a person's asks in a table, one of them in full, and never what anybody wrote."""

import pytest

from bot.programme_loading import apply, prepare
from coaching.asks import Ask, AskState, answered
from coaching.people import Member, Person, Role
from scheduler.placing import place_all_behind
from storage.store import Store
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.builders import TENANT, add_ask, add_element, add_person
from tests.coaching.half_days import half_days
from tests.conftest import Database

AINO = "aino.aalto@ministry.example"


@pytest.fixture
def ask(on_database: Database) -> Ask:
    """Aino is in a programme that is over, and answered something of another one."""

    async def working(store: Store) -> Ask:
        person = await add_person(store, aad_id="aino", name="canary name")
        await apply(store, await prepare(store, half_days(), tenant=TENANT))
        async with store.transaction() as unit:
            programme_id = await unit.programmes.id_of(TENANT, "trial")
            await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
        await place_all_behind(store)
        ask = await add_ask(store, person, await add_element(store, key="debrief-1", title="canary words"))
        await answer(store, person, ask)
        return ask

    return with_the_store(on_database, working)


async def answer(store: Store, person: Person, ask: Ask) -> None:
    async with store.transaction() as unit:
        await unit.asks.save(answered(ask, person.id, unit.now))


def test_all_that_somebody_is_asked_is_listed_over_all_programmes(ask: Ask) -> None:
    said = run(f"explain {AINO}").stdout

    rows = {cells[2]: cells for cells in map(str.split, said.splitlines()) if len(cells) > 2}
    assert "canary" not in said
    assert "Europe/Helsinki" in said
    assert {"prep.1", "debrief.5", "role"} <= rows.keys()
    assert rows["debrief-1"][:4] == [str(ask.id), "ako", "debrief-1", AskState.ANSWERED.value]


@pytest.mark.parametrize("named", ["number", "element", "occurrence"])
def test_one_is_told_in_full_by_its_number_its_element_or_its_occurrence(ask: Ask, named: str) -> None:
    name = {"number": str(ask.id), "element": "debrief-1", "occurrence": "debrief-1.0"}[named]

    said = run(f"explain {AINO} {name}").stdout

    assert "canary" not in said
    assert f"debrief-1 (reflection) of ako: ask {ask.id}, answered" in said
    assert "Made without a programme file" in said
    assert " UTC (" in said
    assert "(version 1)." in said


def test_an_element_that_comes_with_each_session_tells_all_of_them_or_one(ask: Ask) -> None:
    said, one = run(f"explain {AINO} debrief").stdout, run(f"explain {AINO} debrief.3").stdout

    assert [line.split()[0] for line in said.splitlines() if not line.startswith(" ")] == [
        f"debrief.{number}" for number in range(1, 6)
    ]
    assert "Planned of session 3: session.3.end +1 workday, time 09:30: Fri 2027-02-12 07:30 UTC" in one
    assert one.count("of trial") == 1


def test_what_is_not_known_is_refused_with_what_is_near(ask: Ask) -> None:
    assert "debrief" in refused(f"explain {AINO} debreif")
    assert "'ask-x'" in refused(f"explain {AINO} ask-x")
    assert "bo@ministry.example" in refused("explain bo@ministry.example")


def test_somebody_who_was_asked_nothing_is_no_error(on_database: Database) -> None:
    async def working(store: Store) -> None:
        await add_person(store)

    with_the_store(on_database, working)

    assert run(f"explain {AINO}").stdout == "Nothing was asked, and nothing is planned.\n"
