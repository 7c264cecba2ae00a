"""The command about reflections: a file is loaded, and what is wrong with it is told."""

from pathlib import Path

import pytest

from storage.store import Store
from tests.bot.cli.conftest import refused, run, with_the_store
from tests.builders import add_person
from tests.conftest import Database

FILE = """
[programme]
key = "arki"
name = { fi = "Arki" }

[[reflection]]
key = "session-1"
title = { fi = "Istunto 1" }
for = ["aino.aalto@ministry.example"]
"""


def test_reflections_are_loaded_and_counted(on_database: Database, tmp_path: Path) -> None:
    with_the_store(on_database, lambda store: add_person(store))
    (tmp_path / "session.toml").write_text(FILE, encoding="utf-8")

    first, second = (run("reflections load session.toml").stdout.splitlines() for _ in range(2))

    assert first[0] == "1 new, 0 moved to other times, 0 as they were."
    assert second[0] == "0 new, 0 moved to other times, 1 as they were."
    assert first[1] == "1 of these people have not met Sparri: theirs come once they have the app."


@pytest.mark.usefixtures("on_database")
def test_every_fault_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "session.toml").write_text(FILE.replace('fi = "Arki"', 'de = "Alltag"'), encoding="utf-8")

    said = refused("reflections load session.toml").splitlines()

    assert said[0] == "The reflections are not loaded; nothing was changed."
    assert [line.split(":")[0].strip() for line in said[1:]] == ["programme, name, de", "reflection 1, for"]
    assert "the file cannot be read" in refused("reflections load nowhere.toml")


def test_a_programme_that_is_not_there_is_told(on_database: Database, tmp_path: Path) -> None:
    async def known(store: Store) -> None:
        await add_person(store)

    with_the_store(on_database, known)
    (tmp_path / "session.toml").write_text(FILE.replace("name =", "# name ="), encoding="utf-8")

    assert "no programme 'tempo'" in refused("reflections load session.toml --programme tempo")
