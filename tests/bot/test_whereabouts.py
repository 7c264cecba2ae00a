"""Whereabouts: who is in another time zone has the public holidays of its country."""

from datetime import UTC, datetime
from typing import Any

import pytest

from coaching.people import Person
from demo.teams import User
from tests.bot.conftest import Chat
from tests.builders import Clock, add_ask, add_element


async def writes_from(chat: Chat, user: User, person: Person, timezone: str) -> Person:
    """The person after they have written from a time zone."""
    said: dict[str, Any] = chat.teams.message(user, "moi") | {"localTimezone": timezone}
    await chat.post(said)
    async with chat.store.transaction() as unit:
        found = await unit.people.get(person.id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("timezone", "country"),
    [
        ("Europe/Helsinki", "FI"),
        ("Europe/Brussels", "BE"),
        ("Asia/Tokyo", "JP"),
        pytest.param("Etc/UTC", "FI", id="a zone of no country leaves it as it was"),
    ],
)
async def test_who_writes_from_another_zone_is_in_its_country(chat: Chat, timezone: str, country: str) -> None:
    aino, person = await chat.person("Aino Aalto")

    now = await writes_from(chat, aino, person, timezone)

    assert (now.timezone, now.country) == (timezone, country)


async def test_in_brussels_what_is_due_comes_on_finlands_independence_day(chat: Chat, clock: Clock) -> None:
    clock.now = datetime(2027, 12, 3, 6, tzinfo=UTC)
    visits = {}
    for name, timezone in (("Aino Aalto", "Europe/Helsinki"), ("Bo Berg", "Europe/Brussels")):
        user, person = await chat.person(name)
        await writes_from(chat, user, person, timezone)
        opens_at = datetime(2027, 12, 6, tzinfo=UTC)
        element = await add_element(chat.store, key=name, tenant=chat.teams.tenant)
        await add_ask(chat.store, person, element, opens_at=opens_at)
        async with chat.store.transaction() as unit:
            visits[timezone] = (await unit.visits.of(person)).decide(unit.now).visit

    days = {timezone: visit.at.day for timezone, visit in visits.items() if visit}
    assert days == {"Europe/Helsinki": 7, "Europe/Brussels": 6}
