"""Where a person is in a conversation: turns that were answered, the dialog that is open, and the cards they have."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, delete, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sealing import Cipher
from storage.tables import cards, dialogs, turns

#: How long a reply waits for its own turn to bring the card up to date before the pump does.
CARD_GRACE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTurn:
    """An activity that was answered before. said: the reply as JSON, None when there was none or it was forgotten."""

    id: int
    said: Any
    replied: bool


_TURN = select(turns.c.id, turns.c.sealed, turns.c.replied).where(turns.c.activity == bindparam("activity_"))
_ADD_TURN = insert(turns).returning(turns.c.id)


class Turns:
    """The activities that were answered; the unique key of an activity is the referee of redelivery.

    activity: what `activity_key` makes of Teams' ids.
    """

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def known(self, cipher: Cipher, *, person_id: int, activity: str) -> KnownTurn | None:
        """The turn that answered this activity; None when it is new. Raises Unreadable."""
        row = (await self._connection.execute(_TURN, {"activity_": activity})).first()
        if row is None:
            return None
        said = None
        if row.sealed is not None:
            said = cipher.unseal(row.sealed, person_id=person_id, column="turns.sealed", row=activity)
        return KnownTurn(id=row.id, said=said, replied=row.replied)

    async def add(self, cipher: Cipher, said: Any, *, person_id: int, activity: str) -> int:
        """That this activity is answered, and with what; the turn's number. Raises AlreadyThere when it is known."""
        sealed = cipher.seal(said, person_id=person_id, column="turns.sealed", row=activity) if said else None
        row = {"activity": activity, "person_id": person_id, "at": self._now, "sealed": sealed, "replied": not said}
        number: int = (await self._connection.execute(_ADD_TURN, row)).scalar_one()
        return number

    async def said(self, turn_ids: list[int]) -> None:
        """That the replies of these turns have reached Teams."""
        await self._connection.execute(update(turns).where(turns.c.id.in_(turn_ids)).values(replied=True))

    async def forget(self, person_id: int) -> None:
        """Forget what was said to a person, for a reply may show what they have now deleted."""
        await self._connection.execute(update(turns).where(turns.c.person_id == person_id).values(sealed=None))

    async def remove_before(self, moment: datetime, *, limit: int) -> int:
        """Delete up to *limit* turns older than any redelivery; how many there were."""
        old = select(turns.c.id).where(turns.c.at < moment).limit(limit)
        return (await self._connection.execute(delete(turns).where(turns.c.id.in_(old)))).rowcount


def activity_key(conversation_id: str, activity_id: str) -> str:
    """What an activity is known by: 64 hex characters, whatever length Teams' ids have."""
    return hashlib.sha256(f"{conversation_id}\0{activity_id}".encode()).hexdigest()


class DialogKind(StrEnum):
    """What Sparri waits to be told."""

    #: The next answer of a typed form.
    INTERVIEW = "interview"
    #: Which of several asks the kept text answers.
    WHICH_ASK = "which_ask"
    #: Whether to stop writing.
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """What is open between Sparri and a person. kept: text that waits for an answer about itself, None without one."""

    kind: DialogKind
    ask_id: int | None = None
    kept: Any = None


_DIALOG = select(dialogs.c.kind, dialogs.c.ask_id, dialogs.c.sealed).where(
    dialogs.c.person_id == bindparam("person_id_")
)


