"""Drawing a visit once more, from the ledger: what was said together stays so when one part of it is corrected."""

from datetime import datetime
from zoneinfo import ZoneInfo

from coaching.asks import Ask, AskKind, AskState, can_be_answered
from coaching.people import Person
from dialogs.drawing import Drawn
from dialogs.reader import Links
from dialogs.visiting import visit_card
from storage.cards import Face, ShownCard
from storage.store import Unit

#: What is drawn from its words alone; other kinds are drawn as the person's own state has them.
_FROM_WORDS = frozenset(
    {
        AskKind.REFLECTION,
        AskKind.MESSAGE,
        AskKind.LEARNING_ITEM,
        AskKind.RETRIEVAL,
        AskKind.PRINCIPLE,
        AskKind.SURVEY,
        AskKind.BALLOT,
    }
)


async def draw_visit(unit: Unit, person: Person, card: ShownCard, lead: Ask | None, links: Links) -> Drawn | None:
    """The card of a visit as its asks stand; None for what is no visit's, or is drawn as its one ask stands.

    lead: the ask whose form the card shows; None where it shows none.
    """
    if card.face is not Face.ASK or (lead is not None and not _is_untouched(lead, unit.now)):
        return None
    delivery = await unit.deliveries.on_card(card.id)
    if delivery is None:
        return None
    parts = (await unit.deliveries.parts([delivery.id]))[delivery.id]
    asks = await unit.asks.by_ids({part.ask_id for part in parts if part.ask_id is not None})
    parts = tuple(part for part in parts if part.ask_id is None or _still_told(asks.get(part.ask_id)))
    if not asks or (lead is not None and len(parts) == 1):
        return None
    said = visit_card(
        person.language,
        parts,
        asks,
        await unit.programmes.names({ask.programme_id for ask in asks.values()}),
        card_id=card.id,
        zone=ZoneInfo(person.timezone),
        links=links,
        spoken=await unit.speech.of(asks.values()),
        now=delivery.slot_at,
    )
    return Drawn(card=said.card, summary=said.summary)


def _still_told(ask: Ask | None) -> bool:
    """Whether it is still for the person to know or to answer."""
    return ask is not None and (not ask.wants_answer or ask.state is AskState.OPEN)


def _is_untouched(lead: Ask, now: datetime) -> bool:
    """Whether the form is still as it was brought: open, and drawn from nothing but its words."""
    is_open = lead.state is AskState.OPEN and not lead.version and can_be_answered(lead, now)
    return is_open and lead.kind in _FROM_WORDS
