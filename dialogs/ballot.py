"""Ballot: a survey that is answered here, and says before it is sent that nobody can tell afterwards whose it is."""

from collections.abc import Iterator

from microsoft_teams.cards import CardElement

from coaching.access import Matter
from coaching.asks import Element
from coaching.ballots import Count
from coaching.elements import IN_WORDS, Question, Survey
from coaching.forms import Form
from coaching.people import Language, in_language
from coaching.pooled import Pooled
from dialogs import team_answers
from dialogs.pieces import card, cut, fitting, heading, paragraph, quoted, small, subheading
from dialogs.questions import field_of
from dialogs.reply import Card
from dialogs.wording import t

#: Characters of an answer, so that many of them fit on one card.
LONGEST_ANSWER = 1_000
LONGEST_TITLE = 120
#: Answers in people's own words that a card shows of one question.
MOST_SHOWN = 40


def form(element: Element, language: Language) -> Form:
    """The survey's own questions."""
    fields = tuple(field_of(each, language, Matter.BALLOT, longest=LONGEST_ANSWER) for each in questions(element))
    return Form(title=in_language(element.title, language), intro=in_language(element.intro, language), fields=fields)


def told(language: Language, element: Element) -> list[CardElement]:
    """How the answers come together, and that nothing can be taken back once it is sent."""
    return [paragraph(t(language, "surveys.unsigned", least=threshold(element))), small(t(language, "surveys.final"))]


def questions(element: Element) -> tuple[Question, ...]:
    """The survey's own questions; none where nothing is known of it."""
    return element.own.items if isinstance(element.own, Survey) else ()


def threshold(element: Element) -> int:
    """Of how many people results are shown at least. Raises TypeError for what is no survey."""
    if not isinstance(element.own, Survey):
        raise TypeError(element.kind)
    return element.own.pooled_from


def count_card(language: Language, element: Element, count: Count | None, *, least: int) -> Card:
    """What came of a survey, for a coach: together. least: of fewer people nothing is shown."""
    title = t(language, "surveys.count.title")

    def drawn(longest: int) -> Card:
        body: list[CardElement] = [
            heading(title),
            quoted("", cut(in_language(element.title, language), LONGEST_TITLE)),
            *_shown(language, element, count, least, longest),
        ]
        return card(language, body, fallback=title)

    return fitting(drawn)


def _shown(
    language: Language, element: Element, count: Count | None, least: int, longest: int
) -> Iterator[CardElement]:
    if count is None:
        yield paragraph(t(language, "surveys.thrown_away", least=least))
        return
    yield paragraph(t(language, "team.answers.number", number=count.number))
    for question in questions(element):
        yield subheading(in_language(question.text, language))
        found = count.answers.get(question.id)
        yield from _answers(language, question, found, least, longest)
    yield small(t(language, "surveys.count.together"))


def _answers(
    language: Language, question: Question, found: Pooled | None, least: int, longest: int
) -> Iterator[CardElement]:
    if found is None:
        said = "surveys.count.nothing" if question.kind in IN_WORDS else "team.answers.too_few"
        yield paragraph(t(language, said, least=least))
        return
    asked = field_of(question, language, Matter.BALLOT)
    yield from team_answers.told(language, asked, found, longest, most=MOST_SHOWN)
    over = len(found.voices) - MOST_SHOWN
    if over > 0 and not team_answers.is_counted(asked):
        yield small(t(language, "follow_up.more", count=over))
