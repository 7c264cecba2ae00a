"""Summarising: the offer to write down what was agreed on in a discussion, made once, and the way to do it."""

from collections.abc import Sequence
from dataclasses import replace

from coaching import talks
from coaching.asks import AskKind
from coaching.sources import TALKS, unworded
from coaching.talks import Talk
from dialogs import answering
from dialogs.reply import NewCard, Reply
from dialogs.talk_summary import offer_card
from dialogs.turn import Turn, new_card, of_own_accord


def offer(turn: Turn, talk: Talk | None) -> Sequence[NewCard]:
    """What the person who has just said that it was held is offered; nothing where both have not said so."""
    if talk is None or talks.state(talk) is not talks.TalkState.CONFIRMED:
        return ()
    summary = turn.t("talk.summary.offer_title")
    return (NewCard(card=offer_card(turn.language, talk.id), summary=summary, apart=True),)


async def begin(turn: Turn, talk: Talk) -> Reply:
    """The person's own summary, to be written or changed."""
    if talk.confirmed_at is None:
        return Reply.of(turn.t("talk.not_held_yet"))
    source = unworded(talk.programme_id, f"{TALKS}summary", AskKind.SUMMARY)
    ask = await of_own_accord(turn, source, occurrence=talk.id)
    return Reply.of(replace(await new_card(turn, ask), apart=True), await answering.begin_again(turn, ask))
