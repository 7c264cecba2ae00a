"""A coach lets somebody in by their code, into their programme, and sees first what that person would get."""

from datetime import UTC, datetime

import pytest

from coaching.people import Member, Role
from demo.teams import User
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.bot.enrolling import all_placed
from tests.bot.hands import button, last_card, press, say
from tests.bot.test_letting_in import code_of, in_the_store
from tests.bot.test_nudges import coached_elsewhere
from tests.bot.test_rescheduled import enrolled, load
from tests.builders import Clock
from tests.coaching.half_days import half_days


@pytest.fixture
def clock() -> Clock:
    return Clock(now=datetime(2027, 1, 11, 8, tzinfo=UTC))


async def waiting(chat: Chat) -> tuple[int, User, User, str]:
    """A programme, its coach, and somebody who waits with a code."""
    programme_id = await load(chat, half_days())
    coach, _ = await enrolled(chat, programme_id, "Pekka Pelto", Role.COACH)
    newcomer = chat.teams.user("Siri Sjö", email="siri@ministry.example")
    return programme_id, coach, newcomer, await code_of(chat, newcomer)


async def part_of(chat: Chat, user: User, programme_id: int) -> Member | None:
    person = await in_the_store(chat, user)
    async with chat.store.transaction() as unit:
        found = await unit.handovers.role_in(programme_id, person.id)
        return (await unit.people.parts_in(programme_id, [person.id])).get(person.id) if found else None


async def test_the_coach_sees_what_they_would_get_before_they_are_in(chat: Chat, clock: Clock) -> None:
    programme_id, coach, newcomer, code = await waiting(chat)

    said = await say(chat, coach, f"päästä sisään {code}")

    assert "Henkilö: Siri Sjö" in said
    assert "Hän saa ohjelmasta tästä eteenpäin 21 viestiä" in said
    assert "ti 12.1.2027" in said
    assert not (await in_the_store(chat, newcomer)).admitted
    assert "Hän on nyt mukana" in await say(chat, coach, "tee se")
    part = await part_of(chat, newcomer, programme_id)
    assert part is not None
    assert part.role is Role.PARTICIPANT
    await chat.teams.until(lambda: "Valmentajasi päästi sinut mukaan. Tervetuloa!" in chat.teams.texts(newcomer))
    await all_placed(chat)
    clock.pass_by(days=2, hours=3)
    await chat.teams.until(lambda: any("Kokeilu" in words(card) for card in chat.teams.cards(newcomer).values()))


async def test_undone_they_take_no_part_and_get_nothing_more(chat: Chat) -> None:
    programme_id, coach, newcomer, code = await waiting(chat)
    await say(chat, coach, f"päästä sisään {code}")
    await say(chat, coach, "tee se")

    assert "Palautin kaiken ennalleen." in await say(chat, coach, "peru muutos")

    assert await part_of(chat, newcomer, programme_id) is None
    assert (await in_the_store(chat, newcomer)).admitted


async def test_the_form_leaves_the_programme_to_be_chosen(chat: Chat) -> None:
    programme_id, coach, newcomer, code = await waiting(chat)
    await say(chat, coach, f"päästä sisään {code}")
    at, card = last_card(chat, coach)
    form = await press(chat, coach, at, button(card, "propose_rewrite"))
    assert form.card is not None

    preview = await press(chat, coach, at, button(form.card, "propose_preview"), {"code": code, "into": "none"})

    assert "ei saa vielä minkään ohjelman viestejä" in preview.words
    assert preview.card is not None
    await press(chat, coach, at, button(preview.card, "propose_do"))
    assert (await in_the_store(chat, newcomer)).admitted
    assert await part_of(chat, newcomer, programme_id) is None


async def test_an_unknown_code_lets_nobody_in(chat: Chat) -> None:
    _, coach, newcomer, _ = await waiting(chat)

    said = await say(chat, coach, "päästä sisään AAAA-22")

    assert "Tällä koodilla ei löydy ketään" in said
    await say(chat, coach, "tee se")
    assert not (await in_the_store(chat, newcomer)).admitted


async def test_nobody_is_let_into_a_programme_by_another_coach(chat: Chat) -> None:
    programme_id, coach, newcomer, code = await waiting(chat)
    await say(chat, coach, f"päästä sisään {code}")
    _, card = last_card(chat, coach)
    stranger, _ = await coached_elsewhere(chat)
    await say(chat, stranger, f"päästä sisään {code}")
    at, own = last_card(chat, stranger)
    form = await press(chat, stranger, at, button(own, "propose_rewrite"))
    assert form.card is not None
    entries = {"code": code, "into": str(programme_id)}

    said = await press(chat, stranger, at, button(form.card, "propose_preview"), entries)

    assert "Yksi kohta pitää vielä korjata." in said.words
    assert "toisen valmentajan" in (await press(chat, stranger, None, button(card, "propose_do"))).words
    assert not (await in_the_store(chat, newcomer)).admitted
