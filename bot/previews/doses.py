"""Doses: how many messages a week holds, over all people of a preview."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from bot.previews.accounts import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """weeks: how many weeks of a person hold so many messages, from none to the most, without gaps.

    median and p95: so many messages or fewer do half of the weeks hold, and 95 of a hundred.
    """

    weeks: Mapping[int, int]
    median: int
    p95: int
    most: int


def dose(accounts: Iterable[Account]) -> Dose:
    """The dose over all people; of nobody it is nothing."""
    counts = Counter(count for account in accounts for count in account.weeks.values())
    most = max(counts, default=0)
    weeks = {messages: counts[messages] for messages in range(most + 1)}
    return Dose(weeks=weeks, median=_nearest_rank(weeks, 50), p95=_nearest_rank(weeks, 95), most=most)


def _nearest_rank(weeks: Mapping[int, int], percent: int) -> int:
    """The fewest messages that so many of a hundred weeks do not exceed."""
    rank, seen = ceil(sum(weeks.values()) * percent / 100), 0
    for messages, count in weeks.items():
        seen += count
        if seen >= rank:
            return messages
    return 0
