"""Replies: what one turn says back. Plain data, so that a redelivered activity can be told the same again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

#: An Adaptive Card as JSON.
Card: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A plain message. No Markdown: what people wrote may be in it.

    to: the number of the person whom it is for, when that is not the one who is answered. erasure: the number of the
    order that it tells its person of; when it was said, they have been told.
    """

    text: str
    to: int | None = None
    erasure: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCard:
    """A card in a new message. card_id is its row, None for a card that is never changed later.

    summary is what a notification shows: never anything that a person wrote. apart: it comes as a message of its own
    after a press too, where the pressed card is to stay as it is.
    """

    card: Card
    summary: str
    card_id: int | None = None
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCard:
    """A card that is there already, in its new shape; revision is the one it shows.

    activity_id: the Teams message that it is in; None when that is not known, and it is then sent anew.
    """

    card: Card
    summary: str
    card_id: int
    revision: int
    activity_id: str | None = None


Part: TypeAlias = Text | NewCard | ChangedCard

_PARTS: Mapping[str, type[Text] | type[NewCard] | type[ChangedCard]] = {
    part.__name__: part for part in (Text, NewCard, ChangedCard)
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a turn says, in order; nothing at all is a valid reply to an event."""

    parts: tuple[Part, ...] = ()

    @classmethod
    def of(cls, *parts: Part | str) -> "Reply":
        """A reply of these parts; a string is a plain message."""
        return cls(parts=tuple(Text(text=part) if isinstance(part, str) else part for part in parts))

    def as_json(self) -> list[dict[str, Any]]:
        """The reply as JSON, for keeping it (sealed) until a redelivery can no longer come."""
        return [
            {"part": type(part).__name__, **{name: getattr(part, name) for name in part.__slots__}}
            for part in self.parts
        ]

    @classmethod
    def from_json(cls, parts: list[dict[str, Any]]) -> "Reply":
        """The inverse of as_json."""
        return cls(
            parts=tuple(_PARTS[part["part"]](**{k: v for k, v in part.items() if k != "part"}) for part in parts)
        )