class Dialogs:
    """The one open dialog of each person."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def get(self, cipher: Cipher, person_id: int) -> Dialog | None:
        """What is open with a person; None when nothing is. Raises Unreadable."""
        row = (await self._connection.execute(_DIALOG, {"person_id_": person_id})).first()
        if row is None:
            return None
        kept = None
        if row.sealed is not None:
            kept = cipher.unseal(row.sealed, person_id=person_id, column="dialogs.sealed", row=person_id)
        return Dialog(kind=DialogKind(row.kind), ask_id=row.ask_id, kept=kept)

    async def save(self, cipher: Cipher, dialog: Dialog, person_id: int) -> None:
        """What is open now, in place of what was."""
        sealed = None
        if dialog.kept is not None:
            sealed = cipher.seal(dialog.kept, person_id=person_id, column="dialogs.sealed", row=person_id)
        await self.remove(person_id)
        row = {"person_id": person_id, "kind": dialog.kind.value, "ask_id": dialog.ask_id, "sealed": sealed}
        await self._connection.execute(insert(dialogs), row | {"updated_at": self._now})

    async def remove(self, person_id: int) -> None:
        """Nothing is open any more."""
        await self._connection.execute(delete(dialogs).where(dialogs.c.person_id == person_id))


class Face(StrEnum):
    """What a card shows."""

    #: The ask as it stands: the form, the receipt, or that it is closed.
    ASK = "ask"
    #: The form with the newest answer in it, to be changed.
    EDIT = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """A card of ours in Teams. It is behind while shown < wanted; activity_id None until Teams has told it."""

    id: int
    person_id: int
    ask_id: int | None
    activity_id: str | None
    face: Face = Face.ASK
    wanted: int
    shown: int
    attempts: int = 0


_CARD = tuple(cards.c[name] for name in ShownCard.__slots__)
_BY_ID = select(*_CARD).where(cards.c.id == bindparam("id_")).with_for_update()
_RAISE = (
    update(cards)
    .where(cards.c.ask_id == bindparam("ask_id_"))
    .values(wanted=cards.c.wanted + 1, face=Face.ASK.value, try_at=bindparam("try_at_"), attempts=0)
    .returning(*_CARD)
)
# The same literal condition as the partial index, so that both databases use it.
_BEHIND = (
    select(*_CARD)
    .where(literal_column("shown < wanted AND activity_id IS NOT NULL"), cards.c.try_at <= bindparam("now_"))
    .order_by(cards.c.try_at)
    .limit(bindparam("limit_"))
)


class Cards:
    """The cards that Teams shows, and the revision that each should show."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def add(self, *, person_id: int, ask_id: int | None, face: Face = Face.ASK) -> ShownCard:
        """A card about to be sent."""
        row = {
            "person_id": person_id,
            "ask_id": ask_id,
            "face": face.value,
            "wanted": 1,
            "shown": 0,
            "try_at": self._now + CARD_GRACE,
            "attempts": 0,
        }
        number = (await self._connection.execute(insert(cards).returning(cards.c.id), row)).scalar_one()
        return ShownCard(id=number, person_id=person_id, ask_id=ask_id, activity_id=None, face=face, wanted=1, shown=0)

    async def get(self, card_id: int) -> ShownCard | None:
        """The card with that number, whoever's it is."""
        row = (await self._connection.execute(_BY_ID, {"id_": card_id})).first()
        return None if row is None else _card(row)

    async def at(self, *, person_id: int, activity_id: str) -> ShownCard | None:
        """The person's card in that Teams message."""
        rows = await self._connection.execute(
            select(*_CARD).where(cards.c.person_id == person_id, cards.c.activity_id == activity_id)
        )
        row = rows.first()
        return None if row is None else _card(row)

    async def raise_wanted(self, ask_id: int) -> list[ShownCard]:
        """Every card of an ask is to be drawn anew; the cards with their new revisions."""
        rows = await self._connection.execute(_RAISE, {"ask_id_": ask_id, "try_at_": self._now + CARD_GRACE})
        return [_card(row) for row in rows]

    async def turn_over(self, card: ShownCard, face: Face) -> ShownCard:
        """One card is to show another face; the card with its new revision."""
        wanted = card.wanted + 1
        values = {"face": face.value, "wanted": wanted, "try_at": self._now + CARD_GRACE, "attempts": 0}
        await self._connection.execute(update(cards).where(cards.c.id == card.id).values(values))
        return replace(card, face=face, wanted=wanted)

    async def found_at(self, card_id: int, activity_id: str) -> None:
        """Where the card is in Teams, when a press tells it before the sender could."""
        await self._connection.execute(
            update(cards)
            .where(cards.c.id == card_id, or_(cards.c.activity_id.is_(None), cards.c.activity_id != activity_id))
            .values(activity_id=activity_id)
        )

    async def shows(self, card_id: int, *, revision: int, activity_id: str | None = None) -> None:
        """That Teams shows this revision of the card, and where, if that is news."""
        values: dict[str, Any] = {"shown": revision, "attempts": 0}
        if activity_id is not None:
            values["activity_id"] = activity_id
        await self._connection.execute(
            update(cards).where(cards.c.id == card_id, cards.c.shown < revision).values(values)
        )

    async def behind(self, *, limit: int) -> list[ShownCard]:
        """Cards that should look otherwise than they do, and whose turn it is; the longest waiting first."""
        rows = await self._connection.execute(_BEHIND, {"now_": self._now, "limit_": limit})
        return [_card(row) for row in rows]

    async def try_again(self, card_id: int, *, at: datetime) -> None:
        """That bringing the card up to date did not work, and when to try it next."""
        await self._connection.execute(
            update(cards).where(cards.c.id == card_id).values(try_at=at, attempts=cards.c.attempts + 1)
        )

    async def give_up(self, card_id: int) -> None:
        """That this card is no more in Teams, or never will be changed: nothing more is wanted of it."""
        await self._connection.execute(update(cards).where(cards.c.id == card_id).values(shown=cards.c.wanted))


def _card(row: Any) -> ShownCard:
    return ShownCard(**(dict(row._mapping) | {"face": Face(row.face)}))
