"""Ballot boxes: the ballots of one survey, sealed together under a key of their own, and later what came of them.

No row belongs to a ballot: who casts one has the whole box sealed anew. So neither a number, a moment nor a place in
the database leads from a ballot to whoever cast it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, insert, literal_column, or_, select, update

from coaching.asks import Ask, AskState, Element, SourceKind
from coaching.ballots import Ballot, Count, mixed
from coaching.errors import Closed
from coaching.people import Role
from storage.among import among
from storage.asks import element_in
from storage.engine import Connection
from storage.keys import KeyRing
from storage.sealing import Cipher
from storage.tables import asks, ballot_boxes, elements, members, programmes

SEALED = "ballot_boxes.sealed"
#: In place of a person's number: a box is nobody's.
_NOBODY = 0
_COUNT = TypeAdapter(Count)
_BOXES = select(ballot_boxes)
_OF_ASK = _BOXES.where(
    ballot_boxes.c.element_id == bindparam("element_"), ballot_boxes.c.occurrence == bindparam("occurrence_")
).with_for_update()
_LOCKED = _BOXES.where(ballot_boxes.c.id == bindparam("id_")).with_for_update()
_OF_ELEMENT = (
    _BOXES.where(ballot_boxes.c.element_id == bindparam("element_"), ballot_boxes.c.closed_at.is_not(None))
    .order_by(ballot_boxes.c.occurrence.desc())
    .limit(bindparam("limit_"))
)
_CLOSED = _BOXES.where(ballot_boxes.c.id == bindparam("id_"), ballot_boxes.c.closed_at.is_not(None))
_CLOSED_IN = (
    select(
        elements,
        ballot_boxes.c.id.label("box_id"),
        ballot_boxes.c.closed_at,
        ballot_boxes.c.number,
        ballot_boxes.c.is_enough,
    )
    .join(ballot_boxes, ballot_boxes.c.element_id == elements.c.id)
    .where(among(ballot_boxes.c.programme_id, "programmes_"), ballot_boxes.c.closed_at.is_not(None))
    .order_by(ballot_boxes.c.closed_at, ballot_boxes.c.id)
)
_COACHES = (
    select(members.c.person_id)
    .join(programmes, programmes.c.id == members.c.programme_id)
    .join(ballot_boxes, ballot_boxes.c.programme_id == programmes.c.id)
    .where(
        ballot_boxes.c.id == bindparam("id_"),
        members.c.role == Role.COACH.value,
        members.c.left_at.is_(None),
        programmes.c.ended_at.is_(None),
    )
    .order_by(members.c.person_id)
)
_STILL_OPEN = (
    select(asks.c.id)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        asks.c.source_id == ballot_boxes.c.element_id,
        asks.c.occurrence == ballot_boxes.c.occurrence,
        asks.c.state != AskState.CLOSED.value,
        or_(asks.c.closes_at.is_(None), asks.c.closes_at > bindparam("now_")),
    )
    .exists()
)
# As the partial index has it.
_DUE = (
    select(ballot_boxes.c.id)
    .where(literal_column("closed_at IS NULL"), ~_STILL_OPEN)
    .order_by(ballot_boxes.c.id)
    .limit(bindparam("limit_"))
)
_NUMBERS = select(ballot_boxes.c.element_id, ballot_boxes.c.occurrence, ballot_boxes.c.number)
_KEYS = select(ballot_boxes.c.key_id)
_SAVE = update(ballot_boxes).where(ballot_boxes.c.id == bindparam("id_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The box of a survey, or of one time that it comes. closed_at: UTC, None while it is open.

    threshold: what those who answered were told, and once it is closed what it was counted by; of fewer ballots
    nothing is shown. number: of the ballots. is_enough: None while it is open. sealed: the ballots; what came of them
    once it is closed; None for nothing.
    """

    id: int
    programme_id: int
    element_id: int
    occurrence: int
    threshold: int
    number: int
    key_id: str
    sealed: bytes | None
    closed_at: datetime | None
    is_enough: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedSurvey:
    """A survey that was counted, without what came of it. closed_at: UTC. number: of the ballots."""

    box_id: int
    element: Element
    closed_at: datetime
    number: int
    is_enough: bool


