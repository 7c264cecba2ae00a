"""Drawing: a card as it should look now, from what is stored; the turn and the pump draw the same."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from coaching.asks import Ask, AskState, can_be_answered
from coaching.people import Person
from dialogs import cards, catalogue
from dialogs.pieces import CardRef
from dialogs.reply import Card
from dialogs.wording import t
from storage.conversations import Face, ShownCard
from storage.sealing import Cipher
from storage.store import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A card, and the line that a notification shows of it."""

    card: Card
    summary: str


async def draw(unit: Unit, person: Person, cipher: Cipher, ask: Ask, card: ShownCard) -> Drawn:
    """The card's ask as it stands: the form, the form with the answer to change, the receipt, or that it is closed.

    Raises Unreadable when the answer to change cannot be opened.
    """
    language, zone = person.language, ZoneInfo(person.timezone)
    form = catalogue.form(ask, language)
    ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
    open_still = can_be_answered(ask, unit.now)
    if ask.state is AskState.ANSWERED and not (card.face is Face.EDIT and open_still):
        receipt = cards.receipt_card(
            language,
            form,
            ref,
            at_local=(ask.answered_at or unit.now).astimezone(zone),
            version=ask.version,
            closes_local=ask.closes_at.astimezone(zone) if ask.closes_at else None,
            can_edit=open_still,
            has_former=ask.version > 1,
        )
        return Drawn(card=receipt, summary=t(language, "receipt.summary"))
    if not open_still:
        closed_local = ask.closes_at.astimezone(zone) if ask.closes_at else None
        closed = cards.closed_card(language, form, closed_local=closed_local)
        return Drawn(card=closed, summary=t(language, "card.closed_title"))
    entries = {}
    if ask.state is AskState.ANSWERED:
        entries = await unit.answers.newest(cipher, person_id=person.id, ask_id=ask.id)
    why = await why_in_words(unit, person, ask)
    drawn = cards.form_card(language, form, ref, entries=entries, why=why)
    return Drawn(card=drawn, summary=t(language, "form.summary", title=form.title))


async def why_in_words(unit: Unit, person: Person, ask: Ask) -> str:
    """Why the person has this ask, in one sentence."""
    programme = await unit.programmes.name_of(ask.programme_id, person.language)
    return t(person.language, "ask.why", programme=programme)
