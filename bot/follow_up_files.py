"""Follow-up files: how far the participants of a programme are and what they handed in, for one of its coaches.

A row for each thing that somebody was asked, or for each answer in it that the coach reads. What the access table does
not let a coach read is not read for the file either.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.files import File, NotTheirs, Order
from bot.spreadsheets import CSV, XLSX, Cell, Sheet, as_csv_file, as_xlsx_file
from coaching.asks import Element
from coaching.following import stage
from coaching.forms import Field, Value
from coaching.people import Language
from dialogs import catalogue
from dialogs.hand_ins import in_words, readable
from dialogs.wording import t
from storage.hand_ins import Followed, Given, Participant, opened
from storage.store import Store

#: People who are read in one transaction, so that nobody waits for it.
AT_ONCE = 25
_HEADINGS = ("name", "email", "groups", "asked", "stage", "at", "version", "by", "team", "question", "answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One thing that the programme asks. fields: those of its answers that the coach reads, by name."""

    title: str
    fields: Mapping[str, Field]
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One person and one thing, as read. values: what they gave, by field. is_team_done: their team was asked."""

    person: Participant
    asked: _Asked
    followed: Followed
    values: Mapping[str, Value]
    by: str
    is_team_done: bool


async def as_csv(store: Store, order: Order) -> File:
    """The follow-up as CSV. Raises NotTheirs."""
    return await _file(store, order, "sparri-follow-up.csv", CSV, as_csv_file)


async def as_xlsx(store: Store, order: Order) -> File:
    """The follow-up for Excel. Raises NotTheirs."""
    return await _file(store, order, "sparri-follow-up.xlsx", XLSX, as_xlsx_file)


async def _file(store: Store, order: Order, name: str, media_type: str, write: Callable[[Sheet], bytes]) -> File:
    programme_id = order.about.get("programme", 0)
    asked = await _asked(store, order, programme_id)
    lines: list[_Line] = []
    after = 0
    while True:
        some = await _some(store, order, programme_id, asked, after)
        if some is None:
            break
        after, read = some
        lines += read
    zone = ZoneInfo(order.person.timezone)
    content = await asyncio.to_thread(lambda: write(_sheet(lines, order.language, zone)))
    return File(name=name, media_type=media_type, content=content)


async def _asked(store: Store, order: Order, programme_id: int) -> dict[int, _Asked]:
    """What the programme asks for answers to, by number. Raises NotTheirs where the person does not coach it."""
    async with store.transaction() as unit:
        if programme_id not in {each.id for each in await unit.programmes.coached_by(order.person.id)}:
            raise NotTheirs
        owing = (await unit.programmes.sources(programme_id)).owing
    return {element.id: _of_element(element, order.language, place) for place, element in enumerate(reversed(owing))}


def _of_element(element: Element, language: Language, order: int) -> _Asked:
    fields = {field.name: field for field in readable(element, language)}
    return _Asked(title=catalogue.named(element, language), fields=fields, order=order)


async def _some(
    store: Store, order: Order, programme_id: int, asked: Mapping[int, _Asked], after: int
) -> tuple[int, list[_Line]] | None:
    """The lines of the next people, and the number of the last of them; None when there are no more."""
    async with store.transaction() as unit:
        persons = {
            person.id: person
            for person in await unit.hand_ins.participants(programme_id, order.person.id, after=after, limit=AT_ONCE)
        }
        found = [each for each in await unit.hand_ins.followed(programme_id, [*persons]) if each.element_id in asked]
        names = {name for each in found for name in asked[each.element_id].fields}
        given = await unit.hand_ins.given([each.ask_id for each in found if each.version], [*names])
        by = await unit.people.names_of({each.by_id for each in found if each.by_id})
        done = await unit.pools.done_of([each.ask_id for each in found])
    if not persons:
        return None
    lines = []
    for each in found:
        person, of = persons[each.person_id], asked[each.element_id]
        own = [value for value in given.get(each.ask_id, ()) if value.field in of.fields]
        values = await _opened(store, person, own)
        name, is_done = by.get(each.by_id or 0, ""), each.ask_id in done
        lines.append(_Line(person=person, asked=of, followed=each, values=values, by=name, is_team_done=is_done))
    return max(persons), lines


async def _opened(store: Store, person: Participant, given: Sequence[Given]) -> Mapping[str, Value]:
    return await opened(store.keys, person, given, store.now()) if given else {}


def _sheet(lines: Sequence[_Line], language: Language, zone: ZoneInfo) -> Sheet:
    in_order = sorted(lines, key=lambda line: (line.person.name.casefold(), line.person.id, line.asked.order))
    return Sheet(
        name=t(language, "follow_up.sheet"),
        headings=[t(language, f"follow_up.column.{name}") for name in _HEADINGS],
        rows=[row for line in in_order for row in _rows(line, language, zone)],
    )


def _rows(line: _Line, language: Language, zone: ZoneInfo) -> list[list[Cell]]:
    followed, person = line.followed, line.person
    same: list[Cell] = [
        person.name,
        person.email,
        ", ".join(person.groups),
        line.asked.title,
        t(language, f"follow_up.stage.{stage(followed.standing)}"),
        followed.answered_at and followed.answered_at.astimezone(zone),
        followed.version or None,
        line.by or None,
        t(language, "follow_up.team_done") if line.is_team_done else None,
    ]
    answers = [
        [*same, field.label, _cell(language, field, line.values[name])]
        for name, field in line.asked.fields.items()
        if name in line.values
    ]
    return answers or [[*same, None, None]]


def _cell(language: Language, field: Field, value: Value) -> Cell:
    """A number as a number, so that it can be counted with."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return in_words(language, field, value)
