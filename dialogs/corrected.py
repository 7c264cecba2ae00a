"""Corrected: what a coach has sent to many says something else: on the cards that people have, and for those to come.

Who has answered keeps their receipt and their answer. What it said before is kept with the correction, and is the way
back from it.
"""

from collections.abc import Mapping
from dataclasses import replace

from microsoft_teams.cards import CardElement

from coaching import broadcasts
from coaching.asks import Element
from coaching.broadcasts import Broadcast, BroadcastState, Standing
from coaching.forms import Checked, Fault, FaultKind, Field, FieldKind, Form, checked
from coaching.people import Language, Person, in_language
from coaching.proposals import NotNow, Proposal
from dialogs import broadcast_form
from dialogs.broadcast_cards import Prepared, previews
from dialogs.broadcast_form import LONGEST_WORDS
from dialogs.deeds import Deed, Outcome, Preview
from dialogs.pieces import paragraph, quoted, small
from dialogs.turn import Turn
from dialogs.wording import t
from storage.asks import content_of, element_with
from storage.store import Unit

_SENT = (
    BroadcastState.QUEUED,
    BroadcastState.SENDING,
    BroadcastState.DONE,
    BroadcastState.RECALLING,
    BroadcastState.RECALLED,
)


def can_be_corrected(broadcast: Broadcast) -> bool:
    """Whether it was sent, and so says something to somebody."""
    return broadcast.state in _SENT and broadcast.element_id is not None


def entries_of(broadcast: Broadcast) -> dict[str, object]:
    """The form's texts as they were sent, to be changed."""
    return {name: broadcast.entries[name] for name in _names() if broadcast.entries.get(name)}


async def _form(unit: Unit, person: Person, proposal: Proposal) -> Form:
    language = person.language
    return Form(
        title=t(language, "proposal.correct.title"),
        intro=t(language, "proposal.correct.intro"),
        fields=tuple(
            Field(
                name=name,
                kind=FieldKind.LONG_TEXT,
                label=t(language, f"broadcast.form.{name}.label"),
                hint=t(language, f"broadcast.form.{name}.hint"),
                matter=None,
                required=False,
                longest=LONGEST_WORDS,
            )
            for name in _names()
        ),
    )


async def _read(unit: Unit, person: Person, proposal: Proposal, entries: Mapping[str, object], form: Form) -> Checked:
    found = checked(form, entries)
    if found.faults or any(found.values.values()):
        return found
    return replace(found, faults=(Fault(field=form.fields[0].name, kind=FaultKind.MISSING),))


async def _preview(unit: Unit, person: Person, proposal: Proposal) -> Preview:
    language, broadcast = person.language, await _broadcast(unit, proposal)
    element = await unit.programmes.element(broadcast.element_id or 0)
    to_be = broadcast_form.corrected(element, broadcast, proposal.entries)
    body: list[CardElement] = [quoted(f"{t(language, 'broadcast.title')} ", in_language(to_be.title, language))]
    before = {"former": content_of(element)}
    if to_be == element:
        return Preview(body=[*body, paragraph(t(language, "proposal.correct.same"))], can=False, before=before)
    counts = broadcasts.tally(await unit.standings.of_broadcast(broadcast))
    lines = {
        "have_it": counts.of(Standing.SENT) + counts.of(Standing.UNKNOWN),
        "get_it": counts.of(Standing.QUEUED) + counts.of(Standing.UNREACHABLE),
        "have_answered": counts.of(Standing.ANSWERED),
    }
    body += [paragraph(t(language, f"proposal.correct.{key}", count=number)) for key, number in lines.items() if number]
    prepared = Prepared(
        programme=(await unit.programmes.names([broadcast.programme_id]))[broadcast.programme_id],
        element=to_be,
        strands=await unit.audiences.strands(broadcast.programme_id, broadcast.audience, as_of=unit.now),
        due_at=broadcast.due_at,
        at=None,
    )
    shown = previews(prepared, broadcast, now=unit.now)
    return Preview(body=[*body, small(t(language, "proposal.correct.silent"))], can=True, before=before, cards=shown)


async def _do(turn: Turn, proposal: Proposal) -> Mapping[str, object]:
    broadcast = await _broadcast(turn.unit, proposal)
    element = await turn.unit.programmes.element(broadcast.element_id or 0)
    to_be = broadcast_form.corrected(element, broadcast, proposal.entries)
    if not can_be_corrected(broadcast) or content_of(element) != proposal.before.get("former") or to_be == element:
        raise NotNow
    await turn.unit.programmes.save_element(to_be)
    words = {name: proposal.entries.get(name) for name in _names()}
    entries = {**broadcast.entries, **words}
    await turn.unit.broadcasts.save(replace(broadcast, entries={key: each for key, each in entries.items() if each}))
    since = broadcast.undo_until or turn.now
    return {
        "element": element.id,
        "made": content_of(to_be),
        "since": since.isoformat(),
        "words": entries_of(broadcast),
    }


async def _undo(turn: Turn, proposal: Proposal) -> None:
    broadcast = await _broadcast(turn.unit, proposal)
    element = await turn.unit.programmes.element(broadcast.element_id or 0)
    former = proposal.before.get("former")
    if content_of(element) != proposal.before.get("made") or not isinstance(former, dict):
        raise NotNow
    await turn.unit.programmes.save_element(element_with(element, former))
    words = proposal.before.get("words")
    kept = {key: each for key, each in broadcast.entries.items() if key not in _names()}
    entries = {**kept, **(words if isinstance(words, dict) else {})}
    await turn.unit.broadcasts.save(replace(broadcast, entries=entries))


async def _outcome(unit: Unit, person: Person, proposal: Proposal) -> Outcome:
    element: Element = await unit.programmes.element(int(str(proposal.before["element"])))
    return Outcome(
        body=[quoted(f"{t(person.language, 'broadcast.title')} ", in_language(element.title, person.language))]
    )


async def _broadcast(unit: Unit, proposal: Proposal) -> Broadcast:
    """The broadcast that it is about, which is its author's."""
    found = await unit.broadcasts.get(int(str(proposal.before["broadcast"])))
    if found is None or found.author_id != proposal.author_id:
        raise NotNow
    return found


def _names() -> list[str]:
    return [f"text_{each}" for each in Language]


CORRECT = Deed(form=_form, read=_read, preview=_preview, do=_do, outcome=_outcome, undo=_undo, in_parts=True)
