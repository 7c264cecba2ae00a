"""Talk counts: how far the pairs of a stage are, in numbers of enough pairs, so that nobody's discussion is told.

A unit of fewer pairs is told together with others. So is one that could be worked out as what is left between the
others and the whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Self

#: Of fewer pairs nothing is told, whatever a programme says.
LEAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Of so many pairs, how many are how far. prepared: both of the two; booked: not held yet; held: both say so.

    summarised: of those that were held.
    """

    pairs: int = 0
    prepared: int = 0
    booked: int = 0
    held: int = 0
    summarised: int = 0

    def __add__(self, other: Self) -> Self:
        both = {each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        return type(self)(**both)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What may be told of a stage. total: None where the pairs are too few. units: those that are told by themselves,
    in the order of their names; rest: all others together, None where there are none.
    """

    total: Tally | None
    units: Mapping[str, Tally]
    rest: Tally | None


def told(by_unit: Mapping[str, Tally], *, threshold: int = LEAST) -> Counts:
    """What may be told of a stage whose pairs are in these units. A unit without a name is told with the others."""
    least = max(threshold, LEAST)
    total = sum((tally for tally in by_unit.values()), Tally())
    if total.pairs < least:
        return Counts(total=None, units={}, rest=None)
    shown = {unit: tally for unit, tally in by_unit.items() if unit and tally.pairs >= least}
    rest = sum((tally for unit, tally in by_unit.items() if unit not in shown), Tally())
    while shown and 0 < rest.pairs < least:
        smallest = min(shown, key=lambda unit: (shown[unit].pairs, unit))
        rest += shown.pop(smallest)
    if not shown:
        return Counts(total=total, units={}, rest=None)
    return Counts(total=total, units=dict(sorted(shown.items())), rest=rest if rest.pairs else None)
