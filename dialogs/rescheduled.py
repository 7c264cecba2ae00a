"""Rescheduled: a coach holds a session at another time, or the sessions from a day on online.

It makes the programme's next revision by the same rules as a file that is loaded; the way back is one more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from microsoft_teams.cards import CardElement

from coaching import rescheduling
from coaching.changes import Change, difference
from coaching.forms import Choice, Field, FieldKind, Form
from coaching.people import Language, Person, in_language
from coaching.programmes import Programme
from coaching.proposals import NotNow, Proposal, ProposalKind
from coaching.rescheduling import DOUBTFUL, Obstacle, ObstacleKind
from coaching.sessions import facts_of
from dialogs import changes
from dialogs.deeds import Deed, Outcome, Preview
from dialogs.pieces import alert, cut, paragraph, quoted, small
from dialogs.revising import Revising, revising
from dialogs.turn import Turn
from dialogs.wording import moment_in_words, t
from storage.public_holidays import public_holidays
from storage.revisions import Loaded
from storage.store import Unit

LONGEST_TITLE = 60
#: Sessions that a card names.
MOST_NAMED = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What is to be: the programme as it stands, as it would be, and what stands in the way."""

    loaded: Loaded
    now: Programme
    to_be: Programme
    obstacles: Sequence[Obstacle] = ()

    @property
    def is_barred(self) -> bool:
        return any(each.kind not in DOUBTFUL for each in self.obstacles)


async def coached(unit: Unit, person: Person) -> dict[int, Programme]:
    """The programmes that somebody coaches and that came from a file, as they stand, by number."""
    found = {each.id: await unit.revisions.newest(each.id) for each in await unit.programmes.coached_by(person.id)}
    return {number: programme for number, programme in found.items() if programme is not None}


async def named(unit: Unit, person: Person, number: int) -> list[str]:
    """The choices of the form that mean a session with that number that is still ahead."""
    return [
        _session_id(programme_id, number)
        for programme_id, programme in (await coached(unit, person)).items()
        for session in programme.sessions
        if session.number == number and rescheduling.is_ahead(programme, session, unit.now)
    ]


async def _move_form(unit: Unit, person: Person, proposal: Proposal) -> Form:
    language, programmes = person.language, await coached(unit, person)
    choices = [
        Choice(id=_session_id(number, session.number), label=_label(language, programme, session.number, programmes))
        for number, programme in programmes.items()
        for session in programme.sessions
        if rescheduling.is_ahead(programme, session, unit.now)
    ]
    return Form(
        title=t(language, "proposal.move.title"),
        intro=t(language, "proposal.move.intro"),
        fields=(
            _field(language, "move.session", FieldKind.CHOICE, choices=tuple(choices)),
            _field(language, "move.day", FieldKind.DATE),
            _field(language, "move.hour", FieldKind.TIME, required=False),
        ),
    )


async def _virtual_form(unit: Unit, person: Person, proposal: Proposal) -> Form:
    language, programmes = person.language, await coached(unit, person)
    choices = [Choice(id=str(id), label=in_language(each.name, language)) for id, each in programmes.items()]
    which = (
        [] if len(choices) == 1 else [_field(language, "virtual.programme", FieldKind.CHOICE, choices=tuple(choices))]
    )
    return Form(
        title=t(language, "proposal.virtual.title"),
        intro=t(language, "proposal.virtual.intro"),
        fields=(
            *which,
            _field(language, "virtual.day", FieldKind.DATE),
            _field(language, "virtual.link", FieldKind.LINK, required=False),
        ),
    )


async def _preview(unit: Unit, person: Person, proposal: Proposal) -> Preview:
    language, wish = person.language, await _wish(unit, person, proposal)
    obstacles = [alert(_in_words(language, each)) for each in wish.obstacles]
    lead: list[CardElement] = [quoted(f"{t(language, 'broadcast.programme')} ", in_language(wish.now.name, language))]
    before = {"revision": wish.loaded.revision}
    if wish.is_barred:
        return Preview(body=[*lead, *obstacles], can=False, before=before)
    found = await revising(unit, wish.loaded, wish.to_be, tenant=wish.loaded.tenant)
    if not found.has_changed:
        nothing = alert(t(language, "proposal.virtual.nothing"))
        return Preview(body=[*lead, nothing], can=False, before=before)
    body = [
        *lead,
        *([small(t(language, "proposal.is_told"))] if found.told else []),
        *_sentences(language, found.change, found.programme),
        *obstacles,
        *await _effects(unit, person, wish, found),
    ]
    return Preview(body=body, can=True, before=before)


async def _do(turn: Turn, proposal: Proposal) -> Mapping[str, object]:
    wish = await _wish(turn.unit, turn.person, proposal, to_change=True)
    if wish.is_barred or wish.loaded.revision != proposal.before.get("revision"):
        raise NotNow
    return await _make(turn, wish.loaded, wish.to_be)


async def _undo(turn: Turn, proposal: Proposal) -> None:
    if proposal.programme_id is None:
        raise NotNow
    loaded = await turn.unit.revisions.get(proposal.programme_id, to_change=True)
    if loaded.revision != proposal.before.get("made") or loaded.ended_at is not None:
        raise NotNow
    former = await turn.unit.revisions.document(loaded.id, _number(proposal, "revision"))
    for each in difference(former, await turn.unit.revisions.document(loaded.id, loaded.revision)).sessions:
        if each.before is None or not rescheduling.is_ahead(former, each.before, turn.now):
            raise NotNow
    await _make(turn, loaded, former)


