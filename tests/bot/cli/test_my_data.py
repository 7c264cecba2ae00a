"""The commands about one person's data: a file for them, and erasing them; what would go is told first."""

import json
import stat
import zipfile
from pathlib import Path

from storage.erasures import AskedBy
from storage.store import Store
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.builders import TENANT, add_person
from tests.conftest import Database
from tests.scheduler.test_erasing import with_answers

AINO = "aino.aalto@ministry.example"


async def aino_and_bo(store: Store) -> None:
    await with_answers(store, 2)
    await add_person(store, email="bo@ministry.example", name="Bo Berg")


def test_the_file_has_what_they_wrote_and_names_nobody_outside(on_database: Database, tmp_path: Path) -> None:
    with_the_store(on_database, aino_and_bo)

    result = run(f"export {AINO} --out {tmp_path}")

    assert result.exit_code == 0, result.stderr
    (file,) = tmp_path.glob("*.zip")
    assert file.name == "sparri-person-1.zip"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["my-data.json", "my-data.html"]
        told = json.loads(archive.read("my-data.json"))["tables"]
        page = archive.read("my-data.html").decode()
    assert [row["value"] for row in told["answers"]] == ["Salaisuus", "Salaisuus"]
    assert [row["email"] for row in told["people"]] == [AINO]
    assert "Salaisuus" in page
    assert "Aino Aalto" in page
    assert "Bo Berg" not in page + str(told)
    assert run(f"export {AINO} --out {tmp_path}").exit_code == 0, "once more"


def test_nobody_and_no_folder_are_refused(on_database: Database, tmp_path: Path) -> None:
    with_the_store(on_database, aino_and_bo)

    assert "There is no folder" in refused(f"export {AINO} --out {tmp_path / 'nowhere'}")
    assert "aina@ministry.example" in refused(f"export aina@ministry.example --out {tmp_path}")
    assert run("erase aina@ministry.example").stdout == "Nobody is known by aina@ministry.example.\n"
    assert not list(tmp_path.glob("*.zip"))


def test_nothing_goes_before_a_yes_and_all_of_it_afterwards(on_database: Database) -> None:
    with_the_store(on_database, aino_and_bo)

    asked = run(f"erase {AINO}")
    assert asked.exit_code == 1
    assert "2 answers with all versions" in asked.stdout
    done = run(f"erase {AINO.upper()} --yes")
    again = run(f"erase {AINO} --yes")

    assert done.exit_code == 0, done.stderr
    assert "ordered" in done.stdout.splitlines()[-1]
    assert ": done " in done.stdout
    assert again.stdout.startswith("Erasure 1, ordered ")
    assert "by an administrator: done" in again.stdout
    assert AINO in refused(f"explain {AINO}"), "nobody is known by it any more"


def test_an_erasure_that_was_ordered_in_a_chat_is_carried_on(on_database: Database) -> None:
    async def ordered(store: Store) -> None:
        await aino_and_bo(store)
        async with store.transaction() as unit:
            person = await unit.people.by_email(TENANT, AINO)
            assert person is not None
            await unit.erasures.order(person, by=AskedBy.SELF)

    with_the_store(on_database, ordered)

    carried_on = run(f"erase {AINO}")

    assert carried_on.stdout.splitlines()[0].endswith(
        "by themselves: not done yet; Sparri carries on as soon as it runs, and so does this command."
    )
    assert "by themselves: done" in carried_on.stdout.splitlines()[-1]
