"""Reflection files: a TOML file that says what is asked, whom and when, read and checked before anything is changed."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    StringConstraints,
    ValidationError,
)

from bot.people_files import timezones
from bot.refusals import Refused
from coaching.calendar import instant_of
from coaching.people import Language

LARGEST_FILE = 1_000_000  # bytes
MOST_REFLECTIONS, MOST_QUESTIONS = 100, 10
FAULTS_SHOWN = 100
#: What `for` says instead of e-mail addresses.
EVERYBODY = "participants"

_WHAT_TO_DO = {
    "missing": "it is missing; write it",
    "extra_forbidden": "there is no such word here; take it out, or mend its spelling",
    "string_type": "it is not a text; write it in quotation marks",
    "string_too_short": "it is empty; fill it in, or leave it out",
    "string_too_long": "it is longer than {max_length} characters; shorten it",
    "string_pattern_mismatch": "it has other characters than a-z, 0-9 and -; write it as in session-1",
    "enum": "there is no such language; write one of " + ", ".join(Language),
    "dict_type": 'it is not said in which language; write {{ fi = "…", sv = "…", en = "…" }}',
    "model_type": "it is a table of its own; write its name in square brackets",
    "list_type": "it is not a list; write it in square brackets",
    "too_short": "there is nothing in it; write at least one",
    "too_long": "there are more than {max_length}; take some out",
    "datetime_type": "it is not a date with a time; write it without quotation marks, as in 2026-11-23T14:00:00",
    "value_error": "{error}",
}


class ReflectionsRefused(Refused):
    """The reflections are not loaded; nothing was changed."""

    def __init__(self, faults: Sequence[str]) -> None:
        """The message has a line for each fault, at most FAULTS_SHOWN; faults has them all."""
        self.faults = tuple(faults)
        shown = [f"  {fault}" for fault in self.faults[:FAULTS_SHOWN]]
        if len(self.faults) > FAULTS_SHOWN:
            shown.append(f"  and {len(self.faults) - FAULTS_SHOWN} more")
        super().__init__("\n".join([str(type(self).__doc__), *shown]))


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReflection:
    """One reflection for some people; times are UTC, None for no such time.

    emails: whose it is, in lower case; None for all participants of the programme.
    """

    key: str
    title: Mapping[Language, str]
    intro: Mapping[Language, str]
    questions: tuple[Mapping[Language, str], ...]
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    emails: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflectionFile:
    """The reflections of one programme. name: None where the file leaves it to the programme that is there."""

    programme: str
    name: Mapping[Language, str] | None
    reflections: tuple[PlannedReflection, ...]


def read(path: Path, *, known_emails: Collection[str], programme: str | None = None) -> ReflectionFile:
    """What the file at *path* says. Raises ReflectionsRefused with every fault, and nothing else.

    programme: the key of the programme that they belong to, instead of the file's. known_emails: in lower case.
    """
    content = _toml(path)
    table = content.get("programme")
    if programme is not None and isinstance(table or {}, dict):
        content = content | {"programme": (table or {}) | {"key": programme}}
    faults = [*_twice(content), *_strangers(content, known_emails)]
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise ReflectionsRefused(
            [*(_in_words(fault) for fault in error.errors(include_url=False, include_input=False)), *faults]
        ) from None
    zone = ZoneInfo(file.programme.timezone) if file.programme.timezone else None
    faults += _unordered(file, zone)
    if faults:
        raise ReflectionsRefused(faults)
    return ReflectionFile(
        programme=file.programme.key,
        name=file.programme.name,
        reflections=tuple(_planned(each, zone) for each in file.reflection),
    )


def _visible(text: str) -> str:
    if any(not (character.isprintable() or character in "\n\t") for character in text):
        raise ValueError("it has a character that cannot be seen; type it anew")
    return text


def _whom(value: object) -> object:
    if value == EVERYBODY:
        return None
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise ValueError(f'nobody is named; write "{EVERYBODY}", or a list of e-mail addresses')
    return tuple(dict.fromkeys(_email(each) for each in value))


def _known_zone(name: str) -> str:
    if name not in timezones():
        raise ValueError("it is not a time zone; write its IANA name, such as Europe/Helsinki")
    return name


def _of_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:
        raise ValueError("the year is not one of this time; mend it")
    return moment


_Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=64)]
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(_visible)]
_Paragraph = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), AfterValidator(_visible)
]
_Words = Annotated[dict[Language, _Line], Field(min_length=1)]
_LongWords = Annotated[dict[Language, _Paragraph], Field(min_length=1)]
_Moment = Annotated[datetime, Strict(), AfterValidator(_of_our_time)]


class _Programme(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: _Key
    name: _Words | None = None
    timezone: Annotated[str, AfterValidator(_known_zone)] | None = None


class _Reflection(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: _Key
    title: _Words
    intro: _LongWords = Field(default_factory=dict)
    questions: list[_Words] = Field(default=[], max_length=MOST_QUESTIONS)
    opens_at: _Moment | None = None
    due_at: _Moment | None = None
    closes_at: _Moment | None = None
    whom: Annotated[tuple[str, ...] | None, BeforeValidator(_whom)] = Field(alias="for")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    programme: _Programme
    reflection: list[_Reflection] = Field(min_length=1, max_length=MOST_REFLECTIONS)


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise ReflectionsRefused([f"the file cannot be read ({error.strerror}); check its name"]) from None
    except ValueError:
        raise ReflectionsRefused(["the file cannot be read (no such name); check its name"]) from None
    if len(content) > LARGEST_FILE:
        raise ReflectionsRefused([f"the file is larger than {LARGEST_FILE // 1_000_000} MB; is it the right one?"])
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ReflectionsRefused(["the text is not UTF-8; save it as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ReflectionsRefused([f"this is not TOML: {error}"]) from None
    except (ValueError, RecursionError):  # a number with thousands of digits, brackets in brackets without end
        raise ReflectionsRefused(["this is not TOML that anybody wrote; is it the right file?"]) from None


def _sections(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The reflections and what to call each, also where something is wrong with them."""
    found = content.get("reflection")
    for number, section in enumerate(found if isinstance(found, list) else [], start=1):
        if isinstance(section, dict):
            yield f"reflection {number}", section


