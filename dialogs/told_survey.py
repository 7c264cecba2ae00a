"""Told survey: that a survey was counted, for a coach of its programme; what came of it is shown by a press."""

from enum import StrEnum

from microsoft_teams.cards import Action, CardElement

from coaching.asks import Element
from coaching.forms import Form
from coaching.people import Language, in_language
from dialogs.pieces import button, cut, paragraph, quoted
from dialogs.wording import t
from storage.spoken import Spoken

LONGEST_TITLE = 120


class SurveyVerb(StrEnum):
    """What a button about surveys asks for."""

    #: What came of the one whose box it carries, or of the chosen one.
    RESULTS = "survey_results"


def form(_element: Element, language: Language) -> Form:
    """Nothing is asked."""
    return Form(title=t(language, "surveys.told.title"), fields=())


def said(language: Language, spoken: Spoken | None) -> list[CardElement]:
    """Which survey, how many answered and where to look; or that all was thrown away."""
    if spoken is None or spoken.survey is None:
        return [paragraph(t(language, "surveys.not_yours"))]
    survey = spoken.survey
    named = quoted("", cut(in_language(survey.title, language), LONGEST_TITLE))
    if not survey.is_enough:
        return [named, paragraph(t(language, "surveys.thrown_away", least=survey.least))]
    return [
        named,
        paragraph(t(language, "team.answers.number", number=survey.number)),
        paragraph(t(language, "surveys.told.where")),
    ]


def actions(language: Language, spoken: Spoken | None) -> list[Action]:
    """The way to what came of it, where anything did."""
    if spoken is None or spoken.survey is None or not spoken.survey.is_enough:
        return []
    return [button(t(language, "surveys.show"), SurveyVerb.RESULTS, argument=str(spoken.survey.box_id))]
