"""Goals: what people do with their development plan, by its buttons or by typing; a sitting at a time, at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from coaching import asks, people, plans
from coaching.asks import Ask
from coaching.check_ins import Decision
from coaching.forms import Value
from coaching.plans import Goal, GoalOver, Plan, TooManyGoals, words_of
from dialogs import answering, files, goal, goal_sittings, interview, keeping, result
from dialogs.assigned import now_among
from dialogs.commands import Command
from dialogs.drawing import plan_drawn
from dialogs.press import Press
from dialogs.reply import NewCard, Part, Reply
from dialogs.turn import Turn, changed, new_card
from dialogs.wording import date_in_words
from storage import planned
from storage.answers import Draft
from storage.cards import Face, ShownCard
from storage.one_time_links import FileKind
from storage.plan_progress import numbers_in

#: Commands for one goal, and the sitting or the act that they begin.
COMMANDS: Mapping[Command, str] = {
    Command.EDIT_GOAL: Face.GOAL,
    Command.IF_THEN: Face.IF_THEN,
    Command.FOLLOW_GOAL: Face.FOLLOW,
    Command.PAUSE_GOAL: "pause",
    Command.RESUME_GOAL: "resume",
    Command.FINISH_GOAL: "finish",
    Command.DROP_GOAL: "drop",
}
_ACTS = frozenset({"pause", "resume", "finish", "drop"})
_Values: TypeAlias = Mapping[str, Value]


async def overview(turn: Turn, _argument: str) -> Reply:
    """The person's plan: all goals that are under way, and what can be done."""
    plan = await _plan(turn)
    if plan is None:
        return Reply.of(await _first_goal(turn))
    card = await turn.unit.cards.add(person_id=turn.person.id, ask_id=None, face=Face.PLAN_OVERVIEW)
    drawn = await plan_drawn(turn.unit, turn.person, turn.cipher, plan)
    return Reply.of(NewCard(card=drawn.card, summary=drawn.summary, card_id=card.id))


async def new_goal(turn: Turn, _argument: str) -> Reply:
    """The questions of one more goal, as a card, and the first of them to be typed; where the plan has room for it."""
    plan = await _plan(turn)
    goals = await turn.unit.plans.goals(plan.id) if plan is not None else []
    try:
        if plan is not None:
            plans.free_number(goals, most=await keeping.most_goals(turn, plan.programme_id))
    except TooManyGoals:
        return Reply.of(turn.t("plan.full", count=len(plans.under_way(goals))))
    return Reply.of(*await _asked_for_goal(turn, plan))


async def file(turn: Turn, _argument: str) -> Reply:
    """The plan to take away, by links that work once."""
    plan = await _plan(turn)
    if plan is None:
        return Reply.of(turn.t("plan.empty"))
    kinds = FileKind.PLAN_DOCX, FileKind.PLAN_MD, FileKind.PLAN_JSON
    return Reply.of(await files.offered(turn, *kinds, about={"plan": plan.id}))


async def acted(turn: Turn, command: Command, argument: str) -> Reply:
    """What a typed word for one goal comes to: the first question of a sitting, or its new state."""
    found, number = await _meant(turn, command, argument)
    if found is None:
        return Reply.of(turn.t("plan.which" if number is None else "plan.no_such", number=number or 0))
    what, ask = COMMANDS[command], await turn.unit.asks.get(found.id)
    if ask is None:
        return Reply.of(turn.t("plan.none"))
    if what in _ACTS:
        said = await _act(turn, ask, found, what)
        return Reply.of(said)
    return Reply.of(await goal_sittings.begin(turn, ask, Face(what)))


async def turned(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """Another face of a goal's card, or a new state of the goal."""
    step = goal.step_named(press.argument) if press.argument else None
    if step is not None and asks.can_be_answered(ask, turn.now):
        return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, step), ask))
    if press.argument in _ACTS:
        found = await turn.unit.plans.goal(ask.id)
        said = await _act(turn, ask, found, press.argument) if found is not None else turn.t("plan.none")
        cards = await turn.unit.cards.raise_wanted(ask.id)
        return Reply.of(await changed(turn, now_among(card, cards), ask), said)
    return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, Face.ASK), ask))


async def to_change(turn: Turn, ask: Ask, values: _Values) -> Reply:
    """The goals that somebody said in a check-in that they change, each as a card to write in."""
    about = await turn.unit.plans.about(ask.id)
    parts: list[Part] = []
    for number, goal_id in zip(numbers_in(ask.element.key), about.goals if about else (), strict=False):
        own = await turn.unit.asks.get(goal_id) if values.get(f"decision_{number}") == Decision.CHANGE else None
        if own is not None and asks.can_be_answered(own, turn.now):
            parts.append(replace(await new_card(turn, own, face=Face.GOAL), apart=True))
    return Reply(parts=tuple(parts))


