"""Drawings: what many people are told at once is drawn once; only the numbers in it are each person's own."""

import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.teams.outgoing import Activity, Written, message, written
from coaching.asks import Ask
from dialogs.reader import NO_LINKS, Links
from dialogs.visiting import visit_card
from scheduler.claims import Claimed

#: Drawings that are kept, and for how many seconds: a wave brings a few, in three languages.
MOST_KEPT, KEPT_SECONDS = 64, 60.0
#: Where a number goes in what the buttons of a card carry: that of an ask, or of the card itself.
_PLACE = re.compile(r'((?<="ask":)-[0-9]+(?=[,}])|(?<="card":)0(?=[,}]))')


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    """A message in JSON, in pieces between which numbers go. places: whose; the asks are -1, -2 and so on, the card 0.

    about: what it was drawn from.
    """

    about: tuple[Any, ...]
    pieces: Sequence[str]
    places: Sequence[int]
    at: float

    def numbered(self, numbers: dict[int, int]) -> Written:
        """With these numbers, by place."""
        whole = [""] * (2 * len(self.pieces) - 1)
        whole[::2] = self.pieces
        whole[1::2] = [str(numbers[place]) for place in self.places]
        return Written("".join(whole))


class Drawings:
    """Draws the messages of visits."""

    def __init__(self, links: Links = NO_LINKS) -> None:
        self._links = links
        self._kept: OrderedDict[tuple[Any, ...], _Drawing] = OrderedDict()

    def visit(self, claimed: Claimed) -> Activity | Written:
        """What is sent, with the card of a visit as `dialogs.visiting.visit_card` draws it. Raises MissingText.

        What repeats somebody's own words is drawn for each, and never kept.
        """
        if claimed.spoken:
            return self._drawn(claimed)
        places = {ask_id: -number for number, ask_id in enumerate(claimed.asks, start=1)}
        person = claimed.person
        parts = tuple((part.ask_id and places[part.ask_id], part.purpose) for part in claimed.parts)
        key = (person.language, person.timezone, parts)
        about = (*(_said(ask) for ask in claimed.asks.values()), claimed.programmes)
        drawing = self._kept.get(key)
        if drawing is None or drawing.about != about or drawing.at < time.monotonic() - KEPT_SECONDS:
            drawing = self._kept[key] = self._in_places(claimed, places, about)
            self._kept.move_to_end(key)
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return drawing.numbered({0: claimed.card_id} | {place: id for id, place in places.items()})

    def _in_places(self, claimed: Claimed, places: dict[int, int], about: tuple[Any, ...]) -> _Drawing:
        parts = tuple(replace(part, ask_id=part.ask_id and places[part.ask_id]) for part in claimed.parts)
        asks = {places[ask.id]: replace(ask, id=places[ask.id]) for ask in claimed.asks.values()}
        drawn = self._drawn(replace(claimed, parts=parts, asks=asks, card_id=0))
        split = _PLACE.split(written(drawn).text)
        return _Drawing(
            about=about, pieces=split[::2], places=[int(place) for place in split[1::2]], at=time.monotonic()
        )

    def _drawn(self, claimed: Claimed) -> Activity:
        said = visit_card(
            claimed.person.language,
            claimed.parts,
            claimed.asks,
            claimed.programmes,
            card_id=claimed.card_id,
            zone=ZoneInfo(claimed.person.timezone),
            links=self._links,
            spoken=claimed.spoken,
            now=claimed.slot_at if claimed.spoken else None,
        )
        return message(said, language=claimed.person.language)


def _said(ask: Ask) -> tuple[object, ...]:
    """All of an ask that a card may show."""
    return ask.element, ask.kind, ask.programme_id, ask.occurrence, ask.due_at, ask.closes_at
