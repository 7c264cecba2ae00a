"""Sources: the elements of a programme as what asks come from; one for each session where they come with sessions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from coaching import asks, assignments, talks
from coaching.anchors import Anchor, AnchorKind, At
from coaching.asks import WANTING_ANSWERS, Ask, AskKind, AskState
from coaching.broadcasts import BROADCAST
from coaching.elements import (
    DELIVERED,
    Assignment,
    Discussion,
    Element,
    Principles,
    Reflection,
    Retrieval,
    Survey,
    is_delivered,
)
from coaching.people import Role
from coaching.placing import Placed
from coaching.pooled import POOLED, TEAM
from coaching.programmes import Programme
from coaching.rhythms import PLANNED
from coaching.sessions import facts_of

#: The keys of the sources that tell of changes begin so, then come the revision and a number: "change:3:1".
CHANGE = "change:"
#: Those of the sources that bring what somebody else says begin so; then comes what it is: "message:question".
MESSAGE = "message:"
#: Those of the sources that come from somebody's own plan begin so; then comes what it is: "plan:cue".
PLAN = "plan:"
#: Those of check-ins; then come the element of the file, where it has any, and the goals that are asked about.
CHECK_IN = f"{PLAN}check_in:"
#: Those of the sources that tell that somebody shares something, and those about discussions with one's manager.
SHARED, TALKS = "shared:", "talks:"
#: Those of the sources that tell coaches of surveys.
SURVEYS = "surveys:"
#: How the key of a source begins that no element of the programme's file makes.
BESIDE = (CHANGE, MESSAGE, BROADCAST, PLAN, TEAM, POOLED, SHARED, TALKS, SURVEYS)


def unworded(programme_id: int, key: str, kind: AskKind) -> asks.Element:
    """A new source beside the file, without words of its own: its dialog has them."""
    return asks.Element(id=0, programme_id=programme_id, key=key, kind=kind, title={}, intro={})


def sources(programme: Programme, *, coaches: Mapping[str, str]) -> list[asks.Element]:
    """Those of the programme's elements that are delivered, in the order of the file; without their numbers.

    coaches: what the coaches are called, by their e-mail addresses in lower case.
    """
    anchors = answered_anchors(programme)
    return [
        source
        for element in programme.all_elements
        if is_delivered(element)
        for source in _of(programme, element, coaches, anchors)
    ]


def source_key(element: Element, occurrence: int) -> str:
    """The key of the source that an occurrence comes from; with sessions and principles there is one for each."""
    if element.each is not None:
        return f"{element.id}.{occurrence}"
    return f"{element.id}.{element.turn_of(occurrence) + 1}" if isinstance(element, Principles) else element.id


def element_id(key: str) -> str:
    """The id of the element in the programme's file that a source with that key comes from; the key where it is none.

    A check-in's names the file's own: "plan:check_in:progress.1a2b3c4d:1t".
    """
    return key.removeprefix(CHECK_IN).partition(".")[0]


def turns(element: Element) -> range:
    """The first occurrences that come from different sources, where it does not come with sessions."""
    return range(len(element.principles) if isinstance(element, Principles) else 1)


def place_of(ask: Ask) -> tuple[str, int]:
    """What is the same of an ask in each revision of its programme: its source's key, and its occurrence."""
    return ask.element.key, ask.occurrence


def place_in(placed: Placed) -> tuple[str, int]:
    """The same, of what is to be asked."""
    return source_key(placed.element, placed.occurrence), placed.occurrence


def kind_of(element: Element) -> asks.AskKind:
    """What sort of ask a delivered element makes. What is told managers alone comes with the week's message to them."""
    is_for_managers = element.audience.roles == frozenset({Role.MANAGER})
    if element.kind == "notice" and is_for_managers and not element.urgent:
        return asks.AskKind.MANAGER_NOTICE
    if isinstance(element, Survey) and element.items:
        return asks.AskKind.BALLOT
    return DELIVERED[element.kind]


