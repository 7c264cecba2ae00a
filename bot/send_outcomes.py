"""What an error of Teams means for a visit, or for a card that was to be changed."""

from dataclasses import replace

import structlog

from bot.teams.errors import Gone, MaybeDelivered, Refused, SendError, TryLater, TryLaterCause, Unreachable
from scheduler.outcomes import HOLD_UNAUTHORISED, Outcome, OutcomeKind

#: An answer of Teams that means that our own token is not taken.
UNAUTHORISED = 401

_log = structlog.get_logger(__name__)


def outcome_of(error: SendError, *, requests: int = 1, **number: int | None) -> Outcome:
    """What follows from it. requests: how many it took. number: of what was to be sent; what is a fault of ours is
    logged with it."""
    match error:
        case Unreachable():
            return Outcome(kind=OutcomeKind.UNREACHABLE, reason=error.cause.value, requests=requests)
        case Gone():
            return Outcome(kind=OutcomeKind.UNREACHABLE, reason="gone", requests=requests)
        case TryLater():
            later = Outcome(kind=OutcomeKind.LATER, reason=error.cause.value, after=error.after, requests=requests)
            return replace(later, throttled=error.cause is TryLaterCause.THROTTLED)
        case MaybeDelivered():
            return Outcome(kind=OutcomeKind.UNKNOWN, reason=str(error.status or "no_answer"), requests=requests)
        case Refused() if error.status == UNAUTHORISED:
            _log.error("our token is refused", code=error.code)
            unauthorised = Outcome(kind=OutcomeKind.UNAUTHORISED, reason="unauthorised", requests=requests)
            return replace(unauthorised, after=HOLD_UNAUTHORISED)
        case Refused():
            _log.error("dead letter", status=error.status, code=error.code, **number)
            return Outcome(kind=OutcomeKind.REFUSED, reason=error.code or str(error.status), requests=requests)
    return Outcome(kind=OutcomeKind.UNKNOWN, reason=type(error).__name__, requests=requests)
