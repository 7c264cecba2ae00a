"""Whether there is a way to somebody, and if not, why, as a coach is told it."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_

from coaching.broadcasts import Reach
from storage.tables import people

_HAS_WAY = and_(people.c.admitted_at.is_not(None), or_(people.c.aad_id.is_not(None), people.c.user_id.is_not(None)))
#: What Teams' causes are called for a coach.
_REACH = {
    "uninstalled": Reach.UNINSTALLED,
    "not_installed": Reach.UNINSTALLED,
    "not_in_roster": Reach.UNINSTALLED,
    "gone": Reach.UNINSTALLED,
    "blocked": Reach.BLOCKED,
}


def reach_columns() -> list[ColumnElement[Any]]:
    """What `reach_of` reads of a person."""
    return [
        people.c.unreachable.label("unreachable"),
        _HAS_WAY.label("has_way"),
        people.c.stopped_at.is_not(None).label("has_stopped"),
    ]


def reach_of(row: Row[Any]) -> Reach | None:
    """Why there is no way to somebody, from a row with `reach_columns`; None where there is one."""
    if row.unreachable is not None:
        return _REACH.get(row.unreachable, Reach.OTHER)
    if row.has_stopped:
        return Reach.STOPPED
    return None if row.has_way else Reach.NOT_MET
