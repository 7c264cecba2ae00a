"""Sessions on cards: the facts of one, the way in, and what a person has ahead, in three languages."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coaching.asks import Ask, AskKind, Element
from coaching.people import Language
from coaching.programmes import Material, Mode, Speaker, When
from coaching.sessions import SessionFacts
from coaching.visits import Part, Purpose
from dialogs.calls import parse
from dialogs.cards import words
from dialogs.commands import Command
from dialogs.my_sessions import MOST_SESSIONS, OwnSession, materials_card, sessions_card
from dialogs.pieces import MOST_ACTIONS
from dialogs.reader import NO_LINKS, Links, Reader
from dialogs.reply import Card, NewCard, Text
from dialogs.sessions import when
from dialogs.visiting import visit_card
from dialogs.wording import t
from tests.coaching.asking import ask
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden
from tests.dialogs.samples import DEBRIEF, FREE, LONG_WORD

HELSINKI, STOCKHOLM, SYDNEY = ZoneInfo("Europe/Helsinki"), ZoneInfo("Europe/Stockholm"), ZoneInfo("Australia/Sydney")
NOW = datetime(2026, 11, 20, 7, tzinfo=UTC)
JOIN = "https://meet.example/kokeilu-3"
PROGRAMMES: Mapping[int, Mapping[Language, str]] = {
    3: {Language.FI: "Kokeilu", Language.SV: "Försöket", Language.EN: "The trial"}
}

FACTS = SessionFacts(
    programme="kokeilu-2026",
    number=3,
    title={Language.FI: "Kuunteleminen", Language.SV: "Att lyssna", Language.EN: "Listening"},
    theme={
        Language.FI: "Mitä toinen oikeastaan sanoo?",
        Language.SV: "Vad säger den andra egentligen?",
        Language.EN: "What does the other one really say?",
    },
    starts=datetime(2026, 11, 26, 12, 30, tzinfo=UTC),
    ends=datetime(2026, 11, 26, 16, 0, tzinfo=UTC),
    timezone="Europe/Helsinki",
    mode=Mode.HYBRID,
    place={Language.FI: "Kokoushuone Kelo", Language.SV: "Mötesrum Kelo", Language.EN: "Meeting room Kelo"},
    link=JOIN,
    coach="Kaisa Coach",
    speakers=(
        Speaker(name="Olli Osasto", topic={Language.FI: "Arki", Language.SV: "Vardagen", Language.EN: "Daily work"}),
        Speaker(name="Ulla Ulko"),
    ),
    materials=(
        Material(
            title={Language.FI: "Ennakkolukemisto", Language.SV: "Läsning i förväg", Language.EN: "Reading"},
            url="https://materials.example/reading (1).pdf",
        ),
        Material(
            title={Language.FI: "Esityksen kalvot", Language.SV: "Bilderna", Language.EN: "The slides"},
            url="https://materials.example/slides.pdf",
            when=When.AFTER,
            language=Language.FI,
        ),
    ),
)
ROOM = replace(FACTS, mode=Mode.ROOM, link=None, coach=None, speakers=(), materials=(), theme={})
VIRTUAL = replace(FACTS, mode=Mode.VIRTUAL, place={})


class StoodIn:
    """Links as they would be."""

    def calendar(self, programme_id: int, session: SessionFacts, language: Language) -> str | None:
        return f"https://sparri.example/calendar/{programme_id}-{session.number}-{language}.ics"

    def file(self, token: str) -> str | None:
        return f"https://sparri.example/files/{token}"


STOOD_IN = StoodIn()


def element(kind: AskKind, facts: SessionFacts = FACTS) -> Element:
    title = {
        AskKind.SESSION_PREP: {Language.FI: "Ensi tapaaminen", Language.SV: "Nästa träff", Language.EN: "Next session"},
        AskKind.SESSION_LINK: {Language.FI: "Kohta alkaa", Language.SV: "Snart börjar", Language.EN: "Starting soon"},
    }
    return Element(id=9, programme_id=3, key="prep.3", kind=kind, title=title[kind], intro={}, session=facts)


def about(id: int, element: Element) -> Ask:
    return replace(ask(id), element=element, kind=element.kind, programme_id=element.programme_id)


def drawn(
    language: Language,
    *told: Element,
    links: Links = STOOD_IN,
    zone: ZoneInfo | None = HELSINKI,
) -> NewCard:
    asks = {id: about(id, each) for id, each in enumerate(told, start=1)}
    parts = [
        Part(ask_id=id, purpose=Purpose.NEW if each.kind is AskKind.REFLECTION else Purpose.NOTICE)
        for id, each in asks.items()
    ]
    return visit_card(language, parts, asks, PROGRAMMES, card_id=34, zone=zone, links=links)


def opened(card: Card) -> list[tuple[str, str]]:
    """The buttons that open something: what they say, and what they open."""
    return [(each["title"], each["url"]) for each in card.get("actions", []) if each["type"] == "Action.OpenUrl"]


VISITS: Mapping[str, Sequence[Element]] = {
    "session-prep": (element(AskKind.SESSION_PREP),),
    "session-prep-room": (element(AskKind.SESSION_PREP, ROOM),),
    "session-prep-cancelled": (element(AskKind.SESSION_PREP, replace(FACTS, cancelled=True)),),
    "session-link": (element(AskKind.SESSION_LINK, VIRTUAL),),
    "session-merged": (DEBRIEF, element(AskKind.SESSION_PREP)),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", VISITS)
def test_every_card_of_a_session_is_fit_and_the_golden_one(name: str, language: Language) -> None:
    card = drawn(language, *VISITS[name]).card

    assert faults_of(card) == []
    assert is_golden(f"visit-{name}.{language}", card)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.FI, ["to 26.11.2026 klo 14.30–18.00", "Kokoushuone Kelo tai verkossa", "Olli Osasto (Arki)"]),
        (Language.SV, ["tors 26.11.2026 kl. 14.30–18.00", "Mötesrum Kelo eller på distans", "Olli Osasto (Vardagen)"]),
        (Language.EN, ["Thu 26 Nov 2026, 14:30–18:00", "Meeting room Kelo or online", "Olli Osasto (Daily work)"]),
    ],
)
def test_a_prep_says_what_when_where_with_whom_and_what_to_read(language: Language, expected: list[str]) -> None:
    said = words(drawn(language, element(AskKind.SESSION_PREP)).card)

    for fact in (*expected, FACTS.theme[language], "Kaisa Coach", "Ulla Ulko", FACTS.materials[0].title[language]):
        assert fact in said
    assert FACTS.materials[1].title[language] not in said


def test_a_client_that_draws_no_card_tells_the_same() -> None:
    for told in (VISITS["session-prep"], VISITS["session-merged"]):
        fallback = drawn(Language.FI, *told).card["fallbackText"]

        for fact in (
            "to 26.11.2026 klo 14.30–18.00",
            "Kokoushuone Kelo",
            "Kaisa Coach",
            JOIN,
            "Ennakkolukemisto: https:",
        ):
            assert fact in fallback
        assert "](" not in fallback


def test_a_notification_says_what_it_is_and_when() -> None:
    said = drawn(Language.FI, element(AskKind.SESSION_LINK))

    assert said.summary == "Kohta alkaa: Kuunteleminen, to 26.11.2026 klo 14.30–18.00"


def test_the_way_in_and_the_calendar_have_buttons() -> None:
    prep, link = (drawn(Language.FI, element(kind)).card for kind in (AskKind.SESSION_PREP, AskKind.SESSION_LINK))

    calendar = ("Lisää kalenteriin", "https://sparri.example/calendar/3-3-fi.ics")
    assert opened(prep) == [("Liity tapaamiseen", JOIN), calendar]
    assert opened(link) == [("Liity tapaamiseen", JOIN)]


def test_without_a_public_address_there_is_no_calendar_button() -> None:
    card = drawn(Language.FI, element(AskKind.SESSION_PREP), links=NO_LINKS).card

    assert opened(card) == [("Liity tapaamiseen", JOIN)]


def test_a_cancelled_session_has_no_way_in() -> None:
    card = drawn(Language.FI, element(AskKind.SESSION_PREP, replace(FACTS, cancelled=True))).card

    assert JOIN not in str(card)
    assert "peruttu" in words(card)


def test_where_other_buttons_may_take_the_room_the_way_in_is_a_link_too() -> None:
    alone, merged = (drawn(Language.FI, *VISITS[name]).card for name in ("session-prep", "session-merged"))

    link = f"[Liity tapaamiseen]({JOIN})"
    assert link not in words(alone)
    assert link in words(merged)


@pytest.mark.parametrize(("cancelled", "caption"), [(False, "Lisää kalenteriin"), (True, "Poista kalenterista")])
def test_a_notice_about_a_session_says_its_own_words_and_has_the_calendars_button(
    cancelled: bool, caption: str
) -> None:
    facts = replace(FACTS, cancelled=cancelled)
    notice = replace(element(AskKind.SESSION_PREP, facts), kind=AskKind.NOTICE, intro={Language.FI: "Näin kävi."})

    said = drawn(Language.FI, notice)

    assert opened(said.card) == [(caption, "https://sparri.example/calendar/3-3-fi.ics")]
    assert words(said.card).startswith("Ensi tapaaminen\nNäin kävi.\nSaat tämän")
    assert said.summary == said.card["fallbackText"] == "Ensi tapaaminen"


def test_two_sessions_on_a_card_have_buttons_that_tell_them_apart() -> None:
    other = replace(FACTS, number=4, title={Language.FI: LONG_WORD}, link="https://meet.example/4")

    card = drawn(Language.FI, element(AskKind.SESSION_LINK), element(AskKind.SESSION_PREP, other)).card

    captions = [caption for caption, _ in opened(card)]
    assert captions[0] == "Liity: Kuunteleminen"
    assert len(captions) == len(set(captions)) == 3
    assert faults_of(card) == []


@pytest.mark.parametrize("link", ["javascript:alert(1)", "meet.example/3", "https://", "http://[", ""])
def test_what_is_no_web_address_is_no_link(link: str) -> None:
    card = drawn(Language.FI, element(AskKind.SESSION_LINK, replace(FACTS, link=link))).card

    assert opened(card) == []
    assert "](" not in words(card)


def test_brackets_and_spaces_do_not_break_a_link() -> None:
    facts = replace(FACTS, materials=(Material(title={Language.FI: "Luku [1]"}, url="https://a.example/x (1).pdf"),))

    said = words(drawn(Language.FI, element(AskKind.SESSION_PREP, facts)).card)

    assert "[Luku (1)](https://a.example/x%20%281%29.pdf)" in said


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        pytest.param(None, "to 26.11.2026 klo 14.30–18.00", id="nothing known of the reader"),
        pytest.param(
            SYDNEY,
            "to 26.11.2026 klo 23.30 – pe 27.11.2026 klo 3.00 (Helsinki: to 26.11.2026 klo 14.30–18.00)",
            id="over midnight far away",
        ),
        pytest.param(STOCKHOLM, "to 26.11.2026 klo 13.30–17.00 (Helsinki: klo 14.30–18.00)", id="an hour away"),
        pytest.param(ZoneInfo("Europe/Mariehamn"), "to 26.11.2026 klo 14.30–18.00", id="another name, the same time"),
    ],
)
def test_a_time_is_the_readers_own_and_the_programmes_where_that_differs(zone: ZoneInfo | None, expected: str) -> None:
    assert when(FACTS, Reader(language=Language.FI, zone=zone)) == expected


@pytest.mark.parametrize("language", Language)
def test_however_much_a_session_has_its_card_is_fit(language: Language) -> None:
    every = dict.fromkeys(Language, "Sana **lihava** [linkki](https://sivu.example). " * 100)
    material = Material(title=every, url="https://materials.example/" + "x" * 1000)
    speaker = Speaker(name=LONG_WORD, topic=every)
    facts = replace(
        FACTS,
        title=every,
        theme=every,
        place=every,
        link="https://meet.example/" + "x" * 500,
        materials=(material,) * 30,
        speakers=(speaker,) * 10,
    )
    told = [replace(element(AskKind.SESSION_PREP, replace(facts, number=n)), intro=every) for n in range(1, 5)]

    for leading in ((), (FREE,)):
        card = drawn(language, *leading, *told).card
        assert faults_of(card) == []
        assert len(card["actions"]) <= MOST_ACTIONS


def own(facts: SessionFacts, programme_id: int = 3) -> OwnSession:
    return OwnSession(programme_id=programme_id, programme=PROGRAMMES[3], facts=facts)


def later(number: int, **given: Any) -> SessionFacts:
    moved = timedelta(weeks=number - FACTS.number)
    return replace(FACTS, number=number, starts=FACTS.starts + moved, ends=FACTS.ends + moved, **given)


OWN = [own(later(1)), own(FACTS), own(later(5, mode=Mode.ROOM, link=None, materials=()))]


def reader(language: Language, links: Links = NO_LINKS) -> Reader:
    return Reader(language=language, zone=HELSINKI, links=links)


def as_card(said: NewCard | Text) -> NewCard:
    assert isinstance(said, NewCard)
    return said


def as_text(said: NewCard | Text) -> str:
    assert isinstance(said, Text)
    return said.text


@pytest.mark.parametrize("language", Language)
def test_the_cards_of_the_words_are_fit_and_the_golden_ones(language: Language) -> None:
    sessions = as_card(sessions_card(reader(language, STOOD_IN), OWN, now=NOW)).card
    materials = as_card(materials_card(reader(language), OWN, 3, now=NOW)).card

    for name, card in (("sessions", sessions), ("materials", materials)):
        assert faults_of(card) == []
        assert is_golden(f"{name}.{language}", card)


def test_the_list_has_what_is_not_over_with_times_and_links() -> None:
    card = as_card(sessions_card(reader(Language.FI, STOOD_IN), OWN, now=FACTS.starts + timedelta(hours=1))).card

    said = words(card)
    assert "to 26.11.2026 klo 14.30–18.00" in said
    assert "to 10.12.2026 klo 14.30–18.00" in said
    assert "12.11." not in said
    assert f"[Liity tapaamiseen]({JOIN})" in said
    assert "[Lisää kalenteriin](https://sparri.example/calendar/3-5-fi.ics)" in said
    assert "Kokoushuone Kelo tai verkossa" in card["fallbackText"]


def test_nothing_ahead_is_said_in_a_sentence() -> None:
    assert as_text(sessions_card(reader(Language.SV), OWN, now=NOW + timedelta(days=90))) == t(
        Language.SV, "sessions.none"
    )


def test_a_long_list_counts_the_rest() -> None:
    many = [own(later(number)) for number in range(3, 3 + MOST_SESSIONS + 2)]

    assert "And 2 more later." in words(as_card(sessions_card(reader(Language.EN), many, now=NOW)).card)


def test_materials_are_those_of_the_readers_language_before_and_after() -> None:
    swedish = replace(FACTS.materials[1], title={Language.SV: "Bilder på svenska"}, language=Language.SV)
    told = [own(replace(FACTS, materials=(*FACTS.materials, swedish)))]

    said = words(as_card(materials_card(reader(Language.SV), told, 3, now=NOW)).card)

    assert "Läsning i förväg" in said
    assert "Bilder på svenska" in said
    assert "Bilderna" not in said


def test_what_is_only_in_another_language_is_shown_and_says_so() -> None:
    said = words(as_card(materials_card(reader(Language.EN), OWN, 3, now=NOW)).card)

    assert "[The slides](https://materials.example/slides.pdf) (in Finnish)" in said


def test_without_a_number_the_nearest_session_that_has_materials_is_told_of() -> None:
    ahead, past = (
        words(as_card(materials_card(reader(Language.FI), OWN, None, now=now)).card)
        for now in (NOW, NOW + timedelta(days=90))
    )

    assert "Tapaaminen 3, Kokeilu" in ahead
    assert "Tapaaminen 3, Kokeilu" in past


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (5, "Tapaamisessa 5 ei ole vielä materiaaleja."),
        (7, "Sinulla ei ole tapaamista 7. Kirjoita ”tapaamiset”, niin näet, mitä on tulossa."),
    ],
)
def test_no_materials_and_no_session_are_said_in_a_sentence(number: int, expected: str) -> None:
    assert as_text(materials_card(reader(Language.FI), OWN, number, now=NOW)) == expected


def test_the_same_number_in_two_programmes_shows_both() -> None:
    said = words(as_card(materials_card(reader(Language.FI), [own(FACTS), own(FACTS, 4)], 3, now=NOW)).card)

    assert said.count("Ennakkolukemisto") == 2


@pytest.mark.parametrize("language", Language)
def test_however_many_materials_there_are_the_card_is_fit(language: Language) -> None:
    material = Material(title=dict.fromkeys(Language, LONG_WORD), url="https://materials.example/" + "x" * 1500)
    told = [own(replace(FACTS, materials=(material,) * 60), programme) for programme in range(1, 8)]

    assert faults_of(as_card(materials_card(reader(language), told, 3, now=NOW)).card) == []
    assert faults_of(as_card(sessions_card(reader(language), told, now=NOW)).card) == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("sessions.materials", Command.MATERIALS),
        ("session.all_materials", Command.MATERIALS),
        ("command.materials.description", Command.MATERIALS),
        ("materials.no_session", Command.SESSIONS),
        ("calendar.gone", Command.SESSIONS),
    ],
)
def test_what_people_are_told_to_write_is_understood(key: str, command: Command, language: Language) -> None:
    said = t(language, key, number=3).replace("“", "”")

    calls = [parse(quoted) for quoted in said.split("”")[1::2]]
    assert [call and call.command for call in calls] == [command]


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("materiaalit 3", "3"),
        ("Materiaalit 3.", "3"),
        ("materialet till träff 12", "12"),
        ("materials for session 3, please", "3"),
        ("aineistot", ""),
    ],
)
def test_materials_take_a_number(text: str, argument: str) -> None:
    call = parse(text)

    assert call is not None
    assert call.command is Command.MATERIALS
    assert call.argument.rstrip(".,") == argument


@pytest.mark.parametrize(
    "text", ["materiaalit olivat hyviä", "material 3 och 4 var bra", "sessions were long", "aikataulu"]
)
def test_words_about_sessions_are_not_commands(text: str) -> None:
    assert parse(text) is None
