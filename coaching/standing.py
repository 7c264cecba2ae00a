"""Standing: where an ask stands now, and what comes of it next."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from coaching.asks import Ask, AskState, SkipReason
from coaching.chances import Purpose, deadline
from coaching.facts import Answered, Closed, Comes, Fact, GivenUp, Waits
from coaching.reasons import Waiting
from coaching.stories import Foresight, Record

#: Reasons that no moment ends: something has to happen first.
_WITHOUT_END = frozenset({Waiting.ON_THE_WIRE, Waiting.OVER, Waiting.STOPPED, Waiting.IN_DIALOG})


def standing_of(record: Record, foresight: Foresight) -> Iterator[Fact]:
    """Where an ask stands; of an open one first why it waits, then what becomes of it."""
    ask = record.ask
    match ask.state:
        case AskState.ANSWERED:
            yield Answered(at=ask.answered_at, version=ask.version)
        case AskState.CLOSED:
            was_told = ask.told_at is not None and not ask.wants_answer
            yield Closed(at=ask.told_at if was_told else ask.closes_at, was_told=was_told)
        case AskState.SKIPPED:
            reason = ask.skipped or SkipReason.WITHDRAWN
            yield GivenUp(reason=reason, at=_given_up_at(record, reason))
        case AskState.OPEN:
            yield from _open(ask, foresight)


def _given_up_at(record: Record, reason: SkipReason) -> datetime | None:
    match reason:
        case SkipReason.TOO_LATE:
            return deadline(record.ask)
        case SkipReason.UNDELIVERABLE:
            return record.said[-1].at if record.said else None
        case SkipReason.WITHDRAWN | SkipReason.LEFT:
            return next((change.at for change in reversed(record.changes) if change.after is None), None)
    return None


def _open(ask: Ask, foresight: Foresight) -> Iterator[Fact]:
    decision = foresight.decision
    if ask.id in decision.skipped:
        yield GivenUp(reason=decision.skipped[ask.id], at=deadline(ask), is_done=False)
        return
    reason = decision.waiting.get(ask.id)
    if reason is Waiting.OVER:
        yield Closed(at=ask.told_at if not ask.wants_answer else ask.closes_at, was_told=not ask.wants_answer)
        return
    visit = decision.visit
    purposes: Mapping[int | None, Purpose] = {part.ask_id: part.purpose for part in visit.parts} if visit else {}
    comes = visit is not None and ask.id in purposes and foresight.held is None
    if reason is not None:
        at = None if comes else _not_before(ask, reason, foresight)
        yield Waits(reason=reason, not_before=at, was_told=ask.told_at is not None)
    if foresight.held is not None:
        yield foresight.held
    elif visit is not None and comes:
        at = max(visit.at, foresight.again_at) if foresight.again_at else visit.at
        yield Comes(at=at, purpose=purposes[ask.id])
    elif reason is None:
        yield Waits(reason=Waiting.NOT_OPEN_YET, not_before=ask.opens_at)


def _not_before(ask: Ask, reason: Waiting, foresight: Foresight) -> datetime | None:
    outlook = foresight.outlook
    if reason in _WITHOUT_END or _is_silenced(ask, foresight):
        return None
    openings = outlook.openings(ask)
    chance = outlook.chance(ask, openings) if openings else None
    return chance.at if chance else None


def _is_silenced(ask: Ask, foresight: Foresight) -> bool:
    """Whether nothing ends the silence but a word of the person."""
    history = foresight.history
    is_over = history.unanswered >= foresight.outlook.policy.stop_after
    return is_over and (history.told_of_stop or not ask.urgent)
