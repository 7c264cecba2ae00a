"""The form of a share: what of one's own, with whom, and until when; and what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coaching.access import SHAREABLE, Audience, Matter
from coaching.calendar import MIDNIGHT, instant_of
from coaching.forms import Checked, Choice, Fault, FaultKind, Field, FieldKind, Form, checked
from coaching.people import Language
from coaching.shares import Thing
from dialogs.content import Content, Written
from dialogs.pieces import cut
from dialogs.wording import t

#: A choice on a card shows no more than so many things.
MOST_CHOICES = 40
LONGEST_LABEL = 80
#: What is shared can be read so long at the most.
LONGEST = timedelta(days=366)
USUAL = timedelta(days=30)
_PEER, _TEAM = "peer", "team"
_OF_TWO = frozenset({Matter.NOTES, Matter.SUMMARY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What somebody can choose from. people: names of those with whom they could share, by audience and number.

    about: of notes about somebody and of summaries, with whom alone they go together, by the number of the ask. peer:
    who goes by the name that was written; None for nobody.
    """

    contents: Sequence[Content] = ()
    people: Mapping[tuple[Audience, int], str] = field(default_factory=dict)
    has_team: bool = False
    about: Mapping[int, int] = field(default_factory=dict)
    peer: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a form that has no faults came to. ends_at: UTC."""

    things: frozenset[Thing]
    matters: frozenset[Matter]
    audience: Audience
    person_id: int | None
    ends_at: datetime


def form(language: Language, ground: Ground) -> Form:
    """The questions, in the owner's language."""
    return Form(
        title=t(language, "share.form.title"),
        intro=t(language, "share.form.intro"),
        fields=(
            _field(language, "what", FieldKind.CHOICES, choices=_what(language, ground)),
            _field(language, "to", FieldKind.CHOICE, choices=_to(language, ground)),
            _field(language, "peer", FieldKind.TEXT, required=False),
            _field(language, "until", FieldKind.DATE),
        ),
    )


def first_entries(today: date) -> dict[str, object]:
    """What the form begins with."""
    return {"until": (today + USUAL).isoformat()}


def with_manager(language: Language, ground: Ground, things: frozenset[Thing]) -> dict[str, object]:
    """What the form says of these things for the person's manager: as much of it as there is."""
    what = [choice.id for choice in _what(language, ground) if Thing.named(choice.id) in things]
    manager = next((number for audience, number in ground.people if audience is Audience.MANAGER), None)
    return {"what": what} | ({"to": f"{Audience.MANAGER}:{manager}"} if manager is not None else {})


def read(form: Form, entries: Mapping[str, object], ground: Ground, *, today: date) -> Checked:
    """The entries as values, with a fault for each that does not fit, also beside the others."""
    found = checked(form, entries)
    faults = {fault.field: fault for fault in found.faults}
    values = found.values
    if values.get("to") == _PEER and ground.peer is None:
        kind = FaultKind.NOT_A_NAME if values.get("peer") else FaultKind.MISSING
        faults.setdefault("peer", Fault(field="peer", kind=kind))
    if "what" in values and "to" in values and "peer" not in faults and not _fits(values, ground):
        faults.setdefault("to", Fault(field="to", kind=FaultKind.NOT_TO_BE_SHARED))
    if "until" in values and "until" not in faults:
        until = date.fromisoformat(str(values["until"]))
        if until < today:
            faults["until"] = Fault(field="until", kind=FaultKind.IN_THE_PAST)
        elif until > today + LONGEST:
            faults["until"] = Fault(field="until", kind=FaultKind.TOO_FAR)
    return Checked(values=values, faults=tuple(faults[each.name] for each in form.fields if each.name in faults))


def wish(values: Mapping[str, object], ground: Ground, *, zone: ZoneInfo) -> Wish:
    """What values without faults come to."""
    audience, person_id = _chosen(values, ground)
    chosen = _things(values)
    day = date.fromisoformat(str(values["until"])) + timedelta(days=1)
    return Wish(
        things=chosen,
        matters=frozenset(each.item.matter for each in _written(chosen, ground)),
        audience=audience,
        person_id=person_id,
        ends_at=instant_of(day, MIDNIGHT, zone),
    )


def covered(written: Written, things: frozenset[Thing]) -> bool:
    """Whether a field is among the things."""
    item = written.item
    whole = Thing(subject=item.subject, subject_id=item.subject_id)
    return whole in things or Thing(subject=item.subject, subject_id=item.subject_id, field=item.field) in things


def _fits(values: Mapping[str, object], ground: Ground) -> bool:
    """Whether all that was chosen may be shared with whom it was; notes and summaries with the other one alone."""
    audience, person_id = _chosen(values, ground)
    written = _written(_things(values), ground)
    is_theirs = all(
        ground.about.get(each.item.subject_id) == person_id for each in written if each.item.matter in _OF_TWO
    )
    return bool(written) and is_theirs and all(audience in SHAREABLE[each.item.matter] for each in written)


def _written(things: frozenset[Thing], ground: Ground) -> list[Written]:
    return [each for content in ground.contents for each in content.written if covered(each, things)]


def _things(values: Mapping[str, object]) -> frozenset[Thing]:
    chosen = values.get("what")
    return frozenset(Thing.named(str(each)) for each in chosen) if isinstance(chosen, list) else frozenset()


def _chosen(values: Mapping[str, object], ground: Ground) -> tuple[Audience, int | None]:
    name, _, number = str(values["to"]).partition(":")
    if name == _TEAM:
        return Audience.TEAM, None
    return Audience(name), ground.peer if name == _PEER else int(number)


def _field(
    language: Language, name: str, kind: FieldKind, *, required: bool = True, choices: tuple[Choice, ...] = ()
) -> Field:
    return Field(
        name=name,
        kind=kind,
        label=t(language, f"share.form.{name}.label"),
        hint=t(language, f"share.form.{name}.hint"),
        matter=None,
        required=required,
        choices=choices,
    )


def _what(language: Language, ground: Ground) -> tuple[Choice, ...]:
    """Each thing whole, then their fields one by one where there are several; as many as a card has room for."""
    found: list[Choice] = []
    parts: list[Choice] = []
    for content in ground.contents:
        title = cut(content.title, LONGEST_LABEL)
        found.append(Choice(id=str(content.whole), label=t(language, "share.whole", title=title)))
        for each in content.written if len(content.written) > 1 else ():
            part = Thing(subject=content.subject, subject_id=content.subject_id, field=each.item.field)
            label = t(language, "share.part", title=title, label=cut(each.label, LONGEST_LABEL))
            parts.append(Choice(id=str(part), label=label))
    return tuple([*found, *parts][:MOST_CHOICES])


def _to(language: Language, ground: Ground) -> tuple[Choice, ...]:
    named = (
        Choice(id=f"{audience}:{number}", label=t(language, f"share.to.{audience}", name=name))
        for (audience, number), name in ground.people.items()
    )
    team = [Choice(id=_TEAM, label=t(language, "share.to.team"))] if ground.has_team else []
    return (*named, *team, Choice(id=_PEER, label=t(language, "share.to.peer")))
