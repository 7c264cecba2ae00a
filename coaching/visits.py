"""Visits: what is said to one person at one moment, and why the rest waits or is given up.

The one rule of when somebody is written to. The pump asks it at the moment of sending, the preview beforehand, and
*why* afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from coaching.asks import Ask, AskKind, AskState, SkipReason, StartMode, comes_back
from coaching.chances import Chance, Opening, Outlook, Prospect, Purpose, deadline, waits_since
from coaching.dose import USUAL, History, Policy, strictest
from coaching.hours import Availability
from coaching.reasons import Waiting, reason, rides

__all__ = [
    "Decision",
    "History",
    "Part",
    "Policy",
    "Purpose",
    "Visit",
    "Waiting",
    "decide",
    "next_visit",
    "strictest",
]

DIALOGS_GO_COLD = timedelta(minutes=10)  # so often one who is in a dialog is looked at again
NEVER = datetime.max.replace(tzinfo=UTC)
_ORDER = {purpose: place for place, purpose in enumerate(Purpose)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing said in a visit. ask_id: None for what Sparri says for itself (check back, stopping)."""

    ask_id: int | None
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """All that is said to one person at one moment (UTC): urgent parts first, then in the order of Purpose."""

    at: datetime
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a person's open asks.

    visit: the next one, to be made now if its time has come; None for none in sight. waiting: why each ask that is not
    in a visit right now is not, by its id; those of a later visit are there too. skipped: what is given up now.
    again_at: when to decide again though nothing happens until then; None for not before something does.
    """

    visit: Visit | None
    waiting: Mapping[int, Waiting]
    skipped: Mapping[int, SkipReason]
    again_at: datetime | None = None


def next_visit(
    person: Availability,
    asks: Sequence[Ask],
    history: History,
    now: datetime,
    policy: Policy = USUAL,
    *,
    spread_key: str,
) -> Visit | None:
    """When the person is next written to and about which asks, in UTC; None for none in sight. See `decide`."""
    return decide(person, asks, history, now, policy, spread_key=spread_key).visit


def decide(
    person: Availability,
    asks: Sequence[Ask],
    history: History,
    now: datetime,
    policy: Policy = USUAL,
    *,
    spread_key: str,
) -> Decision:
    """The next visit to a person, and a named reason for every open ask that is not part of one at *now*.

    asks: the person's, over all programmes; those that are not open are passed over. spread_key: anything that stays
    the same for this person. Times are UTC. Raises nothing.

    - Always in the person's hours, in their zone; never in a pause, on leave, or after they have stopped.
    - No more than the dose, which urgent asks may break, though their visits count. Nothing is told before it opens.
    - What managers are told because of their people comes in the visit that brings the week's message, and in no other.
    - What is due waits up to `merge_within` for what opens soon and can join it; nothing is held past its last moment.
    - One new ask a visit, the soonest due first. Told, it keeps others back until it is answered, put off, closed, or
      some workdays old. What a person put off comes back when they said, without waiting for its turn or being
      counted as a reminder. Urgent asks do not wait for a turn either.
    - After `fortnightly_after` asks without an answer each visit that is not merely urgent has the one question beside
      it; after `stop_after` the next one says that Sparri falls silent, and then nothing comes, not even what is
      urgent, until the person says something.
    - An ask is given up when its last moment passed untold, or when its kind does not come into a dialog. In a dialog
      a reminder never is given up: it waits, as does the farewell.
    """
    live, waiting, skipped = _sorted_out(asks, now, history)
    if not live:
        return Decision(visit=None, waiting=waiting, skipped=skipped)
    if person.stopped_at is not None:
        waiting |= {ask.id: Waiting.STOPPED for ask in live}
        return Decision(visit=None, waiting=waiting, skipped=skipped, again_at=_first_deadline(live))
    outlook = Outlook(person, live, history, now, policy, spread_key)
    return _decided(outlook, live, history, waiting, skipped)


def _decided(
    outlook: Outlook,
    live: Sequence[Ask],
    history: History,
    waiting: dict[int, Waiting],
    skipped: dict[int, SkipReason],
) -> Decision:
    now = outlook.now
    prospects = _prospects(live, outlook, history)
    chances = [each.chance for each in prospects if each.chance]
    if history.unanswered >= outlook.policy.stop_after and not history.told_of_stop:
        farewell = outlook.farewell()
        chances += [farewell] if farewell else []
    queued = [chance for chance in chances if history.in_dialog and _waits_in_dialog(chance, now)]
    dropped = [chance for chance in chances if history.in_dialog and _is_dropped_in_dialog(chance, now)]
    visit = _visit([chance for chance in chances if chance not in queued and chance not in dropped], history, outlook)
    parts = {part.ask_id: part.purpose for part in visit.parts} if visit else {}
    skipped |= {chance.ask.id: SkipReason.START_MODE for chance in dropped if chance.ask}
    going = parts.keys() if visit and visit.at <= now else ()
    for each in prospects:
        if each.ask.id not in going and each.ask.id not in skipped:
            waiting[each.ask.id] = reason(each, outlook, history, parts, is_queued=each.chance in queued)
    moments = [_first_deadline(live), visit.at if visit else None, now + DIALOGS_GO_COLD if queued else None]
    again_at = min((moment for moment in moments if moment is not None), default=None)
    return Decision(visit=visit, waiting=waiting, skipped=skipped, again_at=again_at)


def _sorted_out(
    asks: Sequence[Ask], now: datetime, history: History
) -> tuple[list[Ask], dict[int, Waiting], dict[int, SkipReason]]:
    """The asks that there is still something to decide about, and what becomes of the other open ones."""
    live: list[Ask] = []
    waiting: dict[int, Waiting] = {}
    skipped: dict[int, SkipReason] = {}
    for ask in asks:
        if ask.state is not AskState.OPEN:
            continue
        last = deadline(ask) if ask.told_at is None else ask.closes_at
        if history.unsettled:
            waiting[ask.id] = Waiting.ON_THE_WIRE
        elif ask.told_at is not None and not ask.wants_answer:
            waiting[ask.id] = Waiting.OVER
        elif last is None or now < last:
            live.append(ask)
        elif ask.told_at is None:
            skipped[ask.id] = SkipReason.TOO_LATE
        else:
            waiting[ask.id] = Waiting.OVER
    return live, waiting, skipped


def _first_deadline(live: Sequence[Ask]) -> datetime | None:
    moments = (deadline(ask) for ask in live if ask.told_at is None)
    return min((moment for moment in moments if moment is not None), default=None)


def _prospects(live: Sequence[Ask], outlook: Outlook, history: History) -> list[Prospect]:
    """Each ask with its chance. Those that open when the next visit can wait no longer are not looked into further."""
    is_over = history.unanswered >= outlook.policy.stop_after
    horizon = NEVER
    prospects: list[Prospect] = []
    for openings, ask in sorted(((outlook.openings(ask), ask) for ask in live), key=_opens_first):
        chance = None
        is_silenced = is_over and (history.told_of_stop or not ask.urgent)
        if openings and not is_silenced and (ask.urgent or openings[0][0] <= horizon):
            chance = outlook.chance(ask, openings)
        if chance is not None and not rides(ask) and not (history.in_dialog and chance.at <= outlook.now):
            horizon = min(horizon, chance.at + outlook.policy.merge_within)
        prospects.append(Prospect(ask, openings, chance))
    return prospects


def _opens_first(each: tuple[Sequence[Opening], Ask]) -> datetime:
    return each[0][0][0] if each[0] else NEVER


def _waits_in_dialog(chance: Chance, now: datetime) -> bool:
    if chance.at > now or _is_dropped_in_dialog(chance, now):
        return False
    return chance.ask is None or chance.ask.start_mode in (StartMode.QUEUE, StartMode.SKIP)


def _is_dropped_in_dialog(chance: Chance, now: datetime) -> bool:
    ask = chance.ask
    return ask is not None and ask.start_mode is StartMode.SKIP and ask.told_at is None and chance.at <= now


def _visit(chances: Sequence[Chance], history: History, outlook: Outlook) -> Visit | None:
    """The visit that comes first, with everybody aboard who may be told at its moment."""
    ranked = sorted(chances, key=_precedence)
    by_themselves = [chance for chance in ranked if not _rides(chance)]
    if not by_themselves:
        return None
    at = _moment(by_themselves, outlook.policy.merge_within)
    aboard: list[Chance] = []
    for chance in [*by_themselves, *filter(_rides, ranked)]:
        if _rides(chance) and not any(other.ask and other.ask.kind is AskKind.TALKS for other in aboard):
            continue
        is_second = chance.purpose is Purpose.NEW and any(other.purpose is Purpose.NEW for other in aboard)
        if chance.at <= at < chance.until and not is_second:
            aboard.append(chance)
    aboard.sort(key=lambda chance: (not chance.urgent, _ORDER[chance.purpose]))
    parts = [Part(ask_id=chance.ask.id if chance.ask else None, purpose=chance.purpose) for chance in aboard]
    is_slow = outlook.policy.fortnightly_after <= history.unanswered < outlook.policy.stop_after
    is_in_dialog = history.in_dialog and at <= outlook.now
    if is_slow and not is_in_dialog and not all(chance.urgent for chance in aboard):
        parts.append(Part(ask_id=None, purpose=Purpose.CHECK_BACK))
    return Visit(at=at, parts=tuple(parts))


def _moment(ranked: Sequence[Chance], merge_within: timedelta) -> datetime:
    """When the first visit is: the first chance, held for those that follow within *merge_within* and can join it."""
    at_once = min((chance.at for chance in ranked if chance.urgent or _comes_at_once(chance)), default=NEVER)
    at, held_until, until = NEVER, NEVER, NEVER
    has_new = False
    for chance in sorted(ranked, key=attrgetter("at")):
        if chance.urgent:
            continue
        if chance.at > held_until or chance.at >= until:
            break
        if not (has_new and chance.purpose is Purpose.NEW):
            at = chance.at
        held_until = min(held_until, chance.ready + merge_within)
        until = min(until, chance.until)
        has_new = has_new or chance.purpose is Purpose.NEW
    return min(at, at_once)


def _rides(chance: Chance) -> bool:
    return chance.ask is not None and rides(chance.ask)


def _comes_at_once(chance: Chance) -> bool:
    return chance.ask is not None and chance.ask.at_once and chance.purpose is not Purpose.REMINDER


def _precedence(chance: Chance) -> tuple[bool, bool, datetime, datetime, int]:
    """Who goes first: what is urgent, what the person asked for again, what is due soonest, what waits longest."""
    ask = chance.ask
    if ask is None:
        return (False, False, NEVER, NEVER, 0)
    return (not chance.urgent, not comes_back(ask), ask.due_at or NEVER, waits_since(ask), ask.id)
