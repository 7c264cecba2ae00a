"""Presses: what a card's button sends back. Ids and entries only, and none of it trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What a button sent: untrusted. Only ids and entries; None where the card did not carry a sane one.

    card_version: of the card's data format (`dialogs.cards.DATA_VERSION` is the current one), 0 when absent.
    entries: what was typed into the card's inputs, by field name.
    """

    verb: str
    card_version: int = 0
    ask_id: int | None = None
    card_id: int | None = None
    revision: int | None = None
    argument: str = ""
    entries: Mapping[str, object] = field(default_factory=dict)
