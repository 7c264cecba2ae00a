"""Two who hold their discussions in two stages, over the wire: feedback in December, goals in January and February.

Each prepares for themselves; the pair goes from prepared over booked and held to summed up. Who is late with the first
stage is asked to prepare the second one all the same, and who has not held it waits. Their manager is written to once a
week at the most, and never from 24 December to 6 January; the owner asks for the numbers, and gets no names.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from coaching.talks import Talk, TalkState, monday_of, state
from demo.teams import User
from demo.world import World, opened
from storage.tables import talks
from storage.talks import talk_of
from tests.acceptance.test_managers_conversation import WEEK, cards_with, user_of
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import rows_of
from tests.conftest import Database

BEGINS = datetime(2020, 11, 30, 10, tzinfo=UTC)
HOLIDAYS = date(2020, 12, 24), date(2021, 1, 6)
PROGRAMME = """\
id: discussions
name: Keskustelut
languages: [fi]
timezone: Europe/Helsinki
starts: 2020-11-02
ends: 2021-06-18
breaks:
  - {first: 2020-12-24, last: 2021-01-06}
windows:
  - {id: feedback, title: Palautekeskustelut, first: 2020-12-01, last: 2020-12-18}
  - {id: goals, title: Tavoitekeskustelut, first: 2021-01-11, last: 2021-02-28}
elements:
  - id: talk-feedback
    kind: discussion
    audience: {roles: [participant, manager]}
    window: feedback
    title: Palautekeskustelu
    preparation:
      participant: [{id: succeeded, text: "Missä onnistuit?"}]
      manager: [{id: saw, text: "Missä näit hänen onnistuvan?"}]
    at: {anchor: window.feedback.open}
    due: {anchor: window.feedback.close}
  - id: talk-goals
    kind: discussion
    audience: {roles: [participant, manager]}
    window: goals
    follows: talk-feedback
    title: Tavoitekeskustelu
    preparation:
      participant: [{id: work, text: "Mitkä ovat tavoitteesi?"}]
    at: {anchor: window.goals.open}
    due: {anchor: window.goals.close}
"""
UNITS = {"Yksityisoikeus": ("Aino", "Bertta", "Cecilia", "Daniel", "Eino", "Fanni"), "Hallinto": ("Gunilla", "Heikki")}
MANAGER, OWNER = "Pekka Pelto", "Outi Oja"


def roster() -> str:
    """Eight people in two units, who leads them, and who owns the programme."""
    rows = ["email,name,role,language,timezone,unit,groups,manager,coach"]
    for unit, names in UNITS.items():
        rows += [
            f"{name.lower()}@ministry.example,{name} Aalto,participant,fi,,{unit},,pekka@ministry.example,"
            for name in names
        ]
    rows += [f"pekka@ministry.example,{MANAGER},manager,fi,,,,,", f"outi@ministry.example,{OWNER},owner,fi,,,,,"]
    return "\n".join(rows) + "\n"


@pytest.fixture
async def world(tmp_path: Path, database: Database) -> AsyncIterator[World]:
    """The programme on the day before the first window opens."""
    file, people = tmp_path / "discussions.yaml", tmp_path / "people.csv"
    file.write_text(PROGRAMME, encoding="utf-8")
    people.write_text(roster(), encoding="utf-8")
    databases = database.url, database.keys_url
    async with opened(tmp_path, file, people, start=date(2020, 11, 2), now=BEGINS, databases=databases) as world:
        await world.meet()
        yield world


async def go_to(world: World, day: date) -> dict[date, int]:
    """Noon after noon until that day; how many of the week's messages their manager had after each."""
    had = {}
    manager = user_of(world, MANAGER)
    while world.now.date() < day:
        await world.move_to(world.now + timedelta(days=1))
        had[world.now.date()] = len(cards_with(world, manager, WEEK))
    return had


async def of_stage(world: World, key: str) -> dict[str, Talk]:
    """A stage's discussions that there are, by the participant's first name."""
    found = [talk_of(row) for row in await rows_of(world, talks)]
    async with world.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(world.teams.tenant, "discussions")
        assert programme_id is not None
        element = (await unit.programmes.elements_of(programme_id))[key]
        names = await unit.people.names_of([talk.participant_id for talk in found])
    return {names[talk.participant_id].partition(" ")[0]: talk for talk in found if talk.element_id == element.id}


