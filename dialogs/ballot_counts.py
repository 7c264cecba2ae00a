"""Ballot counts: what came of a survey, for the coaches of its programme, once it has closed."""

from coaching.asks import AskKind, Element
from dialogs import ballot
from dialogs.reply import NewCard, Text
from dialogs.turn import Turn
from storage.ballot_boxes import Box
from storage.sealing import Unreadable

#: Of a survey that comes again and again, the newest times.
MOST_TIMES = 3


async def of(turn: Turn, element: Element) -> list[NewCard | Text]:
    """A card for each time that the survey came and has closed, the newest first; none for what is no such survey.

    That the person coaches its programme is for the caller to know.
    """
    if element.kind is not AskKind.BALLOT:
        return []
    boxes = await turn.unit.ballot_boxes.closed_of(element.id, limit=MOST_TIMES)
    return [await card_of(turn, element, box) for box in boxes]


async def card_of(turn: Turn, element: Element, box: Box) -> NewCard | Text:
    """What came of one closed box of a survey; that the person may see it is for the caller to know."""
    try:
        count = await turn.unit.ballot_boxes.count_of(box, tenant=turn.person.tenant)
    except Unreadable:
        return Text(text=turn.t("surveys.unreadable"))
    drawn = ballot.count_card(turn.language, element, count, least=box.threshold)
    return NewCard(card=drawn, summary=turn.t("surveys.count.title"), apart=True)
