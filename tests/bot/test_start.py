"""The start: what few people ever ask for is not loaded by everybody's server."""

import subprocess
import sys

import pytest

from coaching.people import Language
from dialogs import wording
from tests.bot.conftest import running
from tests.builders import Clock

SELDOM = ("docx", "lxml", "xlsxwriter", "icalendar", "jinja2", "alembic", "PIL", "asyncpg", "sqlalchemy.orm")


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules of a fresh Python that has the whole server, on SQLite."""
    line = "import bot.app, sys; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", line], capture_output=True, text=True, check=True)
    return set(told.stdout.split())


@pytest.mark.parametrize("package", SELDOM)
def test_the_server_starts_without_what_few_ever_need(loaded: set[str], package: str) -> None:
    assert "bot" in loaded
    assert package not in loaded


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("environment")
async def test_the_texts_are_read_before_the_first_turn_which_would_hold_up_all_others(clock: Clock) -> None:
    wording._texts.cache_clear()

    async with running(clock):
        assert wording._texts.cache_info().currsize == len(Language)
