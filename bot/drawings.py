"""Drawings: what many people are told at once is drawn once; only the numbers in it are each person's own."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from coaching.asks import Ask
from dialogs.reader import NO_LINKS, Links
from dialogs.reply import Card, NewCard
from dialogs.visiting import visit_card
from scheduler.claims import Claimed

#: Drawings that are kept, and for how many seconds: a wave brings a few, in three languages.
MOST_KEPT, KEPT_SECONDS = 64, 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """A card with places for numbers: of its asks -1, -2 and so on, of itself 0. about: what it was drawn from."""

    about: tuple[Any, ...]
    said: NewCard
    at: float


class Drawings:
    """Draws the cards of visits."""

    def __init__(self, links: Links = NO_LINKS) -> None:
        self._links = links
        self._kept: OrderedDict[tuple[Any, ...], _Drawing] = OrderedDict()

    def visit(self, claimed: Claimed) -> NewCard:
        """The card of a visit, as `dialogs.visiting.visit_card` draws it. Raises MissingText.

        What repeats somebody's own words is drawn for each, and never kept.
        """
        if claimed.spoken:
            return visit_card(
                claimed.person.language,
                claimed.parts,
                claimed.asks,
                claimed.programmes,
                card_id=claimed.card_id,
                zone=ZoneInfo(claimed.person.timezone),
                links=self._links,
                spoken=claimed.spoken,
                now=claimed.slot_at,
            )
        places = {ask_id: -number for number, ask_id in enumerate(claimed.asks, start=1)}
        person = claimed.person
        parts = tuple(replace(part, ask_id=part.ask_id and places[part.ask_id]) for part in claimed.parts)
        key = (person.language, person.timezone, parts)
        about = (*(_said(ask) for ask in claimed.asks.values()), claimed.programmes)
        drawing = self._kept.get(key)
        if drawing is None or drawing.about != about or drawing.at < time.monotonic() - KEPT_SECONDS:
            asks = {places[ask.id]: replace(ask, id=places[ask.id]) for ask in claimed.asks.values()}
            said = visit_card(
                person.language,
                parts,
                asks,
                claimed.programmes,
                card_id=0,
                zone=ZoneInfo(person.timezone),
                links=self._links,
            )
            drawing = self._kept[key] = _Drawing(about=about, said=said, at=time.monotonic())
            self._kept.move_to_end(key)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return _numbered(drawing.said, claimed.card_id, {place: id for id, place in places.items()})


def _said(ask: Ask) -> tuple[object, ...]:
    """All of an ask that a card may show."""
    return ask.element, ask.kind, ask.programme_id, ask.occurrence, ask.due_at, ask.closes_at


def _numbered(said: NewCard, card_id: int, ids: Mapping[int, int]) -> NewCard:
    """The card with its own numbers in what its buttons carry."""
    card: Card = {**said.card}
    if "actions" in card:
        card["actions"] = [_carrying(action, card_id, ids) for action in card["actions"]]
    return replace(said, card=card, card_id=None if said.card_id is None else card_id)


def _carrying(action: Mapping[str, Any], card_id: int, ids: Mapping[int, int]) -> dict[str, Any]:
    numbered = {**action}
    if "sparri" in (action.get("data") or {}):
        sparri = {**action["data"]["sparri"]}
        if "card" in sparri:
            sparri["card"] = card_id
        if "ask" in sparri:
            sparri["ask"] = ids[sparri["ask"]]
        numbered["data"] = {**action["data"], "sparri": sparri}
    if isinstance(action.get("fallback"), dict):
        numbered["fallback"] = _carrying(action["fallback"], card_id, ids)
    return numbered
