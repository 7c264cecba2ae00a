"""Files: what is made for one person at the moment when they fetch it, and what its makers are given."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from coaching.people import Language, Person
from storage.store import Store

_NAME = re.compile(r"[a-z0-9-]{1,40}\.[a-z0-9]{2,5}", re.ASCII)


class NotTheirs(Exception):
    """What is asked for is not this person's to have, or not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file. name: what a browser saves it as; the same for everybody, for a name can be read over a shoulder."""

    name: str
    media_type: str
    content: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError("a file's name is plain, short and nobody's")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to make. person: whom it is for, as they are now. about: what it is of, by the numbers of rows."""

    person: Person
    about: Mapping[str, int]
    language: Language


#: Makes one kind of file, in transactions of its own: short ones, however much there is to read, and the rest of the
#: work in a thread where it is long. Raises NotTheirs where the person may not have it (now).
Maker: TypeAlias = Callable[[Store, Order], Awaitable[File]]
