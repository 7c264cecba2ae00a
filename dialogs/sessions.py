"""Sessions on cards: what a coming one is about, when and where, and the way in."""

from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards import CardElement, OpenUrlAction, RichTextBlock, TextRun

from coaching.asks import AskKind, Element
from coaching.forms import Form
from coaching.people import Language, in_language
from coaching.programmes import Material, Mode, Speaker, When
from coaching.sessions import SessionFacts
from dialogs.pieces import address, cut, link, opens, paragraph
from dialogs.reader import Reader
from dialogs.wording import in_a_row, span_in_words, t, times_in_words

#: Materials that a card lists; the word for them shows all.
MOST_MATERIALS = 6
#: Characters of a title, of a place or a name, and of a theme.
LONGEST_TITLE, LONGEST_FACT, LONGEST_THEME = 120, 200, 600
#: Characters of a notice's words from which on a session's materials and people are left to the word for them.
ROOM_FOR_MATERIALS = 400
#: Characters of a button's caption before clients cut it.
LONGEST_CAPTION = 40
_TELLS = frozenset({AskKind.SESSION_PREP, AskKind.SESSION_LINK})


def form(element: Element, language: Language) -> Form:
    """A form without questions: the element's title with the session's, and its words."""
    return Form(title=named(element, language), intro=in_language(element.intro, language), fields=())


def named(element: Element, language: Language) -> str:
    """The element's title, with its session's where it has one: one of each session is told from the others."""
    title = in_language(element.title, language)
    if element.session is None:
        return title
    return t(language, "session.name", title=title, session=title_of(element.session, language))


def elements(element: Element, reader: Reader, *, longest: int) -> list[CardElement]:
    """What a card says of the element's session. longest: characters that there is room for.

    Nothing of a notice's, whose own words say it.
    """
    facts = _told(element)
    if facts is None:
        return []
    said: list[CardElement] = [_line(reader.language, *each) for each in _facts(element, facts, reader, longest)]
    if facts.cancelled:
        return [*said, paragraph(t(reader.language, "session.cancelled"))]
    to_read = _to_read(element, facts, reader, longest, material_line)
    return [*said, *(paragraph(line) for line in to_read)]


def way_in(element: Element, reader: Reader) -> list[CardElement]:
    """The link into the element's session, for a card that may have no room for its button."""
    facts = _told(element)
    if facts is None or facts.cancelled or address(facts.link) is None:
        return []
    return [paragraph(link(t(reader.language, "session.join"), facts.link))]


def join(element: Element, reader: Reader, *, is_alone: bool) -> list[OpenUrlAction]:
    """The button into the element's session, where there is one. is_alone: the card has no other session."""
    facts = _told(element)
    found = address(facts.link) if facts is not None and not facts.cancelled else None
    if facts is None or found is None:
        return []
    return [opens(_caption(reader.language, "session.join", facts, is_alone), found)]


def calendar(element: Element, reader: Reader, *, is_alone: bool) -> list[OpenUrlAction]:
    """The button that puts the element's session into a calendar, or takes a cancelled one out of it."""
    facts = element.session
    if facts is None or element.kind is AskKind.SESSION_LINK:
        return []
    url = reader.links.calendar(element.programme_id, facts, reader.language)
    key = "session.calendar_off" if facts.cancelled else "session.calendar"
    return [opens(_caption(reader.language, key, facts, is_alone), url)] if url else []


def summary(element: Element, reader: Reader) -> str:
    """The line that a notification shows: what it is, and when."""
    facts = _told(element)
    if facts is None:
        return in_language(element.title, reader.language)
    name = form(element, reader.language).title
    return t(reader.language, "session.summary", name=name, when=when(facts, reader))


def in_words(element: Element, reader: Reader, *, longest: int) -> str:
    """The same as the card says, in plain text, for clients that cannot draw it. longest: see `elements`."""
    facts, language = _told(element), reader.language
    if facts is None:
        return in_language(element.title, language)
    name = form(element, language).title
    told = [(t(language, f"session.{label}"), value) for label, value in _facts(element, facts, reader, longest)]
    if found := address(facts.link):
        told.append((t(language, "session.join"), found))
    if facts.cancelled:
        return f"{name}\n{t(language, 'session.cancelled')}"
    lines = [t(language, "session.fact", label=label, value=value) for label, value in told]
    return "\n".join([name, *lines, *_to_read(element, facts, reader, longest, material_in_words)])


def title_of(facts: SessionFacts, language: Language) -> str:
    """What the session is called."""
    return cut(in_language(facts.title, language), LONGEST_TITLE)


