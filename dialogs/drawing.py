"""Drawing: a card as it should look now, from what is stored; the turn and the pump draw the same."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from coaching.asks import Ask, AskKind, AskState, can_be_answered
from coaching.assignments import AssignmentState, Progress
from coaching.people import Person
from dialogs import assignment, cards, catalogue, message
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
    if ask.kind is AskKind.ASSIGNMENT:
        own = await _assignment(unit, person, cipher, ask, card)
        if own is not None:
            return own
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
    beside = cards.Beside()
    if ask.kind is AskKind.MESSAGE:
        spoken = await unit.speech.of([ask])
        beside = cards.Beside(before=message.said(language, ask.element, spoken.get(ask.id), zone))
    drawn = cards.form_card(language, form, ref, entries=entries, why=why, beside=beside)
    return Drawn(card=drawn, summary=t(language, "form.summary", title=form.title))


async def _assignment(unit: Unit, person: Person, cipher: Cipher, ask: Ask, card: ShownCard) -> Drawn | None:
    """An assignment's own cards; None where the usual receipt, or that it is closed, is to be shown."""
    language, zone = person.language, ZoneInfo(person.timezone)
    ref, element = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id), ask.element
    title = t(language, "form.summary", title=catalogue.form(ask, language).title)
    progress = await unit.assignments.get(ask.id)
    face, entries = card.face, dict[str, object]()
    if ask.state is AskState.ANSWERED and not (face is Face.EDIT and can_be_answered(ask, unit.now)):
        if progress.by_id is None:
            return None
        names = await unit.people.names_of([progress.by_id])
        at = (ask.answered_at or unit.now).astimezone(zone)
        by = assignment.group_card(language, element, by=names.get(progress.by_id, ""), at_local=at)
        return Drawn(card=by, summary=t(language, "assignment.for_group.title"))
    if not can_be_answered(ask, unit.now):
        return None
    if ask.version:
        entries |= await unit.answers.newest(cipher, person_id=person.id, ask_id=ask.id)
    if face is Face.EDIT:
        face = assignment.face_named(assignment.about_of(entries))
    if face is Face.ASK:
        if progress.state is AssignmentState.DROPPED:
            return Drawn(card=assignment.left_out_card(language, element, ref), summary=title)
        spoken = (await unit.speech.of([ask])).get(ask.id)
        why = await why_in_words(unit, person, ask)
        beside = cards.Beside(lead=_standing(person, progress))
        main = assignment.main_card(language, ask, ref, zone=zone, why=why, spoken=spoken, beside=beside)
        return Drawn(card=main, summary=title)
    draft = await unit.drafts.get(cipher, person_id=person.id, ask_id=ask.id)
    is_own = draft is not None and face not in assignment.ASIDE and draft.about not in assignment.ASIDE
    entries |= draft.entries if draft is not None and is_own else {}
    lead = t(language, "assignment.kept") if entries and ask.state is not AskState.ANSWERED and is_own else ""
    drawn = assignment.face_card(language, element, ref, face, entries=entries, lead=lead)
    return Drawn(card=drawn, summary=title)


def _standing(person: Person, progress: Progress) -> str:
    """What there is to say of how far the person is."""
    if progress.state in (AssignmentState.DRAFTED, AssignmentState.COMMENTED):
        return t(person.language, f"assignment.{progress.state}")
    return ""


async def why_in_words(unit: Unit, person: Person, ask: Ask) -> str:
    """Why the person has this ask, in one sentence."""
    programme = await unit.programmes.name_of(ask.programme_id, person.language)
    return t(person.language, "ask.why", programme=programme)
