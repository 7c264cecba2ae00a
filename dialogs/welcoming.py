"""Welcoming: a coach lets somebody in by their code, into a programme of theirs, and sees first what they would get."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from microsoft_teams.cards import CardElement

from coaching.changes import is_wanted
from coaching.forms import Checked, Choice, Field, FieldKind, Form, checked
from coaching.people import Language, Member, Person, Role, in_language
from coaching.placing import Enrolled, Placed, placed
from coaching.proposals import NotNow, Proposal, ProposalState
from dialogs import everyday, letting_in
from dialogs.deeds import Deed, Outcome, Preview
from dialogs.letting_in import Refusal
from dialogs.pieces import alert, cut, paragraph, quoted
from dialogs.reply import Text
from dialogs.turn import Turn
from dialogs.wording import date_in_words, t
from storage.store import Unit

#: Of what comes first; the rest is counted.
MOST_NAMED = 3
LONGEST_TITLE = 80
#: Into none of the coach's programmes.
NOWHERE = "none"


async def _form(unit: Unit, person: Person, proposal: Proposal) -> Form:
    language = person.language
    coached = await unit.programmes.coached_by(person.id)
    choices = (
        *(Choice(id=str(each.id), label=in_language(each.name, language)) for each in coached),
        Choice(id=NOWHERE, label=t(language, "proposal.let_in.nowhere")),
    )
    return Form(
        title=t(language, "proposal.let_in.title"),
        intro=t(language, "proposal.let_in.intro"),
        fields=(
            _field(language, "code", FieldKind.TEXT),
            _field(language, "into", FieldKind.CHOICE, choices=choices),
        ),
    )


async def _read(unit: Unit, person: Person, proposal: Proposal, entries: Mapping[str, object], form: Form) -> Checked:
    """With one programme and the other choice, the programme is meant where nothing was said."""
    only = [choice.id for choice in form.fields[1].choices if choice.id != NOWHERE]
    said = {**entries, "into": entries.get("into") or only[0]} if len(only) == 1 and entries.get("code") else entries
    return checked(form, said)


async def _preview(unit: Unit, person: Person, proposal: Proposal) -> Preview:
    language = person.language
    waiting = await letting_in.who_waits(
        unit, letting_in.wish(str(proposal.entries["code"])), tenant=person.tenant, coach=person
    )
    if isinstance(waiting, Refusal):
        return Preview(body=[alert(everyday.let_in_refused(language, waiting).text)], can=False, before={})
    who, into = waiting.person, _into(proposal)
    body: list[CardElement] = [quoted(t(language, "proposal.away.who"), who.name)]
    if into is None:
        return Preview(
            body=[*body, paragraph(t(language, "proposal.let_in.only_in"))], can=True, before={"person": who.id}
        )
    names = (await unit.programmes.names([into]))[into]
    body.append(quoted(f"{t(language, 'broadcast.programme')} ", in_language(names, language)))
    part = (await unit.people.parts_in(into, [who.id])).get(who.id)
    if part is not None and part.role is not Role.PARTICIPANT:
        body.append(alert(t(language, "proposal.let_in.has_part")))
        return Preview(body=body, can=False, before={})
    ahead = await _ahead(unit, who, into, part)
    body.append(paragraph(t(language, "proposal.let_in.gets", count=len(ahead))))
    body += [_line(language, each, who) for each in ahead[:MOST_NAMED]]
    return Preview(body=body, can=True, before={"person": who.id})


async def _do(turn: Turn, proposal: Proposal) -> Mapping[str, object]:
    into = _into(proposal)
    if into is not None and into not in {each.id for each in await turn.unit.programmes.coached_by(turn.person.id)}:
        raise NotNow
    wish = letting_in.wish(str(proposal.entries["code"]))
    who = await letting_in.let_in(turn.unit, wish, tenant=turn.person.tenant, coach=turn.person)
    if isinstance(who, Refusal) or who.id != proposal.before.get("person"):
        raise NotNow
    if into is None:
        return {"person": who.id}
    part = (await turn.unit.people.parts_in(into, [who.id])).get(who.id)
    if part is not None and part.role is not Role.PARTICIPANT:
        raise NotNow
    new = part or Member(person_id=who.id, programme_id=into, role=Role.PARTICIPANT)
    await turn.unit.people.save_part(replace(new, coach_id=new.coach_id or turn.person.id))
    membership = (await turn.unit.members.of(into, [who.id]))[0]
    if membership.left_at is not None:
        await turn.unit.members.come_back(into, who.id)
    return {"person": who.id, "into": into}


async def _undo(turn: Turn, proposal: Proposal) -> None:
    """They take no part in the programme; whoever was let in stays somebody with whom Sparri talks."""
    into, person_id = proposal.before.get("into"), int(str(proposal.before["person"]))
    if not isinstance(into, int):
        raise NotNow
    await turn.unit.people.get(person_id)
    found = await turn.unit.members.of(into, [person_id])
    if not found or found[0].left_at is not None or found[0].role is not Role.PARTICIPANT:
        raise NotNow
    await turn.unit.members.leave(into, person_id)


async def _outcome(unit: Unit, person: Person, proposal: Proposal) -> Outcome:
    person_id, into = int(str(proposal.before["person"])), proposal.before.get("into")
    name = (await unit.people.names_of([person_id])).get(person_id, "")
    body: list[CardElement] = [quoted(t(person.language, "proposal.away.who"), name)]
    if isinstance(into, int):
        names = (await unit.programmes.names([into]))[into]
        body.append(quoted(f"{t(person.language, 'broadcast.programme')} ", in_language(names, person.language)))
    return Outcome(body=body, can_undo=isinstance(into, int) and proposal.state is ProposalState.DONE)


async def _told(unit: Unit, person: Person, proposal: Proposal) -> Sequence[Text]:
    person_id = int(str(proposal.before["person"]))
    return [everyday.let_in_by_coach(await unit.people.language_of(person_id), to=person_id)]


async def _ahead(unit: Unit, who: Person, programme_id: int, part: Member | None) -> list[Placed]:
    """What they would be asked and told from now on, as far as it is known, the soonest first."""
    programme = await unit.revisions.newest(programme_id)
    if programme is None:
        return []
    around = await unit.members.circumstances([who])
    member = Enrolled(
        roles=frozenset({Role.PARTICIPANT}),
        groups=frozenset(part.groups if part else ()),
        availability=around[who.id].availability,
        joined_at=unit.now,
        happened={},
    )
    return [each for each in placed(programme, member) if is_wanted(each) and (each.opens_at or unit.now) >= unit.now]


def _line(language: Language, each: Placed, who: Person) -> CardElement:
    day = date_in_words(language, each.opens_at.astimezone(ZoneInfo(who.timezone)).date()) if each.opens_at else ""
    return quoted(f"{day} ", cut(in_language(each.element.title, language), LONGEST_TITLE))


def _into(proposal: Proposal) -> int | None:
    """The programme that the form names; None for none."""
    into = str(proposal.entries["into"])
    return None if into == NOWHERE else int(into)


def _field(language: Language, name: str, kind: FieldKind, *, choices: tuple[Choice, ...] = ()) -> Field:
    return Field(
        name=name,
        kind=kind,
        label=t(language, f"proposal.let_in.{name}.label"),
        hint=t(language, f"proposal.let_in.{name}.hint"),
        matter=None,
        choices=choices,
    )


LET_IN = Deed(form=_form, read=_read, preview=_preview, do=_do, outcome=_outcome, undo=_undo, told=_told)
