"""Among: whether a column's value is one of a list.

On PostgreSQL a statement that stays the same however long the list is, so that it is prepared once. SQLite finds its
way through its indexes only where the list is written out; a very long list it takes as one value.
"""

from typing import Any

from sqlalchemy import ARRAY, JSON, BigInteger, ColumnElement, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class _Among(FunctionElement[bool]):
    inherit_cache = True


def among(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether *column*, of numbers or texts, has one of the values in the list that is bound as *name*."""
    listed = ARRAY(String() if isinstance(column.type, String) else BigInteger())
    return _Among(column, bindparam(name, type_=listed))


class _AmongMany(_Among):
    inherit_cache = True


def among_many(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether *column*, of numbers, has one of very many: for rows that were found in another way."""
    listed = ARRAY(BigInteger()).with_variant(JSON(), "sqlite")
    return _AmongMany(column, bindparam(name, type_=listed))


@compiles(_Among, "postgresql")
def _on_postgresql(among: _Among, compiler: Any, **options: Any) -> str:
    column, listed = among.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(listed, **options)})"


@compiles(_Among, "sqlite")
def _on_sqlite(among: _Among, compiler: Any, **options: Any) -> str:
    column, listed = among.clauses
    written_out = column.in_(bindparam(listed.key, expanding=True))
    text: str = compiler.process(written_out, **options)
    return text


@compiles(_AmongMany, "sqlite")
def _many_on_sqlite(among: _AmongMany, compiler: Any, **options: Any) -> str:
    column, listed = (compiler.process(clause, **options) for clause in among.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608
