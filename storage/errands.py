"""Errands: what one person's word sets going for another. They are written where it is said, and brought by the pump.

So a turn changes nothing that belongs to somebody else, and two people who write to each other never wait in a ring.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, literal_column, select, update

from coaching.asks import Ask
from coaching.people import Role
from storage.engine import Connection
from storage.sealing import Cipher
from storage.tables import asks, errands, members

SEALED = "errands.sealed"


class ErrandKind(StrEnum):
    """What is brought."""

    #: To the coach: a question.
    QUESTION = "question"
    #: To the coach: more time is asked for.
    MORE_TIME = "more_time"
    #: To the coach: the first version of something, for feedback.
    DRAFT = "draft"
    #: From the coach: the answer to a question.
    ANSWER = "answer"
    #: From the coach: whether there is more time, and until when.
    DECISION = "decision"
    #: From the coach: what they say to what was handed in.
    FEEDBACK = "feedback"
    #: From the coach: the same, and an answer is hoped for.
    ASKING = "asking"
    #: To the coach: the answer to that.
    REPLY = "reply"
    #: To the others of a group: one of them has handed in.
    GROUP = "group"


#: What is to be answered, and what the answer to it is.
ANSWERED_BY: Mapping[ErrandKind, ErrandKind] = {
    ErrandKind.QUESTION: ErrandKind.ANSWER,
    ErrandKind.MORE_TIME: ErrandKind.DECISION,
    ErrandKind.DRAFT: ErrandKind.FEEDBACK,
    ErrandKind.ASKING: ErrandKind.REPLY,
}


#: What goes to the coach of whom it is about, whoever that is when it is brought.
TO_THE_COACH = frozenset({ErrandKind.QUESTION, ErrandKind.MORE_TIME, ErrandKind.DRAFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One errand. ask_id: of the assignment that it is about, which is that person's in that programme.

    until: of more time, asked for or granted (UTC). answers_id: the errand that it answers; None where it answers none.
    """

    id: int
    kind: ErrandKind
    ask_id: int
    by_id: int
    until: datetime | None = None
    person_id: int
    programme_id: int
    answers_id: int | None = None


# The literal condition is that of the partial index.
_WAITING = (
    select(errands.c.id).where(literal_column("brought_at IS NULL")).order_by(errands.c.id).limit(bindparam("limit_"))
)
_ONE = (
    select(errands, asks.c.person_id, asks.c.programme_id)
    .join(asks, asks.c.id == errands.c.ask_id)
    .where(errands.c.id == bindparam("id_"))
)
_SAME = select(errands.c.id).where(errands.c.ask_id == bindparam("ask_id_"), errands.c.once == bindparam("once_"))
_TAKE = _ONE.where(literal_column("brought_at IS NULL")).with_for_update(skip_locked=True, of=errands)
_BROUGHT = update(errands).where(errands.c.id == bindparam("id_")).values(brought_at=bindparam("now_"))
_OWN_COACHES = select(members.c.programme_id, members.c.coach_id).where(
    members.c.person_id == bindparam("person_id_"), members.c.coach_id.is_not(None)
)
_COACHES = (
    select(members.c.person_id)
    .where(
        members.c.programme_id == bindparam("programme_id_"),
        members.c.role == Role.COACH.value,
        members.c.left_at.is_(None),
    )
    .order_by(members.c.id)
    .limit(1)
)
_GROUPS = select(members.c.person_id, members.c.groups).where(
    members.c.programme_id == bindparam("programme_id_"), members.c.left_at.is_(None)
)
_OTHERS = select(asks.c.id, asks.c.person_id).where(
    asks.c.source_kind == bindparam("source_kind_"),
    asks.c.source_id == bindparam("source_id_"),
    asks.c.occurrence == bindparam("occurrence_"),
)


class Errands:
    """The errands of this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def add(
        self,
        cipher: Cipher,
        *,
        kind: ErrandKind,
        ask_id: int,
        by_id: int,
        words: str = "",
        until: datetime | None = None,
        once: str | None = None,
        answers_id: int | None = None,
    ) -> None:
        """One more, to be brought soon. cipher: of the one who says *words*.

        once: what makes it the same when its press or message comes again; it is then there already, and stays so.
        """
        if once and (await self._connection.execute(_SAME, {"ask_id_": ask_id, "once_": once})).first():
            return
        row = {"once": once} | {
            "kind": kind.value,
            "ask_id": ask_id,
            "by_id": by_id,
            "until": until,
            "answers_id": answers_id,
            "created_at": self._now,
        }
        number: int = (await self._connection.execute(insert(errands).returning(errands.c.id), row)).scalar_one()
        if words:
            sealed = cipher.seal(words, person_id=by_id, column=SEALED, row=number)
            await self._connection.execute(update(errands).where(errands.c.id == number).values(sealed=sealed))

    async def get(self, errand_id: int) -> Errand | None:
        """The errand with that number. Locks nothing."""
        return _errand((await self._connection.execute(_ONE, {"id_": errand_id})).first())

    async def waiting(self, *, limit: int) -> list[int]:
        """Those that were not brought yet, oldest first. Locks nothing."""
        return [row.id for row in await self._connection.execute(_WAITING, {"limit_": limit})]

    async def take(self, errand_id: int) -> Errand | None:
        """One that is to be brought now; None where another brings it, or has."""
        return _errand((await self._connection.execute(_TAKE, {"id_": errand_id})).first())

    async def brought(self, errand_id: int) -> None:
        """It is done."""
        await self._connection.execute(_BROUGHT, {"id_": errand_id, "now_": self._now})

    async def coach_of(self, person_id: int, programme_id: int) -> int | None:
        """Whom the person asks: their own coach, else the first of the programme's; None where there is none.

        Nobody is their own coach. Locks nothing.
        """
        own = (await self._connection.execute(_OWN_COACHES, {"person_id_": person_id})).all()
        named = sorted(own, key=lambda row: row.programme_id != programme_id)
        coaches = [row.coach_id for row in named if row.programme_id in (programme_id, None)]
        rows = await self._connection.execute(_COACHES, {"programme_id_": programme_id})
        coaches += [row.person_id for row in rows]
        return next((coach for coach in coaches if coach != person_id), None)

    async def of_the_group(self, ask: Ask) -> Sequence[tuple[int, int]]:
        """The others who do the same as a group with the person of this one, and their asks. Locks nothing."""
        parts = (await self._connection.execute(_GROUPS, {"programme_id_": ask.programme_id})).all()
        groups = {row.person_id: frozenset(row.groups) for row in parts}
        own = groups.get(ask.person_id, frozenset())
        given = {
            "source_kind_": ask.source_kind.value,
            "source_id_": ask.source_id,
            "occurrence_": ask.occurrence,
        }
        rows = await self._connection.execute(_OTHERS, given)
        return [
            (row.person_id, row.id)
            for row in rows
            if row.person_id != ask.person_id and own & groups.get(row.person_id, frozenset())
        ]


def _errand(row: Any) -> Errand | None:
    if row is None:
        return None
    return Errand(
        id=row.id,
        kind=ErrandKind(row.kind),
        ask_id=row.ask_id,
        by_id=row.by_id,
        until=row.until,
        person_id=row.person_id,
        programme_id=row.programme_id,
        answers_id=row.answers_id,
    )
