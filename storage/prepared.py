"""Prepared: what SQLAlchemy finds out about a statement each time that it runs, found out once.

It takes several times as long as the statement itself (docs/decisions/0006). The SQL, the types and the rows are
SQLAlchemy's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Executable, Float, IteratorResult, Result, Select, UpdateBase
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler

from storage.all_at_once import all_at_once, found_by

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


class ForMany:
    """A statement that takes many rows at once. found_by: the values by which it finds them; they must differ."""

    def __init__(self, prepared: Prepared, found_by: Sequence[str]) -> None:
        self.sql = prepared.sql
        self._prepared = prepared
        self._found_by = itemgetter(*found_by) if found_by else None

    def takes(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether no row of the table is found twice."""
        return self._found_by is None or len(set(map(self._found_by, rows))) == len(rows)

    def given(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The values in the order in which the driver takes them: a list for each name."""
        return self._prepared.given({name: list(map(itemgetter(name), rows)) for name in rows[0]})

    def result(self, rows: Iterable[tuple[Any, ...]]) -> Result[Any]:
        """The driver's rows, which are numbers, in the order in which they were given."""
        return self._prepared.result(sorted(rows))


class PreparedStatements:
    """The statements that came more than once: those that modules keep. Others are left to SQLAlchemy."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._seen: WeakKeyDictionary[Executable, dict[tuple[str, ...], Prepared | None]] = WeakKeyDictionary()
        self._many: WeakKeyDictionary[Executable, dict[tuple[str, ...], ForMany | None]] = WeakKeyDictionary()

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

    def for_many(self, statement: Executable, parameters: Mapping[str, Any]) -> ForMany | None:
        """The same for many rows at once; None when it is to run for each of them."""
        if self.get(statement, parameters) is None:
            return None
        names, known = tuple(parameters), self._many.setdefault(statement, {})
        if names not in known:
            known[names] = _for_many(statement, names, self._dialect)
        return known[names]


def _for_many(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> ForMany | None:
    listed = all_at_once(statement, _compiled(statement, names, dialect), names)
    prepared = _prepared(listed, names, dialect) if listed is not None else None
    return ForMany(prepared, found_by(statement)) if prepared is not None else None


def _compiled(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> Any:
    return statement.compile(dialect=dialect, column_keys=sorted(names))  # type: ignore[attr-defined]


def _prepared(statement: Executable, names: tuple[str, ...], dialect: Dialect) -> Prepared | None:
    """None for what is not the same each time: lists that are written out, defaults that are made in Python."""
    if not isinstance(statement, Select | UpdateBase):
        return None
    compiled = _compiled(statement, names, dialect)
    columns = [(str(name), column) for name, column in statement.exported_columns.items()]
    if not isinstance(compiled, SQLCompiler) or len(dict(columns)) < len(columns):
        return None
    if compiled.post_compile_params or compiled.literal_execute_params:
        return None
    if compiled.insert_prefetch or compiled.update_prefetch:
        return None
    return Prepared(compiled, dict(columns))
