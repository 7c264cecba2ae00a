"""Enrolled: one member as placing sees them, and what they are told of changes since they joined."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from coaching.asks import Ask, Element, OnUnknown, asked
from coaching.hours import Availability
from coaching.people import Role
from coaching.placing import Enrolled
from coaching.sources import CHANGE, happened, tells_of_change
from storage.memberships import Membership
from storage.revisions import ChangeNotice, Notices

__all__ = ["CHANGE", "enrolled", "news", "tells_of_change"]


def enrolled(
    member: Membership,
    asks: Sequence[Ask],
    availability: Availability,
    anchors: frozenset[str],
    unheld: frozenset[str] = frozenset(),
) -> Enrolled:
    """The member. asks: all that they have been asked by the programme; anchors: elements whose answers date others.

    unheld: discussions that they are to hold and have not.
    """
    return Enrolled(
        roles=frozenset({member.role}),
        groups=member.groups,
        availability=availability,
        joined_at=member.joined_at,
        left_at=member.left_at,
        happened=happened(asks, anchors, planned_at=member.planned_at),
        unheld=unheld,
    )


def news(
    member: Membership,
    asks: Sequence[Ask],
    revisions: Sequence[Notices],
    sources: Mapping[str, Element],
    now: datetime,
) -> list[Ask]:
    """What a participant is to be told of changes since they joined, and was not yet: one thing for each revision."""
    if member.role is not Role.PARTICIPANT:
        return []
    told = {_revision_of(ask.element.key) for ask in asks if tells_of_change(ask)}
    found = []
    for each in revisions:
        notice = _theirs(member, each.notices)
        is_new = each.revision > member.placed and member.joined_at <= each.loaded_at
        if notice and is_new and now < notice.until and _revision_of(notice.key) not in told:
            found.append(_asked(member, notice, sources[notice.key], now))
    return found


def _revision_of(key: str) -> str:
    return key.rpartition(":")[0]


def _theirs(member: Membership, notices: Sequence[ChangeNotice]) -> ChangeNotice | None:
    """The one with the times of their zone, else any that is for their groups."""
    own = [notice for notice in notices if member.groups in notice.groups]
    return next((notice for notice in own if notice.timezone == member.person.timezone), own[0] if own else None)


def _asked(member: Membership, notice: ChangeNotice, source: Element, now: datetime) -> Ask:
    return asked(
        source,
        person_id=member.person.id,
        now=now,
        opens_at=now,
        closes_at=notice.until,
        wants_answer=False,
        urgent=notice.urgent,
        on_unknown=OnUnknown.RESEND,
    )
