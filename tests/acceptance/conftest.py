"""A running Sparri with a public address, and a world with a small programme, as the scenarios need them."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from demo.teams import StandIn
from demo.world import World, opened
from storage.store import Store
from tests.bot.conftest import Chat, environment, public_address, running, teams
from tests.builders import Clock
from tests.conftest import Database

__all__ = ["environment", "public_address", "teams"]

BEGINS = datetime(2026, 11, 13, 9, tzinfo=UTC)
STARTS = date(2026, 11, 16)
PROGRAMME = """\
id: plans
name: Suunnitelmat
languages: [fi]
timezone: Europe/Helsinki
starts: 2026-11-16
ends: 2027-06-18
elements:
  - id: plan
    kind: plan
    title: Kehittymissuunnitelmasi
    at: {anchor: programme.start}
"""
ROSTER = """\
email,name,role,language,timezone,unit,groups,manager,coach
aino.aalto@ministry.example,Aino Aalto,participant,fi,Europe/Helsinki,,,pekka.pelto@ministry.example,
bertta.bok@ministry.example,Bertta Bok,participant,fi,Europe/Helsinki,,,pekka.pelto@ministry.example,
pekka.pelto@ministry.example,Pekka Pelto,manager,fi,Europe/Helsinki,,,,
kaisa.koski@coaching.example,Kaisa Koski,coach,fi,Europe/Helsinki,,,,
"""


@pytest.fixture
async def chat(
    teams: StandIn, environment: dict[str, str], public_address: None, store: Store, clock: Clock
) -> AsyncIterator[Chat]:
    """Sparri, running, with a public address."""
    async with running(clock) as url:
        yield Chat(teams=teams, store=store, url=url)


@pytest.fixture
async def world(tmp_path: Path, database: Database) -> AsyncIterator[World]:
    """The programme before its first day: two who write plans, who leads them, and their coach."""
    (tmp_path / "plans.yaml").write_text(PROGRAMME, encoding="utf-8")
    (tmp_path / "plans.csv").write_text(ROSTER, encoding="utf-8")
    async with opened(
        tmp_path,
        tmp_path / "plans.yaml",
        tmp_path / "plans.csv",
        start=STARTS,
        now=BEGINS,
        databases=(database.url, database.keys_url),
    ) as world:
        await world.meet()
        yield world
