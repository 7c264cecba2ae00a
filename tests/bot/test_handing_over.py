"""A programme goes to another coach: who is asked first, gets all of it, and the former one reads nothing more."""

from dataclasses import replace

from coaching.access import Audience
from coaching.asks import AskKind
from coaching.assignments import AssignmentFacts
from coaching.people import Member, Person, Role
from demo.teams import User
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.bot.desks import coached, got, in_time, previewed
from tests.bot.hands import button, last_card, press, say
from tests.builders import Clock, add_ask, add_element
from tests.serving import eventually


async def successor(chat: Chat, name: str = "Anna Aho") -> tuple[User, Person]:
    """A coach on the organisation's roster, who has no programme yet."""
    user, person = await chat.person(name, role=Role.COACH)
    await chat.write(user, "hei")
    return user, person


async def parts(chat: Chat, person: Person) -> list[Member]:
    async with chat.store.transaction() as unit:
        found = await unit.people.parts(person.id)
    return [each for each in found if each.programme_id is not None]


async def role_of(chat: Chat, programme_id: int, person: Person) -> Role | None:
    async with chat.store.transaction() as unit:
        return await unit.handovers.role_in(programme_id, person.id)


def shows(chat: Chat, user: User, part: str) -> bool:
    """Whether any card of somebody says this."""
    return any(part in words(card) for card in chat.teams.cards(user).values())


async def offered(chat: Chat, clock: Clock, coach: User, to: User) -> None:
    """The programme, offered to another coach who knows of it."""
    assert "Ohjelmaa tarjottaisiin" in await say(chat, coach, "luovuta ohjelma Anna Aho")
    await say(chat, coach, "tee se")
    await chat.teams.until(lambda: "Sinulle tarjotaan ohjelmaa" in words(last_card(chat, to)[1]))


