"""Asks and the elements that they come from, as rows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, insert, or_, select, update

from coaching.asks import (
    Ask,
    AskKind,
    AskState,
    Element,
    OnUnknown,
    SkipReason,
    SourceKind,
    StartMode,
    Told,
    asked,
    can_be_answered,
)
from coaching.assignments import AssignmentFacts
from coaching.check_in_questions import CheckInFacts
from coaching.elements import Written
from coaching.people import Language
from coaching.pooled import PooledQuestion
from coaching.sessions import SessionFacts
from coaching.talks import DiscussionFacts
from storage.among import among
from storage.engine import Connection
from storage.tables import asks, elements, members

#: Asks with the elements that they come from: today the only source; the join is by source, for others to stand beside.
ASKS = (
    select(asks, elements.c.key, elements.c.kind.label("element_kind"), elements.c.content)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(asks.c.source_kind == SourceKind.ELEMENT.value)
)
_BY_ID = ASKS.where(asks.c.id == bindparam("id_")).with_for_update(of=asks)
_OPEN = (
    ASKS.where(
        asks.c.person_id == bindparam("person_id_"),
        asks.c.state == AskState.OPEN.value,
        asks.c.wants_answer.is_(True),
        or_(asks.c.opens_at.is_(None), asks.c.opens_at <= bindparam("now_"), asks.c.told_at.is_not(None)),
    )
    .order_by(asks.c.created_at, asks.c.id)
    .with_for_update(of=asks)
)
_LAST_ANSWERED = (
    ASKS.where(asks.c.person_id == bindparam("person_id_"), asks.c.state == AskState.ANSWERED.value)
    .order_by(asks.c.answered_at.desc(), asks.c.id.desc())
    .limit(1)
    .with_for_update(of=asks)
)
_TOLD = (
    select(*(asks.c[name] for name in Told.__slots__))
    .where(among(asks.c.id, "ids_"))
    .order_by(asks.c.id)
    .with_for_update()
)
_BY_IDS = select(asks).where(among(asks.c.id, "ids_")).order_by(asks.c.id).with_for_update()
_ELEMENTS = select(elements).where(among(elements.c.id, "ids_"))
_NAMES = tuple(asks.c.keys())
_SAVE = update(asks).where(asks.c.id == bindparam("id_"))
#: Something that the person is to be asked may be dated by what they have just done.
PLACE_AGAIN = (
    update(members)
    .where(members.c.person_id == bindparam("person_"), members.c.programme_id == bindparam("in_"))
    .values(placed=0)
)
_KEYS = (
    select(asks.c.id, elements.c.key)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(asks.c.source_kind == SourceKind.ELEMENT.value, among(asks.c.id, "ids_"))
)
_OF_ELEMENT = ASKS.where(
    asks.c.source_id == bindparam("element_id_"),
    among(asks.c.person_id, "person_ids_"),
    asks.c.occurrence == bindparam("occurrence_"),
).with_for_update(of=asks)


class Asks:
    """The asks of this transaction. Every getter locks the rows until the transaction ends."""

    def __init__(self, connection: Connection, now: datetime, decide_again: Callable[[int], None]) -> None:
        """decide_again: told each person whose asks change, so that their next visit is decided anew."""
        self._connection = connection
        self._now = now
        self._decide_again = decide_again

    async def get(self, ask_id: int) -> Ask | None:
        """The ask with that number, whoever's it is."""
        row = (await self._connection.execute(_BY_ID, {"id_": ask_id})).first()
        return None if row is None else ask_of(row)

    async def by_ids(self, ask_ids: Collection[int]) -> dict[int, Ask]:
        """Those asks of these numbers that there are."""
        if not ask_ids:
            return {}
        rows = list(await self._connection.execute(_BY_IDS, {"ids_": sorted(ask_ids)}))
        return {ask.id: ask for ask in await asks_of(self._connection, rows)}

    async def told(self, ask_ids: Collection[int]) -> dict[int, Told]:
        """What a visit goes by of those asks of these numbers that there are."""
        if not ask_ids:
            return {}
        rows = await self._connection.execute(_TOLD, {"ids_": sorted(ask_ids)})
        return {row.id: _told_of(row) for row in rows}

    async def open_of(self, person_id: int) -> list[Ask]:
        """The person's asks that have opened and still take an answer, oldest first."""
        rows = await self._connection.execute(_OPEN, {"person_id_": person_id, "now_": self._now})
        found = [ask_of(row) for row in rows]
        return [ask for ask in found if can_be_answered(ask, self._now)]

    async def last_answered(self, person_id: int) -> Ask | None:
        """The ask that the person answered last, if that answer can still be changed."""
        row = (await self._connection.execute(_LAST_ANSWERED, {"person_id_": person_id})).first()
        ask = None if row is None else ask_of(row)
        return ask if ask is not None and can_be_answered(ask, self._now) else None

    async def element_keys(self, ask_ids: Collection[int]) -> dict[int, str]:
        """The keys of the elements that these asks come from, by the asks' numbers. Locks nothing."""
        rows = await self._connection.execute(_KEYS, {"ids_": sorted(ask_ids)})
        return {row.id: row.key for row in rows}

    async def of_element(self, element_id: int, person_ids: Collection[int], *, occurrence: int = 0) -> dict[int, Ask]:
        """What these people have been asked by an element, by default the first time, by their numbers."""
        given = {"element_id_": element_id, "person_ids_": sorted(person_ids), "occurrence_": occurrence}
        return {row.person_id: ask_of(row) for row in await self._connection.execute(_OF_ELEMENT, given)}

    async def add(
        self,
        *,
        person_id: int,
        element: Element,
        occurrence: int = 0,
        **given: Any,
    ) -> Ask:
        """A new ask from an element; *given* are more of its fields. Raises AlreadyThere when it is there already."""
        ask = asked(element, person_id=person_id, now=self._now, occurrence=occurrence, **given)
        result = await self._connection.execute(insert(asks).returning(asks.c.id), row_of(ask))
        self._decide_again(person_id)
        return replace(ask, id=result.scalar_one())

    async def save(self, ask: Ask) -> None:
        """All that can change of an ask."""
        await self.save_all([ask])

    async def save_told(self, told: Sequence[Told]) -> None:
        """What a visit changes of each of the asks that it was about."""
        if told:
            await self._connection.execute(_SAVE, [{"id_": ask.id} | _told(ask) for ask in told])
            for ask in told:
                self._decide_again(ask.person_id)

    async def save_all(self, changed: Sequence[Ask]) -> None:
        """All that can change of each."""
        if changed:
            await self._connection.execute(_SAVE, [{"id_": ask.id} | _changing(ask) for ask in changed])
            for ask in changed:
                self._decide_again(ask.person_id)
                if ask.element.is_anchor and ask.version:
                    await self._connection.execute(PLACE_AGAIN, {"person_": ask.person_id, "in_": ask.programme_id})


