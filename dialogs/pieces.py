"""Pieces: what every card of ours is put together from, and how large a card may be.

The Adaptive Cards are Microsoft's typed builders, version 1.5. What a person wrote goes into an input's value or
into `quoted`, never into `heading` or `paragraph`, where Markdown is read.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from microsoft_teams.cards import (
    Action,
    AdaptiveCard,
    CardElement,
    ExecuteAction,
    OpenUrlAction,
    RichTextBlock,
    SubmitAction,
    TextBlock,
    TextRun,
)

from coaching.people import Language
from dialogs.reply import Card

#: Of the data that a card's buttons carry; a card of another version is answered with a fresh one.
DATA_VERSION = 1
#: Bytes of a card's JSON in UTF-16, as Teams counts; some of its clients fail over 28 KB.
LARGEST_CARD = 28_000
MOST_ACTIONS = 6
#: Characters of what is cut where there are very many: more than any has.
LONGEST_FITTED = 4000


class Verb(StrEnum):
    """What a button asks for."""

    SUBMIT = "submit"
    EDIT = "edit"
    FORMER = "former"
    SHOW = "show"
    LATER = "later"
    LANGUAGE = "language"
    CONFIRM = "confirm"
    PICK = "pick"
    PAUSE = "pause"
    RESUME = "resume"
    OPEN = "open"
    STOP = "stop"
    #: An assignment's card is to ask something else.
    TURN = "turn"
    #: What was entered so far is to be kept, and not handed in.
    SAVE = "save"
    #: The development plan; one more goal; half as much for a while.
    GOALS = "goals"
    NEW_GOAL = "new_goal"
    TOO_MUCH = "too_much"
    MY_DATA = "my_data"
    #: A question of a colleague's is not to be answered.
    DECLINE = "decline"
    PLAN_FILE = "plan_file"
    #: Sentences of the plan for the own team; the time of that talk for the calendar.
    TEAM_PLAN = "team_plan"
    TEAM_CALENDAR = "team_calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRef:
    """Which card of ours a button belongs to, and which ask; ask_id None for a card about several or none."""

    card_id: int
    revision: int
    ask_id: int | None = None


def button(
    title: str,
    verb: str,
    *,
    ref: CardRef | None = None,
    ask_id: int | None = None,
    argument: str = "",
    inputs: Literal["auto", "none"] = "none",
) -> ExecuteAction:
    """A button that carries ids and a verb. inputs "auto": the card's inputs are checked and sent along.

    ask_id: for a button about another ask than the card's own.
    """
    carried = {
        "ask": ask_id if ask_id is not None else ref and ref.ask_id,
        "card": ref and ref.card_id,
        "revision": ref and ref.revision,
        "arg": argument or None,
    }
    sparri = {"v": DATA_VERSION, "verb": str(verb), **{key: id for key, id in carried.items() if id is not None}}
    data = {"sparri": sparri}
    old_client = SubmitAction(title=title, data=data, associated_inputs=inputs)
    return ExecuteAction(title=title, verb=str(verb), data=data, associated_inputs=inputs, fallback=old_client)


def address(url: str | None) -> str | None:
    """The web address, safe to stand in Markdown; None for what is none. Anything but http and https is refused."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    if url is None or parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return quote(url, safe="%/:=&?~#+!$,;'@-._*")


def opens(title: str, url: str) -> OpenUrlAction:
    """A button that opens a web address."""
    return OpenUrlAction(title=title, url=url)


def link(text: str, url: str | None) -> str:
    """Our own words as a link, in Markdown; as they are where *url* is no web address."""
    found = address(url)
    return f"[{text.translate(_NO_BRACKETS)}]({found})" if found else text


_NO_BRACKETS = str.maketrans("[]", "()")


def cut(text: str, longest: int) -> str:
    """The text in so many characters at the most, and a sign where its end is missing."""
    return text if len(text) <= longest else f"{text[: max(longest - 1, 0)].rstrip()}…"


def heading(text: str) -> TextBlock:
    """The title of a card; screen readers find it by its style."""
    return TextBlock(text=text, style="heading", size="Large", weight="Bolder", wrap=True)


def subheading(text: str) -> TextBlock:
    """The title of what else stands on a card."""
    return TextBlock(text=text, weight="Bolder", wrap=True, separator=True, spacing="Medium")


def paragraph(text: str) -> TextBlock:
    """A paragraph of our own words."""
    return TextBlock(text=text, wrap=True)


def small(text: str) -> TextBlock:
    """A line of our own words beside the matter: who sees, why this came."""
    return TextBlock(text=text, size="Small", spacing="Small", wrap=True)


def alert(text: str) -> TextBlock:
    """A line of our own words that something needs the person's attention."""
    return TextBlock(text=text, color="Attention", weight="Bolder", wrap=True)


def quoted(lead: str, text: str) -> RichTextBlock:
    """What a person wrote, after our own words *lead*. Nothing in it is read as Markdown."""
    runs: list[CardElement] = [TextRun(text=lead), TextRun(text=text, italic=True)]
    return RichTextBlock(inlines=runs)


def card(language: Language, body: Sequence[CardElement], *, fallback: str, actions: Sequence[Action] = ()) -> Card:
    """A card as JSON. *fallback* is what a client shows, or a screen reader says, that cannot draw the card."""
    drawn = AdaptiveCard(
        version="1.5",
        lang=language.value,
        fallback_text=fallback,
        body=list(body),
        actions=list(actions) or None,
    )
    json_card: Card = json.loads(drawn.model_dump_json(by_alias=True, exclude_none=True), parse_float=_whole)
    return json_card


def size(card: Card) -> int:
    """Bytes of the card's JSON in UTF-16."""
    return len(json.dumps(card, ensure_ascii=False).encode("utf-16-le", "surrogatepass"))


def fitting(drawn: Callable[[int], Card]) -> Card:
    """The card with its words as long as Teams takes it. drawn: given how many characters of each there is room for."""
    whole = drawn(LONGEST_FITTED)
    if size(whole) <= LARGEST_CARD:
        return whole
    too_long = bisect_left(range(LONGEST_FITTED), True, key=lambda longest: size(drawn(longest)) > LARGEST_CARD)
    return drawn(max(too_long - 1, 0))


def words(card: Card) -> str:
    """What a card says, a line an element: texts, questions, choices and buttons, not what stands in its inputs."""
    return "\n".join(line for element in [*card.get("body", []), *card.get("actions", [])] for line in _lines(element))


def texts(elements: Sequence[CardElement]) -> list[str]:
    """The same of some elements of a card."""
    return [
        line for each in elements for line in _lines(json.loads(each.model_dump_json(by_alias=True, exclude_none=True)))
    ]


def _lines(element: dict[str, Any]) -> Iterable[str]:
    if element["type"] == "RichTextBlock":
        yield "".join(run if isinstance(run, str) else run["text"] for run in element["inlines"])
        return
    yield from (element[key] for key in ("text", "label", "title") if element.get(key))
    for key in ("items", "actions", "columns"):
        for inner in element.get(key, []):
            yield from _lines(inner)
    yield from (choice["title"] for choice in element.get("choices", []))
    yield from (f"{fact['title']} {fact['value']}" for fact in element.get("facts", []))


def _whole(number: str) -> int | float:
    """The builders make every number a float; a bound of 4000.0 characters is refused by some clients."""
    found = float(number)
    return int(found) if found.is_integer() else found