class BallotBoxes:
    """The ballot boxes of this transaction."""

    def __init__(self, connection: Connection, keys: KeyRing, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self._now = now

    async def cast(self, ask: Ask, ballot: Ballot, *, tenant: str, threshold: int) -> None:
        """Put a ballot among the others. Raises Closed, and AlreadyThere when another one began the box just now."""
        given = {"element_": ask.source_id, "occurrence_": ask.occurrence}
        box = _box((await self._connection.execute(_OF_ASK, given)).first())
        if box is not None and box.closed_at is not None:
            raise Closed
        if box is None:
            box = await self._begun(ask, tenant=tenant, threshold=threshold)
        cipher = await self._keys.cipher(tenant=tenant, key_id=box.key_id, now=self._now)
        ballots = mixed([*self._ballots(cipher, box), ballot])
        await self._save(box, number=len(ballots), sealed=_sealed(cipher, box, [dict(each) for each in ballots]))

    async def _begun(self, ask: Ask, *, tenant: str, threshold: int) -> Box:
        cipher = await self._keys.cipher(tenant=tenant, key_id=None, now=self._now)
        row = {
            "programme_id": ask.programme_id,
            "element_id": ask.source_id,
            "occurrence": ask.occurrence,
            "threshold": threshold,
            "number": 0,
            "key_id": cipher.key_id,
        }
        added = await self._connection.execute(insert(ballot_boxes).returning(*ballot_boxes.c), row)
        return Box(**added.one()._mapping)

    async def due(self, *, limit: int) -> list[int]:
        """The open boxes into which nobody can put anything any more. Locks nothing."""
        rows = await self._connection.execute(_DUE, {"now_": self._now, "limit_": limit})
        return [row.id for row in rows]

    async def take(self, box_id: int) -> Box | None:
        """The box with that number, locked."""
        return _box((await self._connection.execute(_LOCKED, {"id_": box_id})).first())

    async def ballots(self, box: Box, *, tenant: str) -> list[Ballot]:
        """What is in an open box. Raises Unreadable, KeyLost and MasterKeyMissing."""
        return self._ballots(await self._keys.cipher(tenant=tenant, key_id=box.key_id, now=self._now), box)

    async def close(self, box: Box, count: Count | None, *, tenant: str, threshold: int) -> None:
        """Nothing is taken any more, this came of it, and the ballots themselves are forgotten."""
        cipher = await self._keys.cipher(tenant=tenant, key_id=box.key_id, now=self._now)
        sealed = None if count is None else _sealed(cipher, box, _COUNT.dump_python(count, mode="json"))
        await self._save(box, closed_at=self._now, is_enough=count is not None, sealed=sealed, threshold=threshold)

    async def coaches(self, box_id: int) -> list[int]:
        """Who is told of that box: those who coach its programme, if that goes on, in the order of their numbers.

        Locks nothing.
        """
        return [row.person_id for row in await self._connection.execute(_COACHES, {"id_": box_id})]

    async def numbers(self) -> dict[tuple[int, int], int]:
        """How many ballots are in each box, by the survey's number and the occurrence. Locks nothing."""
        return {(row.element_id, row.occurrence): row.number for row in await self._connection.execute(_NUMBERS)}

    async def keys(self) -> list[str]:
        """The keys of all boxes. Locks nothing."""
        return [row.key_id for row in await self._connection.execute(_KEYS)]

    async def closed_of(self, element_id: int, *, limit: int) -> list[Box]:
        """The closed boxes of a survey, the newest first. Locks nothing."""
        rows = await self._connection.execute(_OF_ELEMENT, {"element_": element_id, "limit_": limit})
        return [Box(**row._mapping) for row in rows]

    async def closed(self, box_id: int) -> Box | None:
        """The box with that number, if it is closed. Locks nothing."""
        return _box((await self._connection.execute(_CLOSED, {"id_": box_id})).first())

    async def closed_in(self, programme_ids: Collection[int]) -> list[ClosedSurvey]:
        """All surveys of programmes that were counted, in the order in which they were. Locks nothing."""
        rows = await self._connection.execute(_CLOSED_IN, {"programmes_": sorted(programme_ids)})
        return [
            ClosedSurvey(
                box_id=row.box_id,
                element=element_in(row),
                closed_at=row.closed_at,
                number=row.number,
                is_enough=bool(row.is_enough),
            )
            for row in rows
        ]

    async def count_of(self, box: Box, *, tenant: str) -> Count | None:
        """What came of a closed box; None where too few had answered. Raises as `ballots`."""
        if box.sealed is None or not box.is_enough:
            return None
        cipher = await self._keys.cipher(tenant=tenant, key_id=box.key_id, now=self._now)
        return _COUNT.validate_python(cipher.unseal(box.sealed, person_id=_NOBODY, column=SEALED, row=box.id))

    @staticmethod
    def _ballots(cipher: Cipher, box: Box) -> list[Ballot]:
        if box.sealed is None:
            return []
        opened: list[Ballot] = cipher.unseal(box.sealed, person_id=_NOBODY, column=SEALED, row=box.id)
        return opened

    async def _save(self, box: Box, **changes: Any) -> None:
        await self._connection.execute(_SAVE.values(changes), {"id_": box.id})


def _sealed(cipher: Cipher, box: Box, value: Any) -> bytes:
    return cipher.seal(value, person_id=_NOBODY, column=SEALED, row=box.id)


def _box(row: Row[Any] | None) -> Box | None:
    return None if row is None else Box(**row._mapping)
