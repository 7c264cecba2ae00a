"""A coach nudges those who owe an answer: a reminder comes sooner, never one more, and nobody is counted who is not."""

from datetime import timedelta

from coaching.asks import Ask
from coaching.people import Member, Person, Role
from demo.teams import User
from dialogs.cards import words
from scheduler.carrying_out import carry_out
from tests.bot.conftest import Chat
from tests.bot.desks import Desk, all_is_settled, coached, got, in_time, previewed
from tests.bot.hands import button, last_card, press, say
from tests.builders import Clock, in_all
from tests.serving import eventually


async def asked(chat: Chat, clock: Clock, *names: str) -> tuple[User, list[tuple[User, Person]], Desk]:
    """A question that a coach has sent, and that everybody has got."""
    coach, people = await coached(chat, *names)
    desk = await previewed(chat, coach, what="question")
    await desk.press("send")
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1] * len(names))
    await eventually(lambda: all_is_settled(chat))
    await desk.until(clock, "On saanut")
    desk.card = chat.teams.cards(coach)[desk.at]
    return coach, people, desk


async def ask_of(chat: Chat, person: Person) -> Ask:
    async with chat.store.transaction() as unit:
        (found,) = await unit.asks.open_of(person.id)
    return found


def cards_of(chat: Chat, people: list[tuple[User, Person]]) -> list[int]:
    return [len(chat.teams.cards(user)) for user, _ in people]


async def test_a_nudge_says_whom_it_reaches_and_brings_their_reminder_soon(chat: Chat, clock: Clock) -> None:
    coach, people, desk = await asked(chat, clock, "Aino Aalto", "Bertta Berg", "Cecilia Ceder", "Daniel Dahl")
    at, card = last_card(chat, people[0][0])
    await press(chat, people[0][0], at, button(card, "submit"), {"q1": "Vastaan heti"})
    await say(chat, people[1][0], "tauko 1 viikko")
    await say(chat, people[2][0], "ei nyt")
    before = cards_of(chat, people)

    await desk.press("nudge")

    await chat.teams.until(lambda: "Muistutus vastaamattomille" in words(last_card(chat, coach)[1]))
    at, card = last_card(chat, coach)
    shown = words(card)
    assert "Muistutus menee 1 ihmiselle." in shown
    assert "1: on tauolla tai poissa" in shown
    assert "1: on pyytänyt palaamaan asiaan myöhemmin" in shown
    await press(chat, coach, at, button(card, "propose_do"))
    await in_time(clock, lambda: "Muistutus lähtee" in words(chat.teams.cards(coach)[at]))
    clock.pass_by(days=1, hours=3)
    await chat.teams.until(lambda: cards_of(chat, people)[3] == before[3] + 1)
    assert cards_of(chat, people)[:2] == before[:2]
    await eventually(lambda: all_is_settled(chat))
    assert (await ask_of(chat, people[3][1])).reminders == 1


async def test_nobody_is_ever_reminded_a_third_time(chat: Chat, clock: Clock) -> None:
    coach, people, _ = await asked(chat, clock, "Aino Aalto")
    before = cards_of(chat, people)[0]
    clock.pass_by(hours=3)
    for number in (1, 2):
        clock.pass_by(minutes=1)
        assert "Muistutus menee 1 ihmiselle." in await say(chat, coach, "muistuta 1")
        await say(chat, coach, "tee se")
        await carry_out(chat.store)
        clock.pass_by(days=1)
        await chat.teams.until(lambda number=number: cards_of(chat, people)[0] == before + number)  # type: ignore[misc]
        await eventually(lambda: all_is_settled(chat))

    said = await say(chat, coach, "muistuta 1")

    assert "Nyt ei ole ketään, jota voisi muistuttaa." in said
    assert "1: kaikki muistutukset on jo annettu" in said
    clock.pass_by(days=14)
    assert (await ask_of(chat, people[0][1])).reminders == 2


async def test_a_nudge_keeps_to_the_dose(chat: Chat, clock: Clock) -> None:
    coach, people, _ = await asked(chat, clock, "Aino Aalto")
    told_on = clock.now.date()
    await say(chat, coach, "muistuta 1")
    await say(chat, coach, "tee se")
    await carry_out(chat.store)

    async with chat.store.transaction() as unit:
        situation = await unit.visits.of(people[0][1])
        visit = situation.decide(unit.now).visit

    assert visit is not None
    assert visit.at.date() == told_on + timedelta(days=1)


async def test_a_nudge_is_taken_back_from_those_who_have_not_got_it(chat: Chat, clock: Clock) -> None:
    coach, people, _ = await asked(chat, clock, "Aino Aalto")
    await say(chat, coach, "muistuta 1")
    await say(chat, coach, "tee se")
    await carry_out(chat.store)
    assert (await ask_of(chat, people[0][1])).nudged_at == clock.now

    await say(chat, coach, "peru muutos")

    await carry_out(chat.store)
    assert (await ask_of(chat, people[0][1])).nudged_at is None
    await in_time(clock, lambda: "Muistutus on peruttu" in words(last_card(chat, coach)[1]))


async def test_only_the_programmes_coach_nudges(chat: Chat, clock: Clock) -> None:
    coach, people, desk = await asked(chat, clock, "Aino Aalto")
    stranger, _ = await coached_elsewhere(chat)
    data = button(desk.card, "nudge")

    for other in (stranger, people[0][0]):
        said = (await press(chat, other, None, data)).words
        assert "Muistutus menee" not in said
    assert "Vain valmentaja" in await say(chat, people[0][0], "muistuta 1")
    assert "muistuta 2" in await say(chat, coach, "muistuta 7")
    assert (await ask_of(chat, people[0][1])).nudged_at is None


async def coached_elsewhere(chat: Chat) -> tuple[User, Person]:
    """A coach of another programme."""
    user, person = await chat.person("Olli Oja", role=Role.COACH)
    async with chat.store.transaction() as unit:
        other = await unit.programmes.add(tenant=chat.teams.tenant, key="toinen", name=in_all("Toinen"))
        await unit.people.save_part(Member(person_id=person.id, programme_id=other, role=Role.COACH))
    return user, person
