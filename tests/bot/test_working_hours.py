"""Somebody says on which days and at which hours they work, over the wire; what is due comes then."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.my_data import gathered
from bot.my_data_page import page
from coaching.asks import AskKind
from coaching.hours import Hours
from coaching.people import Member, Person, Role
from coaching.sources import sources
from storage.tables import asks
from tests.bot.conftest import Chat
from tests.bot.enrolling import all_placed, takes_part
from tests.bot.hands import asked, say
from tests.bot.reading import answers_of, rows_of
from tests.builders import Clock, add_ask, add_element
from tests.coaching.half_days import half_days

MON_THU = frozenset({0, 1, 2, 3})


async def stored(chat: Chat, person: Person) -> Person:
    """The person as they are in the database."""
    async with chat.store.transaction() as unit:
        found = await unit.people.look(person.id)
    assert found is not None
    return found


async def test_ones_own_working_hours_are_told_said_and_given_up_again(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    assert "tavallisena työaikana, ma–pe klo 8.30–16.00" in await say(chat, aino, "työaikani")

    for text, hours, told in [
        ("työaikani ma-to", Hours(weekdays=MON_THU), "tästä lähtien työaikanasi, ma–to klo 8.30–16.00"),
        ("min arbetstid 9-15.30", Hours(start=time(9), end=time(15, 30), weekdays=MON_THU), "ma–to klo 9.00–15.30"),
        (
            "My working hours: Mon, Wed 10:00-15:00, please",
            Hours(start=time(10), end=time(15), weekdays=frozenset({0, 2})),
            "ma ja ke klo 10.00–15.00",
        ),
    ]:
        assert told in await say(chat, aino, text)
        assert (await stored(chat, person)).hours == hours
    assert "Olet kertonut työajaksesi ma ja ke klo 10.00–15.00" in await say(chat, aino, "Mikä on työaikani?")

    assert "taas tavallisena työaikana, ma–pe klo 8.30–16.00" in await say(chat, aino, "työaikani tavallinen")
    assert (await stored(chat, person)).hours is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("työaikani 15-9", "vähintään tunti"),
        ("työaikani ma-pe 9-9.59", "vähintään tunti"),
        ("my hours 4:59-12", "vain klo 5.00–22.00"),
        ("min arbetstid 14-22.01", "vain klo 5.00–22.00"),
        ("työaikani ma-tp 9-15", "En ymmärtänyt"),
        ("työaikani 9-12 13-16", "En ymmärtänyt"),
        ("my working hours 9", "En ymmärtänyt"),
    ],
)
async def test_working_hours_that_cannot_be_change_nothing(chat: Chat, text: str, told: str) -> None:
    own = Hours(start=time(8), weekdays=MON_THU)
    aino, person = await chat.person("Aino Aalto", hours=own)

    said = await say(chat, aino, text)

    assert told in said
    assert "työaikani" in said
    assert (await stored(chat, person)).hours == own


async def test_the_earliest_and_the_latest_hours_and_the_shortest_can_be_ones_own(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")

    await say(chat, aino, "työaikani 5-22")
    longest = (await stored(chat, person)).hours
    await say(chat, aino, "työaikani su 5-6")

    assert longest == Hours(start=time(5), end=time(22))
    assert (await stored(chat, person)).hours == Hours(start=time(5), end=time(6), weekdays=frozenset({6}))


async def test_ones_own_working_hours_win_over_the_programmes_until_they_are_given_up(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    async with chat.store.transaction() as unit:
        loaded = await unit.revisions.first(chat.teams.tenant, half_days())
        in_the_evening = replace(half_days().rules, hours=Hours(start=time(12), end=time(20)))
        programme = replace(half_days(), rules=in_the_evening)
        await unit.revisions.add(loaded, programme, sources=sources(programme, coaches={}))
        await unit.people.save_part(Member(person_id=person.id, programme_id=loaded.id, role=Role.PARTICIPANT))
    assert "ma–pe klo 12.00–20.00" in await say(chat, aino, "työaikani")

    await say(chat, aino, "työaikani ma-to 9-15")
    assert "klo 9.00–15.00" in await say(chat, aino, "viestien kellonaika")

    assert "ma–pe klo 12.00–20.00" in await say(chat, aino, "työaikani tavallinen")
    assert "klo 12.00–20.00" in await say(chat, aino, "viestien kellonaika")


async def test_a_wish_for_messages_outside_ones_own_hours_is_said_to_count_for_nothing(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto", preferred=time(14))

    assert "Toivoit viestejä klo 14.00, mutta se ei ole työaikaasi" in await say(chat, aino, "työaikani 9-12")
    assert "työpäivinäsi klo 9.00–12.00" in await say(chat, aino, "viestien kellonaika")

    assert "Toivoit" not in await say(chat, aino, "työaikani 9-15")
    assert (await stored(chat, person)).preferred == time(14)
    assert "toiveesi mukaan klo 14.00" in await say(chat, aino, "viestien kellonaika")


async def test_what_is_due_comes_when_the_person_says_that_they_work(chat: Chat, clock: Clock) -> None:
    aino, person = await chat.person("Aino Aalto", preferred=time(0))
    clock.now = datetime(2026, 11, 20, 4, tzinfo=UTC)
    await add_ask(chat.store, person, await add_element(chat.store, tenant=chat.teams.tenant))

    async def next_visit() -> datetime | None:
        async with chat.store.transaction() as unit:
            visit = (await unit.visits.of(person)).decide(unit.now).visit
        return visit.at if visit else None

    on_friday = await next_visit()
    await say(chat, aino, "työaikani ma-to 9.30-15")
    async with chat.store.transaction() as unit:
        is_decided_again = await unit.visits.next_at()

    assert on_friday == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
    assert await next_visit() == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert is_decided_again is not None
    clock.now = datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert "ma 23.11.2026 klo 9.30" in await say(chat, aino, "miksi")


async def test_what_a_programme_asks_at_ones_own_time_moves_with_the_time_of_messages(chat: Chat, clock: Clock) -> None:
    clock.now = datetime(2027, 1, 11, 4, tzinfo=UTC)
    aino, _ = await takes_part(chat, half_days())
    before = await first_preparation(chat)

    await say(chat, aino, "viestien kellonaika 14")
    await all_placed(chat)

    assert before == datetime(2027, 1, 12, 6, 30, tzinfo=UTC)
    assert await first_preparation(chat) == datetime(2027, 1, 12, 12, tzinfo=UTC)


async def first_preparation(chat: Chat) -> datetime:
    """When the preparation for the first session opens."""
    opens: list[datetime] = [row.opens_at for row in await rows_of(chat, asks) if row.kind == AskKind.SESSION_PREP]
    return min(opens)


@pytest.mark.parametrize("text", ["Työaikani ei riitä", "9-15 people came", "My working hours 9-15 were too long"])
async def test_what_only_looks_like_working_hours_is_an_answer(chat: Chat, text: str) -> None:
    aino, person = await chat.person("Aino Aalto")
    (ask,) = await asked(chat, person, "Istunto 1")

    for step in (text, "Kuuntelin", "Kysyn"):
        await say(chat, aino, step)

    assert [each["intended"] for each in await answers_of(chat, ask.id)] == [text]
    assert (await stored(chat, person)).hours is None


async def test_what_was_said_of_ones_hours_is_among_ones_own_data(chat: Chat) -> None:
    aino, person = await chat.person("Aino Aalto")
    await say(chat, aino, "työaikani ma-to 9-15")
    await say(chat, aino, "viestien kellonaika 14")
    known = await stored(chat, person)

    found = await gathered(chat.store, known)
    shown = page(known, found.rows, found.made_at)

    assert "<dt>Työaika, jonka kerroit</dt><dd>ma–to klo 9.00–15.00</dd>" in shown
    assert "<dt>Viestien kellonaika</dt><dd>klo 14.00</dd>" in shown
