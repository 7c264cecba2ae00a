"""The missing half of an if-then, asked for once by itself."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from coaching import asks, forms
from coaching.asks import Ask, AskState
from coaching.forms import Fault, Value
from dialogs import answering, check_in, goal_sittings
from dialogs.assigned import now_among
from dialogs.cards import form_card
from dialogs.drawing import Drawn
from dialogs.pieces import CardRef
from dialogs.press import Press
from dialogs.reply import Reply
from dialogs.turn import Turn, changed, changed_to
from storage.answers import Draft
from storage.cards import Face, ShownCard

_Values: TypeAlias = Mapping[str, Value]


async def submitted(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """The missing half, filled in on its card. Raises Closed."""
    if ask.state is AskState.ANSWERED:
        return Reply.of(await changed(turn, card, ask))
    asked = check_in.half_form(ask.element, turn.language)
    checked = forms.checked(asked, press.entries)
    if faults := [*checked.faults, *goal_sittings.faults_of(turn, checked.values)]:
        ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
        drawn = form_card(turn.language, asked, ref, entries=press.entries, faults=faults, why="")
        return Reply.of(changed_to(turn, card, Drawn(card=drawn, summary=turn.t("plan.summary"))))
    once = answering.submitted(turn, press.revision or 0, checked.values)
    done = await _written(turn, ask, checked.values, once=once)
    cards = await turn.unit.cards.raise_wanted(ask.id)
    return Reply.of(await changed(turn, now_among(card, cards), done))


async def finished(turn: Turn, ask: Ask, draft: Draft, values: _Values) -> tuple[str, Fault | None]:
    """The missing half, typed to its end: what to say, or the fault to go back to."""
    if fault := next(iter(goal_sittings.faults_of(turn, values)), None):
        return "", fault
    await _written(turn, ask, values, once=f"typed:{turn.message}", typed_in=draft.typed_in)
    await turn.unit.cards.raise_wanted(ask.id)
    return "\n\n".join([turn.t("plan.kept"), *goal_sittings.read_back(turn, values)]), None


async def _written(
    turn: Turn, ask: Ask, values: _Values, *, once: str, typed_in: Mapping[str, Sequence[str]] | None = None
) -> Ask:
    """The missing half, into its goal; the ask is then answered, and keeps no words of its own. Raises Closed."""
    done = asks.answered(ask, turn.person.id, turn.now)
    about = await turn.unit.plans.about(ask.id)
    own = await turn.unit.asks.get(about.goals[0]) if about is not None else None
    if own is not None and await turn.unit.answers.version_of(own.id, once) is None:
        await goal_sittings.stored(turn, own, Face.IF_THEN, values, once=once, typed_in=typed_in)
    await turn.unit.asks.save(done)
    await answering.end_dialog(turn, ask.id)
    return done
