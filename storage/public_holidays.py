"""Public holidays, from the package that keeps them for every country."""

from datetime import date
from functools import lru_cache

import holidays

#: Years that a decision may look ahead: somebody without a working day in three years is not waited for.
YEARS_AHEAD = 4


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (ISO 3166 alpha-2) in *year*, the one before it and those that follow.

    A country that the package does not know has none: its people are then asked on their holidays, but asked.
    """
    try:
        found = holidays.country_holidays(country, years=range(year - 1, year + YEARS_AHEAD + 1))
    except NotImplementedError:
        return frozenset()
    return frozenset(found)
