"""How a database would find what it is asked for."""

from typing import Any

from sqlalchemy import text

from storage.engine import open_engine
from tests.conftest import Database


async def plan_of(database: Database, statement: Any, **values: Any) -> str:
    """How the database finds it, in its own words. *values* that the statement does not name are left alone."""
    engine = open_engine(database.url)
    known = {name: value for name, value in values.items() if name in statement.compile().params}
    compiled = statement.params(known).compile(
        dialect=engine.dialect, compile_kwargs={"literal_binds": True, "render_postcompile": True}
    )
    explain = "EXPLAIN QUERY PLAN" if database.kind == "sqlite" else "EXPLAIN"
    async with engine.begin() as connection:
        lines = [" ".join(map(str, line)) for line in await connection.execute(text(f"{explain} {compiled}"))]
    await engine.dispose()
    return "\n".join(lines)
