"""Answering: an answer becomes a stored version, and the card its receipt. Thanks are said after the commit only."""

from collections.abc import Mapping, Sequence

from coaching import asks
from coaching.asks import Ask, AskKind, AskState
from coaching.calendar import next_workday, start_of_day
from coaching.errors import Closed
from coaching.forms import Form, Value
from dialogs import assignment, ballot, catalogue, followed, interview, keeping, waiting
from dialogs.interview import Interview
from dialogs.shown_to import shown_to
from dialogs.turn import Turn
from dialogs.wording import date_in_words
from storage.answers import Draft
from storage.cards import ShownCard
from storage.conversations import DialogKind


async def store(
    turn: Turn,
    ask: Ask,
    form: Form,
    values: Mapping[str, Value],
    *,
    once: str,
    typed_in: Mapping[str, Sequence[str]] | None = None,
    is_draft: bool | None = None,
) -> tuple[Ask, list[ShownCard]]:
    """One more version of the answer; the ask as it is now, and its cards, each to become a receipt.

    once: what makes this very press or message the same when it comes again. typed_in: field → the marks of the
    messages that its value came in; a value that was typed for a former version keeps its own. is_draft: see
    `dialogs.followed`.
    Raises Closed and NotYours; of a goal for which the plan has no room, TooManyGoals.
    """
    done = await followed.answered(turn, ask, values, once=once, is_draft=is_draft)
    if ask.kind is AskKind.BALLOT:
        return await _cast(turn, done, values)
    if ask.kind is AskKind.PLAN:
        await keeping.goal_written(turn, ask, values)
    typed = {**await typed_before(turn, ask, values), **(typed_in or {})}
    await turn.unit.answers.add(
        turn.cipher,
        person_id=turn.person.id,
        ask_id=ask.id,
        version=done.version,
        once=once,
        form=form,
        values=values,
        typed_in=typed,
    )
    await turn.unit.asks.save(done)
    if ask.kind is AskKind.CHECK_IN:
        await keeping.checked_in(turn, ask, values, once=once, typed_in=typed)
    if ask.kind is AskKind.TEAM_HANDLED:
        await keeping.promised(turn, ask)
    await end_dialog(turn, ask.id)
    if ask.kind is AskKind.PACE:
        await keeping.pace_answered(turn, values)
    return done, await turn.unit.cards.raise_wanted(ask.id)


async def _cast(turn: Turn, done: Ask, values: Mapping[str, Value]) -> tuple[Ask, list[ShownCard]]:
    """Put what was answered into the survey's box; with the person stays only that they have answered."""
    threshold = ballot.threshold(done.element)
    await turn.unit.ballot_boxes.cast(done, values, tenant=turn.person.tenant, threshold=threshold)
    await turn.unit.asks.save(done)
    await end_dialog(turn, done.id)
    shown = await turn.unit.cards.raise_wanted(done.id)
    await turn.unit.turns.forget(turn.person.id)
    return done, shown


async def values_of(turn: Turn, ask: Ask, version: int | None) -> dict[str, Value]:
    """The values of a version; empty for None."""
    if version is None:
        return {}
    return await turn.unit.answers.read(turn.cipher, person_id=turn.person.id, ask_id=ask.id, version=version)


async def typed_before(turn: Turn, ask: Ask, values: Mapping[str, Value]) -> dict[str, Sequence[str]]:
    """Which of the values were typed for a former version, and in which messages: field → their marks."""
    if not ask.version:
        return {}
    typed = await turn.unit.answers.typed_for(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    return {each.field: each.typed_in for each in typed if each.value == values.get(each.field)}


async def restore_former(turn: Turn, ask: Ask, *, once: str) -> tuple[Ask, list[ShownCard]] | None:
    """The version before the newest, as one more version; None when there is none. Raises Closed."""
    latest = await turn.unit.answers.latest(ask.id)
    values = await values_of(turn, ask, await turn.unit.answers.before(ask.id, latest or 0))
    if not values:
        return None
    form = catalogue.form(ask, turn.language, about=assignment.about_of(values))
    return await store(turn, ask, form, values, once=once)


async def put_off(turn: Turn, ask: Ask) -> str:
    """Bring the ask up on the person's next working day; the sentence that says so. Raises Closed.

    An answer that was being changed stays as it was, for nothing is left to be brought up.
    """
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    if ask.state is AskState.ANSWERED:
        return await break_off(turn, ask)
    day = next_workday(turn.local(turn.now).date())
    await turn.unit.asks.save(asks.put_off(ask, start_of_day(day, turn.zone)))
    await waiting.interview_over(turn, ask.id)
    return turn.t("ask.put_off", when=date_in_words(turn.language, day))


async def break_off(turn: Turn, ask: Ask) -> str:
    """Throw away what was being typed for the ask; the sentence that says so."""
    await end_dialog(turn, ask.id)
    return turn.t("interview.unchanged" if ask.state is AskState.ANSWERED else "interview.cancelled")


async def end_dialog(turn: Turn, ask_id: int) -> None:
    """What was being typed for this ask is done with, and nothing is asked about it any more."""
    await turn.unit.drafts.remove(ask_id)
    await waiting.interview_over(turn, ask_id)


def submitted(turn: Turn, revision: int, values: Mapping[str, Value]) -> str:
    """What makes a press the same press: the card's revision and a keyed digest of the values."""
    return f"card:{revision}:{turn.cipher.digest(dict(values))}"


async def begin_again(turn: Turn, ask: Ask) -> str:
    """Open an ask's questions one by one; its newest answer stays where a question is skipped. The first question."""
    values = await turn.unit.answers.newest(turn.cipher, person_id=turn.person.id, ask_id=ask.id)
    about = assignment.about_of(values)
    await save_draft(turn, Interview(ask_id=ask.id, entries=values), await typed_before(turn, ask, values), about=about)
    form = await shown_to(turn.unit, ask, catalogue.form(ask, turn.language, about=about))
    return interview.start(turn.language, form, ask.id, entries=values).say


async def save_draft(
    turn: Turn, under_way: Interview, came_in: Mapping[str, Sequence[str]], *, about: str = ""
) -> None:
    """Keep what was typed so far, and where the person is. came_in: field → the marks of the messages it came in.

    about: which of the ask's forms is under way.
    """
    draft = Draft(index=under_way.index, about=about, entries=under_way.entries, typed_in=came_in)
    await turn.unit.drafts.save(turn.cipher, draft, person_id=turn.person.id, ask_id=under_way.ask_id)
    await waiting.ask(turn, DialogKind.INTERVIEW, ask_id=under_way.ask_id)
