"""The commands about the organisation's own days: nobody is written to on them, or not after the time they end."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coaching.calendar import instant_of
from coaching.hours import Hours
from coaching.people import Person
from storage.store import Store
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.builders import add_ask, add_element, add_person
from tests.conftest import Database

HELSINKI = ZoneInfo("Europe/Helsinki")
#: Every day alike, with a wish for noon.
NOON: dict[str, Any] = {
    "hours": Hours(start=time(8), end=time(16), weekdays=frozenset(range(7))),
    "country": "",
    "preferred": time(12),
}
DAY = timedelta(days=1)


@pytest.fixture
def day() -> date:
    """One that is still to come."""
    return datetime.now(HELSINKI).date() + 3 * DAY


@pytest.fixture
def aino(on_database: Database, day: date) -> Person:
    """Somebody who is to be asked something on that day."""

    async def asked(store: Store) -> Person:
        person = await add_person(store, aad_id="aino", **NOON)
        await add_ask(store, person, await add_element(store), opens_at=instant_of(day, time(8), HELSINKI))
        return person

    return with_the_store(on_database, asked)


def comes_at(database: Database, person: Person) -> datetime:
    """When the person is looked at next, local time."""

    async def looked_up(store: Store) -> datetime | None:
        async with store.transaction() as unit:
            return (await unit.visits.of(person)).due_at

    found = with_the_store(database, looked_up)
    assert found is not None
    return found.astimezone(HELSINKI)


def at(day: date, hour: int) -> datetime:
    return instant_of(day, time(hour), HELSINKI)


def test_on_a_day_off_nobody_is_written_to_until_it_is_taken_back(
    on_database: Database, aino: Person, day: date
) -> None:
    added = run(f"days add {day}")
    assert added.stdout == f"{day}: off. Decided again about 1 person.\n"
    assert comes_at(on_database, aino) == at(day + DAY, 12)
    assert run("days list").stdout == f"{day}: off\n"

    removed = run(f"days remove {day}")

    assert removed.stdout == f"{day}: as any other day. Decided again about 1 person.\n"
    assert comes_at(on_database, aino) == at(day, 12)
    assert run("days list").stdout == "None; people have the public holidays of their country.\n"


def test_a_day_that_ends_early_has_its_beginning_and_may_be_said_again(
    on_database: Database, aino: Person, day: date
) -> None:
    run(f"days add {day}")

    early = run(f"days add {day} --ends 11:30")

    assert early.stdout == f"{day}: ends at 11:30. Decided again about 1 person.\n"
    assert at(day, 8) <= comes_at(on_database, aino) < at(day, 11)
    assert run("days list").stdout == f"{day}: ends at 11:30\n"


def test_the_days_of_one_organisation_are_not_anothers(
    on_database: Database, aino: Person, day: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOWED_TENANTS", "another")

    run(f"days add {day} --tenant another")

    assert run("days list --tenant another").stdout == f"{day}: off\n"
    assert run("days list").stdout.startswith("None")
    assert comes_at(on_database, aino) == at(day, 12)


@pytest.mark.usefixtures("on_database")
def test_a_day_that_is_over_is_listed_no_more() -> None:
    run(f"days add {datetime.now(UTC).date() - 3 * DAY}")

    assert run("days list").stdout.startswith("None")


@pytest.mark.usefixtures("on_database")
def test_what_is_no_day_is_refused_and_changes_nothing() -> None:
    for command in ("days add 24.12.2026", "days add 2026-02-30", "days add 2026-12-23 --ends noon"):
        assert run(command).exit_code == 2

    assert refused("days add 2026-12-23 --ends 00:00").startswith("A day does not end at 00:00")
    assert refused("days remove 2026-12-23") == (
        "2026-12-23 is none of the organisation's own days; nothing was changed.\n"
    )
    assert run("days list").stdout.startswith("None")
