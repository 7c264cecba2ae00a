"""Countries: which one a time zone is in, by the table that comes with the pinned time zones."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def country_of(timezone: str) -> str | None:
    """The country (ISO 3166 alpha-2) of a zone, by its IANA name; None where it has none, and for former names."""
    return _by_zone().get(timezone)


@cache
def _by_zone() -> Mapping[str, str]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}
