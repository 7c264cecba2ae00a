"""Texts: complete in three languages, and loud when they are not."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from coaching.forms import FaultKind
from coaching.people import Language
from dialogs.folding import fold
from dialogs.wording import (
    MissingText,
    date_in_words,
    gaps_of,
    in_a_row,
    keys,
    listed,
    moment_in_words,
    number_in_words,
    span_in_words,
    t,
    times_in_words,
)

OTHERS = [Language.SV, Language.EN]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_keys(language: Language) -> None:
    finnish, other = set(keys(Language.FI)), set(keys(language))

    assert finnish - other == set()
    assert other - finnish == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_gaps(language: Language) -> None:
    texts = {key: text for key, text in keys(Language.FI).items() if isinstance(text, str)}
    dates = {"common.date", "common.moment"}  # a month is a number in one language and a name in another

    different = {key for key, text in texts.items() if gaps_of(text) != gaps_of(str(keys(language)[key]))}

    assert {key for key in different - dates if not key.endswith(".one")} == set()


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("What did you take?", "Your answer is saved: What did you take?"),
        ("Well done!", "Your answer is saved: Well done!"),
        ("Your plan", "Your answer is saved: Your plan."),
    ],
)
def test_a_sentence_ends_once(title: str, said: str) -> None:
    assert t(Language.EN, "receipt.fallback", title=title) == said


@pytest.mark.parametrize("language", Language)
def test_no_text_is_empty_or_wears_spaces_at_its_ends(language: Language) -> None:
    ends_with_a_gap_to_come = {
        "form.you_wrote",
        "assignment.plan.where_lead",
        "assignment.plan.how_lead",
        "assignment.for_group.by",
        "message.by",
        "proposal.hand_over.for",
        "proposal.offer.by",
        "proposal.away.who",
        "team.question.by",
        "message.words",
    }

    for key, text in keys(language).items():
        for words in (text,) if isinstance(text, str) else text:
            assert words, key
            assert words == words.strip() or key in ends_with_a_gap_to_come, key


@pytest.mark.parametrize("language", Language)
def test_a_plural_has_both_forms(language: Language) -> None:
    plurals = {key.rpartition(".")[0] for key in keys(language) if key.endswith((".one", ".other"))}

    assert plurals
    assert {form for stem in plurals for form in (f"{stem}.one", f"{stem}.other")} <= set(keys(language))


@pytest.mark.parametrize("language", Language)
def test_a_list_names_nothing_twice(language: Language) -> None:
    for key, words in keys(language).items():
        if isinstance(words, tuple):
            assert len(words) == len({fold(word) for word in words}), key


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", FaultKind)
def test_every_fault_has_words(language: Language, kind: FaultKind) -> None:
    assert t(language, f"fault.{kind}", low=0, high=10)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param(0, "Sinulla on 0 avointa asiaa", id="none is the plural"),
        pytest.param(1, "Sinulla on yksi avoin asia", id="one"),
        pytest.param(2, "Sinulla on 2 avointa asiaa", id="two"),
        pytest.param(21, "Sinulla on 21 avointa asiaa", id="twenty-one ends in one and is still many"),
    ],
)
def test_a_count_chooses_the_form(count: int, expected: str) -> None:
    assert t(Language.FI, "list.title", count=count) == expected


@pytest.mark.parametrize(
    ("key", "gaps"),
    [
        pytest.param("form.nothing_such", {}, id="an unknown key"),
        pytest.param("form", {}, id="a section is not a text"),
        pytest.param("interview.words.yes", {}, id="a list is not a text"),
        pytest.param("receipt.saved", {}, id="a gap that nothing fills"),
        pytest.param("list.title", {}, id="a plural without a count"),
    ],
)
def test_what_is_missing_raises(key: str, gaps: dict[str, object]) -> None:
    with pytest.raises(MissingText):
        t(Language.EN, key, **gaps)


def test_a_text_is_not_a_list() -> None:
    with pytest.raises(MissingText):
        listed(Language.EN, "form.submit")


def test_what_fills_a_gap_is_not_read_again() -> None:
    title = "{why} {0} {title.__class__}"

    assert t(Language.EN, "receipt.text", title=title) == f"Thank you, your answer is saved: {title}."


HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(
            datetime(2026, 3, 29, 1, 5, tzinfo=UTC),
            ["su 29.3.2026 klo 4.05", "sön 29.3.2026 kl. 4.05", "Sun 29 Mar 2026, 4:05"],
            id="just after the clock went forward",
        ),
        pytest.param(
            datetime(2026, 11, 27, 12, 30, tzinfo=UTC),
            ["pe 27.11.2026 klo 14.30", "fre 27.11.2026 kl. 14.30", "Fri 27 Nov 2026, 14:30"],
            id="an afternoon",
        ),
        pytest.param(
            datetime(2026, 12, 31, 22, 0, tzinfo=UTC),
            ["pe 1.1.2027 klo 0.00", "fre 1.1.2027 kl. 0.00", "Fri 1 Jan 2027, 0:00"],
            id="midnight at New Year",
        ),
    ],
)
def test_a_moment_is_written_as_the_language_does(moment: datetime, expected: list[str]) -> None:
    assert [moment_in_words(language, moment.astimezone(HELSINKI)) for language in Language] == expected


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        moment_in_words(Language.FI, datetime(2026, 11, 27, 14, 30))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        pytest.param(
            datetime(2026, 11, 26, 16, 5, tzinfo=UTC),
            ["to 26.11.2026 klo 14.30–18.05", "tors 26.11.2026 kl. 14.30–18.05", "Thu 26 Nov 2026, 14:30–18:05"],
            id="within a day",
        ),
        pytest.param(
            datetime(2026, 11, 26, 23, 0, tzinfo=UTC),
            [
                "to 26.11.2026 klo 14.30 – pe 27.11.2026 klo 1.00",
                "tors 26.11.2026 kl. 14.30 – fre 27.11.2026 kl. 1.00",
                "Thu 26 Nov 2026, 14:30 – Fri 27 Nov 2026, 1:00",
            ],
            id="over the reader's own midnight",
        ),
    ],
)
def test_a_span_is_written_as_the_language_does(end: datetime, expected: list[str]) -> None:
    start = datetime(2026, 11, 26, 12, 30, tzinfo=UTC).astimezone(HELSINKI)

    assert [span_in_words(language, start, end.astimezone(HELSINKI)) for language in Language] == expected


def test_times_of_one_day_are_written_as_the_language_does() -> None:
    start, end = (datetime(2026, 11, 26, hour, 0, tzinfo=HELSINKI) for hour in (9, 12))

    said = [times_in_words(language, start, end) for language in Language]
    assert said == ["klo 9.00–12.00", "kl. 9.00–12.00", "9:00–12:00"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (Language.FI, ["ma", "ti", "ke", "to", "pe", "la", "su"]),
        (Language.SV, ["mån", "tis", "ons", "tors", "fre", "lör", "sön"]),
        (Language.EN, ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]),
    ],
)
def test_a_weekday_is_shortened_as_the_language_does(language: Language, expected: list[str]) -> None:
    week = [date(2026, 11, 23 + day) for day in range(7)]

    assert [date_in_words(language, day).split()[0] for day in week] == expected


def test_a_date_has_its_weekday() -> None:
    leap_day = date(2028, 2, 29)

    assert [date_in_words(language, leap_day) for language in Language] == [
        "ti 29.2.2028",
        "tis 29.2.2028",
        "Tue 29 Feb 2028",
    ]


@pytest.mark.parametrize(
    ("number", "finnish", "english"),
    [
        pytest.param(-1234567.5, "−1\u00a0234\u00a0567,5", "−1,234,567.5", id="negative, long and broken"),
        pytest.param(4000, "4\u00a0000", "4,000", id="a thousand has a space that does not break"),
        pytest.param(3.5, "3,5", "3.5", id="a half"),
        pytest.param(0, "0", "0", id="nought"),
    ],
)
def test_a_number_is_written_as_the_language_does(number: float, finnish: str, english: str) -> None:
    assert number_in_words(Language.FI, number) == finnish
    assert number_in_words(Language.SV, number) == finnish
    assert number_in_words(Language.EN, number) == english


def test_names_stand_in_a_row() -> None:
    assert in_a_row(Language.FI, []) == ""
    assert in_a_row(Language.FI, ["Aino"]) == "Aino"
    assert in_a_row(Language.SV, ["Aino", "Bo"]) == "Aino och Bo"
    assert in_a_row(Language.EN, ["Aino", "Bo", "Cai"]) == "Aino, Bo and Cai"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("  ”PÄÄSTÄ   sisään!” ", "paasta sisaan", id="quotes, case, marks and spaces"),
        pytest.param("A\u030aterga\u0308ng", "atergang", id="letters with loose marks"),
        pytest.param("i\u00admor\u200bgon", "imorgon", id="soft hyphens and invisible spaces"),
        pytest.param("what's e-mail", "whats email", id="apostrophes and hyphens inside words"),
        pytest.param("👍", "", id="a thumb says nothing"),
    ],
)
def test_folding_leaves_the_letters(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(fold(text)) == folded
