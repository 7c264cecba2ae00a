"""Shares as rows. What is shared is opened with its owner's key, when it is read."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from coaching.access import Audience
from coaching.asks import Ask, AskKind, AskState
from coaching.people import Language
from coaching.shares import Share, ShareState, Thing
from storage.among import among
from storage.asks import ASKS, ask_of
from storage.engine import Connection
from storage.keys import KeyLost, KeyRing, Unreadable
from storage.sealing import Cipher
from storage.tables import asks, members, people, programmes, shares

#: The answers of these kinds can be shared, as far as the access table lets their matters be.
SHAREABLE_KINDS = (
    AskKind.DISCUSSION,
    AskKind.NOTES,
    AskKind.SUMMARY,
    AskKind.CHECK_IN,
    AskKind.REFLECTION,
    AskKind.ASSIGNMENT,
    AskKind.RETRIEVAL,
    AskKind.PRINCIPLE,
)

# The literal condition is that of the partial index.
IN_FORCE: ColumnElement[bool] = literal_column("state = 'shared' AND settled_at IS NULL")
_BY_ID = select(shares).where(shares.c.id == bindparam("id_")).with_for_update()
_ON_CARD = select(shares).where(shares.c.card_id == bindparam("card_"))
_IN_HAND = (
    select(shares)
    .where(
        shares.c.owner_id == bindparam("owner_"),
        shares.c.state.in_([ShareState.DRAFT.value, ShareState.PREVIEWED.value]),
    )
    .order_by(shares.c.id.desc())
    .limit(1)
    .with_for_update()
)
_LIVE = (
    select(shares)
    .where(shares.c.state == ShareState.SHARED.value, shares.c.ends_at > bindparam("now_"))
    .order_by(shares.c.id)
)
_LIVE_OF = _LIVE.where(shares.c.owner_id == bindparam("owner_"))
_LIVE_FOR = _LIVE.where(
    or_(
        shares.c.person_id == bindparam("reader_"),
        (shares.c.audience == Audience.TEAM.value)
        & (
            shares.c.owner_id
            == select(people.c.manager_id).where(people.c.id == bindparam("reader_")).scalar_subquery()
        ),
    )
)
_ANSWERED = (
    ASKS.where(
        asks.c.person_id == bindparam("owner_"),
        asks.c.state == AskState.ANSWERED.value,
        among(asks.c.kind, "kinds_"),
    )
    .order_by(asks.c.answered_at.desc(), asks.c.id.desc())
    .limit(bindparam("limit_"))
)
_ASKS = ASKS.where(asks.c.person_id == bindparam("owner_"), among(asks.c.id, "ids_")).order_by(asks.c.id)
_PERSON = select(people.c.id, people.c.tenant, people.c.key_id, people.c.name, people.c.language).where(
    people.c.id == bindparam("id_")
)
_ENDED_WITH = (
    select(shares)
    .where(
        shares.c.owner_id == bindparam("owner_"),
        shares.c.person_id == bindparam("person_"),
        shares.c.audience == Audience.MANAGER.value,
        shares.c.state == ShareState.SHARED.value,
        shares.c.ends_at == bindparam("at_"),
        shares.c.revoked_at.is_(None),
    )
    .order_by(shares.c.id)
)
_COMMON = (
    select(func.min(members.c.programme_id))
    .join(programmes, programmes.c.id == members.c.programme_id)
    .where(members.c.person_id == bindparam("person_"), members.c.left_at.is_(None), programmes.c.ended_at.is_(None))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose it is that is read. cipher: None where nobody can open it any more."""

    id: int
    name: str
    cipher: Cipher | None


