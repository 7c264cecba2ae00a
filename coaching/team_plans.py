"""Team plans: the sentences of somebody's plan that they take to the team which they lead, and no others.

They tick sentences; what was shown to be ticked is kept as it was, so that a tick never means anything else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from coaching.plans import WORDS, GoalWords

#: Sentences that can be ticked on one card.
MOST_SENTENCES = 24
#: Characters of all of them together: a card holds no more.
MOST_CHARACTERS = 5_000
#: How long the team's talk about it takes in a calendar.
TALK = timedelta(minutes=30)
#: So long after the talk the team can be asked whether they notice a change; and the fewest who are asked, so that
#: nobody can be recognised.
PULSE_AFTER, LEAST_ASKED = timedelta(weeks=4), 5
#: How long the team has for that.
PULSE_LASTS = timedelta(weeks=1)
_ENDS = re.compile(r"(?<=[.!?…])\s+|\s*\n+\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a plan. field: which of the goal's texts it is from; its if-then is one sentence, as "then"."""

    goal_id: int
    field: str
    text: str


def sentences(goal_id: int, words: GoalWords, *, if_then: str = "") -> list[Sentence]:
    """A goal's sentences, in the order of its texts. if_then: the whole of it, in the owner's language."""
    found = []
    for name in WORDS:
        text = if_then if name == "then" else "" if name == "when" else getattr(words, name)
        found += [Sentence(goal_id=goal_id, field=name, text=each) for each in parted(text)]
    return found


def parted(text: str) -> list[str]:
    """The sentences of a text. Nothing of it is lost but the spaces between them."""
    return [part for each in _ENDS.split(text) if (part := each.strip())]


def offered(found: Iterable[str]) -> list[str]:
    """As many of these sentences as one card holds, each once, in their order."""
    shown: list[str] = []
    for text in dict.fromkeys(found):
        if len(shown) == MOST_SENTENCES or sum(map(len, shown)) + len(text) > MOST_CHARACTERS:
            break
        shown.append(text)
    return shown


def ticked(shown: Sequence[str], chosen: Iterable[str]) -> list[str]:
    """The sentences that were ticked, in the order shown. chosen: "s1" is the first; what is none is passed over."""
    ids = set(chosen)
    return [text for place, text in enumerate(shown, start=1) if f"s{place}" in ids]
