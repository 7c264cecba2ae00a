"""The words that always work: which texts are commands, and which are somebody's own words."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.people import Language
from dialogs.calls import Call, language_named, parse
from dialogs.commands import MENU, Command, description, title, words
from dialogs.folding import fold
from dialogs.wording import keys, listed, t


@pytest.mark.parametrize(
    ("text", "command"),
    [
        pytest.param("  MIKSI   sain tamän?! ", Command.WHY, id="case, spaces, diacritics and punctuation aside"),
        pytest.param("“Help”", Command.HELP, id="in quotes"),
        pytest.param("”ohje”", Command.HELP, id="in Finnish quotes"),
        pytest.param("/stop", Command.STOP, id="with a slash"),
        pytest.param("Sparri, hjälp tack", Command.HELP, id="addressed and thanked for"),
        pytest.param("help please", Command.HELP, id="politely"),
        pytest.param("???", Command.HELP, id="question marks only"),
        pytest.param("moi moi", Command.HELP, id="a Finnish greeting"),
        pytest.param("Hejsan!", Command.HELP, id="a Swedish greeting"),
        pytest.param("Hi Sparri", Command.HELP, id="an English greeting"),
        pytest.param("apua", Command.HELP, id="help in Finnish"),
        pytest.param("HJALP", Command.HELP, id="help in Swedish without diacritics"),
        pytest.param("auki", Command.OPEN, id="open in Finnish"),
        pytest.param("öppet", Command.OPEN, id="open in Swedish"),
        pytest.param("What's open?", Command.OPEN, id="open in English"),
        pytest.param("kieli", Command.LANGUAGE, id="language in Finnish"),
        pytest.param("tauko", Command.PAUSE, id="pause in Finnish"),
        pytest.param("jatka", Command.RESUME, id="resume in Finnish"),
        pytest.param("Avsluta pausen", Command.RESUME, id="the end of a pause is no stop"),
        pytest.param("Kuka näkee mitä?", Command.WHO_SEES, id="who sees in Finnish"),
        pytest.param("varför fick jag det här", Command.WHY, id="why in Swedish"),
        pytest.param("Lopeta.", Command.STOP, id="stop in Finnish"),
        pytest.param("oletko botti?", Command.WHO_ARE_YOU, id="are you a bot in Finnish"),
        pytest.param("Muokkaa vastausta", Command.EDIT, id="what the receipt's button says, in Finnish"),
        pytest.param("ändra mitt svar", Command.EDIT, id="edit in Swedish"),
        pytest.param("restore my former answer", Command.FORMER, id="restore in English"),
        pytest.param("ei nyt", Command.LATER, id="not now in Finnish"),
        pytest.param("släpp in", Command.LET_IN, id="let in, without the code"),
    ],
)
def test_a_command_is_understood_however_it_is_typed(text: str, command: Command) -> None:
    assert parse(text) == Call(command=command)


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("tauko 2 viikkoa", Command.PAUSE, "2 viikkoa"),
        ("Tauko 1.8. asti", Command.PAUSE, "1.8. asti"),
        ("pidä taukoa maanantaihin", Command.PAUSE, "maanantaihin"),
        ("Paus till 1.8.", Command.PAUSE, "till 1.8."),
        ("ta en paus i två veckor", Command.PAUSE, "i två veckor"),
        ("pause until 31 July", Command.PAUSE, "until 31 July"),
        ("pause: 3.7. – 31.7.", Command.PAUSE, "3.7. – 31.7."),
        ("pause - a week please", Command.PAUSE, "a week"),
        ("viestien kellonaika 14", Command.WRITING_TIME, "14"),
        ("skriv till mig klockan 9.30", Command.WRITING_TIME, "klockan 9.30"),
        ("write to me at any time", Command.WRITING_TIME, "any time"),
        ("työaikani ma-to", Command.WORKING_HOURS, "ma-to"),
        ("Työaika on 9–15", Command.WORKING_HOURS, "on 9–15"),
        ("min arbetstid måndag-torsdag 9-15", Command.WORKING_HOURS, "måndag-torsdag 9-15"),
        ("my working hours: Mon-Thu, 9 am to 3 pm", Command.WORKING_HOURS, "Mon-Thu, 9 am to 3 pm"),
        ("my hours 15-9", Command.WORKING_HOURS, "15-9"),
        ("työaikani tavallinen", Command.WORKING_HOURS, "tavallinen"),
        ("pause until midsummer", Command.PAUSE, "until midsummer"),
        ("tauko juhannukseen asti", Command.PAUSE, "juhannukseen asti"),
        ("kieli ruotsi", Command.LANGUAGE, "ruotsi"),
        ("språk: EN", Command.LANGUAGE, "EN"),
        ("change language to Finnish", Command.LANGUAGE, "to Finnish"),
        ("svenska", Command.LANGUAGE, "svenska"),
        ("på finska, tack", Command.LANGUAGE, "på finska,"),
        ("speak English", Command.LANGUAGE, "speak English"),
        ("päästä sisään K7QF-2M", Command.LET_IN, "K7QF-2M"),
        ("släpp in “k7qf 2m”", Command.LET_IN, "k7qf 2m"),
        ("let in K7QF2M", Command.LET_IN, "K7QF2M"),
        ("let in K7QF-2M aino@ministry.example", Command.LET_IN, "K7QF-2M aino@ministry.example"),
        ("päästä mukaan k7qf 2m Aino@Ministry.example", Command.LET_IN, "k7qf 2m Aino@Ministry.example"),
        ("hand-ins 2", Command.HAND_INS, "2"),
        ("Palautukset 2. Aino Aalto", Command.HAND_INS, "2. Aino Aalto"),
        ("inlämningar 12 aino@ministry.example", Command.HAND_INS, "12 aino@ministry.example"),
        ("give feedback 2 Aino Aalto: Well tried: go on!", Command.FEEDBACK, "2 Aino Aalto"),
        ("Sparri, anna palautetta 2 Aino Aalto:\n\n" + "Hyvä! " * 400, Command.FEEDBACK, "2 Aino Aalto"),
        ("fråga i responsen 2 aino@ministry.example: Och nu?", Command.FEEDBACK_ASKING, "2 aino@ministry.example"),
        ("give feedback 2 Aino Aalto", Command.FEEDBACK, "2 Aino Aalto"),
    ],
)
def test_what_follows_a_pause_a_language_and_a_code_is_kept_as_typed(
    text: str, command: Command, argument: str
) -> None:
    assert parse(text) == Call(command=command, argument=argument)


@pytest.mark.parametrize(
    "text",
    [
        "Help me understand my team better was what I intended",
        "Stop interrupting others",
        "Pause was too short",
        "Kirjoita minulle siitä",
        "write to me about 3 things",
        "Tauko oli liian lyhyt",
        "Työaikani ei riitä",
        "Työaikani maanantaina venyi",
        "Työaika 40 tuntia viikossa",
        "Min arbetstid är för lång",
        "My working hours 9-15 people came",
        "9-15 people came",
        "ma-to 9-15",
        "En",
        "sv",
        "Language was the problem",
        "Let in some light",
        "Miksi en kysynyt aiemmin",
        "Avoin keskustelu tiimin kanssa",
        "Jatka samaan malliin",
        "Hei, palaveri meni hyvin",
        "Palaute: se oli hyvä",
        "Anna palautetta: niin minulle sanottiin",
        "Give feedback to somebody: that was my aim",
        "Anna palautetta 2 kertaa viikossa jokaiselle tiimissä, se oli aikeeni: en onnistunut",
        "Palautukset tiimistä: kaksi",
        "kiitos",
        "!!!",
        "👍",
        "",
        "   ",
        "/",
        "help " * 40,
    ],
)
def test_a_sentence_is_not_a_command(text: str) -> None:
    assert parse(text) is None


def test_no_folded_word_names_two_commands() -> None:
    meanings: dict[str, set[str]] = {}
    for language, command in product(Language, Command):
        for word in words(language, command):
            meanings.setdefault(fold(word), set()).add(command)
    for language in Language:
        for word in listed(language, "command.help.greetings"):
            meanings.setdefault(fold(word), set()).add(Command.HELP)
        for named in Language:
            for word in listed(language, f"language.words.{named}"):
                meanings.setdefault(fold(word), set()).add(named)
        for word in listed(language, "small_talk.words"):
            meanings.setdefault(fold(word), set()).add("small talk")
        for answer in ("yes", "no"):
            for word in listed(language, f"interview.words.{answer}"):
                meanings.setdefault(fold(word), set()).add(answer)

    assert {word: meant for word, meant in meanings.items() if len(meant) > 1} == {}
    assert "" not in meanings


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("caption", "command"),
    [
        ("receipt.edit", Command.EDIT),
        ("receipt.former", Command.FORMER),
        ("form.later", Command.LATER),
        ("pause.resume", Command.RESUME),
    ],
)
def test_what_a_button_says_can_be_typed(caption: str, command: Command, language: Language) -> None:
    assert parse(t(language, caption)) == Call(command=command)


def test_no_command_is_a_word_of_the_typed_conversation() -> None:
    moves = {
        fold(word)
        for language in Language
        for key, listing in keys(language).items()
        if key.startswith("interview.words.") and key != "interview.words.later" and isinstance(listing, tuple)
        for word in listing
    }

    assert {word for word in moves if parse(word) is not None} == set()


@pytest.mark.parametrize(("language", "command"), [*product(Language, Command)])
def test_each_word_of_each_language_is_its_command(language: Language, command: Command) -> None:
    typed = words(language, command)

    assert len(typed) > 1
    assert [parse(word) for word in typed] == [Call(command=command)] * len(typed)


@pytest.mark.parametrize(("language", "command"), [*product(Language, Command)])
def test_titles_and_descriptions_fit_the_command_menu_of_teams(language: Language, command: Command) -> None:
    assert 0 < len(title(language, command)) <= 32
    assert 0 < len(description(language, command)) <= 128


def test_the_command_menu_of_teams_has_room_for_what_it_offers() -> None:
    assert len(MENU) <= 10


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (Language.FI, ["suomi", "Suomeksi", "finska", "på finska", "Finnish", "in Finnish", "fi", "FI "]),
        (Language.SV, ["ruotsi", "puhu ruotsia", "Svenska!", "till svenska", "Swedish", "sv"]),
        (Language.EN, ["englanti", "englanniksi", "engelska", "English", "switch to English", "en"]),
    ],
)
def test_a_language_is_named_in_any_of_the_three(language: Language, names: list[str]) -> None:
    assert [language_named(name) for name in names] == [language] * len(names)


@pytest.mark.parametrize("text", ["", "espanja", "Finland", "svenskar", "in"])
def test_other_languages_are_none_of_ours(text: str) -> None:
    assert language_named(text) is None


@given(text=st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    call = parse(text)

    assert call is None or call.argument in text or fold(call.argument) in fold(text)
