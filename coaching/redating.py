"""Redating: a programme for other dates, on the same weekdays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from coaching.anchored import MovedBy
from coaching.hours import LOOK_AHEAD, ONE_DAY
from coaching.programmes import Break, Programme, Session, break_days

WEEK = 7  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """A session that is not on the day that whole weeks lead to. Local times in the programme's zone.

    by: what is on the day that it would have been on.
    """

    number: int
    planned: datetime
    starts: datetime
    by: MovedBy


def redated(
    programme: Programme, start: date, holidays: Callable[[int], frozenset[date]]
) -> tuple[Programme, list[Shifted]]:
    """The programme, begun on or after *start*, and the sessions that had to leave their weekday.

    Everything moves by the same number of whole weeks: the fewest that bring the first day to *start* or later, so
    that weekdays stay. Yearly breaks stay on their dates. A session that lands on a holiday or in a break goes on to
    the next working day on which no other one of its people is at that time, even past another session; where that is
    after the programme's last day, the programme ends with it. holidays: those of the country, by year.
    """
    weeks = timedelta(weeks=-((programme.starts - start).days // WEEK))
    moved = replace(
        programme,
        starts=programme.starts + weeks,
        ends=programme.ends + weeks,
        breaks=tuple(_moved_break(each, weeks) for each in programme.breaks),
        windows=tuple(replace(each, first=each.first + weeks, last=each.last + weeks) for each in programme.windows),
        sessions=tuple(replace(each, starts=each.starts + weeks) for each in programme.sessions),
    )
    sessions, shifted = _on_workdays(moved, holidays)
    ends = max([moved.ends, *(each.starts.date() for each in shifted)])
    return replace(moved, sessions=sessions, ends=ends), shifted


def _moved_break(each: Break, weeks: timedelta) -> Break:
    return each if each.yearly else replace(each, first=each.first + weeks, last=each.last + weeks)


def _on_workdays(
    programme: Programme, holidays: Callable[[int], frozenset[date]]
) -> tuple[tuple[Session, ...], list[Shifted]]:
    breaks = break_days(programme)
    in_order = sorted(programme.sessions, key=lambda each: each.starts)
    settled = {each.number: each for each in in_order if _closed(each.starts.date(), breaks, holidays) is None}
    shifted: list[Shifted] = []
    for each in in_order:
        by = _closed(each.starts.date(), breaks, holidays)
        if by is None:
            continue
        moved = _next_free(each, programme, breaks, holidays, list(settled.values()))
        settled[each.number] = moved
        shifted.append(Shifted(number=each.number, planned=each.starts, starts=moved.starts, by=by))
    return tuple(settled[each.number] for each in programme.sessions), shifted


def _next_free(
    session: Session,
    programme: Programme,
    breaks: frozenset[date],
    holidays: Callable[[int], frozenset[date]],
    others: Sequence[Session],
) -> Session:
    """The session on the first day after its own that is open to it; where three years have none, on its own."""
    moved = session
    for _ in range(LOOK_AHEAD):
        moved = replace(moved, starts=moved.starts + ONE_DAY)
        day = moved.starts.date()
        is_workday = day.weekday() in programme.rules.hours.weekdays and _closed(day, breaks, holidays) is None
        if is_workday and not any(clash(moved, other) for other in others):
            return moved
    return session


def _closed(day: date, breaks: frozenset[date], holidays: Callable[[int], frozenset[date]]) -> MovedBy | None:
    if day in breaks:
        return MovedBy.BREAK
    return MovedBy.HOLIDAY if day in holidays(day.year) else None


def clash(one: Session, other: Session) -> bool:
    """Whether somebody would have to be in both."""
    share = not one.groups or not other.groups or not one.groups.isdisjoint(other.groups)
    return share and one.starts < other.starts + other.length and other.starts < one.starts + one.length
