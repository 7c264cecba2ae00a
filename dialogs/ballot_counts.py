"""Ballot counts: what came of a survey, for the coaches of its programme, once it has closed."""

from contextlib import suppress

from coaching.asks import AskKind, Element
from dialogs import ballot
from dialogs.reply import NewCard
from dialogs.turn import Turn
from storage.sealing import Unreadable

#: Of a survey that comes again and again, the newest times.
MOST_TIMES = 3


async def of(turn: Turn, element: Element) -> list[NewCard]:
    """A card for each time that the survey came and has closed, the newest first; none for what is no such survey.

    That the person coaches its programme is for the caller to know.
    """
    if element.kind is not AskKind.BALLOT:
        return []
    cards = []
    for box in await turn.unit.ballot_boxes.closed_of(element.id, limit=MOST_TIMES):
        count = None
        with suppress(Unreadable):
            count = await turn.unit.ballot_boxes.count_of(box, tenant=turn.person.tenant)
        drawn = ballot.count_card(turn.language, element, count, least=max(box.threshold, ballot.threshold(element)))
        cards.append(NewCard(card=drawn, summary=turn.t("surveys.count.title"), apart=True))
    return cards
