"""Traces: what others have of a person, so that it can go from their chats when the person is erased."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    delete,
    null,
    or_,
    select,
    update,
)

from coaching.asks import AskKind, SourceKind
from coaching.people import Person
from coaching.sources import SHARED
from storage.belongings import AT_ONCE, EMPTIED
from storage.engine import Connection
from storage.tables import (
    asks,
    assignments,
    broadcasts,
    cards,
    deliveries,
    delivery_asks,
    elements,
    errands,
    members,
    pools,
    proposals,
    shares,
    talks,
)
from storage.talks import Talks

_PERSON: BindParameter[int] = bindparam("person_")
_LIMIT: BindParameter[int] = bindparam("limit_")

#: What others have of a correspondence with the person: the messages by which it came into their chats.
_LETTERS = (
    select(asks.c.id, asks.c.person_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .join(errands, errands.c.id == asks.c.occurrence)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.kind == AskKind.MESSAGE.value,
        asks.c.person_id != _PERSON,
        or_(errands.c.by_id == _PERSON, errands.c.ask_id.in_(select(asks.c.id).where(asks.c.person_id == _PERSON))),
    )
    .order_by(asks.c.id)
    .limit(_LIMIT)
)
#: What the person has asked their team.
_TEAM_QUESTIONS = (
    select(asks.c.id, asks.c.person_id)
    .join(pools, (pools.c.question_id == asks.c.source_id) & (pools.c.id == asks.c.occurrence))
    .where(asks.c.source_kind == SourceKind.ELEMENT.value, pools.c.asker_id == _PERSON)
    .order_by(asks.c.id)
    .limit(_LIMIT)
)
#: That the person shares something, in the chats of those whom they share it with.
_SHARE_NOTICES = (
    select(asks.c.id, asks.c.person_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .join(shares, shares.c.id == asks.c.occurrence)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.key == SHARED,
        shares.c.owner_id == _PERSON,
    )
    .order_by(asks.c.id)
    .limit(_LIMIT)
)
#: What their managers noted for a discussion with them.
_NOTES_ABOUT = (
    select(asks.c.id, asks.c.person_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.kind == AskKind.NOTES.value,
        asks.c.occurrence == _PERSON,
        asks.c.person_id != _PERSON,
    )
    .order_by(asks.c.id)
    .limit(_LIMIT)
)
#: What their managers wrote down of a discussion with them.
_SUMMARIES_ABOUT = (
    select(asks.c.id, asks.c.person_id)
    .join(elements, elements.c.id == asks.c.source_id)
    .join(talks, talks.c.id == asks.c.occurrence)
    .where(
        asks.c.source_kind == SourceKind.ELEMENT.value,
        elements.c.kind == AskKind.SUMMARY.value,
        talks.c.participant_id == _PERSON,
        asks.c.person_id != _PERSON,
    )
    .order_by(asks.c.id)
)
_OWN_TALKS = or_(talks.c.participant_id == _PERSON, talks.c.manager_id == _PERSON)
_FORGET_TALKS = delete(talks).where(_OWN_TALKS).returning(talks.c.participant_id, talks.c.manager_id)
#: A visit may have said it beside something else, whose card is drawn anew without it.
_CARDS_BESIDE = (
    select(deliveries.c.card_id)
    .join(delivery_asks, delivery_asks.c.delivery_id == deliveries.c.id)
    .where(
        deliveries.c.person_id == bindparam("reader_"),
        deliveries.c.card_id.is_not(None),
        delivery_asks.c.ask_id == bindparam("ask_"),
    )
)
_DRAW_ANEW = (
    update(cards)
    .where(cards.c.id.in_(_CARDS_BESIDE), cards.c.ask_id != bindparam("ask_"))
    .values(wanted=cards.c.wanted + 1, try_at=bindparam("now_"), attempts=0)
)
_EMPTY_LETTER = (
    update(cards)
    .where(
        or_(
            cards.c.ask_id == bindparam("ask_"),
            and_(cards.c.id.in_(_CARDS_BESIDE), cards.c.ask_id.is_(None)),
        )
    )
    .values(EMPTIED)
)
_REMOVE_LETTER = delete(asks).where(asks.c.id == bindparam("ask_"))
_HANDED_IN_FOR = (
    select(assignments.c.ask_id, asks.c.person_id)
    .join(asks, asks.c.id == assignments.c.ask_id)
    .where(assignments.c.by_id == _PERSON, asks.c.person_id != _PERSON)
    .order_by(assignments.c.ask_id)
    .limit(_LIMIT)
)
_FORGET_WHO = update(assignments).where(assignments.c.ask_id == bindparam("ask_")).values(by_id=null())

#: Where coaches write names and addresses into forms.
_NAMED_IN = ("people", "person", "to")
_FORMS = {
    table: select(table.c.id, table.c.card_id, table.c.entries).where(
        table.c.programme_id.in_(select(members.c.programme_id).where(members.c.person_id == _PERSON))
    )
    for table in (broadcasts, proposals)
}


class Traces:
    """What others have of people, in this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def letters(self, person_id: int) -> list[tuple[int, int]]:
        """Some messages in the chats of others that are from the person or answer them, and in whose. Locks nothing."""
        given = {"person_": person_id, "limit_": AT_ONCE}
        rows = [*await self._connection.execute(_LETTERS, given)]
        for others in (_TEAM_QUESTIONS, _SHARE_NOTICES, _NOTES_ABOUT):
            rows += await self._connection.execute(others, given)
        return [(row.id, row.person_id) for row in rows]

    async def remove_letter(self, ask_id: int, *, reader_id: int) -> None:
        """Such a message goes, and what was said to it; its card is emptied. Its reader's row is locked."""
        given = {"ask_": ask_id, "now_": self._now, "reader_": reader_id}
        await self._connection.execute(_DRAW_ANEW, given)
        await self._connection.execute(_EMPTY_LETTER, given)
        await self._connection.execute(_REMOVE_LETTER, {"ask_": ask_id})

    async def handed_in_for(self, person_id: int) -> list[tuple[int, int]]:
        """Some assignments that the person handed in for others of their group, and whose. Locks nothing."""
        rows = await self._connection.execute(_HANDED_IN_FOR, {"person_": person_id, "limit_": AT_ONCE})
        return [(row.ask_id, row.person_id) for row in rows]

    async def forget_who(self, ask_id: int) -> None:
        """An assignment was handed in by somebody of the group; nobody knows by whom any more."""
        await self._connection.execute(_FORGET_WHO, {"ask_": ask_id})

    async def forget_names(self, person: Person) -> None:
        """Take what they go by out of the forms of their coaches, while it is known; the forms are drawn anew."""
        names = {name.casefold() for name in (person.name, person.email) if name}
        for table, forms in _FORMS.items():
            for row in (await self._connection.execute(forms, {"person_": person.id})).all():
                entries = _without(row.entries, names)
                if entries != row.entries:
                    await self._connection.execute(update(table).where(table.c.id == row.id).values(entries=entries))
                    drawn_anew = update(cards).where(cards.c.id == row.card_id)
                    await self._connection.execute(
                        drawn_anew.values(wanted=cards.c.wanted + 1, try_at=self._now, attempts=0)
                    )

    async def forget_talks(self, person_id: int) -> None:
        """Their discussions go, also from the cards of those with whom they were to be held.

        So does what their managers wrote down of them, while it is known of which discussion it was.
        """
        for row in (await self._connection.execute(_SUMMARIES_ABOUT, {"person_": person_id})).all():
            await self.remove_letter(row.id, reader_id=row.person_id)
        gone = (await self._connection.execute(_FORGET_TALKS, {"person_": person_id})).all()
        drawing = Talks(self._connection, self._now)
        for other_id in {number for pair in gone for number in pair} - {person_id}:
            await drawing.draw_again(other_id)


def _without(entries: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """The form's entries, without whoever is called so among the people in it."""

    def rest(named: str) -> str:
        parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", named)]
        return ", ".join(part for part in parts if part and part.casefold() not in names)

    def is_named(name: str) -> bool:
        return name in _NAMED_IN and isinstance(entries[name], str) and _mentions(entries[name], names)

    return {name: rest(value) if is_named(name) else value for name, value in entries.items()}


def _mentions(named: str, names: set[str]) -> bool:
    return any(name in " ".join(named.casefold().split()) for name in names)
