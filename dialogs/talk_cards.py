"""The cards of discussions: a manager's week, the list to mark and prepare from, and whether one was held."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from microsoft_teams.cards import Action, CardElement, Choice, ChoiceSetInput, DateInput, RichTextBlock, TextRun

from coaching.access import Matter
from coaching.asks import Element
from coaching.forms import Field, FieldKind, Form
from coaching.people import Language, in_language
from coaching.talks import TalkKind, TalkState, state
from dialogs.pieces import (
    LARGEST_CARD,
    LONGEST_FITTED,
    alert,
    button,
    card,
    cut,
    heading,
    paragraph,
    quoted,
    size,
    small,
    subheading,
)
from dialogs.reply import Card
from dialogs.who_sees import who_sees
from dialogs.wording import date_in_words, in_a_row, t
from storage.spoken import Spoken
from storage.talk_lines import TalkLine

#: A card names so many people; the others are counted.
MOST_LISTED = 36
LONGEST_NAME = 50
MOST_GONE = 12
LONGEST_TITLE = 60
#: Questions to begin a discussion with.
QUESTIONS = 3
WHO, DAY = "who", "day"


class TalkVerb(StrEnum):
    """What a button about discussions asks for."""

    LIST = "talks"
    BOOK = "talk_book"
    HELD = "talk_held"
    PREPARE = "talk_prepare"
    SUMMARISE = "talk_summary"
    SHARED = "talk_shared"


def week_form(_element: Element, language: Language) -> Form:
    """The week's message to a manager; nothing is asked."""
    return Form(title=t(language, "talk.week_title"), intro=t(language, "talk.week_intro"), fields=())


def held_form(_element: Element, language: Language) -> Form:
    """Whether a discussion was held."""
    asked = Field(name="held", kind=FieldKind.YES_NO, label=t(language, "talk.held_ask.label"), matter=Matter.TALK)
    return Form(title=t(language, "talk.held_ask.title"), fields=(asked,))


def week(
    language: Language, spoken: Spoken | None, *, today: date | None, longest: int = LONGEST_FITTED
) -> list[CardElement]:
    """The manager's people: when each discussion is to be, and what of theirs they share; and what to ask.

    longest: characters that there is room for; with fewer, fewer people are named.
    """
    lines = spoken.talks if spoken is not None else ()
    more = _more(language, spoken)
    if not lines:
        return more or [paragraph(t(language, "talk.none"))]
    most = MOST_LISTED * longest // LONGEST_FITTED
    due = [each for each in lines if each.is_manager and each.talk.confirmed_at is None]
    told = [small(t(language, "talk.summary_line"))] if len(due) < len(lines) else []
    return [*_listed(language, lines, today, most), *more, *_questions(language, due), *told]


def is_empty(spoken: Spoken | None) -> bool:
    """Whether the week's message has nothing of its own to say, but brings notices."""
    return spoken is not None and not (spoken.talks or spoken.gone_over or spoken.sharers)


def week_actions(language: Language, spoken: Spoken | None) -> list[Action]:
    """The way to the list to mark and prepare from; and to what people share."""
    found: list[Action] = [button(t(language, "talk.list"), TalkVerb.LIST)]
    if spoken is not None and (spoken.sharers or _anything_shared(spoken.talks)):
        found.append(button(t(language, "talk.shared"), TalkVerb.SHARED))
    return found


def held(language: Language, spoken: Spoken | None) -> list[CardElement]:
    """Which discussion it is about, and what the manager says."""
    line = next(iter(spoken.talks), None) if spoken is not None else None
    if line is None or line.talk.held_on is None:
        return [paragraph(t(language, "talk.held_ask.gone"))]
    when = date_in_words(language, line.talk.held_on)
    return [
        quoted(f"{t(language, 'talk.held_ask.by')} ", cut(line.other, LONGEST_NAME)),
        paragraph(title(language, line)),
        paragraph(t(language, "talk.held_ask.says", when=when)),
    ]


def about(language: Language, spoken: Spoken | None) -> list[CardElement]:
    """Whom a manager's notes are about."""
    return [quoted(f"{t(language, 'talk.about')} ", cut(spoken.by, LONGEST_NAME))] if spoken is not None else []


def working_card(
    language: Language, lines: Sequence[TalkLine], *, today: date, gone_over: Sequence[str] = (), fault: str = ""
) -> Card:
    """All discussions of a person, with what can be done about one of them. fault: what was missing, in words.

    gone_over: with whom they were to hold those that somebody else holds now.
    """
    gone = _named(language, "talk.gone_over", gone_over)
    drawn = (_working_card(language, lines, today, gone, fault, most) for most in range(MOST_LISTED, -1, -2))
    return next(each for each in drawn if size(each) <= LARGEST_CARD)


