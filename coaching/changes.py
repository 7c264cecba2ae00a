"""Changes: what is different in a programme's next revision, and what becomes of one member's asks by it.

What was sent is never altered: an ask that was told, answered or closed stays as it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from coaching.asks import Ask, AskState, SkipReason
from coaching.elements import is_delivered
from coaching.placing import Placed
from coaching.programmes import Programme, Session
from coaching.sources import moments_of, place_in, place_of

#: What would have opened longer ago than this is not asked any more.
BACKLOG = timedelta(days=7)


class Changed(StrEnum):
    """What is different in a session."""

    ADDED = "added"
    CANCELLED = "cancelled"
    TIME = "time"
    MODE = "mode"
    PLACE = "place"
    LINK = "link"
    #: Title, theme, coach, speakers or materials: nothing that a calendar shows.
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """One session before and after. before: None for a new one, or one that had been cancelled."""

    number: int
    before: Session | None
    after: Session
    what: frozenset[Changed]

    @property
    def is_told(self) -> bool:
        """Whether it is for people to know at once: their calendars change by it."""
        return bool(self.what - {Changed.WORDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """All that is different. elements_*: their ids; other: what else, in the words of the file."""

    sessions: tuple[SessionChange, ...] = ()
    elements_added: tuple[str, ...] = ()
    elements_removed: tuple[str, ...] = ()
    elements_changed: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


def carried_on(old: Programme | None, new: Programme) -> Programme:
    """The new programme with what has to be remembered of the old one.

    A session that is no more in the file stays, cancelled; each counts how often what a calendar shows of it changed.
    """
    if old is None:
        return new
    before = {session.number: session for session in old.sessions}
    kept = [_carried_on(before.get(session.number), session) for session in new.sessions]
    gone = [_cancelled(before[number]) for number in before.keys() - {session.number for session in new.sessions}]
    return replace(new, sessions=tuple(sorted([*kept, *gone], key=lambda session: session.number)))


def difference(old: Programme | None, new: Programme) -> Change:
    """What is different in *new*, which was carried on from *old*; old: None for a programme that was not there."""
    sessions_before = {session.number: session for session in old.sessions} if old else {}
    elements_before = {element.id: element for element in old.elements} if old else {}
    elements_after = {element.id: element for element in new.elements}
    changed = [_change(sessions_before.get(session.number), session) for session in new.sessions]
    return Change(
        sessions=tuple(each for each in changed if each.what),
        elements_added=_without(elements_after, elements_before),
        elements_removed=_without(elements_before, elements_after),
        elements_changed=tuple(
            id for id, element in elements_after.items() if elements_before.get(id, element) != element
        ),
        other=tuple(name for name in _names() if old is not None and getattr(old, name) != getattr(new, name)),
    )


def _names() -> list[str]:
    return [field.name for field in fields(Programme) if field.name not in ("id", "sessions", "elements")]


def _without(some: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(id for id in some if id not in others)


def _carried_on(before: Session | None, session: Session) -> Session:
    if before is None:
        return session
    same = _calendar_of(before) == _calendar_of(replace(session, sequence=0))
    return replace(session, sequence=before.sequence + (not same))


def _cancelled(session: Session) -> Session:
    return session if session.cancelled else replace(session, cancelled=True, sequence=session.sequence + 1)


def _calendar_of(session: Session) -> tuple[object, ...]:
    return (
        session.starts,
        session.length,
        session.mode,
        dict(session.place),
        session.link,
        session.cancelled,
    )


def _change(before: Session | None, after: Session) -> SessionChange:
    if before is not None and before.cancelled and not after.cancelled:
        before = None
    return SessionChange(number=after.number, before=before, after=after, what=_what(before, after))


def _what(before: Session | None, after: Session) -> frozenset[Changed]:
    if before == after or (before is None and after.cancelled):
        return frozenset()
    if before is None:
        return frozenset({Changed.ADDED})
    if after.cancelled:
        return frozenset() if before.cancelled else frozenset({Changed.CANCELLED})
    found = {
        Changed.TIME: (before.starts, before.length) != (after.starts, after.length),
        Changed.MODE: before.mode != after.mode,
        Changed.PLACE: before.place != after.place,
        Changed.LINK: before.link != after.link,
    }
    return frozenset(what for what, is_so in found.items() if is_so) or frozenset({Changed.WORDS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One ask before and after."""

    before: Ask
    after: Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of one member's asks. kept: how many stay as they are; sent: those that were told or answered."""

    added: tuple[Placed, ...] = ()
    moved: tuple[Step, ...] = ()
    withdrawn: tuple[Step, ...] = ()
    taken_up_again: tuple[Step, ...] = ()
    kept: int = 0
    sent: int = 0

    @property
    def steps(self) -> tuple[Step, ...]:
        """All the asks that change."""
        return self.moved + self.withdrawn + self.taken_up_again


