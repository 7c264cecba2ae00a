"""Broadcasts: what a coach sends to many from the chat, how they see that it goes, and how they take it back."""

from dataclasses import dataclass
from typing import Any

from coaching.people import Member, Person, Role
from demo.teams import User
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press
from tests.builders import Clock, add_element

TEXTS = {"text_fi": "Hiljainen viikko\nKokeile kuunnella.", "text_en": "A quiet week\nTry to listen."}


async def coached(chat: Chat, *names: str, groups: tuple[str, ...] = ()) -> tuple[User, list[tuple[User, Person]]]:
    """A coach, and the people of their programme."""
    coach, row = await chat.person("Pekka Pelto", role=Role.COACH)
    element = await add_element(chat.store, tenant=chat.teams.tenant, key="oma", title="Oma tehtävä")
    found = [await chat.person(name) for name in names]
    for user, _ in found:
        await chat.write(user, "hei")
    async with chat.store.transaction() as unit:
        part = Member(person_id=row.id, programme_id=element.programme_id, role=Role.COACH)
        await unit.people.save_part(part)
        for _, person in found:
            await unit.people.save_part(
                Member(person_id=person.id, programme_id=element.programme_id, role=Role.PARTICIPANT, groups=groups)
            )
    return coach, found


@dataclass
class Desk:
    """The coach's card, as the coach sees it. at: its message."""

    chat: Chat
    coach: User
    at: str
    card: dict[str, Any]

    async def press(self, verb: str, **entries: Any) -> str:
        """What a button says; the card is then as it came back."""
        said = await press(self.chat, self.coach, self.at, button(self.card, verb), entries)
        self.card = said.card or self.card
        return said.words

    def shown(self) -> str:
        """The card as Teams shows it by now."""
        return words(self.chat.teams.cards(self.coach)[self.at])


async def previewed(chat: Chat, coach: User, **entries: Any) -> Desk:
    """The coach's card, with the form filled in and previewed."""
    await chat.write(coach, "lähetä tehtävä")
    desk = Desk(chat, coach, *last_card(chat, coach))
    await desk.press("preview", **({"what": "message", "to": "all"} | TEXTS | entries))
    return desk


def got(chat: Chat, people: list[tuple[User, Person]], title: str) -> list[int]:
    """How many cards with that title each has."""
    return [sum(title in words(card) for card in chat.teams.cards(user).values()) for user, _ in people]


async def test_a_coach_sends_a_message_and_everybody_gets_it_once(chat: Chat, clock: Clock) -> None:
    coach, people = await coached(chat, "Aino Aalto", "Bertta Berg")
    desk = await previewed(chat, coach)

    said = await desk.press("send")

    assert "Odottaa lähtöä" in said
    assert "Lähetetty yhteensä 2 ihmiselle." in said
    clock.pass_by(minutes=2)
    await chat.teams.until(lambda: got(chat, people, "Hiljainen viikko") == [1, 1])
    await chat.teams.until(lambda: "On saanut: 2" in desk.shown())
