"""Team: whom a participant picks for the question that belongs to their assignment, as a card."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement

from coaching.asks import Ask, Element
from coaching.elements import TeamPart
from coaching.forms import Choice, Fault, Field, FieldKind, Form
from coaching.people import Language, Person, in_language
from dialogs import assignment, team_answers
from dialogs.cards import Beside, form_card
from dialogs.folding import fold
from dialogs.pieces import CardRef, Verb, button, card, fitting, heading
from dialogs.reply import Card
from dialogs.wording import moment_in_words, t
from storage.cards import Face
from storage.pools import Pool
from storage.store import Unit

#: Colleagues whom the card lists; others are named.
MOST_LISTED = 15
#: Colleagues whom names are looked for among; beyond them a name is found as it stands on the list.
MOST_KNOWN = 300
#: The card's own fields.
PICKED, OTHERS, UNTIL = "team", "people", "until"


def part_of(element: Element) -> TeamPart | None:
    """What the team is asked; None where it is not."""
    return assignment.facts(element).team_part


def form(element: Element, language: Language, colleagues: Sequence[Person], *, is_begun: bool) -> Form:
    """Whom to ask, of these or by name, and until when; that is settled once somebody is asked."""
    by_name = assignment.form(element, language, Face.TEAM)
    others, until = by_name.fields
    picked = Field(
        name=PICKED,
        kind=FieldKind.CHOICES,
        label=t(language, "assignment.team.team"),
        matter=None,
        required=False,
        choices=tuple(Choice(id=f"p{each.id}", label=each.name) for each in colleagues[:MOST_LISTED]),
    )
    label = t(language, "assignment.team.others") if colleagues else others.label
    others = replace(others, required=False, label=label)
    fields = (*([picked] if colleagues else []), others, *([] if is_begun else [until]))
    return replace(by_name, fields=fields)


async def pick_card(
    unit: Unit,
    person: Person,
    ask: Ask,
    ref: CardRef,
    *,
    entries: Mapping[str, object] | None = None,
    faults: Sequence[Fault] = (),
) -> Card:
    """Whom to ask; beside it who is asked already. What came of it, once that is there."""
    language, zone = person.language, ZoneInfo(person.timezone)
    pool = await unit.pools.of_ask(ask.id)
    back = button(t(language, "assignment.back"), Verb.TURN, ref=ref, argument=Face.ASK)
    if pool is not None and pool.closed_at is not None:
        return await _came_of(unit, person, pool, back)
    asked = frozenset(await unit.pools.team(pool.id)) if pool is not None else frozenset()
    colleagues = [each for each in await unit.pools.colleagues(person, limit=MOST_KNOWN) if each.id not in asked]
    leads = [t(language, "assignment.team.part", question=question(ask.element, language))]
    leads += [] if colleagues or asked else [t(language, "team.pick.nobody")]
    leads += [running(language, pool, len(asked), zone)] if pool is not None else []
    send = button(t(language, "assignment.team.submit"), Verb.SUBMIT, ref=ref, argument=Face.TEAM, inputs="auto")
    return form_card(
        language,
        form(ask.element, language, colleagues, is_begun=pool is not None),
        ref,
        entries=entries,
        faults=faults,
        why="",
        beside=Beside(lead=" ".join(leads)),
        actions=[send, back],
    )


def running(language: Language, pool: Pool, number: int, zone: ZoneInfo) -> str:
    """How many are asked, and when their answers come; or that they have."""
    if pool.closed_at is not None:
        return t(language, "team.pick.closed")
    when = moment_in_words(language, pool.closes_at.astimezone(zone))
    return t(language, "team.pick.running", count=number, when=when)


async def standing(unit: Unit, person: Person, ask: Ask) -> str:
    """The same of an assignment's team part; empty where nobody was asked."""
    pool = await unit.pools.of_ask(ask.id) if part_of(ask.element) is not None else None
    if pool is None:
        return ""
    number = len(await unit.pools.team(pool.id))
    return running(person.language, pool, number, ZoneInfo(person.timezone))


async def _came_of(unit: Unit, person: Person, pool: Pool, back: Action) -> Card:
    language = person.language
    spoken = await unit.speech.came_of(pool, person.id)
    element = await unit.programmes.element(pool.answers_id)
    title = team_answers.form(element, language).title

    def drawn(longest: int) -> Card:
        body: list[CardElement] = [heading(title), *team_answers.said(language, element, spoken, longest=longest)]
        return card(language, body, actions=[back], fallback=title)

    return fitting(drawn)


def by_their_names(colleagues: Sequence[Person]) -> Mapping[str, Person]:
    """The colleagues by what they can be called: address, whole name, and a first name that is nobody else's."""
    called: dict[str, list[Person]] = {}
    for each in colleagues:
        first = each.name.split()[:1]
        for name in {fold(each.name), *map(fold, first)} - {""}:
            called.setdefault(name, []).append(each)
    found = {name: those[0] for name, those in called.items() if len(those) == 1}
    return found | {each.email: each for each in colleagues if each.email}


def question(element: Element, language: Language) -> str:
    """What the team is asked, in words; empty where it is not."""
    part = part_of(element)
    return in_language(part.question.text, language) if part is not None else ""
