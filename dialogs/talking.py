"""Talking: what the two who hold a discussion say of it, by a card or typed: agreed on, moved, held, summed up.

What is said in it is theirs; each may write down what they agreed on. Nobody else can name a discussion of two people.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from coaching import talks
from coaching.asks import Ask, AskKind
from coaching.forms import Field as FormField
from coaching.forms import FieldKind
from coaching.sources import TALKS
from coaching.talks import AlreadyHeld, NotYet, Past, Talk
from dialogs import answering, sharing, summarising
from dialogs.press import Press
from dialogs.reply import Card, ChangedCard, NewCard, Part, Reply
from dialogs.talk_cards import DAY, WHO, TalkVerb, working_card
from dialogs.turn import Turn, new_card, of_own_accord
from dialogs.typed import read
from dialogs.wording import date_in_words
from storage.cards import Face
from storage.talk_lines import TalkLine

_DAY = FormField(name=DAY, kind=FieldKind.DATE, label=DAY, matter=None)


async def overview(turn: Turn, _argument: str = "") -> Reply:
    """All discussions of the person, in a card to mark and prepare from."""
    return Reply.of(await _new(turn))


async def pressed(turn: Turn, press: Press) -> Reply:
    """What a button about discussions does."""
    if press.verb == TalkVerb.LIST:
        return Reply.of(await _new(turn))
    if press.verb == TalkVerb.SHARED:
        return await sharing.shared_with_me(turn, "")
    who = str(press.argument or press.entries.get(WHO) or "")
    talk = await _own(turn, int(who)) if who.isdecimal() and len(who) < 15 else None
    if talk is None:
        return Reply.of(await _shown(turn, turn.t("talk.no_who")))
    if press.verb == TalkVerb.PREPARE:
        return await _prepare(turn, talk)
    if press.verb == TalkVerb.SUMMARISE:
        return await summarising.begin(turn, talk)
    day = _read(turn, str(press.entries.get(DAY) or ""))
    if day is None:
        return Reply.of(await _shown(turn, turn.t("talk.no_day")))
    said, after = await _mark(turn, talk, day, is_held=press.verb == TalkVerb.HELD)
    if after is None:
        return Reply.of(await _shown(turn, said))
    return Reply.of(await _shown(turn, ""), said, *summarising.offer(turn, after))


async def agreed(turn: Turn, argument: str) -> Reply:
    """A number and a day were typed: the discussion is agreed on, or moved."""
    return await _typed(turn, argument, is_held=False)


async def held(turn: Turn, argument: str) -> Reply:
    """A number and a day were typed: the discussion was held."""
    return await _typed(turn, argument, is_held=True)


async def prepare(turn: Turn, argument: str) -> Reply:
    """A number was typed: the questions to think over before that discussion."""
    talk = await _numbered(turn, argument)
    return await overview(turn) if talk is None else await _prepare(turn, talk)


async def summarise(turn: Turn, argument: str) -> Reply:
    """A number was typed: what was agreed on in that discussion is to be written down."""
    talk = await _numbered(turn, argument, held=True)
    return await overview(turn) if talk is None else await summarising.begin(turn, talk)


async def after_held(turn: Turn, ask: Ask, _values: Mapping[str, object]) -> Reply:
    """What there is to do once the participant has said whether a discussion was held."""
    talk = await _own(turn, ask.occurrence // talks.MOST_ASKED)
    return Reply.of(*summarising.offer(turn, talk))


async def lines_of(turn: Turn) -> list[TalkLine]:
    """The person's discussions, the most pressing first."""
    return await turn.unit.talks.lines(turn.person.id, talks.listed(await turn.unit.talks.of(turn.person.id)))


async def _typed(turn: Turn, argument: str, *, is_held: bool) -> Reply:
    talk = await _numbered(turn, argument)
    if talk is None:
        return await overview(turn)
    rest = argument.split(maxsplit=1)[1:]
    day = _read(turn, rest[0]) if rest else (turn.local(turn.now).date() if is_held else None)
    if day is None:
        return Reply.of(turn.t("talk.no_day"))
    said, after = await _mark(turn, talk, day, is_held=is_held)
    return Reply.of(said, *summarising.offer(turn, after))


