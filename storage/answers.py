"""Answers: every version of what a person gave to an ask, and the draft of what they are giving."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, delete, func, insert, null, select, update

from coaching.access import is_private
from coaching.forms import Form, Value
from storage.engine import Connection
from storage.sealing import Cipher
from storage.tables import answers, asks, drafts, submissions

SEALED = "answers.sealed"
_ONCE = select(submissions.c.version).where(
    submissions.c.ask_id == bindparam("ask_id_"), submissions.c.once == bindparam("once_")
)
_LATEST = select(func.max(submissions.c.version)).where(submissions.c.ask_id == bindparam("ask_id_"))
_VALUES = (
    select(answers.c.field, answers.c.sealed, answers.c.value, submissions.c.version)
    .join(submissions, submissions.c.id == answers.c.submission_id)
    .where(submissions.c.ask_id == bindparam("ask_id_"))
)
_VERSION = _VALUES.where(submissions.c.version == bindparam("version_"))
_NEWEST = _VALUES.where(submissions.c.version == _LATEST.scalar_subquery())
_TYPED = (
    select(answers.c.field, answers.c.sealed, answers.c.value, answers.c.typed_in)
    .add_columns(submissions.c.ask_id, submissions.c.version)
    .join(submissions, submissions.c.id == answers.c.submission_id)
    .order_by(submissions.c.ask_id, submissions.c.version)
)
_TYPED_BY = _TYPED.join(asks, asks.c.id == submissions.c.ask_id).where(
    asks.c.person_id == bindparam("person_id_"), answers.c.typed_in.contains(bindparam("message_", type_=String()))
)
_TYPED_FOR = _TYPED.where(submissions.c.ask_id == bindparam("ask_id_"), answers.c.typed_in.is_not(None))
_ADD = insert(submissions).returning(submissions.c.id)
_ADD_FIELDS = insert(answers)
_REMOVE_DRAFT = delete(drafts).where(drafts.c.ask_id == bindparam("ask_id_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer under way. index: of the question that is open. typed_in: field → marks of messages.

    about: which of the ask's forms the open question is of, where it has several; empty for its main one.
    """

    index: int = 0
    about: str = ""
    entries: Mapping[str, Any]
    typed_in: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A stored value that was typed. typed_in: the marks of the messages, in their order."""

    ask_id: int
    version: int
    field: str
    value: Value
    typed_in: tuple[str, ...]


def mark(message: str) -> str:
    """What a message is known by where its words went: 32 hex characters, whatever length Teams' ids have."""
    return hashlib.sha256(message.encode()).hexdigest()[:32]