class Shares:
    """The shares of this transaction. Nothing of anybody else's is locked by reading it."""

    def __init__(self, connection: Connection, keys: KeyRing, now: datetime) -> None:
        self._connection = connection
        self._keys = keys
        self._now = now

    async def add(self, *, owner_id: int, card_id: int) -> Share:
        """A new draft, on a card of its owner."""
        new = Share(id=0, owner_id=owner_id, card_id=card_id)
        row = _row_of(new) | {"owner_id": owner_id, "created_at": self._now}
        number = (await self._connection.execute(insert(shares).returning(shares.c.id), row)).scalar_one()
        return replace(new, id=number)

    async def get(self, share_id: int) -> Share | None:
        """The share with that number, whoever's it is. Locks it."""
        return _first((await self._connection.execute(_BY_ID, {"id_": share_id})).first())

    async def on_card(self, card_id: int) -> Share | None:
        """The share that its owner's card is about. Locks nothing."""
        return _first((await self._connection.execute(_ON_CARD, {"card_": card_id})).first())

    async def in_hand(self, owner_id: int) -> Share | None:
        """The newest that its owner is still about to share. Locks it."""
        return _first((await self._connection.execute(_IN_HAND, {"owner_": owner_id})).first())

    async def save(self, share: Share) -> None:
        """All that can change of it."""
        await self._connection.execute(update(shares).where(shares.c.id == share.id).values(_row_of(share)))

    async def live_of(self, owner_id: int) -> list[Share]:
        """What somebody shares now, in the order in which they did."""
        rows = await self._connection.execute(_LIVE_OF, {"owner_": owner_id, "now_": self._now})
        return [share_of(row) for row in rows]

    async def live_for(self, reader_id: int) -> list[Share]:
        """What is shared with somebody now, or with the team that they are in; who may read it, the circles say."""
        rows = await self._connection.execute(_LIVE_FOR, {"reader_": reader_id, "now_": self._now})
        return [share_of(row) for row in rows]

    async def owner(self, owner_id: int) -> Owner | None:
        """Somebody as the one whose it is that is read."""
        row = (await self._connection.execute(_PERSON, {"id_": owner_id})).first()
        if row is None:
            return None
        cipher = None
        if row.key_id is not None:
            with suppress(Unreadable, KeyLost):
                cipher = await self._keys.known(row.key_id)
        return Owner(id=row.id, name=row.name, cipher=cipher)

    async def language_of(self, person_id: int) -> Language | None:
        """Somebody's language."""
        row = (await self._connection.execute(_PERSON, {"id_": person_id})).first()
        return None if row is None else Language(row.language)

    async def answered(self, owner_id: int, *, limit: int) -> list[Ask]:
        """What the owner answered last of what can be shared, the newest first."""
        return await self._answered(owner_id, SHAREABLE_KINDS, limit)

    async def goals(self, owner_id: int, *, limit: int) -> list[Ask]:
        """The owner's goals as the asks by which they were written, the newest first; those that are over too."""
        return await self._answered(owner_id, [AskKind.PLAN], limit)

    async def _answered(self, owner_id: int, kinds: Sequence[AskKind], limit: int) -> list[Ask]:
        given = {"owner_": owner_id, "limit_": limit, "kinds_": [kind.value for kind in kinds]}
        return [ask_of(row) for row in await self._connection.execute(_ANSWERED, given)]

    async def asks(self, owner_id: int, ask_ids: Collection[int]) -> list[Ask]:
        """Those of the owner's asks that have these numbers."""
        if not ask_ids:
            return []
        rows = await self._connection.execute(_ASKS, {"owner_": owner_id, "ids_": sorted(ask_ids)})
        return [ask_of(row) for row in rows]

    async def ended_with(self, share: Share) -> list[Share]:
        """Those with the same manager that ended at the same moment because another one came; itself too."""
        given = {"owner_": share.owner_id, "person_": share.person_id, "at_": share.ends_at}
        return [share_of(row) for row in await self._connection.execute(_ENDED_WITH, given)]

    async def programme_of(self, person_id: int) -> int | None:
        """A programme that the person takes part in and that goes on."""
        return (await self._connection.execute(_COMMON, {"person_": person_id})).scalar_one_or_none()


def share_of(row: Row[Any]) -> Share:
    """A share from its row."""
    return Share(
        id=row.id,
        owner_id=row.owner_id,
        state=ShareState(row.state),
        things=frozenset(Thing.named(name) for name in row.things),
        audience=Audience(row.audience) if row.audience else None,
        person_id=row.person_id,
        shared_at=row.shared_at,
        ends_at=row.ends_at,
        revoked_at=row.revoked_at,
        card_id=row.card_id,
        entries=row.entries,
        question=row.question,
    )


def _first(row: Row[Any] | None) -> Share | None:
    return None if row is None else share_of(row)


def _row_of(share: Share) -> dict[str, Any]:
    return {
        "state": share.state.value,
        "things": sorted(str(thing) for thing in share.things),
        "audience": share.audience.value if share.audience else None,
        "person_id": share.person_id,
        "shared_at": share.shared_at,
        "ends_at": share.ends_at,
        "revoked_at": share.revoked_at,
        "card_id": share.card_id,
        "entries": dict(share.entries),
        "question": share.question,
    }
