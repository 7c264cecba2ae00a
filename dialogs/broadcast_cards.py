"""The cards of a broadcast, for its coach: the form, the preview, and how it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement

from coaching.asks import Ask, AskKind, Element
from coaching.broadcasts import Broadcast, BroadcastState, Reach, Standing, Tally, asked
from coaching.forms import Fault, Form
from coaching.people import Language, in_language
from coaching.visits import Part, Purpose
from dialogs.cards import entry_card
from dialogs.pieces import alert, button, card, heading, paragraph, quoted, small
from dialogs.reply import Card, NewCard
from dialogs.visiting import visit_card
from dialogs.wording import in_a_row, moment_in_words, t
from storage.audiences import Strand


class CoachVerb(StrEnum):
    """What a button of a coach's card asks for; most carry the broadcast's number."""

    ASSIGN = "assign"
    PREVIEW = "preview"
    SEND = "send"
    REWRITE = "rewrite"
    UNDO = "undo"
    REFRESH = "refresh"
    REMIND = "remind"
    #: Carries the number of what they owe an answer to.
    WRITE_TO_OWING = "write_to_owing"
    #: The same number; a reminder of it comes to them soon.
    NUDGE = "nudge"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A broadcast that is whole, before it is sent. at: when it is to go out, None for now."""

    programme: Mapping[Language, str]
    element: Element
    strands: Sequence[Strand]
    due_at: datetime | None
    at: datetime | None
    urgent: bool = False


def programmes_card(language: Language, names: Sequence[str]) -> Card:
    """In which of the coach's programmes?"""
    title = t(language, "broadcast.which")
    buttons = [
        _button(f"{number}: {name}"[:40], CoachVerb.ASSIGN, number) for number, name in enumerate(names, start=1)
    ]
    body = [
        heading(title),
        *(quoted(f"{number}: ", name) for number, name in enumerate(names, start=1)),
        small(t(language, "broadcast.which_typed")),
    ]
    return card(language, body, actions=buttons[:6], fallback=title)


def broadcast_form_card(
    language: Language,
    form: Form,
    broadcast: Broadcast,
    *,
    entries: Mapping[str, object],
    faults: Sequence[Fault] = (),
) -> Card:
    """The form to fill in, with what was filled in already."""
    actions: list[Action] = [
        button(t(language, "broadcast.preview"), CoachVerb.PREVIEW, argument=str(broadcast.id), inputs="auto"),
        _button(t(language, "broadcast.discard"), CoachVerb.UNDO, broadcast.id),
    ]
    return entry_card(language, form, actions, entries=entries, faults=faults)


def preview_card(language: Language, broadcast: Broadcast, prepared: Prepared, *, zone: ZoneInfo) -> Card:
    """What is about to be sent, to how many, and who of them is not reachable. zone: the coach's."""
    number = sum(each.number for each in prepared.strands)
    title = t(language, "broadcast.preview_title")
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'broadcast.title')} ", _title(language, prepared.element)),
        quoted(f"{t(language, 'broadcast.programme')} ", in_language(prepared.programme, language)),
        paragraph(t(language, "broadcast.to_count", count=number) if number else t(language, "broadcast.to_nobody")),
        *(paragraph(line) for line in _languages(language, prepared.strands)),
        *(alert(line) for line in _out_of_reach(language, _reaches(prepared.strands))),
        *(paragraph(line) for line in _moments(language, prepared, zone)),
        *([paragraph(t(language, "broadcast.breaks_dose"))] if prepared.urgent else []),
        small(t(language, "broadcast.preview_typed")),
    ]
    send = "broadcast.send_then" if prepared.at else "broadcast.send"
    actions = [
        *([_button(t(language, send), CoachVerb.SEND, broadcast.id)] if number else []),
        _button(t(language, "broadcast.rewrite"), CoachVerb.REWRITE, broadcast.id),
        _button(t(language, "broadcast.discard"), CoachVerb.UNDO, broadcast.id),
    ]
    return card(language, body, actions=actions, fallback=t(language, "broadcast.to_count", count=number))


def previews(prepared: Prepared, broadcast: Broadcast, *, now: datetime) -> list[NewCard]:
    """The card as each language that it goes to gets it; nothing on it can be pressed."""
    spoken = [language for language in Language if any(each.language is language for each in prepared.strands)]
    return [_preview(language, prepared, broadcast, now) for language in spoken]


def discarded_card(language: Language) -> Card:
    """What a coach began to write and threw away, however much of it there was."""
    title = t(language, f"broadcast.state.{BroadcastState.UNDONE}")
    return card(language, [heading(title)], fallback=title)