def _twice(content: Mapping[str, Any]) -> Iterator[str]:
    first: dict[str, str] = {}
    for where, section in _sections(content):
        key = section.get("key")
        if isinstance(key, str) and first.setdefault(key, where) != where:
            yield f"{where}, key: {key!r} is that of {first[key]} already; give it another"


def _strangers(content: Mapping[str, Any], known_emails: Collection[str]) -> Iterator[str]:
    for where, section in _sections(content):
        listed = section.get("for")
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, str) and _email(each) not in known_emails:
                yield f"{where}, for: {each[:120]!r} is nobody known; load the people first, or mend the address"


def _email(written: str) -> str:
    return written.strip().lower()


def _unordered(file: _File, zone: ZoneInfo | None) -> Iterator[str]:
    """Local times without a zone, and times in another order than they are lived through."""
    for number, each in enumerate(file.reflection, start=1):
        named = {"opens_at": each.opens_at, "due_at": each.due_at, "closes_at": each.closes_at}
        times = {name: moment for name, moment in named.items() if moment is not None}
        local = [name for name, moment in times.items() if moment.tzinfo is None and zone is None]
        for name in local:
            yield (
                f"reflection {number}, {name}: nobody knows in which time zone; write timezone = "
                '"Europe/Helsinki" under [programme], or an offset after the time'
            )
        in_utc = [] if local else [_utc(moment, zone) for moment in times.values()]
        if in_utc != sorted(set(in_utc)):
            yield f"reflection {number}: {', '.join(times)} have to follow each other; mend the times"


def _planned(each: _Reflection, zone: ZoneInfo | None) -> PlannedReflection:
    return PlannedReflection(
        key=each.key,
        title=each.title,
        intro=each.intro,
        questions=tuple(each.questions),
        opens_at=each.opens_at and _utc(each.opens_at, zone),
        due_at=each.due_at and _utc(each.due_at, zone),
        closes_at=each.closes_at and _utc(each.closes_at, zone),
        emails=each.whom,
    )


def _utc(moment: datetime, zone: ZoneInfo | None) -> datetime:
    if moment.tzinfo is not None or zone is None:
        return moment.astimezone(UTC)
    return instant_of(moment.date(), moment.time(), zone)


def _in_words(fault: Any) -> str:
    """Pydantic's fault with where it is and what to do about it."""
    place = ""
    for step in fault["loc"]:
        if isinstance(step, int):
            place += f" {step + 1}"
        elif step != "[key]":  # pydantic's own mark
            place += f", {step}" if place else step
    words = _WHAT_TO_DO.get(fault["type"], "it cannot be read; mend it")
    return f"{place}: {words.format(**fault.get('ctx', {}))}"
