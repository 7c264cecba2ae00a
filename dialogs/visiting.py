"""Visiting: all that Sparri says to one person at one moment, in one card.

A single ask is its own form. Where several things come together, the one that wants an answer leads with its form ready
to fill in; notices stand beside it, and what was asked before has a button.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

from microsoft_teams.cards import CardElement, ExecuteAction

from coaching.asks import Ask
from coaching.people import Language, in_language
from coaching.telling import leading
from coaching.visits import Part, Purpose
from dialogs import catalogue, commands
from dialogs.cards import Beside, form_card
from dialogs.commands import Command
from dialogs.pieces import LARGEST_CARD, CardRef, Verb, button, card, heading, paragraph, size, small
from dialogs.reply import Card, NewCard
from dialogs.wording import in_a_row, t

#: Characters of all the words of a notice, of which there may be many: more than any notice has.
LONGEST_NOTICE = 4000


def visit_card(
    language: Language,
    parts: Sequence[Part],
    asks: Mapping[int, Ask],
    programmes: Mapping[int, Mapping[Language, str]],
    *,
    card_id: int,
) -> NewCard:
    """The card of a visit. programmes: their names by number, for the line on why this came. Raises MissingText."""
    if any(part.purpose is Purpose.STOPPING for part in parts):
        return _stopping(language)
    why = _why(language, [*asks.values()], programmes)
    lead = leading(parts)
    if lead is None:
        return _notices(language, parts, asks, why)
    ask, ref = asks[lead], CardRef(card_id=card_id, revision=1, ask_id=lead)
    form = catalogue.form(ask, language)
    is_reminder = any(part.ask_id == lead and part.purpose is Purpose.REMINDER for part in parts)
    first_line = t(language, "visit.reminder_lead") if is_reminder else ""

    def drawn(longest: int) -> Card:
        elements = _beside(language, parts, asks, lead, longest)
        beside = Beside(lead=first_line, elements=elements, actions=_actions(language, parts, asks, ref))
        return form_card(language, form, ref, why=why, beside=beside)

    key = "visit.reminder" if is_reminder else "form.summary"
    return NewCard(card=_fitting(drawn), summary=t(language, key, title=form.title), card_id=card_id)


def _beside(
    language: Language, parts: Sequence[Part], asks: Mapping[int, Ask], lead: int | None, longest: int
) -> list[CardElement]:
    """What is said beside the ask that leads; *longest*: characters of each notice's words."""
    elements: list[CardElement] = []
    for notice in _about(parts, asks, Purpose.NOTICE):
        words = catalogue.form(notice, language)
        elements += [heading(words.title), *([paragraph(_cut(words.intro, longest))] if words.intro else [])]
    for other in _others(parts, asks, lead):
        elements.append(paragraph(t(language, "visit.reminder", title=_title(language, other))))
    if _checks_back(parts):
        elements.append(paragraph(t(language, "visit.check_back")))
    return elements


def _actions(
    language: Language, parts: Sequence[Part], asks: Mapping[int, Ask], ref: CardRef | None
) -> list[ExecuteAction]:
    """The buttons of what stands beside; those of the one question first, for a card has six at the most."""
    actions: list[ExecuteAction] = []
    if _checks_back(parts):
        actions += [
            button(t(language, "visit.check_back_go_on"), Verb.RESUME),
            button(commands.title(language, Command.PAUSE), Verb.PAUSE),
            button(commands.title(language, Command.STOP), Verb.STOP),
        ]
    for other in _others(parts, asks, ref.ask_id if ref else None):
        caption = t(language, "visit.answer", title=_title(language, other))
        actions.append(button(caption, Verb.SHOW, ref=ref, ask_id=other.id))
    return actions


def _notices(language: Language, parts: Sequence[Part], asks: Mapping[int, Ask], why: str) -> NewCard:
    """A visit that asks for no answer."""
    titles = [_title(language, notice) for notice in _about(parts, asks, Purpose.NOTICE)]
    summary = in_a_row(language, titles) if titles else t(language, "visit.summary")

    def drawn(longest: int) -> Card:
        body = [
            *([] if titles else [heading(summary)]),
            *_beside(language, parts, asks, None, longest),
            *([small(why)] if why else []),
        ]
        return card(language, body, actions=_actions(language, parts, asks, None), fallback=summary)

    return NewCard(card=_fitting(drawn), summary=summary)


def _stopping(language: Language) -> NewCard:
    title, words = t(language, "visit.stopping_title"), t(language, "visit.stopping")
    actions = [button(commands.title(language, Command.OPEN), Verb.OPEN)]
    return NewCard(
        card=card(language, [heading(title), paragraph(words)], actions=actions, fallback=words), summary=title
    )


def _fitting(drawn: Callable[[int], Card]) -> Card:
    """The card with notices as long as Teams takes it; they are cut where there are very many."""
    whole = drawn(LONGEST_NOTICE)
    if size(whole) <= LARGEST_CARD:
        return whole
    too_long = bisect_left(range(LONGEST_NOTICE), True, key=lambda longest: size(drawn(longest)) > LARGEST_CARD)
    return drawn(max(too_long - 1, 0))


def _about(parts: Sequence[Part], asks: Mapping[int, Ask], *purposes: Purpose) -> list[Ask]:
    return [asks[part.ask_id] for part in parts if part.ask_id is not None and part.purpose in purposes]


def _others(parts: Sequence[Part], asks: Mapping[int, Ask], lead: int | None) -> list[Ask]:
    """What wants an answer, and does not lead."""
    return [ask for ask in _about(parts, asks, Purpose.NEW, Purpose.REMINDER) if ask.id != lead]


def _checks_back(parts: Sequence[Part]) -> bool:
    return any(part.purpose is Purpose.CHECK_BACK for part in parts)


def _title(language: Language, ask: Ask) -> str:
    return in_language(ask.element.title, language)


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[:longest].rstrip()}…"


def _why(language: Language, asks: Sequence[Ask], programmes: Mapping[int, Mapping[Language, str]]) -> str:
    """Why the person gets this: the programmes that it comes from; empty when it comes from none."""
    names = {in_language(programmes[ask.programme_id], language) for ask in asks}
    return t(language, "ask.why", programme=in_a_row(language, sorted(names))) if names else ""
