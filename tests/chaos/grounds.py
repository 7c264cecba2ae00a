"""Grounds: where battles are fought."""

import asyncio

from bench.databases import Databases, Kind
from tests.chaos.battle import Ground


def ground(place: Databases, kind: Kind) -> Ground:
    """New databases; PostgreSQL's server can be restarted, as by an administrator."""

    async def restart() -> None:
        await asyncio.to_thread(place.server.stop)
        await asyncio.to_thread(place.server.start)

    return Ground(
        folder=place.folder,
        url=place.new(kind),
        keys_url=place.new(kind),
        restart=restart if kind is Kind.POSTGRES else None,
    )
