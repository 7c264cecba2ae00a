"""Team declined: a colleague's question is not to be answered; it is not asked again, and nobody learns of it."""

from dataclasses import replace

from coaching import asks
from coaching.asks import Ask, AskKind, SkipReason
from coaching.errors import Closed
from dialogs import answering, waiting
from dialogs.assigned import now_among
from dialogs.cards import list_card
from dialogs.press import Press
from dialogs.reply import NewCard, Reply
from dialogs.turn import Turn, changed, own_ask
from storage.cards import ShownCard
from storage.conversations import DialogKind


async def pressed(turn: Turn, _press: Press, ask: Ask, card: ShownCard) -> Reply:
    """The button of its card. Raises Closed."""
    if ask.kind is not AskKind.TEAM_QUESTION:
        return Reply.of(await changed(turn, card, ask))
    declined, cards = await _decline(turn, ask)
    return Reply.of(await changed(turn, now_among(card, cards), declined))


async def commanded(turn: Turn, argument: str) -> Reply:
    """The typed words: the question that is being answered, the only one, or that of a number."""
    open_asks = await turn.unit.asks.open_of(turn.person.id)
    own = [ask for ask in open_asks if ask.kind is AskKind.TEAM_QUESTION]
    dialog = await turn.unit.dialogs.get(turn.cipher, turn.person.id)
    if dialog is not None and dialog.kind is DialogKind.INTERVIEW and not argument:
        asked = await own_ask(turn, dialog.ask_id)
        if asked is not None and asked.kind is AskKind.TEAM_QUESTION and asks.can_be_answered(asked, turn.now):
            own = [asked]
    number = int(argument.strip(".,")) if argument else 1
    if not own:
        return Reply.of(turn.t("team.declined.none"))
    if (len(own) > 1 and not argument) or not 1 <= number <= len(own):
        listed = NewCard(card=list_card(turn.language, waiting.listed(turn, own)), summary=turn.t("ask.which"))
        return Reply.of(turn.t("team.declined.which"), listed)
    await _decline(turn, own[number - 1])
    return Reply.of(turn.t("team.declined.done"), *await waiting.reminder(turn))


async def _decline(turn: Turn, ask: Ask) -> tuple[Ask, list[ShownCard]]:
    if not asks.can_be_answered(ask, turn.now):
        raise Closed
    declined = asks.skipped(replace(ask, put_off_until=None, answered_at=None), SkipReason.DROPPED)
    await turn.unit.asks.save(declined)
    await answering.end_dialog(turn, ask.id)
    return declined, await turn.unit.cards.raise_wanted(ask.id)
