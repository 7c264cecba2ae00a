"""Interview: the same form typed, in three languages at once."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.access import Matter
from coaching.forms import Choice, FaultKind, Field, FieldKind, Form, checked
from coaching.people import Language
from dialogs import reflection
from dialogs.calls import parse
from dialogs.commands import Command
from dialogs.interview import Interview, Move, Step, choice_words, question, read, start, step, yes_or_no
from dialogs.typed import said_as
from tests.dialogs.samples import DEBRIEF, EVERY_KIND, EXTREME, PRACTICES

TODAY = date(2026, 11, 27)  # a Friday
SCALE = Field(
    name="ease",
    kind=FieldKind.SCALE,
    label="Kuinka?",
    matter=Matter.REFLECTION,
    low=0,
    high=5,
    low_label="Ei lainkaan",
    high_label="Täysin",
)


def field_of(kind: FieldKind, *choices: Choice) -> Field:
    return Field(name="f", kind=kind, label="?", matter=Matter.REFLECTION, choices=choices or PRACTICES)


def said(*texts: str, form: Form = EVERY_KIND, interview: Interview | None = None) -> Step:
    """The interview after these messages."""
    under_way = interview or Interview(ask_id=12)
    for text in texts:
        last = step(Language.FI, form, under_way, text, today=TODAY)
        under_way = last.interview
    return last


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  KYLLÄ!! ", True, id="shouted, spaced and marked"),
        pytest.param("joo", True, id="Finnish, spoken"),
        pytest.param("ja", True, id="Swedish yes, though Finnish and"),
        pytest.param("Jo.", True, id="Swedish yes to a no"),
        pytest.param("yes", True, id="English"),
        pytest.param("y", True, id="one letter"),
        pytest.param("ei", False, id="Finnish no"),
        pytest.param("nej", False, id="Swedish no"),
        pytest.param("nä", False, id="Swedish no, spoken"),
        pytest.param("No", False, id="English no, though Finnish well"),
        pytest.param("en", False, id="Finnish I do not"),
        pytest.param("en ole varma", None, id="a sentence that begins with no"),
        pytest.param("yes and no", None, id="both"),
        pytest.param("1", None, id="a number is neither"),
        pytest.param("0", None, id="nought is neither"),
        pytest.param("ehkä", None, id="perhaps"),
        pytest.param("👍", None, id="a thumb"),
        pytest.param("", None, id="nothing"),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_yes_and_no_are_understood_in_all_languages_never_inverted(
    language: Language, text: str, expected: object
) -> None:
    field = field_of(FieldKind.YES_NO)

    assert yes_or_no(text) is expected
    assert read(language, field, text, today=TODAY) == (text if expected is None else expected)


def test_no_word_says_two_things() -> None:
    meanings = [said_as("yes"), said_as("no"), *(said_as(move) for move in Move)]

    assert sum(map(len, meanings)) == len(frozenset().union(*meanings))


def test_no_word_of_an_interview_is_a_command_but_later_which_means_the_same() -> None:
    words = frozenset().union(*(said_as(move) for move in Move), said_as("yes"), said_as("no"), said_as("today"))

    commands = {word: call.command for word in words if (call := parse(word)) is not None}

    assert set(commands.values()) <= {Command.LATER}
    assert set(commands) <= said_as(Move.LATER)


NUMBERS = (Choice(id="two", label="1"), Choice(id="one", label="2"))
ALIKE = (Choice(id="a", label="Över"), Choice(id="b", label="over"), Choice(id="c", label="Muu"))


@pytest.mark.parametrize(
    ("choices", "text", "expected"),
    [
        pytest.param(NUMBERS, "1", "two", id="a label that is a number wins over the place"),
        pytest.param(ALIKE, "over", "b", id="the exact label of two that are alike"),
        pytest.param(ALIKE, "OVER", "OVER", id="either of two that are alike is not guessed"),
        pytest.param(PRACTICES, "2", "talk", id="by number"),
        pytest.param(PRACTICES, " 2. ", "talk", id="by number with a full stop"),
        pytest.param(PRACTICES, "kiitos!", "thanks", id="by label, case and marks aside"),
        pytest.param(PRACTICES, "praise", "praise", id="by id"),
        pytest.param(PRACTICES, "0", "0", id="nought is no place in the list"),
        pytest.param(PRACTICES, "4", "4", id="a number beyond the list"),
        pytest.param(PRACTICES, "9" * 5000, "9" * 5000, id="an endless number"),
        pytest.param(PRACTICES, "kiit", "kiit", id="a part of a label is not guessed"),
    ],
)
def test_a_choice_is_read_by_label_number_or_id(choices: tuple[Choice, ...], text: str, expected: object) -> None:
    assert read(Language.SV, field_of(FieldKind.CHOICE, *choices), text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("kiitos ja palaute ja tunnustus", ["thanks", "praise"], id="an and inside a label"),
        pytest.param("1, 3", ["praise", "thanks"], id="numbers with a comma"),
        pytest.param("1 3", ["praise", "thanks"], id="numbers with a space"),
        pytest.param("1 ja 2", ["praise", "talk"], id="Finnish and"),
        pytest.param("1 och 2", ["praise", "talk"], id="Swedish and"),
        pytest.param("1, 2, and 3", ["praise", "talk", "thanks"], id="English and after a comma"),
        pytest.param("3\nKahdenkeskinen keskustelu", ["thanks", "talk"], id="a line each"),
        pytest.param("talk; thanks & 1", ["talk", "thanks", "praise"], id="ids, marks and numbers mixed"),
        pytest.param("Palaute ja tunnustus", ["praise"], id="one label with an and"),
        pytest.param("1, 9", "1, 9", id="one that is not there spoils all"),
        pytest.param("ja", "ja", id="and alone"),
        pytest.param("1 ja", "1 ja", id="and at the end"),
        pytest.param(", ,", ", ,", id="commas alone"),
        pytest.param("en tiedä", "en tiedä", id="something else"),
    ],
)
def test_several_choices_are_read(text: str, expected: object) -> None:
    assert read(Language.EN, field_of(FieldKind.CHOICES), text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("29.2.", "2028-02-29", id="a leap day without a year is the next one"),
        pytest.param("27.11.", "2026-11-27", id="today's date without a year is today"),
        pytest.param("26.11.", "2027-11-26", id="yesterday's date without a year is next year's"),
        pytest.param("27.11.2026", "2026-11-27", id="Finnish"),
        pytest.param("27.11", "2026-11-27", id="without the last full stop"),
        pytest.param("1.2.2026", "2026-02-01", id="a day that was"),
        pytest.param("2026-11-30", "2026-11-30", id="ISO"),
        pytest.param("30 Nov 2026", "2026-11-30", id="English"),
        pytest.param("30. marraskuuta", "2026-11-30", id="Finnish month"),
        pytest.param("den 30 november 2026", "2026-11-30", id="Swedish month"),
        pytest.param("huomenna", "2026-11-28", id="tomorrow in Finnish"),
        pytest.param("i morgon", "2026-11-28", id="tomorrow in Swedish"),
        pytest.param("imorgon", "2026-11-28", id="tomorrow in Swedish, written together"),
        pytest.param("Tomorrow!", "2026-11-28", id="tomorrow in English"),
        pytest.param("tänään", "2026-11-27", id="today"),
        pytest.param("idag", "2026-11-27", id="today in Swedish"),
        pytest.param("maanantaina", "2026-11-30", id="a weekday is the next one"),
        pytest.param("fredag", "2026-12-04", id="today's weekday is in a week"),
        pytest.param("31.2.2026", "31.2.2026", id="no such day"),
        pytest.param("marraskuussa", "marraskuussa", id="a month is not a day"),
        pytest.param("1.–3.12.", "1.–3.12.", id="several days are not a day"),
        pytest.param("pian", "pian", id="soon"),
    ],
)
@pytest.mark.parametrize("language", Language)
def test_a_date_is_read_in_all_languages(language: Language, text: str, expected: object) -> None:
    assert read(language, field_of(FieldKind.DATE), text, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("TÄYSIN", 5, id="the high end by its label"),
        pytest.param("ei lainkaan", 0, id="the low end by its label"),
        pytest.param(" 3 ", "3", id="a number"),
        pytest.param("kolme", "kolme", id="a number in letters"),
    ],
)
def test_a_step_of_a_scale_is_read(text: str, expected: object) -> None:
    assert read(Language.FI, SCALE, text, today=TODAY) == expected


ANSWERS = ("Pohdin", "Juttelin", "5", "2", "1, 3", "3,5", "huomenna", "joo", "klo 14.30", "wiki.example/aino")
VALUES = {
    "line": "Pohdin",
    "story": "Juttelin",
    "ease": 5,
    "one": "talk",
    "many": ["praise", "thanks"],
    "times": 3.5,
    "day": "2026-11-28",
    "done": True,
    "hour": "14:30",
    "work": "https://wiki.example/aino",
}


def test_a_whole_interview_is_a_whole_form() -> None:
    last = said(*ANSWERS)

    assert last.finished
    assert last.say == ""
    done = checked(EVERY_KIND, last.interview.entries)
    assert done.values == VALUES
    assert done.faults == ()


@pytest.mark.parametrize("language", Language)
def test_the_first_question_says_all_that_one_needs(language: Language) -> None:
    form = reflection.form(DEBRIEF, language)

    said_first = start(language, form, 12).say

    assert form.title in said_first
    assert form.intro in said_first
    assert "1/3" in said_first
    assert form.fields[0].label in said_first
    assert form.fields[0].hint in said_first


@pytest.mark.parametrize("language", Language)
def test_the_words_that_are_offered_are_understood(language: Language) -> None:
    moves = start(language, EVERY_KIND, 12).say.splitlines()[-1]

    quoted = [part.partition("”")[0] for part in moves.replace("“", "”").split("”")[1::2]]

    assert [said(word, form=EVERY_KIND).move for word in quoted] == [Move.SKIP, Move.BACK, Move.LATER, Move.CANCEL]


def test_a_question_lists_its_choices_with_numbers() -> None:
    lines = question(Language.FI, EVERY_KIND, 3, count=8).splitlines()

    assert lines[:5] == [
        "Kysymys 4/8: Mikä?",
        "1. Palaute ja tunnustus",
        "2. Kahdenkeskinen keskustelu",
        "3. Kiitos",
        "Vastaa numerolla tai vaihtoehdon nimellä.",
    ]
    assert lines[5].startswith("Sinä ja valmentajasi näette tämän")


def test_choices_called_by_numbers_are_not_numbered() -> None:
    form = Form(title="Luku", fields=(field_of(FieldKind.CHOICE, *NUMBERS),))

    lines = question(Language.EN, form, 0, count=1).splitlines()

    assert "– 1" in lines
    assert "Answer with the name of an option." in lines


def test_what_does_not_fit_is_asked_again() -> None:
    last = said("Pohdin", "Juttelin", "kuusi")

    assert last.fault is FaultKind.NOT_A_NUMBER
    assert last.interview.index == 2
    assert last.say.startswith("Vastaa numerolla väliltä 0–5.\nKuinka helppoa se oli?")
    assert "ease" not in last.interview.entries


def test_a_text_that_is_too_long_is_asked_again_with_the_bound() -> None:
    last = said("x" * 201)

    assert last.fault is FaultKind.TOO_LONG
    assert "Tähän mahtuu 200 merkkiä." in last.say


def test_nothing_is_not_an_answer() -> None:
    assert said(" \n ").fault is FaultKind.MISSING


def test_back_keeps_the_answer_and_says_so() -> None:
    last = said("Pohdin", "tillbaka")

    assert (last.move, last.interview.index) == (Move.BACK, 0)
    assert last.interview.entries == {"line": "Pohdin"}
    assert "Olet jo vastannut tähän." in last.say


def test_back_on_the_first_question_stays_there() -> None:
    last = said("back")

    assert (last.move, last.interview.index) == (Move.BACK, 0)
    assert last.say.startswith("Tämä on ensimmäinen kysymys.")


def test_a_required_question_is_not_skipped() -> None:
    last = said("hoppa över")

    assert (last.move, last.interview.index, last.finished) == (Move.SKIP, 0, False)
    assert "kirjoita ”myöhemmin”" in last.say


def test_an_optional_question_is_skipped() -> None:
    last = said(*ANSWERS[:6], "Skip")

    assert (last.move, last.interview.index) == (Move.SKIP, 7)
    assert "day" not in last.interview.entries


def test_skipping_keeps_an_answer_that_is_there() -> None:
    last = said("ohita", interview=Interview(ask_id=12, entries={"line": "Entinen"}))

    assert last.interview == Interview(ask_id=12, index=1, entries={"line": "Entinen"})


def test_skipping_the_last_question_finishes() -> None:
    optional = Field(name="f", kind=FieldKind.TEXT, label="?", matter=Matter.REFLECTION, required=False)

    last = said("ohita", form=Form(title="Yksi", fields=(optional,)))

    assert last.finished
    assert last.interview.entries == {}


@pytest.mark.parametrize("text", ["myöhemmin", "Senare", "LATER", "ei nyt", "not now"])
def test_later_leaves_the_interview_where_it_is(text: str) -> None:
    last = said("Pohdin", text)

    assert (last.move, last.finished, last.say) == (Move.LATER, False, "")
    assert last.interview == Interview(ask_id=12, index=1, entries={"line": "Pohdin"})


@pytest.mark.parametrize("text", ["peru", "Avbryt!", "cancel"])
def test_cancel_says_that_nothing_was_saved(text: str) -> None:
    last = said("Pohdin", text)

    assert last.move is Move.CANCEL
    assert "Mitään ei tallennettu" in last.say


def test_the_exact_choices_of_the_question_win_over_moves() -> None:
    choices = (Choice(id="now", label="Nyt"), Choice(id="l", label="Myöhemmin"), Choice(id="skip", label="Ohita"))
    form = Form(title="Milloin?", fields=(field_of(FieldKind.CHOICE, *choices),))

    assert said("myöhemmin", form=form).interview.entries == {"f": "l"}
    assert said("skip", form=form).interview.entries == {"f": "skip"}
    assert said("later", form=form).move is Move.LATER


def test_a_sentence_with_a_move_in_it_is_an_answer() -> None:
    last = said("Skip the meeting and talk later")

    assert last.interview.entries == {"line": "Skip the meeting and talk later"}


def test_an_interview_of_a_form_that_became_shorter_is_finished() -> None:
    assert said("hei", interview=Interview(ask_id=12, index=99)).finished


def test_a_later_question_can_be_the_first_one_asked() -> None:
    begun = start(Language.FI, EVERY_KIND, 12, entries={"line": "Pohdin"}, index=1)

    assert begun.interview == Interview(ask_id=12, index=1, entries={"line": "Pohdin"})
    assert begun.say.startswith("Kysymys 2/10")
    assert "”myöhemmin”" in begun.say


@pytest.mark.parametrize(
    ("field", "words"),
    [
        pytest.param(SCALE, {"0", "1", "2", "3", "4", "5", "ei lainkaan", "taysin"}, id="a scale"),
        pytest.param(field_of(FieldKind.CHOICE, *NUMBERS), {"1", "2", "one", "two"}, id="choices called by numbers"),
        pytest.param(field_of(FieldKind.TEXT), set(), id="a text has no choices"),
    ],
)
def test_the_exact_choices_of_a_question_are_folded(field: Field, words: set[str]) -> None:
    unchosen = Field(name=field.name, kind=field.kind, label="?", matter=Matter.REFLECTION)

    assert choice_words(unchosen if field.kind is FieldKind.TEXT else field) == words


@given(
    text=st.text(max_size=60) | st.sampled_from(["1", "2,", "ja", "27.11.", "99.99.9999", "2 veckor", "-"]),
    index=st.integers(0, 7),
    language=st.sampled_from(list(Language)),
    form=st.sampled_from([EVERY_KIND, EXTREME]),
)
def test_no_message_breaks_an_interview(text: str, index: int, language: Language, form: Form) -> None:
    under_way = Interview(ask_id=12, index=index)

    last = step(language, form, under_way, text, today=TODAY)

    assert last.finished or last.say or last.move is Move.LATER
    assert checked(form, last.interview.entries).values == last.interview.entries
