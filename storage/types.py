"""Column types that behave alike on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

#: A primary key or a reference to one. SQLite counts up only in a column that is called INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")

#: JSON, as JSONB where there is one.
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: timestamptz on PostgreSQL, microseconds since 1970 on SQLite. Refuses naive times with ValueError."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of each database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """PostgreSQL's driver takes an aware time as it is."""
        return _aware if dialect.name == "postgresql" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """PostgreSQL's driver gives aware times, in UTC."""
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """An aware time on its way in."""
        moment = _aware(value)
        return moment if moment is None or dialect.name == "postgresql" else (moment - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """An aware UTC time on its way out."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("A time without a zone cannot be stored")
    return value


class RealTime(FunctionElement[datetime]):
    """The time by the database's own clock, to the millisecond: one clock for all replicas, whatever theirs show."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(RealTime, "postgresql")
def _on_postgresql(_element: RealTime, _compiler: Any, **_options: Any) -> str:
    return "clock_timestamp()"


@compiles(RealTime, "sqlite")
def _on_sqlite(_element: RealTime, _compiler: Any, **_options: Any) -> str:
    """2440587.5 is the Julian day of 1970."""
    return "CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000"
