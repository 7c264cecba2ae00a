"""The commands about people: a roster, and letting somebody in."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from coaching.people import Person
from storage.store import Store, Unit
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.builders import TENANT
from tests.conftest import Database

HEADER = "email,name,role,language,timezone,unit,groups,manager,coach"
AINO = "aino@ministry.example,Aino Aalto,participant,fi,,HR,A,,"


def in_the_store(database: Database, work: Callable[[Unit], Awaitable[Person | None]]) -> Person | None:
    """What some work in one transaction comes to."""

    async def working(store: Store) -> Person | None:
        async with store.transaction() as unit:
            return await work(unit)

    return with_the_store(database, working)


@pytest.mark.usefixtures("on_database")
def test_a_roster_is_loaded_and_counted(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO}\n", encoding="utf-8")

    assert run("people load roster.csv").stdout == "1 new, 0 changed, 0 as they were.\n"
    assert run("people load roster.csv").stdout == "0 new, 0 changed, 1 as they were.\n"


@pytest.mark.usefixtures("on_database")
def test_every_fault_of_a_roster_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    faulty = f"{HEADER}\n{AINO}\naino,,boss,de,,,,nobody@ministry.example,\n"
    (tmp_path / "roster.csv").write_text(faulty, encoding="utf-8")

    said = refused("people load roster.csv")

    assert said.splitlines()[0] == "The roster is not loaded; nothing was changed."
    for column in ("email", "name", "role", "language", "manager"):
        assert f"line 3, column {column}: " in said


@pytest.mark.usefixtures("on_database")
def test_a_roster_that_is_not_there_or_for_no_programme_is_refused(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO}\n", encoding="utf-8")

    assert "the file cannot be read" in refused("people load nowhere.csv")
    assert "no programme 'tempo'" in refused("people load roster.csv --programme tempo")
    assert run("people load roster.csv").stdout.startswith("1 new")


def test_a_roster_is_of_the_apps_own_tenant_or_another_that_is_allowed(
    on_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO}\n", encoding="utf-8")
    monkeypatch.setenv("ALLOWED_TENANTS", f"{TENANT},another-tenant")

    assert "'a-third-tenant' is not a tenant of ALLOWED_TENANTS" in refused(
        "people load roster.csv --tenant a-third-tenant"
    )
    assert run("people load roster.csv --tenant another-tenant").stdout.startswith("1 new")

    assert in_the_store(on_database, lambda unit: unit.people.by_email(TENANT, "aino@ministry.example")) is None
    assert in_the_store(on_database, lambda unit: unit.people.by_email("another-tenant", "aino@ministry.example"))


def test_the_administrator_lets_in_a_coach_whom_teams_knows_by_another_address(
    on_database: Database, tmp_path: Path
) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADER}\n{AINO.replace('participant', 'coach')}\n", encoding="utf-8")
    run("people load roster.csv")
    in_the_store(
        on_database, lambda unit: unit.people.add(Person(id=0, tenant=TENANT, aad_id="aad-aino", code="K7QF-2M"))
    )

    assert refused("people let-in AAAA-AA aino@ministry.example").startswith("Nobody is waiting with that code")
    assert refused("people let-in K7QF-2M aina@ministry.example").startswith("Nobody on the list has that address")
    assert run("people let-in k7qf2m aino@ministry.example").stdout == "Aino Aalto is in now.\n"
    found = in_the_store(on_database, lambda unit: unit.people.by_email(TENANT, "aino@ministry.example"))
    assert found is not None
    assert (found.aad_id, found.code) == ("aad-aino", None)
