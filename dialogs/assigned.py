"""Assigned: what people do with an assignment, by its buttons or by typing: plan, hand in, leave out, ask the coach."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from coaching import asks, assignments, forms
from coaching.asks import ELSEWHERE, Ask, AskKind, AskState
from coaching.assignments import AfterClosing, AlreadyDone, InThePast
from coaching.calendar import instant_of
from coaching.errors import Closed
from coaching.forms import Fault, FaultKind, Form, Value
from coaching.hours import next_moment
from dialogs import answering, assignment, catalogue, followed, interview, team, team_picked, waiting
from dialogs.cards import list_card
from dialogs.commands import Command
from dialogs.drawing import Drawn
from dialogs.pieces import CardRef
from dialogs.press import Press
from dialogs.reply import NewCard, Reply
from dialogs.turn import Turn, changed, changed_to
from dialogs.wording import moment_in_words
from storage.answers import Draft
from storage.cards import Face, ShownCard
from storage.errands import ErrandKind

_FACES = {face.value: face for face in (Face.ASK, Face.HAND_IN, Face.ADAPT, *assignment.ASIDE)}
#: What is said to be done in one word, where nothing else is asked of it.
DOABLE = ELSEWHERE | {AskKind.ASSIGNMENT}
#: What is typed, and which questions it begins.
COMMANDS = {
    Command.PLAN: Face.PLAN,
    Command.DONE: Face.HAND_IN,
    Command.ADAPTED: Face.ADAPT,
    Command.LEAVE_OUT: Face.DROP,
    Command.ASK_COACH: Face.QUESTION,
    Command.MORE_TIME: Face.MORE_TIME,
    Command.ASK_TEAM: Face.TEAM,
}


async def turned(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """Another face of the pressed card. Where nothing is asked of what was done, it is done. Raises Closed."""
    face = _FACES.get(press.argument, Face.ASK)
    if ask.kind is not AskKind.ASSIGNMENT or ask.state is AskState.ANSWERED:
        return Reply.of(await changed(turn, card, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    if face in _NEEDS_COACH and await _coach(turn, ask) is None:
        return Reply.of(turn.t("assignment.no_coach"))
    if face is Face.HAND_IN and not assignment.form(ask.element, turn.language).fields:
        done, cards = await answering.store(
            turn, ask, assignment.form(ask.element, turn.language), {}, once=f"card:{press.revision or 0}"
        )
        return Reply.of(await changed(turn, now_among(card, cards), done))
    return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, face), ask))


async def kept(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """What was entered so far is kept, and nothing is handed in. Raises Closed."""
    face = assignment.face_named(press.argument)
    if ask.kind is not AskKind.ASSIGNMENT or ask.state is AskState.ANSWERED or face in assignment.ASIDE:
        return Reply.of(await changed(turn, card, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    asked = assignment.form(ask.element, turn.language, face)
    checked = forms.checked(asked, press.entries)
    draft = await _draft(turn, ask)
    names = {field.name for field in asked.fields}
    entries = {name: entry for name, entry in draft.entries.items() if name not in names} | dict(checked.values)
    typed_in = {name: marks for name, marks in draft.typed_in.items() if entries.get(name) == draft.entries[name]}
    draft = Draft(index=_first_open(asked, entries), about=face, entries=entries, typed_in=typed_in)
    await turn.unit.drafts.save(turn.cipher, draft, person_id=turn.person.id, ask_id=ask.id)
    return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, face), ask))


async def submitted(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """The answers of one of the card's faces. Raises Closed."""
    face = assignment.face_named(press.argument)
    if face is Face.TEAM:
        return await team_picked.submitted(turn, press, ask, card)
    asked = assignment.form(ask.element, turn.language, face)
    checked = forms.checked(asked, press.entries)
    once = answering.submitted(turn, press.revision or 0, checked.values)
    if await turn.unit.answers.version_of(ask.id, once) is not None:
        return Reply.of(await changed(turn, card, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    faults = checked.faults or _faults(turn, ask, face, checked.values)
    if faults:
        ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
        drawn = assignment.face_card(turn.language, ask.element, ref, face, entries=press.entries, faults=faults)
        return Reply.of(changed_to(turn, card, Drawn(card=drawn, summary=turn.t("form.summary", title=asked.title))))
    if face in assignment.ASIDE:
        said = await _aside(turn, ask, face, checked.values, once=once)
        cards = await turn.unit.cards.raise_wanted(ask.id)
        return Reply.of(await changed(turn, now_among(card, cards), await _again(turn, ask)), said)
    if await is_unchanged(turn, ask, checked.values):
        await answering.end_dialog(turn, ask.id)
        return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, Face.ASK), ask))
    is_draft = press.argument == assignment.DRAFT
    done, cards = await answering.store(turn, ask, asked, checked.values, once=once, is_draft=is_draft)
    return Reply.of(await changed(turn, now_among(card, cards), done))


