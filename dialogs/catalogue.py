"""The catalogue: which module says what for each kind of ask. A kind without an entry is a red test."""

from collections.abc import Callable, Mapping

from coaching.asks import Ask, AskKind, Element
from coaching.forms import Form
from coaching.people import Language
from dialogs import (
    assignment,
    ballot,
    check_in,
    discussion,
    goal,
    learning,
    message,
    notice,
    principle,
    reflection,
    result,
    sessions,
    talk_cards,
    talk_summary,
    team_answers,
    team_plan,
    team_question,
    told_share,
    told_survey,
)

FORMS: Mapping[AskKind, Callable[[Element, Language], Form]] = {
    AskKind.REFLECTION: reflection.form,
    AskKind.NOTICE: notice.form,
    AskKind.MANAGER_NOTICE: notice.form,
    AskKind.SESSION_PREP: sessions.form,
    AskKind.SESSION_LINK: sessions.form,
    AskKind.ASSIGNMENT: assignment.form,
    AskKind.MESSAGE: message.form,
    AskKind.PLAN: goal.form,
    AskKind.HALF_GOAL: check_in.half_form,
    AskKind.CHECK_IN: check_in.form,
    AskKind.CUE: check_in.cue_form,
    AskKind.TEAM_QUESTION: team_question.form,
    AskKind.TEAM_ANSWERS: team_answers.form,
    AskKind.PACE: check_in.pace_form,
    AskKind.DISCUSSION: discussion.form,
    AskKind.NOTES: discussion.form,
    AskKind.SHARED: told_share.form,
    AskKind.NEW_MANAGER: told_share.form,
    AskKind.TEAM_PLAN: team_plan.form,
    AskKind.RESULT: result.form,
    AskKind.TEAM_HANDLED: team_plan.handled_form,
    AskKind.TALKS: talk_cards.week_form,
    AskKind.HELD: talk_cards.held_form,
    AskKind.LEARNING_ITEM: learning.form,
    AskKind.RETRIEVAL: learning.retrieval_form,
    AskKind.SUMMARY: talk_summary.form,
    AskKind.PRINCIPLE: principle.form,
    AskKind.SURVEY: learning.form,
    AskKind.BALLOT: ballot.form,
    AskKind.SURVEY_RESULTS: told_survey.form,
    AskKind.INSTRUMENT: learning.form,
}

#: What a coach knows those by whose titles are not theirs alone.
_NAMES: Mapping[AskKind, Callable[[Element, Language], str]] = {
    AskKind.RETRIEVAL: lambda element, language: learning.retrieval_form(element, language).title,
    AskKind.PRINCIPLE: principle.named,
}


def form(ask: Ask, language: Language, *, about: str = "") -> Form:
    """The questions of an ask in a language. about: which of an assignment's, empty for what is handed in; of a goal,
    which sitting's, empty for the first.
    """
    return form_of(ask.element, language, about=about)


def named(element: Element, language: Language) -> str:
    """What tells an element from others of the same title: the session, the principle, or what it follows from."""
    name_of = _NAMES.get(element.kind)
    return name_of(element, language) if name_of is not None else sessions.named(element, language)


def form_of(element: Element, language: Language, *, about: str = "") -> Form:
    """The questions that an element asks; see `form`."""
    if element.kind is AskKind.ASSIGNMENT and about:
        return assignment.form(element, language, about)
    if element.kind is AskKind.PLAN and about:
        return goal.form(element, language, about)
    return FORMS[element.kind](element, language)
