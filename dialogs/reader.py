"""The reader: for whom something is drawn, and the links that are made for them."""

from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from coaching.people import Language
from coaching.sessions import SessionFacts


class Links(Protocol):
    """Makes links that lead back to Sparri."""

    def calendar(self, programme_id: int, session: SessionFacts, language: Language) -> str | None:
        """Where a calendar gets the session, in a language; None where Sparri has no public address."""

    def file(self, token: str) -> str | None:
        """Where a file is fetched by a one-time link; None where Sparri has no public address."""


class NoLinks:
    """Where Sparri has no public address."""

    def calendar(self, programme_id: int, session: SessionFacts, language: Language) -> str | None:
        """None."""
        return None

    def file(self, token: str) -> str | None:
        """None."""
        return None


NO_LINKS = NoLinks()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads it. zone: their own; None for the programme's."""

    language: Language
    zone: ZoneInfo | None = None
    links: Links = NO_LINKS
