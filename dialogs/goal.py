"""Goal: one goal of the development plan, asked in three short sittings, and the card that shows it.

First what and why, then when and what then, then how it is followed. Each sitting is kept by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement, RichTextBlock, TextRun

from coaching.access import Audience, Matter
from coaching.asks import Element
from coaching.check_ins import Measured, bars
from coaching.forms import Choice, Fault, Field, FieldKind, Form
from coaching.people import Language, in_language
from coaching.plans import OFTENEST, SELDOMEST, WORDS, Again, Goal, GoalState, GoalWords, Measure
from dialogs.cards import Beside, form_card
from dialogs.pieces import CardRef, Verb, button, card, cut, heading, paragraph, quoted, small
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import date_in_words, listed, moment_in_words, number_in_words, t
from storage.cards import Face

#: The sittings, in their order.
STEPS = (Face.GOAL, Face.IF_THEN, Face.FOLLOW)
#: Characters of one of the texts: all of them together fit on a card.
LONGEST = 500
#: Numbers of progress that a card shows; the newest.
MOST_NUMBERS = 8
WORKDAYS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A goal as its owner sees it. next_review: their local date; None while none is to come.

    shared_with: those with whom they share something of it now. promised: what their team promised when they talked
    about it last, and on which day of theirs.
    """

    goal: Goal
    words: GoalWords
    progress: Sequence[Measured] = ()
    next_review: date | None = None
    shared_with: frozenset[Audience] = frozenset()
    promised: tuple[date, str] | None = None


def form(element: Element, language: Language, about: str = "") -> Form:
    """The questions of one sitting; all of them for what names none."""
    step = step_named(about)
    fields = _FIELDS[step](language) if step else tuple(f for each in STEPS for f in _FIELDS[each](language))
    title = in_language(element.title, language) or t(language, "plan.title")
    intro = in_language(element.intro, language) if step is Face.GOAL else ""
    return Form(title=title, intro=intro or t(language, f"plan.step.{step or Face.GOAL}.intro"), fields=fields)


def whole(element: Element, language: Language) -> Form:
    """The questions of all sittings."""
    return form(element, language, "whole")


def step_named(about: str) -> Face | None:
    """The sitting of that name; the first one for no name, None for any other."""
    return next((step for step in STEPS if step == about), None if about else Face.GOAL)


def names_of(step: Face) -> frozenset[str]:
    """The names of a sitting's fields."""
    return frozenset(field.name for field in _FIELDS[step](Language.EN))


def next_step(step: Face, values: Mapping[str, object]) -> Face | None:
    """The sitting after this one, where nothing of it was answered yet; None where the goal is to be shown."""
    after = STEPS[STEPS.index(step) + 1 :]
    return next((each for each in after if not names_of(each) & values.keys()), None)


def step_card(
    language: Language,
    element: Element,
    ref: CardRef,
    step: Face,
    *,
    entries: Mapping[str, object] | None = None,
    faults: Sequence[Fault] = (),
    words: GoalWords | None = None,
    asked: Form | None = None,
) -> Card:
    """The questions of a sitting. words: those that there are, to be read back before it is settled how it goes on.

    asked: its form, where at hand.
    """
    asked = asked or form(element, language, step)
    before = read_back(language, words) if words is not None and step is Face.FOLLOW else []
    actions = [
        button(t(language, f"plan.step.{step}.submit"), Verb.SUBMIT, ref=ref, argument=step, inputs="auto"),
        button(t(language, "plan.to_goal"), Verb.TURN, ref=ref, argument=Face.ASK),
    ]
    if words is None:
        actions[1] = button(t(language, "form.later"), Verb.LATER, ref=ref)
    return form_card(
        language, asked, ref, entries=entries, faults=faults, why="", beside=Beside(before=before), actions=actions
    )


def read_back(language: Language, words: GoalWords) -> list[CardElement]:
    """The if-then in the person's own words, once; nothing while a half of it is missing."""
    if not words.is_whole:
        return []
    return [paragraph(t(language, "plan.read_back")), if_then(language, words)]


def if_then(language: Language, words: GoalWords) -> RichTextBlock:
    """When … then …: the person's words between ours."""
    runs: list[CardElement] = [
        TextRun(text=f"{t(language, 'plan.when_lead')} "),
        TextRun(text=_half(words.when), italic=True),
        TextRun(text=f"{t(language, 'plan.then_lead')} "),
        TextRun(text=_half(words.then), italic=True),
        TextRun(text="."),
    ]
    return RichTextBlock(inlines=runs)


def if_then_in_words(language: Language, words: GoalWords) -> str:
    """The same as a plain sentence."""
    when, then = t(language, "plan.when_lead"), t(language, "plan.then_lead")
    return f"{when} {_half(words.when)}{then} {_half(words.then)}."


def goal_card(language: Language, told: Told, ref: CardRef, *, zone: ZoneInfo) -> Card:
    """One goal as it stands, with what its owner can do about it."""
    title = t(language, "plan.goal", number=told.goal.number)
    body: list[CardElement] = [
        heading(title),
        *in_full(language, told, zone=zone),
        small(who_sees(language, Matter.PLAN, shared_with=told.shared_with)),
    ]
    return card(
        language, body, actions=_actions(language, told.goal, ref), fallback=f"{title}. {_state(language, told.goal)}"
    )


