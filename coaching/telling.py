"""Telling: what becomes of an ask that was part of a visit, and of the person it was made to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from coaching import asks
from coaching.asks import AnyAsk, AskState, OnUnknown, SkipReason
from coaching.visits import Part, Purpose


class DeliveryState(StrEnum):
    """What became of a visit."""

    SENDING = "sending"
    SENT = "sent"
    #: It was on the wire when the answer was lost: nobody knows whether it arrived.
    UNKNOWN = "unknown"
    #: Teams refused it.
    FAILED = "failed"
    #: Nothing left, and nothing will by this row.
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visited:
    """Of a person, what a visit to them goes by and changes; each as in `Person`."""

    id: int
    unanswered: int
    told_of_stop: bool


def leading(parts: Sequence[Part]) -> int | None:
    """The ask whose form the visit's card shows, by its id; None where nothing in it wants an answer."""
    return next((part.ask_id for part in parts if part.purpose in (Purpose.NEW, Purpose.REMINDER)), None)


def is_repeated(part: Part, asks: Mapping[int, AnyAsk]) -> bool:
    """Whether a part of a visit is said again where nobody knows if it arrived. asks: those of the visit, by id.

    The farewell is, too: nothing comes after it that would repair its loss.
    """
    if part.ask_id is None:
        return part.purpose is Purpose.STOPPING
    return part.ask_id in asks and asks[part.ask_id].on_unknown is OnUnknown.RESEND


def brought_up(ask: AnyAsk, purpose: Purpose, now: datetime) -> AnyAsk:
    """The ask after a visit that reached the person, or that nobody will repeat."""
    return asks.reminded(ask, now) if purpose is Purpose.REMINDER else asks.told(ask, now)


def refused(ask: AnyAsk, purpose: Purpose, now: datetime) -> AnyAsk:
    """The ask after a visit that Teams will never take: given up, unless the person has it already."""
    if purpose is Purpose.REMINDER:
        return asks.reminded(ask, now)
    return asks.skipped(ask, SkipReason.UNDELIVERABLE) if ask.state is AskState.OPEN else ask