def changes(asks: Sequence[Ask], placed: Sequence[Placed], now: datetime, *, has_left: bool = False) -> Plan:
    """What becomes of *asks*, those that the member has from the programme, so that *placed* is what they are asked.

    has_left: the member gets nothing more, of what they were told neither.
    """
    wanted = {place_in(each): each for each in placed if is_wanted(each) and not has_left}
    known = {place_of(ask) for ask in asks}
    added = [each for place, each in wanted.items() if place not in known and _is_ahead(each, now)]
    moved, withdrawn, again, kept, sent = [], [], [], 0, 0
    for ask in asks:
        to_be = wanted.get(place_of(ask))
        if has_left and ask.state is AskState.OPEN:
            withdrawn.append(_withdrawn(ask, SkipReason.LEFT))
        elif to_be is not None and _comes_again(ask, to_be, now):
            again.append(_taken_up_again(ask, to_be))
        elif is_settled(ask):
            sent += 1
        elif ask.state is AskState.OPEN and to_be is None:
            withdrawn.append(_withdrawn(ask, SkipReason.WITHDRAWN))
        elif ask.state is AskState.OPEN and to_be is not None and not _is_as_placed(ask, to_be):
            moved.append(Step(before=ask, after=_as_placed(ask, to_be)))
        else:
            kept += 1
    return Plan(
        added=tuple(added),
        moved=tuple(moved),
        withdrawn=tuple(withdrawn),
        taken_up_again=tuple(again),
        kept=kept,
        sent=sent,
    )


def is_wanted(placed: Placed) -> bool:
    """Whether an ask is made of it now: it has a moment, is not left out, and is of a kind that is delivered."""
    return placed.opens_at is not None and placed.left_out is None and is_delivered(placed.element)


def is_settled(ask: Ask) -> bool:
    """Whether it was told or answered, so that no change of the programme alters it."""
    return ask.told_at is not None or ask.version > 0 or ask.state in (AskState.ANSWERED, AskState.CLOSED)


def _is_ahead(placed: Placed, now: datetime) -> bool:
    """Whether it is worth asking for the first time: it has not closed, and has not been open for long."""
    ends = [moment for moment in (placed.closes_at, placed.late_until) if moment is not None]
    return placed.opens_at is not None and placed.opens_at > now - BACKLOG and all(now < moment for moment in ends)


def _comes_again(ask: Ask, placed: Placed, now: datetime) -> bool:
    """Whether what was given up is taken up: no change withdraws it any more, or it was moved to a time ahead."""
    if ask.state is not AskState.SKIPPED:
        return False
    if ask.skipped in (SkipReason.WITHDRAWN, SkipReason.LEFT):
        return is_settled(ask) or _is_ahead(placed, now)
    is_late = ask.skipped in (SkipReason.TOO_LATE, SkipReason.START_MODE) and not is_settled(ask)
    return is_late and placed.opens_at is not None and placed.opens_at > now


def _withdrawn(ask: Ask, reason: SkipReason) -> Step:
    return Step(before=ask, after=replace(ask, state=AskState.SKIPPED, skipped=reason))


def _taken_up_again(ask: Ask, placed: Placed) -> Step:
    after = replace(ask, state=AskState.OPEN, skipped=None)
    return Step(before=ask, after=after if is_settled(ask) else _as_placed(after, placed))


def _is_as_placed(ask: Ask, placed: Placed) -> bool:
    return all(getattr(ask, name) == value for name, value in moments_of(placed).items())


def _as_placed(ask: Ask, placed: Placed) -> Ask:
    return replace(ask, **moments_of(placed))