#: What can change of an ask and is stored as it is; of the others the enum's value is.
_AS_IT_IS = (
    "due_at",
    "closes_at",
    "answered_at",
    "opens_at",
    "late_until",
    "wants_answer",
    "urgent",
    "at_once",
    "nudged_at",
    "version",
)
#: All that is stored of an ask as it is.
_SAME = (
    *_AS_IT_IS,
    "id",
    "person_id",
    "programme_id",
    "source_id",
    "occurrence",
    "created_at",
    "put_off_until",
    "told_at",
    "reminders",
    "reminded_at",
)


def _changing(ask: Ask) -> dict[str, Any]:
    return {name: getattr(ask, name) for name in _AS_IT_IS} | {
        "start_mode": ask.start_mode.value,
        "on_unknown": ask.on_unknown.value,
        **_told(ask),
    }


def _told(ask: Ask | Told) -> dict[str, Any]:
    return {
        "state": ask.state.value,
        "skipped": ask.skipped.value if ask.skipped else None,
        "put_off_until": ask.put_off_until,
        "told_at": ask.told_at,
        "reminders": ask.reminders,
        "reminded_at": ask.reminded_at,
    }


def row_of(ask: Ask) -> dict[str, Any]:
    """A new ask as a row, without its number."""
    return _changing(ask) | {
        "person_id": ask.person_id,
        "programme_id": ask.programme_id,
        "kind": ask.kind.value,
        "source_kind": ask.source_kind.value,
        "source_id": ask.source_id,
        "occurrence": ask.occurrence,
        "created_at": ask.created_at,
    }


def _told_of(row: Row[Any]) -> Told:
    return Told(
        id=row.id,
        person_id=row.person_id,
        state=_STATES[row.state],
        wants_answer=row.wants_answer,
        on_unknown=_ON_UNKNOWN[row.on_unknown],
        put_off_until=row.put_off_until,
        told_at=row.told_at,
        reminders=row.reminders,
        reminded_at=row.reminded_at,
        skipped=SkipReason(row.skipped) if row.skipped else None,
    )


