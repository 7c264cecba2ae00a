"""Answers: the body that Teams waits for when a card's button or a dialog window calls."""

from typing import Any, TypeAlias

from bot.teams.incoming import Incoming, Kind
from bot.teams.outgoing import ADAPTIVE_CARD, attachment
from dialogs.reply import ChangedCard, NewCard, Part, Reply, Text

MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"
WINDOW_INVOKES = frozenset({"task/fetch", "task/submit"})

#: A body as JSON; the HTTP status beside it is always 200, the outcome is inside.
Body: TypeAlias = dict[str, Any]


def answer(reply: Reply, incoming: Incoming) -> Body:
    """The body for an invoke: the reply's first card, else its first text, else "nothing to show".

    What it leaves out is `remaining`. For a window, nothing to show closes it.
    """
    part = _shown(reply)
    return _window(part) if incoming.kind is Kind.WINDOW else _action(part)


def remaining(reply: Reply) -> tuple[Part, ...]:
    """The parts of a reply that an invoke's answer does not carry, to be sent as messages."""
    shown = _shown(reply)
    return tuple(part for part in reply.parts if part is not shown)


def failure(status: int, code: str, sentence: str, *, name: str) -> Body:
    """The body that says that the invoke *name* failed. sentence: for the person; a window shows it."""
    if name in WINDOW_INVOKES:
        return {"task": {"type": "message", "value": sentence}}
    return {"statusCode": status, "type": ERROR, "value": {"code": code, "message": sentence}}


def _shown(reply: Reply) -> Part | None:
    cards = (
        part for part in reply.parts if isinstance(part, ChangedCard) or (isinstance(part, NewCard) and not part.apart)
    )
    texts = (part for part in reply.parts if isinstance(part, Text) and part.to is None)
    return next(cards, next(texts, None))


def _action(part: Part | None) -> Body:
    if isinstance(part, NewCard | ChangedCard):
        return {"statusCode": 200, "type": ADAPTIVE_CARD, "value": part.card}
    return {"statusCode": 200, "type": MESSAGE, "value": part.text if isinstance(part, Text) else ""}


def _window(part: Part | None) -> Body:
    if isinstance(part, NewCard | ChangedCard):
        return {"task": {"type": "continue", "value": {"title": part.summary, "card": attachment(part.card)}}}
    return {"task": {"type": "message", "value": part.text}} if isinstance(part, Text) else {}
