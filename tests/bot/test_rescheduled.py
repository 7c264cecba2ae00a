"""A coach changes when and where sessions are held, from the chat: shown first, told once, and put back if need be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.programme_loading import apply, prepare
from coaching.people import Member, Person, Role
from coaching.programmes import Mode, Programme
from demo.teams import User
from dialogs.cards import words
from dialogs.pieces import LARGEST_CARD, size
from tests.bot.conftest import Chat
from tests.bot.enrolling import all_placed
from tests.bot.hands import button, last_card, press, say
from tests.builders import Clock
from tests.coaching.half_days import half_days, later, virtual, with_session

NEW_YEAR = datetime(2027, 1, 11, 8, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(now=NEW_YEAR)


async def load(chat: Chat, programme: Programme) -> int:
    """Load a programme's file; the programme's number."""
    number = await apply(chat.store, await prepare(chat.store, programme, tenant=chat.teams.tenant))
    await all_placed(chat)
    return number


async def enrolled(chat: Chat, programme_id: int, name: str, role: Role = Role.PARTICIPANT) -> tuple[User, Person]:
    """Somebody in the programme, with the app."""
    user, person = await chat.person(name, role=role)
    await chat.write(user, "hei")
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=person.id, programme_id=programme_id, role=role))
    await all_placed(chat)
    return user, person


async def now_of(chat: Chat, programme_id: int) -> Programme:
    """The programme as it stands."""
    async with chat.store.transaction() as unit:
        found = await unit.revisions.newest(programme_id)
    assert found is not None
    return found


async def started(chat: Chat, count: int = 5) -> tuple[int, User, list[User]]:
    """A programme of half-days, its coach and two participants."""
    programme_id = await load(chat, half_days(count))
    coach, _ = await enrolled(chat, programme_id, "Pekka Pelto", Role.COACH)
    people = [(await enrolled(chat, programme_id, name))[0] for name in ("Aino Aalto", "Bertta Berg")]
    return programme_id, coach, people


def told(chat: Chat, user: User, part: str) -> int:
    """How many cards with these words somebody has."""
    return sum(part in words(card) for card in chat.teams.cards(user).values())


async def test_a_session_is_moved_by_a_sentence_and_a_word_and_everybody_is_told_once(chat: Chat, clock: Clock) -> None:
    programme_id, coach, people = await started(chat)

    said = await say(chat, coach, "siirrä tapaaminen 3 18.2.2027 klo 10")

    assert "Tapaaminen siirtyisi" in said
    assert "Ennen: to 11.2.2027 klo 9.00–12.30. Nyt: to 18.2.2027 klo 10.00–13.30." in said
    assert "Tästä saa yhden viestin 2 ihmistä." in said
    assert "8 viestiä, jotka eivät ole vielä lähteneet, päivittyy samalla." in said
    assert (await now_of(chat, programme_id)) == half_days()
    said = await say(chat, coach, "tee se")
    assert "Tapaaminen on siirretty" in said
    assert "Tehty." in said
    moved = (await now_of(chat, programme_id)).sessions[2]
    assert (moved.starts.isoformat(), moved.sequence) == ("2027-02-18T10:00:00", 1)
    await all_placed(chat)
    clock.pass_by(days=1)
    await chat.teams.until(lambda: [told(chat, user, "on siirtynyt. Ennen: to 11.2.2027") for user in people] == [1, 1])


async def test_a_form_asks_for_what_was_not_said_and_a_double_press_moves_once(chat: Chat) -> None:
    programme_id, coach, _ = await started(chat)
    await say(chat, coach, "siirrä tapaaminen")
    at, card = last_card(chat, coach)
    assert "3. Session 3, to 11.2.2027 klo 9.00" in words(card)

    entries = {"session": f"{programme_id}.3", "day": "2027-02-18", "hour": "10:00"}
    preview = await press(chat, coach, at, button(card, "propose_preview"), entries)

    assert preview.card is not None
    do = button(preview.card, "propose_do")
    done = await press(chat, coach, at, do)
    assert "Tapaaminen on siirretty" in done.words
    assert "Tapaaminen on siirretty" in (await press(chat, coach, at, do)).words
    async with chat.store.transaction() as unit:
        assert (await unit.revisions.get(programme_id)).revision == 2


async def test_all_of_it_can_be_typed_one_question_at_a_time(chat: Chat) -> None:
    programme_id, coach, _ = await started(chat)
    assert "Kysymys 1/3" in await say(chat, coach, "siirrä tapaaminen")
    for typed in ("3", "ke 17.2.2027"):
        said = await say(chat, coach, typed)
    assert "En tunnistanut" in said or "päivä" in said.lower()
    for typed in ("17.2.2027", "ohita"):
        said = await say(chat, coach, typed)
    assert "Nyt: ke 17.2.2027 klo 9.00–12.30." in said

    assert "mitään ei muutettu" in await say(chat, coach, "hylkää")

    assert (await now_of(chat, programme_id)) == half_days()


async def test_ten_sessions_that_become_virtual_are_one_message_and_can_be_put_back(chat: Chat, clock: Clock) -> None:
    programme_id, coach, people = await started(chat, 10)

    said = await say(chat, coach, "tapaamiset etäksi 28.1.2027 alkaen https://meet.example/a")

    assert said.count("pidetään nyt etänä") == 9
    assert "Tästä saa yhden viestin 2 ihmistä." in said
    await say(chat, coach, "tee se")
    sessions = (await now_of(chat, programme_id)).sessions
    assert [each.mode for each in sessions] == [Mode.ROOM, *[Mode.VIRTUAL] * 9]
    assert {each.link for each in sessions[1:]} == {"https://meet.example/a"}
    await all_placed(chat)
    clock.pass_by(days=1)
    await chat.teams.until(lambda: [told(chat, user, "Tapaamiset pidetään etänä") for user in people] == [1, 1])
    assert "Palautin kaiken ennalleen." in await say(chat, coach, "peru muutos")
    back = (await now_of(chat, programme_id)).sessions
    assert [(each.mode, each.link, each.sequence) for each in back][1:] == [(Mode.ROOM, None, 2)] * 9


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("siirrä tapaaminen 3 1.1.2028 klo 9", "ei ole ohjelman aikana"),
        ("siirrä tapaaminen 3 25.2.2027 klo 10", "Samoilla ihmisillä on silloin tapaaminen 4."),
        ("siirrä tapaaminen 3 11.2.2027", "on jo silloin"),
        ("siirrä tapaaminen 3 10.1.2027", "on jo mennyt"),
        ("siirrä tapaaminen 33 12.2.2027", "ei ole tulevaa tapaamista 33"),
        ("tapaamiset etäksi 29.6.2027 alkaen", "ei ole tapaamista, jonka voisi muuttaa"),
        ("siirrä tapaaminen 3 31.2.2027 klo 9", "Yksi kohta pitää vielä korjata."),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_changes(chat: Chat, typed: str, why: str) -> None:
    programme_id, coach, _ = await started(chat)

    said = await say(chat, coach, typed)

    assert why in said
    await say(chat, coach, "tee se")
    assert (await now_of(chat, programme_id)) == half_days()


async def test_a_holiday_is_only_pointed_out(chat: Chat) -> None:
    _, coach, _ = await started(chat, 3)

    said = await say(chat, coach, "siirrä tapaaminen 3 6.5.2027 klo 9")

    assert "Huomaa, että päivä on pyhäpäivä." in said
    assert "Siirrä" in said


async def test_nobody_else_changes_the_programme(chat: Chat) -> None:
    programme_id, coach, people = await started(chat)
    stranger, _ = await chat.person("Olli Oja", role=Role.COACH)
    await say(chat, coach, "siirrä tapaaminen 3 18.2.2027 klo 10")
    _, card = last_card(chat, coach)
    do = button(card, "propose_do")

    for other in (stranger, people[0]):
        assert "Vain valmentaja" in await say(chat, other, "siirrä tapaaminen 3 18.2.2027")
        assert "Vain valmentaja" in await say(chat, other, "tapaamiset etäksi 28.1.2027")
        assert "toisen valmentajan" in (await press(chat, other, None, do)).words
    pekka = await _person(chat, "pekka.pelto")
    async with chat.store.transaction() as unit:
        await unit.members.leave(programme_id, pekka.id)
    assert "toisen valmentajan" in (await press(chat, coach, None, do)).words
    assert (await now_of(chat, programme_id)) == half_days()


async def _person(chat: Chat, name: str) -> Person:
    async with chat.store.transaction() as unit:
        found = await unit.people.by_email(chat.teams.tenant, f"{name}@ministry.example")
    assert found is not None
    return found


async def test_what_changed_since_the_preview_is_shown_again_before_anything_is_done(chat: Chat) -> None:
    programme_id, coach, _ = await started(chat)
    await say(chat, coach, "siirrä tapaaminen 3 18.2.2027 klo 10")
    await load(chat, with_session(half_days(), 3, later(weeks=2)))

    said = await say(chat, coach, "tee se")

    assert "Jotain on muuttunut sillä välin" in said
    assert "on silloin tapaaminen 4" not in said
    assert "Ennen: to 25.2.2027" in said
    assert "Tapaaminen on siirretty" in await say(chat, coach, "tee se")
    assert (await now_of(chat, programme_id)).sessions[2].starts.isoformat() == "2027-02-18T10:00:00"


async def test_what_has_changed_since_is_not_put_back(chat: Chat) -> None:
    programme_id, coach, _ = await started(chat)
    await say(chat, coach, "siirrä tapaaminen 3 18.2.2027 klo 10")
    await say(chat, coach, "tee se")
    await load(chat, with_session(half_days(), 4, later(weeks=2)))
    before = await now_of(chat, programme_id)

    said = await say(chat, coach, "peru muutos")

    assert "ei voi enää palauttaa" in said
    assert await now_of(chat, programme_id) == before


async def test_a_file_that_would_take_a_coachs_change_back_says_so(chat: Chat) -> None:
    _, coach, _ = await started(chat)
    await say(chat, coach, "siirrä tapaaminen 3 18.2.2027 klo 10")
    await say(chat, coach, "tee se")

    loading = await prepare(chat.store, with_session(half_days(), 5, virtual), tenant=chat.teams.tenant)

    assert loading.taken_back == (3,)
    await apply(chat.store, loading)
    again = await prepare(chat.store, half_days(), tenant=chat.teams.tenant)
    assert again.taken_back == ()


@pytest.mark.parametrize(
    ("language", "typed", "shown", "yes", "done"),
    [
        pytest.param(
            "svenska",
            "flytta träff 3 18.2.2027 kl. 10",
            "Förut: tors 11.2.2027 kl. 9.00–12.30.",
            "gör det",
            "Träffen har flyttats",
            id="in Swedish",
        ),
        pytest.param(
            "English",
            "move session 3 to 18 February 2027 at 10",
            "It was Thu 11 Feb 2027, 9:00–12:30.",
            "do it",
            "The session has moved",
            id="in English",
        ),
        pytest.param(
            "suomi", "move session 3 18.2.2027 kl. 10", "Ennen: to 11.2.2027", "do it", "on siirretty", id="in another"
        ),
    ],
)
async def test_a_session_is_moved_in_each_language(
    chat: Chat, language: str, typed: str, shown: str, yes: str, done: str
) -> None:
    programme_id, coach, _ = await started(chat)
    await say(chat, coach, language)

    said = await say(chat, coach, typed)

    assert shown in said
    assert done in await say(chat, coach, yes)
    assert (await now_of(chat, programme_id)).sessions[2].starts.isoformat() == "2027-02-18T10:00:00"


async def test_very_many_sessions_fit_on_the_card_and_none_is_forgotten(chat: Chat) -> None:
    programme = half_days(1)
    one = programme.sessions[0]
    many = tuple(replace(one, number=number, starts=one.starts + timedelta(days=number)) for number in range(1, 101))
    programme_id = await load(chat, replace(programme, sessions=many, elements=()))
    coach, _ = await enrolled(chat, programme_id, "Pekka Pelto", Role.COACH)

    said = await say(chat, coach, "tapaamiset etäksi 12.1.2027")

    assert said.count("pidetään nyt etänä") == 30
    assert "Ja vielä 70 tapaamista." in said
    assert size(last_card(chat, coach)[1]) <= LARGEST_CARD
    await say(chat, coach, "tee se")
    assert {each.mode for each in (await now_of(chat, programme_id)).sessions} == {Mode.VIRTUAL}
