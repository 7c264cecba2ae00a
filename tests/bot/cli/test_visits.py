"""The commands about visits: what was sent is listed, everybody is decided about again, all of it can be stopped."""

from datetime import UTC, datetime, timedelta

import pytest

from coaching.asks import Ask
from coaching.people import Person
from coaching.visits import Part, Purpose
from storage.deliveries import DeliveryState, Intent, Settled
from storage.store import Store
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.builders import TENANT, add_ask, add_element, add_person
from tests.conftest import Database

SLOT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def asked(database: Database, name: str) -> tuple[Person, Ask]:
    """Somebody with one open ask of an element of their own."""

    async def working(store: Store) -> tuple[Person, Ask]:
        person = await add_person(store, name=name, email=f"{name.lower()}@ministry.example", aad_id=name)
        element = await add_element(store, key=f"debrief-{name.lower()}", title="canary words")
        return person, await add_ask(store, person, element)

    return with_the_store(database, working)


def visited(database: Database, person: Person, parts: list[Part], state: DeliveryState, reason: str | None) -> None:
    """One more row of the ledger."""

    async def working(store: Store) -> None:
        async with store.transaction() as unit:
            intent = Intent(
                tenant=TENANT,
                person_id=person.id,
                card_id=None,
                due_at=SLOT,
                slot_at=SLOT,
                attempts=1,
                parts=tuple(parts),
            )
            (number,) = await unit.deliveries.begin([intent])
            await unit.deliveries.settle([Settled(delivery_id=number, state=state, reason=reason)])

    with_the_store(database, working)


def test_deliveries_are_listed_with_what_they_were_about_and_never_its_words(on_database: Database) -> None:
    aino, ask = asked(on_database, "Aino")
    bo, _ = asked(on_database, "Bo")
    both = [Part(ask_id=ask.id, purpose=Purpose.REMINDER), Part(ask_id=None, purpose=Purpose.CHECK_BACK)]
    visited(on_database, aino, both, DeliveryState.SENT, None)
    gone = [Part(ask_id=4711, purpose=Purpose.NEW)]
    visited(on_database, bo, gone, DeliveryState.FAILED, "blocked")

    lines = [line.split() for line in run("deliveries").stdout.splitlines() if "@" in line]

    assert lines == [
        ["2026-10-25", "00:30:00", "bo@ministry.example", "failed", "blocked", "1", "new"],
        ["2026-10-25", "00:30:00", "aino@ministry.example", "sent", "1", "check_back,", "reminder", "debrief-aino"],
    ]
    assert "canary" not in run("deliveries").stdout


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        ("--person AINO@ministry.example", ["aino", "aino"]),
        ("--state failed", ["bo"]),
        ("--person aino@ministry.example --state failed", []),
        ("--limit 2", ["bo", "aino"]),
        (f"--tenant {TENANT} --person bo@ministry.example", ["bo"]),
    ],
)
def test_deliveries_are_listed_of_one_person_or_in_one_state(
    on_database: Database, options: str, listed: list[str]
) -> None:
    aino, ask = asked(on_database, "Aino")
    bo, _ = asked(on_database, "Bo")
    new = [Part(ask_id=ask.id, purpose=Purpose.NEW)]
    visited(on_database, aino, new, DeliveryState.UNKNOWN, "timeout")
    visited(on_database, aino, new, DeliveryState.SENT, None)
    visited(on_database, bo, new, DeliveryState.FAILED, "blocked")

    output = run(f"deliveries {options}").stdout

    emails = [word for word in output.split() if "@" in word]
    assert emails == [f"{name}@ministry.example" for name in listed]
    assert listed or output == "No deliveries.\n"


@pytest.mark.usefixtures("on_database")
def test_an_empty_ledger_has_no_deliveries_and_nobody_is_decided_about() -> None:
    assert run("deliveries").stdout == "No deliveries.\n"
    assert run("replan").stdout == "Decided again about 0 people with open asks.\n"


@pytest.mark.usefixtures("on_database")
def test_a_state_or_a_person_that_is_unknown_is_told_in_one_line() -> None:
    state = refused("deliveries --state lost")
    people = [refused(f"{command} --person nobody@ministry.example") for command in ("deliveries", "replan")]

    assert state == "'lost' is not a state; write one of sending, sent, unknown, failed, cancelled.\n"
    for said in people:
        assert said.startswith(f"Nobody in the tenant '{TENANT}' has the address 'nobody@ministry.example'")
        assert len(said.splitlines()) == 1


def test_everybody_with_open_asks_is_decided_about_again(on_database: Database) -> None:
    aino, _ = asked(on_database, "Aino")
    bo, _ = asked(on_database, "Bo")
    forgotten_by_the_plan(on_database, [aino, bo])

    assert run("replan --person bo@ministry.example").stdout == "Decided again about 1 person with open asks.\n"

    assert next_visits(on_database, [aino, bo]) == [False, True]
    assert run("replan").stdout == "Decided again about 2 people with open asks.\n"
    assert next_visits(on_database, [aino, bo]) == [True, True]


def forgotten_by_the_plan(database: Database, people: list[Person]) -> None:
    async def working(store: Store) -> None:
        async with store.transaction() as unit:
            await unit.visits.next_is({person.id: None for person in people})

    with_the_store(database, working)


def next_visits(database: Database, people: list[Person]) -> list[bool]:
    """Whether there is a moment at which each of them is decided about."""

    async def working(store: Store) -> list[bool]:
        async with store.transaction() as unit:
            found = await unit.visits.without_next(after=0, limit=10)
        return [person.id not in {situation.person.id for situation in found} for person in people]

    return with_the_store(database, working)


def test_all_that_sparri_starts_is_stopped_and_goes_on_and_both_may_be_said_twice(on_database: Database) -> None:
    asked(on_database, "Aino")
    begun = datetime.now(UTC)

    first, second = run("pause-all").stdout, run("pause-all").stdout

    assert first == second
    tenant, end = first.splitlines()
    assert tenant.startswith(f"{TENANT}: paused since ")
    assert tenant.endswith(" UTC; 1 person due, who wait.")
    since = datetime.fromisoformat(tenant.split(" since ")[1].split(" UTC")[0] + "+00:00")
    assert begun - timedelta(seconds=1) < since <= datetime.now(UTC)
    assert "python -m bot resume-all" in end
    assert run("resume-all").stdout.startswith(f"{TENANT}: goes on; it was paused since ")
    assert run("resume-all").stdout == "Nothing was paused.\n"


def test_one_tenant_is_paused_alone(on_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_TENANTS", f"{TENANT},another-tenant")
    with_the_store(on_database, lambda store: add_person(store, tenant="another-tenant", name="Cecilia"))

    assert "'a-third-tenant' is not a tenant" in refused("pause-all --tenant a-third-tenant")
    assert run("pause-all --tenant another-tenant").stdout.startswith("another-tenant: paused")
    assert run(f"resume-all --tenant {TENANT}").stdout == "Nothing was paused.\n"

    everywhere = run("pause-all").stdout.splitlines()
    assert [line.split(":")[0] for line in everywhere[:-1]] == [TENANT, "another-tenant"]
    assert len(run("resume-all").stdout.splitlines()) == 2


def test_an_address_is_never_read_as_markup(on_database: Database) -> None:
    person = with_the_store(on_database, lambda store: add_person(store, email="[red]aino@ministry.example", name="A"))
    visited(on_database, person, [Part(ask_id=None, purpose=Purpose.STOPPING)], DeliveryState.SENT, None)

    assert "[red]aino@ministry.example" in run("deliveries").stdout
