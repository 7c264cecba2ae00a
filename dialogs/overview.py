"""Overview: for a coach, one card a programme: how far its people are, who is not reachable, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from microsoft_teams.cards import Action, CardElement, Choice, ChoiceSetInput

from coaching.asks import Element
from coaching.broadcasts import Audience, Reach
from coaching.following import Stage, stages
from coaching.people import Language, in_language
from dialogs import catalogue, everyday, team
from dialogs.broadcast_cards import CoachVerb
from dialogs.follow_up_cards import ELEMENT, FollowUpVerb
from dialogs.pieces import MOST_ACTIONS, button, card, cut, heading, paragraph, quoted, small, subheading
from dialogs.reply import NewCard, Reply
from dialogs.turn import Turn
from dialogs.wording import in_a_row, t
from storage.programmes import NamedProgramme

#: What was asked last, on one card; buttons for as many as there is room for.
MOST_LISTED = 8
#: People to whom there is no way: so many are looked up, and so many of one cause are named.
MOST_UNREACHED, MOST_NAMED = 100, 10
NOBODY: Mapping[Reach, Sequence[str]] = MappingProxyType({})
LONGEST_TITLE = 80
LONGEST_NAME = 60
LONGEST_CAPTION = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """One thing that people of the programme were asked, and how many are how far with it.

    team_done: of how many the team part is done; None where it has none.
    """

    element: Element
    stages: Mapping[Stage, int]
    team_done: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that people of a programme were asked, by its number in the overview."""

    number: int
    programme: NamedProgramme
    element: Element


async def of_coach(turn: Turn, _argument: str) -> Reply:
    """The coach's command: a card for each programme that they coach."""
    coached = await turn.unit.programmes.coached_by(turn.person.id)
    if not coached:
        return Reply.of(everyday.not_allowed(turn.language))
    cards: list[NewCard] = []
    before = 0
    for each in coached:
        found = await turn.unit.standings.followed(each.id, limit=MOST_LISTED)
        strands = await turn.unit.audiences.strands(each.id, Audience(everybody=True), as_of=turn.now)
        reach = {cause: sum(one.number for one in strands if one.reach is cause) for cause in Reach}
        done = await turn.unit.pools.count_done(each.id)
        followed = [
            Followed(
                element=element,
                stages=stages(counted),
                team_done=done.get(element.id, 0) if team.part_of(element) is not None else None,
            )
            for element, counted in found
        ]
        cards.append(
            overview_card(
                turn.language,
                each.id,
                in_language(each.name, turn.language),
                followed,
                first=before + 1,
                people=sum(one.number for one in strands),
                reach=reach,
                unreached=await turn.unit.hand_ins.unreached(each.id, limit=MOST_UNREACHED),
            )
        )
        before += len(followed)
    return Reply.of(*cards)


async def listed(turn: Turn) -> list[Item]:
    """What the overview numbers, over all programmes that the person coaches."""
    found = [
        (programme, element)
        for programme in await turn.unit.programmes.coached_by(turn.person.id)
        for element in (await turn.unit.programmes.sources(programme.id)).owing[:MOST_LISTED]
    ]
    return [Item(number=number, programme=each[0], element=each[1]) for number, each in enumerate(found, start=1)]


def overview_card(
    language: Language,
    programme_id: int,
    programme: str,
    followed: Sequence[Followed],
    *,
    first: int = 1,
    people: int,
    reach: Mapping[Reach, int],
    unreached: Mapping[Reach, Sequence[str]] = NOBODY,
) -> NewCard:
    """One programme. Never what anybody wrote, and never who is how far. first: the number of what was asked last.

    reach: how many there is no way to, by the cause; unreached: what some of them are called.
    """
    title = t(language, "overview.title")
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'broadcast.programme')} ", programme),
        paragraph(t(language, "overview.people", count=people)),
        *([] if followed else [paragraph(t(language, "overview.nothing"))]),
    ]
    for number, each in enumerate(followed, start=first):
        body += [
            subheading(t(language, "overview.item", number=number)),
            quoted("", cut(catalogue.named(each.element, language), LONGEST_TITLE)),
            paragraph(_in_words(language, each.stages)),
            *([paragraph(t(language, "overview.team_done", number=each.team_done))] if each.team_done else []),
        ]
    for cause in Reach:
        if count := reach.get(cause):
            body.append(small(t(language, f"broadcast.reach.{cause}", count=count)))
            body += _named(language, unreached.get(cause, ()), count)
    body += [_choice(language, followed, first)] if followed else []
    look = button(t(language, "follow_up.look"), FollowUpVerb.PEOPLE, inputs="auto")
    file = button(t(language, "follow_up.file"), FollowUpVerb.FILE, argument=str(programme_id))
    reminding = _reminding(language, followed, first)[: MOST_ACTIONS - 2]
    actions = [*([look] if followed else []), *reminding, file]
    return NewCard(card=card(language, body, actions=actions, fallback=title), summary=title)


def _in_words(language: Language, counts: Mapping[Stage, int]) -> str:
    named = [t(language, f"overview.stage.{each}", count=counts[each]) for each in Stage if counts.get(each)]
    return in_a_row(language, named)


def _named(language: Language, names: Sequence[str], count: int) -> list[CardElement]:
    """Some of so many people by name, and how many more there are."""
    told = [cut(name, LONGEST_NAME) for name in names[:MOST_NAMED]]
    more = [t(language, "follow_up.more", count=count - len(told))] if count > len(told) else []
    return [quoted("", ", ".join([*told, *more]))] if told else []


def _choice(language: Language, followed: Sequence[Followed], first: int) -> CardElement:
    choices = [
        Choice(title=t(language, "overview.item", number=number), value=str(each.element.id))
        for number, each in enumerate(followed, start=first)
    ]
    return ChoiceSetInput(
        id=ELEMENT, label=t(language, "follow_up.which"), style="compact", choices=choices, value=choices[0].value
    )


def _reminding(language: Language, followed: Sequence[Followed], first: int) -> list[Action]:
    owing = [(number, each) for number, each in enumerate(followed, start=first) if each.stages.get(Stage.OPEN)]
    return [
        button(cut(t(language, key, number=number), LONGEST_CAPTION), verb, argument=str(each.element.id))
        for number, each in owing
        for key, verb in (("overview.nudge", CoachVerb.NUDGE), ("overview.remind", CoachVerb.WRITE_TO_OWING))
    ]
