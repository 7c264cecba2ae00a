"""Summarising: the offer to write down what was agreed on in a discussion, made once, and the way to do it."""

from collections.abc import Sequence
from dataclasses import replace

from coaching import talks
from coaching.asks import Ask, AskKind, Element
from coaching.sources import TALKS
from coaching.talks import Talk
from dialogs import answering
from dialogs.reply import NewCard, Reply
from dialogs.talk_summary import offer_card
from dialogs.turn import Turn, new_card


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
    ask = await _own(turn, talk)
    return Reply.of(replace(await new_card(turn, ask), apart=True), await answering.begin_again(turn, ask))


async def _own(turn: Turn, talk: Talk) -> Ask:
    """Made when first opened; nothing ever reminds of it."""
    key = f"{TALKS}summary"
    known = await turn.unit.programmes.elements_of(talk.programme_id)
    source = known.get(key) or await turn.unit.programmes.add_element(
        Element(id=0, programme_id=talk.programme_id, key=key, kind=AskKind.SUMMARY, title={}, intro={})
    )
    found = await turn.unit.asks.of_element(source.id, [turn.person.id], occurrence=talk.id)
    return found.get(turn.person.id) or await turn.unit.asks.add(
        person_id=turn.person.id,
        element=source,
        occurrence=talk.id,
        wants_answer=False,
        opens_at=turn.now,
        told_at=turn.now,
    )
