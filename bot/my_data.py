"""My data: all that is stored of one person, as one file for them: to read in their language, and for machines."""

import asyncio
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from bot.files import File, Order
from bot.my_data_page import page
from coaching.people import Person
from storage.own_data import GIVEN
from storage.store import Store

MEDIA_TYPE = "application/zip"
#: They name nobody.
FILE_NAME, FOR_MACHINES, TO_READ = "my-data.zip", "my-data.json", "my-data.html"

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class MyData:
    """What is stored of a person. rows: by the names of the tables, as JSON has them. made_at: UTC."""

    person: Person
    rows: Rows
    made_at: datetime

    @property
    def count(self) -> int:
        """How many rows there are in all."""
        return sum(map(len, self.rows.values()))


async def gathered(store: Store, person: Person) -> MyData:
    """All of it, read in short transactions: nobody waits long for it. Raises MasterKeyMissing."""
    rows: dict[str, Sequence[Mapping[str, Any]]] = {}
    for name, given in GIVEN.items():
        found: list[Mapping[str, Any]] = []
        after: tuple[Any, ...] | None = None
        while True:
            async with store.transaction() as unit:
                some = await unit.own_data.page(given, person, after=after)
            found += some.rows
            after = some.last
            if after is None:
                break
        rows[name] = found
    return MyData(person=person, rows=rows, made_at=store.now())


async def made(store: Store, order: Order) -> File:
    """The file by a one-time link."""
    return File(name=FILE_NAME, media_type=MEDIA_TYPE, content=await my_data_file(store, order.person))


async def my_data_file(store: Store, person: Person) -> bytes:
    """The file, zipped. Raises MasterKeyMissing."""
    found = await gathered(store, person)
    return await asyncio.to_thread(_zipped, found)


def _zipped(found: MyData) -> bytes:
    told = {"made_at": found.made_at.isoformat(), "tables": found.rows}
    made = found.made_at.timetuple()[:6]
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (
            (FOR_MACHINES, json.dumps(told, ensure_ascii=False, indent=1)),
            (TO_READ, page(found.person, found.rows, found.made_at)),
        ):
            archive.writestr(zipfile.ZipInfo(name, made), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()