async def _numbered(turn: Turn, argument: str, *, held: bool = False) -> Talk | None:
    """The discussion with the number that was typed first; where none was, the only one that is to be held.

    held: the only one that was.
    """
    own = talks.listed(await turn.unit.talks.of(turn.person.id))
    meant = [number for number, talk in enumerate(own, start=1) if (talk.confirmed_at is not None) is held]
    first = argument.split(maxsplit=1)[0].rstrip(".,") if argument else str(meant[0]) if len(meant) == 1 else ""
    number = int(first) if first.isdecimal() and len(first) < 4 else 0
    return await _own(turn, own[number - 1].id) if 1 <= number <= len(own) else None


async def _own(turn: Turn, talk_id: int) -> Talk | None:
    talk = await turn.unit.talks.get(talk_id)
    return talk if talk is not None and turn.person.id in (talk.participant_id, talk.manager_id) else None


async def _mark(turn: Turn, talk: Talk, day: date, *, is_held: bool) -> tuple[str, Talk | None]:
    """What to say of it, and the discussion as it is now; None where nothing came of it."""
    today = turn.local(turn.now).date()
    try:
        if is_held:
            talk = talks.held(talk, day, turn.person.id, today=today, now=turn.now)
        else:
            talk = talks.booked(talk, day, today=today)
    except Past:
        return turn.t("talk.in_past"), None
    except NotYet:
        return turn.t("talk.not_yet"), None
    except AlreadyHeld:
        return turn.t("talk.over"), None
    await turn.unit.talks.save(talk)
    done = "done_booked" if not is_held else "done_held" if talk.confirmed_at is None else "done_confirmed"
    return turn.t(f"talk.{done}", when=date_in_words(turn.language, day)), talk


async def _prepare(turn: Turn, talk: Talk) -> Reply:
    """The questions of one's own side: the participant's ask of the programme, or the manager's notes."""
    element = await turn.unit.programmes.element(talk.element_id)
    if element.discussion is None:
        return Reply.of(turn.t("talk.nothing_to_prepare"))
    if turn.person.id == talk.participant_id:
        ask = (await turn.unit.asks.of_element(element.id, [turn.person.id])).get(turn.person.id)
    else:
        notes = replace(element, id=0, key=f"{TALKS}{element.key}", kind=AskKind.NOTES, is_anchor=False)
        ask = await of_own_accord(turn, notes, occurrence=talk.participant_id)
    if ask is None:
        return Reply.of(turn.t("talk.nothing_to_prepare"))
    return Reply.of(replace(await new_card(turn, ask), apart=True), await answering.begin_again(turn, ask))


async def _new(turn: Turn) -> NewCard:
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=None, face=Face.TALKS)
    drawn = await _drawn(turn)
    return NewCard(card=drawn, summary=turn.t("talk.title"), card_id=card.id, apart=True)


async def _drawn(turn: Turn, fault: str = "") -> Card:
    gone = await turn.unit.talks.gone_over(turn.person.id)
    today = turn.local(turn.now).date()
    return working_card(turn.language, await lines_of(turn), today=today, gone_over=gone, fault=fault)


async def _shown(turn: Turn, fault: str) -> Part:
    """The pressed card as the discussions are now. fault: what was missing."""
    drawn = await _drawn(turn, fault)
    shown = None
    if turn.reply_to is not None:
        shown = await turn.unit.cards.at(person_id=turn.person.id, activity_id=turn.reply_to)
    if shown is None or shown.face is not Face.TALKS:
        return NewCard(card=drawn, summary=turn.t("talk.title"))
    shown = await turn.unit.cards.turn_over(shown, Face.TALKS)
    return ChangedCard(
        card=drawn,
        summary=turn.t("talk.title"),
        card_id=shown.id,
        revision=shown.wanted,
        activity_id=turn.reply_to,
    )


def _read(turn: Turn, text: str) -> date | None:
    entry = read(turn.language, _DAY, text, today=turn.local(turn.now).date()) if text else None
    try:
        return date.fromisoformat(str(entry)[:10]) if entry else None
    except ValueError:
        return None