async def after_result(
    turn: Turn, ask: Ask, values: _Values, *, typed_in: Mapping[str, Sequence[str]] | None = None
) -> Reply:
    """The first goal, begun with the first target of a result; nothing where the plan has no room, or it is begun.

    typed_in: as in `dialogs.answering.store`; who typed goes on typing.
    """
    plan = await _plan(turn)
    goals = await turn.unit.plans.goals(plan.id) if plan is not None else []
    if plans.under_way(goals) or ask.version > 1:
        return Reply()
    own = await _goal_to_write(turn, plan, programme_id=ask.programme_id)
    if own is None:
        return Reply()
    hoped_for = (ask.told_at or ask.created_at) + result.GOAL_WITHIN
    own = replace(own, due_at=min(own.due_at or hoped_for, hoped_for))
    await turn.unit.asks.save(own)
    marks = (typed_in or {}).get("target_1", ())
    entries = result.first_words(values)
    draft = Draft(about=Face.GOAL, entries=entries, typed_in={"what": marks} if marks else {})
    await turn.unit.drafts.save(turn.cipher, draft, person_id=turn.person.id, ask_id=own.id)
    card = await new_card(turn, own)
    lead = turn.t("result.to_goal")
    if typed_in is None:
        return Reply.of(lead, replace(card, apart=True))
    begun = interview.start(turn.language, goal.form(own.element, turn.language, Face.GOAL), own.id, entries=entries)
    await answering.save_draft(turn, begun.interview, draft.typed_in, about=Face.GOAL)
    return Reply.of(lead, card, begun.say)


async def too_much(turn: Turn, _argument: str) -> Reply:
    """Half as much for three weeks, over everything; then one question."""
    is_slow = planned.is_slow(turn.person, turn.unit)
    person = turn.person if is_slow else people.slowed(turn.person, turn.now + plans.SLOW_FOR)
    day = date_in_words(turn.language, turn.local(person.slow_until or turn.now).date())
    if is_slow:
        return Reply.of(turn.t("plan.slow_already", when=day))
    await keeping.paced(turn, person)
    return Reply.of(turn.t("plan.slow", when=day))


async def _act(turn: Turn, ask: Ask, found: Goal, act: str) -> str:
    """The goal in its new state; what to say of it."""
    try:
        match act:
            case "pause":
                after = plans.paused(found)
            case "finish":
                after = plans.finished(found)
            case "drop":
                after = plans.dropped(found)
            case _:
                after = await _taken_up(turn, ask, found)
    except GoalOver:
        return turn.t("plan.over_already")
    except TooManyGoals:
        return turn.t("plan.full_now")
    await keeping.goal_changed(turn, after)
    await answering.end_dialog(turn, ask.id)
    await turn.unit.cards.raise_wanted(ask.id)
    return turn.t(f"plan.did.{act}", number=after.number)


async def _taken_up(turn: Turn, ask: Ask, found: Goal) -> Goal:
    plan = await turn.unit.plans.get(found.plan_id)
    goals = await turn.unit.plans.goals(found.plan_id)
    most = await keeping.most_goals(turn, plan.programme_id) if plan else plans.MOST_GOALS
    words = words_of(await goal_sittings.newest(turn, ask))
    return plans.taken_up(found, words, goals, today=turn.local(turn.now).date(), most=most)


async def _meant(turn: Turn, command: Command, argument: str) -> tuple[Goal | None, int | None]:
    """The goal that is meant, and the number that was named; of several that are under way, one has to be named.

    What is over has no number: the word to take up means the one that ended last, where none is paused.
    """
    plan = await _plan(turn)
    goals = await turn.unit.plans.goals(plan.id) if plan is not None else []
    own = plans.under_way(goals)
    number = int(argument.strip(".,")) if argument else None
    if number is not None:
        return plans.of_number(goals, number), number
    if command is Command.RESUME_GOAL:
        waiting_ones = [each for each in own if each.state is plans.GoalState.PAUSED]
        over = [each for each in goals if each.state not in plans.UNDER_WAY]
        return next(iter([*waiting_ones, *reversed(over)]), None), None
    return (own[0] if len(own) == 1 else None), None


async def _plan(turn: Turn) -> Plan | None:
    """The person's newest plan with anything in it."""
    return next(iter(await turn.unit.plans.of_person(turn.person.id)), None)


async def _first_goal(turn: Turn) -> Part | str:
    """The programme's own question for the first goal, where it has come; else that a plan can be begun."""
    parts = await _asked_for_goal(turn, None)
    return parts[0]


async def _asked_for_goal(turn: Turn, plan: Plan | None) -> list[Part | str]:
    """A goal that waits to be written, as a card and typed: the one that was begun already, else a new one."""
    ask = await _goal_to_write(turn, plan)
    if ask is None:
        return [turn.t("plan.no_programme")]
    return [await new_card(turn, ask), await goal_sittings.begin(turn, ask, Face.GOAL)]


async def _goal_to_write(turn: Turn, plan: Plan | None, *, programme_id: int | None = None) -> Ask | None:
    """The same as an ask; None for somebody who is in no programme. programme_id: the one to look in first."""
    own = [ask for ask in await turn.unit.asks.open_of(turn.person.id) if ask.kind is asks.AskKind.PLAN]
    if own:
        return own[0]
    programmes = await turn.unit.plans.programmes_of(turn.person.id)
    wished = [id for id in (plan and plan.programme_id, programme_id) if id in programmes]
    if not programmes:
        return None
    source = await planned.own_source(turn.unit, (wished or programmes)[0])
    return await turn.unit.asks.add(
        person_id=turn.person.id,
        element=source,
        occurrence=await turn.unit.plans.count(turn.person.id, source.id),
        told_at=turn.now,
    )