async def test_the_other_coach_takes_it_over_and_the_former_one_is_out(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Bertta Berg")
    anna, new = await successor(chat)
    programme_id = (await parts(chat, people[0][1]))[0].programme_id or 0
    async with chat.store.transaction() as unit:
        old = await unit.people.by_email(chat.teams.tenant, "pekka.pelto@ministry.example")
        assert old is not None
        part = Member(person_id=people[0][1].id, programme_id=programme_id, role=Role.PARTICIPANT, coach_id=old.id)
        await unit.people.save_part(part)
        await unit.people.save_part(replace(part, programme_id=None))
        assert Audience.COACH in (await unit.circles.reader(old.id, people[0][1].id)).audiences
    said = await say(chat, coach, "luovuta ohjelma anna.aho@ministry.example")
    assert "Hän saa valmennettavakseen 1 ihmisen." in said
    await say(chat, coach, "hylkää")
    await offered(chat, clock, coach, anna)
    assert await role_of(chat, programme_id, new) is None

    said = await say(chat, anna, "ota ohjelma vastaan")

    assert "Luovuttaja: Pekka Pelto" in said
    assert "Ohjelma on nyt sinun." in await say(chat, anna, "kyllä")
    await chat.teams.until(
        lambda: "Toinen valmentaja otti ohjelmasi vastaan. Se on nyt hänen." in chat.teams.texts(coach)
    )

    async def is_moved() -> bool:
        return await role_of(chat, programme_id, new) is Role.COACH

    await eventually(is_moved)
    assert await role_of(chat, programme_id, old) is None
    assert [part.coach_id for part in await parts(chat, people[0][1])] == [new.id]
    async with chat.store.transaction() as unit:
        assert (await unit.circles.reader(old.id, people[0][1].id)).audiences == frozenset()
        assert Audience.COACH in (await unit.circles.reader(new.id, people[0][1].id)).audiences
    assert "Mukana on 2 ihmistä." in await say(chat, anna, "yleiskatsaus")
    assert "Vain valmentaja" in await say(chat, coach, "yleiskatsaus")
    await in_time(clock, lambda: shows(chat, coach, "Ohjelma on luovutettu"))


async def test_an_open_question_goes_to_the_new_coach_and_leaves_the_chat_of_the_old_one(
    chat: Chat, clock: Clock
) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    await chat.write(coach, "hei")
    anna, _ = await successor(chat)
    element = await add_element(
        chat.store, key="kokeilu", tenant=chat.teams.tenant, kind=AskKind.ASSIGNMENT, assignment=AssignmentFacts()
    )
    await add_ask(chat.store, people[0][1], element, told_at=clock.now)
    await say(chat, people[0][0], "kysymys valmentajalle")
    await say(chat, people[0][0], "Miten aloitan tämän?")
    await chat.teams.until(lambda: shows(chat, coach, "Miten aloitan tämän?"))
    await offered(chat, clock, coach, anna)
    assert "1 avoin kysymys siirtyy mukana." in await say(chat, anna, "ota ohjelma vastaan")

    await say(chat, anna, "kyllä")

    await chat.teams.until(lambda: shows(chat, anna, "Miten aloitan tämän?"))
    await in_time(clock, lambda: not shows(chat, coach, "Miten aloitan tämän?"))


async def test_who_does_not_want_it_leaves_it_where_it_is(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    anna, new = await successor(chat)
    programme_id = (await parts(chat, people[0][1]))[0].programme_id or 0
    await offered(chat, clock, coach, anna)
    await say(chat, anna, "ota ohjelma vastaan")
    at, card = last_card(chat, anna)

    said = await press(chat, anna, at, button(card, "propose_decline"))

    assert "jää entiselle valmentajalle" in said.words
    await chat.teams.until(lambda: any("Se on yhä sinun." in text for text in chat.teams.texts(coach)))
    assert "ei ole enää voimassa" in (await press(chat, anna, at, button(card, "propose_accept"))).words
    assert await role_of(chat, programme_id, new) is None


async def test_an_offer_that_was_taken_back_is_not_valid_any_more(chat: Chat, clock: Clock) -> None:
    coach, _ = await coached(chat, "Aino Aalto")
    anna, _ = await successor(chat)
    await offered(chat, clock, coach, anna)
    await say(chat, anna, "ota ohjelma vastaan")
    at, card = last_card(chat, anna)

    await say(chat, coach, "peru muutos")

    assert "ei ole enää voimassa" in (await press(chat, anna, at, button(card, "propose_accept"))).words
    assert "ei tarjota mitään ohjelmaa" in await say(chat, anna, "ota ohjelma vastaan")


async def test_only_another_coach_who_takes_no_other_part_can_get_it_and_only_by_their_own_word(
    chat: Chat, clock: Clock
) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    anna, _ = await successor(chat)
    stranger, _ = await successor(chat, "Olli Oja")

    assert "Hän ei ole vielä valmentaja." in await say(chat, coach, "luovuta ohjelma Aino Aalto")
    await say(chat, coach, "peru muutos")
    assert "En löytänyt yhtä ihmistä" in await say(chat, coach, "luovuta ohjelma Joku Muu")
    await say(chat, coach, "peru muutos")
    for other in (stranger, people[0][0]):
        assert "Vain valmentaja" in await say(chat, other, "luovuta ohjelma Anna Aho")
    await offered(chat, clock, coach, anna)
    await say(chat, anna, "ota ohjelma vastaan")
    accept = button(last_card(chat, anna)[1], "propose_accept")
    for other in (stranger, people[0][0], coach):
        assert "ohjelma on nyt sinun" not in (await press(chat, other, None, accept)).words.lower()
        assert "ei tarjota mitään ohjelmaa" in await say(chat, other, "ota ohjelma vastaan")


async def test_a_coach_of_something_else_who_takes_part_cannot_coach_their_own_programme(chat: Chat) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    async with chat.store.transaction() as unit:
        await unit.people.save_part(Member(person_id=people[0][1].id, programme_id=None, role=Role.COACH))

    said = await say(chat, coach, "luovuta ohjelma Aino Aalto")

    assert "Hän on tässä ohjelmassa jo muussa roolissa" in said
    await say(chat, coach, "tee se")
    async with chat.store.transaction() as unit:
        assert await unit.proposals.offered_to(people[0][1].id) == []


async def test_what_the_former_coach_had_sent_is_not_theirs_to_steer_any_more(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto")
    anna, _ = await successor(chat)
    desk = await previewed(chat, coach)
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1])
    await offered(chat, clock, coach, anna)
    await say(chat, anna, "ota ohjelma vastaan")
    await say(chat, anna, "kyllä")

    async def is_out() -> bool:
        return "Vain valmentaja" in await say(chat, coach, "yleiskatsaus")

    await eventually(is_out)
    assert "toisen valmentajan" in await desk.press("refresh")
