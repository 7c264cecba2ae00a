"""Drawing: a card as it should look now, from what is stored; the turn and the pump draw the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action

from coaching import plans
from coaching.asks import Ask, AskKind, AskState, SkipReason, can_be_answered
from coaching.assignments import AssignmentState, Progress
from coaching.check_in_questions import CheckInFacts
from coaching.people import Language, Person
from coaching.plans import Plan, words_of
from dialogs import (
    assignment,
    cards,
    catalogue,
    check_in,
    goal,
    goal_list,
    learning,
    team,
    team_plan,
    team_question,
)
from dialogs.around import Setting, around
from dialogs.pieces import CardRef
from dialogs.reply import Card
from dialogs.shown_to import shared_with, shown_to
from dialogs.told_goals import ground_of, told_of
from dialogs.wording import t
from storage.cards import Face, ShownCard
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
    draw_own = _OWN.get(ask.kind)
    own = await draw_own(unit, person, cipher, ask, card) if draw_own else None
    if own is not None:
        return own
    form = await shown_to(unit, ask, catalogue.form(ask, language))
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
    if ask.kind is AskKind.TEAM_QUESTION and ask.skipped is SkipReason.DROPPED and card.face is not Face.EDIT:
        closes_local = ask.closes_at.astimezone(zone) if ask.closes_at else None
        declined = team_question.declined_card(language, ask.element, ref, closes_local=closes_local)
        return Drawn(card=declined, summary=t(language, "team.declined.title"))
    why = await why_in_words(unit, person, ask)
    beside, actions = await words_beside(unit, ask, ref, language, zone)
    drawn = cards.form_card(language, form, ref, entries=entries, why=why, beside=beside, actions=actions)
    return Drawn(card=drawn, summary=t(language, "form.summary", title=form.title))


async def words_beside(
    unit: Unit, ask: Ask, ref: CardRef, language: Language, zone: ZoneInfo
) -> tuple[cards.Beside, Sequence[Action] | None]:
    """What is said again with a question, and its own buttons; None for those of every form."""
    spoken = (await unit.speech.of([ask])).get(ask.id)
    found = around(Setting(language=language, ask=ask, ref=ref, spoken=spoken, zone=zone))
    return cards.Beside(before=found.before, elements=found.after, actions=found.actions), found.own


async def _assignment(unit: Unit, person: Person, cipher: Cipher, ask: Ask, card: ShownCard) -> Drawn | None:
    """An assignment's own cards; None where the usual receipt, or that it is closed, is to be shown."""
    language, zone = person.language, ZoneInfo(person.timezone)
    ref, element = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id), ask.element
    title = t(language, "form.summary", title=catalogue.form(ask, language).title)
    progress = await unit.assignments.get(ask.id)
    face, entries = card.face, dict[str, object]()
    if ask.state is AskState.ANSWERED and not (face is Face.EDIT and can_be_answered(ask, unit.now)):
        if progress.by_id is None and ask.version:
            return None
        names = await unit.people.names_of([progress.by_id] if progress.by_id else [])
        at = (ask.answered_at or unit.now).astimezone(zone)
        by = assignment.group_card(language, element, by=names.get(progress.by_id or 0, ""), at_local=at)
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
        leads = [_standing(person, progress), await team.standing(unit, person, ask)]
        beside = cards.Beside(lead=" ".join(filter(None, leads)))
        main = assignment.main_card(language, ask, ref, zone=zone, why=why, spoken=spoken, beside=beside)
        return Drawn(card=main, summary=title)
    if face is Face.TEAM:
        return Drawn(card=await team.pick_card(unit, person, ask, ref), summary=title)
    draft = await unit.drafts.get(cipher, person_id=person.id, ask_id=ask.id)
    is_own = draft is not None and face not in assignment.ASIDE and draft.about not in assignment.ASIDE
    entries |= draft.entries if draft is not None and is_own else {}
    lead = t(language, "assignment.kept") if entries and ask.state is not AskState.ANSWERED and is_own else ""
    asked = await shown_to(unit, ask, assignment.form(element, language, face))
    drawn = assignment.face_card(language, element, ref, face, entries=entries, lead=lead, asked=asked)
    return Drawn(card=drawn, summary=title)


async def _goal(unit: Unit, person: Person, cipher: Cipher, ask: Ask, card: ShownCard) -> Drawn | None:
    """A goal's own cards; None where it is closed before anything was written."""
    language = person.language
    if not can_be_answered(ask, unit.now):
        return None
    ref, summary = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id), t(language, "plan.summary")
    found = await unit.plans.goal(ask.id)
    step = (
        goal.STEPS[0]
        if card.face is Face.EDIT or found is None
        else next((each for each in goal.STEPS if each is card.face), None)
    )
    if step is None and found is not None and ask.state is AskState.ANSWERED:
        told = await told_of(unit, person, cipher, found)
        return Drawn(card=goal.goal_card(language, told, ref, zone=ZoneInfo(person.timezone)), summary=summary)
    entries = await unit.answers.newest(cipher, person_id=person.id, ask_id=ask.id) if ask.version else {}
    draft = await unit.drafts.get(cipher, person_id=person.id, ask_id=ask.id)
    step = step or goal.STEPS[0]
    if draft is not None and (goal.step_named(draft.about) or step) is step:
        entries = {**entries, **draft.entries}
    words = words_of(entries) if ask.version else None
    asked = await shown_to(unit, ask, goal.form(ask.element, language, step))
    drawn = goal.step_card(language, ask.element, ref, step, entries=entries, words=words, asked=asked)
    return Drawn(card=drawn, summary=summary)


