"""Sealing: private text under its writer's own key, so that destroying the key destroys the text, in backups too.

AES-256-GCM. What is sealed is bound to its place (tenant, person, column, row, key), so that a sealed value copied
into another row does not open there.
"""

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12  # bytes, random; safe for far fewer than 2**32 values a key
KEY_BYTES = 32
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SORTED_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Unreadable(Exception):
    """This text cannot be opened: its key was destroyed, or it was moved from its place."""


@dataclass(frozen=True, slots=True)
class Cipher:
    """A person's own key, ready for use. Never shown: repr names the key's id alone."""

    tenant: str
    key_id: str
    _key: bytes
    _aead: AESGCM

    @classmethod
    def of(cls, *, tenant: str, key_id: str, key: bytes) -> "Cipher":
        """The cipher of a 32-byte key."""
        return cls(tenant=tenant, key_id=key_id, _key=key, _aead=AESGCM(key))

    def __repr__(self) -> str:
        return f"Cipher({self.key_id})"

    def seal(self, value: Any, *, person_id: int, column: str, row: object) -> bytes:
        """A JSON value, sealed into its place."""
        nonce = os.urandom(_NONCE)
        plain = _JSON.encode(value).encode()
        return _VERSION + nonce + self._aead.encrypt(nonce, plain, self._place(person_id, column, row))

    def unseal(self, sealed: bytes, *, person_id: int, column: str, row: object) -> Any:
        """The JSON value again. Raises Unreadable."""
        if sealed[:1] != _VERSION:
            raise Unreadable
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return json.loads(self._aead.decrypt(nonce, body, self._place(person_id, column, row)))
        except InvalidTag:
            raise Unreadable from None

    def digest(self, value: Any) -> str:
        """A fingerprint of a JSON value that tells nothing to whom the key is closed (hex, 32 characters)."""
        plain = _SORTED_JSON.encode(value).encode()
        return hmac.new(self._key, plain, hashlib.sha256).hexdigest()[:32]

    def _place(self, person_id: int, column: str, row: object) -> bytes:
        return f"{self.tenant}|{person_id}|{column}|{row}|{self.key_id}".encode()


def wrap(master: bytes, *, tenant: str, key_id: str, key: bytes) -> bytes:
    """A person's key, sealed under the master key."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(master).encrypt(nonce, key, f"{tenant}|{key_id}".encode())


def unwrap(master: bytes, *, tenant: str, key_id: str, wrapped: bytes) -> bytes:
    """The person's key again. Raises Unreadable when this is not the master key that wrapped it."""
    try:
        return AESGCM(master).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], f"{tenant}|{key_id}".encode())
    except InvalidTag:
        raise Unreadable from None


def master_id(master: bytes) -> str:
    """A short public name of a master key (hex, 16 characters)."""
    return hashlib.sha256(b"sparri master key|" + master).hexdigest()[:16]
