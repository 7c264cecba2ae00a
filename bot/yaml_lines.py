"""YAML as text: its keys and values with their lines, and nothing that a reader would not see on the page.

Each scalar stays the text that stands there, so that `14:30` is no number and `no` is no yes-or-no. What can make a
small file large, or mean something else than it shows, is refused: aliases, anchors, tags, a second document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

#: The keys and indexes, from 0, that lead to a value.
Path: TypeAlias = tuple[str | int, ...]
#: A text, a list or a mapping.
Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"

DEEPEST = 30  # lists and mappings in one another
MOST_VALUES = 300_000
LONGEST_KEY = 100  # characters

_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_NEWLINE = re.compile(rb"\r\n|\r|\n|\xc2\x85|\xe2\x80[\xa8\xa9]")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class NotReadable(Exception):
    """The text is no YAML of ours; line is None for the file as a whole."""

    def __init__(self, line: int | None, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Something to mend that does not make the rest unreadable."""

    line: int
    path: Path
    message: str


@dataclass(slots=True, kw_only=True)
class Page:
    """A file's tree; lines: of each key and each item of a list, from 1."""

    tree: Tree
    lines: dict[Path, int] = field(default_factory=dict)
    slips: list[Slip] = field(default_factory=list)

    def line_of(self, path: Path) -> int:
        """The line of what *path* leads to, or else of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def page_of(content: bytes) -> Page:
    """What stands in a file. Raises NotReadable with the one fault that keeps it from being read."""
    if b"\0" in content:
        raise NotReadable(None, "this is not a text file; write the programme as YAML, in UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise NotReadable(_line_at(content, fault.start), "from here on it is not UTF-8; save it as UTF-8") from None
    try:
        return _Composer(yaml.parse(text, Loader=yaml.CSafeLoader)).page()
    except yaml.reader.ReaderError as fault:
        at = _line_at(text.encode(), fault.position)
        raise NotReadable(at, "a character here cannot be seen; delete it, or type the line anew") from None
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise NotReadable(
            mark.line + 1 if mark else None,
            f"this is not YAML: {fault.problem}; look at the indent, the colons and the quotes here and on the line"
            " before",
        ) from None


class _Composer:
    """Puts the events of one file together, a level of nesting at a time and never deeper than DEEPEST."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._page = Page(tree="")
        self._values = 0

    def page(self) -> Page:
        self._next()  # the stream's start
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise NotReadable(None, "the file is empty; write the programme, beginning with its id and name")
        self._page.tree = self._value(self._next(), (), 0)
        self._next()  # the document's end
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise NotReadable(_line(after), "a second document begins; keep one programme a file, without ---")
        return self._page

    def _next(self) -> yaml.Event:
        return next(self._events)

    def _value(self, event: yaml.Event, path: Path, depth: int) -> Tree:
        self._values += 1
        if self._values > MOST_VALUES:
            raise NotReadable(_line(event), f"more than {MOST_VALUES} values; is it a programme at all?")
        if isinstance(event, yaml.AliasEvent):
            raise NotReadable(_line(event), f"*{event.anchor:.20} stands for another place; write out what is meant")
        if getattr(event, "anchor", None) is not None:
            raise NotReadable(_line(event), "a name for other places, which begins with &, is not read; delete it")
        if getattr(event, "tag", None) is not None:
            raise NotReadable(_line(event), "a tag, which begins with !, is not read; quote the text, or delete it")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if depth == DEEPEST:
            raise NotReadable(_line(event), f"nested more than {DEEPEST} deep; is it a programme at all?")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth + 1)
        return self._mapping(path, depth + 1)

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> str:
        text = str(event.value)
        if _HIDDEN.search(text):
            self._slip(_line(event), path, "a character here cannot be seen; delete it, or type the text anew")
            return _HIDDEN.sub("", text)
        return text

    def _list(self, path: Path, depth: int) -> Tree:
        items: list[Tree] = []
        while not isinstance(event := self._next(), _ENDS):
            place = (*path, len(items))
            self._page.lines[place] = _line(event)
            items.append(self._value(event, place, depth))
        return items

    def _mapping(self, path: Path, depth: int) -> Tree:
        mapping: dict[str, Tree] = {}
        while not isinstance(event := self._next(), _ENDS):
            key = self._value(event, path, depth)
            if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
                raise NotReadable(_line(event), "a key is a short text, followed by a colon; mend it, or quote it")
            place = (*path, key)
            if key in mapping:
                first = self._page.lines[place]
                self._slip(_line(event), place, f"the key is on line {first} already; keep one of them")
                place = (*path, key, "again")
            self._page.lines[place] = _line(event)
            mapping.setdefault(key, self._value(self._next(), place, depth))
        return mapping

    def _slip(self, line: int, path: Path, message: str) -> None:
        self._page.slips.append(Slip(line=line, path=path, message=message))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _line_at(content: bytes, position: int) -> int:
    return len(_NEWLINE.findall(content[:position])) + 1
