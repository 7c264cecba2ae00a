"""Talk counts: what an owner may be told of discussions, and that no few pairs are found in it by any difference."""

from hypothesis import given
from hypothesis import strategies as st

from coaching.talk_counts import LEAST, Counts, Tally, told


def pairs(**by_unit: int) -> Counts:
    """What is told where the units have so many pairs."""
    return told({unit: Tally(pairs=number) for unit, number in by_unit.items()})


def test_units_of_five_are_told_by_themselves() -> None:
    counts = pairs(a=5, b=9)

    assert counts.total == Tally(pairs=14)
    assert counts.units == {"a": Tally(pairs=5), "b": Tally(pairs=9)}
    assert counts.rest is None


def test_small_units_are_told_together_where_they_are_enough() -> None:
    counts = pairs(a=5, b=4, c=1)

    assert counts.units == {"a": Tally(pairs=5)}
    assert counts.rest == Tally(pairs=5)


def test_the_smallest_of_the_others_joins_one_that_could_be_worked_out() -> None:
    counts = pairs(a=12, b=6, c=2)

    assert counts.units == {"a": Tally(pairs=12)}
    assert counts.rest == Tally(pairs=8)


def test_where_nothing_is_left_to_be_told_by_itself_there_is_the_whole_alone() -> None:
    assert pairs(a=5, b=1) == Counts(total=Tally(pairs=6), units={}, rest=None)


def test_of_too_few_nothing_is_told() -> None:
    assert pairs(a=4) == Counts(total=None, units={}, rest=None)
    assert told({}) == Counts(total=None, units={}, rest=None)


def test_a_unit_without_a_name_is_told_with_the_others() -> None:
    counts = told({"": Tally(pairs=7), "a": Tally(pairs=8)})

    assert (counts.units, counts.rest) == ({"a": Tally(pairs=8)}, Tally(pairs=7))


def test_a_programme_may_ask_for_more_pairs_and_never_for_fewer() -> None:
    units = {"a": Tally(pairs=6), "b": Tally(pairs=20)}

    assert told(units, threshold=10).units == {}
    assert told({"a": Tally(pairs=4)}, threshold=3).total is None


tallies = st.builds(
    lambda pairs, parts: Tally(pairs=pairs, **{name: min(pairs, part) for name, part in parts.items()}),
    st.integers(1, 14),
    st.fixed_dictionaries({name: st.integers(0, 14) for name in ("prepared", "booked", "held", "summarised")}),
)


@given(by_unit=st.dictionaries(st.text("abcdef", max_size=3), tallies, max_size=12))
def test_no_difference_of_what_is_told_is_about_fewer_than_five_pairs(by_unit: dict[str, Tally]) -> None:
    counts = told(by_unit)

    total = counts.total
    if total is None:
        assert sum(tally.pairs for tally in by_unit.values()) < LEAST
        return
    parts = [*counts.units.values(), *([counts.rest] if counts.rest is not None else [])]
    assert all(part.pairs >= LEAST for part in parts)
    assert not parts or sum(parts, Tally()) == total
    assert total == sum(by_unit.values(), Tally())
    assert all(by_unit[unit] == tally for unit, tally in counts.units.items())
