"""Links: addresses that lead back to Sparri, signed so that nobody makes their own, and good for a while only.

A token holds no names and nothing of a person: a programme's number, a session's, a language and when it ends.
"""

import base64
import hmac
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from coaching.people import Language
from coaching.sessions import SessionFacts

#: After the session a link to it still works so long: to see in the calendar what was, or that it was cancelled.
KEPT = timedelta(days=30)
_PURPOSE = b"sparri: links to calendar files"
_VERSION = 1
#: Version, programme, session, language, and the end in seconds since 1970.
_TOKEN = struct.Struct(">BqHBI")
_MAC_BYTES = 32
#: 48 bytes are 64 characters without padding, so that there is one way to write each token.
_TEXT = re.compile(r"[A-Za-z0-9_-]{64}", re.ASCII)
_LANGUAGES = tuple(Language)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLink:
    """What a token stands for. ends: UTC, whole seconds; it is good before that."""

    programme_id: int
    session: int
    language: Language
    ends: datetime


class SignedLinks:
    """Makes and reads links; made with the first master key, read with any of them."""

    def __init__(self, master_keys: Sequence[bytes], *, public_url: str) -> None:
        """public_url: where Sparri is reached from outside; empty for nowhere, and then no links are made."""
        self._keys = [_derived(key) for key in master_keys]
        self._public_url = public_url.rstrip("/")

    def calendar(self, programme_id: int, session: SessionFacts, language: Language) -> str | None:
        """The address of the session's calendar file; the same each time. None without a public address."""
        if not self._public_url:
            return None
        ends = (session.ends + KEPT).replace(microsecond=0)
        link = SessionLink(programme_id=programme_id, session=session.number, language=language, ends=ends)
        return f"{self._public_url}/calendar/{self.token(link)}.ics"

    def file(self, token: str) -> str | None:
        """The address that a one-time link's token is fetched by. None without a public address."""
        return f"{self._public_url}/files/{token}" if self._public_url else None

    def token(self, link: SessionLink) -> str:
        """The link, signed."""
        told = _TOKEN.pack(
            _VERSION, link.programme_id, link.session, _LANGUAGES.index(link.language), int(link.ends.timestamp())
        )
        return base64.urlsafe_b64encode(told + _signature(self._keys[0], told)).decode()

    def read(self, token: str, now: datetime) -> SessionLink | None:
        """What the token stands for; None for one that is not ours, or is over."""
        if _TEXT.fullmatch(token) is None:
            return None
        raw = base64.urlsafe_b64decode(token)
        told, signature = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        if not any(hmac.compare_digest(_signature(key, told), signature) for key in self._keys):
            return None
        version, programme_id, session, language, ends = _TOKEN.unpack(told)
        link = SessionLink(
            programme_id=programme_id,
            session=session,
            language=_LANGUAGES[language],
            ends=datetime.fromtimestamp(ends, UTC),
        )
        return link if version == _VERSION and now < link.ends else None


def _derived(master_key: bytes) -> bytes:
    """A key for this alone: who has it cannot open what the master key seals."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(master_key)


def _signature(key: bytes, told: bytes) -> bytes:
    return hmac.digest(key, told, "sha256")
