"""Team picked: a participant names those of their team who are asked the question of the assignment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from coaching import forms
from coaching.asks import Ask, can_be_answered
from coaching.errors import Closed
from coaching.forms import Fault, FaultKind, Value
from coaching.people import Person
from coaching.pooled import MOST_ASKED, PooledQuestion, end_of, usual_closing
from dialogs import team
from dialogs.drawing import Drawn
from dialogs.folding import fold
from dialogs.pieces import CardRef
from dialogs.press import Press
from dialogs.reply import Reply
from dialogs.team import OTHERS, PICKED, UNTIL
from dialogs.turn import Turn, changed, changed_to
from dialogs.wording import moment_in_words
from storage.cards import Face, ShownCard
from storage.pools import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Who is to be asked, each once, and until when (UTC); faults where that cannot be."""

    people: Sequence[Person] = ()
    closes_at: datetime | None = None
    faults: Sequence[Fault] = ()


async def submitted(turn: Turn, press: Press, ask: Ask, card: ShownCard) -> Reply:
    """The answers of the card's face. Raises Closed."""
    if not can_be_answered(ask, turn.now):
        raise Closed
    pool = await turn.unit.pools.of_ask(ask.id)
    colleagues = await turn.unit.pools.colleagues(turn.person, limit=team.MOST_KNOWN)
    asked = team.form(ask.element, turn.language, colleagues, is_begun=pool is not None)
    checked = forms.checked(asked, press.entries)
    found = await picked(turn, ask, checked.values, pool)
    faults = checked.faults or found.faults
    if team.part_of(ask.element) is None or (pool is not None and pool.closed_at is not None):
        return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, Face.TEAM), ask))
    if faults:
        ref = CardRef(card_id=card.id, revision=card.wanted, ask_id=ask.id)
        drawn = await team.pick_card(turn.unit, turn.person, ask, ref, entries=press.entries, faults=faults)
        return Reply.of(changed_to(turn, card, Drawn(card=drawn, summary=turn.t("form.summary", title=asked.title))))
    said = await ask_them(turn, ask, found, pool)
    return Reply.of(await changed(turn, await turn.unit.cards.turn_over(card, Face.ASK), ask), said)


async def picked(turn: Turn, ask: Ask, values: Mapping[str, Value], pool: Pool | None) -> Picked:
    """Who is meant. Everybody is checked: only colleagues of the person's may be asked."""
    names = [name for part in re.split(r"[,;\n]", str(values.get(OTHERS) or "")) if (name := " ".join(part.split()))]
    chosen = values.get(PICKED)
    ids = [int(each[1:]) for each in chosen] if isinstance(chosen, list) else []
    known = await turn.unit.pools.colleagues(turn.person, limit=team.MOST_KNOWN)
    known += await turn.unit.pools.colleagues_named(turn.person, names=names, ids=ids)
    by_id = {each.id: each for each in known}
    called = team.by_their_names([*by_id.values()])
    meant = [called.get(name.lower()) or called.get(fold(name)) for name in names]
    people = {each.id: each for each in [*(by_id.get(id) for id in ids), *meant] if each is not None}
    already = frozenset(await turn.unit.pools.team(pool.id)) if pool is not None else frozenset()
    closes_at = _closes_at(turn, ask, values, pool)
    faults = []
    if not names and not ids:
        faults.append(Fault(field=OTHERS, kind=FaultKind.MISSING))
    if None in meant or any(id not in by_id for id in ids):
        faults.append(Fault(field=OTHERS, kind=FaultKind.NOT_A_COLLEAGUE))
    if len(people.keys() | already) > MOST_ASKED:
        faults.append(Fault(field=OTHERS, kind=FaultKind.TOO_MANY, high=MOST_ASKED))
    if closes_at <= turn.now:
        faults.append(Fault(field=UNTIL, kind=FaultKind.IN_THE_PAST))
    elif ask.closes_at is not None and closes_at > ask.closes_at:
        faults.append(Fault(field=UNTIL, kind=FaultKind.AFTER_CLOSING))
    return Picked(people=[*people.values()], closes_at=closes_at, faults=faults)


def _closes_at(turn: Turn, ask: Ask, values: Mapping[str, Value], pool: Pool | None) -> datetime:
    if pool is not None:
        return pool.closes_at
    day = values.get(UNTIL)
    return end_of(str(day), turn.zone) if day else usual_closing(ask, turn.now, turn.zone)


async def ask_them(turn: Turn, ask: Ask, found: Picked, pool: Pool | None) -> str:
    """They are asked soon; what to say of it. Who was picked before stays, and is not asked twice."""
    part = team.part_of(ask.element)
    if part is None or found.closes_at is None or (pool is not None and pool.closed_at is not None):
        return turn.t("team.pick.closed")
    pool = pool or await turn.unit.pools.begin(
        asker_id=turn.person.id,
        about=ask.element,
        asked=PooledQuestion(question=part.question, threshold=part.pooled_from),
        closes_at=found.closes_at,
        ask_id=ask.id,
    )
    already = frozenset(await turn.unit.pools.team(pool.id))
    await turn.unit.pools.add(pool.id, {each.id for each in found.people} - already)
    when = moment_in_words(turn.language, turn.local(pool.closes_at))
    number = len(already | {each.id for each in found.people})
    said = [turn.t("team.pick.sent", count=number, when=when)]
    said += [turn.t("team.pick.fewer", least=part.pooled_from)] if number < part.pooled_from else []
    missing = [each for each in found.people if not _is_within_reach(each)]
    if missing:
        names = ", ".join(each.name for each in missing)
        copy = turn.t("team.pick.copy", question=team.question(ask.element, turn.language), when=when)
        said += [turn.t("team.pick.not_reached", names=names), copy]
    return "\n\n".join(said)


async def whom(turn: Turn) -> str:
    """Whom of their team the person may name, before they type; empty where nobody is known."""
    colleagues = await turn.unit.pools.colleagues(turn.person, limit=team.MOST_LISTED)
    if not colleagues:
        return turn.t("team.pick.nobody")
    return turn.t("team.pick.known", names=", ".join(each.name for each in colleagues))


def _is_within_reach(person: Person) -> bool:
    return person.unreachable is None and person.stopped_at is None and bool(person.address or person.aad_id)
