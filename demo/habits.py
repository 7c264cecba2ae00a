"""Simulated people: each has a habit, and answers what Sparri brings as people with that habit do.

What they do comes from a seed and from what reaches them when, and goes the way of real people: a card's inputs are
filled in and its buttons pressed, over HTTP.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from coaching.people import Language
from demo.connector import ADAPTIVE_CARD
from demo.world import Inhabitant, World

#: Of what they are asked, usual people answer so much: as many as of self-assessments in comparable programmes, 79 %.
ANSWERED = 0.79
#: Of assignments, so many are planned first, for a moment of the person's own.
PLANNED = 0.5
#: More presses than any card needs.
MOST_PRESSES = 12
_SAYINGS: Mapping[Language, tuple[str, ...]] = {
    Language.FI: (
        "Kuuntelin ensin loppuun ja kysyin sitten.",
        "Kun palaveri alkaa, kysyn ensin, mitä toiset ajattelevat.",
        "Sovimme, että palaamme tähän ensi viikolla.",
    ),
    Language.SV: (
        "Jag lyssnade först till slut och frågade sedan.",
        "När mötet börjar frågar jag först vad de andra tänker.",
        "Vi kom överens om att återkomma till det här nästa vecka.",
    ),
    Language.EN: (
        "I listened to the end first, and asked then.",
        "When the meeting begins, I first ask what the others think.",
        "We agreed to come back to this next week.",
    ),
}


class Habit(StrEnum):
    """How somebody is with what they are asked."""

    USUAL = "usual"
    #: Some days later, often only after a reminder.
    SLOW = "slow"
    #: They read, and never answer.
    SILENT = "silent"


@dataclass(kw_only=True)
class Simulated:
    """Somebody who answers by themselves. turns: how long Sparri took for each of theirs, seconds.

    thanked: what was entered and thanked for, by the ask's number; the newest. planned: assignments with a moment.
    """

    inhabitant: Inhabitant
    habit: Habit
    random: Random
    turns: list[float] = field(default_factory=list)
    thanked: dict[int, Mapping[str, str]] = field(default_factory=dict)
    planned: set[int] = field(default_factory=set)
    _left: set[int] = field(default_factory=set)

    def looks_at(self, now: datetime) -> datetime | None:
        """When they turn to what came just now (UTC); None for never."""
        if self.habit is Habit.SILENT:
            return None
        if self.habit is Habit.SLOW:
            return now + timedelta(days=self.random.uniform(2, 5))
        return now + timedelta(minutes=self.random.lognormvariate(4, 1))

    async def answer(self, world: World, at: str) -> None:
        """Go through the card at that place in their chat, and what it leads to."""
        card = world.teams.cards(self.inhabitant.user).get(at)
        shows = [each for each in presses(card) if each["sparri"]["verb"] == "show"] if card else []
        for show in shows:
            await self._work(world, *await self._pressed(world, at, show, {}))
        if card is not None and not shows:
            await self._work(world, at, card)

    async def _work(self, world: World, at: str, card: Mapping[str, Any] | None) -> None:
        for _ in range(MOST_PRESSES):
            data = self._next(card) if card else None
            if card is None or data is None:
                return
            entries = dict(self._filled_in(card, world.now))
            at, card = await self._pressed(world, at, data, entries)
            ask, is_submit = data["sparri"].get("ask"), data["sparri"]["verb"] == "submit"
            if is_submit and ask is not None and card is not None and not _asks(card):
                if data["sparri"].get("arg") == "plan":
                    self.planned.add(ask)
                    return
                self.thanked[ask] = entries

    def _next(self, card: Mapping[str, Any]) -> dict[str, Any] | None:
        """The button that they press now; None for none."""
        by_verb = {(each["sparri"]["verb"], each["sparri"].get("arg", "")): each for each in presses(card)}
        asks = {each["sparri"].get("ask") for each in by_verb.values()} - {None}
        for ask in asks - self._left:
            if self.random.random() > ANSWERED:
                self._left.add(ask)
        if asks & self._left:
            return None
        for (verb, argument), each in by_verb.items():
            if verb == "submit" and argument != "draft":
                return each
        plan = by_verb.get(("turn", "plan"))
        if plan is not None and plan["sparri"]["ask"] not in self.planned and self.random.random() < PLANNED:
            return plan
        return by_verb.get(("turn", "hand_in"))

    async def _pressed(
        self, world: World, at: str, data: Mapping[str, Any], entries: Mapping[str, str]
    ) -> tuple[str, Mapping[str, Any] | None]:
        """Where the card is that the press led to, and how it looks; None where it led to words."""
        user = self.inhabitant.user
        before = world.teams.cards(user)
        begun = time.perf_counter()
        press = world.teams.execute(user, data["sparri"]["verb"], {**data, **entries}, reply_to=at)
        answer = await world.teams.post(world.url, press)
        self.turns.append(time.perf_counter() - begun)
        if answer.status == 200 and answer.body and answer.body.get("type") == ADAPTIVE_CARD:
            return at, answer.body["value"]
        new = [each for each in world.teams.cards(user).items() if each[0] not in before]
        return new[-1] if new else (at, None)

    def _filled_in(self, card: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
        """Something fit for each input of the card, by its id."""
        local = now.astimezone(ZoneInfo(self.inhabitant.row.timezone or "Europe/Helsinki"))
        for each in inputs(card):
            kind, choices = each["type"], [choice["value"] for choice in each.get("choices", [])]
            if kind == "Input.ChoiceSet" and choices:
                yield each["id"], self.random.choice(choices)
            elif kind == "Input.Number":
                yield each["id"], str(self.random.randint(int(each.get("min", 0)), int(each.get("max", 10))))
            elif kind == "Input.Date":
                yield each["id"], (local + timedelta(days=self.random.randint(2, 6))).date().isoformat()
            elif kind == "Input.Time":
                yield each["id"], f"{self.random.randint(9, 14):02}:30"
            elif kind == "Input.Text" and not each.get("value"):
                sayings = _SAYINGS[self.inhabitant.row.language or Language.FI]
                yield each["id"], self.random.choice(sayings)


def presses(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the buttons of a card carry, wherever they stand."""
    return [each["data"] for each in _within(card) if each.get("type") == "Action.Execute" and "sparri" in each["data"]]


def inputs(card: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What is to be filled in on a card, wherever it stands."""
    return [each for each in _within(card) if str(each.get("type", "")).startswith("Input.")]


def _asks(card: Mapping[str, Any]) -> bool:
    """Whether something is to be filled in, as in a form that asks again; a receipt asks nothing."""
    return bool(inputs(card))


def _within(element: object) -> Iterator[Mapping[str, Any]]:
    """Everything in a card, but what an old client shows instead."""
    if isinstance(element, Mapping):
        yield element
        for name, each in element.items():
            if name != "fallback":
                yield from _within(each)
    elif isinstance(element, list):
        for each in element:
            yield from _within(each)
