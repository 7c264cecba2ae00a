"""A draft of the plan is shared with the coach for some days, and taken back.

The coach reads exactly the draft, as long as it is shared; once it is taken back, or its days are over, their next open
says that it is no longer shared, and the card on which they had opened it is emptied.
"""

from dataclasses import dataclass

import pytest

from coaching.asks import Ask
from coaching.people import Language, Role
from dialogs.cards import words
from dialogs.wording import t
from tests.bot.conftest import Chat
from tests.bot.hands import button, last_card, press, say
from tests.bot.talking import Some, discussion, somebody, takes_part
from tests.bot.test_plans import invited, told
from tests.builders import Clock

SPEAKS = {Language.FI: "suomi", Language.SV: "svenska", Language.EN: "English"}
WHAT, WHY = "Kuuntelen loppuun", "Tiimi uskaltaa puhua"


@dataclass
class Shared:
    """Aino's share of her draft: her card with it, and where Kaisa was told of it."""

    aino: Some
    kaisa: Some
    at: str
    card: dict[str, object]
    told_at: str
    told: dict[str, object]


async def drafted(chat: Chat, aino: Some) -> Ask:
    """A goal without its *when* and *then*: a draft."""
    ask = await invited(chat, aino.person)
    at, card = await told(chat, aino.user, "Mitä haluat kehittää?")
    await press(chat, aino.user, at, button(card, "submit"), {"what": WHAT, "why": WHY})
    return ask


async def shared(chat: Chat, language: Language) -> Shared:
    """Aino shares the what of her draft with her coach until the end of the month."""
    aino, kaisa = await somebody(chat, "Aino Aalto"), await somebody(chat, "Kaisa Coach", role=Role.COACH)
    await say(chat, kaisa.user, SPEAKS[language])
    element = await discussion(chat)
    await takes_part(chat, kaisa, element, role=Role.COACH)
    goal = await drafted(chat, aino)
    await takes_part(chat, aino, element, coach=kaisa)
    await say(chat, aino.user, "jaa")
    at, form = last_card(chat, aino.user)
    entries = {"what": f"ask:{goal.id}/what", "to": f"coach:{kaisa.person.id}", "until": "2026-11-30"}
    preview = await press(chat, aino.user, at, button(form, "share_preview"), entries)
    assert preview.card is not None
    done = await press(chat, aino.user, at, button(preview.card, "share_now"))
    assert done.card is not None
    return Shared(aino, kaisa, at, done.card, *await told(chat, kaisa.user, t(language, "share.told.title")))


async def opened(chat: Chat, found: Shared) -> tuple[str, str]:
    """What the coach sees when they press *open*, and where."""
    before = len(chat.teams.cards(found.kaisa.user))
    await press(chat, found.kaisa.user, found.told_at, button(found.told, "share_open"))
    await chat.teams.until(lambda: len(chat.teams.cards(found.kaisa.user)) > before)
    at, card = last_card(chat, found.kaisa.user)
    return at, words(card)


@pytest.mark.parametrize("language", Language)
async def test_after_it_was_taken_back_the_coachs_next_open_says_that_it_is_no_longer_shared(
    chat: Chat, clock: Clock, language: Language
) -> None:
    found = await shared(chat, language)
    first_at, first = await opened(chat, found)

    await press(chat, found.aino.user, found.at, button(found.card, "share_back"))
    _, second = await opened(chat, found)
    clock.pass_by(seconds=10)

    no_longer = t(language, "share.no_longer")
    assert WHAT in first
    assert WHY not in first
    assert no_longer not in first
    assert no_longer in second
    assert WHAT not in second
    await chat.teams.until(lambda: no_longer in words(chat.teams.cards(found.kaisa.user)[first_at]))
    assert not any(WHAT in str(card) for card in chat.teams.cards(found.kaisa.user).values())
    assert "Kaisa Coach" in await say(chat, found.aino.user, "kuka on lukenut")


async def test_when_its_days_are_over_the_coachs_next_open_says_so_without_anybody_doing_anything(
    chat: Chat, clock: Clock
) -> None:
    found = await shared(chat, Language.FI)
    clock.now = clock.now.replace(day=30, hour=21, minute=59)
    _, before = await opened(chat, found)

    clock.pass_by(minutes=1)
    _, after = await opened(chat, found)

    assert WHAT in before
    assert t(Language.FI, "share.no_longer") in after
    assert WHAT not in after