async def is_unchanged(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> bool:
    """Whether the newest version says just that: sent again without a change, an answer is no new version."""
    if ask.state is not AskState.ANSWERED or not ask.version:
        return False
    return await turn.unit.answers.newest(turn.cipher, person_id=turn.person.id, ask_id=ask.id) == values


def now_among(card: ShownCard, cards: list[ShownCard]) -> ShownCard:
    """The pressed card as it is among all cards of its ask, with its place in Teams."""
    found = next((each for each in cards if each.id == card.id), card)
    return replace(found, activity_id=card.activity_id or found.activity_id)


async def commanded(turn: Turn, command: Command, argument: str) -> Reply:
    """What a typed word for an assignment comes to: the first question, or which of several is meant."""
    face = COMMANDS[command]
    own = await _open(turn, DOABLE if command is Command.DONE else {AskKind.ASSIGNMENT})
    number = int(argument.strip(".,")) if argument else 1
    if face is Face.TEAM:
        own = [ask for ask in own if team.part_of(ask.element) is not None]
    if not own:
        return Reply.of(turn.t("team.pick.none" if face is Face.TEAM else "assignment.none"))
    if (len(own) > 1 and not argument) or not 1 <= number <= len(own):
        listed = NewCard(card=list_card(turn.language, waiting.listed(turn, own)), summary=turn.t("ask.which"))
        return Reply.of(turn.t("assignment.which"), listed)
    return Reply.of(await _begin(turn, own[number - 1], face))


async def _open(turn: Turn, kinds: Container[AskKind]) -> list[Ask]:
    """What of these kinds waits for the person, oldest first."""
    return [ask for ask in await turn.unit.asks.open_of(turn.person.id) if ask.kind in kinds]


async def _begin(turn: Turn, ask: Ask, face: Face) -> str:
    if face in _NEEDS_COACH and await _coach(turn, ask) is None:
        return turn.t("assignment.no_coach")
    asked = catalogue.form(ask, turn.language, about=face)
    if not asked.fields:
        await answering.store(turn, ask, asked, {}, once=f"typed:{turn.message}")
        return turn.t("learning.done.text" if ask.kind in ELSEWHERE else "receipt.text", title=asked.title)
    draft = await _draft(turn, ask)
    index = 0 if face in assignment.ASIDE else _first_open(asked, draft.entries)
    begun = interview.start(turn.language, asked, ask.id, entries=draft.entries, index=index)
    await answering.save_draft(turn, begun.interview, draft.typed_in, about=face)
    return f"{begun.say}\n\n{await team_picked.whom(turn)}" if face is Face.TEAM else begun.say


async def finished_aside(turn: Turn, ask: Ask, draft: Draft, values: Mapping[str, Value]) -> tuple[str, Fault | None]:
    """The typed answers of a face beside the main one: what to say to them, or the first that does not do."""
    face = assignment.face_named(draft.about)
    pool = await turn.unit.pools.of_ask(ask.id) if face is Face.TEAM else None
    picked = await team_picked.picked(turn, ask, values, pool) if face is Face.TEAM else None
    faults = picked.faults if picked is not None else _faults(turn, ask, face, values)
    if faults:
        return "", faults[0]
    if picked is not None:
        said = await team_picked.ask_them(turn, ask, picked, pool)
    else:
        said = await _aside(turn, ask, face, values, once=f"typed:{turn.message}")
    await put_aside(turn, ask, draft)
    await turn.unit.cards.raise_wanted(ask.id)
    return said, None


async def put_aside(turn: Turn, ask: Ask, draft: Draft) -> None:
    """Forget the answers of a face beside the main one; what was written of the assignment itself stays kept."""
    asked = assignment.form(ask.element, turn.language, draft.about)
    names = {field.name for field in asked.fields}
    entries = {name: entry for name, entry in draft.entries.items() if name not in names}
    await answering.end_dialog(turn, ask.id)
    if entries:
        typed_in = {name: marks for name, marks in draft.typed_in.items() if name in entries}
        main = assignment.form(ask.element, turn.language, assignment.about_of(entries))
        rest = Draft(
            index=_first_open(main, entries), about=assignment.about_of(entries), entries=entries, typed_in=typed_in
        )
        await turn.unit.drafts.save(turn.cipher, rest, person_id=turn.person.id, ask_id=ask.id)


_NEEDS_COACH = frozenset({Face.QUESTION, Face.MORE_TIME})


def _faults(turn: Turn, ask: Ask, face: Face, values: Mapping[str, Value]) -> Sequence[Fault]:
    """What only the clock can tell of values that are fit in themselves."""
    if face is Face.PLAN:
        at = _moment(turn, values)
        if at <= turn.now:
            return [Fault(field="when", kind=FaultKind.IN_THE_PAST)]
        if ask.closes_at is not None and at >= ask.closes_at:
            return [Fault(field="when", kind=FaultKind.AFTER_CLOSING)]
    if face is Face.MORE_TIME and _until(turn, values) <= turn.now:
        return [Fault(field="until", kind=FaultKind.IN_THE_PAST)]
    return []


async def _aside(turn: Turn, ask: Ask, face: Face, values: Mapping[str, Value], *, once: str) -> str:
    """What a face beside the main one comes to, and what to say of it."""
    match face:
        case Face.PLAN:
            return await _planned(turn, ask, values)
        case Face.DROP:
            return await _dropped(turn, ask, values)
        case Face.MORE_TIME:
            words, until = str(values.get("why", "")), _until(turn, values)
            await followed.errand(turn, ErrandKind.MORE_TIME, ask, words=words, until=until, once=once)
            return turn.t("assignment.more_time.sent")
    await followed.errand(turn, ErrandKind.QUESTION, ask, words=str(values["question"]), once=once)
    return turn.t("assignment.question.sent")


async def _planned(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> str:
    at = _moment(turn, values)
    progress = await turn.unit.assignments.get(ask.id)
    try:
        ask, progress = assignments.planned(ask, progress, at, turn.person.id, turn.now)
    except (InThePast, AfterClosing, AlreadyDone):
        return turn.t("common.closed")
    await turn.unit.asks.save(ask)
    await followed.keep(turn, progress, {name: values[name] for name in ("where", "how") if name in values})
    situation = await turn.unit.visits.of(turn.person)
    comes = next_moment(at, situation.availability)
    if comes is None:
        return turn.t("assignment.plan.saved_quietly")
    return turn.t("assignment.plan.saved", when=moment_in_words(turn.language, turn.local(comes)))


async def _dropped(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> str:
    progress = await turn.unit.assignments.get(ask.id)
    try:
        ask, progress = assignments.dropped(ask, progress, turn.person.id, turn.now)
    except AlreadyDone:
        return turn.t("common.closed")
    await turn.unit.asks.save(ask)
    await followed.keep(turn, progress, {"reason": values["reason"]})
    await answering.end_dialog(turn, ask.id)
    return turn.t("assignment.drop.done")


async def _coach(turn: Turn, ask: Ask) -> int | None:
    return await turn.unit.errands.coach_of(turn.person.id, ask.programme_id)


async def _again(turn: Turn, ask: Ask) -> Ask:
    return await turn.unit.asks.get(ask.id) or ask


async def _draft(turn: Turn, ask: Ask) -> Draft:
    draft = await turn.unit.drafts.get(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    return draft or Draft(entries={}, typed_in={})


def _first_open(asked: Form, entries: Mapping[str, object]) -> int:
    """The first question without an answer; the last one where all have theirs."""
    places = [place for place, field in enumerate(asked.fields) if field.name not in entries]
    return min(places, default=max(len(asked.fields) - 1, 0))


def _moment(turn: Turn, values: Mapping[str, Value]) -> datetime:
    return instant_of(date.fromisoformat(str(values["when"])), time.fromisoformat(str(values["at"])), turn.zone)


def _until(turn: Turn, values: Mapping[str, Value]) -> datetime:
    """The last minute of the day."""
    return instant_of(date.fromisoformat(str(values["until"])), time(23, 59), turn.zone)