async def mark(chat: Chat, manager: User, name: str, what: str) -> str:
    """The manager says something of the discussion with one of theirs, by the number that they see."""
    listed = await say(chat, manager, "keskustelut")
    number = re.search(rf"(\d+)\. \w+: {name} Aalto", listed)
    assert number, listed
    return await say(chat, manager, what.format(number=number[1]))


async def test_a_pair_prepares_books_holds_confirms_and_sums_up_each_for_themselves(world: World) -> None:
    chat = Chat(teams=world.teams, store=world.store, url=world.url)
    aino, pekka = user_of(world, "Aino Aalto"), user_of(world, MANAGER)
    await go_to(world, date(2020, 12, 3))
    at = cards_with(world, aino, "Missä onnistuit?")[-1]
    await press(chat, aino, at, button(world.teams.cards(aino)[at], "submit"), {"succeeded": "Ainon salaisuus"})
    await mark(chat, pekka, "Aino", "valmistaudu keskusteluun {number}")
    notes_at, notes = last_card(chat, pekka)
    await press(chat, pekka, notes_at, button(notes, "submit"), {"saw": "Pekan salaisuus"})
    assert "sovittu to 10.12.2020" in await mark(chat, pekka, "Aino", "keskustelu sovittu {number} 10.12.2020")
    booked = state((await of_stage(world, "talk-feedback"))["Aino"])

    await go_to(world, date(2020, 12, 10))
    assert "Merkitsin: pidetty" in await mark(chat, pekka, "Aino", "keskustelu pidetty {number} 10.12.2020")
    held = state((await of_stage(world, "talk-feedback"))["Aino"])
    await go_to(world, date(2020, 12, 11))
    (at,) = cards_with(world, aino, "Onko keskustelu pidetty?")
    await press(chat, aino, at, button(world.teams.cards(aino)[at], "submit"), {"held": "true"})
    confirmed = state((await of_stage(world, "talk-feedback"))["Aino"])
    await say(chat, aino, "keskustelun yhteenveto 1")
    await say(chat, aino, "Yhteinen salaisuus")

    summed_up = state((await of_stage(world, "talk-feedback"))["Aino"])
    assert [booked, held, confirmed, summed_up] == [
        TalkState.BOOKED,
        TalkState.HELD,
        TalkState.CONFIRMED,
        TalkState.SUMMARISED,
    ]
    for user, secrets in ((pekka, ("Ainon salaisuus", "Yhteinen salaisuus")), (aino, ("Pekan salaisuus",))):
        sent = [str(call.body) for call in world.teams.sent if call.conversation_id == user.conversation_id]
        assert not any(secret in each for secret in secrets for each in sent)


async def test_a_late_first_stage_opens_the_second_and_nobody_is_reminded_over_the_turn_of_the_year(
    world: World,
) -> None:
    chat = Chat(teams=world.teams, store=world.store, url=world.url)
    bertta, cecilia, outi = (user_of(world, name) for name in ("Bertta Aalto", "Cecilia Aalto", OWNER))
    had = await go_to(world, date(2020, 12, 22))
    assert "Merkitsin: pidetty" in await say(chat, bertta, "keskustelu pidetty 1 22.12.2020")

    had |= await go_to(world, date(2021, 1, 13))
    counted = await say(chat, outi, "keskustelujen tilanne")
    second = await of_stage(world, "talk-goals")
    are_asked = [bool(cards_with(world, user, "Mitkä ovat tavoitteesi?")) for user in (bertta, cecilia)]
    had |= await go_to(world, date(2021, 1, 29))
    others = await of_stage(world, "talk-goals")

    assert list(second) == ["Bertta"]
    assert (second["Bertta"].first, second["Bertta"].last) == (date(2021, 1, 11), date(2021, 2, 28))
    assert are_asked == [True, False]
    assert set(others) == {name for names in UNITS.values() for name in names}
    days = sorted(had)
    new = [day for before, day in pairwise(days) if had[day] > had[before]]
    assert new
    assert not any(HOLIDAYS[0] <= day <= HOLIDAYS[1] for day in new)
    assert len({monday_of(day) for day in new}) == len(new)
    assert "Yksityisoikeus: 6 paria" in counted or "Kaikki yhteensä: 8 paria" in counted
    assert "pidetty 1" in counted
    assert not any(name in counted for name in ("Aalto", "Hallinto", MANAGER))
