"""Check-in: how each goal goes, what helped, what is next, and whether it is kept. And the missing half of a goal.

What the programme asks about the same is asked in its words, and what it asks beside that comes after the goals. Which
goals, and by which numbers, stands in the key of what it comes from: "plan:check_in:1t,3f". Their words are
opened at the last moment, and stand beside the questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from microsoft_teams.cards import Action, CardElement

from coaching.access import Audience, Matter
from coaching.asks import Ask, AskKind, Element
from coaching.check_in_questions import OWN, CheckInFacts
from coaching.check_ins import Decision
from coaching.forms import Choice, Field, FieldKind, Form, Value
from coaching.people import Language, in_language
from coaching.plans import BOUNDS, Measure, Pace, words_of
from dialogs import goal
from dialogs.cards import Beside
from dialogs.content import in_words
from dialogs.goal import Told
from dialogs.pieces import CardRef, Verb, button, card, cut, heading, paragraph, quoted, small, subheading
from dialogs.questions import field_of
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import t
from storage.cards import Face
from storage.spoken import Spoken

#: Characters of what helped, and of the next if-then: three goals fit on a card.
LONGEST = 400
#: Characters of each of a goal's texts that stand beside the questions about it.
LONGEST_SAID = 200
#: The same where the programme asks more.
LONGEST_SAID_BESIDE = 50
#: Characters of all answers together to what a programme asks beside the goals.
ROOM = 2_000
_MEASURES = {"t": Measure.TEN, "f": Measure.FIVE}
#: What a plan asks or says of itself, with goals that it is about.
KINDS = frozenset({AskKind.CHECK_IN, AskKind.HALF_GOAL, AskKind.CUE})


def form(element: Element, language: Language) -> Form:
    """What is asked about each goal, and what the programme asks beside that."""
    asked, facts = measures_of(element), element.check_in or CheckInFacts()
    fields = tuple(
        each for number in asked for each in _of_goal(language, facts, number, asked[number], alone=len(asked) == 1)
    )
    title = in_language(element.title, language) or t(language, "check_in.title")
    return Form(title=title, intro=in_language(element.intro, language), fields=(*fields, *own_fields(facts, language)))


def own_fields(facts: CheckInFacts, language: Language) -> tuple[Field, ...]:
    """What a programme asks beside the goals, once in each check-in."""
    longest = min(LONGEST, ROOM // max(len(facts.own), 1))
    found = [field_of(each, language, Matter.CHECK_IN, longest=longest) for each in facts.own]
    return tuple(replace(each, name=f"{OWN}{each.name}") for each in found)


def own_answers(
    facts: CheckInFacts, language: Language, values: Mapping[str, Value], *, before: Sequence[Mapping[str, Value]] = ()
) -> list[tuple[str, str]]:
    """What was answered to that: each question, and the answer as a person reads it.

    before: what was answered in earlier check-ins, oldest first, for the numbers to stand in a row.
    """
    found = []
    for field in own_fields(facts, language):
        if field.name not in values:
            continue
        all_of_it = [each[field.name] for each in (*before, values) if field.name in each]
        is_number = field.kind in (FieldKind.SCALE, FieldKind.NUMBER)
        shown = all_of_it[-goal.MOST_NUMBERS :] if is_number else all_of_it[-1:]
        answer = ", ".join(in_words(language, field, each) for each in shown)
        row = t(language, "check_in.in_a_row", numbers=answer) if len(shown) > 1 else answer
        found.append((field.label, row))
    return found


def half_form(element: Element, language: Language) -> Form:
    """When and what then, of a goal that has not both."""
    return Form(
        title=t(language, "check_in.half.title"),
        intro=t(language, "check_in.half.intro"),
        fields=goal.form(element, language, Face.IF_THEN).fields,
    )


def cue_form(element: Element, language: Language) -> Form:
    """A moment has come; nothing is asked."""
    return Form(title=t(language, "check_in.cue.title"), fields=())


def pace_form(element: Element, language: Language) -> Form:
    """How the person goes on after it was too much."""
    choices = tuple(Choice(id=each, label=t(language, f"check_in.pace.{each}")) for each in Pace)
    asked = Field(
        name="pace",
        kind=FieldKind.CHOICE,
        label=t(language, "check_in.pace.label"),
        matter=Matter.CHECK_IN,
        choices=choices,
    )
    return Form(title=t(language, "check_in.pace.title"), fields=(asked,))


def measures_of(element: Element) -> dict[int, Measure]:
    """The numbers by which each goal's progress is told, by the goals' places."""
    parts = element.key.rpartition(":")[2].split(",")
    return {int(part[:-1]): _MEASURES[part[-1]] for part in parts}


def beside(
    language: Language,
    ask: Ask,
    spoken: Spoken | None,
    ref: CardRef | None = None,
    *,
    longest: int = LONGEST_SAID,
) -> Beside:
    """What stands on the card of a check-in, a missing half or a cue beside its questions.

    longest: characters of each of a goal's texts at the most.
    """
    told = _goals(spoken)
    if ask.kind is AskKind.CUE:
        return Beside(before=cue(language, spoken))
    before: list[CardElement] = []
    longest = min(longest, LONGEST_SAID_BESIDE if ask.element.check_in else LONGEST_SAID)
    for each in told:
        words = goal.shortened(words_of(each), longest)
        what = words.what
        lead = f"{t(language, 'check_in.goal', number=each['number'])} "
        before.append(quoted(lead, what) if len(told) > 1 else goal.led(language, "what", what))
        before += [goal.if_then(language, words)] if words.is_whole else []
    promised = "\n".join(dict.fromkeys(str(each["promised"]) for each in told if each.get("promised")))
    before += [quoted(f"{t(language, 'check_in.promised')} ", cut(promised, longest))] if promised else []
    actions: Sequence[Action] = ()
    if ask.kind is AskKind.CHECK_IN:
        actions = [button(t(language, "check_in.too_much"), Verb.TOO_MUCH, ref=ref)]
    return Beside(before=before, actions=actions)


def cue(language: Language, spoken: Spoken | None) -> list[CardElement]:
    """The person's own words at the moment that they named."""
    return [
        element
        for each in _goals(spoken)
        for element in (paragraph(t(language, "check_in.cue.now")), goal.if_then(language, words_of(each)))
    ]


