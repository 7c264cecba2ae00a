"""Sittings: what is written of a goal, a form at a time, on a card or typed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from coaching import asks, forms, plans
from coaching.asks import Ask
from coaching.errors import Closed
from coaching.forms import Fault, FaultKind, Value
from coaching.plans import TooManyGoals, words_of
from dialogs import answering, goal, interview, keeping
from dialogs.assigned import now_among
from dialogs.drawing import Drawn
from dialogs.pieces import CardRef
from dialogs.press import Press
from dialogs.reply import Reply
from dialogs.told_goals import told_of
from dialogs.turn import Turn, changed, changed_to
from dialogs.wording import date_in_words
from storage.answers import Draft
from storage.cards import Face, ShownCard

_Values: TypeAlias = Mapping[str, Value]


async def submitted(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """One sitting, filled in on a card; the next one follows, or the goal as it stands. Raises Closed."""
    step = goal.step_named(press.argument) or Face.GOAL
    checked = forms.checked(goal.form(ask.element, turn.language, step), press.entries)
    once = answering.submitted(turn, press.revision or 0, checked.values)
    if await turn.unit.answers.version_of(ask.id, once) is not None:
        return Reply.of(await changed(turn, card, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    before = await newest(turn, ask)
    if faults := [*checked.faults, *faults_of(turn, checked.values)]:
        ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
        words = words_of(before) if before else None
        drawn = goal.step_card(turn.language, ask.element, ref, step, entries=press.entries, faults=faults, words=words)
        return Reply.of(changed_to(turn, card, Drawn(card=drawn, summary=turn.t("plan.summary"))))
    try:
        done, cards = await stored(turn, ask, step, checked.values, once=once)
    except TooManyGoals:
        return Reply.of(turn.t("plan.full_now"))
    now = now_among(card, cards)
    following = goal.next_step(step, await newest(turn, done))
    shown = await turn.unit.cards.turn_over(now, following or Face.ASK)
    return Reply.of(await changed(turn, shown, done))


async def finished(turn: Turn, ask: Ask, draft: Draft, values: _Values) -> tuple[str, Fault | None]:
    """One sitting, typed to its end: what to say, with the first question of the next; or the fault to go back to.

    draft: with the marks of the messages that it was typed in.
    """
    step = goal.step_named(draft.about) or Face.GOAL
    if fault := next(iter(faults_of(turn, values)), None):
        return "", fault
    try:
        done, _ = await stored(turn, ask, step, values, once=f"typed:{turn.message}", typed_in=draft.typed_in)
    except TooManyGoals:
        return turn.t("plan.full_now"), None
    written = await newest(turn, done)
    said = [turn.t("plan.kept"), *(read_back(turn, written) if step is Face.IF_THEN else ())]
    following = goal.next_step(step, written)
    said.append(await begin(turn, done, following) if following else await _how_it_stands(turn, done))
    return "\n\n".join(said), None


def read_back(turn: Turn, values: _Values) -> list[str]:
    """The if-then once more, to whoever typed it; nothing where a half of it is missing."""
    words = words_of(values)
    if not words.is_whole:
        return []
    return [turn.t("plan.read_back_typed", when=words.when.strip(), then=words.then.strip())]


async def left(turn: Turn, ask: Ask, draft: Draft) -> str:
    """What was typed of a sitting that is broken off is kept; the sentence that says so."""
    step = goal.step_named(draft.about) or Face.GOAL
    checked = forms.checked(goal.form(ask.element, turn.language, step), draft.entries)
    if "what" in {**await newest(turn, ask), **checked.values} and not faults_of(turn, checked.values):
        await stored(turn, ask, step, checked.values, once=f"typed:{turn.message}", typed_in=draft.typed_in)
        return turn.t("plan.left")
    await answering.end_dialog(turn, ask.id)
    return turn.t("interview.cancelled")


def faults_of(turn: Turn, values: _Values) -> list[Fault]:
    """What only the clock, or another field, can tell of values that are fit in themselves."""
    day, hour = values.get("day"), values.get("hour")
    if day and not hour:
        return [Fault(field="hour", kind=FaultKind.MISSING)]
    if hour and not day:
        return [Fault(field="day", kind=FaultKind.MISSING)]
    at = keeping.moment_of(turn, values)
    is_once = values.get("again", plans.Again.ONCE) == plans.Again.ONCE
    if at is not None and at <= turn.now and is_once:
        return [Fault(field="day", kind=FaultKind.IN_THE_PAST)]
    ends = values.get("ends")
    if ends and str(ends) < turn.local(turn.now).date().isoformat():
        return [Fault(field="ends", kind=FaultKind.IN_THE_PAST)]
    return []


async def stored(
    turn: Turn,
    ask: Ask,
    step: Face,
    values: _Values,
    *,
    once: str,
    typed_in: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Ask, list[ShownCard]]:
    """The sitting's answers in place of those that it had, beside those of the others. Raises TooManyGoals."""
    kept = {name: value for name, value in (await newest(turn, ask)).items() if name not in goal.names_of(step)}
    open_still = replace(ask, closes_at=None)
    return await answering.store(
        turn, open_still, goal.whole(ask.element, turn.language), {**kept, **values}, once=once, typed_in=typed_in
    )


async def newest(turn: Turn, ask: Ask) -> dict[str, Value]:
    """All that is written of a goal, by field."""
    return await turn.unit.answers.newest(turn.cipher, person_id=turn.person.id, ask_id=ask.id)


async def begin(turn: Turn, ask: Ask, step: Face) -> str:
    """The first question of a sitting, to be typed."""
    asked = goal.form(ask.element, turn.language, step)
    names = goal.names_of(step)
    entries = {name: value for name, value in (await newest(turn, ask)).items() if name in names}
    begun = interview.start(turn.language, asked, ask.id, entries=entries)
    came_in = await answering.typed_before(turn, ask, entries)
    await answering.save_draft(turn, begun.interview, came_in, about=step)
    return begun.say


async def _how_it_stands(turn: Turn, ask: Ask) -> str:
    found = await turn.unit.plans.goal(ask.id)
    if found is None:
        return turn.t("plan.none")
    told = await told_of(turn.unit, turn.person, turn.cipher, found)
    said = turn.t(f"plan.state.{found.state}")
    if told.next_review is None:
        return said
    return f"{said} {turn.t('plan.next_review', when=date_in_words(turn.language, told.next_review))}"
