"""A turn: one person, one thing that they did, and the unit of work in which it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.asks import Ask, Element
from coaching.people import Language, Person
from coaching.telling import brought_up, is_repeated
from coaching.visits import Part
from dialogs import wording
from dialogs.drawing import Drawn, draw
from dialogs.press import Press
from dialogs.reader import NO_LINKS, Links, Reader
from dialogs.reply import ChangedCard, NewCard
from storage.cards import Face, ShownCard
from storage.sealing import Cipher
from storage.store import Unit

#: So long a broadcast can be undone, where nothing else is set.
UNDO = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What a dialog needs to answer. message: the activity's id in its conversation; reply_to: that of a pressed card.

    press: None unless a card's button was pressed. text: empty unless something was typed. undo: how long a broadcast
    can be undone.
    """

    unit: Unit
    person: Person
    cipher: Cipher
    message: str
    text: str = ""
    press: Press | None = None
    reply_to: str | None = None
    links: Links = NO_LINKS
    undo: timedelta = UNDO

    @property
    def language(self) -> Language:
        """The person's language."""
        return self.person.language

    @property
    def zone(self) -> ZoneInfo:
        """The person's time zone."""
        return ZoneInfo(self.person.timezone)

    @property
    def reader(self) -> Reader:
        """The person as the one whom something is drawn for."""
        return Reader(language=self.language, zone=self.zone, links=self.links)

    @property
    def now(self) -> datetime:
        """The moment of the turn, UTC."""
        return self.unit.now

    def t(self, key: str, /, **gaps: object) -> str:
        """A sentence in the person's language."""
        return wording.t(self.language, key, **gaps)

    def local(self, moment: datetime) -> datetime:
        """A moment on the person's own clock."""
        return moment.astimezone(self.zone)


async def own_ask(turn: Turn, ask_id: int | None) -> Ask | None:
    """The person's ask with that number; None when there is none, or it is somebody else's."""
    ask = None if ask_id is None else await turn.unit.asks.get(ask_id)
    return ask if ask is not None and ask.person_id == turn.person.id else None


async def of_own_accord(turn: Turn, new: Element, *, occurrence: int) -> Ask:
    """The person's ask of what only they begin: made when it is first opened; nothing ever reminds of it.

    new: what it comes from, which is added where the programme has none with its key. Raises AlreadyThere.
    """
    source = await turn.unit.programmes.known(new)
    found = await turn.unit.asks.of_element(source.id, [turn.person.id], occurrence=occurrence)
    return found.get(turn.person.id) or await turn.unit.asks.add(
        person_id=turn.person.id,
        element=source,
        occurrence=occurrence,
        wants_answer=False,
        opens_at=turn.now,
        told_at=turn.now,
    )


async def pressed_card(turn: Turn) -> ShownCard | None:
    """The card that was pressed, found by its number or its place in Teams; None when we do not know it.

    A press also tells where the card is, when its sender died before it could; then the visit did arrive.
    """
    cards, reply_to = turn.unit.cards, turn.reply_to
    card = None
    if turn.press is not None and turn.press.card_id is not None:
        card = await cards.get(turn.press.card_id)
    if card is not None and card.person_id != turn.person.id:
        card = None
    if card is None and reply_to is not None:
        card = await cards.at(person_id=turn.person.id, activity_id=reply_to)
    if card is not None and reply_to is not None and card.activity_id != reply_to:
        await cards.arrived({card.id: reply_to})
        await cards.found_at(card.id, reply_to)
        await _tell(turn, await turn.unit.deliveries.arrived(card.id, person_id=turn.person.id))
    return card


async def card_of(turn: Turn, card: ShownCard | None, ask: Ask) -> ShownCard:
    """The pressed card as that of an ask; a new row where it is not known, or was another's."""
    if card is not None and card.ask_id == ask.id:
        return card
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=ask.id)
    if turn.reply_to is not None:
        await turn.unit.cards.found_at(card.id, turn.reply_to)
    return card


async def _tell(turn: Turn, parts: Sequence[Part]) -> None:
    """What would have been said again was said."""
    asks = await turn.unit.asks.by_ids({part.ask_id for part in parts if part.ask_id is not None})
    said = [part for part in parts if is_repeated(part, asks)]
    await turn.unit.asks.save_all(
        [brought_up(asks[part.ask_id], part.purpose, turn.now) for part in said if part.ask_id is not None]
    )


async def changed(turn: Turn, card: ShownCard, ask: Ask) -> ChangedCard:
    """The card that was pressed, as its ask stands now."""
    return changed_to(turn, card, await draw(turn.unit, turn.person, turn.cipher, ask, card))


def changed_to(turn: Turn, card: ShownCard, drawn: Drawn) -> ChangedCard:
    """The card that was pressed, drawn as given."""
    return ChangedCard(
        card=drawn.card,
        summary=drawn.summary,
        card_id=card.id,
        revision=card.wanted,
        activity_id=turn.reply_to or card.activity_id,
    )


async def new_card(turn: Turn, ask: Ask, *, face: Face = Face.ASK) -> NewCard:
    """The ask as it stands, or its answer to be changed, as a card in a new message."""
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=ask.id, face=face)
    drawn = await draw(turn.unit, turn.person, turn.cipher, ask, card)
    return NewCard(card=drawn.card, summary=drawn.summary, card_id=card.id)