def in_full(language: Language, told: Told, *, zone: ZoneInfo, longest: int = LONGEST) -> list[CardElement]:
    """All of a goal, as its owner sees it. longest: characters of each of its texts."""
    goal, words = told.goal, shortened(told.words, longest)
    said = [(name, getattr(words, name)) for name in WORDS if name not in ("when", "then")]
    lines = [led(language, name, text) for name, text in said if text]
    facts = [
        _state(language, goal),
        *(
            [t(language, "plan.next_review", when=date_in_words(language, told.next_review))]
            if told.next_review
            else []
        ),
        *([_moment(language, goal, zone)] if goal.moment else []),
        *([t(language, "plan.ends_on", when=date_in_words(language, goal.ends))] if goal.ends else []),
    ]
    return [
        *lines,
        *([if_then(language, words)] if words.is_whole else []),
        *([_promise(language, told.promised, longest)] if told.promised else []),
        *(paragraph(fact) for fact in facts),
        *chart(language, goal.measure, told.progress),
    ]


def led(language: Language, name: str, text: str) -> CardElement:
    """One of a goal's texts after what it is."""
    return quoted(f"{t(language, f'plan.lead.{name}')} ", text)


def _promise(language: Language, promised: tuple[date, str], longest: int) -> CardElement:
    day, said = promised
    return quoted(f"{t(language, 'plan.promised', when=date_in_words(language, day))} ", cut(said, longest))


def chart(language: Language, measure: Measure, progress: Sequence[Measured]) -> list[CardElement]:
    """Progress as a row of bars, and the same numbers as text; nothing before the first."""
    newest = progress[-MOST_NUMBERS:]
    if not newest:
        return []
    values = [each.value for each in newest]
    numbers = ", ".join(number_in_words(language, value) for value in values)
    drawn: list[CardElement] = [TextRun(text=bars(values, measure), font_type="Monospace", size="Large")]
    return [
        RichTextBlock(inlines=drawn, spacing="Small"),
        small(t(language, f"plan.numbers.{measure}", numbers=numbers)),
    ]


def shortened(words: GoalWords, longest: int) -> GoalWords:
    """The words with each text cut to so many characters; a cut is shown."""
    return GoalWords(**{name: cut(getattr(words, name), longest) for name in WORDS})


def _half(text: str) -> str:
    return text.strip().rstrip(".")


def _state(language: Language, goal: Goal) -> str:
    return t(language, f"plan.state.{goal.state}")


def _moment(language: Language, goal: Goal, zone: ZoneInfo) -> str:
    when: datetime | None = goal.moment
    assert when is not None
    return t(language, f"plan.moment.{goal.again}", when=moment_in_words(language, when.astimezone(zone)))


def _actions(language: Language, goal: Goal, ref: CardRef) -> list[Action]:
    def turn(argument: str) -> Action:
        return button(t(language, f"plan.act.{argument}"), Verb.TURN, ref=ref, argument=argument)

    if goal.state in (GoalState.FINISHED, GoalState.DROPPED):
        return [turn("resume")]
    rest = "resume" if goal.state is GoalState.PAUSED else "pause"
    return [*(turn(step) for step in STEPS), turn(rest), turn("finish"), turn("drop")]


def _what(language: Language) -> tuple[Field, ...]:
    return (_text(language, "what", required=True), _text(language, "why"), _text(language, "behaviour"))


def _if_then(language: Language) -> tuple[Field, ...]:
    again = tuple(Choice(id=each, label=t(language, f"plan.again.{each}")) for each in Again)
    return (
        _text(language, "when"),
        _text(language, "then"),
        _field(language, "day", FieldKind.DATE),
        _field(language, "hour", FieldKind.TIME),
        _field(language, "again", FieldKind.CHOICE, choices=again),
    )


def _follow(language: Language) -> tuple[Field, ...]:
    measures = tuple(Choice(id=each, label=t(language, f"plan.measure.{each}")) for each in Measure)
    weeks = tuple(Choice(id=str(n), label=t(language, f"plan.weeks.{n}")) for n in range(OFTENEST, SELDOMEST + 1))
    names = listed(language, "plan.weekdays")
    weekdays = tuple(Choice(id=f"d{day}", label=names[day]) for day in WORKDAYS)
    return (
        _text(language, "sign"),
        _field(language, "measure", FieldKind.CHOICE, choices=measures),
        _field(language, "weeks", FieldKind.CHOICE, choices=weeks),
        _field(language, "weekday", FieldKind.CHOICE, choices=weekdays),
        _field(language, "at", FieldKind.TIME),
        _text(language, "support"),
        _field(language, "ends", FieldKind.DATE),
    )


def _text(language: Language, name: str, *, required: bool = False) -> Field:
    return _field(language, name, FieldKind.LONG_TEXT, required=required, longest=LONGEST)


def _field(
    language: Language,
    name: str,
    kind: FieldKind,
    *,
    required: bool = False,
    longest: int | None = None,
    choices: tuple[Choice, ...] = (),
) -> Field:
    return Field(
        name=name,
        kind=kind,
        label=t(language, f"plan.field.{name}"),
        matter=Matter.PLAN,
        required=required,
        longest=longest,
        choices=choices,
    )


_FIELDS = {Face.GOAL: _what, Face.IF_THEN: _if_then, Face.FOLLOW: _follow}
