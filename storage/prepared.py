"""Prepared: what SQLAlchemy finds out about a statement each time that it runs, found out once.

It takes several times as long as the statement itself (docs/decisions/0006). The SQL, the types and the rows are
SQLAlchemy's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Executable, Float, IteratorResult, Result, Select, UpdateBase
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler

_Convert: TypeAlias = Callable[[Any], Any]


class Prepared:
    """A statement as the driver takes it, with the conversions of its parameters and of its columns."""

    def __init__(self, compiled: SQLCompiler, columns: Mapping[str, Any]) -> None:
        dialect = compiled.dialect
        binds = [(name, compiled.binds[name]) for name in compiled.positiontup or ()]
        self.sql = compiled.string
        self._constants = {name: bind.effective_value for name, bind in binds if not bind.required}
        self._binds: list[tuple[str, _Convert | None]] = [
            (name, bind.type.dialect_impl(dialect).bind_processor(dialect)) for name, bind in binds
        ]
        self.returns_rows = bool(columns)
        self._columns = SimpleResultMetaData(list(columns))
        self._conversions: list[tuple[int, _Convert]] = [
            (index, convert)
            for index, column in enumerate(columns.values())
            if not isinstance(column.type, Float)  # a float already; SQLAlchemy would ask the driver what sort
            and (convert := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
        ]

    def given(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values in the order in which the driver takes them."""
        if self._constants:
            parameters = {**self._constants, **parameters}
        return [convert(parameters[name]) if convert else parameters[name] for name, convert in self._binds]

    def result(self, rows: Iterable[Sequence[Any]] = ()) -> Result[Any]:
        """The driver's rows as SQLAlchemy's."""
        return IteratorResult(self._columns, map(self._row, rows) if self._conversions else iter(rows))

    def _row(self, stored: Sequence[Any]) -> tuple[Any, ...]:
        row = list(stored)
        for index, convert in self._conversions:
            row[index] = convert(row[index])
        return tuple(row)


class PreparedStatements:
    """The statements that came more than once: those that modules keep. Others are left to SQLAlchemy."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._seen: WeakKeyDictionary[Executable, dict[tuple[str, ...], Prepared | None]] = WeakKeyDictionary()

    def get(self, statement: Executable, parameters: Mapping[str, Any]) -> Prepared | None:
        """The statement for parameters of these names; None when SQLAlchemy is to run it."""
        seen = self._seen.get(statement)
        if seen is None:
            self._seen[statement] = {}
            return None
        names = tuple(parameters)
        if names not in seen:
            seen[names] = _prepared(statement, names, self._dialect)
        return seen[names]


def _prepared(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> Prepared | None:
    """None for what is not the same each time: lists that are written out, defaults that are made in Python."""
    if not isinstance(statement, Select | UpdateBase):
        return None
    compiled = statement.compile(dialect=dialect, column_keys=sorted(names))
    columns = [(str(name), column) for name, column in statement.exported_columns.items()]
    if not isinstance(compiled, SQLCompiler) or len(dict(columns)) < len(columns):
        return None
    if compiled.post_compile_params or compiled.literal_execute_params:
        return None
    if compiled.insert_prefetch or compiled.update_prefetch:
        return None
    return Prepared(compiled, dict(columns))
