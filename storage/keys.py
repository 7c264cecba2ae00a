"""The keys of people, wrapped by the master key, in a database of their own."""

import hashlib
import hmac
import os
import time
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from storage.engine import Engine, check
from storage.sealing import KEY_BYTES, Cipher, Unreadable, master_id, unwrap, wrap
from storage.tables import data_keys

#: How long an opened key is kept in memory: so long may another replica seal under a key that was just destroyed.
_KEPT_SECONDS = 300
_KEPT = 10_000  # keys, about 0.5 KiB each
_ROTATED_AT_ONCE = 500

_SELECT = select(data_keys).where(data_keys.c.key_id == bindparam("wanted"))


class KeyLost(Exception):
    """A key is not in the keys database, nor was it destroyed there: KEYS_DATABASE_URL points to the wrong database."""


class MasterKeyMissing(Exception):
    """A key was wrapped by a master key that is not in SPARRI_MASTER_KEY; add the former master key after the first."""


class KeyRing:
    """Opens, makes, destroys and re-wraps the keys of people."""

    def __init__(self, engine: Engine, master_keys: Sequence[bytes]) -> None:
        self._engine = engine
        self._masters = {master_id(key): key for key in master_keys}
        self._first = next(iter(self._masters))
        self._open: OrderedDict[str, tuple[Cipher, float]] = OrderedDict()

    async def cipher(self, *, tenant: str, key_id: str | None, now: datetime) -> Cipher:
        """The cipher of that key; a new one where there is none yet, or where it was destroyed.

        Raises KeyLost and MasterKeyMissing.
        """
        known = await self.known(key_id) if key_id is not None else None
        return known or await self._make(tenant, now)

    async def known(self, key_id: str) -> Cipher | None:
        """The cipher of that key; None where it was destroyed. Raises KeyLost and MasterKeyMissing."""
        kept = self._open.get(key_id)
        if kept is not None and time.monotonic() < kept[1]:
            return kept[0]
        async with self._engine.begin() as connection:
            row = (await connection.execute(_SELECT, {"wanted": key_id})).first()
        if row is None:
            raise KeyLost
        if row.wrapped is None:
            return None
        master = self._masters.get(row.master)
        if master is None:
            raise MasterKeyMissing
        key = unwrap(master, tenant=row.tenant, key_id=key_id, wrapped=row.wrapped)
        return self._keep(Cipher.of(tenant=row.tenant, key_id=key_id, key=key))

    async def _make(self, tenant: str, now: datetime) -> Cipher:
        key_id, key = uuid.uuid4().hex, os.urandom(KEY_BYTES)
        wrapped = wrap(self._masters[self._first], tenant=tenant, key_id=key_id, key=key)
        row = {"key_id": key_id, "tenant": tenant, "wrapped": wrapped, "master": self._first, "created_at": now}
        async with self._engine.begin() as connection:
            await connection.execute(insert(data_keys), row)
        return self._keep(Cipher.of(tenant=tenant, key_id=key_id, key=key))

    def _keep(self, cipher: Cipher) -> Cipher:
        self._open[cipher.key_id] = (cipher, time.monotonic() + _KEPT_SECONDS)
        self._open.move_to_end(cipher.key_id)
        while len(self._open) > _KEPT:
            self._open.popitem(last=False)
        return cipher

    async def destroy(self, key_id: str, now: datetime) -> None:
        """Make all that was sealed under this key unreadable for ever. May be done again."""
        self._open.pop(key_id, None)
        async with self._engine.begin() as connection:
            await connection.execute(
                update(data_keys)
                .where(data_keys.c.key_id == key_id, data_keys.c.wrapped.is_not(None))
                .values(wrapped=None, destroyed_at=now)
            )

    async def destroyed(self, key_ids: Iterable[str]) -> set[str]:
        """Those of these keys that were destroyed."""
        gone = select(data_keys.c.key_id).where(data_keys.c.key_id.in_(list(key_ids)), data_keys.c.wrapped.is_(None))
        async with self._engine.begin() as connection:
            return {row.key_id for row in await connection.execute(gone)}

    async def absent(self, key_ids: Iterable[str]) -> set[str]:
        """Those of these keys that are not here, nor were destroyed here."""
        wanted = set(key_ids)
        there = select(data_keys.c.key_id).where(data_keys.c.key_id.in_(wanted))
        async with self._engine.begin() as connection:
            return wanted - {row.key_id for row in await connection.execute(there)}

    async def wipe(self) -> bool:
        """Have what was destroyed leave the files; False where another process keeps that from being done just now."""
        return await self._engine.wipe()

    def digests(self, tenant: str, name: str) -> list[str]:
        """What somebody was known by, told to nobody who has not the master key (hex, 64 characters).

        The first is what is written down; the others are what it was under former master keys.
        """
        told = f"sparri erasure|{tenant}|{name.strip().lower()}".encode()
        return [hmac.new(master, told, hashlib.sha256).hexdigest() for master in self._masters.values()]

    async def rotate(self) -> int:
        """Wrap every key with the first master key; how many were re-wrapped. Resumable: stopping half-way is safe.

        Raises MasterKeyMissing before anything is changed when a key's master key is not in the list.
        """
        others = await self._others()
        if any(master not in self._masters for master in others):
            raise MasterKeyMissing
        count = 0
        while moved := await self._rotate_some():
            count += moved
        return count

    async def _others(self) -> set[str]:
        async with self._engine.begin() as connection:
            rows = await connection.execute(
                select(data_keys.c.master)
                .where(data_keys.c.master != self._first, data_keys.c.wrapped.is_not(None))
                .distinct()
            )
            return {row.master for row in rows}

    async def _rotate_some(self) -> int:
        async with self._engine.begin() as connection:
            rows = (
                await connection.execute(
                    select(data_keys)
                    .where(data_keys.c.master != self._first, data_keys.c.wrapped.is_not(None))
                    .limit(_ROTATED_AT_ONCE)
                    .with_for_update()
                )
            ).all()
            for row in rows:
                key = unwrap(self._masters[row.master], tenant=row.tenant, key_id=row.key_id, wrapped=row.wrapped)
                wrapped = wrap(self._masters[self._first], tenant=row.tenant, key_id=row.key_id, key=key)
                await connection.execute(
                    update(data_keys)
                    .where(data_keys.c.key_id == row.key_id)
                    .values(wrapped=wrapped, master=self._first)
                )
        return len(rows)

    async def check(self) -> None:
        """That the keys database takes writes and knows no master key but ours. Raises what is wrong."""
        await check(self._engine)
        if any(master not in self._masters for master in await self._others()):
            raise MasterKeyMissing


__all__ = ["KeyLost", "KeyRing", "MasterKeyMissing", "Unreadable"]