async def _check_in(unit: Unit, person: Person, cipher: Cipher, ask: Ask, card: ShownCard) -> Drawn | None:
    """The receipt of a check-in: how each goal has gone so far; None where anything else is to be shown."""
    can_edit = can_be_answered(ask, unit.now)
    if ask.state is not AskState.ANSWERED or (card.face is Face.EDIT and can_edit):
        return None
    about = await unit.plans.about(ask.id)
    plan = await unit.plans.get(about.plan_id) if about is not None else None
    if about is None or plan is None:
        return None
    ground = await ground_of(unit, person, cipher, plan)
    goals = [await unit.plans.goal(goal_id) for goal_id in about.goals]
    told = [await told_of(unit, person, cipher, each, ground=ground) for each in goals if each is not None]
    ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
    shared = await shared_with(unit, person.id, ask.id)
    facts = ask.element.check_in or CheckInFacts()
    until = [each.values for each in ground.answered if each.ask_id <= ask.id] or [{}]
    own = check_in.own_answers(facts, person.language, until[-1], before=until[:-1])
    receipt = check_in.receipt(person.language, told, ref, can_edit=can_edit, own=own, shared_with=shared)
    return Drawn(card=receipt, summary=t(person.language, "receipt.summary"))


async def _half_goal(unit: Unit, person: Person, cipher: Cipher, ask: Ask, card: ShownCard) -> Drawn | None:
    """The goal whose missing half was written; None while it is not."""
    about = await unit.plans.about(ask.id) if ask.state is AskState.ANSWERED else None
    found = await unit.plans.goal(about.goals[0]) if about is not None else None
    if found is None:
        return None
    told = await told_of(unit, person, cipher, found)
    ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=found.id)
    drawn = goal.goal_card(person.language, told, ref, zone=ZoneInfo(person.timezone))
    return Drawn(card=drawn, summary=t(person.language, "plan.summary"))


async def _team_plan(unit: Unit, person: Person, cipher: Cipher, ask: Ask, card: ShownCard) -> Drawn | None:
    """The sentences to be ticked, or the page with those that were; None where it is closed before that."""
    language, summary = person.language, t(person.language, "team_plan.title")
    ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
    if ask.state is AskState.ANSWERED:
        values = await unit.answers.newest(cipher, person_id=person.id, ask_id=ask.id)
        chosen, day, hour = values.get("sentences"), str(values["day"]), str(values["hour"])
        page = team_plan.page_card(
            language,
            ref,
            chosen if isinstance(chosen, list) else [],
            at_local=datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=ZoneInfo(person.timezone)),
        )
        return Drawn(card=page, summary=summary)
    draft = await unit.drafts.get(cipher, person_id=person.id, ask_id=ask.id)
    if draft is None or not can_be_answered(ask, unit.now):
        return None
    names = [each.name for each in await unit.pools.colleagues(person, limit=team_plan.MOST_NAMED)]
    shown = draft.entries.get(team_plan.SHOWN)
    drawn = team_plan.tick_card(
        language, ask.element, ref, shown if isinstance(shown, list) else [], names=names, entries=draft.entries
    )
    return Drawn(card=drawn, summary=summary)


async def plan_drawn(unit: Unit, person: Person, cipher: Cipher, plan: Plan) -> Drawn:
    """A plan as it stands: its goals that are under way, and how many are over. Raises Unreadable."""
    goals = await unit.plans.goals(plan.id)
    ground = await ground_of(unit, person, cipher, plan)
    told = [await told_of(unit, person, cipher, each, ground=ground) for each in plans.under_way(goals)]
    over = len(goals) - len(told)
    drawn = goal_list.plan_card(person.language, told, over=over, zone=ZoneInfo(person.timezone))
    return Drawn(card=drawn, summary=t(person.language, "plan.summary"))


async def _learning(_unit: Unit, person: Person, _cipher: Cipher, ask: Ask, _card: ShownCard) -> Drawn | None:
    """That something was done elsewhere; None while it is not."""
    if ask.state is not AskState.ANSWERED or ask.answered_at is None:
        return None
    at_local = ask.answered_at.astimezone(ZoneInfo(person.timezone))
    done = learning.done_card(person.language, ask.element, at_local=at_local)
    return Drawn(card=done, summary=t(person.language, "learning.done.title"))


_OWN = {
    AskKind.ASSIGNMENT: _assignment,
    AskKind.PLAN: _goal,
    AskKind.HALF_GOAL: _half_goal,
    AskKind.CHECK_IN: _check_in,
    AskKind.TEAM_PLAN: _team_plan,
    AskKind.LEARNING_ITEM: _learning,
    AskKind.SURVEY: _learning,
    AskKind.INSTRUMENT: _learning,
}


def _standing(person: Person, progress: Progress) -> str:
    """What there is to say of how far the person is."""
    if progress.state in (AssignmentState.DRAFTED, AssignmentState.COMMENTED):
        return t(person.language, f"assignment.{progress.state}")
    return ""


async def why_in_words(unit: Unit, person: Person, ask: Ask) -> str:
    """Why the person has this ask, in one sentence."""
    programme = await unit.programmes.name_of(ask.programme_id, person.language)
    key = "team.question.why" if ask.kind is AskKind.TEAM_QUESTION else "ask.why"
    return t(person.language, key, programme=programme)
