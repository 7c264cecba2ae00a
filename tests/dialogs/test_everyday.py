"""The cards and texts of the words that always work, in three languages."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from coaching.access import Matter
from coaching.people import Language
from dialogs import everyday, moments, pausing
from dialogs.calls import parse
from dialogs.commands import OF_COACHES, OF_GOALS, OF_OWNERS, Command, description, title
from dialogs.everyday import MOST_REASONS, Reason
from dialogs.letting_in import Refusal
from dialogs.pausing import QUICK_PAUSES, UNTIL_FIELD, PauseFault
from dialogs.pieces import DATA_VERSION, CardRef, words
from dialogs.reply import NewCard, Text
from dialogs.who_sees import who_sees
from dialogs.wording import keys, t
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

HELSINKI = ZoneInfo("Europe/Helsinki")
TODAY = date(2026, 11, 22)
MADE = datetime(2026, 11, 20, 7, tzinfo=UTC).astimezone(HELSINKI)
MARKDOWN = "**[Aino](https://a.example)** _# 1. " + "x" * 200

REASONS = [
    Reason(title="1. Reflektio", lines=("Ohjelma: TEMPO", "Aika ohjelmassa: pe 20.11.2026 klo 9.00.")),
    Reason(title="2. Välitehtävä", lines=("Ohjelma: AKO",)),
]
CARDS: dict[str, Callable[[Language], NewCard]] = {
    "welcome": lambda language: everyday.welcome(language, name="Aino Kuu", programmes=["TEMPO"]),
    "welcome-of-a-newcomer": lambda language: everyday.welcome(language, name=" ", programmes=[]),
    "welcome-extreme": lambda language: everyday.welcome(language, name=MARKDOWN, programmes=[MARKDOWN] * 10),
    "help": everyday.help_card,
    "help-for-a-coach": everyday.help_for_coaches,
    "help-for-an-owner": everyday.help_for_owners,
    "language": everyday.language_card,
    "language-unknown": lambda language: everyday.language_card(language, unknown=True),
    "who-sees": everyday.who_sees_card,
    "why": lambda language: everyday.why(language, REASONS, comes="Muuta ei ole nyt tulossa.", is_numbered=True),
    "why-nothing-open": lambda language: everyday.why(language, []),
    "why-extreme": lambda language: everyday.why(
        language, [Reason(title=MARKDOWN, lines=(MARKDOWN, MARKDOWN))] * (MOST_REASONS + 2), comes=MARKDOWN
    ),
    "pause": lambda language: pausing.pause_card(language, today=TODAY),
    "pause-not-understood": lambda language: pausing.pause_card(language, today=TODAY, fault=PauseFault.NOT_UNDERSTOOD),
    "pause-not-in-a-year": lambda language: pausing.pause_card(language, today=TODAY, fault=PauseFault.NOT_IN_A_YEAR),
    "paused": lambda language: pausing.paused_until(language, date(2026, 12, 24)),
    "stop": lambda language: pausing.stop_question(language, ref=CardRef(card_id=34, revision=1)),
    "stopped": pausing.stopped,
}
TEXTS: dict[str, Callable[[Language], Text]] = {
    "who_are_you": everyday.who_are_you,
    "language_chosen": everyday.language_chosen,
    "resumed": pausing.resumed,
    "not_paused": pausing.not_paused,
    "not_stopped": pausing.not_stopped,
    "newcomer": lambda language: everyday.newcomer(language, code="K7QF-2M"),
    "let_in_how": everyday.let_in_how,
    "let_in_done": lambda language: everyday.let_in_done(language, name="Aino Kuu"),
    "let_in_done_nameless": lambda language: everyday.let_in_done(language, name=""),
    "let_in_by_coach": lambda language: everyday.let_in_by_coach(language, to=7),
    **{f"let_in_{why}": partial(everyday.let_in_refused, why=why) for why in Refusal},
    "not_allowed": everyday.not_allowed,
    "elsewhere": everyday.elsewhere,
    "unknown": everyday.unknown,
    "no_words": everyday.no_words,
    "small_talk": everyday.small_talk,
    "deleted": everyday.deleted,
    "trouble": lambda language: everyday.trouble(language, id="4F2A"),
}


def buttons(part: NewCard) -> list[dict[str, Any]]:
    return [action["data"]["sparri"] for action in part.card.get("actions", [])]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", [*CARDS])
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    part = CARDS[name](language)

    assert faults_of(part.card, canaries=[MARKDOWN[:20]]) == []
    assert part.card["lang"] == language
    assert is_golden(f"{name}.{language}", part.card)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["welcome-extreme", "why-extreme"])
def test_names_and_titles_are_never_read_as_markdown(name: str, language: Language) -> None:
    part = CARDS[name](language)

    text_blocks = [element["text"] for element in part.card["body"] if element["type"] == "TextBlock"]
    assert "**" in words(part.card)
    assert not any("**" in text for text in text_blocks)
    assert "**" not in part.summary


@pytest.mark.parametrize("name", [*CARDS, *TEXTS])
def test_each_language_has_words_of_its_own(name: str) -> None:
    said = []
    for language in Language:
        part = CARDS[name](language) if name in CARDS else TEXTS[name](language)
        said.append(part.text if isinstance(part, Text) else words(part.card))

    assert len(set(said)) == len(Language)


@pytest.mark.parametrize("language", Language)
def test_the_welcome_says_what_this_is_how_often_who_sees_and_how_to_stop(language: Language) -> None:
    said = words(everyday.welcome(language, name="Aino", programmes=["TEMPO", "AKO"]).card)

    assert "Aino" in said
    assert t(language, "common.and", first="TEMPO", last="AKO") in said
    assert t(language, "welcome.often") in said
    assert who_sees(language, Matter.REFLECTION) in said
    assert title(language, Command.STOP).lower() in said


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", ["welcome", "language"])
def test_each_language_is_a_button_with_its_own_name(name: str, language: Language) -> None:
    part = CARDS[name](language)

    assert [action["title"] for action in part.card["actions"]] == ["Suomi", "Svenska", "English"]
    assert [(press["verb"], press["arg"]) for press in buttons(part)] == [
        ("language", "fi"),
        ("language", "sv"),
        ("language", "en"),
    ]


@pytest.mark.parametrize(("language", "command"), [*product(Language, Command)])
def test_help_names_every_command_and_what_only_some_do_only_to_them(language: Language, command: Command) -> None:
    everybody, coach = words(CARDS["help"](language).card), words(CARDS["help-for-a-coach"](language).card)

    owner = words(CARDS["help-for-an-owner"](language).card)
    assert (description(language, command) in coach) is (command in OF_COACHES)
    assert (description(language, command) in owner) is (command in OF_OWNERS)
    assert (description(language, command) in everybody) is (command not in OF_COACHES | OF_GOALS | OF_OWNERS)


@pytest.mark.parametrize(("language", "matter"), [*product(Language, Matter)])
def test_who_sees_has_the_line_of_the_access_table_for_every_matter(language: Language, matter: Matter) -> None:
    assert who_sees(language, matter) in words(everyday.who_sees_card(language).card)


@pytest.mark.parametrize("length", [length for length, _ in QUICK_PAUSES])
def test_each_quick_pause_is_a_length_that_is_understood(length: str) -> None:
    end = moments.until(length, now=MADE.astimezone(UTC), zone=HELSINKI)

    assert end is not None
    assert end > MADE


def test_a_pause_can_end_from_tomorrow_to_a_year_ahead() -> None:
    part = pausing.pause_card(Language.FI, today=TODAY)

    [day] = [element for element in part.card["body"] if element["type"] == "Input.Date"]
    noon = datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert (day["id"], day["min"], day["max"]) == (UNTIL_FIELD, "2026-11-23", "2027-11-23")
    assert moments.until(day["min"], now=noon, zone=HELSINKI) is not None
    assert moments.until(day["max"], now=noon, zone=HELSINKI) is not None


def test_only_the_button_of_the_date_sends_the_date() -> None:
    part = pausing.pause_card(Language.FI, today=TODAY)

    assert [action["associatedInputs"] for action in part.card["actions"]] == ["none", "none", "none", "auto"]


@pytest.mark.parametrize("name", ["paused", "stopped"])
def test_a_pause_and_a_stop_show_the_way_back(name: str) -> None:
    assert buttons(CARDS[name](Language.EN)) == [{"v": DATA_VERSION, "verb": "resume"}]


def test_stopping_is_asked_with_the_card_that_it_belongs_to() -> None:
    part = CARDS["stop"](Language.EN)

    assert part.card_id == 34
    assert [(press["verb"], press["arg"], press["card"]) for press in buttons(part)] == [
        ("confirm", "yes", 34),
        ("confirm", "no", 34),
    ]


def test_why_tells_each_reason_and_what_comes_next() -> None:
    said = words(CARDS["why"](Language.FI).card)

    assert "2. Välitehtävä" in said
    assert "Ohjelma: TEMPO" in said
    assert "Muuta ei ole nyt tulossa." in said


def test_why_counts_what_does_not_fit() -> None:
    assert "And 2 more open things." in words(CARDS["why-extreme"](Language.EN).card)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("key", "command"),
    [
        ("unknown.text", Command.OPEN),
        ("unknown.text", Command.HELP),
        ("who_are_you.text", Command.HELP),
        ("welcome.stop", Command.PAUSE),
        ("welcome.stop", Command.STOP),
        ("welcome.stop", Command.HELP),
        ("why.stop", Command.PAUSE),
        ("why.stop", Command.STOP),
        ("why.more", Command.WHY),
        ("why.no_such", Command.WHY),
        ("stop.question", Command.PAUSE),
        ("pause.not_paused", Command.OPEN),
        ("pause.typed", Command.PAUSE),
        ("pause.not_understood", Command.PAUSE),
        ("let_in.how", Command.LET_IN),
        ("let_in.not_allowed", Command.HELP),
        ("command.pause.description", Command.PAUSE),
        ("command.writing_time.description", Command.WRITING_TIME),
        ("writing_time.any", Command.WRITING_TIME),
        ("writing_time.now", Command.WRITING_TIME),
        ("writing_time.outside", Command.WRITING_TIME),
        ("command.working_hours.description", Command.WORKING_HOURS),
        ("working_hours.usual", Command.WORKING_HOURS),
        ("working_hours.own", Command.WORKING_HOURS),
        ("working_hours.wish_outside", Command.WRITING_TIME),
        ("working_hours.unread", Command.WORKING_HOURS),
        ("working_hours.too_short", Command.WORKING_HOURS),
        ("working_hours.outside", Command.WORKING_HOURS),
        ("command.let_in.description", Command.LET_IN),
    ],
)
def test_what_people_are_told_to_write_is_understood(key: str, command: Command, language: Language) -> None:
    said = str(keys(language)[key]).replace("“", "”")

    calls = [parse(quoted) for quoted in said.split("”")[1::2]]
    assert command in [call.command for call in calls if call is not None]
    assert None not in calls


@pytest.mark.parametrize("language", Language)
def test_a_trouble_is_told_calmly_with_an_id_to_quote(language: Language) -> None:
    assert "4F2A" in everyday.trouble(language, id="4F2A").text
