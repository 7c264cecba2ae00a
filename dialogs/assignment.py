"""Assignment: something to try between sessions; its questions, and the cards that show how far the person is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement

from coaching.access import Matter
from coaching.asks import Ask, Element
from coaching.assignments import AssignmentFacts
from coaching.elements import Evidence
from coaching.forms import LONGEST_TEXT, Choice, Fault, Field, FieldKind, Form
from coaching.people import Language, in_language
from dialogs.cards import Beside, form_card
from dialogs.pieces import MOST_ACTIONS, CardRef, Verb, alert, button, card, heading, paragraph, quoted, small
from dialogs.reflection import ROOM
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import date_in_words, moment_in_words, t
from storage.cards import Face
from storage.spoken import Spoken

#: Nothing stands beside it.
ALONE = Beside()
#: How it went, where that is chosen from a list.
OUTCOMES = ("well", "partly", "not_yet")
#: A first version that is sent for feedback; what its button says instead of a face.
DRAFT = "draft"
#: Characters of a plan's or a message's text.
LONGEST_PLAN, LONGEST_MESSAGE = 1_000, 3_000
#: The faces whose questions are about the assignment, and none of which is the answer to it.
ASIDE = frozenset({Face.PLAN, Face.DROP, Face.QUESTION, Face.MORE_TIME, Face.TEAM})


def form(element: Element, language: Language, about: str = "") -> Form:
    """The questions of one of its faces; by default those of what is handed in."""
    face = face_named(about)
    title = in_language(element.title, language)
    if face in _OWN_WORDS:
        part = facts(element).team_part
        intro = t(language, f"assignment.{face}.intro", least=part.pooled_from if part else 0)
        return Form(title=title, intro=intro, fields=_OWN_WORDS[face](language))
    fields = _adapted(language) if face is Face.ADAPT else ()
    return Form(
        title=title, intro=in_language(element.intro, language), fields=(*fields, *_handed_in(element, language))
    )


def face_named(name: str) -> Face:
    """The face of that name; what is handed in where there is none."""
    return next((face for face in (Face.ADAPT, *ASIDE) if face == name), Face.HAND_IN)


def about_of(values: Mapping[str, object]) -> str:
    """The face whose questions these are the answers to: what was done otherwise is asked in one of its own."""
    return Face.ADAPT if "adapted" in values else Face.HAND_IN


def facts(element: Element) -> AssignmentFacts:
    """What it asks for."""
    return element.assignment or AssignmentFacts()


def main_card(
    language: Language,
    ask: Ask,
    ref: CardRef,
    *,
    zone: ZoneInfo,
    why: str,
    spoken: Spoken | None = None,
    is_now: bool = False,
    beside: Beside = ALONE,
) -> Card:
    """What is to be done, the person's own plan for it, and what they can do with it.

    is_now: it is the moment that they planned. Where other things stand on the card, the rarer buttons are folded.
    """
    element, name = ask.element, in_language(ask.element.title, language)
    intro = in_language(element.intro, language)
    steps = [in_language(step.text, language) for step in facts(element).steps]
    due = ask.due_at and t(language, "assignment.due", when=date_in_words(language, ask.due_at.astimezone(zone).date()))
    body: list[CardElement] = [
        heading(name),
        *([paragraph(beside.lead)] if beside.lead else []),
        *_plan(language, spoken, zone, is_now=is_now),
        *([paragraph(intro)] if intro else []),
        *(paragraph(t(language, "assignment.step", number=n, text=text)) for n, text in enumerate(steps, start=1)),
        *([paragraph(t(language, "assignment.group"))] if facts(element).group_work else []),
        *([paragraph(t(language, "assignment.final"))] if facts(element).final else []),
        *([paragraph(_asked_of_team(language, element))] if facts(element).team_part else []),
        *([paragraph(due)] if due else []),
        *beside.elements,
        small(who_sees(language, Matter.HAND_IN)),
        *([small(why)] if why else []),
    ]
    has_team = facts(element).team_part is not None
    actions = _actions(language, ref, is_folded=bool(beside.actions), has_team=has_team) + list(beside.actions)
    fallback = "\n".join([t(language, "form.fallback", title=name), *beside.in_words])
    return card(language, body, actions=actions[:MOST_ACTIONS], fallback=fallback)


def face_card(
    language: Language,
    element: Element,
    ref: CardRef,
    face: Face,
    *,
    entries: Mapping[str, object] | None = None,
    faults: Sequence[Fault] = (),
    lead: str = "",
    asked: Form | None = None,
) -> Card:
    """The questions of a face, with its own buttons. lead: a line before them. asked: its form, where at hand."""
    asked = asked or form(element, language, face)
    actions = _of(language, element, ref, face)
    return form_card(
        language, asked, ref, entries=entries, faults=faults, why="", beside=Beside(lead=lead), actions=actions
    )


def left_out_card(language: Language, element: Element, ref: CardRef) -> Card:
    """That it is left out, and that it can be taken up again."""
    title = t(language, "assignment.left_out.title")
    body = [
        heading(title),
        paragraph(in_language(element.title, language)),
        paragraph(t(language, "assignment.left_out.text")),
    ]
    actions = [_turn(language, ref, Face.PLAN), _turn(language, ref, Face.HAND_IN)]
    return card(language, body, actions=actions, fallback=f"{title}: {in_language(element.title, language)}")


def group_card(language: Language, element: Element, *, by: str, at_local: datetime) -> Card:
    """That somebody handed in for the group. by: empty where nobody knows any more who."""
    title, name = t(language, "assignment.for_group.title"), in_language(element.title, language)
    body = [
        heading(title),
        paragraph(name),
        *([quoted(t(language, "assignment.for_group.by"), by)] if by else []),
        paragraph(t(language, "receipt.saved", when=moment_in_words(language, at_local))),
    ]
    return card(language, body, fallback=f"{title}: {name}")


def _plan(language: Language, spoken: Spoken | None, zone: ZoneInfo, *, is_now: bool) -> list[CardElement]:
    if spoken is None or spoken.at is None:
        return []
    when = moment_in_words(language, spoken.at.astimezone(zone))
    lead = alert(t(language, "assignment.now")) if is_now else paragraph(t(language, "assignment.planned", when=when))
    said = [(name, str(spoken.words[name])) for name in ("where", "how") if spoken.words.get(name)]
    return [lead, *(quoted(t(language, f"assignment.plan.{name}_lead"), text) for name, text in said)]


def _asked_of_team(language: Language, element: Element) -> str:
    part = facts(element).team_part
    return t(language, "assignment.team.part", question=in_language(part.question.text, language)) if part else ""


def _actions(language: Language, ref: CardRef, *, is_folded: bool, has_team: bool) -> list[Action]:
    """Six at the most: where the team is asked, what was done otherwise is told beside what was done."""
    actions: list[Action] = [_turn(language, ref, face) for face in (Face.HAND_IN, Face.PLAN)]
    if is_folded:
        return [*actions, button(t(language, "assignment.more"), Verb.TURN, ref=ref, argument=Face.ASK)]
    rarer = (Face.TEAM if has_team else Face.ADAPT, Face.DROP, Face.QUESTION)
    actions += [_turn(language, ref, face) for face in rarer]
    return [*actions, button(t(language, "form.later"), Verb.LATER, ref=ref)]


def _turn(language: Language, ref: CardRef, face: Face) -> Action:
    return button(t(language, f"assignment.{face}.button"), Verb.TURN, ref=ref, argument=face)


def _of(language: Language, element: Element, ref: CardRef, face: Face) -> list[Action]:
    def submit(key: str, argument: str) -> Action:
        return button(t(language, f"assignment.{key}"), Verb.SUBMIT, ref=ref, argument=argument, inputs="auto")

    back = button(t(language, "assignment.back"), Verb.TURN, ref=ref, argument=Face.ASK)
    # With a team part the first card has no room for what was done otherwise: it is told beside what was done.
    beside_otherwise = Face.HAND_IN if _handed_in(element, language) else Face.DROP
    has_otherwise = facts(element).team_part is not None and face is beside_otherwise
    otherwise = [_turn(language, ref, Face.ADAPT)] if has_otherwise else []
    if face in ASIDE:
        more = [_turn(language, ref, Face.MORE_TIME)] if face is Face.DROP else []
        return [submit(f"{face}.submit", face), *more, *otherwise, back]
    keep = button(t(language, "assignment.keep"), Verb.SAVE, ref=ref, argument=face, inputs="auto")
    drafts = [submit("send_draft", DRAFT)] if facts(element).final and face is Face.HAND_IN else []
    return [*drafts, submit("send_final" if drafts else "hand_in.submit", face), keep, *otherwise, back]


def _handed_in(element: Element, language: Language) -> tuple[Field, ...]:
    steps, evidence = facts(element).steps, facts(element).evidence
    count = len(steps) + 2
    longest = min(LONGEST_TEXT, ROOM // count // 100 * 100)
    asked = [
        Field(
            name=f"step_{step.id}",
            kind=FieldKind.LONG_TEXT,
            label=in_language(step.text, language),
            matter=Matter.HAND_IN,
            required=False,
            longest=longest,
        )
        for step in steps
    ]
    shown = _evidence(language, evidence, longest)
    return (*asked, *([shown] if shown else []))


def _evidence(language: Language, evidence: Evidence, longest: int) -> Field | None:
    if evidence is Evidence.NONE:
        return None
    name, label = "evidence", t(language, f"assignment.evidence.{evidence}")
    match evidence:
        case Evidence.CHOICE:
            choices = tuple(Choice(id=each, label=t(language, f"assignment.outcome.{each}")) for each in OUTCOMES)
            return Field(name=name, kind=FieldKind.CHOICE, label=label, matter=Matter.HAND_IN, choices=choices)
        case Evidence.SCALE:
            return Field(
                name=name,
                kind=FieldKind.SCALE,
                label=label,
                matter=Matter.HAND_IN,
                low=0,
                high=10,
                low_label=t(language, "assignment.evidence.low"),
                high_label=t(language, "assignment.evidence.high"),
            )
        case Evidence.LINK:
            return Field(name=name, kind=FieldKind.LINK, label=label, matter=Matter.HAND_IN)
    return Field(name=name, kind=FieldKind.LONG_TEXT, label=label, matter=Matter.HAND_IN, longest=longest)


def _adapted(language: Language) -> tuple[Field, ...]:
    return (
        Field(
            name="adapted",
            kind=FieldKind.LONG_TEXT,
            label=t(language, "assignment.adapt.label"),
            matter=Matter.HAND_IN,
            longest=LONGEST_PLAN,
        ),
    )


def _planning(language: Language) -> tuple[Field, ...]:
    kinds = {"when": FieldKind.DATE, "at": FieldKind.TIME, "where": FieldKind.TEXT, "how": FieldKind.LONG_TEXT}
    return tuple(
        Field(
            name=name,
            kind=kind,
            label=t(language, f"assignment.plan.{name}"),
            matter=Matter.INTENTION,
            required=name != "where",
            longest=LONGEST_PLAN if name == "how" else None,
        )
        for name, kind in kinds.items()
    )


def _dropping(language: Language) -> tuple[Field, ...]:
    return (_text(language, "reason", "assignment.drop.label", Matter.INTENTION, LONGEST_PLAN),)


def _questioning(language: Language) -> tuple[Field, ...]:
    return (_text(language, "question", "assignment.question.label", Matter.HAND_IN, LONGEST_MESSAGE),)


def _asking_time(language: Language) -> tuple[Field, ...]:
    until = Field(
        name="until", kind=FieldKind.DATE, label=t(language, "assignment.more_time.until"), matter=Matter.HAND_IN
    )
    return until, _text(language, "why", "assignment.more_time.why", Matter.HAND_IN, LONGEST_PLAN, required=False)


def _asking_team(language: Language) -> tuple[Field, ...]:
    people = Field(
        name="people",
        kind=FieldKind.LONG_TEXT,
        label=t(language, "assignment.team.people"),
        matter=None,
        longest=LONGEST_MESSAGE,
    )
    until = Field(
        name="until",
        kind=FieldKind.DATE,
        label=t(language, "assignment.team.until"),
        hint=t(language, "assignment.team.until_hint"),
        matter=None,
        required=False,
    )
    return people, until


def _text(language: Language, name: str, label: str, matter: Matter, longest: int, *, required: bool = True) -> Field:
    return Field(
        name=name,
        kind=FieldKind.LONG_TEXT,
        label=t(language, label),
        matter=matter,
        longest=longest,
        required=required,
    )


_OWN_WORDS = {
    Face.PLAN: _planning,
    Face.DROP: _dropping,
    Face.QUESTION: _questioning,
    Face.MORE_TIME: _asking_time,
    Face.TEAM: _asking_team,
}