def progress_card(language: Language, broadcast: Broadcast, element: Element, tally: Tally, *, zone: ZoneInfo) -> Card:
    """How a broadcast goes: how many stand where, of all whom it was sent to. zone: the coach's."""
    title = t(language, f"broadcast.state.{broadcast.state}")
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'broadcast.title')} ", _title(language, element)),
    ]
    if broadcast.state is BroadcastState.QUEUED and broadcast.undo_until is not None:
        when = moment_in_words(language, broadcast.undo_until.astimezone(zone))
        body.append(paragraph(t(language, "broadcast.goes_out", when=when)))
    if broadcast.state is not BroadcastState.UNDONE:
        body.append(paragraph(t(language, "broadcast.invited", count=tally.invited)))
        body += [
            paragraph(t(language, f"broadcast.standing.{each}", count=tally.of(each)))
            for each in Standing
            if tally.of(each)
        ]
        body += [small(line) for line in _out_of_reach(language, tally.reach)]
    return card(language, body, actions=_progress_buttons(language, broadcast, element, tally), fallback=title)


def _progress_buttons(language: Language, broadcast: Broadcast, element: Element, tally: Tally) -> list[Action]:
    if broadcast.state in (BroadcastState.UNDONE, BroadcastState.RECALLING):
        return []
    buttons: list[Action] = []
    waiting = tally.of(Standing.QUEUED) + tally.of(Standing.UNREACHABLE)
    if broadcast.state is BroadcastState.QUEUED:
        buttons.append(_button(t(language, "broadcast.undo"), CoachVerb.UNDO, broadcast.id))
    elif waiting and broadcast.state is not BroadcastState.RECALLED:
        buttons.append(_button(t(language, "broadcast.recall"), CoachVerb.UNDO, broadcast.id))
    buttons.append(_button(t(language, "broadcast.correct"), CoachVerb.CORRECT, broadcast.id))
    if element.kind is not AskKind.NOTICE and tally.of(Standing.SENT) and broadcast.element_id is not None:
        buttons.append(_button(t(language, "broadcast.nudge"), CoachVerb.NUDGE, broadcast.element_id))
    if element.kind is not AskKind.NOTICE and tally.of(Standing.SENT):
        buttons.append(_button(t(language, "broadcast.remind"), CoachVerb.REMIND, broadcast.id))
    buttons.append(_button(t(language, "broadcast.refresh"), CoachVerb.REFRESH, broadcast.id))
    return buttons


def _preview(language: Language, prepared: Prepared, broadcast: Broadcast, now: datetime) -> NewCard:
    ask: Ask = asked(broadcast, prepared.element, person_id=0, now=now)
    purpose = Purpose.NEW if ask.wants_answer else Purpose.NOTICE
    programme = {prepared.element.programme_id: prepared.programme}
    parts = (Part(ask_id=ask.id, purpose=purpose),)
    said = visit_card(language, parts, {ask.id: ask}, programme, card_id=0)
    shown = {key: value for key, value in said.card.items() if key != "actions"}
    return NewCard(card=shown, summary=said.summary, apart=True)


def _moments(language: Language, prepared: Prepared, zone: ZoneInfo) -> list[str]:
    lines = []
    if prepared.due_at is not None:
        lines.append(t(language, "broadcast.due", when=moment_in_words(language, prepared.due_at.astimezone(zone))))
    if prepared.at is not None:
        lines.append(t(language, "broadcast.goes_out", when=moment_in_words(language, prepared.at.astimezone(zone))))
    return lines


def _languages(language: Language, strands: Sequence[Strand]) -> list[str]:
    counts = {each: sum(one.number for one in strands if one.language is each) for each in Language}
    named = [
        t(language, "broadcast.in_language", language=t(language, f"language.name.{each}"), number=number)
        for each, number in counts.items()
        if number
    ]
    return [in_a_row(language, named)] if named else []


def _reaches(strands: Sequence[Strand]) -> dict[Reach, int]:
    counts = {each: sum(one.number for one in strands if one.reach is each) for each in Reach}
    return {each: number for each, number in counts.items() if number}


def _out_of_reach(language: Language, reach: Mapping[Reach, int]) -> list[str]:
    return [t(language, f"broadcast.reach.{each}", count=reach[each]) for each in Reach if reach.get(each)]


def _title(language: Language, element: Element) -> str:
    return in_language(element.title, language)


def _button(title: str, verb: CoachVerb, number: int) -> Action:
    return button(title, verb, argument=str(number))
