"""A coach's desk, for the tests of broadcasts: their people, the card that shows how a broadcast goes, its figures."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from coaching.broadcasts import Reach, Standing
from coaching.people import Language, Member, Person, Role
from demo.teams import User
from dialogs.cards import words
from dialogs.wording import t
from storage.deliveries import DeliveryState
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press
from tests.builders import Clock, add_element
from tests.serving import eventually

#: `eventually` looks so often.
LOOKS_A_SECOND = 20
BLOCKED = {"error": {"code": "MessageWritesBlocked", "message": "blocked"}}
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

    async def until(self, clock: Clock, figures: str) -> None:
        """Wait until the card shows these figures by itself; they are looked at every few seconds of the clock."""
        looks = count()

        async def shows() -> bool:
            if next(looks) % LOOKS_A_SECOND == 0:
                clock.pass_by(seconds=4)
            return figures in self.shown()

        await eventually(shows)

    async def now(self) -> "Figures":
        """The figures as they are, when everything that was sent has its outcome: the coach asks for them."""
        await eventually(lambda: all_is_settled(self.chat))
        await self.press("refresh")
        return figures(self.card)

    def shown(self) -> str:
        """The card as Teams shows it by now."""
        return words(self.chat.teams.cards(self.coach)[self.at])


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What the coach's card says: how many it was sent to, how many stand where, why some are out of reach."""

    invited: int
    standing: dict[Standing, int]
    reach: dict[Reach, int]


def figures(card: dict[str, Any], language: Language = Language.FI) -> Figures:
    """The figures on a coach's card; places and causes without anybody are left out."""
    lines = words(card).splitlines()
    return Figures(
        invited=_count(lines, language, "broadcast.invited"),
        standing={each: n for each in Standing if (n := _count(lines, language, f"broadcast.standing.{each}"))},
        reach={each: n for each in Reach if (n := _count(lines, language, f"broadcast.reach.{each}"))},
    )


def _count(lines: list[str], language: Language, key: str) -> int:
    """The number on the line that this text makes with it; 0 where there is none."""
    numbers = [int(number) for line in lines for number in re.findall(r"\d+", line)]
    return next((number for number in numbers if t(language, key, count=number) in lines), 0)


async def previewed(chat: Chat, coach: User, **entries: Any) -> Desk:
    """The coach's card, with the form filled in and previewed."""
    await chat.write(coach, "lähetä tehtävä")
    desk = Desk(chat, coach, *last_card(chat, coach))
    await desk.press("preview", **({"what": "message", "to": "all"} | TEXTS | entries))
    return desk


def got(chat: Chat, people: list[tuple[User, Person]], title: str) -> list[int]:
    """How many cards with that title each has."""
    return [sum(title in words(card) for card in chat.teams.cards(user).values()) for user, _ in people]


async def all_is_settled(chat: Chat) -> bool:
    """Whether the outcome of everything that was sent is written down."""
    async with chat.store.transaction() as unit:
        return not await unit.deliveries.listed(person_id=None, state=DeliveryState.SENDING, limit=1)


async def in_time(clock: Clock, shows: Callable[[], bool]) -> None:
    """Wait until cards that are drawn anew by themselves show something; the clock goes on meanwhile."""
    looks = count()

    async def holds() -> bool:
        if next(looks) % LOOKS_A_SECOND == 0:
            clock.pass_by(seconds=4)
        return shows()

    await eventually(holds)
