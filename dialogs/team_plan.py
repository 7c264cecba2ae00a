"""Team plan: the sentences to be ticked, the one page for the team's meeting, and the question afterwards.

How many sentences there are stands in the key of what it comes from: "plan:team:7". What they say is kept with the
person's draft, so that it stays what it was while they tick.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from microsoft_teams.cards import CardElement

from coaching.access import Matter
from coaching.asks import Element
from coaching.forms import Choice, Fault, Field, FieldKind, Form
from coaching.people import Language
from dialogs.cards import Beside, form_card
from dialogs.pieces import CardRef, Verb, button, card, heading, paragraph, quoted, small
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import moment_in_words, t

#: Under this name the sentences are kept beside what was ticked.
SHOWN = "shown"
#: Characters of the names of a team.
LONGEST_NAMES = 1_000
LONGEST_PROMISE = 1_000
#: Colleagues whom the card names.
MOST_NAMED = 15


def form(element: Element, language: Language) -> Form:
    """Which sentences, when the talk is, and whom to ask afterwards."""
    number = int(element.key.rpartition(":")[2])
    choices = tuple(
        Choice(id=f"s{place}", label=t(language, "team_plan.sentence", number=place)) for place in range(1, number + 1)
    )
    return Form(
        title=t(language, "team_plan.title"),
        intro=t(language, "team_plan.intro"),
        fields=(
            _field(language, "sentences", FieldKind.CHOICES, choices=choices),
            _field(language, "day", FieldKind.DATE),
            _field(language, "hour", FieldKind.TIME),
            _field(language, "people", FieldKind.LONG_TEXT, required=False, longest=LONGEST_NAMES),
        ),
    )


def handled_form(element: Element, language: Language) -> Form:
    """Whether the team has talked about it, and what they promised."""
    return Form(
        title=t(language, "team_plan.handled.title"),
        fields=(
            _field(language, "handled", FieldKind.YES_NO, matter=Matter.CHECK_IN),
            _field(
                language,
                "promise",
                FieldKind.LONG_TEXT,
                required=False,
                longest=LONGEST_PROMISE,
                matter=Matter.CHECK_IN,
            ),
        ),
    )


def tick_card(
    language: Language,
    element: Element,
    ref: CardRef,
    shown: Sequence[str],
    *,
    names: Sequence[str] = (),
    entries: Mapping[str, object] | None = None,
    faults: Sequence[Fault] = (),
) -> Card:
    """The sentences with their numbers, to be ticked. names: whom of their team the person may name."""
    before: list[CardElement] = [quoted(f"{place}. ", text) for place, text in enumerate(shown, start=1)]
    team = [quoted(f"{t(language, 'team_plan.known')} ", ", ".join(names))] if names else []
    actions = [
        button(t(language, "team_plan.submit"), Verb.SUBMIT, ref=ref, inputs="auto"),
        button(t(language, "form.later"), Verb.LATER, ref=ref),
    ]
    return form_card(
        language,
        form(element, language),
        ref,
        entries=entries,
        faults=faults,
        why="",
        beside=Beside(before=before, elements=team),
        actions=actions,
    )


def listed(language: Language, shown: Sequence[str]) -> str:
    """The same sentences for somebody who types."""
    lines = [f"{place}. {text}" for place, text in enumerate(shown, start=1)]
    return "\n".join([t(language, "team_plan.listed"), *lines])


def page_card(language: Language, ref: CardRef, chosen: Sequence[str], *, at_local: datetime) -> Card:
    """The one page for the meeting: exactly the sentences that were ticked."""
    title = t(language, "team_plan.page")
    body: list[CardElement] = [
        heading(title),
        paragraph(moment_in_words(language, at_local)),
        *(quoted("", text) for text in chosen),
        paragraph(t(language, "team_plan.ask_team")),
        small(who_sees(language, Matter.PLAN)),
        small(t(language, "team_plan.yours")),
    ]
    actions = [
        button(t(language, "team_plan.calendar"), Verb.TEAM_CALENDAR, ref=ref),
        button(t(language, "team_plan.again"), Verb.TEAM_PLAN),
    ]
    return card(language, body, actions=actions, fallback=title)


def _field(
    language: Language,
    name: str,
    kind: FieldKind,
    *,
    required: bool = True,
    longest: int | None = None,
    choices: tuple[Choice, ...] = (),
    matter: Matter = Matter.PLAN,
) -> Field:
    return Field(
        name=name,
        kind=kind,
        label=t(language, f"team_plan.field.{name}"),
        matter=matter,
        required=required,
        longest=longest,
        choices=choices,
    )