def asked(placed: Placed, source: asks.Element, *, person_id: int, now: datetime) -> Ask:
    """A new ask, before it has a number."""
    wants = source.kind in WANTING_ANSWERS
    moments = moments_of(placed)
    return asks.asked(source, person_id=person_id, now=now, occurrence=placed.occurrence, wants_answer=wants, **moments)


def moments_of(placed: Placed) -> dict[str, Any]:
    """What of an ask is as its element and its placing have it, by the fields' names."""
    element = placed.element
    return {
        "opens_at": placed.opens_at,
        "due_at": placed.due_at,
        "closes_at": placed.closes_at,
        "late_until": placed.late_until,
        "urgent": element.urgent,
        "start_mode": element.start_mode,
        "on_unknown": element.on_unknown,
    }


def answered_anchors(programme: Programme) -> frozenset[str]:
    """The ids of the elements whose answers date others."""
    return frozenset(
        at.anchor.key
        for element in programme.all_elements
        for at in _moments(element)
        if at.anchor.kind is AnchorKind.ASK_ANSWERED
    )


def happened(
    asks: Sequence[Ask], anchors: Collection[str], *, planned_at: datetime | None = None
) -> dict[Anchor, datetime]:
    """When a member did what dates elements: wrote a plan, or first answered each of these, as far as they have (UTC).

    asks: all that they have been asked by the programme; anchors: the ids of the elements whose answers date others.
    planned_at: when they wrote the first goal of their plan; None before that.
    """
    found: dict[Anchor, datetime] = {} if planned_at is None else {PLANNED: planned_at}
    for ask in asks:
        anchor = Anchor(kind=AnchorKind.ASK_ANSWERED, key=element_id(ask.element.key))
        if anchor.key in anchors and ask.state is AskState.ANSWERED and ask.answered_at is not None:
            found[anchor] = min(found.get(anchor, ask.answered_at), ask.answered_at)
    return found


def tells_of_change(ask: Ask) -> bool:
    """Whether it comes from a revision itself or from a person, and from no element of the programme."""
    return ask.element.key.startswith(BESIDE)


def _of(
    programme: Programme, element: Element, coaches: Mapping[str, str], anchors: Collection[str]
) -> Iterator[asks.Element]:
    by_number = {session.number: session for session in programme.sessions}
    for occurrence in by_number if element.each is not None else turns(element):
        session = by_number[occurrence] if element.each is not None else None
        coach = coaches.get((session.coach or "").lower()) if session else None
        yield asks.Element(
            id=0,
            programme_id=0,
            key=source_key(element, occurrence),
            kind=kind_of(element),
            title=element.title,
            intro=element.intro,
            session=facts_of(programme, session, coach=coach) if session else None,
            is_anchor=element.id in anchors,
            **facts_by_kind(programme, element, occurrence),
        )


def facts_by_kind(programme: Programme, element: Element, occurrence: int = 0) -> dict[str, Any]:
    """What a source says beside its words, as its kind has it: by the fields of `coaching.asks.Element`."""
    if isinstance(element, Survey):
        return {"own": replace(element, pooled_from=max(element.pooled_from, programme.rules.pooled_from))}
    if not isinstance(element, Retrieval) and element.is_kept:
        return {"own": element}
    match element:
        case Reflection(questions=questions):
            return {"questions": tuple(each.text for each in questions)}
        case Retrieval(question=question) if question:
            return {"questions": (question,)}
        case Principles(principles=principles) if principles:
            return {"questions": (principles[element.turn_of(occurrence)],)}
        case Assignment():
            return {"assignment": assignments.facts_of(element, pooled_from=programme.rules.pooled_from)}
        case Discussion():
            window = next(each for each in programme.windows if each.id == element.window)
            return {"discussion": talks.facts_of(element, window.first, window.last)}
    return {}


def _moments(element: Element) -> Iterator[At]:
    repeat = element.repeat
    for at in (element.at, element.due, element.closes, repeat.until if repeat else None):
        if at is not None:
            yield at
