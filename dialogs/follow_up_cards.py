"""The cards of the follow-up, for a coach: who is how far, what somebody handed in, and that feedback is on its way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from microsoft_teams.cards import Action, CardElement, Choice, ChoiceSetInput

from coaching.access import Matter
from coaching.following import Stage
from coaching.forms import Choice as FormChoice
from coaching.forms import Fault, Field, FieldKind, Form
from coaching.people import Language
from dialogs.assignment import LONGEST_MESSAGE
from dialogs.broadcast_cards import CoachVerb
from dialogs.inputs import question
from dialogs.pieces import LARGEST_CARD, alert, button, card, cut, heading, paragraph, quoted, size, small, subheading
from dialogs.reply import Card
from dialogs.wording import moment_in_words, t

#: The inputs of these cards, beside those of the feedback's form.
ELEMENT, ASK = "element", "ask"
#: The feedback's fields, and the choice by which it asks for an answer.
WORDS, WISH, ANSWER = "words", "wish", "answer"
#: How many people a card names at the most, and tries where there is less room.
MOST_NAMED = (120, 60, 30, 15, 5, 0)
#: Characters of an answer on the card, the same way.
LONGEST_SHOWN = (4_000, 2_000, 1_000, 500, 200, 50)
LONGEST_NAME, LONGEST_TITLE, LONGEST_CAPTION = 60, 120, 40


class FollowUpVerb(StrEnum):
    """What a button of the follow-up asks for."""

    #: Carries the programme's number.
    FILE = "follow_up_file"
    #: Who is how far with the chosen thing, or the one whose number it carries.
    PEOPLE = "follow_up_people"
    #: What was handed in by the one who is chosen, or to the ask whose number it carries.
    READ = "follow_up_read"
    #: Carries the ask's number.
    FEEDBACK = "follow_up_feedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody and how far they are. ask_id: where there is something of theirs to read; None for nothing."""

    name: str
    stage: Stage
    ask_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Those who were asked one thing. counts: of all of them; named: some of them, those with an answer first."""

    number: int
    element_id: int
    title: str
    programme: str
    counts: Mapping[Stage, int]
    named: Sequence[Named]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """What one person handed in. at: in the coach's own zone. by: who did so for the group; empty for themselves.

    said: each question and its answer. others: what else the person has handed in: the numbers of the asks and of the
    things asked.
    """

    ask_id: int
    number: int
    title: str
    name: str
    by: str
    at: datetime | None
    version: int
    is_draft: bool
    said: Sequence[tuple[str, str]]
    others: Sequence[tuple[int, int]] = ()


def people_card(language: Language, crowd: Crowd) -> Card:
    """Who is how far; never what anybody wrote."""

    def drawn(most: int) -> Card:
        return _people(language, crowd, crowd.named[:most])

    return _fitting(drawn, MOST_NAMED)


def hand_in_card(
    language: Language, hand_in: HandIn, *, entries: Mapping[str, object] | None = None, faults: Sequence[Fault] = ()
) -> Card:
    """What somebody handed in, and the form to say something to it."""

    def drawn(longest: int) -> Card:
        return _hand_in(language, hand_in, entries or {}, faults, longest)

    return _fitting(drawn, LONGEST_SHOWN)


def feedback_form(language: Language) -> Form:
    """What a coach says to what was handed in, and whether they hope for an answer."""
    wish = FormChoice(id=ANSWER, label=t(language, "follow_up.feedback.answer"))
    return Form(
        title=t(language, "follow_up.feedback.title"),
        fields=(
            Field(
                name=WORDS,
                kind=FieldKind.LONG_TEXT,
                label=t(language, "follow_up.feedback.label"),
                matter=Matter.REPLY,
                longest=LONGEST_MESSAGE,
            ),
            Field(
                name=WISH,
                kind=FieldKind.CHOICES,
                label=t(language, "follow_up.feedback.wish"),
                matter=None,
                required=False,
                choices=(wish,),
            ),
        ),
    )


def sent_card(language: Language, hand_in: HandIn, *, words: str, asks: bool) -> Card:
    """That the feedback is on its way. words: of the coach, said again."""
    title = t(language, "follow_up.feedback.sent")
    body = [
        heading(title),
        quoted(f"{t(language, 'follow_up.feedback.to')} ", hand_in.name),
        quoted(f"{t(language, 'follow_up.feedback.about')} ", cut(hand_in.title, LONGEST_TITLE)),
        quoted("", words),
        paragraph(t(language, "follow_up.feedback.will_answer" if asks else "follow_up.feedback.no_answer")),
    ]
    return card(language, body, fallback=title)


def _people(language: Language, crowd: Crowd, named: Sequence[Named]) -> Card:
    title = t(language, "follow_up.people")
    body: list[CardElement] = [
        heading(title),
        quoted(f"{t(language, 'follow_up.number', number=crowd.number)} ", cut(crowd.title, LONGEST_TITLE)),
        quoted(f"{t(language, 'broadcast.programme')} ", crowd.programme),
    ]
    for stage in Stage:
        if count := crowd.counts.get(stage):
            names = [cut(each.name, LONGEST_NAME) for each in named if each.stage is stage]
            more = t(language, "follow_up.more", count=count - len(names)) if count > len(names) else ""
            told = t(language, f"overview.stage.{stage}", count=count)
            listed = ", ".join([*names, *([more] if more else [])])
            body.append(quoted(f"{told[:1].upper()}{told[1:]}: ", listed))
    readable = [each for each in named if each.ask_id is not None]
    if readable:
        body += [_choice(language, readable), small(t(language, "follow_up.typed", number=crowd.number))]
    read = button(t(language, "follow_up.read"), FollowUpVerb.READ, inputs="auto")
    owing = [
        button(cut(t(language, key, number=crowd.number), LONGEST_CAPTION), verb, argument=str(crowd.element_id))
        for key, verb in (("overview.nudge", CoachVerb.NUDGE), ("overview.remind", CoachVerb.WRITE_TO_OWING))
    ]
    actions: list[Action] = [*([read] if readable else []), *(owing if crowd.counts.get(Stage.OPEN) else [])]
    return card(language, body, actions=actions, fallback=title)


def _choice(language: Language, readable: Sequence[Named]) -> CardElement:
    return ChoiceSetInput(
        id=ASK,
        label=t(language, "follow_up.whose"),
        is_required=True,
        error_message=t(language, "fault.missing"),
        style="compact",
        placeholder=t(language, "form.pick_one"),
        wrap=True,
        choices=[Choice(title=cut(each.name, LONGEST_NAME), value=str(each.ask_id)) for each in readable],
    )


def _hand_in(
    language: Language, hand_in: HandIn, entries: Mapping[str, object], faults: Sequence[Fault], longest: int
) -> Card:
    title, fault_of = t(language, "follow_up.hand_in"), {fault.field: fault for fault in faults}
    body: list[CardElement] = [
        heading(title),
        *([alert(t(language, "form.faults", count=len(faults)))] if faults else []),
        quoted(f"{t(language, 'follow_up.from')} ", hand_in.name),
        quoted(f"{t(language, 'follow_up.number', number=hand_in.number)} ", cut(hand_in.title, LONGEST_TITLE)),
        *([quoted(t(language, "assignment.for_group.by"), hand_in.by)] if hand_in.by else []),
        *([paragraph(t(language, "receipt.saved", when=moment_in_words(language, hand_in.at)))] if hand_in.at else []),
        *([paragraph(t(language, "follow_up.version", version=hand_in.version))] if hand_in.version > 1 else []),
        *([paragraph(t(language, "follow_up.draft"))] if hand_in.is_draft else []),
        *([] if hand_in.said else [paragraph(t(language, "follow_up.nothing_written"))]),
    ]
    for label, answer in hand_in.said:
        body += [subheading(label), quoted("", cut(answer, longest))]
    form = feedback_form(language)
    body += [question(language, each, entries.get(each.name), fault_of.get(each.name)) for each in form.fields]
    send = button(
        t(language, "follow_up.feedback.send"), FollowUpVerb.FEEDBACK, argument=str(hand_in.ask_id), inputs="auto"
    )
    others = [
        button(t(language, "follow_up.hand_in_to", number=number), FollowUpVerb.READ, argument=str(ask_id))
        for ask_id, number in hand_in.others[:5]
    ]
    return card(language, body, actions=[send, *others], fallback=title)


def _fitting(drawn: Callable[[int], Card], sizes: Sequence[int]) -> Card:
    """The card with as much as there is room for."""
    for each in sizes:
        whole = drawn(each)
        if size(whole) <= LARGEST_CARD:
            return whole
    return whole
