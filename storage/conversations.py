"""Where a person is in a conversation: turns that were answered, and the dialog that is open."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypedDict

from sqlalchemy import bindparam, delete, insert, select, update

from storage.engine import Connection
from storage.sealing import Cipher, Unreadable
from storage.tables import dialogs, turns


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTurn:
    """An activity that was answered before. said: the reply as JSON, None when there was none or it was forgotten."""

    id: int
    said: Any
    replied: bool


_TURN = select(turns.c.id, turns.c.sealed, turns.c.replied).where(turns.c.activity == bindparam("activity_"))
_SAID = update(turns).where(turns.c.id == bindparam("id_")).values(replied=True)
_ADD_TURN = insert(turns).returning(turns.c.id)
_SAID_TO = select(turns.c.id).where(turns.c.person_id == bindparam("person_")).order_by(turns.c.id).with_for_update()
_FORGET = update(turns).where(turns.c.person_id == bindparam("person_")).values(sealed=None)


class Turns:
    """The activities that were answered; the unique key of an activity is the referee of redelivery.

    activity: what `activity_key` makes of Teams' ids.
    """

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def known(self, cipher: Cipher, *, person_id: int, activity: str) -> KnownTurn | None:
        """The turn that answered this activity; None when it is new. What was said is lost with the person's key."""
        row = (await self._connection.execute(_TURN, {"activity_": activity})).first()
        if row is None:
            return None
        said = None
        if row.sealed is not None:
            with suppress(Unreadable):
                said = cipher.unseal(row.sealed, person_id=person_id, column="turns.sealed", row=activity)
        return KnownTurn(id=row.id, said=said, replied=row.replied)

    async def add(self, cipher: Cipher, said: Any, *, person_id: int, activity: str) -> int:
        """That this activity is answered, and with what; the turn's number. Raises AlreadyThere when it is known."""
        sealed = cipher.seal(said, person_id=person_id, column="turns.sealed", row=activity) if said else None
        row = {"activity": activity, "person_id": person_id, "at": self._now, "sealed": sealed, "replied": not said}
        number: int = (await self._connection.execute(_ADD_TURN, row)).scalar_one()
        return number

    async def said(self, turn_ids: list[int]) -> None:
        """That the replies of these turns have reached Teams. Locks them in the order of their numbers, after cards."""
        if turn_ids:
            await self._connection.execute(_SAID, [{"id_": turn_id} for turn_id in sorted(turn_ids)])

    async def forget(self, person_id: int) -> None:
        """Forget what was said to a person, for a reply may show what they have now deleted. Locks as `said` does."""
        await self._connection.execute(_SAID_TO, {"person_": person_id})
        await self._connection.execute(_FORGET, {"person_": person_id})

    async def remove_before(self, moment: datetime, *, limit: int) -> int:
        """Delete up to *limit* turns older than any redelivery; how many there were."""
        old = select(turns.c.id).where(turns.c.at < moment).limit(limit)
        removed = await self._connection.execute(delete(turns).where(turns.c.id.in_(old)).returning(turns.c.id))
        return len(removed.all())


def activity_key(conversation_id: str, sender_id: str, activity_id: str) -> str:
    """What an activity is known by: 64 hex characters, whatever length Teams' ids have."""
    return hashlib.sha256(f"{conversation_id}\0{sender_id}\0{activity_id}".encode()).hexdigest()


class Kept(TypedDict):
    """What somebody wrote before it is known where it belongs. message: its mark (`storage.answers.mark`)."""

    text: str
    message: str


class DialogKind(StrEnum):
    """What Sparri waits to be told."""

    #: The next answer of a typed form.
    INTERVIEW = "interview"
    #: Which of several asks the kept text answers.
    WHICH_ASK = "which_ask"
    #: Whether to stop writing.
    STOP = "stop"
    #: What a coach wants to send, and whether to send it.
    BROADCAST = "broadcast"
    #: What a coach wants to do to their programme or its people, and whether to do it.
    PROPOSAL = "proposal"
    #: Whether to take over the programme that somebody hands over.
    OFFER = "offer"
    #: Whether to erase everything.
    ERASE = "erase"
    #: What somebody wants to share, with whom, and whether to.
    SHARE = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialog:
    """What is open between Sparri and a person. kind: what was asked last.

    ask_id: of the interview that is under way. kept: words that wait for their ask, each with the mark of its message.
    """

    kind: DialogKind
    ask_id: int | None = None
    kept: Sequence[Kept] = ()


_DIALOG = select(dialogs.c.kind, dialogs.c.ask_id, dialogs.c.sealed).where(
    dialogs.c.person_id == bindparam("person_id_")
)
_REMOVE_DIALOG = delete(dialogs).where(dialogs.c.person_id == bindparam("person_id_"))


class Dialogs:
    """The one open dialog of each person."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def get(self, cipher: Cipher, person_id: int) -> Dialog | None:
        """What is open with a person; None when nothing is. Raises Unreadable."""
        row = (await self._connection.execute(_DIALOG, {"person_id_": person_id})).first()
        if row is None:
            return None
        kept: Sequence[Kept] = ()
        if row.sealed is not None:
            kept = cipher.unseal(row.sealed, person_id=person_id, column="dialogs.sealed", row=person_id)
        return Dialog(kind=DialogKind(row.kind), ask_id=row.ask_id, kept=kept)

    async def save(self, cipher: Cipher, dialog: Dialog, person_id: int) -> None:
        """What is open now, in place of what was."""
        sealed = None
        if dialog.kept:
            sealed = cipher.seal(list(dialog.kept), person_id=person_id, column="dialogs.sealed", row=person_id)
        await self.remove(person_id)
        row = {"person_id": person_id, "kind": dialog.kind.value, "ask_id": dialog.ask_id, "sealed": sealed}
        await self._connection.execute(insert(dialogs), row | {"updated_at": self._now})

    async def remove(self, person_id: int) -> None:
        """Nothing is open any more."""
        await self._connection.execute(_REMOVE_DIALOG, {"person_id_": person_id})
