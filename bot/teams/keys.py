"""Keys: the public keys that Teams signs its tokens with; kept for a day, renewed at once when one is unknown."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bot.config import LOOPBACK

#: All in seconds. Teams announces new keys a day ahead, so a day is how long keys may be kept.
FETCH_TIMEOUT = 5.0
KEPT = 24 * 3600.0
#: Forged key ids must not make us ask the key server again and again.
BETWEEN_FETCHES = 60.0
LARGEST_DOCUMENT = 512 * 1024
MOST_KEYS = 200
KEY_BITS = range(2048, 8193)

log = structlog.get_logger(__name__)


class UnknownKey(Exception):
    """No key of this name is known, and the key server was asked a moment ago or does not answer."""


class _NoKeys(Exception):
    """The key server's answer cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A key of Teams' and the channels that it may sign for."""

    public_key: RSAPublicKey
    endorsements: frozenset[str]


class Keys:
    """The keys at *metadata_url*, an OpenID configuration; https, or http on loopback.

    *clock* is in seconds and never goes back; *timeout* of a fetch too. While the key server is down, the keys at
    hand are kept.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        metadata_url: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        timeout: float = FETCH_TIMEOUT,
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._clock = clock
        self._timeout = timeout
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._asked_at: float | None = None
        self._renewal: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> SigningKey:
        """The key of this name. Raises UnknownKey.

        Waits for the key server only when the name is unknown; keys that are older than a day are renewed aside.
        """
        known = self._keys.get(kid)
        if known is not None:
            if self._is_stale():
                self._renew()
            return known
        renewal = self._renew()
        if renewal is not None:
            await asyncio.wait({renewal})
        if kid not in self._keys:
            raise UnknownKey
        return self._keys[kid]

    def warm(self) -> None:
        """Begin to fetch the keys, so that the first token need not wait. A failure here delays no later fetch."""
        self._renew()
        self._asked_at = None

    @property
    def ready(self) -> bool:
        """Whether there are keys to check a token with."""
        return bool(self._keys)

    async def close(self) -> None:
        """Stops a fetch that is under way."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)

    def _is_stale(self) -> bool:
        return self._fetched_at is None or self._clock() - self._fetched_at >= KEPT

    def _renew(self) -> asyncio.Task[None] | None:
        """The fetch under way, or a new one; None when the last one began less than a minute ago."""
        if self._renewal is not None and not self._renewal.done():
            return self._renewal
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < BETWEEN_FETCHES:
            return None
        self._asked_at = now
        self._renewal = asyncio.create_task(self._fetch(), name="signing keys")
        return self._renewal

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                metadata = await self._document(self._metadata_url)
                document = await self._document(self._trusted(metadata.get("jwks_uri")))
            keys = _signing_keys(document)
        except (_NoKeys, aiohttp.ClientError, OSError, ValueError, RecursionError) as fault:
            log.warning("signing keys not fetched", cause=type(fault).__name__, known=len(self._keys))
            return
        self._keys = keys
        self._fetched_at = self._clock()

    def _trusted(self, keys_url: object) -> str:
        """The address of the keys: https, or the metadata's own host where that is loopback. Raises _NoKeys."""
        if not isinstance(keys_url, str):
            raise _NoKeys
        there, here = urlsplit(keys_url), urlsplit(self._metadata_url)
        if there.scheme == "https" or (there.netloc == here.netloc and here.hostname in LOOPBACK):
            return keys_url
        raise _NoKeys

    async def _document(self, url: str) -> dict[str, Any]:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise _NoKeys
        async with self._session.get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise _NoKeys
            raw = bytearray()
            async for chunk in answer.content.iter_any():
                raw += chunk
                if len(raw) > LARGEST_DOCUMENT:
                    raise _NoKeys
        document = json.loads(raw)
        if not isinstance(document, dict):
            raise _NoKeys
        return document


def _signing_keys(document: dict[str, Any]) -> dict[str, SigningKey]:
    """The usable keys by name; others are left out. Raises _NoKeys when none is usable."""
    shown = document.get("keys")
    keys = dict(_usable(shown[:MOST_KEYS])) if isinstance(shown, list) else {}
    if not keys:
        raise _NoKeys
    return keys


def _usable(shown: Iterable[Any]) -> Iterable[tuple[str, SigningKey]]:
    for each in shown:
        if not isinstance(each, dict) or each.get("kty") != "RSA" or each.get("use", "sig") != "sig":
            continue
        kid, endorsements = each.get("kid"), each.get("endorsements", [])
        try:
            public_key = jwt.PyJWK(each, algorithm="RS256").key
        except (jwt.PyJWTError, ValueError, TypeError):
            continue
        if not isinstance(kid, str) or not isinstance(public_key, RSAPublicKey) or not isinstance(endorsements, list):
            continue
        if public_key.key_size in KEY_BITS:
            endorsed = frozenset(channel for channel in endorsements if isinstance(channel, str))
            yield kid, SigningKey(public_key=public_key, endorsements=endorsed)
