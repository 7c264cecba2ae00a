"""A coach notes that somebody is away: they get nothing meanwhile, nothing is lost, and either can end it."""

import pytest

from coaching.people import Person
from demo.teams import User
from tests.bot.conftest import Chat
from tests.bot.desks import coached, got, previewed
from tests.bot.hands import button, last_card, press, say
from tests.bot.test_nudges import coached_elsewhere
from tests.builders import Clock


async def away(chat: Chat, person: Person) -> list[str]:
    """Until when somebody is noted to be away."""
    async with chat.store.transaction() as unit:
        found = await unit.leaves.ahead(person.id, day=unit.now.date())
    return [each.last.isoformat() for each in found]


async def is_sent(chat: Chat, clock: Clock, coach: User) -> None:
    """A message to everybody, which has gone out."""
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(minutes=2)


async def test_who_is_away_gets_nothing_until_they_are_back(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Bertta Berg")

    said = await say(chat, coach, "merkitse poissaolo Aino Aalto 24.11.2026 asti")

    assert "Henkilö: Aino Aalto" in said
    assert "Hän on poissa ti 24.11.2026 asti." in said
    assert await away(chat, people[0][1]) == []
    assert "Poissaolo on merkitty" in await say(chat, coach, "tee se")
    assert await away(chat, people[0][1]) == ["2026-11-24"]
    await chat.teams.until(
        lambda: any("olet poissa ti 24.11.2026 asti" in text for text in chat.teams.texts(people[0][0]))
    )
    await is_sent(chat, clock, coach)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [0, 1])
    clock.pass_by(days=8)
    assert got(chat, people, "Hiljainen viikko") == [0, 1]
    clock.pass_by(days=1, hours=3)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1, 1])


@pytest.mark.parametrize("typed", ["merkitse palanneeksi aino.aalto@ministry.example", "peru muutos"])
async def test_the_coach_takes_them_up_again(chat: Chat, clock: Clock, typed: str) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    await say(chat, coach, "merkitse poissaolo Aino Aalto 24.11.2026 asti")
    await say(chat, coach, "tee se")
    await is_sent(chat, clock, coach)

    await say(chat, coach, typed)
    await say(chat, coach, "tee se")

    assert await away(chat, people[0][1]) == []
    clock.pass_by(hours=3)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])


async def test_the_person_ends_it_themselves(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    await say(chat, coach, "merkitse poissaolo Aino Aalto 24.11.2026 asti")
    await say(chat, coach, "tee se")

    said = await say(chat, people[0][0], "jatka")

    assert "ei ollut" not in said
    assert await away(chat, people[0][1]) == []
    assert "ei voi enää palauttaa" in await say(chat, coach, "peru muutos")


async def test_what_the_person_has_paused_stays_theirs(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    await say(chat, people[0][0], "tauko 1 viikko")

    said = await say(chat, coach, "merkitse palanneeksi Aino Aalto")

    assert "Vain hän voi päättää sen." in said
    await say(chat, coach, "tee se")
    async with chat.store.transaction() as unit:
        found = await unit.people.look(people[0][1].id)
    assert found is not None
    assert found.paused_until is not None


async def test_the_form_asks_for_what_is_missing_and_says_what_does_not_fit(chat: Chat) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    await say(chat, coach, "merkitse poissaolo")
    at, card = last_card(chat, coach)
    preview = button(card, "propose_preview")

    wrong = await press(chat, coach, at, preview, {"person": "Joku Muu", "last": "2020-01-01"})
    right = await press(chat, coach, at, preview, {"person": "aino.aalto@ministry.example", "last": "2026-11-20"})

    assert "En löytänyt yhtä ihmistä" in wrong.words
    assert "Se on jo mennyt" in wrong.words
    assert right.card is not None
    await press(chat, coach, at, button(right.card, "propose_do"))
    assert await away(chat, people[0][1]) == ["2026-11-20"]


async def test_nobody_else_says_who_is_away(chat: Chat) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    stranger, _ = await coached_elsewhere(chat)

    assert "En löytänyt yhtä ihmistä" in await say(chat, stranger, "merkitse poissaolo Aino Aalto 24.11.2026 asti")
    assert "Vain valmentaja" in await say(chat, people[0][0], "merkitse poissaolo Aino Aalto 24.11.2026 asti")
    await say(chat, coach, "merkitse poissaolo Aino Aalto 24.11.2026 asti")
    do = button(last_card(chat, coach)[1], "propose_do")
    for other in (stranger, people[0][0]):
        assert "toisen valmentajan" in (await press(chat, other, None, do)).words
    assert await away(chat, people[0][1]) == []
