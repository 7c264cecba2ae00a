"""Pools: questions of one person's to their team, whom each goes to, and what came of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, delete, func, insert, literal_column, or_, select, update

from coaching.asks import Ask, AskKind, Element, SourceKind
from coaching.elements import Words
from coaching.people import Person
from coaching.pooled import Pooled, PooledQuestion, source_keys
from storage.among import among
from storage.asks import ASKS, ask_of
from storage.engine import Connection
from storage.people import person_of
from storage.programmes import Programmes
from storage.sealing import Cipher
from storage.tables import asks, people, pools, teammates

SEALED = "pools.sealed"
_RESULT = TypeAdapter(Pooled)
_ONE = select(pools).where(pools.c.id == bindparam("id_"))
_LOCKED = _ONE.with_for_update()
_OF_ASK = select(pools).where(pools.c.ask_id == bindparam("ask_id_")).with_for_update()
_TEAM = select(teammates.c.person_id).where(teammates.c.pool_id == bindparam("id_")).order_by(teammates.c.person_id)
# The literal conditions are those of the partial indexes.
_WAITING = (
    select(teammates.c.pool_id)
    .join(pools, pools.c.id == teammates.c.pool_id)
    .where(literal_column("asked_at IS NULL"), pools.c.closes_at > bindparam("now_"))
    .distinct()
    .order_by(teammates.c.pool_id)
    .limit(bindparam("limit_"))
)
_UNASKED = _TEAM.where(teammates.c.asked_at.is_(None)).limit(bindparam("limit_"))
_ASKED = (
    update(teammates)
    .where(teammates.c.pool_id == bindparam("id_"), among(teammates.c.person_id, "ids_"))
    .values(asked_at=bindparam("now_"))
)
_DUE = (
    select(pools.c.id)
    .where(literal_column("closed_at IS NULL"), pools.c.closes_at <= bindparam("now_"))
    .order_by(pools.c.closes_at)
    .limit(bindparam("limit_"))
)
_KEPT = (
    select(pools.c.id)
    .where(literal_column("erased_at IS NULL"), pools.c.closed_at <= bindparam("before_"))
    .order_by(pools.c.closed_at)
    .limit(bindparam("limit_"))
)
_OF_POOL = ASKS.where(
    asks.c.source_id == bindparam("source_"), asks.c.occurrence == bindparam("id_"), among(asks.c.person_id, "ids_")
).with_for_update(of=asks)
_FORGET_ASKS = delete(asks).where(
    asks.c.source_kind == SourceKind.ELEMENT.value,
    asks.c.source_id == bindparam("source_"),
    asks.c.occurrence == bindparam("id_"),
    among(asks.c.person_id, "ids_"),
)
_FORGET = delete(teammates).where(teammates.c.pool_id == bindparam("id_"), among(teammates.c.person_id, "ids_"))
_near = people.alias("near")
_OF_TENANT = _near.c.tenant == bindparam("tenant_")
# Each way by an index of its own: an OR, or the tenant beside it, would read everybody of the tenant.
_OF_UNIT = select(_near.c.id).where(_near.c.unit == bindparam("unit_"), _near.c.unit != "", _OF_TENANT)
_MANAGED = select(_near.c.id).where(_near.c.manager_id == bindparam("own_"), _OF_TENANT)
_COLLEAGUES = select(people).where(
    people.c.id.in_(_OF_UNIT.union(_MANAGED)), people.c.id != bindparam("own_"), people.c.admitted_at.is_not(None)
)
_NEAREST = _COLLEAGUES.order_by(
    func.coalesce(people.c.manager_id, 0) != bindparam("own_"), people.c.name, people.c.id
).limit(bindparam("limit_"))
_NAMED = _COLLEAGUES.where(
    or_(among(people.c.email, "emails_"), among(people.c.name, "names_"), among(people.c.id, "ids_"))
).order_by(people.c.name, people.c.id)
_DONE = select(pools.c.ask_id).where(among(pools.c.ask_id, "ids_"), pools.c.closed_at.is_not(None))
_COUNT_DONE = (
    select(asks.c.source_id, func.count().label("number"))
    .join(asks, asks.c.id == pools.c.ask_id)
    .where(pools.c.programme_id == bindparam("programme_"), pools.c.closed_at.is_not(None))
    .group_by(asks.c.source_id)
)
_ADD = insert(pools).returning(pools.c.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """One question to a team. Times are UTC.

    asker_id: None once they are gone. ask_id: the assignment that it is part of, if any. question_id, answers_id: the
    sources of the asks. opens_at: when the others are asked; None for at once. is_enough: None before it is closed.
    """

    id: int
    asker_id: int | None
    programme_id: int
    ask_id: int | None
    question_id: int
    answers_id: int
    opens_at: datetime | None
    closes_at: datetime
    closed_at: datetime | None = None
    is_enough: bool | None = None


class Pools:
    """The pools of this transaction."""

    def __init__(self, connection: Connection, now: datetime, programmes: Programmes) -> None:
        self._connection = connection
        self._now = now
        self._programmes = programmes

    async def begin(
        self,
        *,
        asker_id: int,
        about: Element,
        asked: PooledQuestion,
        closes_at: datetime,
        title: Words | None = None,
        ask_id: int | None = None,
        opens_at: datetime | None = None,
    ) -> Pool:
        """A new question, to nobody yet. Raises AlreadyThere when the ask has one.

        about: what it belongs to, which gives it its title where none is given.
        """
        question, answers = await self._sources(about, asked, title or about.title)
        row: dict[str, Any] = {
            "asker_id": asker_id,
            "programme_id": about.programme_id,
            "ask_id": ask_id,
            "question_id": question.id,
            "answers_id": answers.id,
            "opens_at": opens_at,
            "closes_at": closes_at,
        }
        number: int = (await self._connection.execute(_ADD, row | {"created_at": self._now})).scalar_one()
        return Pool(id=number, **row)

    async def _sources(self, about: Element, asked: PooledQuestion, title: Words) -> tuple[Element, Element]:
        found = []
        kinds = (AskKind.TEAM_QUESTION, AskKind.TEAM_ANSWERS)
        for key, kind in zip(source_keys(about.key, asked), kinds, strict=True):
            new = Element(
                id=0, programme_id=about.programme_id, key=key, kind=kind, title=title, intro={}, pooled=asked
            )
            found.append(await self._programmes.known(new))
        return found[0], found[1]

    async def get(self, pool_id: int) -> Pool | None:
        """The pool with that number. Locks nothing."""
        return _pool((await self._connection.execute(_ONE, {"id_": pool_id})).first())

    async def take(self, pool_id: int) -> Pool | None:
        """The same, locked."""
        return _pool((await self._connection.execute(_LOCKED, {"id_": pool_id})).first())

    async def of_ask(self, ask_id: int) -> Pool | None:
        """The pool that is part of an assignment, locked; None where nobody was asked yet."""
        return _pool((await self._connection.execute(_OF_ASK, {"ask_id_": ask_id})).first())

    async def team(self, pool_id: int) -> list[int]:
        """Whom it goes to, by their numbers; nobody once that is forgotten."""
        return [row.person_id for row in await self._connection.execute(_TEAM, {"id_": pool_id})]

    async def add(self, pool_id: int, person_ids: Collection[int]) -> None:
        """It goes to these people too, who were not among those whom it goes to; they are asked soon."""
        if person_ids:
            rows = [{"pool_id": pool_id, "person_id": id} for id in sorted(person_ids)]
            await self._connection.execute(insert(teammates), rows)

    async def waiting(self, *, limit: int) -> list[int]:
        """The pools in which somebody is still to be asked. Locks nothing."""
        return [row.pool_id for row in await self._connection.execute(_WAITING, self._given(limit))]

    async def unasked(self, pool_id: int, *, limit: int) -> list[int]:
        """Those who are still to be asked. Locks nothing."""
        rows = await self._connection.execute(_UNASKED, {"id_": pool_id, "limit_": limit})
        return [row.person_id for row in rows]

    async def asked(self, pool_id: int, person_ids: Sequence[int]) -> None:
        """Their asks are written."""
        await self._connection.execute(_ASKED, {"id_": pool_id, "ids_": person_ids, "now_": self._now})

    async def asks_of(self, pool: Pool, person_ids: Sequence[int]) -> list[Ask]:
        """What these people are asked by it, locked."""
        given = {"source_": pool.question_id, "id_": pool.id, "ids_": person_ids}
        return [ask_of(row) for row in await self._connection.execute(_OF_POOL, given)]

    async def due(self, *, limit: int) -> list[int]:
        """Those whose closing time has come. Locks nothing."""
        return [row.id for row in await self._connection.execute(_DUE, self._given(limit))]

    async def close(self, cipher: Cipher | None, pool: Pool, result: Pooled | None) -> None:
        """Nothing is taken any more, and this came of it. cipher: the asker's; None where they are gone."""
        sealed = None
        if cipher is not None and result is not None and pool.asker_id is not None:
            value = _RESULT.dump_python(result, mode="json")
            sealed = cipher.seal(value, person_id=pool.asker_id, column=SEALED, row=pool.id)
        changed = {"closed_at": self._now, "is_enough": result is not None, "sealed": sealed}
        await self._connection.execute(update(pools).where(pools.c.id == pool.id).values(changed))

    async def kept(self, *, before: datetime, limit: int) -> list[int]:
        """Those that closed before a moment, and of whose people something is still known. Locks nothing."""
        rows = await self._connection.execute(_KEPT, {"before_": before, "limit_": limit})
        return [row.id for row in rows]

    async def forget(self, pool: Pool, person_ids: Sequence[int]) -> None:
        """Erase what these people were asked by it, what they answered, and that they were."""
        given = {"id_": pool.id, "ids_": person_ids}
        await self._connection.execute(_FORGET_ASKS, given | {"source_": pool.question_id})
        await self._connection.execute(_FORGET, given)

    async def forgotten(self, pool_id: int) -> None:
        """Nothing is known any more of those who were asked."""
        await self._connection.execute(update(pools).where(pools.c.id == pool_id).values(erased_at=self._now))

    async def colleagues(self, person: Person, *, limit: int) -> list[Person]:
        """Whom the person may ask: people of their unit, and those whom they manage, who come first. Locks nothing."""
        return await self._colleagues(_NEAREST, person, limit_=limit)

    async def colleagues_named(
        self, person: Person, *, names: Sequence[str] = (), ids: Sequence[int] = ()
    ) -> list[Person]:
        """Those of them with these names or e-mail addresses as they were written, or numbers. Locks nothing."""
        emails = [name.lower() for name in names]
        return await self._colleagues(_NAMED, person, names_=list(names), emails_=emails, ids_=list(ids))

    async def _colleagues(self, statement: Any, person: Person, **given: Any) -> list[Person]:
        own = {"tenant_": person.tenant, "own_": person.id, "unit_": person.unit}
        return [person_of(row) for row in await self._connection.execute(statement, own | given)]

    async def done_of(self, ask_ids: Collection[int]) -> frozenset[int]:
        """Those of these assignments, by number, whose team part is done: what a coach and an owner may know of it."""
        if not ask_ids:
            return frozenset()
        rows = await self._connection.execute(_DONE, {"ids_": sorted(ask_ids)})
        return frozenset(row.ask_id for row in rows)

    async def count_done(self, programme_id: int) -> dict[int, int]:
        """Of how many people the team part of an element is done, by the element's number."""
        rows = await self._connection.execute(_COUNT_DONE, {"programme_": programme_id})
        return {row.source_id: row.number for row in rows}

    def _given(self, limit: int) -> dict[str, Any]:
        return {"now_": self._now, "limit_": limit}


def result_of(opened: Any) -> Pooled:
    """What came of a question, as it was sealed."""
    return _RESULT.validate_python(opened)


def _pool(row: Row[Any] | None) -> Pool | None:
    if row is None:
        return None
    return Pool(**{name: getattr(row, name) for name in Pool.__slots__})


__all__ = ["SEALED", "Pool", "Pools", "result_of"]
