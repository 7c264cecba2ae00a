"""Asks and the elements that they come from, as rows."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from coaching.asks import Ask, AskKind, AskState, Element, SourceKind, can_be_answered
from coaching.people import Language
from storage.tables import asks, elements

# An ask's source is an element today; the join is by source, so that other sources can stand beside it.
_COLUMNS = (
    select(asks, elements.c.key, elements.c.kind.label("element_kind"), elements.c.content)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(asks.c.source_kind == SourceKind.ELEMENT.value)
)
_BY_ID = _COLUMNS.where(asks.c.id == bindparam("id_")).with_for_update(of=asks)
_OPEN = (
    _COLUMNS.where(asks.c.person_id == bindparam("person_id_"), asks.c.state == AskState.OPEN.value)
    .order_by(asks.c.created_at, asks.c.id)
    .with_for_update(of=asks)
)
_LAST_ANSWERED = (
    _COLUMNS.where(asks.c.person_id == bindparam("person_id_"), asks.c.state == AskState.ANSWERED.value)
    .order_by(asks.c.answered_at.desc(), asks.c.id.desc())
    .limit(1)
    .with_for_update(of=asks)
)
_SAVE = update(asks).where(asks.c.id == bindparam("id_"))


class Asks:
    """The asks of this transaction. Every getter locks the rows until the transaction ends."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def get(self, ask_id: int) -> Ask | None:
        """The ask with that number, whoever's it is."""
        row = (await self._connection.execute(_BY_ID, {"id_": ask_id})).first()
        return None if row is None else _ask(row)

    async def open_of(self, person_id: int) -> list[Ask]:
        """The person's asks that wait for an answer and still take one, oldest first."""
        rows = await self._connection.execute(_OPEN, {"person_id_": person_id})
        found = [_ask(row) for row in rows]
        return [ask for ask in found if can_be_answered(ask, self._now)]

    async def last_answered(self, person_id: int) -> Ask | None:
        """The ask that the person answered last, if that answer can still be changed."""
        row = (await self._connection.execute(_LAST_ANSWERED, {"person_id_": person_id})).first()
        ask = None if row is None else _ask(row)
        return ask if ask is not None and can_be_answered(ask, self._now) else None

    async def add(
        self,
        *,
        person_id: int,
        element: Element,
        occurrence: int = 0,
        due_at: datetime | None = None,
        closes_at: datetime | None = None,
    ) -> Ask:
        """A new ask from an element. Raises AlreadyThere when this person has this occurrence already."""
        ask = Ask(
            id=0,
            person_id=person_id,
            programme_id=element.programme_id,
            kind=element.kind,
            source_kind=SourceKind.ELEMENT,
            source_id=element.id,
            occurrence=occurrence,
            created_at=self._now,
            due_at=due_at,
            closes_at=closes_at,
            element=element,
        )
        keys = {
            "person_id": person_id,
            "programme_id": ask.programme_id,
            "kind": ask.kind.value,
            "source_kind": ask.source_kind.value,
            "source_id": ask.source_id,
            "occurrence": occurrence,
            "created_at": self._now,
        }
        result = await self._connection.execute(insert(asks).returning(asks.c.id), keys | _changing(ask))
        return replace(ask, id=result.scalar_one())

    async def save(self, ask: Ask) -> None:
        """All that can change of an ask."""
        await self._connection.execute(_SAVE, {"id_": ask.id} | _changing(ask))


def _changing(ask: Ask) -> dict[str, Any]:
    return {
        "state": ask.state.value,
        "due_at": ask.due_at,
        "closes_at": ask.closes_at,
        "answered_at": ask.answered_at,
        "put_off_until": ask.put_off_until,
        "version": ask.version,
    }


def _ask(row: Row[Any]) -> Ask:
    return Ask(
        id=row.id,
        person_id=row.person_id,
        programme_id=row.programme_id,
        kind=AskKind(row.kind),
        source_kind=SourceKind(row.source_kind),
        source_id=row.source_id,
        occurrence=row.occurrence,
        state=AskState(row.state),
        created_at=row.created_at,
        due_at=row.due_at,
        closes_at=row.closes_at,
        answered_at=row.answered_at,
        put_off_until=row.put_off_until,
        version=row.version,
        element=element_of(
            id=row.source_id, programme_id=row.programme_id, key=row.key, kind=row.element_kind, content=row.content
        ),
    )


def element_of(*, id: int, programme_id: int, key: str, kind: str, content: dict[str, Any]) -> Element:
    """An element from its row."""
    return Element(
        id=id,
        programme_id=programme_id,
        key=key,
        kind=AskKind(kind),
        title=_by_language(content["title"]),
        intro=_by_language(content["intro"]),
        questions=tuple(_by_language(question) for question in content["questions"]),
    )


def content_of(element: Element) -> dict[str, Any]:
    """An element's words as its row keeps them."""
    return {
        "title": dict(element.title),
        "intro": dict(element.intro),
        "questions": [dict(question) for question in element.questions],
    }


def _by_language(words: dict[str, str]) -> dict[Language, str]:
    return {Language(language): text for language, text in words.items()}
