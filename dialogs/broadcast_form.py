"""The form of a broadcast: what a coach fills in before something goes to many people, and what it comes to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from coaching.asks import AskKind, Element
from coaching.assignments import AssignmentFacts
from coaching.broadcasts import Audience, Broadcast, key_of
from coaching.calendar import instant_of
from coaching.forms import Checked, Choice, Fault, FaultKind, Field, FieldKind, Form, checked
from coaching.people import Language
from dialogs import catalogue, result
from dialogs.wording import t

#: Characters of the words in one language: as long as a notice's, and three of them fit on a card.
LONGEST_WORDS = 2000
LONGEST_NAMES = 1000
#: Characters of a title that a choice or a heading shows.
LONGEST_TITLE = 80
#: When something is due on its day, and when it goes out where only the day is named; local time.
DUE_TIME, SENDING_TIME = time(16), time(9)
_NEW_KINDS = {
    "message": AskKind.NOTICE,
    "question": AskKind.REFLECTION,
    "task": AskKind.ASSIGNMENT,
    "result": AskKind.RESULT,
}
_HOUR = re.compile(r"(?:klo|kl|at)?\s*([01]?\d|2[0-3])(?:[.:]([0-5]\d))?")
_EVERYBODY = "all"
_USUAL, _URGENT = "usual", "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a coach can choose from in one programme. elements: what its members are asked; owing: what of it has
    been asked already, the newest first. people: numbers of participants, by the names and addresses they go by.
    urgent_left: so many messages may break the dose now.
    """

    programme: str
    elements: Sequence[Element] = ()
    groups: Sequence[str] = ()
    owing: Sequence[Element] = ()
    people: Mapping[str, int] = field(default_factory=dict)
    urgent_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a form that has no faults came to. at: when it is to go out (UTC), None for now."""

    element: Element
    audience: Audience
    due_at: datetime | None
    at: datetime | None
    urgent: bool = False


def form(language: Language, ground: Ground) -> Form:
    """The questions, in the coach's language."""
    return Form(
        title=t(language, "broadcast.form.title"),
        intro=t(language, "broadcast.form.intro", programme=ground.programme),
        fields=(
            _field(language, "what", FieldKind.CHOICE, choices=_what(language, ground)),
            *(
                _field(language, f"text_{each}", FieldKind.LONG_TEXT, required=False, longest=LONGEST_WORDS)
                for each in Language
            ),
            _field(language, "due", FieldKind.DATE, required=False),
            _field(language, "to", FieldKind.CHOICES, required=False, choices=_to(language, ground)),
            _field(language, "people", FieldKind.LONG_TEXT, required=False, longest=LONGEST_NAMES),
            _field(language, "day", FieldKind.DATE, required=False),
            _field(language, "hour", FieldKind.TEXT, required=False, longest=10),
            _field(language, "urgency", FieldKind.CHOICE, required=False, choices=_urgencies(language)),
        ),
    )


def read(form: Form, entries: Mapping[str, object], ground: Ground, *, now: datetime, zone: ZoneInfo) -> Checked:
    """The entries as values, with a fault for each that does not fit, also beside the others."""
    found = checked(form, entries)
    faults = {fault.field: fault for fault in found.faults}
    values, today = found.values, now.astimezone(zone).date()
    if values.get("what") in _NEW_KINDS and not any(values.get(f"text_{each}") for each in Language):
        faults.setdefault("text_fi", Fault(field="text_fi", kind=FaultKind.MISSING))
    elif values.get("what") == "result":
        for each in (name for name in map("text_{}".format, Language) if values.get(name)):
            if result.link_in(str(values[each])) is None:
                faults.setdefault(each, Fault(field=each, kind=FaultKind.NOT_A_LINK))
    if not values.get("to") and not values.get("people"):
        faults.setdefault("to", Fault(field="to", kind=FaultKind.MISSING))
    if any(name.lower() not in ground.people for name in names_in(values)):
        faults.setdefault("people", Fault(field="people", kind=FaultKind.NOT_A_NAME))
    if "due" in values and date.fromisoformat(str(values["due"])) < today:
        faults.setdefault("due", Fault(field="due", kind=FaultKind.IN_THE_PAST))
    if "hour" in values and _hour(values) is None:
        faults.setdefault("hour", Fault(field="hour", kind=FaultKind.NOT_A_TIME))
    elif (at := _at(values, today, zone)) is not None and at <= now:
        faults.setdefault("day", Fault(field="day", kind=FaultKind.IN_THE_PAST))
    if values.get("urgency") == _URGENT and values.get("what") != "message":
        faults.setdefault("urgency", Fault(field="urgency", kind=FaultKind.ONLY_MESSAGES))
    elif values.get("urgency") == _URGENT and not ground.urgent_left:
        faults.setdefault("urgency", Fault(field="urgency", kind=FaultKind.NO_MORE_THIS_WEEK))
    in_order = [faults[field.name] for field in form.fields if field.name in faults]
    return Checked(values=values, faults=tuple(in_order))


