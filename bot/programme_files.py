"""Programme files: a coaching programme read from YAML, with every fault of the file at once and its line."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from bot.programme_forms import PROGRAMME, keys_at
from bot.programme_values import shown
from bot.refusals import Refused
from bot.yaml_lines import NotReadable, Page, Tree, page_of
from bot.yaml_lines import Path as Place
from coaching.people import Language
from coaching.programme_faults import Severity
from coaching.programmes import Programme

LARGEST_FILE = 5_000_000  # bytes
FAULTS_SHOWN = 100

_LIST = "a list belongs here; write each item on a line of its own after - , or all of them as [one, another]"
_KEYS = "keys of its own belong here, each with a colon and a value; see docs/programme-files.md"
_WHAT_TO_DO = {
    "missing": "the key is missing; write it, with a colon and its value",
    "tuple_type": _LIST,
    "frozen_set_type": _LIST,
    "model_type": _KEYS,
    "model_attributes_type": _KEYS,
    "mapping_type": _KEYS,
    "too_short": "the list is empty; write at least one",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """One thing to mend in a file, in words. line: from 1, None for the file as a whole.

    where: what it is about, such as `sessions[3].starts`, where the first of a list is 1; empty for the whole.
    """

    line: int | None
    where: str
    what: str
    severity: Severity = Severity.ERROR

    def in_file(self, name: str) -> str:
        """The whole line that is told: `file:line: error: where: what`."""
        place = name if self.line is None else f"{name}:{self.line}"
        return ": ".join(part for part in (place, self.severity, self.where, self.what) if part)


class ProgrammeRefused(Refused):
    """The programme is not taken; nothing was changed."""

    def __init__(self, path: Path, faults: Sequence[FileFault]) -> None:
        """The message has a line for each fault, at most FAULTS_SHOWN; faults has them all."""
        self.faults = tuple(faults)
        lines = [f"  {fault.in_file(str(path))}" for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            lines.append(f"  and {len(self.faults) - FAULTS_SHOWN} more")
        super().__init__("\n".join([str(type(self).__doc__), *lines]))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeFile:
    """A programme, and where in its file each part of it stands."""

    path: Path
    programme: Programme
    page: Page


def read_programme(path: Path) -> Programme:
    """The programme that the file at *path* says. Raises ProgrammeRefused with every fault, and nothing else.

    Whether it makes sense, `coaching.programme_checks` knows.
    """
    return read_file(path).programme


def read_file(path: Path) -> ProgrammeFile:
    """As `read_programme`, with the lines."""
    try:
        page = page_of(_content(path))
    except NotReadable as fault:
        _refuse(path, fault.line, fault.message)
    if not isinstance(page.tree, dict):
        _refuse(path, None, "this is no programme: " + _KEYS)
    faults = [FileFault(line=slip.line, where=where(slip.path), what=slip.message) for slip in page.slips]
    programme = None
    try:
        programme = PROGRAMME.validate_python(page.tree, context=_first_language(page.tree))
    except ValidationError as found:
        faults += [_fault(error, page) for error in found.errors(include_url=False)]
    if programme is None or faults:
        raise ProgrammeRefused(path, sorted(faults, key=lambda fault: fault.line or 0))
    return ProgrammeFile(path=path, programme=programme, page=page)


def where(place: Place) -> str:
    """A place in a file in words: `sessions[3].starts`. The first of a list is 1."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            name = step if step.isprintable() else repr(step)
            text += f".{name}" if text else name
    return text


def nearest(text: str, known: Sequence[str]) -> str:
    """What was probably meant, and else what could stand there."""
    near = difflib.get_close_matches(text, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"write one of {', '.join(known)}" if known else "there is none at all"


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as fault:
        _refuse(path, None, f"the file cannot be read ({fault.strerror}); check its name and who may read it")
    except ValueError:
        _refuse(path, None, "the file cannot be read (no such name); check its name")
    if len(content) > LARGEST_FILE:
        _refuse(path, None, f"the file is larger than {LARGEST_FILE // 1_000_000} MB; is it a programme at all?")
    return content


def _refuse(path: Path, line: int | None, message: str) -> NoReturn:
    raise ProgrammeRefused(path, [FileFault(line=line, where="", what=message)]) from None


def _first_language(tree: dict[str, Tree]) -> Language:
    """What texts without a language are of. A file whose languages are faulty is refused for that."""
    languages = tree.get("languages")
    first = languages[0] if isinstance(languages, list) and languages else None
    return Language(first) if first in set(Language) else Language.FI


def _fault(error: Any, page: Page) -> FileFault:
    """A fault that pydantic found, in our words. Its place has the kind of an element in it, which is no key."""
    steps = tuple(step for step in error["loc"] if step != "[key]")
    has_kind = steps[:1] == ("elements",) and len(steps) > 2
    place = steps[:2] + steps[3:] if has_kind else steps
    if error["type"] == "union_tag_invalid":
        place = (*place, "kind")
    return FileFault(line=page.line_of(place), where=where(place), what=_in_words(error, steps))


def _in_words(error: Any, steps: Place) -> str:
    kind, found, context = error["type"], error["input"], error.get("ctx", {})
    text = shown(found) if isinstance(found, str) else ""
    if found == "" and kind != "missing":
        return "the value is empty; write it, or leave the key out"
    match kind:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            return f"there is no such key here; {nearest(str(steps[-1]), keys_at(steps[:-1]))}"
        case "enum" | "literal_error":
            return f"{text or 'this'} is not known here; {nearest(str(found), _expected(context['expected']))}"
        case "union_tag_invalid":
            known = _expected(context["expected_tags"])
            return f"{shown(context['tag'])} is no kind of element; {nearest(context['tag'], known)}"
        case "union_tag_not_found":
            return "the kind is missing; write kind: and what it is, such as reflection"
    return _WHAT_TO_DO.get(kind) or f"{text} does not fit; {error['msg']}"


def _expected(listing: str) -> list[str]:
    """The words of a listing such as "'a', 'b' or 'c'"."""
    return listing.split("'")[1::2]
