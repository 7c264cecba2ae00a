"""All at once: a change of many rows as one statement, its values in a list for each column.

On PostgreSQL a statement that runs once for each row costs several times as much as one that takes all of them. What
comes back is in the order of what was given.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import (
    ARRAY,
    JSON,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Insert,
    String,
    TableValuedAlias,
    Update,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import iterate, replacement_traverse

_PLACE = "place_"


def all_at_once(statement: Any, compiled: SQLCompiler, names: Sequence[str]) -> Insert | Update | None:
    """A statement that takes a list for each of *names*; None where there is none that does the same.

    compiled: the statement for one row.
    """
    types = {name: compiled.binds[name].type for name in names if name in compiled.binds}
    if len(types) < len(names) or any(isinstance(each, JSON | ARRAY) for each in types.values()):
        return None
    # Without its length: a text that is too long would be cut short where it is one of a list.
    types = {name: String() if isinstance(each, String) else each for name, each in types.items()}
    lists = [bindparam(name, type_=ARRAY(each)) for name, each in types.items()]
    columns = [column(name, each) for name, each in types.items()]
    given = func.unnest(*lists).table_valued(*columns, with_ordinality=_PLACE).render_derived(name="given")
    if isinstance(statement, Update):
        return _updated(statement, given, names)
    return _inserted(statement, given, names) if isinstance(statement, Insert) else None


def found_by(statement: Any) -> list[str]:
    """The names of the values by which an update finds its rows; none for what is no update."""
    return _bound(statement.whereclause) if isinstance(statement, Update) else []


def _updated(statement: Update, given: TableValuedAlias, names: Sequence[str]) -> Update | None:
    if statement._returning or not found_by(statement):
        return None
    stated = {str(getattr(name, "key", name)): value for name, value in (statement._values or {}).items()}
    by_name = set(names).difference(found_by(statement), *(_bound(value) for value in stated.values()))
    values = {name: _listed(value, given) for name, value in stated.items()} | {name: given.c[name] for name in by_name}
    return update(statement.table).where(_listed(statement.whereclause, given)).values(values)


def _bound(clause: Any) -> list[str]:
    if not isinstance(clause, ClauseElement):
        return []
    return [each.key for each in iterate(clause) if isinstance(each, BindParameter) and each.required]


def _listed(clause: Any, given: TableValuedAlias) -> Any:
    """The clause, with a column of what is given in place of each value that one row was to bring."""
    if not isinstance(clause, ClauseElement):
        return clause

    def listed(each: Any, **_: Any) -> Any:
        return given.c[each.key] if isinstance(each, BindParameter) and each.required else None

    return replacement_traverse(cast(ColumnElement[Any], clause), {}, cast(Any, listed))


def _inserted(statement: Insert, given: TableValuedAlias, names: Sequence[str]) -> Insert | None:
    """Numbers are given in the order of the rows, so what comes back is brought into it by them."""
    returning = list(statement._returning)
    same = {str(getattr(name, "key", name)): value for name, value in (statement._values or {}).items()}
    is_plain = statement._post_values_clause is None and not any(_bound(value) for value in same.values())
    if not is_plain or same.keys() & set(names) or returning not in ([], list(statement.table.primary_key)):
        return None
    rows = select(*(given.c[name] for name in names), *same.values()).order_by(given.c[_PLACE])
    listed = statement.table.insert().from_select([*names, *same], rows, include_defaults=False)
    return listed.returning(*returning) if returning else listed
