"""Visiting: all that Sparri says to one person at one moment, in one card.

A single ask is its own form. Where several things come together, the one that wants an answer leads with its form ready
to fill in; notices stand beside it, and what was asked before has a button.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from microsoft_teams.cards import Action, CardElement, OpenUrlAction

from coaching.asks import Ask, AskKind
from coaching.chances import is_group_work
from coaching.people import Language, in_language
from coaching.telling import leading
from coaching.visits import Part, Purpose
from dialogs import around, assignment, catalogue, commands, sessions, talk_cards
from dialogs.around import Setting, Telling
from dialogs.cards import Beside, form_card
from dialogs.commands import Command
from dialogs.pieces import (
    LONGEST_FITTED,
    MOST_ACTIONS,
    CardRef,
    Verb,
    button,
    card,
    cut,
    fitting,
    heading,
    paragraph,
    small,
    subheading,
)
from dialogs.reader import NO_LINKS, Links, Reader
from dialogs.reply import Card, NewCard
from dialogs.wording import in_a_row, t
from storage.spoken import Spoken

#: For whom no zone is known.
UTC = ZoneInfo("UTC")
NOTHING_SPOKEN: Mapping[int, Spoken] = MappingProxyType({})


def visit_card(
    language: Language,
    parts: Sequence[Part],
    asks: Mapping[int, Ask],
    programmes: Mapping[int, Mapping[Language, str]],
    *,
    card_id: int,
    zone: ZoneInfo | None = None,
    links: Links = NO_LINKS,
    spoken: Mapping[int, Spoken] = NOTHING_SPOKEN,
    now: datetime | None = None,
) -> NewCard:
    """The card of a visit. programmes: their names by number, for the line on why this came. Raises MissingText.

    zone: the reader's, for the times of sessions; None for the programme's. spoken: what the asks say again, by their
    numbers; now: when it is said, for what was planned for this moment (UTC).
    """
    if any(part.purpose is Purpose.STOPPING for part in parts):
        return _stopping(language)
    reader = Reader(language=language, zone=zone, links=links)
    heard = _Heard(spoken, now)
    parts = _with_something_to_say(parts, asks, heard)
    why = _why(language, [*asks.values()], programmes)
    lead = leading(parts)
    if lead is None:
        return _notices(reader, parts, asks, why, heard)
    ask, ref = asks[lead], CardRef(card_id=card_id, revision=1, ask_id=lead)
    form = catalogue.form(ask, language)
    is_reminder = any(part.ask_id == lead and part.purpose is Purpose.REMINDER for part in parts)
    lead_key = "assignment.group_reminder" if is_group_work(ask) else "visit.reminder_lead"
    first_line = t(language, lead_key) if is_reminder else ""

    def drawn(longest: int) -> Card:
        beside = Beside(
            lead=first_line,
            elements=_beside(reader, parts, asks, longest, heard, titled=lead),
            actions=_actions(reader, parts, asks, ref, heard),
            in_words=_in_words(reader, _about(parts, asks, Purpose.NOTICE), longest),
        )
        if ask.kind is AskKind.ASSIGNMENT:
            own = heard.plan_for_now(ask)
            return assignment.main_card(
                language, ask, ref, zone=zone or UTC, why=why, spoken=own, is_now=own is not None, beside=beside
            )
        found = around.around(
            Setting(language=language, ask=ask, ref=ref, spoken=spoken.get(lead), zone=zone, longest=longest)
        )
        beside = replace(
            beside,
            before=found.before,
            elements=[*found.after, *beside.elements],
            actions=[*found.actions, *beside.actions],
        )
        return form_card(language, form, ref, why=why, beside=beside, actions=found.own)

    key = "visit.reminder" if is_reminder else "form.summary"
    return NewCard(card=fitting(drawn), summary=t(language, key, title=form.title), card_id=card_id)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What the asks of a visit say again."""

    spoken: Mapping[int, Spoken]
    now: datetime | None

    def telling(self, reader: Reader, notice: Ask, longest: int = LONGEST_FITTED) -> Telling:
        """A notice, and what it says again on the reader's date."""
        day = None if self.now is None else self.now.astimezone(reader.zone or UTC).date()
        return Telling(reader=reader, notice=notice, spoken=self.spoken.get(notice.id), day=day, longest=longest)

    def plan_for_now(self, ask: Ask) -> Spoken | None:
        """The person's own plan, where this is the moment that it names."""
        own = self.spoken.get(ask.id)
        if own is None or own.at is None or self.now is None:
            return None
        return own if own.at == ask.put_off_until and own.at <= self.now else None


def _beside(
    reader: Reader,
    parts: Sequence[Part],
    asks: Mapping[int, Ask],
    longest: int,
    heard: _Heard,
    *,
    titled: int | None,
) -> list[CardElement]:
    """What is said beside the ask whose title heads the card. longest: characters of each notice's words."""
    language = reader.language
    elements: list[CardElement] = []
    for notice in _about(parts, asks, Purpose.NOTICE):
        words = catalogue.form(notice, language)
        elements += [] if notice.id == titled else [subheading(words.title)]
        elements += [paragraph(cut(words.intro, longest))] if words.intro and longest else []
        elements += around.told(heard.telling(reader, notice, longest))
        elements += sessions.elements(notice.element, reader, longest=longest)
        elements += sessions.way_in(notice.element, reader) if len(parts) > 1 else []
    for other in _others(parts, asks, titled):
        elements.append(paragraph(t(language, "visit.reminder", title=_title(language, other))))
    if _checks_back(parts):
        elements.append(paragraph(t(language, "visit.check_back")))
    return elements


