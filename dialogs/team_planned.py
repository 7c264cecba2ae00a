"""Team planned: somebody takes chosen sentences of their plan to the team that they lead, and what follows from it.

A page for the meeting with exactly those sentences, a time in the calendar, one question afterwards, and, where they
wish it, one question to the team four weeks later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from coaching import asks, forms, team_plans
from coaching.asks import Ask, AskKind, AskState
from coaching.calendar import next_workday, start_of_day
from coaching.elements import Question, QuestionKind
from coaching.errors import Closed
from coaching.forms import Fault, FaultKind, Value
from coaching.people import Language, Person
from coaching.plans import Plan, under_way
from coaching.pooled import Origin, PooledQuestion
from coaching.sources import PLAN
from coaching.team_plans import Sentence
from dialogs import answering, files, goal, interview, keeping, team_plan
from dialogs.assigned import now_among
from dialogs.drawing import Drawn
from dialogs.pieces import CardRef
from dialogs.press import Press
from dialogs.reply import Part, Reply
from dialogs.team_picked import picked
from dialogs.turn import Turn, changed, changed_to, new_card
from dialogs.wording import date_in_words, t
from storage import planned
from storage.answers import Draft
from storage.cards import ShownCard
from storage.one_time_links import FileKind

_PULSE = ("clearly", "somewhat", "not_yet", "cannot_say")


async def begin(turn: Turn, _argument: str) -> Reply:
    """The sentences of the plan, to be ticked on a card or by typing."""
    plan = next(iter(await turn.unit.plans.of_person(turn.person.id)), None)
    shown = await sentences_of(turn, plan) if plan is not None else []
    if plan is None or not shown:
        return Reply.of(turn.t("plan.empty"))
    ask = await planned.team_ask(turn.unit, plan, len(shown))
    draft = Draft(entries={team_plan.SHOWN: shown}, typed_in={})
    await turn.unit.drafts.save(turn.cipher, draft, person_id=turn.person.id, ask_id=ask.id)
    card = await new_card(turn, ask)
    asked = team_plan.form(ask.element, turn.language)
    begun = interview.start(turn.language, asked, ask.id, entries=draft.entries)
    await answering.save_draft(turn, begun.interview, {})
    return Reply.of(card, f"{team_plan.listed(turn.language, shown)}\n\n{begun.say}")


async def submitted(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """What was ticked on the card. Raises Closed."""
    checked = forms.checked(team_plan.form(ask.element, turn.language), press.entries)
    if ask.state is AskState.ANSWERED:
        return Reply.of(await changed(turn, card, ask))
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    shown = await _shown(turn, ask)
    if not shown:
        return Reply.of(turn.t("team_plan.lost"))
    faults = [*checked.faults, *(await _faults(turn, ask, checked.values) if not checked.faults else [])]
    if faults:
        ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
        names = [each.name for each in await turn.unit.pools.colleagues(turn.person, limit=team_plan.MOST_NAMED)]
        drawn = team_plan.tick_card(
            turn.language, ask.element, ref, shown, names=names, entries=press.entries, faults=faults
        )
        return Reply.of(changed_to(turn, card, Drawn(card=drawn, summary=turn.t("team_plan.title"))))
    once = answering.submitted(turn, press.revision or 0, checked.values)
    done, said = await _taken(turn, ask, shown, checked.values, once=once)
    cards = await turn.unit.cards.raise_wanted(ask.id)
    return Reply.of(await changed(turn, now_among(card, cards), done), *said)


async def finished(turn: Turn, ask: Ask, draft: Draft, values: Mapping[str, Value]) -> tuple[str, Fault | None]:
    """What was ticked by typing: what to say, or the fault to go back to."""
    found = draft.entries.get(team_plan.SHOWN, [])
    shown = [str(each) for each in found] if isinstance(found, list) else []
    if not shown or ask.state is AskState.ANSWERED:
        await answering.end_dialog(turn, ask.id)
        return turn.t("team_plan.lost"), None
    fault = next(iter(await _faults(turn, ask, values)), None)
    if fault is not None:
        return "", fault
    done, said = await _taken(turn, ask, shown, values, once=f"typed:{turn.message}")
    await turn.unit.cards.raise_wanted(ask.id)
    chosen = await chosen_of(turn, done)
    page = [turn.t("team_plan.page"), *(f"– {text}" for text in chosen), turn.t("team_plan.ask_team")]
    texts = [part for part in said if isinstance(part, str)]
    return "\n\n".join(["\n".join(page), *texts, turn.t("team_plan.calendar_typed")]), None


async def pressed_calendar(turn: Turn, _press: Press, ask: Ask, _card: ShownCard) -> Reply:
    """The page's button for the calendar."""
    return Reply.of(await files.offered(turn, FileKind.TEAM_MEETING, about={"ask": ask.id}))


async def calendar(turn: Turn, _argument: str) -> Reply:
    """The same, typed: of the newest talk."""
    plans = await turn.unit.plans.of_person(turn.person.id)
    newest = await turn.unit.plans.newest_of(plans[0].id, AskKind.TEAM_PLAN) if plans else None
    if newest is None:
        return Reply.of(turn.t("team_plan.none"))
    return Reply.of(await files.offered(turn, FileKind.TEAM_MEETING, about={"ask": newest}))


