"""One-time links: by each, one file is fetched, once and within the hour. Only a digest of its token is stored."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, delete, insert, select, update

from coaching.people import Language
from storage.engine import Connection
from storage.tables import one_time_links

#: How long a link is good.
LASTS = timedelta(hours=1)
_TOKEN_BYTES = 32

_BY_DIGEST = select(one_time_links).where(one_time_links.c.digest == bindparam("digest_"))
_USE = (
    update(one_time_links)
    .where(
        one_time_links.c.id == bindparam("id_"),
        one_time_links.c.used_at.is_(None),
        one_time_links.c.expires_at > bindparam("now_"),
    )
    .values(used_at=bindparam("now_"))
    .returning(one_time_links.c.id)
)


class FileKind(StrEnum):
    """What is fetched. Who makes it stands in `bot.file_makers`, what it is called in the texts, `file.kind`."""

    #: How far the participants of a coach's programme are, and what they handed in.
    FOLLOW_UP_CSV = "follow_up_csv"
    FOLLOW_UP_XLSX = "follow_up_xlsx"
    #: All that is stored of the person.
    MY_DATA = "my_data"
    #: Somebody's own development plan.
    PLAN_DOCX = "plan_docx"
    PLAN_MD = "plan_md"
    PLAN_JSON = "plan_json"
    #: The time at which somebody's team talks about their plan, for a calendar.
    TEAM_MEETING = "team_meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeLink:
    """What a token stands for. about: numbers only, by what they are of. Moments are UTC; used_at: None before that."""

    id: int
    person_id: int
    kind: FileKind
    about: Mapping[str, int]
    language: Language
    expires_at: datetime
    used_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Whether a file can be fetched by it."""
        return self.used_at is None and now < self.expires_at


def new_token() -> str:
    """A token that nobody guesses: 43 characters of an address."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


class OneTimeLinks:
    """The one-time links of this transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    async def add(
        self, token: str, *, person_id: int, kind: FileKind, about: Mapping[str, int], language: Language
    ) -> None:
        """Whoever has *token* fetches that file for that person, from now on for `LASTS`."""
        row = {
            "digest": _digest(token),
            "person_id": person_id,
            "kind": kind.value,
            "about": dict(about),
            "language": language.value,
            "created_at": self._now,
            "expires_at": self._now + LASTS,
        }
        await self._connection.execute(insert(one_time_links), row)

    async def get(self, token: str) -> OneTimeLink | None:
        """What the token stands for, also when it is over; None for one that is not ours. Locks nothing."""
        row = (await self._connection.execute(_BY_DIGEST, {"digest_": _digest(token)})).first()
        if row is None:
            return None
        return OneTimeLink(
            id=row.id,
            person_id=row.person_id,
            kind=FileKind(row.kind),
            about=row.about,
            language=Language(row.language),
            expires_at=row.expires_at,
            used_at=row.used_at,
        )

    async def use(self, link_id: int) -> bool:
        """Use it up; False where it was used up already, or is over. Of many at once, one is told True."""
        used = await self._connection.execute(_USE, {"id_": link_id, "now_": self._now})
        return used.first() is not None

    async def remove_before(self, moment: datetime, *, limit: int) -> int:
        """Delete up to *limit* links that were over by then; how many there were."""
        old = select(one_time_links.c.id).where(one_time_links.c.expires_at < moment).limit(limit)
        removed = await self._connection.execute(
            delete(one_time_links).where(one_time_links.c.id.in_(old)).returning(one_time_links.c.id)
        )
        return len(removed.all())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
