"""Shares: what somebody lets one other person, or their team, read of theirs; until a day, and until they take it back.

Nothing is shared by itself. A share reaches only whoever was meant, and only while they still are what they were to the
person: a former manager reads nothing any more, and a new one nothing that was shared with the former.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from coaching.access import READERS, SHAREABLE, Audience, Matter
from coaching.errors import CoachingError


class Subject(StrEnum):
    """What a thing that can be shared is part of."""

    #: The answer to an ask; a goal of a plan is one too.
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Thing:
    """Something that can be shared. field: one of its fields; None for all of it, as it is when it is read."""

    subject: Subject
    subject_id: int
    field: str | None = None

    def __str__(self) -> str:
        whole = f"{self.subject}:{self.subject_id}"
        return whole if self.field is None else f"{whole}/{self.field}"

    @classmethod
    def named(cls, name: str) -> Self:
        """The inverse of str(). Raises ValueError for what is no name of a thing."""
        whole, _, of_it = name.partition("/")
        subject, _, number = whole.partition(":")
        return cls(subject=Subject(subject), subject_id=int(number), field=of_it or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One field of somebody's, and what it is about."""

    owner_id: int
    matter: Matter
    subject: Subject
    subject_id: int
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who would like to read. audiences: what they are to the owner, now."""

    person_id: int
    audiences: frozenset[Audience] = frozenset()


class ShareState(StrEnum):
    """Where a share stands."""

    #: The person is filling in what to share, and with whom.
    DRAFT = "draft"
    #: They were shown what the other one will see.
    PREVIEWED = "previewed"
    SHARED = "shared"
    #: It never was shared.
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What somebody shares. ends_at: after that nobody reads by it (UTC); None before it is shared.

    person_id: whom it is for; None for all of the audience, which is the team. revoked_at: when it was taken back.
    entries, question: the form as it was filled in, and where a typed conversation about it is. card_id: the owner's.
    """

    id: int
    owner_id: int
    state: ShareState = ShareState.DRAFT
    things: frozenset[Thing] = frozenset()
    audience: Audience | None = None
    person_id: int | None = None
    shared_at: datetime | None = None
    ends_at: datetime | None = None
    revoked_at: datetime | None = None
    card_id: int | None = None
    entries: Mapping[str, object] = field(default_factory=dict)
    question: int = 0


class NotToBeShared(CoachingError):
    """The policy does not let this be shared with them."""


def is_live(share: Share, now: datetime) -> bool:
    """Whether anything can be read by it."""
    return share.state is ShareState.SHARED and share.ends_at is not None and now < share.ends_at


def may_read(reader: Reader, item: Item, shares: Iterable[Share], now: datetime) -> bool:
    """Whether *reader* may read *item*: by the table, or because its owner shares it with them.

    shares: any at all; those that are somebody else's, over or for others count for nothing.
    """
    if reader.person_id == item.owner_id:
        return True
    if not reader.audiences.isdisjoint(READERS[item.matter] - {Audience.SELF}):
        return True
    return any(is_live(share, now) and _reaches(share, reader) and _covers(share, item) for share in shares)


def readable(reader: Reader, items: Iterable[Item], shares: Iterable[Share], now: datetime) -> list[Item]:
    """Those of *items* that the reader may read, in their order: the filter of every card and export."""
    shares = list(shares)
    return [item for item in items if may_read(reader, item, shares, now)]


def seen_by(item: Item, shares: Iterable[Share], now: datetime) -> frozenset[Audience]:
    """The audiences of which somebody may read *item* now: what the who-sees line says of it."""
    mine = (share for share in shares if is_live(share, now) and _covers(share, item))
    return READERS[item.matter] | {share.audience for share in mine if share.audience is not None}


def shared(
    share: Share,
    matters: Iterable[Matter],
    *,
    things: Iterable[Thing],
    audience: Audience,
    person_id: int | None,
    ends_at: datetime,
    now: datetime,
) -> Share:
    """The share, in force from now on. matters: of what it holds. Raises NotToBeShared."""
    found = list(matters)
    if not found or any(audience not in SHAREABLE[matter] for matter in found) or ends_at <= now:
        raise NotToBeShared
    if person_id == share.owner_id or (person_id is None) != (audience is Audience.TEAM):
        raise NotToBeShared
    return replace(
        share,
        state=ShareState.SHARED,
        things=frozenset(things),
        audience=audience,
        person_id=person_id,
        shared_at=now,
        ends_at=ends_at,
    )


def taken_back(share: Share, now: datetime) -> Share:
    """The share, over from now on; one that never was in force is thrown away."""
    if share.state is not ShareState.SHARED:
        return replace(share, state=ShareState.DISCARDED)
    if not is_live(share, now):
        return share
    return replace(share, ends_at=now, revoked_at=now)


def over(share: Share, now: datetime) -> Share:
    """The share, over from now on though its owner did not take it back: its reader is not what they were to them."""
    return replace(share, ends_at=now) if is_live(share, now) else share


def _reaches(share: Share, reader: Reader) -> bool:
    return share.audience in reader.audiences and share.person_id in (None, reader.person_id)


def _covers(share: Share, item: Item) -> bool:
    if share.owner_id != item.owner_id or share.audience not in SHAREABLE[item.matter]:
        return False
    own = (thing for thing in share.things if (thing.subject, thing.subject_id) == (item.subject, item.subject_id))
    return any(thing.field in (None, item.field) for thing in own)
