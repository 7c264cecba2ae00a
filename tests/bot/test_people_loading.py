"""Loading a roster: whom it brings, what it leaves to the people themselves, and that a fault changes nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.people_files import RosterRefused
from bot.people_loading import ROWS_AT_ONCE, Loaded, NoSuchProgramme, load
from coaching.people import Address, Language, Member, Person, Role
from storage.engine import open_engine
from storage.keys import KeyRing
from storage.store import Store
from tests.builders import MASTER_KEY, TENANT, add_element, add_person
from tests.conftest import Database
from tests.mortal import Killed, Mortal

HEADER = "email,name,role,language,timezone,unit,groups,manager,coach"
PEKKA = "pekka@ministry.example,Pekka Pelto,coach,,,,,,"
AINO = (
    "aino@ministry.example,Aino Aalto,participant,sv,Europe/Stockholm,HR,A;B,"
    "siri@ministry.example,pekka@ministry.example"
)
SIRI = "siri@ministry.example,Siri Sjö,manager,,,,,,"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return tmp_path / "roster.csv"


def write(roster: Path, rows: Iterable[str]) -> Path:
    roster.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return roster


async def load_rows(store: Store, roster: Path, *rows: str, programme: str | None = None) -> Loaded:
    write(roster, rows)
    return await load(store, roster, tenant=TENANT, programme=programme)


async def person_at(store: Store, email: str) -> Person:
    async with store.transaction() as unit:
        found = await unit.people.by_email(TENANT, email)
    assert found is not None
    return found


async def parts_of(store: Store, email: str) -> list[Member]:
    person = await person_at(store, email)
    async with store.transaction() as unit:
        return await unit.people.parts(person.id)


async def everybody(store: Store) -> list[str]:
    async with store.transaction() as unit:
        return await unit.people.emails(TENANT, limit=100_000)


async def change(store: Store, person: Person) -> None:
    async with store.transaction() as unit:
        await unit.people.save(person)


async def test_a_roster_brings_people_with_their_managers_and_coaches_whatever_the_order(
    store: Store, roster: Path
) -> None:
    assert await load_rows(store, roster, AINO, PEKKA, SIRI) == Loaded(new=3, changed=0, unchanged=0)

    aino, pekka, siri = [await person_at(store, f"{name}@ministry.example") for name in ("aino", "pekka", "siri")]
    assert (aino.name, aino.unit, aino.language, aino.timezone) == ("Aino Aalto", "HR", Language.SV, "Europe/Stockholm")
    assert (aino.country, pekka.country) == ("SE", "FI")
    assert aino.admitted
    assert aino.manager_id == siri.id
    assert await parts_of(store, "aino@ministry.example") == [
        Member(person_id=aino.id, programme_id=None, role=Role.PARTICIPANT, groups=("A", "B"), coach_id=pekka.id)
    ]
    assert pekka.manager_id is None
    assert await parts_of(store, "pekka@ministry.example") == [
        Member(person_id=pekka.id, programme_id=None, role=Role.COACH)
    ]


async def test_managers_may_stand_in_one_file_and_be_known_from_another(store: Store, roster: Path) -> None:
    await load_rows(store, roster, SIRI, PEKKA)

    assert await load_rows(store, roster, AINO) == Loaded(new=1, changed=0, unchanged=0)

    assert (await person_at(store, "aino@ministry.example")).manager_id == (
        await person_at(store, "siri@ministry.example")
    ).id


async def test_the_same_roster_again_changes_nothing(store: Store, roster: Path) -> None:
    await load_rows(store, roster, AINO, PEKKA, SIRI)

    assert await load_rows(store, roster, AINO, PEKKA, SIRI) == Loaded(new=0, changed=0, unchanged=3)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Aino Aalto", "Aino Kuu"),
        ("HR", "IT"),
        ("A;B", "B"),
        ("participant", "speaker"),
        (",sv,", ",en,"),
        ("Europe/Stockholm", "Europe/Berlin"),
        ("siri@ministry.example", ""),
        ("siri@ministry.example", "pekka@ministry.example"),
        (",pekka@ministry.example", ",siri@ministry.example"),
    ],
)
async def test_what_is_different_in_a_row_is_changed_and_counted_once(
    store: Store, roster: Path, before: str, after: str
) -> None:
    await load_rows(store, roster, AINO, PEKKA, SIRI)
    changed = AINO.replace(before, after)

    assert await load_rows(store, roster, PEKKA, SIRI, changed) == Loaded(new=0, changed=1, unchanged=2)
    assert await load_rows(store, roster, PEKKA, SIRI, changed) == Loaded(new=0, changed=0, unchanged=3)


async def test_whoever_is_not_in_the_file_any_more_stays(store: Store, roster: Path) -> None:
    await load_rows(store, roster, AINO, PEKKA, SIRI)
    await load_rows(store, roster, PEKKA)

    assert len(await everybody(store)) == 3


async def test_one_fault_changes_nothing(store: Store, roster: Path) -> None:
    await load_rows(store, roster, PEKKA)

    with pytest.raises(RosterRefused) as refusal:
        await load_rows(store, roster, PEKKA.replace("Pelto", "Puro"), SIRI, SIRI.replace("manager", "boss"))

    assert [(fault.line, fault.column) for fault in refusal.value.faults] == [(4, "email"), (4, "role")]
    assert await everybody(store) == ["pekka@ministry.example"]
    assert (await person_at(store, "pekka@ministry.example")).name == "Pekka Pelto"


async def test_a_manager_whom_nobody_knows_is_a_fault(store: Store, roster: Path) -> None:
    with pytest.raises(RosterRefused, match="column manager"):
        await load_rows(store, roster, AINO, PEKKA)

    assert await everybody(store) == []


async def test_a_manager_of_another_tenant_is_not_known(store: Store, roster: Path) -> None:
    await add_person(store, tenant="another tenant", email="siri@ministry.example")

    with pytest.raises(RosterRefused, match="column manager"):
        await load_rows(store, roster, AINO, PEKKA)


async def test_an_unknown_programme_changes_nothing_and_is_named(store: Store, roster: Path) -> None:
    with pytest.raises(NoSuchProgramme, match="'tempo'"):
        await load_rows(store, roster, PEKKA, programme="tempo")

    assert await everybody(store) == []


async def test_a_part_in_a_programme_stands_beside_that_on_the_organisations_roster(store: Store, roster: Path) -> None:
    element = await add_element(store)
    await load_rows(store, roster, PEKKA, SIRI)

    loaded = await load_rows(store, roster, PEKKA.replace("coach", "owner"), programme="ako")

    assert loaded == Loaded(new=0, changed=1, unchanged=0)
    parts = await parts_of(store, "pekka@ministry.example")
    assert {part.programme_id: part.role for part in parts} == {None: Role.COACH, element.programme_id: Role.OWNER}


async def test_who_has_been_in_contact_keeps_the_language_they_chose_and_the_time_zone_of_their_teams(
    store: Store, roster: Path
) -> None:
    await add_person(
        store,
        aad_id="aad-aino",
        email="aino@ministry.example",
        language=Language.EN,
        language_chosen=True,
        timezone="Europe/London",
    )

    await load_rows(store, roster, AINO, PEKKA, SIRI)

    aino = await person_at(store, "aino@ministry.example")
    assert (aino.language, aino.timezone, aino.unit) == (Language.EN, "Europe/London", "HR")


async def test_an_empty_language_leaves_it_to_the_persons_teams(store: Store, roster: Path) -> None:
    await load_rows(store, roster, PEKKA)

    pekka = await person_at(store, "pekka@ministry.example")
    assert (pekka.language, pekka.language_chosen) == (Language.FI, False)


async def test_somebody_who_waits_with_a_code_is_let_in(store: Store, roster: Path) -> None:
    waiting = await add_person(
        store,
        aad_id="aad-pekka",
        email="pekka@ministry.example",
        admitted_at=None,
        code="K7QF-2M",
        language=Language.SV,
        language_chosen=False,
        address=Address(service_url="https://teams.example/", conversation_id="a:1", user_id="29:1", bot_id="28:1"),
    )

    assert await load_rows(store, roster, PEKKA) == Loaded(new=0, changed=1, unchanged=0)

    pekka = await person_at(store, "pekka@ministry.example")
    assert (pekka.id, pekka.admitted, pekka.code) == (waiting.id, True, None)
    assert (pekka.language, pekka.address) == (Language.SV, waiting.address)


async def test_two_loads_of_the_same_people_at_the_same_time_bring_everybody_once(
    database: Database, store: Store, tmp_path: Path
) -> None:
    rows = [f"p{number}@ministry.example,P,participant,,,,,," for number in range(2 * ROWS_AT_ONCE)]
    one, other = write(tmp_path / "one.csv", rows), write(tmp_path / "other.csv", reversed(rows))

    async with another_process(database) as another:
        loaded = await asyncio.gather(load(store, one, tenant=TENANT), load(another, other, tenant=TENANT))

    assert sum(each.new for each in loaded) == len(rows) == len(await everybody(store))


@asynccontextmanager
async def another_process(database: Database) -> AsyncIterator[Store]:
    """A store with connections of its own."""
    engine, keys_engine = open_engine(database.url), open_engine(database.keys_url)
    yield Store(engine, KeyRing(keys_engine, [MASTER_KEY]))
    await engine.dispose()
    await keys_engine.dispose()


@pytest.mark.parametrize("transactions", range(1, 7))
async def test_a_load_that_was_killed_is_mended_by_loading_again(store: Store, roster: Path, transactions: int) -> None:
    count = 2 * ROWS_AT_ONCE + 1
    rows = [
        f"p{number:03}@ministry.example,P,participant,,,,A,p{number - 1:03}@ministry.example,"
        for number in range(1, count)
    ]
    rows.append("p000@ministry.example,P,participant,,,,A,,")
    with pytest.raises(Killed):
        await load_rows(Mortal(store, lives=transactions), roster, *rows)
    before = len(await everybody(store))

    loaded = await load_rows(store, roster, *rows)

    assert loaded.new == count - before
    assert await load_rows(store, roster, *rows) == Loaded(new=0, changed=0, unchanged=count)
    assert (await person_at(store, f"p{count - 1:03}@ministry.example")).manager_id == (
        await person_at(store, f"p{count - 2:03}@ministry.example")
    ).id


async def test_two_thousand_rows_are_loaded_in_short_transactions_while_others_write(
    database: Database, store: Store, roster: Path
) -> None:
    aino = await add_person(store)
    rows = [f"p{number}@ministry.example,P,participant,,,,,," for number in range(2_000)]
    written = 0
    loading = True

    async def others_write() -> None:
        nonlocal written
        async with another_process(database) as another:
            while loading:
                await change(another, aino)
                written += 1
                await asyncio.sleep(0)

    writing = asyncio.create_task(others_write())
    told: list[tuple[int, int]] = []
    write(roster, rows)
    async with asyncio.timeout(300):
        loaded = await load(store, roster, tenant=TENANT, progress=lambda done, total: told.append((done, total)))
    loading = False
    await writing

    assert loaded == Loaded(new=2_000, changed=0, unchanged=0)
    assert len(told) == 2 * 2_000 / ROWS_AT_ONCE
    assert told == sorted(told)
    assert told[-1] == (4_000, 4_000)
    assert written > 20
