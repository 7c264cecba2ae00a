"""Why: what the person got last and how it came about, what else is open, and what comes next."""

from collections.abc import Sequence

from coaching.asks import Ask
from coaching.explaining import Explanation, explanations
from coaching.facts import Said, WaitsForAnchor
from coaching.people import in_language
from coaching.reasons import Waiting
from coaching.rhythms import PLANNED
from coaching.stories import Story
from coaching.telling import DeliveryState
from dialogs import catalogue, everyday
from dialogs.everyday import Reason
from dialogs.reply import Reply, Text
from dialogs.turn import Turn
from dialogs.why_words import Why
from dialogs.wording import in_a_row

#: Of the newest visit so many things are explained in full.
MOST_IN_FULL = 3
#: Of what waits for a plan so many titles are named.
MOST_WAITING = 3
_ARRIVED = frozenset({DeliveryState.SENT, DeliveryState.UNKNOWN, DeliveryState.SENDING})
#: Why nothing comes until the person says something.
_SILENT = (Waiting.STOPPED, Waiting.SILENCE)


async def explained(turn: Turn, argument: str) -> Reply:
    """What the person's newest visit was about, in full, and what is open beside it; of a number that one alone."""
    story = await turn.unit.stories.of(turn.person)
    explained_all = explanations(story)
    found = {each.ask.id: each for each in explained_all if each.ask is not None}
    open_asks = [ask for ask in await turn.unit.asks.open_of(turn.person.id) if ask.id in found]
    words = Why(language=turn.language, zone=turn.zone)
    if argument:
        return _one(turn, words, open_asks, found, int(argument.rstrip(".,")))
    numbers = {ask.id: number for number, ask in enumerate(open_asks, start=1)} if len(open_asks) > 1 else {}
    in_full = await _in_focus(turn, found)
    others = [found[ask.id] for ask in open_asks if found[ask.id] not in in_full]
    reasons = [
        *(Reason(title=_title(turn, each, numbers), lines=words.whole(each)) for each in in_full),
        *(Reason(title=_title(turn, each, numbers), lines=words.short(each)) for each in others),
    ]
    comes = " ".join(filter(None, [_comes(turn, story, words), _after_a_plan(turn, explained_all)]))
    return Reply.of(everyday.why(turn.language, reasons, comes=comes, is_numbered=bool(numbers)))


def _one(turn: Turn, words: Why, open_asks: Sequence[Ask], found: dict[int, Explanation], number: int) -> Reply:
    if not 1 <= number <= len(open_asks):
        return Reply.of(Text(text=turn.t("why.no_such", number=number)))
    each = found[open_asks[number - 1].id]
    return Reply.of(everyday.why(turn.language, [Reason(title=_title(turn, each, {}), lines=words.whole(each))]))


async def _in_focus(turn: Turn, found: dict[int, Explanation]) -> list[Explanation]:
    """What the person is answering right now, else what was said in the newest visit that may have arrived."""
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.ask_id in found:
        return [found[dialog.ask_id]]
    said = [
        (fact.at, each)
        for each in found.values()
        for fact in each.facts
        if isinstance(fact, Said) and fact.state in _ARRIVED
    ]
    newest = max((at for at, _ in said), default=None)
    return [each for at, each in said if at == newest][:MOST_IN_FULL]


def _title(turn: Turn, each: Explanation, numbers: dict[int, int]) -> str:
    title = in_language(each.title, turn.language)
    if not title and each.ask is not None:
        title = catalogue.form(each.ask, turn.language).title
    number = numbers.get(each.ask.id) if each.ask else None
    return title if number is None else turn.t("why.number", number=number, title=title)


def _after_a_plan(turn: Turn, explained_all: Sequence[Explanation]) -> str:
    """What waits for the person's plan; empty where nothing does."""
    waiting = [
        in_language(each.title, turn.language)
        for each in explained_all
        if isinstance(each.standing, WaitsForAnchor) and each.standing.anchor == PLANNED
    ]
    titles = [*dict.fromkeys(waiting)][:MOST_WAITING]
    return turn.t("why.waits_for_plan", titles=in_a_row(turn.language, titles)) if titles else ""


def _comes(turn: Turn, story: Story, words: Why) -> str:
    """What comes next, or why nothing does."""
    foresight = story.foresight
    if foresight.held is not None:
        return words.sentence(foresight.held)
    silent = next((reason for reason in _SILENT if reason in foresight.decision.waiting.values()), None)
    if foresight.decision.visit is None and silent is not None:
        return turn.t(f"why.waiting.{silent}")
    asks = [record.ask for enrolment in story.enrolments for record in enrolment.records]
    return words.next_visit(foresight.decision.visit, asks)
