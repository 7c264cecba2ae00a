"""An administrator hands a programme over to another coach: what would change is told first."""

from pathlib import Path

import pytest

from bot.programme_checking import checked
from coaching.people import Role
from storage.store import Store
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.bot.cli.test_programme_changes import MOVED, PROGRAMME, said
from tests.builders import TENANT
from tests.conftest import Database

ROSTER = """\
email,name,role,language,timezone,unit,groups,manager,coach
bo@ministry.example,Bo Berg,coach,,,,,,
aino@ministry.example,Aino Aalto,participant,fi,,HR,a,,bo@ministry.example
siri@ministry.example,Siri Sjö,participant,sv,,HR,a,,bo@ministry.example
"""
NEW = f"{ROSTER.splitlines()[0]}\nanna@ministry.example,Anna Aho,coach,,,,,,\n"

pytestmark = pytest.mark.usefixtures("on_database")


@pytest.fixture
def loaded(tmp_path: Path) -> Path:
    """A programme with its people, and another coach on the roster; where its file is."""
    (tmp_path / "trial.yaml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "people.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "new.csv").write_text(NEW, encoding="utf-8")
    said("programme load trial.yaml --yes")
    said("people load people.csv --programme trial")
    said("people load new.csv")
    return tmp_path


async def _coaches(store: Store) -> list[str | None]:
    """Who coaches the programme and its participants, by their addresses."""
    async with store.transaction() as unit:
        found = await unit.people.by_emails(
            TENANT, {f"{name}@ministry.example" for name in ("bo", "anna", "aino", "siri")}
        )
        by_id = {person.id: email for email, person in found.items()}
        loaded = await unit.revisions.find(TENANT, "trial")
        assert loaded is not None
        roles = {
            name: await unit.handovers.role_in(loaded.id, found[f"{name}@ministry.example"].id)
            for name in ("bo", "anna")
        }
        parts = await unit.people.parts_in(loaded.id, by_id)
    return [
        *(name for name, role in roles.items() if role is Role.COACH),
        *sorted(by_id[part.coach_id] for part in parts.values() if part.coach_id),
    ]


def test_the_people_get_the_new_coach_and_the_former_one_is_out(on_database: Database, loaded: Path) -> None:
    said_of_it = said("programme hand-over trial --coach bo@ministry.example --to anna@ministry.example --yes")

    assert "2 people get another coach." in said_of_it
    assert "0 open questions to be answered by the new one." in said_of_it
    assert "anna@ministry.example coaches trial now, and bo@ministry.example no more." in said_of_it
    assert with_the_store(on_database, _coaches) == ["anna", *["anna@ministry.example"] * 2]


def test_without_a_yes_nothing_is_handed_over(on_database: Database, loaded: Path) -> None:
    result = run("programme hand-over trial --coach bo@ministry.example --to anna@ministry.example")

    assert result.exit_code == 1
    assert with_the_store(on_database, _coaches) == ["bo", *["bo@ministry.example"] * 2]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("trial --coach anna@ministry.example --to bo@ministry.example", "does not coach 'trial'"),
        ("trial --coach bo@ministry.example --to aino@ministry.example", "takes part in 'trial' as a participant"),
        ("trial --coach bo@ministry.example --to Bo@ministry.example", "the same person's"),
        ("trial --coach bo@ministry.example --to nobody@ministry.example", "Nobody is known by the address"),
        ("other --coach bo@ministry.example --to anna@ministry.example", "other"),
    ],
)
def test_what_cannot_be_handed_over_is_refused(loaded: Path, options: str, why: str) -> None:
    assert why in refused(f"programme hand-over {options} --yes")


def test_a_file_that_takes_back_what_a_coach_changed_in_the_chat_says_so(on_database: Database, loaded: Path) -> None:
    (loaded / "moved.yaml").write_text(MOVED, encoding="utf-8")
    moved = checked(loaded / "moved.yaml").programme

    async def in_the_chat(store: Store) -> None:
        async with store.transaction() as unit:
            found = await unit.revisions.find(TENANT, "trial", to_change=True)
            assert found is not None
            await unit.revisions.add(found, moved, from_chat=True)

    with_the_store(on_database, in_the_chat)

    told = said("programme load trial.yaml --yes")

    assert "A coach has changed session 2 in the chat since a file was loaded: this takes that back." in told