def _actions(
    reader: Reader, parts: Sequence[Part], asks: Mapping[int, Ask], ref: CardRef | None, heard: "_Heard"
) -> list[Action]:
    """The buttons of what stands beside, the most needed first, for a card has six at the most.

    Those of the one question, the ways into sessions, what else there is to answer, and the calendar last.
    """
    language = reader.language
    actions: list[Action] = []
    if _checks_back(parts):
        actions += [
            button(t(language, "visit.check_back_go_on"), Verb.RESUME),
            button(commands.title(language, Command.PAUSE), Verb.PAUSE),
            button(commands.title(language, Command.STOP), Verb.STOP),
        ]
    for notice in _about(parts, asks, Purpose.NOTICE):
        actions += around.actions(heard.telling(reader, notice))
    actions += _of_sessions(sessions.join, reader, parts, asks)
    for other in _others(parts, asks, ref.ask_id if ref else None):
        caption = t(language, "visit.answer", title=_title(language, other))
        actions.append(button(caption, Verb.SHOW, ref=ref, ask_id=other.id))
    return [*actions, *_of_sessions(sessions.calendar, reader, parts, asks)]


def _of_sessions(
    buttons: Callable[..., list[OpenUrlAction]], reader: Reader, parts: Sequence[Part], asks: Mapping[int, Ask]
) -> list[OpenUrlAction]:
    """A button of each session that is told of."""
    told = [ask.element for ask in _about(parts, asks, Purpose.NOTICE) if ask.element.session is not None]
    is_alone = len({(each.programme_id, each.session and each.session.number) for each in told}) == 1
    found = [each for element in told for each in buttons(element, reader, is_alone=is_alone)]
    return [*{each.url: each for each in found}.values()]


def _notices(reader: Reader, parts: Sequence[Part], asks: Mapping[int, Ask], why: str, heard: _Heard) -> NewCard:
    """A visit that asks for no answer."""
    language, notices = reader.language, _about(parts, asks, Purpose.NOTICE)
    titles = [_title(language, notice) for notice in notices] or [t(language, "visit.summary")]
    summary = in_a_row(language, [_summary(reader, notice) for notice in notices] or titles)

    def drawn(longest: int) -> Card:
        body = [
            heading(titles[0]),
            *_beside(reader, parts, asks, longest, heard, titled=notices[0].id if notices else None),
            *([small(why)] if why else []),
        ]
        actions = _actions(reader, parts, asks, None, heard)[:MOST_ACTIONS]
        fallback = "\n".join(_in_words(reader, notices, longest)) or summary
        return card(language, body, actions=actions, fallback=fallback)

    return NewCard(card=fitting(drawn), summary=summary)


def _with_something_to_say(parts: Sequence[Part], asks: Mapping[int, Ask], heard: _Heard) -> Sequence[Part]:
    """Without a week's message that says nothing itself, where notices come with it."""
    empty = {
        ask.id for ask in asks.values() if ask.kind is AskKind.TALKS and talk_cards.is_empty(heard.spoken.get(ask.id))
    }
    told = [part for part in parts if part.ask_id not in empty]
    return told if any(part.purpose is Purpose.NOTICE for part in told) else parts


def _stopping(language: Language) -> NewCard:
    title, words = t(language, "visit.stopping_title"), t(language, "visit.stopping")
    actions = [button(commands.title(language, Command.OPEN), Verb.OPEN)]
    return NewCard(
        card=card(language, [heading(title), paragraph(words)], actions=actions, fallback=words), summary=title
    )


def _about(parts: Sequence[Part], asks: Mapping[int, Ask], *purposes: Purpose) -> list[Ask]:
    return [asks[part.ask_id] for part in parts if part.ask_id is not None and part.purpose in purposes]


def _others(parts: Sequence[Part], asks: Mapping[int, Ask], lead: int | None) -> list[Ask]:
    """What wants an answer, and does not lead."""
    return [ask for ask in _about(parts, asks, Purpose.NEW, Purpose.REMINDER) if ask.id != lead]


def _checks_back(parts: Sequence[Part]) -> bool:
    return any(part.purpose is Purpose.CHECK_BACK for part in parts)


def _title(language: Language, ask: Ask) -> str:
    return catalogue.form(ask, language).title


def _in_words(reader: Reader, notices: Sequence[Ask], longest: int) -> list[str]:
    """What is told, in plain text; of a notice its title."""
    return [
        _title(reader.language, notice)
        if notice.kind in around.WITH_WORDS
        else sessions.in_words(notice.element, reader, longest=longest)
        for notice in notices
    ]


def _summary(reader: Reader, notice: Ask) -> str:
    if notice.kind in around.WITH_WORDS:
        return _title(reader.language, notice)
    return sessions.summary(notice.element, reader)


def _why(language: Language, asks: Sequence[Ask], programmes: Mapping[int, Mapping[Language, str]]) -> str:
    """Why the person gets this: the programmes that it comes from; empty when it comes from none."""
    found = []
    for key, is_of_team in (("ask.why", False), ("team.question.why", True)):
        # Whom somebody shares with need not be in any programme: who it is stands on the card.
        those = [
            ask for ask in asks if ask.kind is not AskKind.SHARED and (ask.kind is AskKind.TEAM_QUESTION) is is_of_team
        ]
        names = sorted({in_language(programmes[ask.programme_id], language) for ask in those})
        found += [t(language, key, programme=in_a_row(language, names))] if names else []
    return " ".join(found)
