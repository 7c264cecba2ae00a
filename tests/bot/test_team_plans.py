"""A plan in its owner's own team: exactly the ticked sentences leave it, and the talk about them is followed."""

import json
from typing import Any

import icalendar
import pytest

from bot.files import NotTheirs, Order
from bot.plan_files import as_json, as_markdown
from bot.team_meeting_files import made
from coaching.asks import AskKind
from coaching.people import Language, Person
from demo.teams import User
from dialogs import opened
from dialogs.cards import words
from storage.tables import asks, pools
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.reading import answers_of, rows_of
from tests.bot.test_follow_up_files import fetched, links_on
from tests.bot.test_plans import FOLLOW, met, told, whole_goal
from tests.builders import Clock

pytestmark = pytest.mark.usefixtures("public_address")

TALK = {"day": "2026-11-25", "hour": "13:00"}
IF_THEN = "Kun joku tulee ovelleni, niin kysyn ensin, mitä hän itse ajattelee."


async def ticking(chat: Chat) -> tuple[User, Person, str, dict[str, Any]]:
    """A supervisor with a whole goal, and the card on which they tick its sentences."""
    aino, person = await met(chat, unit="AKO")
    await whole_goal(chat, aino, person)
    await say(chat, aino, "vie tiimille")
    return aino, person, *last_card(chat, aino)


async def test_only_the_ticked_sentences_are_on_the_page_and_in_the_calendar(chat: Chat) -> None:
    aino, person, at, card = await ticking(chat)
    listed = [line for line in words(card).splitlines() if line[:2] in ("1.", "2.", "3.", "4.", "5.")]

    page = await press(chat, aino, at, button(card, "submit"), TALK | {"sentences": "s1,s4"})
    assert page.card is not None
    await press(chat, aino, at, button(page.card, "team_calendar"))
    await chat.teams.until(lambda: bool(links_on(last_card(chat, aino)[1])))
    _, file = await fetched(chat, links_on(last_card(chat, aino)[1])["Kalenteriin"])

    assert listed == [
        "1. Kuuntelen loppuun",
        "2. Tiimi uskaltaa puhua",
        "3. Kysyn ennen kuin neuvon",
        f"4. {IF_THEN}",
        "5. Puhun vähemmän",
    ]
    event: Any = icalendar.Calendar.from_ical(file).walk("VEVENT")[0]
    assert str(event["description"]) == f"Kuuntelen loppuun\n{IF_THEN}"
    assert event["dtstart"].dt.isoformat() == "2026-11-25T11:00:00+00:00"
    for left_out in ("Tiimi uskaltaa", "Kysyn ennen", "Puhun vähemmän"):
        assert left_out not in json.dumps(page.card, ensure_ascii=False)
        assert left_out.encode() not in file
    (ask,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.TEAM_PLAN]
    assert (await answers_of(chat, ask.id))[0]["sentences"] == ["Kuuntelen loppuun", IF_THEN]
    assert person.id == ask.person_id


async def test_what_was_shown_is_what_a_tick_means_whatever_the_plan_says_by_then(chat: Chat) -> None:
    aino, _, at, card = await ticking(chat)
    await say(chat, aino, "peru")
    await say(chat, aino, "vie tiimille")
    at, card = last_card(chat, aino)
    await say(chat, aino, "muokkaa tavoitetta 1")
    await say(chat, aino, "Jotain aivan muuta")
    await say(chat, aino, "myöhemmin")

    page = await press(chat, aino, at, button(card, "submit"), TALK | {"sentences": "s1"})

    assert "Kuuntelen loppuun" in page.words
    assert "Jotain aivan muuta" not in page.words


async def test_it_can_be_typed(chat: Chat) -> None:
    aino, person = await met(chat, unit="AKO")
    await whole_goal(chat, aino, person)

    first = await say(chat, aino, "suunnitelma tiimille")
    await say(chat, aino, "1 ja 4")
    await say(chat, aino, "25.11.2026")
    await say(chat, aino, "klo 13")
    page = await say(chat, aino, "ohita")
    calendar = await say(chat, aino, "tiimipalaveri kalenteriin")

    assert "2. Tiimi uskaltaa puhua" in first
    assert f"– Kuuntelen loppuun\n– {IF_THEN}" in page
    assert "Tiimi uskaltaa" not in page
    assert "Tiedostosi on noudettavissa" in calendar


async def test_on_the_next_working_day_it_is_asked_what_the_team_promised(chat: Chat, clock: Clock) -> None:
    aino, _, at, card = await ticking(chat)
    await press(chat, aino, at, button(card, "submit"), TALK | {"day": "2026-11-17", "sentences": "s1"})
    before = len(chat.teams.cards(aino))

    clock.pass_by(days=2)
    at, card = await told(chat, aino, "Mitä tiimi lupasi?", but=before)
    await press(chat, aino, at, button(card, "submit"), {"handled": "true", "promise": "Sanovat, jos keskeytän"})

    (ask,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.TEAM_HANDLED]
    assert (await answers_of(chat, ask.id))[0]["promise"] == "Sanovat, jos keskeytän"


