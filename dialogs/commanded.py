"""Commanded: what each word that always works does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from coaching import people
from coaching.people import Role
from dialogs import (
    answering,
    assigned,
    broadcasting,
    catalogue,
    coach_words,
    erasing,
    everyday,
    follow_up,
    goals,
    handing_over,
    moments,
    my_data,
    my_sessions,
    overview,
    pausing,
    proposing,
    sharing,
    survey_results,
    talk_counts,
    talking,
    team_declined,
    team_planned,
    waiting,
    why,
    working_hours,
    writing_time,
)
from dialogs.calls import Call, language_named
from dialogs.cards import list_card
from dialogs.commands import Command
from dialogs.pausing import PauseFault
from dialogs.reply import NewCard, Reply
from dialogs.turn import Turn, new_card
from storage.cards import Face
from storage.conversations import DialogKind


async def carry_out(turn: Turn, call: Call) -> Reply:
    """What a command comes to."""
    return await _COMMANDS[call.command](turn, call.argument)


async def stop_confirmed(turn: Turn, *, confirmed: bool) -> Reply:
    """The answer to the question whether to stop, also on a card from long ago."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.STOP:
        await waiting.settle(turn, dialog)
    if confirmed:
        await turn.unit.people.save(people.stopped(turn.person, turn.now))
    elif turn.person.stopped_at is None:
        return Reply.of(pausing.not_stopped(turn.language), *await waiting.reminder(turn))
    return Reply.of(pausing.stopped(turn.language))


async def _help(turn: Turn, _argument: str) -> Reply:
    parts = await turn.unit.people.parts(turn.person.id)
    roles = {part.role for part in parts}
    coach = [everyday.help_for_coaches(turn.language)] if Role.COACH in roles else []
    owner = [everyday.help_for_owners(turn.language)] if Role.OWNER in roles else []
    return Reply.of(everyday.help_card(turn.language), *coach, *owner)


async def _open(turn: Turn, _argument: str) -> Reply:
    open_asks = await turn.unit.asks.open_of(turn.person.id)
    if len(open_asks) == 1:
        return Reply.of(await new_card(turn, open_asks[0]), *await waiting.reminder(turn))
    if open_asks:
        await waiting.ask(turn, DialogKind.WHICH_ASK)
    items = waiting.listed(turn, open_asks)
    summary = turn.t("list.title", count=len(items)) if items else turn.t("list.none")
    return Reply.of(NewCard(card=list_card(turn.language, items), summary=summary), *await waiting.reminder(turn))


async def _language(turn: Turn, argument: str) -> Reply:
    if not argument:
        return Reply.of(everyday.language_card(turn.language))
    language = language_named(argument)
    if language is None:
        return Reply.of(everyday.language_card(turn.language, unknown=True))
    await turn.unit.people.save(replace(turn.person, language=language, language_chosen=True))
    return Reply.of(everyday.language_chosen(language))


async def _pause(turn: Turn, argument: str) -> Reply:
    today = turn.local(turn.now).date()
    if not argument:
        return Reply.of(pausing.pause_card(turn.language, today=today))
    try:
        until = moments.until(argument, now=turn.now, zone=turn.zone)
    except moments.NotInTheYearAhead:
        return Reply.of(pausing.pause_card(turn.language, today=today, fault=PauseFault.NOT_IN_A_YEAR))
    if until is None:
        return Reply.of(pausing.pause_card(turn.language, today=today, fault=PauseFault.NOT_UNDERSTOOD))
    await turn.unit.people.save(people.paused(turn.person, until))
    return Reply.of(pausing.paused_until(turn.language, turn.local(until).date()))


async def _resume(turn: Turn, _argument: str) -> Reply:
    today = turn.local(turn.now).date()
    is_away = any(each.first <= today for each in await turn.unit.leaves.ahead(turn.person.id, day=today))
    if is_away:
        await turn.unit.leaves.replace(turn.person.id, [], day=today)
    if not people.is_silenced(turn.person, turn.now) and not is_away:
        return Reply.of(pausing.not_paused(turn.language))
    await turn.unit.people.save(people.resumed(turn.person))
    return Reply.of(pausing.resumed(turn.language))


async def _who_sees(turn: Turn, _argument: str) -> Reply:
    return Reply.of(everyday.who_sees_card(turn.language))


async def _sessions(turn: Turn, _argument: str) -> Reply:
    own = await my_sessions.of(turn)
    return Reply.of(my_sessions.sessions_card(turn.reader, own, now=turn.now), *await waiting.reminder(turn))


async def _materials(turn: Turn, argument: str) -> Reply:
    own = await my_sessions.of(turn)
    number = int(argument.rstrip(".,")) if argument else None
    return Reply.of(my_sessions.materials_card(turn.reader, own, number, now=turn.now), *await waiting.reminder(turn))