def receipt(
    language: Language,
    told: Sequence[Told],
    ref: CardRef,
    *,
    can_edit: bool,
    own: Sequence[tuple[str, str]] = (),
    shared_with: frozenset[Audience] = frozenset(),
) -> Card:
    """That it is stored, and how each goal has gone so far. own: see `own_answers`.

    shared_with: those with whom the answers are shared now.
    """
    title = t(language, "check_in.saved")
    body: list[CardElement] = [heading(title)]
    for each in told:
        body += [
            subheading(t(language, "plan.goal", number=each.goal.number)),
            goal.led(language, "what", each.words.what),
            *goal.chart(language, each.goal.measure, each.progress),
            paragraph(t(language, f"plan.state.{each.goal.state}")),
        ]
    body += [quoted(f"{asked} ", answer) for asked, answer in own]
    body.append(small(who_sees(language, Matter.MEASURE, shared_with=shared_with)))
    actions = [
        *([button(t(language, "receipt.edit"), Verb.EDIT, ref=ref)] if can_edit else []),
        button(t(language, "check_in.to_goals"), Verb.GOALS),
    ]
    return card(language, body, actions=actions, fallback=title)


def _goals(spoken: Spoken | None) -> Sequence[Mapping[str, object]]:
    found: Sequence[Mapping[str, object]] = spoken.words.get("goals", ()) if spoken is not None else ()
    return found


def _of_goal(
    language: Language, facts: CheckInFacts, number: int, measure: Measure, *, alone: bool
) -> tuple[Field, ...]:
    def label(name: str) -> str:
        asked = in_language(facts.wording(name), language) or t(language, f"check_in.field.{name}")
        return asked if alone else t(language, "check_in.of_goal", number=number, label=asked)

    low, high = BOUNDS[measure]
    decisions = tuple(Choice(id=each, label=t(language, f"check_in.decision.{each}")) for each in Decision)
    return (
        Field(
            name=f"progress_{number}",
            kind=FieldKind.SCALE,
            label=label("progress"),
            matter=Matter.MEASURE,
            low=low,
            high=high,
            low_label=t(language, f"check_in.low.{measure}"),
            high_label=t(language, f"check_in.high.{measure}"),
        ),
        _text(f"helped_{number}", label("helped")),
        _text(f"next_{number}", label("next")),
        Field(
            name=f"decision_{number}",
            kind=FieldKind.CHOICE,
            label=label("decision"),
            matter=Matter.CHECK_IN,
            choices=decisions,
        ),
    )


def _text(name: str, label: str) -> Field:
    return Field(
        name=name, kind=FieldKind.LONG_TEXT, label=label, matter=Matter.CHECK_IN, required=False, longest=LONGEST
    )
