"""The whole development plan on one card: each goal under way, how it goes, and what can be done."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement

from coaching.access import Audience, Matter
from coaching.people import Language
from dialogs.goal import Told, in_full
from dialogs.pieces import MOST_ACTIONS, Verb, button, card, fitting, heading, paragraph, small, subheading
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import t


def plan_card(language: Language, told: Sequence[Told], *, over: int, zone: ZoneInfo) -> Card:
    """The plan. over: how many goals are finished or dropped."""
    return fitting(lambda longest: _drawn(language, told, over=over, zone=zone, longest=longest))


def _drawn(language: Language, told: Sequence[Told], *, over: int, zone: ZoneInfo, longest: int) -> Card:
    title = t(language, "plan.title")
    body: list[CardElement] = [heading(title), *([] if told else [paragraph(t(language, "plan.empty"))])]
    for each in told:
        own = in_full(language, each, zone=zone, longest=longest)
        body += [subheading(t(language, "plan.goal", number=each.goal.number)), *own]
    body += [paragraph(t(language, "plan.over", count=over))] if over else []
    body += [small(t(language, "plan.how")), small(who_sees(language, Matter.PLAN, shared_with=_shared_with(told)))]
    actions: list[Action] = [
        button(t(language, "plan.open", number=each.goal.number), Verb.SHOW, ask_id=each.goal.id) for each in told
    ]
    actions.append(button(t(language, "plan.new"), Verb.NEW_GOAL))
    actions += [button(t(language, "plan.file"), Verb.PLAN_FILE)] if told or over else []
    actions += [button(t(language, "team_plan.button"), Verb.TEAM_PLAN)] if told else []
    return card(language, body, actions=actions[:MOST_ACTIONS], fallback=title)


def _shared_with(told: Sequence[Told]) -> frozenset[Audience]:
    return frozenset(audience for each in told for audience in each.shared_with)
