"""Own data: of every table with a way to people it is known what the person gets of it, or why they do not."""

import pytest
from sqlalchemy import LargeBinary, Table

from storage.own_data import GIVEN, NOT_GIVEN
from storage.tables import metadata, people


def leads_to_people(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Whether some chain of references leads from the table to a person."""
    if table is people:
        return True
    return any(
        key.column.table.name not in seen | {table.name} and leads_to_people(key.column.table, seen | {table.name})
        for key in table.foreign_keys
    )


ABOUT_PEOPLE = sorted(table.name for table in metadata.sorted_tables if leads_to_people(table))


@pytest.mark.parametrize("name", ABOUT_PEOPLE)
def test_what_is_stored_of_somebody_is_given_to_them_or_it_is_said_why_not(name: str) -> None:
    assert (name in GIVEN) != (name in NOT_GIVEN), "add it to storage.own_data"


def test_no_table_is_named_that_is_not_there() -> None:
    assert sorted([*GIVEN, *NOT_GIVEN]) == ABOUT_PEOPLE
    assert all(len(why) > 20 for why in NOT_GIVEN.values())


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_whatever_is_sealed_is_opened_for_the_one_whose_it_is(name: str) -> None:
    given = GIVEN[name]

    sealed = {column.name for column in given.table.columns if isinstance(column.type, LargeBinary)}

    assert sealed == set(given.sealed)


@pytest.mark.parametrize("name", sorted(table.name for table in metadata.sorted_tables))
def test_whatever_names_somebody_goes_with_them_or_forgets_them(name: str) -> None:
    references = [key for key in metadata.tables[name].foreign_keys if key.column.table is people]

    assert all(key.ondelete in {"CASCADE", "SET NULL"} for key in references)
