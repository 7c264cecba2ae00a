"""Checks of what a programme would be for its people: what could never be sent to them, and what would be too much.

A member of each audience is placed, with the programme's own hours and no leave, as if they answered at once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.anchors import Anchor, AnchorKind
from coaching.calendar import start_of_day
from coaching.elements import ONLY_TOLD, CheckIn, Retrieval
from coaching.hours import ONE_DAY, Availability, Diary
from coaching.people import Role
from coaching.placing import Enrolled, Placed, is_for, placed
from coaching.programme_faults import Fault, FaultKind
from coaching.programmes import Programme, break_days

MOST_WAITS = 10  # elements, each of which waits for the answer to the one before; what follows is not looked at
_LONG_BEFORE = timedelta(days=1000)
_JOINED = Anchor(kind=AnchorKind.PERSON_JOINED)
_PLANNED = Anchor(kind=AnchorKind.PLAN_CREATED)
#: What nobody knows the day of before it has happened.
_UNDATED = frozenset({AnchorKind.PLAN_CREATED, AnchorKind.ASK_ANSWERED})


def placement_faults(programme: Programme, days_off: frozenset[date]) -> list[Fault]:
    """The faults of what would be asked, and when. days_off: the public holidays."""
    found = _Preview(programme, days_off)
    for roles, groups in _audiences(programme):
        found.look_at(roles, groups)
    return [*found.faults, *_sessionless(programme, found.placed_indexes), *found.too_many()]


@dataclass(slots=True, kw_only=True)
class _Week:
    """The first week in which these elements are too many, and how many more there are."""

    week: str
    path: tuple[str | int, ...]
    weeks: set[str] = field(default_factory=set)


class _Preview:
    """What the members of all audiences would be asked; the same fault is kept once."""

    def __init__(self, programme: Programme, days_off: frozenset[date]) -> None:
        self.programme = programme
        self.zone = ZoneInfo(programme.timezone)
        self.starts = start_of_day(programme.starts, self.zone)
        self.ends = start_of_day(programme.ends + ONE_DAY, self.zone)
        self.person = Availability(zone=self.zone, hours=programme.rules.hours, days_off=days_off)
        self.diary = Diary(replace(self.person, days_off=days_off | break_days(programme)))
        self.places = {id(element): index for index, element in enumerate(programme.elements)}
        self.items = {each.id: index for index, each in enumerate(programme.elements)}
        self.placed_indexes: set[int] = set()
        self._faults: dict[tuple[int, FaultKind], Fault] = {}
        self._weeks: dict[frozenset[int], _Week] = {}

    @property
    def faults(self) -> list[Fault]:
        return list(self._faults.values())

    def look_at(self, roles: frozenset[Role], groups: frozenset[str]) -> None:
        """Find the faults of one audience."""
        plan = [each for each in self._placed(roles, groups) if each.left_out is None]
        for each in plan:
            self.placed_indexes.add(self._index(each))
            if each.opens_at is not None:
                self._look_at_one(each, each.opens_at)
        self._look_at_weeks(plan)

    def too_many(self) -> Iterator[Fault]:
        """The sets of elements that are too many for a week, each with the first such week."""
        for indexes, each in self._weeks.items():
            names = tuple(self.programme.elements[index].id for index in sorted(indexes))
            number = len(each.weeks) - 1
            yield Fault(path=each.path, kind=FaultKind.TOO_MANY_ASKS, value=each.week, others=names, number=number)

    def _placed(self, roles: frozenset[Role], groups: frozenset[str]) -> list[Placed]:
        happened: dict[Anchor, datetime] = {_JOINED: self.starts}
        plan = placed(self.programme, self._member(roles, groups, happened))
        for _ in range(MOST_WAITS):
            known = len(happened)
            happened |= self._earliest(plan)
            if len(happened) == known:
                break
            plan = placed(self.programme, self._member(roles, groups, happened))
        return plan

    def _member(self, roles: frozenset[Role], groups: frozenset[str], happened: Mapping[Anchor, datetime]) -> Enrolled:
        return Enrolled(
            roles=roles,
            groups=groups,
            availability=self.person,
            joined_at=self.starts - _LONG_BEFORE,
            happened=happened,
        )

    def _earliest(self, plan: Sequence[Placed]) -> dict[Anchor, datetime]:
        """When what is waited for could happen at the earliest: an answer or a plan at once when it is asked for."""
        asked: dict[Anchor, datetime] = {}
        for each in plan:
            moment = self._told_at(each.opens_at) if each.opens_at is not None else None
            if moment is not None:
                asked.setdefault(Anchor(kind=AnchorKind.ASK_ANSWERED, key=each.element.id), moment)
                if each.element.kind == "plan":
                    asked.setdefault(_PLANNED, moment)
        if all(each.element.kind != "plan" for each in plan):
            asked[_PLANNED] = self.starts
        return {each.waits_for: asked[each.waits_for] for each in plan if each.waits_for in asked}

    def _told_at(self, opens_at: datetime) -> datetime | None:
        """The first moment from then on at which the member may be written to."""
        for _, (opens, closes) in self.diary.windows_from(self.diary.day_of(opens_at)):
            if opens_at < closes:
                return max(opens, opens_at)
        return None

    def _look_at_one(self, each: Placed, opens_at: datetime) -> None:
        element, at = each.element, each.element.at.anchor
        told_at = self._told_at(opens_at)
        ends = [each.late_until]
        if element.closes is None or element.closes.anchor.kind not in _UNDATED or element.closes.anchor == at:
            ends.append(each.closes_at)
        is_only_one = element.each is None and element.repeat is None
        day = str(self.diary.day_of(opens_at))
        if told_at is None or any(end is not None and end <= told_at for end in ends):
            number = None if is_only_one else each.occurrence + (element.each is None)
            self._add(each, FaultKind.NEVER_SENT, value=day, number=number)
        elif (
            each.due_at is not None
            and each.due_at < told_at
            and element.due
            and element.due.anchor.kind not in _UNDATED
        ):
            self._add(each, FaultKind.DUE_TOO_EARLY, value=str(self.diary.day_of(each.due_at)))
        if at.kind not in _UNDATED and not self.starts <= opens_at < self.ends and not _is_meant(each, self.ends):
            self._add(each, FaultKind.BROUGHT_UP_OUTSIDE, value=day)

    def _look_at_weeks(self, plan: Collection[Placed]) -> None:
        """Each thing that wants an answer makes a visit; what is only told goes along with others of its day."""
        weeks: dict[str, dict[date, list[Placed]]] = {}
        for each in plan:
            if each.opens_at is None or each.element.urgent or each.element.at.anchor.kind in _UNDATED:
                continue
            told_at = self._told_at(each.opens_at)
            if told_at is not None:
                day = self.diary.day_of(told_at)
                weeks.setdefault(f"{day:%G-W%V}", {}).setdefault(day, []).append(each)
        for week, days in weeks.items():
            visits = sum(max(1, sum(each.element.kind not in ONLY_TOLD for each in day)) for day in days.values())
            if visits > self.programme.rules.dose.most_a_week:
                indexes = [self._index(each) for day in days.values() for each in day]
                found = self._weeks.setdefault(
                    frozenset(indexes), _Week(week=week, path=("elements", indexes[-1], "at"))
                )
                found.weeks.add(week)

    def _index(self, each: Placed) -> int:
        """The place in the file; of what follows from an element, that one's."""
        element = each.element
        return self.items[element.item] if isinstance(element, Retrieval) else self.places[id(element)]

    def _add(self, each: Placed, kind: FaultKind, *, value: str, number: int | None = None) -> None:
        index = self._index(each)
        fault = Fault(path=("elements", index, "at"), kind=kind, value=value, number=number)
        self._faults.setdefault((index, kind), fault)