class Answers:
    """The answers of this transaction. The ask's row, locked by its getter, is what keeps two writers apart."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def version_of(self, ask_id: int, once: str) -> int | None:
        """The version that this very press or message became; None when it is new."""
        rows = await self._connection.execute(_ONCE, {"ask_id_": ask_id, "once_": once})
        version: int | None = rows.scalar_one_or_none()
        return version

    async def read(self, cipher: Cipher, *, person_id: int, ask_id: int, version: int) -> dict[str, Value]:
        """The values of one version by field name; empty when there is no such version. Raises Unreadable."""
        rows = await self._connection.execute(_VERSION, {"ask_id_": ask_id, "version_": version})
        return {row.field: self._value(cipher, row, person_id=person_id, ask_id=ask_id) for row in rows}

    async def newest(self, cipher: Cipher, *, person_id: int, ask_id: int) -> dict[str, Value]:
        """The values of the newest version by field name; empty when there is none. Raises Unreadable."""
        rows = await self._connection.execute(_NEWEST, {"ask_id_": ask_id})
        return {row.field: self._value(cipher, row, person_id=person_id, ask_id=ask_id) for row in rows}

    @staticmethod
    def _value(cipher: Cipher, row: Any, *, person_id: int, ask_id: int) -> Value:
        if row.sealed is None:
            plain: Value = row.value
            return plain
        place = f"{ask_id}:{row.version}:{row.field}"
        opened: Value = cipher.unseal(row.sealed, person_id=person_id, column=SEALED, row=place)
        return opened

    async def latest(self, ask_id: int) -> int | None:
        """The newest version that there is; None when nothing was answered, or all of it was taken back."""
        rows = await self._connection.execute(_LATEST, {"ask_id_": ask_id})
        version: int | None = rows.scalar_one()
        return version

    async def before(self, ask_id: int, version: int) -> int | None:
        """The newest version older than *version*; None when there is none."""
        rows = await self._connection.execute(
            select(func.max(submissions.c.version)).where(
                submissions.c.ask_id == ask_id, submissions.c.version < version
            )
        )
        older: int | None = rows.scalar_one()
        return older

    async def add(
        self,
        cipher: Cipher,
        *,
        person_id: int,
        ask_id: int,
        version: int,
        once: str,
        form: Form,
        values: Mapping[str, Value],
        typed_in: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """One more version. Raises AlreadyThere when the version or the press is there already.

        typed_in: field → the marks of the messages that its value came in.
        """
        row = {"ask_id": ask_id, "version": version, "once": once, "created_at": self._now}
        submission_id = (await self._connection.execute(_ADD, row)).scalar_one()
        fields = []
        for field in form.fields:
            if field.name not in values:
                continue
            value, private = values[field.name], is_private(field.matter)
            place = f"{ask_id}:{version}:{field.name}"
            fields.append(
                {
                    "submission_id": submission_id,
                    "field": field.name,
                    "sealed": cipher.seal(value, person_id=person_id, column=SEALED, row=place) if private else None,
                    "value": None if private else value,
                    "typed_in": " ".join((typed_in or {}).get(field.name, ())) or None,
                }
            )
        if fields:
            await self._connection.execute(_ADD_FIELDS, fields)

    async def typed(self, cipher: Cipher, person_id: int, *, message: str = "") -> list[Typed]:
        """Every stored value that the person typed, oldest version first. message: the mark of one; empty for all."""
        rows = await self._connection.execute(_TYPED_BY, {"person_id_": person_id, "message_": message})
        return self._typed(cipher, rows, person_id)

    async def typed_for(self, cipher: Cipher, *, person_id: int, ask_id: int) -> list[Typed]:
        """The values of one ask of the person's that were typed, oldest version first."""
        return self._typed(cipher, await self._connection.execute(_TYPED_FOR, {"ask_id_": ask_id}), person_id)

    def _typed(self, cipher: Cipher, rows: Iterable[Any], person_id: int) -> list[Typed]:
        return [
            Typed(
                ask_id=row.ask_id,
                version=row.version,
                field=row.field,
                value=self._value(cipher, row, person_id=person_id, ask_id=row.ask_id),
                typed_in=tuple(row.typed_in.split(" ")),
            )
            for row in rows
        ]

    async def rewrite(self, cipher: Cipher, person_id: int, typed: Typed) -> None:
        """Put *typed*, a private value, in place of what is stored of its field in its version."""
        place = f"{typed.ask_id}:{typed.version}:{typed.field}"
        ids = select(submissions.c.id).where(
            submissions.c.ask_id == typed.ask_id, submissions.c.version == typed.version
        )
        sealed = cipher.seal(typed.value, person_id=person_id, column=SEALED, row=place)
        await self._connection.execute(
            update(answers)
            .where(answers.c.submission_id.in_(ids), answers.c.field == typed.field)
            .values(sealed=sealed, value=null(), typed_in=" ".join(typed.typed_in) or None)
        )

    async def forget(self, *, ask_id: int, version: int, field: str) -> None:
        """Delete one field of one version, and the version with its last field."""
        ids = select(submissions.c.id).where(submissions.c.ask_id == ask_id, submissions.c.version == version)
        await self._connection.execute(
            delete(answers).where(answers.c.submission_id.in_(ids), answers.c.field == field)
        )
        left = select(answers.c.field).where(answers.c.submission_id == submissions.c.id)
        await self._connection.execute(
            delete(submissions).where(submissions.c.ask_id == ask_id, submissions.c.version == version, ~left.exists())
        )


class Drafts:
    """Typed answers under way, one an ask, sealed."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def get(self, cipher: Cipher, *, person_id: int, ask_id: int) -> Draft | None:
        """The draft of an answer. Raises Unreadable."""
        rows = await self._connection.execute(
            select(drafts.c.sealed).where(drafts.c.ask_id == ask_id, drafts.c.person_id == person_id)
        )
        sealed = rows.scalar_one_or_none()
        return None if sealed is None else self._open(cipher, sealed, person_id=person_id, ask_id=ask_id)

    async def of(self, cipher: Cipher, person_id: int) -> dict[int, Draft]:
        """All drafts of a person, by ask. Raises Unreadable."""
        rows = await self._connection.execute(
            select(drafts.c.ask_id, drafts.c.sealed).where(drafts.c.person_id == person_id)
        )
        return {
            row.ask_id: self._open(cipher, row.sealed, person_id=person_id, ask_id=row.ask_id) for row in rows.all()
        }

    async def save(self, cipher: Cipher, draft: Draft, *, person_id: int, ask_id: int) -> None:
        """The draft as it is now."""
        value = {
            "index": draft.index,
            "about": draft.about,
            "entries": dict(draft.entries),
            "typed_in": {name: list(messages) for name, messages in draft.typed_in.items()},
        }
        sealed = cipher.seal(value, person_id=person_id, column="drafts.sealed", row=ask_id)
        await self.remove(ask_id)
        await self._connection.execute(
            insert(drafts), {"ask_id": ask_id, "person_id": person_id, "sealed": sealed, "updated_at": self._now}
        )

    async def remove(self, ask_id: int) -> None:
        """Forget the draft; it was handed in, or thrown away."""
        await self._connection.execute(_REMOVE_DRAFT, {"ask_id_": ask_id})

    @staticmethod
    def _open(cipher: Cipher, sealed: bytes, *, person_id: int, ask_id: int) -> Draft:
        value = cipher.unseal(sealed, person_id=person_id, column="drafts.sealed", row=ask_id)
        return Draft(
            index=value["index"], about=value.get("about", ""), entries=value["entries"], typed_in=value["typed_in"]
        )
