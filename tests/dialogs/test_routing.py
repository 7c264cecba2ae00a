"""Where a typed message goes."""

import pytest

from dialogs.calls import Call
from dialogs.commands import Command
from dialogs.folding import fold
from dialogs.routing import Route, RouteKind, route

NO_CHOICES = frozenset[str]()


@pytest.mark.parametrize(
    ("text", "interview_open", "choices", "confirming", "open_asks", "replied", "expected"),
    [
        pytest.param(
            "Stop", True, {"stop", "start", "continue"}, False, 1, False, RouteKind.INTERVIEW_ANSWER,
            id="an exact choice of the open question wins over a command word",
        ),
        pytest.param(
            "STOP!", True, {"stop"}, True, 1, False, RouteKind.INTERVIEW_ANSWER,
            id="a choice that is neither yes nor no is no confirmation",
        ),
        pytest.param(
            "ja", True, {"ja", "nej"}, False, 1, False, RouteKind.INTERVIEW_ANSWER,
            id="yes to the open question",
        ),
        pytest.param(
            "svenska", True, {"svenska", "suomi"}, False, 0, False, RouteKind.INTERVIEW_ANSWER,
            id="a language that is a choice does not change the language",
        ),
        pytest.param(
            "Kokeilin taukoa kokouksessa", True, NO_CHOICES, False, 3, True, RouteKind.INTERVIEW_ANSWER,
            id="free text answers the open question, whatever else is open",
        ),
        pytest.param(
            "myöhemmin", True, NO_CHOICES, False, 2, False, RouteKind.INTERVIEW_ANSWER,
            id="later in an interview puts off only that",
        ),
        pytest.param("", True, NO_CHOICES, False, 1, False, RouteKind.INTERVIEW_ANSWER, id="nothing, in an interview"),
        pytest.param(
            "Puhuin kollegan kanssa", False, NO_CHOICES, False, 1, False, RouteKind.ANSWER_ONE,
            id="free text with one thing open is its answer",
        ),
        pytest.param(
            "Puhuin kollegan kanssa", False, NO_CHOICES, False, 2, False, RouteKind.WHICH_ASK,
            id="free text with two things open is asked back",
        ),
        pytest.param(
            "Puhuin kollegan kanssa", False, NO_CHOICES, False, 2, True, RouteKind.ANSWER_ONE,
            id="a reply to an ask's card is its answer, with two open",
        ),
        pytest.param(
            "Puhuin kollegan kanssa", False, NO_CHOICES, False, 0, False, RouteKind.UNKNOWN,
            id="free text with nothing open is unknown",
        ),
        pytest.param("👍", False, NO_CHOICES, False, 1, False, RouteKind.SMALL_TALK, id="an emoji is nobody's answer"),
        pytest.param(" 👍🏽 ❤️ ", False, NO_CHOICES, False, 0, False, RouteKind.SMALL_TALK, id="a row of emoji"),
        pytest.param("👍", True, NO_CHOICES, False, 1, False, RouteKind.SMALL_TALK, id="an emoji in an interview"),
        pytest.param("Kiitos!", False, NO_CHOICES, False, 1, False, RouteKind.SMALL_TALK, id="thanks are no answer"),
        pytest.param("TACK, Sparri 🙂", False, NO_CHOICES, False, 3, True, RouteKind.SMALL_TALK, id="thanks by name"),
        pytest.param("ok", False, NO_CHOICES, True, 1, False, RouteKind.SMALL_TALK, id="ok confirms nothing"),
        pytest.param(
            "Kiitos", True, {"kiitos"}, False, 1, False, RouteKind.INTERVIEW_ANSWER,
            id="thanks that are an exact choice are the answer",
        ),
        pytest.param(
            "Kiitos kysymästä, hyvin meni", False, NO_CHOICES, False, 1, False, RouteKind.ANSWER_ONE,
            id="a sentence that begins with thanks is an answer",
        ),
        pytest.param("+", False, NO_CHOICES, False, 1, False, RouteKind.UNKNOWN, id="a lone sign"),
        pytest.param("", False, NO_CHOICES, False, 1, True, RouteKind.UNKNOWN, id="a picture alone is nobody's answer"),
        pytest.param(
            "kyllä", False, NO_CHOICES, False, 1, False, RouteKind.ANSWER_ONE,
            id="yes without a question is free text",
        ),
        pytest.param(
            "ehkä", False, NO_CHOICES, True, 1, False, RouteKind.ANSWER_ONE,
            id="neither yes nor no to a confirmation is free text",
        ),
    ],
)  # fmt: skip
def test_a_text_goes_where_it_was_meant(
    text: str,
    interview_open: bool,
    choices: frozenset[str],
    confirming: bool,
    open_asks: int,
    replied: bool,
    expected: RouteKind,
) -> None:
    found = route(
        text=text,
        interview_open=interview_open,
        question_choices=choices,
        confirming=confirming,
        open_asks=open_asks,
        replied_to_ask=replied,
    )

    assert found == Route(kind=expected)


@pytest.mark.parametrize(
    ("text", "confirmed"),
    [("Kyllä!", True), ("joo", True), ("ja", True), ("JO", True), ("yes", True), ("ei", False), ("nej", False)],
)
@pytest.mark.parametrize("interview_open", [True, False])
def test_a_yes_or_no_confirms_what_was_just_asked(text: str, confirmed: bool, interview_open: bool) -> None:
    found = route(
        text=text,
        interview_open=interview_open,
        question_choices={fold(text)},
        confirming=True,
        open_asks=2,
        replied_to_ask=False,
    )

    assert found == Route(kind=RouteKind.CONFIRM_ANSWER, confirmed=confirmed)


@pytest.mark.parametrize(
    ("interview_open", "confirming", "open_asks", "replied"),
    [
        pytest.param(True, False, 1, False, id="in the middle of an interview"),
        pytest.param(False, True, 0, False, id="instead of a confirmation"),
        pytest.param(False, False, 1, False, id="with one thing open"),
        pytest.param(False, False, 2, False, id="with two things open"),
        pytest.param(False, False, 2, True, id="as a reply to a card"),
        pytest.param(False, False, 0, False, id="with nothing open"),
    ],
)
@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("lopeta", Call(command=Command.STOP)),
        ("Paus 2 veckor", Call(command=Command.PAUSE, argument="2 veckor")),
    ],
)
def test_a_command_wins_over_free_text(
    text: str, call: Call, interview_open: bool, confirming: bool, open_asks: int, replied: bool
) -> None:
    found = route(
        text=text,
        interview_open=interview_open,
        question_choices=NO_CHOICES,
        confirming=confirming,
        open_asks=open_asks,
        replied_to_ask=replied,
    )

    assert found == Route(kind=RouteKind.COMMAND, call=call)


def test_later_without_an_interview_is_a_command() -> None:
    found = route(
        text="Later",
        interview_open=False,
        question_choices=NO_CHOICES,
        confirming=False,
        open_asks=2,
        replied_to_ask=False,
    )

    assert found == Route(kind=RouteKind.COMMAND, call=Call(command=Command.LATER))


def test_a_sentence_with_a_command_word_does_not_interrupt_an_interview() -> None:
    found = route(
        text="Stop interrupting others",
        interview_open=True,
        question_choices=NO_CHOICES,
        confirming=False,
        open_asks=1,
        replied_to_ask=False,
    )

    assert found == Route(kind=RouteKind.INTERVIEW_ANSWER)