async def sentences_of(turn: Turn, plan: Plan) -> list[str]:
    """What can be ticked of a plan: the sentences of its goals under way."""
    return team_plans.offered(one.text for one in await _sentences(turn, plan))


async def _sentences(turn: Turn, plan: Plan) -> list[Sentence]:
    goals = under_way(await turn.unit.plans.goals(plan.id))
    words = await turn.unit.plans.words(turn.cipher, person_id=turn.person.id, goal_ids=[each.id for each in goals])
    found = []
    for each in goals:
        own = words[each.id]
        if_then = goal.if_then_in_words(turn.language, own) if own.is_whole else own.then or own.when
        found += team_plans.sentences(each.id, own, if_then=if_then)
    return found


async def chosen_of(turn: Turn, ask: Ask) -> list[str]:
    """The sentences that were ticked."""
    values = await turn.unit.answers.newest(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    found = values.get("sentences", [])
    return found if isinstance(found, list) else []


async def _shown(turn: Turn, ask: Ask) -> list[str]:
    draft = await turn.unit.drafts.get(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    found = draft.entries.get(team_plan.SHOWN, []) if draft is not None else []
    return [str(each) for each in found] if isinstance(found, list) else []


async def _taken(
    turn: Turn, ask: Ask, shown: Sequence[str], values: Mapping[str, Value], *, once: str
) -> tuple[Ask, list[Part | str]]:
    """The talk, as it is meant: stored, with the question afterwards; and what there is to say of the team."""
    chosen = values["sentences"]
    texts: Value = team_plans.ticked(shown, chosen if isinstance(chosen, list) else [])
    at = _at(turn, values)
    done, _ = await answering.store(
        turn, ask, team_plan.form(ask.element, turn.language), {**values, "sentences": texts}, once=once
    )
    await _about_goals(turn, ask, texts if isinstance(texts, list) else [])
    await planned.ask_how_it_was_handled(turn.unit, turn.person, ask, opens_at=_morning_after(turn, at))
    return done, await _pulse(turn, ask, values, at)


async def _about_goals(turn: Turn, ask: Ask, texts: Sequence[str]) -> None:
    """Remember which goals the talk is about: those that the ticked sentences are of, as far as they still are."""
    about = await turn.unit.plans.about(ask.id)
    plan = await turn.unit.plans.get(about.plan_id) if about is not None else None
    if plan is not None:
        found = {one.goal_id for one in await _sentences(turn, plan) if one.text in texts}
        await turn.unit.plans.is_about(ask.id, sorted(found))


async def _pulse(turn: Turn, ask: Ask, values: Mapping[str, Value], at: datetime) -> list[Part | str]:
    """One question to the team, four weeks after the talk; nothing where nobody was named."""
    people = await _team(turn, ask, values)
    if not people:
        return []
    opens_at = at + team_plans.PULSE_AFTER
    in_all = {language: t(language, "team_plan.pulse.about") for language in Language}
    pool = await turn.unit.pools.begin(
        asker_id=turn.person.id,
        about=replace(ask.element, key=f"{PLAN}pulse"),
        asked=PooledQuestion(question=pulse_question(), threshold=team_plans.LEAST_ASKED, origin=Origin.PLAN),
        closes_at=opens_at + team_plans.PULSE_LASTS,
        title=in_all,
        opens_at=opens_at,
    )
    await turn.unit.pools.add(pool.id, {each.id for each in people})
    when = date_in_words(turn.language, turn.local(opens_at).date())
    return [turn.t("team_plan.pulse.later", count=len(people), when=when)]


def pulse_question() -> Question:
    """Whether the team notices a change, in all languages."""
    return Question(
        id="change",
        text={language: t(language, "team_plan.pulse.question") for language in Language},
        kind=QuestionKind.SINGLE_CHOICE,
        choices=tuple({language: t(language, f"team_plan.pulse.{each}") for language in Language} for each in _PULSE),
    )


async def _team(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> Sequence[Person]:
    if not values.get("people"):
        return ()
    return (await picked(turn, ask, {"people": values["people"]}, None)).people


async def _faults(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> list[Fault]:
    """What only the clock, or the list of people, can tell."""
    if _at(turn, values) <= turn.now:
        return [Fault(field="day", kind=FaultKind.IN_THE_PAST)]
    if not values.get("people"):
        return []
    found = await picked(turn, ask, {"people": values["people"]}, None)
    if found.faults:
        return [fault for fault in found.faults if fault.field == "people"]
    if len(found.people) < team_plans.LEAST_ASKED:
        return [Fault(field="people", kind=FaultKind.TOO_FEW, low=team_plans.LEAST_ASKED)]
    return []


def _at(turn: Turn, values: Mapping[str, Value]) -> datetime:
    return keeping.moment_of(turn, values) or turn.now


def _morning_after(turn: Turn, at: datetime) -> datetime:
    return start_of_day(next_workday(turn.local(at).date()), turn.zone)
