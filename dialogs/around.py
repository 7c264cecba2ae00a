"""Around: what stands on a card around an ask's own questions: what somebody said, where to go, buttons; by its kind.

A kind without an entry has nothing of the sort. What an ask that wants an answer leads with, a visit and the same card
drawn later take from `around`; what is only told, from `told`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement

from coaching.asks import Ask, AskKind
from coaching.people import Language
from dialogs import (
    ballot,
    check_in,
    learning,
    message,
    result,
    talk_cards,
    talk_summary,
    team_answers,
    team_question,
    told_share,
    told_survey,
)
from dialogs.pieces import LONGEST_FITTED, CardRef
from dialogs.reader import Reader
from storage.spoken import Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What it is drawn from. spoken: what the ask says again; None for nothing. zone: the reader's, where known.

    longest: characters that there is room for of each text.
    """

    language: Language
    ask: Ask
    ref: CardRef
    spoken: Spoken | None = None
    zone: ZoneInfo | None = None
    longest: int = LONGEST_FITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """before and after: the questions. actions: after the form's own. own: in place of the form's; None for those."""

    before: Sequence[CardElement] = ()
    after: Sequence[CardElement] = ()
    actions: Sequence[Action] = ()
    own: Sequence[Action] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A notice that says something again. day: the reader's date. longest: characters that there is room for."""

    reader: Reader
    notice: Ask
    spoken: Spoken | None
    day: date | None
    longest: int


def around(setting: Setting) -> Around:
    """What stands around the questions of an ask."""
    draw = _AROUND.get(setting.ask.kind)
    return draw(setting) if draw is not None else Around()


def told(telling: Telling) -> list[CardElement]:
    """What a notice says again; nothing for most, whose own words say it all."""
    draw = _TOLD.get(telling.notice.kind)
    return draw(telling) if draw is not None else []


def actions(telling: Telling) -> list[Action]:
    """The buttons of a notice."""
    draw = _TOLD_ACTIONS.get(telling.notice.kind)
    return draw(telling) if draw is not None else []


def _of_plan(setting: Setting) -> Around:
    beside = check_in.beside(setting.language, setting.ask, setting.spoken, setting.ref, longest=setting.longest)
    return Around(before=beside.before, actions=beside.actions)


def _of_team(setting: Setting) -> Around:
    said = team_question.said(setting.language, setting.ask.element, setting.spoken, setting.zone)
    return Around(before=said, own=team_question.actions(setting.language, setting.ref))


def _of_message(setting: Setting) -> Around:
    return Around(before=message.said(setting.language, setting.ask.element, setting.spoken, setting.zone))


def _of_learning(setting: Setting) -> Around:
    language, element = setting.language, setting.ask.element
    return Around(
        after=[*learning.told(language, element), *learning.seen(language)],
        own=learning.buttons(language, element, setting.ref),
    )


_AROUND: Mapping[AskKind, Callable[[Setting], Around]] = {
    AskKind.CHECK_IN: _of_plan,
    AskKind.HALF_GOAL: _of_plan,
    AskKind.CUE: _of_plan,
    AskKind.TEAM_QUESTION: _of_team,
    AskKind.MESSAGE: _of_message,
    AskKind.LEARNING_ITEM: _of_learning,
    AskKind.SURVEY: _of_learning,
    AskKind.BALLOT: lambda its: Around(before=ballot.told(its.language, its.ask.element)),
    AskKind.INSTRUMENT: _of_learning,
    AskKind.HELD: lambda its: Around(before=talk_cards.held(its.language, its.spoken)),
    AskKind.NOTES: lambda its: Around(before=talk_cards.about(its.language, its.spoken)),
    AskKind.SUMMARY: lambda its: Around(before=talk_summary.about(its.language, its.spoken)),
    AskKind.RESULT: lambda its: Around(actions=result.actions(its.language, its.ask.element)),
}
_TOLD: Mapping[AskKind, Callable[[Telling], list[CardElement]]] = {
    AskKind.MESSAGE: lambda its: message.said(its.reader.language, its.notice.element, its.spoken, its.reader.zone),
    AskKind.CUE: lambda its: check_in.cue(its.reader.language, its.spoken),
    AskKind.TEAM_ANSWERS: lambda its: team_answers.said(
        its.reader.language, its.notice.element, its.spoken, longest=its.longest
    ),
    AskKind.TALKS: lambda its: talk_cards.week(its.reader.language, its.spoken, today=its.day, longest=its.longest),
    AskKind.SHARED: lambda its: told_share.said(its.reader.language, its.spoken),
    AskKind.NEW_MANAGER: lambda _its: [],
    AskKind.SURVEY_RESULTS: lambda its: told_survey.said(its.reader.language, its.spoken),
}
_TOLD_ACTIONS: Mapping[AskKind, Callable[[Telling], list[Action]]] = {
    AskKind.TALKS: lambda its: talk_cards.week_actions(its.reader.language, its.spoken),
    AskKind.SHARED: lambda its: told_share.actions(its.reader.language, its.spoken),
    AskKind.NEW_MANAGER: lambda its: told_share.again(its.reader.language, its.notice),
    AskKind.SURVEY_RESULTS: lambda its: told_survey.actions(its.reader.language, its.spoken),
}
#: Notices that say again what somebody wrote: of those nothing but the title is told in plain text.
WITH_WORDS = frozenset(_TOLD)