def _working_card(
    language: Language, lines: Sequence[TalkLine], today: date, gone: Sequence[CardElement], fault: str, most: int
) -> Card:
    heads = t(language, "talk.title")
    if not lines:
        none = t(language, "talk.none")
        return card(language, [heading(heads), paragraph(none), *gone], fallback=none)
    was_held = any(line.talk.confirmed_at is not None for line in lines)
    choices = [Choice(title=str(number), value=str(line.talk.id)) for number, line in enumerate(lines[:most], start=1)]
    body: list[CardElement] = [
        heading(heads),
        *([alert(fault)] if fault else []),
        paragraph(t(language, "talk.intro")),
        *_listed(language, lines, today, most),
        *gone,
        *_questions(language, [each for each in lines if each.is_manager and each.talk.confirmed_at is None]),
        ChoiceSetInput(
            id=WHO,
            label=t(language, "talk.who"),
            choices=choices,
            style="compact",
            value=choices[0].value if len(choices) == 1 else None,
        ),
        DateInput(id=DAY, label=t(language, "talk.day"), value=today.isoformat()),
        small(who_sees(language, Matter.TALK)),
        *([small(t(language, "talk.summary_line"))] if was_held else []),
        small(t(language, "talk.typed")),
    ]
    actions = [
        button(t(language, "talk.book"), TalkVerb.BOOK, inputs="auto"),
        button(t(language, "talk.mark_held"), TalkVerb.HELD, inputs="auto"),
        button(t(language, "talk.prepare"), TalkVerb.PREPARE, inputs="auto"),
        *([button(t(language, "talk.summarise"), TalkVerb.SUMMARISE, inputs="auto")] if was_held else []),
        *([button(t(language, "talk.shared"), TalkVerb.SHARED)] if _anything_shared(lines) else []),
    ]
    return card(language, body, actions=actions, fallback=f"{heads}. {t(language, 'talk.typed')}")


def title(language: Language, line: TalkLine) -> str:
    """What the discussion is called."""
    if line.talk.kind is TalkKind.FOLLOW_UP:
        return t(language, "talk.follow_up.title")
    return cut(in_language(line.title, language), LONGEST_TITLE)


def _more(language: Language, spoken: Spoken | None) -> list[CardElement]:
    """Whose discussions somebody else holds now, nothing of who; and who else shares something."""
    if spoken is None:
        return []
    sharers = _named(language, "talk.sharers", spoken.sharers)
    return [*_named(language, "talk.gone_over", spoken.gone_over), *sharers]


def _named(language: Language, key: str, names: Sequence[str]) -> list[CardElement]:
    if not names:
        return []
    told = [cut(name, LONGEST_NAME) for name in names[:MOST_GONE]]
    more = [t(language, "talk.rest", count=len(names) - MOST_GONE)] if len(names) > MOST_GONE else []
    return [quoted(f"{t(language, key)} ", ", ".join(told)), *(small(each) for each in more)]


def _anything_shared(lines: Sequence[TalkLine]) -> bool:
    return any(each.goals or each.shares_more for each in lines)


def _listed(language: Language, lines: Sequence[TalkLine], today: date | None, most: int) -> list[CardElement]:
    rows: list[CardElement] = [_row(language, number, line, today) for number, line in enumerate(lines[:most], start=1)]
    rest = len(lines) - most
    return [*rows, *([small(t(language, "talk.rest", count=rest))] if rest > 0 else [])]


def _row(language: Language, number: int, line: TalkLine, today: date | None) -> RichTextBlock:
    """One discussion in one line: whose, until when, and what they share; never what it says."""
    told = [t(language, "talk.line_more", status=_status(language, line, today))]
    if line.is_prepared and line.talk.confirmed_at is None:
        told.append(t(language, "talk.prepared"))
    if line.goals:
        numbers = in_a_row(language, [str(each) for each in line.goals])
        told.append(t(language, "talk.goals", count=len(line.goals), numbers=numbers))
    if line.shares_more:
        told.append(t(language, "talk.shared_more"))
    runs: list[CardElement] = [
        TextRun(text=f"{t(language, 'talk.line', number=number, title=title(language, line))} "),
        TextRun(text=cut(line.other, LONGEST_NAME), weight="Bolder"),
        TextRun(text=f" {' '.join(told)}"),
    ]
    return RichTextBlock(inlines=runs, spacing="Small")


def _status(language: Language, line: TalkLine, today: date | None) -> str:
    talk = line.talk
    match state(talk):
        case TalkState.OPEN:
            is_late = today is not None and today > talk.last
            when = date_in_words(language, talk.last)
            return t(language, "talk.late" if is_late else "talk.open", when=when)
        case TalkState.BOOKED:
            return t(language, "talk.booked", when=date_in_words(language, talk.booked_for or talk.last))
    return t(language, f"talk.{state(talk)}", when=date_in_words(language, talk.held_on or talk.last))


def _questions(language: Language, lines: Sequence[TalkLine]) -> list[CardElement]:
    """Three questions to ask, once for each sort of discussion."""
    found: dict[str, list[str]] = {}
    for line in lines:
        own = [in_language(each, language) for each in line.questions[:QUESTIONS]]
        fixed = [t(language, f"talk.follow_up.{each}") for each in ("first", "second", "third")]
        asked = fixed if line.talk.kind is TalkKind.FOLLOW_UP else own
        if asked:
            found.setdefault(title(language, line), asked)
    drawn: list[CardElement] = []
    for name, asked in found.items():
        drawn.append(subheading(t(language, "talk.questions", title=name)))
        drawn += [paragraph(t(language, "talk.question", number=n, text=text)) for n, text in enumerate(asked, start=1)]
    return drawn
