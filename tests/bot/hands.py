"""What people do in a chat, for the tests: find a button of a card and press it, type, and see what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from coaching.asks import Ask
from coaching.people import Person
from demo.teams import User
from dialogs.cards import words
from tests.bot.conftest import Chat
from tests.builders import add_ask, add_element

CARD = "application/vnd.microsoft.card.adaptive"
DEBRIEF = {"intended": "Kuuntelen ensin", "happened": "Kuuntelin", "next": "Kysyn vielä kerran"}


class Way(StrEnum):
    """How a client sends a press: new ones as an invoke, old ones as a message."""

    EXECUTE = "execute"
    SUBMIT = "submit"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came back: all its words, and the card that now stands where the press was, if it changed."""

    words: str
    card: dict[str, Any] | None = None


def button(
    card: Mapping[str, Any], verb: str, *, argument: str | None = None, ask: int | None = None
) -> dict[str, Any]:
    """What a button of the card carries."""
    carried: list[dict[str, Any]] = [action["data"] for action in card["actions"] if "data" in action]
    return next(
        data
        for data in carried
        if data["sparri"]["verb"] == verb
        and argument in (None, data["sparri"].get("arg"))
        and ask in (None, data["sparri"].get("ask"))
    )


async def press(
    chat: Chat,
    user: User,
    at: str | None,
    data: Mapping[str, Any],
    entries: Mapping[str, Any] | None = None,
    *,
    way: Way = Way.EXECUTE,
) -> Said:
    """Press a button with what it carries and what was entered on its card; at: the card's message in Teams."""
    sent = {**data, **(entries or {})}
    before, calls = chat.teams.cards(user), len(chat.teams.sent)
    if way is Way.EXECUTE:
        answer = await chat.post(chat.teams.execute(user, data["sparri"].get("verb", ""), sent, reply_to=at))
        assert answer.status == 200
        assert answer.body["statusCode"] == 200
        if answer.body["type"] == CARD:
            return Said(words=words(answer.body["value"]), card=answer.body["value"])
        return Said(words=answer.body["value"])
    answer = await chat.post(chat.teams.submit(user, sent, reply_to=at))
    assert answer.status == 200
    texts = [call.body["text"] for call in chat.teams.sent[calls:] if call.body.get("text")]
    cards = [card for id_, card in chat.teams.cards(user).items() if before.get(id_) != card]
    return Said(words="\n".join([*texts, *map(words, cards)]), card=cards[0] if cards else None)


async def say(chat: Chat, user: User, text: str) -> str:
    """Type something; all that Sparri says to it, cards too, as words."""
    return await said_to(chat, user, chat.teams.message(user, text))


async def said_to(chat: Chat, user: User, activity: Mapping[str, Any]) -> str:
    """What Sparri says to an activity in that person's chat, as words; new messages and changed cards."""
    calls = len(chat.teams.sent)
    answer = await chat.post(dict(activity))
    assert answer.status in {200, 201, 202}
    said = [
        call.body
        for call in chat.teams.sent[calls:]
        if call.succeeded and call.conversation_id == user.conversation_id and call.body.get("type") == "message"
    ]
    return "\n".join(body["text"] if body.get("text") else words(body["attachments"][0]["content"]) for body in said)


async def asked(chat: Chat, person: Person, *titles: str, questions: int = 0, **given: Any) -> list[Ask]:
    """Open asks of a person, a minute apart."""
    found = []
    for title in titles:
        element = await add_element(chat.store, key=title, title=title, questions=questions, tenant=chat.teams.tenant)
        found.append(await add_ask(chat.store, person, element, **given))
    return found


async def form_of(chat: Chat, user: User) -> tuple[str, dict[str, Any]]:
    """The newest card in the chat: its message and the card, after *open* was typed."""
    await chat.write(user, "open")
    return list(chat.teams.cards(user).items())[-1]


def last_card(chat: Chat, user: User) -> tuple[str, dict[str, Any]]:
    """The newest card in the chat: its message and the card."""
    return list(chat.teams.cards(user).items())[-1]
