"""My sessions: what a person has ahead over all their programmes, and what there is to read for each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from microsoft_teams.cards import CardElement, RichTextBlock, TextRun

from coaching.elements import Words
from coaching.people import Language, in_language
from coaching.programmes import Material, When
from coaching.sessions import SessionFacts, sessions_of
from dialogs.pieces import LARGEST_CARD, address, card, cut, heading, link, paragraph, size, small
from dialogs.reader import Reader
from dialogs.reply import Card, NewCard, Text
from dialogs.sessions import LONGEST_TITLE, material_in_words, material_line, materials_in, title_of, when, where
from dialogs.turn import Turn
from dialogs.wording import t

#: Sessions that one card lists, the rest are counted; and materials of one session, on either side of it.
MOST_SESSIONS, MOST_MATERIALS = 6, 20
#: Sessions of one number, in several programmes, whose materials one card lists.
MOST_OF_ONE_NUMBER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSession:
    """A session of one of the person's programmes."""

    programme_id: int
    programme: Words
    facts: SessionFacts


async def of(turn: Turn) -> list[OwnSession]:
    """The person's sessions over all their programmes, in the order of time; past ones too, cancelled ones not."""
    found = [
        OwnSession(programme_id=member.programme_id, programme=programme.name, facts=facts)
        for programme, member in await turn.unit.revisions.documents_of(turn.person.id)
        if member.programme_id is not None
        for facts in sessions_of(programme, member, email=turn.person.email)
    ]
    return sorted(found, key=lambda own: (own.facts.starts, own.programme_id, own.facts.number))


def sessions_card(reader: Reader, own: Sequence[OwnSession], *, now: datetime) -> NewCard | Text:
    """The sessions that are not over yet, with times and links. *own* in the order of time; now: UTC."""
    language = reader.language
    ahead = [each for each in own if each.facts.ends > now]
    if not ahead:
        return Text(text=t(language, "sessions.none"))

    def drawn(most: int) -> Card:
        body: list[CardElement] = [heading(t(language, "sessions.title"))]
        for each in ahead[:most]:
            body += _session(reader, each)
        rest = len(ahead) - most
        body += [paragraph(t(language, "sessions.rest", count=rest))] if rest > 0 else []
        body += [small(t(language, "sessions.materials"))] if any(each.facts.materials for each in own) else []
        lines = [t(language, "sessions.title"), *(_in_words(reader, each) for each in ahead[:most])]
        return card(language, body, fallback="\n".join(lines))

    return NewCard(card=_fitting(drawn, MOST_SESSIONS), summary=t(language, "sessions.summary"))


def materials_card(reader: Reader, own: Sequence[OwnSession], number: int | None, *, now: datetime) -> NewCard | Text:
    """The materials of the sessions with that number; None for those of the nearest session that has any."""
    language = reader.language
    chosen = _nearest(own, now) if number is None else [each for each in own if each.facts.number == number]
    if not chosen:
        gone = "materials.none_yet" if number is None else "materials.no_session"
        return Text(text=t(language, gone, number=number))
    told = [each for each in chosen if each.facts.materials][:MOST_OF_ONE_NUMBER]
    if not told:
        return Text(text=t(language, "materials.none", number=number))

    def drawn(most: int) -> Card:
        body: list[CardElement] = [heading(t(language, "materials.title"))]
        lines = [t(language, "materials.title")]
        for each in told:
            title = title_of(each.facts, language)
            body += [_bold(title), small(_line(language, each)), *_materials(language, each.facts, most)]
            lines += [title, *_material_words(language, each.facts, most)]
        return card(language, body, fallback="\n".join(lines))

    return NewCard(card=_fitting(drawn, MOST_MATERIALS), summary=t(language, "materials.summary"))


def _fitting(drawn: Callable[[int], Card], most: int) -> Card:
    """The card with as many of its things as Teams takes."""
    cards = map(drawn, range(most, 0, -1))
    return next((each for each in cards if size(each) <= LARGEST_CARD), drawn(1))


def _nearest(own: Sequence[OwnSession], now: datetime) -> list[OwnSession]:
    """Of the sessions with materials the first that is not over, else the last one."""
    found = [each for each in own if each.facts.materials]
    return [each for each in found if each.facts.ends > now][:1] or found[-1:]


def _session(reader: Reader, own: OwnSession) -> list[CardElement]:
    language, facts = reader.language, own.facts
    calendar = reader.links.calendar(own.programme_id, facts, language)
    links = [
        *([link(t(language, "session.join"), facts.link)] if address(facts.link) else []),
        *([link(t(language, "session.calendar"), calendar)] if calendar else []),
    ]
    place = where(facts, language)
    told: list[CardElement] = [
        _bold(title_of(facts, language)),
        small(_line(language, own)),
        _plain(when(facts, reader)),
        *([_plain(place)] if place else []),
    ]
    return [*told, *([paragraph(" · ".join(links))] if links else [])]


def _in_words(reader: Reader, own: OwnSession) -> str:
    """A session in plain text, for clients that cannot draw the card."""
    language, facts = reader.language, own.facts
    parts = [title_of(facts, language), when(facts, reader), where(facts, language), address(facts.link) or ""]
    return ", ".join(part for part in parts if part)


def _line(language: Language, own: OwnSession) -> str:
    programme = cut(in_language(own.programme, language), LONGEST_TITLE)
    return t(language, "sessions.line", number=own.facts.number, programme=programme)


def _materials(language: Language, facts: SessionFacts, most: int) -> list[CardElement]:
    said: list[CardElement] = []
    for side in When:
        found = _own(language, facts, side)[:most]
        if found:
            said.append(_plain(t(language, f"session.{side}")))
            said += [paragraph(material_line(each, language)) for each in found]
    return said


def _material_words(language: Language, facts: SessionFacts, most: int) -> list[str]:
    """The materials in plain text, for clients that cannot draw the card."""
    found = [each for side in When for each in _own(language, facts, side)[:most]]
    return [material_in_words(each, language) for each in found]


def _own(language: Language, facts: SessionFacts, side: When) -> list[Material]:
    return materials_in(language, (each for each in facts.materials if each.when is side))


def _bold(text: str) -> RichTextBlock:
    runs: list[CardElement] = [TextRun(text=text, weight="Bolder")]
    return RichTextBlock(inlines=runs, spacing="Large")


def _plain(text: str) -> RichTextBlock:
    """A line in which nothing is read as Markdown."""
    runs: list[CardElement] = [TextRun(text=text)]
    return RichTextBlock(inlines=runs, spacing="Small")