async def _outcome(unit: Unit, person: Person, proposal: Proposal) -> Outcome:
    language, programme_id = person.language, proposal.programme_id or 0
    former = await unit.revisions.document(programme_id, _number(proposal, "revision"))
    made = await unit.revisions.document(programme_id, _number(proposal, "made"))
    lead = quoted(f"{t(language, 'broadcast.programme')} ", in_language(made.name, language))
    told = paragraph(t(language, "proposal.told", count=_number(proposal, "told")))
    return Outcome(body=[lead, *_sentences(language, difference(former, made), made), told])


async def _make(turn: Turn, loaded: Loaded, programme: Programme) -> Mapping[str, object]:
    """The next revision; its members are brought to it by the pump. What its way back needs."""
    found = await revising(turn.unit, loaded, programme, tenant=loaded.tenant)
    if not found.has_changed:
        raise NotNow
    made = await turn.unit.revisions.add(
        loaded, found.programme, sources=found.sources, notices=found.notices, from_chat=True
    )
    return {"revision": loaded.revision, "made": made.revision, "told": found.told}


async def _wish(unit: Unit, person: Person, proposal: Proposal, *, to_change: bool = False) -> _Wish:
    loaded = await unit.revisions.get(proposal.programme_id or 0, to_change=to_change)
    programme = await unit.revisions.document(loaded.id, loaded.revision)
    entries = proposal.entries
    day = date.fromisoformat(str(entries["day"]))
    if proposal.kind is ProposalKind.VIRTUAL:
        link = str(entries["link"]) if entries.get("link") else None
        return _Wish(
            loaded=loaded, now=programme, to_be=rescheduling.held_online(programme, day, link=link, now=unit.now)
        )
    number = int(str(entries["session"]).partition(".")[2])
    session = rescheduling.session_of(programme, number)
    if session is None:
        barred = (Obstacle(kind=ObstacleKind.HELD),)
        return _Wish(loaded=loaded, now=programme, to_be=programme, obstacles=barred)
    hour = time.fromisoformat(str(entries["hour"])) if entries.get("hour") else session.starts.time()
    starts = datetime.combine(day, hour)
    holidays = public_holidays(programme.rules.holidays, day.year)
    return _Wish(
        loaded=loaded,
        now=programme,
        to_be=rescheduling.moved(programme, number, starts),
        obstacles=rescheduling.obstacles(programme, number, starts, now=unit.now, holidays=holidays),
    )


async def _effects(unit: Unit, person: Person, wish: _Wish, found: Revising) -> list[CardElement]:
    """Whom it touches: who is told of it, and what was not sent yet."""
    numbers = {each.number for each in found.change.sessions}
    keys = rescheduling.sources_around(found.programme, numbers)
    around = await unit.members.count_around(wish.loaded.id, keys)
    lines = [t(person.language, "proposal.to_be_told", count=found.told)]
    if around.untold:
        lines.append(t(person.language, "proposal.untold", count=around.untold))
    if around.told:
        lines.append(t(person.language, "proposal.sent_stays", count=around.told))
    return [*(paragraph(line) for line in lines), small(t(person.language, "proposal.file"))]


def _sentences(language: Language, change: Change, programme: Programme) -> list[CardElement]:
    """Each change in a line of its own; where there are very many, the rest are counted."""
    named, rest = change.sessions[:MOST_NAMED], len(change.sessions) - MOST_NAMED
    lines: list[CardElement] = [
        quoted("", changes.sentence(language, each, programme, programme.timezone)) for each in named
    ]
    return [*lines, *([paragraph(t(language, "proposal.more", count=rest))] if rest > 0 else [])]


def _in_words(language: Language, obstacle: Obstacle) -> str:
    return t(language, f"proposal.obstacle.{obstacle.kind}", number=obstacle.number)


def _label(language: Language, programme: Programme, number: int, all_: Mapping[int, Programme]) -> str:
    session = next(each for each in programme.sessions if each.number == number)
    when = moment_in_words(language, facts_of(programme, session).starts.astimezone(ZoneInfo(programme.timezone)))
    title = cut(in_language(session.title, language), LONGEST_TITLE)
    label = t(language, "proposal.move.choice", number=number, title=title, when=when)
    return label if len(all_) == 1 else f"{cut(in_language(programme.name, language), LONGEST_TITLE)}: {label}"


def _field(
    language: Language, key: str, kind: FieldKind, *, required: bool = True, choices: tuple[Choice, ...] = ()
) -> Field:
    return Field(
        name=key.rpartition(".")[2],
        kind=kind,
        label=t(language, f"proposal.{key}.label"),
        hint=t(language, f"proposal.{key}.hint"),
        matter=None,
        required=required,
        choices=choices,
    )


def _session_id(programme_id: int, number: int) -> str:
    return f"{programme_id}.{number}"


def _number(proposal: Proposal, name: str) -> int:
    return int(str(proposal.before[name]))


MOVE = Deed(form=_move_form, preview=_preview, do=_do, outcome=_outcome, undo=_undo)
VIRTUAL = Deed(form=_virtual_form, preview=_preview, do=_do, outcome=_outcome, undo=_undo)
