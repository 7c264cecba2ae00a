"""Checks of when things are: anchors that exist, waits that end, repeats that do."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from coaching.anchors import Anchor, AnchorKind, At, Offset, Which
from coaching.elements import ONLY_TOLD, Discussion, Element, Instrument, LearningItem, Repeat
from coaching.programme_faults import Fault, FaultKind, Path
from coaching.programmes import Programme

_SESSION = frozenset({AnchorKind.SESSION_START, AnchorKind.SESSION_END})
_WINDOW = frozenset({AnchorKind.WINDOW_OPEN, AnchorKind.WINDOW_CLOSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What anchors can name."""

    sessions: tuple[str, ...]
    windows: tuple[str, ...]
    elements: Mapping[str, Element]


def anchor_faults(programme: Programme) -> Iterator[Fault]:
    """The faults of moments, of what they are relative to, and of what else refers to a window or an element."""
    names = _Names(
        sessions=tuple(str(each.number) for each in programme.sessions),
        windows=tuple(each.id for each in programme.windows),
        elements={each.id: each for each in programme.elements},
    )
    for index, element in enumerate(programme.elements):
        path: Path = ("elements", index)
        for field, at in moments_of(element):
            yield from _at_faults((*path, *field), at, element, names)
        yield from _reference_faults(path, element, names)
        if element.repeat is not None:
            yield from _repeat_faults((*path, "repeat"), element.repeat, is_each=element.each is not None)
        if isinstance(element, LearningItem):
            for number, offset in enumerate(element.retrieval):
                yield from _step_faults((*path, "retrieval", number), offset)
    yield from _circles(programme)


def moments_of(element: Element) -> Iterator[tuple[Path, At]]:
    """The moments of an element, and where in it they stand."""
    yield ("at",), element.at
    if element.due is not None:
        yield ("due",), element.due
    if element.closes is not None:
        yield ("closes",), element.closes
    if element.repeat is not None and element.repeat.until is not None:
        yield ("repeat", "until"), element.repeat.until


def _at_faults(path: Path, at: At, element: Element, names: _Names) -> Iterator[Fault]:
    if at.offset.exact is not None and (at.time is not None or at.skip):
        yield Fault(path=path, kind=FaultKind.EXACT_WITH_DAY, value=str(at.offset))
    path = (*path, "anchor")
    anchor, text = at.anchor, str(at.anchor)
    known = _known(anchor, names)
    if anchor.kind in _SESSION and anchor.key in tuple(Which):
        if element.each is None or path[2] == "repeat":
            yield Fault(path=path, kind=FaultKind.WITHOUT_EACH, value=text)
    elif known is not None and anchor.key not in known:
        yield Fault(path=path, kind=FaultKind.UNKNOWN_ANCHOR, value=text, others=tuple(known))
    elif anchor.kind is AnchorKind.ASK_ANSWERED and names.elements[anchor.key].kind in ONLY_TOLD:
        yield Fault(path=path, kind=FaultKind.NEVER_ANSWERED, value=text)
    elif anchor.kind is AnchorKind.PLAN_CREATED and all(each.kind != "plan" for each in names.elements.values()):
        yield Fault(path=path, kind=FaultKind.NO_PLAN, value=text)


def _known(anchor: Anchor, names: _Names) -> Collection[str] | None:
    """The keys that could stand in an anchor; None for one that has none."""
    if anchor.kind in _SESSION:
        return names.sessions
    if anchor.kind in _WINDOW:
        return names.windows
    return names.elements if anchor.kind is AnchorKind.ASK_ANSWERED else None


def _reference_faults(path: Path, element: Element, names: _Names) -> Iterator[Fault]:
    match element:
        case Discussion():
            named = [("window", element.window, names.windows), ("follows", element.follows, names.elements)]
        case Instrument():
            named = [("repeats", element.repeats, names.elements)]
        case _:
            return
    for field, name, known in named:
        if name is not None and (name not in known or name == element.id):
            others = tuple(each for each in known if each != element.id)
            yield Fault(path=(*path, field), kind=FaultKind.UNKNOWN_REFERENCE, value=name, others=others)


def _repeat_faults(path: Path, repeat: Repeat, *, is_each: bool) -> Iterator[Fault]:
    if (repeat.times is None) == (repeat.until is None):
        yield Fault(path=path, kind=FaultKind.REPEAT_ENDS)
    yield from _step_faults((*path, "every"), repeat.every)
    if is_each:
        yield Fault(path=path, kind=FaultKind.REPEAT_AND_EACH)


def _step_faults(path: Path, step: Offset) -> Iterator[Fault]:
    if step.months + step.weeks + step.days + step.workdays < 1:
        yield Fault(path=path, kind=FaultKind.REPEAT_STEP, value=str(step))


def _circles(programme: Programme) -> Iterator[Fault]:
    """Elements that wait for one another's answers, each circle once, at the element of it that comes first."""
    places = {each.id: index for index, each in reversed(list(enumerate(programme.elements)))}
    waits = {id_: _waits_for(programme.elements[index]) & places.keys() for id_, index in places.items()}
    done: set[str] = set()
    for start in sorted(places, key=places.__getitem__):
        trail: dict[str, Iterator[str]] = {} if start in done else {start: iter(sorted(waits[start]))}
        while trail:
            current = next(reversed(trail))
            following = next(trail[current], None)
            if following is None:
                done.add(current)
                del trail[current]
            elif following in trail:
                yield _circle(list(trail)[list(trail).index(following) :], places)
            elif following not in done:
                trail[following] = iter(sorted(waits[following]))


def _circle(members: list[str], places: Mapping[str, int]) -> Fault:
    first = min(members, key=places.__getitem__)
    at = members.index(first)
    turned = [*members[at:], *members[:at], first]
    return Fault(path=("elements", places[first]), kind=FaultKind.CIRCLE, value=" → ".join(turned))


def _waits_for(element: Element) -> set[str]:
    """The elements that have to be answered before this one is brought up, or that its own moments wait for."""
    waits: set[str] = set()
    for field, at in moments_of(element):
        is_own = at.anchor.key == element.id
        if at.anchor.kind is AnchorKind.ASK_ANSWERED and (field == ("at",) or is_own):
            waits.add(at.anchor.key)
    return waits