async def promising(chat: Chat, clock: Clock, *, ticked: str) -> tuple[User, Person, str]:
    """A supervisor with two goals, of which they took the first to their team; the message of its card."""
    aino, person = await met(chat, unit="AKO")
    goal_at, _ = await whole_goal(chat, aino, person)
    await say(chat, aino, "uusi tavoite")
    second_at, card = last_card(chat, aino)
    for entries in ({"what": "Lepään"}, {"when": "kello on viisi", "then": "lopetan"}, FOLLOW):
        said = await press(chat, aino, second_at, button(card, "submit"), entries)
        assert said.card is not None
        card = said.card
    await say(chat, aino, "vie tiimille")
    at, card = last_card(chat, aino)
    await press(chat, aino, at, button(card, "submit"), {"day": "2026-11-17", "hour": "13:00", "sentences": ticked})
    before = len(chat.teams.cards(aino))
    clock.now = clock.now.replace(day=18)
    at, card = await told(chat, aino, "Mitä tiimi lupasi?", but=before)
    await press(chat, aino, at, button(card, "submit"), {"handled": "true", "promise": "Sanovat, jos *keskeytän*"})
    return aino, person, goal_at


async def test_what_the_team_promised_stands_with_the_goal_that_they_talked_about(chat: Chat, clock: Clock) -> None:
    aino, person, goal_at = await promising(chat, clock, ticked="s1")
    clock.pass_by(seconds=10)

    await chat.teams.until(lambda: "Tiimisi lupasi ke 18.11.2026:" in words(chat.teams.cards(aino)[goal_at]))
    plan = await say(chat, aino, "tavoitteet")
    async with chat.store.transaction() as unit:
        (own,) = await unit.plans.of_person(person.id)
        owner = await unit.people.get(person.id)
    assert owner is not None
    order = Order(person=owner, about={"plan": own.id}, language=Language.FI)
    goals = json.loads((await as_json(chat.store, order)).content)["goals"]
    markdown = (await as_markdown(chat.store, order)).content.decode()

    assert plan.count("Tiimisi lupasi") == 1
    assert [[each["words"] for each in goal["promised_by_team"]] for goal in goals] == [
        ["Sanovat, jos *keskeytän*"],
        [],
    ]
    assert "**Tiimisi lupasi ke 18.11.2026:** Sanovat, jos \\*keskeytän\\*" in markdown


async def test_what_the_team_promised_is_in_nothing_that_can_be_shared(chat: Chat, clock: Clock) -> None:
    _, person, _ = await promising(chat, clock, ticked="s1")

    async with chat.store.transaction() as unit:
        owner = await unit.shares.owner(person.id)
        assert owner is not None
        goals = await unit.shares.goals(person.id, limit=10)
        others = await unit.shares.answered(person.id, limit=10)
        contents = await opened.of_asks(unit, owner, [*goals, *others], Language.FI)

    written = [each.text for content in contents for each in content.written]
    assert "Kuuntelen loppuun" in written
    assert not any("keskeytän" in each for each in written)


async def test_the_next_check_in_says_once_what_the_team_promised(chat: Chat, clock: Clock) -> None:
    aino, _, _ = await promising(chat, clock, ticked="s1,s6")
    said = []

    for _ in range(2):
        before = len(chat.teams.cards(aino))
        clock.pass_by(days=7)
        at, card = await told(chat, aino, "Missä olet nyt?", but=before)
        said.append(words(card))
        entries = {f"{name}_{n}": value for n in (1, 2) for name, value in (("progress", "3"), ("decision", "keep"))}
        await press(chat, aino, at, button(card, "submit"), entries)

    assert [each.count("Tiimisi lupasi: Sanovat, jos *keskeytän*") for each in said] == [1, 0]


async def test_a_team_of_five_is_asked_once_four_weeks_later_and_fewer_are_not(chat: Chat) -> None:
    aino, _, at, card = await ticking(chat)
    names = ["Veikko Virta", "Liisa Lampi", "Matti Meri", "Sanna Salo", "Oona Oja"]
    for name in names:
        await chat.person(name, unit="AKO")

    few = await press(
        chat, aino, at, button(card, "submit"), TALK | {"sentences": "s1", "people": ", ".join(names[1:])}
    )
    foreign = await press(
        chat, aino, at, button(card, "submit"), TALK | {"sentences": "s1", "people": "Ulla Ulkopuolinen"}
    )
    assert await rows_of(chat, pools) == []
    await press(chat, aino, at, button(card, "submit"), TALK | {"sentences": "s1", "people": ", ".join(names)})

    assert "Nimeä vähintään 5" in few.words
    assert "En löytänyt näitä kaikkia" in foreign.words
    (pool,) = await rows_of(chat, pools)
    assert pool.opens_at.date().isoformat() == "2026-12-23"


async def test_the_calendar_file_is_nobody_elses(chat: Chat) -> None:
    aino, person, at, card = await ticking(chat)
    _, veikko = await met(chat, "Veikko Virta")
    (ask,) = [row for row in await rows_of(chat, asks) if row.kind == AskKind.TEAM_PLAN]

    with pytest.raises(NotTheirs):
        await made(chat.store, Order(person=person, about={"ask": ask.id}, language=Language.FI))
    await press(chat, aino, at, button(card, "submit"), TALK | {"sentences": "s1"})
    with pytest.raises(NotTheirs):
        await made(chat.store, Order(person=veikko, about={"ask": ask.id}, language=Language.FI))
