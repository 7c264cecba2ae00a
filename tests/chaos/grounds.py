"""Grounds: where battles are fought."""

import asyncio
from pathlib import PurePath

from bench.databases import Databases, Kind
from tests.chaos.battle import Ground

#: How many work together on one database.
WORKERS = {Kind.SQLITE: 2, Kind.POSTGRES: 3}


def ground(place: Databases, kind: Kind) -> Ground:
    """New databases; PostgreSQL's server can be restarted, as by an administrator."""

    async def restart() -> None:
        await asyncio.to_thread(place.server.stop)
        await asyncio.to_thread(place.server.start)

    url = place.new(kind)
    folder = place.folder / PurePath(url.partition("?")[0]).stem
    folder.mkdir()
    return Ground(
        folder=folder,
        url=url,
        keys_url=place.new(kind),
        restart=restart if kind is Kind.POSTGRES else None,
    )
