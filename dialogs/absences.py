"""Absences: a coach says that somebody of theirs is away until a day, or is back; nothing is sent to them meanwhile.

What the person themselves has paused or stopped is theirs alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from microsoft_teams.cards import CardElement

from coaching import people
from coaching.forms import Checked, Fault, FaultKind, Field, FieldKind, Form, checked
from coaching.hours import DateRange
from coaching.people import Language, Person
from coaching.proposals import NotNow, Proposal, ProposalKind, ProposalState
from dialogs.deeds import Deed, Outcome, Preview
from dialogs.pieces import alert, paragraph, quoted, small
from dialogs.reply import Text
from dialogs.turn import Turn
from dialogs.wording import date_in_words, t
from storage.leaves import CoachedPerson
from storage.store import Unit


async def _form(unit: Unit, person: Person, proposal: Proposal) -> Form:
    language, kind = person.language, proposal.kind
    who = _field(language, "away.person", FieldKind.TEXT)
    last = [_field(language, "away.last", FieldKind.DATE)] if kind is ProposalKind.AWAY else []
    return Form(
        title=t(language, f"proposal.{kind}.title"), intro=t(language, f"proposal.{kind}.intro"), fields=(who, *last)
    )


async def _read(unit: Unit, person: Person, proposal: Proposal, entries: Mapping[str, object], form: Form) -> Checked:
    found = checked(form, entries)
    faults = {fault.field: fault for fault in found.faults}
    if "person" in found.values and len(await unit.leaves.coached(person.id, str(found.values["person"]))) != 1:
        faults["person"] = Fault(field="person", kind=FaultKind.NOBODY_SUCH)
    today = unit.now.astimezone(ZoneInfo(person.timezone)).date()
    if "last" in found.values and date.fromisoformat(str(found.values["last"])) < today:
        faults["last"] = Fault(field="last", kind=FaultKind.IN_THE_PAST)
    in_order = tuple(faults[field.name] for field in form.fields if field.name in faults)
    return replace(found, faults=in_order)


async def _preview(unit: Unit, person: Person, proposal: Proposal) -> Preview:
    language = person.language
    named = await unit.leaves.coached(person.id, str(proposal.entries["person"]))
    if len(named) != 1:
        return Preview(body=[alert(t(language, "fault.nobody_such"))], can=False, before={})
    who, today = named[0], _today(named[0], unit.now)
    former = await unit.leaves.ahead(who.id, day=today)
    is_away = proposal.kind is ProposalKind.AWAY
    new = [DateRange(first=today, last=date.fromisoformat(str(proposal.entries["last"])))] if is_away else []
    body: list[CardElement] = [
        quoted(t(language, "proposal.away.who"), who.name),
        *([paragraph(t(language, "proposal.away.was", day=_day(language, former[-1])))] if former else []),
        *([paragraph(t(language, "proposal.away.until", day=_day(language, new[0])))] if new else []),
        *(await _own(unit, language, who)),
        small(t(language, f"proposal.{proposal.kind}.what")),
    ]
    before = {"person": who.id, "former": _stored(former), "new": _stored(new)}
    return Preview(body=body, can=is_away or bool(former), before=before)


async def _do(turn: Turn, proposal: Proposal) -> Mapping[str, object]:
    who = await _locked(turn, proposal)
    today = _today(who, turn.now)
    if _stored(await turn.unit.leaves.ahead(who.id, day=today)) != proposal.before["former"]:
        raise NotNow
    await turn.unit.leaves.replace(who.id, _ranges(proposal, "new"), day=today)
    return {}


async def _undo(turn: Turn, proposal: Proposal) -> None:
    who = await _locked(turn, proposal)
    today = _today(who, turn.now)
    if [each for each in _ranges(proposal, "new") if each.last >= today] != await turn.unit.leaves.ahead(
        who.id, day=today
    ):
        raise NotNow
    former = [each for each in _ranges(proposal, "former") if each.last >= today]
    await turn.unit.leaves.replace(who.id, [replace(each, first=max(each.first, today)) for each in former], day=today)


async def _outcome(unit: Unit, person: Person, proposal: Proposal) -> Outcome:
    language = person.language
    who = await unit.leaves.coached_one(person.id, int(str(proposal.before["person"])))
    body: list[CardElement] = [quoted(t(language, "proposal.away.who"), who.name)] if who else []
    new = _ranges(proposal, "new")
    if new and proposal.state is ProposalState.DONE:
        body.append(paragraph(t(language, "proposal.away.until", day=_day(language, new[0]))))
    return Outcome(body=body)


async def _locked(turn: Turn, proposal: Proposal) -> CoachedPerson:
    """Whom it is about, whom the coach still coaches. Raises NotNow where they do not."""
    person_id = int(str(proposal.before.get("person", 0)))
    await turn.unit.people.get(person_id)
    who = await turn.unit.leaves.coached_one(turn.person.id, person_id)
    if who is None:
        raise NotNow
    return who


async def _own(unit: Unit, language: Language, who: CoachedPerson) -> list[CardElement]:
    """That the person themselves wants no messages now, which nobody else ends."""
    found = await unit.people.look(who.id)
    if found is None or not people.is_silenced(found, unit.now):
        return []
    return [alert(t(language, "proposal.away.own"))]


def _today(who: CoachedPerson, now: datetime) -> date:
    return now.astimezone(ZoneInfo(who.timezone)).date()


def _day(language: Language, leave: DateRange) -> str:
    return date_in_words(language, leave.last)


def _stored(leaves: Sequence[DateRange]) -> list[list[str]]:
    return [[each.first.isoformat(), each.last.isoformat()] for each in leaves]


def _ranges(proposal: Proposal, name: str) -> list[DateRange]:
    stored = proposal.before.get(name)
    found = stored if isinstance(stored, list) else []
    return [DateRange(first=date.fromisoformat(first), last=date.fromisoformat(last)) for first, last in found]


def _field(language: Language, key: str, kind: FieldKind) -> Field:
    return Field(
        name=key.rpartition(".")[2],
        kind=kind,
        label=t(language, f"proposal.{key}.label"),
        hint=t(language, f"proposal.{key}.hint"),
        matter=None,
    )


async def _told(unit: Unit, person: Person, proposal: Proposal) -> Sequence[Text]:
    """The person hears of it, and of their own way back."""
    person_id, new = int(str(proposal.before["person"])), _ranges(proposal, "new")
    if not new:
        return ()
    language = await unit.people.language_of(person_id)
    return [Text(text=t(language, "proposal.away.told", day=_day(language, new[0])), to=person_id)]


ABSENCE = Deed(form=_form, read=_read, preview=_preview, do=_do, outcome=_outcome, undo=_undo, told=_told)
