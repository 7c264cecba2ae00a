"""Asks: one thing that one person has been asked, from the moment it is decided until it is answered or closed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from coaching.errors import Closed, NotYours
from coaching.people import Language


class AskKind(StrEnum):
    """What sort of thing is asked; each has a module in `dialogs`."""

    REFLECTION = "reflection"


class SourceKind(StrEnum):
    """What an ask comes from; with the source's id, the person and the occurrence it makes an ask unique."""

    ELEMENT = "element"


class AskState(StrEnum):
    """Where an ask stands."""

    OPEN = "open"
    ANSWERED = "answered"
    #: Nothing can be answered any more: its closing time came, or it was withdrawn.
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A programme's template of something to ask: its words by language and its questions.

    questions: for a free reflection, one text a question and language; empty means the three-step debrief.
    """

    id: int
    programme_id: int
    key: str
    kind: AskKind
    title: Mapping[Language, str]
    intro: Mapping[Language, str]
    questions: tuple[Mapping[Language, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing that one person has been asked. Times are UTC.

    due_at: when it is hoped for; None for whenever. closes_at: after that nothing can be answered; None means never.
    answered_at: when its newest version came. version: how many there have been.
    put_off_until: not before then, by the person's own wish.
    """

    id: int
    person_id: int
    programme_id: int
    kind: AskKind
    source_kind: SourceKind
    source_id: int
    occurrence: int = 0
    state: AskState = AskState.OPEN
    created_at: datetime
    due_at: datetime | None = None
    closes_at: datetime | None = None
    answered_at: datetime | None = None
    put_off_until: datetime | None = None
    version: int = 0
    element: Element


def can_be_answered(ask: Ask, now: datetime) -> bool:
    """Whether an answer, or a change of one, is still taken."""
    return ask.state is not AskState.CLOSED and (ask.closes_at is None or now < ask.closes_at)


def answered(ask: Ask, person_id: int, now: datetime) -> Ask:
    """The ask with one more version of its answer. Raises NotYours, or Closed when it came too late."""
    _check_answerable(ask, person_id, now)
    return replace(ask, state=AskState.ANSWERED, answered_at=now, version=ask.version + 1, put_off_until=None)


def withdrawn(ask: Ask, person_id: int, now: datetime) -> Ask:
    """The ask without an answer, open again: the person took their words back. Raises NotYours or Closed."""
    _check_answerable(ask, person_id, now)
    return replace(ask, state=AskState.OPEN, answered_at=None)


def put_off(ask: Ask, until: datetime) -> Ask:
    """The ask, not to be brought up before *until* (UTC)."""
    return replace(ask, put_off_until=until)


def _check_answerable(ask: Ask, person_id: int, now: datetime) -> None:
    if ask.person_id != person_id:
        raise NotYours
    if not can_be_answered(ask, now):
        raise Closed
