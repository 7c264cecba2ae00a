"""Carrying out: what coaches have decided for many people is done, or taken back, a few people at a time.

Each transaction is short and ends with how far it came, so that a kill costs nothing and any number of processes may
do this. People are locked first, in the order of their numbers.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from coaching import proposals
from coaching.asks import OnUnknown, SkipReason, skipped
from coaching.nudging import Nudge, nudge
from coaching.proposals import Proposal, ProposalKind, ProposalState
from scheduler.each import bit_by_bit, failing_alone
from storage.cards import CARD_GRACE
from storage.store import Store, Unit

#: People in one transaction at most: it holds the writer well under 50 ms.
AT_ONCE = 50

#: The proposal with what came of some people, and up to whom; None for up to the last. None instead: another does it.
Done: TypeAlias = tuple[Proposal, int | None]


async def carry_out(store: Store, *, at_once: int = AT_ONCE) -> None:
    """Do all that is to be done by now. What fails stays, and is tried again the next time; it stops no other."""
    async with store.transaction() as unit:
        found = await unit.proposals.under_way()
    for proposal_id in found:
        with failing_alone("proposal not carried out", proposal=proposal_id):
            await bit_by_bit(store, partial(some, proposal_id=proposal_id, at_once=at_once))


async def some(unit: Unit, proposal_id: int, *, at_once: int) -> bool:
    """Do some of what is left to be done; whether nothing is."""
    proposal = await unit.proposals.look(proposal_id)
    part = _PARTS.get((proposal.kind, proposal.state)) if proposal is not None else None
    if proposal is None or part is None:
        return True
    found = await part(unit, proposal, at_once)
    if found is None:
        return True
    proposal, up_to = found
    is_last = up_to is None
    after = proposals.carried_out(proposal, up_to=proposal.up_to if up_to is None else up_to, is_last=is_last)
    await unit.proposals.save(after)
    if is_last and after.card_id is not None:
        await unit.cards.raise_one(after.card_id, after=CARD_GRACE)
    return is_last


async def _nudge(unit: Unit, proposal: Proposal, at_once: int) -> Done | None:
    """Wish a reminder for some; up to whom, None where these were the last."""
    element_id, at = _number(proposal, "element"), proposal.done_at or unit.now
    most = await unit.nudges.most_reminders(element_id)
    found = await unit.nudges.batch(element_id, after=proposal.up_to, limit=at_once)
    if not await _is_ours(unit, proposal, [each.person_id for each in found]):
        return None
    reached = [each.ask_id for each in found if nudge(each.owing, most_reminders=most) is Nudge.REACHED]
    number = await unit.nudges.nudge(element_id, reached, at=at, most_reminders=most)
    proposal = replace(proposal, before={**proposal.before, "reached": _number(proposal, "reached") + number})
    return proposal, found[-1].person_id if len(found) == at_once else None


async def _take_nudges_back(unit: Unit, proposal: Proposal, at_once: int) -> Done | None:
    """Of those who have not been reminded yet."""
    at: datetime = proposal.done_at or unit.now
    found = await unit.nudges.nudged(_number(proposal, "element"), at=at, after=proposal.up_to, limit=at_once)
    if not await _is_ours(unit, proposal, found):
        return None
    await unit.nudges.take_back(found.values(), at=at)
    return proposal, max(found) if len(found) == at_once else None


async def _draw_anew(unit: Unit, proposal: Proposal, at_once: int) -> Done | None:
    """The cards of what was corrected."""
    element_id = _number(proposal, "element")
    since = datetime.fromisoformat(str(proposal.before["since"]))
    found = await unit.corrections.asked(element_id, after=proposal.up_to, limit=at_once)
    if not await _is_ours(unit, proposal, found):
        return None
    await unit.corrections.draw_anew(element_id, found, since=since)
    return proposal, found[-1] if len(found) == at_once else None


async def _offer_or_move(unit: Unit, proposal: Proposal, _at_once: int) -> Done | None:
    """The other coach is asked; once they have agreed, the programme is theirs."""
    to_id = _number(proposal, "to")
    is_accepted = bool(proposal.before.get("accepted"))
    if not await _is_ours(unit, proposal, {to_id, proposal.author_id} if is_accepted else {to_id}):
        return None
    if is_accepted:
        await unit.handovers.move(proposal.programme_id or 0, coach_id=proposal.author_id, to_id=to_id)
    else:
        element = await unit.programmes.element(_number(proposal, "element"))
        await unit.asks.add(
            person_id=to_id,
            element=element,
            wants_answer=False,
            urgent=True,
            opens_at=unit.now,
            on_unknown=OnUnknown.RESEND,
        )
    return proposal, None


async def _take_offer_back(unit: Unit, proposal: Proposal, _at_once: int) -> Done | None:
    """Where it was not told yet, it never is."""
    to_id = _number(proposal, "to")
    if not await _is_ours(unit, proposal, {to_id}):
        return None
    found = await unit.asks.of_element(_number(proposal, "element"), [to_id])
    await unit.asks.save_all([skipped(ask, SkipReason.WITHDRAWN) for ask in found.values() if ask.told_at is None])
    return proposal, None


async def _is_ours(unit: Unit, proposal: Proposal, people: Collection[int]) -> bool:
    """Whether it stands as it was read, once these people and it are locked: no other process has done them by now."""
    await unit.people.by_ids(people)
    return await unit.proposals.get(proposal.id) == proposal


def _number(proposal: Proposal, name: str) -> int:
    return int(str(proposal.before.get(name, 0)))


_PARTS: Mapping[tuple[ProposalKind, ProposalState], Callable[[Unit, Proposal, int], Awaitable[Done | None]]] = {
    (ProposalKind.NUDGE, ProposalState.DOING): _nudge,
    (ProposalKind.NUDGE, ProposalState.UNDOING): _take_nudges_back,
    (ProposalKind.CORRECT, ProposalState.DOING): _draw_anew,
    (ProposalKind.CORRECT, ProposalState.UNDOING): _draw_anew,
    (ProposalKind.HAND_OVER, ProposalState.DOING): _offer_or_move,
    (ProposalKind.HAND_OVER, ProposalState.UNDOING): _take_offer_back,
}