async def _stop(turn: Turn, _argument: str) -> Reply:
    await waiting.ask(turn, DialogKind.STOP)
    return Reply.of(pausing.stop_question(turn.language))


async def _who_are_you(turn: Turn, _argument: str) -> Reply:
    return Reply.of(everyday.who_are_you(turn.language))


async def _edit(turn: Turn, _argument: str) -> Reply:
    ask = await turn.unit.asks.last_answered(turn.person.id)
    if ask is None:
        return Reply.of(everyday.unknown(turn.language))
    card = await new_card(turn, ask, face=Face.EDIT)
    if not catalogue.form(ask, turn.language).fields:
        return Reply.of(card)
    return Reply.of(card, await answering.begin_again(turn, ask))


async def _former(turn: Turn, _argument: str) -> Reply:
    ask = await turn.unit.asks.last_answered(turn.person.id)
    restored = ask and await answering.restore_former(turn, ask, once=f"typed:{turn.message}")
    return Reply.of(turn.t("receipt.restored" if restored else "receipt.nothing_former"))


def _of_assignments(command: Command) -> Callable[[Turn, str], Awaitable[Reply]]:
    async def act(turn: Turn, argument: str) -> Reply:
        return await assigned.commanded(turn, command, argument)

    return act


def _of_goals(command: Command) -> Callable[[Turn, str], Awaitable[Reply]]:
    async def act(turn: Turn, argument: str) -> Reply:
        return await goals.acted(turn, command, argument)

    return act


async def _later(turn: Turn, _argument: str) -> Reply:
    open_asks = await turn.unit.asks.open_of(turn.person.id)
    if not open_asks:
        return Reply.of(turn.t("list.none"))
    return Reply.of([await answering.put_off(turn, ask) for ask in open_asks][-1])


_COMMANDS: Mapping[Command, Callable[[Turn, str], Awaitable[Reply]]] = {
    Command.HELP: _help,
    Command.OPEN: _open,
    Command.SESSIONS: _sessions,
    Command.MATERIALS: _materials,
    Command.LANGUAGE: _language,
    Command.PAUSE: _pause,
    Command.RESUME: _resume,
    Command.WRITING_TIME: writing_time.wished,
    Command.WORKING_HOURS: working_hours.said,
    Command.WHO_SEES: _who_sees,
    Command.WHY: why.explained,
    Command.STOP: _stop,
    Command.WHO_ARE_YOU: _who_are_you,
    Command.EDIT: _edit,
    Command.FORMER: _former,
    Command.LATER: _later,
    Command.LET_IN: coach_words.let_in,
    **{command: _of_assignments(command) for command in assigned.COMMANDS},
    Command.DECLINE: team_declined.commanded,
    Command.ASSIGN: broadcasting.assign,
    Command.UNDO: broadcasting.undo,
    Command.OVERVIEW: overview.of_coach,
    Command.MOVE_SESSION: coach_words.move_session,
    Command.HOLD_ONLINE: coach_words.hold_online,
    Command.UNDO_CHANGE: proposing.undo,
    Command.HAND_INS: follow_up.hand_ins,
    Command.SURVEY_RESULTS: survey_results.commanded,
    Command.FEEDBACK: follow_up.feedback(asks=False),
    Command.FEEDBACK_ASKING: follow_up.feedback(asks=True),
    Command.FOLLOW_UP_FILE: follow_up.file,
    Command.GOALS: goals.overview,
    Command.NEW_GOAL: goals.new_goal,
    **{command: _of_goals(command) for command in goals.COMMANDS},
    Command.PLAN_FILE: goals.file,
    Command.TEAM_PLAN: team_planned.begin,
    Command.TEAM_CALENDAR: team_planned.calendar,
    Command.TOO_MUCH: goals.too_much,
    Command.MY_DATA: my_data.asked,
    Command.ERASE: erasing.asked,
    Command.NUDGE: coach_words.nudge,
    Command.CORRECT: broadcasting.correct,
    Command.HAND_OVER: coach_words.hand_over,
    Command.TAKE_OVER: handing_over.offers,
    Command.TALKS: talking.overview,
    Command.BOOKED: talking.agreed,
    Command.HELD: talking.held,
    Command.PREPARE: talking.prepare,
    Command.SUMMARISE: talking.summarise,
    Command.TALK_COUNTS: talk_counts.of_owner,
    Command.SHARE: sharing.begin,
    Command.UNSHARE: sharing.unshare,
    Command.WHO_READ: sharing.who_read,
    Command.SHARED: sharing.shared_with_me,
    Command.AWAY: coach_words.away,
    Command.BACK: coach_words.back,
}
