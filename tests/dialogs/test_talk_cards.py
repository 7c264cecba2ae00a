"""The cards of discussions: sound, as they were reviewed, and one readable card for a manager of thirty."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.asks import Ask, AskKind, Element, SourceKind
from coaching.people import Language
from coaching.talks import Talk, TalkKind
from coaching.visits import Part, Purpose
from dialogs.cards import words
from dialogs.pieces import LARGEST_CARD, size
from dialogs.reply import Card
from dialogs.talk_cards import MOST_LISTED, working_card
from dialogs.talk_summary import offer_card
from dialogs.visiting import visit_card
from storage.spoken import Spoken
from storage.talk_lines import TalkLine
from tests.builders import in_all
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

NOW = datetime(2020, 12, 7, 7, tzinfo=UTC)
TODAY = NOW.date()
CANARY = "Aino *Aalto* [tässä](https://x.example)"
TITLE = {Language.FI: "Palautekeskustelu", Language.SV: "Responssamtal", Language.EN: "Feedback discussion"}
QUESTIONS = tuple(in_all(text) for text in ("Missä näit onnistumisen?", "Mitä toivot?", "Millä aloitat?", "Neljäs?"))
TALK = Talk(
    id=1,
    programme_id=3,
    element_id=9,
    participant_id=1,
    manager_id=2,
    first=date(2020, 12, 1),
    last=date(2020, 12, 18),
)
LINE = TalkLine(talk=TALK, other=CANARY, title=TITLE, is_manager=True, questions=QUESTIONS)


def line(number: int, **given: object) -> TalkLine:
    """The discussion with one of many people, of every sort in turn."""
    talk = replace(TALK, id=number + 1)
    match number % 5:
        case 1:
            talk = replace(talk, booked_for=TODAY + timedelta(days=number))
        case 2:
            talk = replace(talk, held_on=TODAY)
        case 3:
            talk = replace(talk, kind=TalkKind.FOLLOW_UP)
        case 4:
            talk = replace(talk, last=TODAY - timedelta(days=1))
    shared = {"goals": (1, 2), "shares_more": True} if number % 3 == 0 else {}
    other = CANARY if number == 0 else f"Etunimi-Toinen Sukunimi-Pitkänen {number}"
    return replace(LINE, talk=talk, other=other, **shared | given)  # type: ignore[arg-type]


def people(count: int) -> list[TalkLine]:
    return [line(number) for number in range(count)]


def held(count: int) -> list[TalkLine]:
    """Discussions that were held lately; the first of them is summed up."""
    talk = replace(TALK, held_on=TODAY, confirmed_at=NOW)
    return [
        replace(line(7 + number), talk=replace(talk, id=90 + number, summarised_at=None if number else NOW))
        for number in range(count)
    ]


def ask(kind: AskKind, **given: object) -> Ask:
    element = Element(id=9, programme_id=3, key="talks:", kind=kind, title={}, intro={})
    return Ask(
        id=5,
        person_id=2,
        programme_id=3,
        kind=kind,
        source_kind=SourceKind.ELEMENT,
        source_id=9,
        created_at=NOW,
        wants_answer=kind is AskKind.HELD,
        element=element,
    )


def visit(language: Language, kind: AskKind, lines: list[TalkLine]) -> Card:
    """A visit about them alone."""
    purpose = Purpose.NEW if kind is AskKind.HELD else Purpose.NOTICE
    return visit_card(
        language,
        [Part(ask_id=5, purpose=purpose)],
        {5: ask(kind)},
        {3: in_all("Ohjelma")},
        card_id=7,
        zone=ZoneInfo("Europe/Helsinki"),
        spoken={5: Spoken(words={}, talks=lines)},
        now=NOW,
    ).card


CARDS: dict[str, Callable[[Language], Card]] = {
    "week": lambda language: visit(language, AskKind.TALKS, people(5)),
    "week-of-thirty": lambda language: visit(language, AskKind.TALKS, people(30)),
    "week-over": lambda language: visit(language, AskKind.TALKS, []),
    "held": lambda language: visit(language, AskKind.HELD, [replace(line(2), other=CANARY, is_manager=False)]),
    "summary-offer": lambda language: offer_card(language, 1),
    "week-with-held": lambda language: visit(language, AskKind.TALKS, [*people(2), *held(2)]),
    "working-with-held": lambda language: working_card(language, [*people(2), *held(2)], today=TODAY),
    "held-gone": lambda language: visit(language, AskKind.HELD, []),
    "working": lambda language: working_card(language, people(5), today=TODAY, fault="Valitse päivä."),
    "working-of-thirty": lambda language: working_card(language, people(30), today=TODAY),
    "working-none": lambda language: working_card(language, [], today=TODAY),
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CARDS)
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    card = CARDS[name](language)

    assert faults_of(card, canaries=[CANARY]) == []
    assert is_golden(f"talks-{name}.{language}", card)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["week-of-thirty", "working-of-thirty"])
def test_a_manager_of_thirty_has_all_of_them_on_one_card(name: str, language: Language) -> None:
    card = CARDS[name](language)

    said = words(card)
    assert size(card) <= LARGEST_CARD
    assert all(f"{number}. " in said for number in range(1, 31))
    assert all(f"Sukunimi-Pitkänen {number}" in said for number in range(1, 30))
    assert len(card["actions"]) <= 6


def with_notices(language: Language, spoken: Spoken, notices: int) -> Card:
    """The week's message with so many notices of the programme."""
    told = {
        number: replace(
            ask(AskKind.MANAGER_NOTICE),
            id=number,
            element=Element(
                id=number,
                programme_id=3,
                key=f"notice-{number}",
                kind=AskKind.MANAGER_NOTICE,
                title=in_all(f"Ohjelma kertoo {number}"),
                intro=in_all("Varaa kullekin puoli tuntia seuraavan kuukauden aikana. " * 12),
            ),
        )
        for number in range(11, 11 + notices)
    }
    return visit_card(
        language,
        [Part(ask_id=number, purpose=Purpose.NOTICE) for number in (5, *told)],
        {5: ask(AskKind.TALKS), **told},
        {3: in_all("Ohjelma")},
        card_id=7,
        zone=ZoneInfo("Europe/Helsinki"),
        spoken={5: spoken},
        now=NOW,
    ).card


@pytest.mark.parametrize("language", Language)
def test_thirty_people_and_all_that_the_programme_tells_are_one_readable_card(language: Language) -> None:
    spoken = Spoken(words={}, talks=people(30), gone_over=[CANARY, "Etunimi Sukunimi"], sharers=[CANARY])

    card = with_notices(language, spoken, 4)

    said = words(card)
    assert faults_of(card, canaries=[CANARY]) == []
    assert size(card) <= LARGEST_CARD
    assert all(f"Sukunimi-Pitkänen {number}" in said for number in range(1, 20))
    assert all(f"Ohjelma kertoo {number}" in said for number in range(11, 15))


def test_a_week_that_brings_notices_alone_says_nothing_of_discussions() -> None:
    said = words(with_notices(Language.FI, Spoken(words={}), 2))

    assert "Ohjelma kertoo 11" in said
    assert "Viikon viesti" not in said


def test_more_people_than_a_card_holds_are_counted() -> None:
    card = working_card(Language.FI, people(MOST_LISTED + 7), today=TODAY)

    assert "Lisäksi" in words(card)
    assert size(card) <= LARGEST_CARD
    assert size(visit(Language.FI, AskKind.TALKS, people(200))) <= LARGEST_CARD