def _is_meant(each: Placed, ends: datetime) -> bool:
    """Whether an element says of itself that it comes before the programme starts, or after it ends."""
    element = each.element
    is_follow_up = element.repeat is not None and bool(element.repeat.afterwards) and each.occurrence > 0
    if isinstance(element, CheckIn):
        return True
    kinds = (AnchorKind.PROGRAMME_START, AnchorKind.PROGRAMME_END)
    return element.at.anchor.kind in kinds or (is_follow_up and each.opens_at is not None and each.opens_at >= ends)


def _audiences(programme: Programme) -> list[tuple[frozenset[Role], frozenset[str]]]:
    """One role and one group each, of those that see something different; no group where there are none."""
    roles = sorted({role for element in programme.elements for role in element.audience.roles})
    groups = [frozenset({group}) for group in programme.groups] or [frozenset[str]()]
    found: dict[tuple[object, object], tuple[frozenset[Role], frozenset[str]]] = {}
    for role in roles:
        for group in groups:
            theirs = frozenset(
                index for index, each in enumerate(programme.elements) if is_for(each, frozenset({role}), group)
            )
            sessions = frozenset(each.number for each in programme.sessions if not each.groups or each.groups & group)
            found.setdefault((theirs, sessions), (frozenset({role}), group))
    return list(found.values())


def _sessionless(programme: Programme, placed_indexes: Collection[int]) -> Iterator[Fault]:
    """Elements that come with sessions of which their audience has none."""
    for index, element in enumerate(programme.elements):
        if element.each is not None and index not in placed_indexes and element.audience.roles:
            yield Fault(path=("elements", index, "each"), kind=FaultKind.NO_SESSION)