def names_in(values: Mapping[str, object]) -> list[str]:
    """The names and addresses that were written among the people."""
    return [name for part in re.split(r"[,;\n]", str(values.get("people") or "")) if (name := " ".join(part.split()))]


def wish(broadcast: Broadcast, values: Mapping[str, object], ground: Ground, *, now: datetime, zone: ZoneInfo) -> Wish:
    """What values without faults come to."""
    chosen = [str(each) for each in _listed(values.get("to"))]
    owing = [int(each[2:]) for each in chosen if each.startswith("o:")]
    due = values.get("due")
    return Wish(
        element=_element(broadcast, values, ground),
        audience=Audience(
            everybody=_EVERYBODY in chosen,
            groups=frozenset(each[2:] for each in chosen if each.startswith("g:")),
            persons=frozenset(ground.people[name.lower()] for name in names_in(values)),
            not_answered=owing[0] if owing else None,
        ),
        due_at=instant_of(date.fromisoformat(str(due)), DUE_TIME, zone) if due else None,
        at=_at(values, now.astimezone(zone).date(), zone),
        urgent=values.get("urgency") == _URGENT,
    )


def _element(broadcast: Broadcast, values: Mapping[str, object], ground: Ground) -> Element:
    """What is asked. The first line of what was written is its title, the rest its words."""
    what = str(values["what"])
    texts = _texts(values)
    base = next((each for each in ground.elements if f"e:{each.id}" == what), None)
    if base is not None:
        return replace(base, id=0, key=key_of(broadcast), intro={**base.intro, **texts}, is_anchor=False)
    parts = {language: text.partition("\n") for language, text in texts.items()}
    titles = {language: first.strip()[:LONGEST_TITLE] for language, (first, _, _) in parts.items()}
    rest = {language: after.strip() or first.strip() for language, (first, _, after) in parts.items()}
    kind = _NEW_KINDS[what]
    is_question = kind is AskKind.REFLECTION
    only_title = all(rest[each] == titles[each] for each in rest)
    return Element(
        id=0,
        programme_id=broadcast.programme_id,
        key=key_of(broadcast),
        kind=kind,
        title=titles,
        intro={} if is_question or only_title else rest,
        questions=(rest,) if is_question else (),
        assignment=AssignmentFacts() if kind is AskKind.ASSIGNMENT else None,
    )


def corrected(element: Element, broadcast: Broadcast, values: Mapping[str, object]) -> Element:
    """What was sent, with the texts of *values* in place of its own."""
    if str(broadcast.entries["what"]) in _NEW_KINDS:
        anew = _element(broadcast, {**values, "what": broadcast.entries["what"]}, Ground(programme=""))
        return replace(element, title=anew.title, intro=anew.intro, questions=anew.questions)
    return replace(element, intro={**element.intro, **_texts(values)})


def _texts(values: Mapping[str, object]) -> dict[Language, str]:
    return {each: str(values[f"text_{each}"]) for each in Language if values.get(f"text_{each}")}


def _field(
    language: Language,
    name: str,
    kind: FieldKind,
    *,
    required: bool = True,
    longest: int | None = None,
    choices: tuple[Choice, ...] = (),
) -> Field:
    return Field(
        name=name,
        kind=kind,
        label=t(language, f"broadcast.form.{name}.label"),
        hint=t(language, f"broadcast.form.{name}.hint"),
        matter=None,
        required=required,
        longest=longest,
        choices=choices,
    )


def _what(language: Language, ground: Ground) -> tuple[Choice, ...]:
    new = [Choice(id=kind, label=t(language, f"broadcast.what.{kind}")) for kind in _NEW_KINDS]
    return (*new, *(Choice(id=f"e:{each.id}", label=_title(language, each)) for each in ground.elements))


def _urgencies(language: Language) -> tuple[Choice, ...]:
    return tuple(Choice(id=each, label=t(language, f"broadcast.urgency.{each}")) for each in (_USUAL, _URGENT))


def _to(language: Language, ground: Ground) -> tuple[Choice, ...]:
    return (
        Choice(id=_EVERYBODY, label=t(language, "broadcast.to.all")),
        *(Choice(id=f"g:{each}", label=t(language, "broadcast.to.group", group=each)) for each in ground.groups),
        *(
            Choice(id=f"o:{each.id}", label=t(language, "broadcast.to.owing", title=_title(language, each)))
            for each in ground.owing
        ),
    )


def _title(language: Language, element: Element) -> str:
    return catalogue.named(element, language)[:LONGEST_TITLE]


def _listed(chosen: object) -> Sequence[object]:
    return chosen if isinstance(chosen, list) else []


def _hour(values: Mapping[str, object]) -> time | None:
    found = _HOUR.fullmatch(str(values["hour"]).strip().lower()) if values.get("hour") else None
    return None if found is None else time(int(found[1]), int(found[2] or 0))


def _at(values: Mapping[str, object], today: date, zone: ZoneInfo) -> datetime | None:
    if not values.get("day") and not values.get("hour"):
        return None
    day = date.fromisoformat(str(values["day"])) if values.get("day") else today
    return instant_of(day, _hour(values) or SENDING_TIME, zone)
