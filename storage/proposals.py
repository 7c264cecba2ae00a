"""Proposals as rows: what coaches are about to do, and what they have done."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from coaching.proposals import TO_UNDO, Proposal, ProposalKind, ProposalState
from storage.engine import Connection
from storage.tables import proposals

_LOOK = select(proposals).where(proposals.c.id == bindparam("id_"))
_BY_ID = _LOOK.with_for_update()
_BY_CARD = select(proposals).where(proposals.c.card_id == bindparam("card_"))
_NEWEST = (
    select(proposals)
    .where(proposals.c.author_id == bindparam("author_"))
    .order_by(proposals.c.id.desc())
    .limit(1)
    .with_for_update()
)
_IN_STATE = _NEWEST.where(proposals.c.state.in_([state.value for state in TO_UNDO]))
_OFFERED = select(proposals).where(proposals.c.state == ProposalState.OFFERED.value).order_by(proposals.c.id)
_UNDER_WAY = (
    select(proposals.c.id)
    .where(proposals.c.state.in_([ProposalState.DOING.value, ProposalState.UNDOING.value]))
    .order_by(proposals.c.id)
)
_SAVE = update(proposals).where(proposals.c.id == bindparam("id_"))


class Proposals:
    """The proposals of this transaction. Getters lock what they say they do, until the transaction ends."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def add(self, new: Proposal) -> Proposal:
        """A new one; the number is given here."""
        row = _row_of(new) | {"kind": new.kind.value, "author_id": new.author_id, "created_at": self._now}
        number = (await self._connection.execute(insert(proposals).returning(proposals.c.id), row)).scalar_one()
        return replace(new, id=number)

    async def get(self, proposal_id: int) -> Proposal | None:
        """The one with that number, whoever's it is. Locks it."""
        return _of_row((await self._connection.execute(_BY_ID, {"id_": proposal_id})).first())

    async def look(self, proposal_id: int) -> Proposal | None:
        """The same. Locks nothing."""
        return _of_row((await self._connection.execute(_LOOK, {"id_": proposal_id})).first())

    async def newest(self, author_id: int) -> Proposal | None:
        """The newest of a coach's. Locks it."""
        return _of_row((await self._connection.execute(_NEWEST, {"author_": author_id})).first())

    async def newest_done(self, author_id: int) -> Proposal | None:
        """The newest of a coach's from which there is a way back. Locks it."""
        return _of_row((await self._connection.execute(_IN_STATE, {"author_": author_id})).first())

    async def offered_to(self, person_id: int) -> list[Proposal]:
        """What somebody is asked to agree to, the oldest first. Locks nothing."""
        found = [_of_row(row) for row in await self._connection.execute(_OFFERED)]
        return [each for each in found if each is not None and each.before.get("to") == person_id]

    async def on_card(self, card_id: int) -> Proposal | None:
        """The one that a coach's card is about. Locks nothing."""
        return _of_row((await self._connection.execute(_BY_CARD, {"card_": card_id})).first())

    async def under_way(self) -> list[int]:
        """Those that are being done or taken back, some people at a time. Locks nothing."""
        return [row.id for row in await self._connection.execute(_UNDER_WAY)]

    async def save(self, proposal: Proposal) -> None:
        """All that can change of it."""
        await self._connection.execute(_SAVE, _row_of(proposal) | {"id_": proposal.id})


def _row_of(proposal: Proposal) -> dict[str, Any]:
    return {
        "programme_id": proposal.programme_id,
        "state": proposal.state.value,
        "entries": dict(proposal.entries),
        "question": proposal.question,
        "before": dict(proposal.before),
        "up_to": proposal.up_to,
        "card_id": proposal.card_id,
        "done_at": proposal.done_at,
    }


def _of_row(row: Row[Any] | None) -> Proposal | None:
    if row is None:
        return None
    return Proposal(
        id=row.id,
        kind=ProposalKind(row.kind),
        author_id=row.author_id,
        programme_id=row.programme_id,
        state=ProposalState(row.state),
        entries=row.entries,
        question=row.question,
        before=row.before,
        up_to=row.up_to,
        card_id=row.card_id,
        done_at=row.done_at,
    )