def when(facts: SessionFacts, reader: Reader) -> str:
    """From when to when on the reader's clock; and on the programme's, where that shows another time."""
    own, theirs = reader.zone or ZoneInfo(facts.timezone), ZoneInfo(facts.timezone)
    start, end = facts.starts.astimezone(own), facts.ends.astimezone(own)
    here = span_in_words(reader.language, start, end)
    there_start, there_end = facts.starts.astimezone(theirs), facts.ends.astimezone(theirs)
    if start.utcoffset() == there_start.utcoffset():
        return here
    is_same_day = start.date() == end.date() == there_start.date() == there_end.date()
    there = (times_in_words if is_same_day else span_in_words)(reader.language, there_start, there_end)
    return t(reader.language, "session.elsewhere", here=here, zone=_city(facts.timezone), there=there)


def where(facts: SessionFacts, language: Language) -> str:
    """The room, that it is online, or both; empty where the file says neither."""
    place = cut(in_language(facts.place, language), LONGEST_FACT)
    match facts.mode:
        case Mode.ROOM:
            return place
        case Mode.VIRTUAL:
            return place or t(language, "session.online")
        case Mode.HYBRID:
            return t(language, "session.or_online", place=place or t(language, "session.on_site"))


def materials_in(language: Language, materials: Iterable[Material]) -> list[Material]:
    """Those for a reader of that language: in it or in none; all of them where nothing is in it."""
    found = list(materials)
    own = [each for each in found if each.language in (language, None)]
    return own if any(each.language is language for each in own) else found


def material_line(material: Material, language: Language) -> str:
    """A material as a link, in Markdown, with its language where that is another."""
    return _in_its_language(material, language, link(_named(material, language), material.url))


def material_in_words(material: Material, language: Language) -> str:
    """A material with its address, in plain text."""
    named = _in_its_language(material, language, _named(material, language))
    return t(language, "session.fact", label=named, value=address(material.url) or material.url)


def _named(material: Material, language: Language) -> str:
    return cut(in_language(material.title, language), LONGEST_TITLE) or material.url


def _in_its_language(material: Material, language: Language, title: str) -> str:
    if material.language in (language, None):
        return title
    return t(language, "session.in_another", title=title, language=t(language, f"session.language.{material.language}"))


def _told(element: Element) -> SessionFacts | None:
    """The session that the element tells of; None for a notice, and for what belongs to no session."""
    return element.session if element.kind in _TELLS else None


def _facts(element: Element, facts: SessionFacts, reader: Reader, longest: int) -> list[tuple[str, str]]:
    """What is known of the session, by label; the link's card only says when and where."""
    language = reader.language
    told = [("when", when(facts, reader)), ("where", where(facts, language))]
    if element.kind is AskKind.SESSION_PREP and longest:
        theme = cut(in_language(facts.theme, language), min(longest, LONGEST_THEME))
        told = [("theme", theme), *told, ("coach", _short(facts.coach or ""))]
        if longest >= ROOM_FOR_MATERIALS:
            told.append(("speakers", speakers_in_words(facts.speakers, language)))
    return [(label, value) for label, value in told if value]


def speakers_in_words(speakers: Sequence[Speaker], language: Language) -> str:
    """Who talks, and on what; empty for nobody."""
    named = []
    for speaker in speakers:
        topic = _short(in_language(speaker.topic, language))
        name = _short(speaker.name)
        named.append(t(language, "session.speaker", name=name, topic=topic) if topic else name)
    return cut(in_a_row(language, named), LONGEST_THEME)


def _to_read(
    element: Element,
    facts: SessionFacts,
    reader: Reader,
    longest: int,
    written: Callable[[Material, Language], str],
) -> list[str]:
    """What to look at beforehand, a line each; empty for nothing, or where there is no room for it."""
    language = reader.language
    before = materials_in(language, (each for each in facts.materials if each.when is When.BEFORE))
    if not before or element.kind is not AskKind.SESSION_PREP or longest < ROOM_FOR_MATERIALS:
        return []
    lines = [t(language, "session.before"), *(written(each, language) for each in before[:MOST_MATERIALS])]
    if len(before) > MOST_MATERIALS:
        lines.append(t(language, "session.all_materials", number=facts.number))
    return lines


def _line(language: Language, label: str, value: str) -> RichTextBlock:
    """A fact with its label in bold; nothing in it is read as Markdown."""
    runs: list[CardElement] = [
        TextRun(text=t(language, "session.fact", label=t(language, f"session.{label}"), value=""), weight="Bolder"),
        TextRun(text=value),
    ]
    return RichTextBlock(inlines=runs, spacing="Small")


def _caption(language: Language, key: str, facts: SessionFacts, is_alone: bool) -> str:
    if is_alone:
        return t(language, key)
    named = t(language, f"{key}_named", session=title_of(facts, language))
    return cut(named, LONGEST_CAPTION)


def _short(text: str) -> str:
    return cut(text, LONGEST_FACT)


def _city(timezone: str) -> str:
    """A zone as people say it: "Europe/Helsinki" is "Helsinki"."""
    return timezone.rpartition("/")[2].replace("_", " ")