async def asks_of(connection: Connection, rows: Sequence[Row[Any]]) -> list[Ask]:
    """The asks of rows of `asks` alone. An element that many of them come from is read once."""
    rows = [row for row in rows if row.source_kind == SourceKind.ELEMENT]
    sources = sorted({row.source_id for row in rows})
    shared = {
        row.id: element_in(row) for row in (await connection.execute(_ELEMENTS, {"ids_": sources}) if sources else ())
    }
    return [ask_of(row, shared[row.source_id]) for row in rows if row.source_id in shared]


def ask_of(row: Row[Any], element: Element | None = None) -> Ask:
    """An ask from a row of `ASKS`; from one of `asks` alone, with the element that it comes from."""
    stored = dict(zip(_NAMES, row, strict=False))  # asking the row for each by name takes several times as long
    if element is None:
        element = element_of(
            id=row.source_id, programme_id=row.programme_id, key=row.key, kind=row.element_kind, content=row.content
        )
    return Ask(
        kind=_KINDS[stored["kind"]],
        source_kind=_SOURCE_KINDS[stored["source_kind"]],
        state=_STATES[stored["state"]],
        start_mode=_START_MODES[stored["start_mode"]],
        on_unknown=_ON_UNKNOWN[stored["on_unknown"]],
        skipped=SkipReason(stored["skipped"]) if stored["skipped"] else None,
        element=element,
        **{name: stored[name] for name in _SAME},
    )


# Very many asks are read at a time, and a table is several times as fast as calling the enum.
_KINDS = {each.value: each for each in AskKind}
_SOURCE_KINDS = {each.value: each for each in SourceKind}
_STATES = {each.value: each for each in AskState}
_START_MODES = {each.value: each for each in StartMode}
_ON_UNKNOWN = {each.value: each for each in OnUnknown}
_CHECK_IN = TypeAdapter(CheckInFacts)
#: What an element says beside its words, by its field: as JSON it is part of the row's content.
_FACTS: Mapping[str, TypeAdapter[Any]] = {
    "session": TypeAdapter(SessionFacts),
    "assignment": TypeAdapter(AssignmentFacts),
    "pooled": TypeAdapter(PooledQuestion),
    "discussion": TypeAdapter(DiscussionFacts),
    "check_in": _CHECK_IN,
    "own": TypeAdapter(Written),
}


def element_of(*, id: int, programme_id: int, key: str, kind: str, content: dict[str, Any]) -> Element:
    """An element from its row."""
    return Element(
        id=id,
        programme_id=programme_id,
        key=key,
        kind=AskKind(kind),
        title=by_language(content["title"]),
        intro=by_language(content["intro"]),
        questions=tuple(by_language(question) for question in content["questions"]),
        is_anchor=content.get("is_anchor", False),
        **{name: facts.validate_python(content[name]) for name, facts in _FACTS.items() if content.get(name)},
    )


def check_in_facts_of(content: dict[str, Any]) -> CheckInFacts:
    """What a programme asks in a check-in, as its row keeps it; nothing of its own where that says nothing."""
    return _CHECK_IN.validate_python(content.get("check_in") or {})


def element_in(row: Row[Any]) -> Element:
    """An element from a row that has its columns, whatever stands beside them."""
    return element_of(id=row.id, programme_id=row.programme_id, key=row.key, kind=row.kind, content=row.content)


def element_with(element: Element, content: dict[str, Any]) -> Element:
    """An element that says what a row kept of it. content: as `content_of` makes it."""
    return element_of(
        id=element.id, programme_id=element.programme_id, key=element.key, kind=element.kind.value, content=content
    )


def content_of(element: Element) -> dict[str, Any]:
    """An element's words and facts, as its row keeps them."""
    kept: dict[str, Any] = {
        "title": dict(element.title),
        "intro": dict(element.intro),
        "questions": [dict(question) for question in element.questions],
    }
    if element.is_anchor:
        kept["is_anchor"] = True
    for name, facts in _FACTS.items():
        if getattr(element, name) is not None:
            kept[name] = facts.dump_python(getattr(element, name), mode="json")
    return kept


def by_language(words: Mapping[str, str]) -> dict[Language, str]:
    """Words by language, from where they rest."""
    return {Language(language): text for language, text in words.items()}
