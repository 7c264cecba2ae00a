"""Survey results: what came of the surveys of the programmes that somebody coaches, each by its number.

That the person coaches the programme is looked up each time.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from microsoft_teams.cards import CardElement, Choice, ChoiceSetInput

from coaching.people import Language, in_language
from dialogs import ballot_counts, everyday
from dialogs.pieces import button, card, cut, heading, paragraph, quoted, small, subheading
from dialogs.press import Press
from dialogs.reply import Card, NewCard, Reply
from dialogs.told_survey import LONGEST_TITLE, SurveyVerb
from dialogs.turn import Turn
from dialogs.wording import date_in_words, t

#: On one card the newest so many; older ones keep their numbers.
MOST_LISTED = 15
#: The card's input.
SURVEY = "survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A survey in the list. closed_on: the reader's date. programme: empty where they coach one alone."""

    number: int
    box_id: int
    title: str
    programme: str
    closed_on: date
    answered: int
    is_enough: bool


async def commanded(turn: Turn, argument: str) -> Reply:
    """The coach's word: of the one with that number; without a number of the only one, or the list."""
    coached = await turn.unit.programmes.coached_by(turn.person.id)
    if not coached:
        return Reply.of(everyday.not_allowed(turn.language))
    names = {each.id: in_language(each.name, turn.language) for each in coached}
    found = await _listed(turn, names)
    if not found:
        return Reply.of(turn.t("surveys.results.none"))
    if not argument and len(found) > 1:
        return Reply.of(NewCard(card=list_card(turn.language, found), summary=turn.t("surveys.results.title")))
    number = int(argument.rstrip(".,")) if argument else 1
    if not 1 <= number <= len(found):
        return Reply.of(turn.t("surveys.results.no_number", most=len(found)))
    return await _results(turn, found[number - 1].box_id, names)


async def pressed(turn: Turn, press: Press) -> Reply:
    """The one whose box the button carries, or the one that is chosen in the list."""
    chosen = str(press.argument or press.entries.get(SURVEY) or "")
    coached = {each.id for each in await turn.unit.programmes.coached_by(turn.person.id)}
    number = int(chosen) if chosen.isdecimal() and len(chosen) < 15 else 0
    return await _results(turn, number, coached)


async def _results(turn: Turn, box_id: int, coached: Collection[int]) -> Reply:
    box = await turn.unit.ballot_boxes.closed(box_id)
    if box is None or box.programme_id not in coached:
        return Reply.of(turn.t("surveys.not_yours"))
    element = await turn.unit.programmes.element(box.element_id)
    return Reply.of(await ballot_counts.card_of(turn, element, box))


async def _listed(turn: Turn, names: Mapping[int, str]) -> list[Listed]:
    """Numbered in the order in which they were counted, so that no number changes when another one closes."""
    return [
        Listed(
            number=number,
            box_id=each.box_id,
            title=in_language(each.element.title, turn.language),
            programme=names[each.element.programme_id] if len(names) > 1 else "",
            closed_on=turn.local(each.closed_at).date(),
            answered=each.number,
            is_enough=each.is_enough,
        )
        for number, each in enumerate(await turn.unit.ballot_boxes.closed_in(names), start=1)
    ]


def list_card(language: Language, found: Sequence[Listed]) -> Card:
    """All surveys that were counted, the newest first; never what anybody answered."""
    title = t(language, "surveys.results.title")
    shown = [*reversed(found[-MOST_LISTED:])]
    older = len(found) - len(shown)
    body: list[CardElement] = [heading(title), *(line for each in shown for line in _lines(language, each))]
    body += [small(t(language, "surveys.results.older", count=older))] if older else []
    body += [
        ChoiceSetInput(
            id=SURVEY,
            label=t(language, "surveys.results.which"),
            style="compact",
            choices=[
                Choice(title=t(language, "surveys.results.item", number=each.number), value=str(each.box_id))
                for each in shown
            ],
            value=str(shown[0].box_id),
        ),
        small(t(language, "surveys.results.typed", number=shown[0].number)),
    ]
    show = button(t(language, "surveys.show"), SurveyVerb.RESULTS, inputs="auto")
    return card(language, body, actions=[show], fallback=title)


def _lines(language: Language, each: Listed) -> Iterator[CardElement]:
    yield subheading(t(language, "surveys.results.item", number=each.number))
    yield quoted("", cut(each.title, LONGEST_TITLE))
    if each.programme:
        yield quoted(f"{t(language, 'broadcast.programme')} ", cut(each.programme, LONGEST_TITLE))
    key = "surveys.results.enough" if each.is_enough else "surveys.results.too_few"
    when = date_in_words(language, each.closed_on)
    yield paragraph(t(language, key, when=when, number=each.answered))
