"""Why, in the chat: what came last and how it came about, what else is open, and what comes next."""

from datetime import UTC, datetime, time

import pytest

from bot.programme_loading import apply, prepare
from coaching.people import Member, Person, Role
from demo.teams import User
from tests.bot.conftest import Chat
from tests.bot.enrolling import all_placed
from tests.bot.hands import asked, say
from tests.builders import Clock
from tests.coaching.half_days import half_days
from tests.serving import eventually


@pytest.fixture
async def aino(chat: Chat, clock: Clock) -> tuple[User, Person]:
    """Aino, in a programme of five half-days, on the Monday on which it begins."""
    clock.now = datetime(2027, 1, 11, 6, tzinfo=UTC)
    user, person = await chat.person("Aino Aalto", preferred=time(0))
    await say(chat, user, "moi")
    await apply(chat.store, await prepare(chat.store, half_days(), tenant=person.tenant))
    async with chat.store.transaction() as unit:
        programme_id = await unit.programmes.id_of(person.tenant, "trial")
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=Role.PARTICIPANT))
    await all_placed(chat)
    return user, person


async def arrives(chat: Chat, user: User, clock: Clock, *moment: int) -> None:
    """Time passes until then (UTC), and a card arrives."""
    before = len(chat.teams.cards(user))
    clock.now = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]
    await chat.teams.until(lambda: len(chat.teams.cards(user)) > before)
    await eventually(lambda: all_settled(chat))


async def all_settled(chat: Chat) -> bool:
    """Whether the outcome of every visit is known."""
    async with chat.store.transaction() as unit:
        return not await unit.deliveries.unsettled(limit=1)


async def test_why_tells_where_the_newest_card_comes_from_and_what_comes_next(
    chat: Chat, clock: Clock, aino: tuple[User, Person]
) -> None:
    user, _ = aino
    await arrives(chat, user, clock, 2027, 1, 12, 7, 5)

    said = await say(chat, user, "miksi")

    assert "Ohjelma: Kokeilu" in said
    assert "Aika ohjelmassa: 1 päivä ohjelman alun jälkeen, ti 12.1.2027 klo 9.00." in said
    assert "Kirjoitin tästä ti 12.1.2027 klo 9.0" in said
    assert "Seuraavaksi kirjoitan sinulle" in said


async def test_why_with_a_number_explains_that_one_of_what_is_open(
    chat: Chat, clock: Clock, aino: tuple[User, Person]
) -> None:
    user, person = aino
    await arrives(chat, user, clock, 2027, 1, 12, 7, 5)
    await asked(chat, person, "Välitehtävä")

    both, one, none = [await say(chat, user, word) for word in ("varför", "why 2", "miksi 3")]

    assert "1. role" in both
    assert "2. Välitehtävä" in both
    assert "Välitehtävä" in one
    assert "Kysymys luotiin" in one
    assert "Aika ohjelmassa" not in one
    assert "Sinulla ei ole kohtaa 3." in none


async def test_why_tells_who_wants_no_messages_that_none_come(
    chat: Chat, clock: Clock, aino: tuple[User, Person]
) -> None:
    user, _ = aino
    await say(chat, user, "lopeta")
    await say(chat, user, "kyllä")

    said = await say(chat, user, "miksi")

    assert "Olet pyytänyt, etten lähetä sinulle viestejä." in said


@pytest.mark.parametrize("text", ["why 12 people", "miksi 1234", "varför inte"])
async def test_a_question_that_only_begins_with_why_is_no_command(
    chat: Chat, aino: tuple[User, Person], text: str
) -> None:
    user, _ = aino

    said = await say(chat, user, text)

    assert not any(word in said for word in ("Miksi sain tämän", "Sinulla ei ole kohtaa"))
