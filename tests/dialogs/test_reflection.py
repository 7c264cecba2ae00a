"""Reflection: the debrief, and questions of an element's own."""

from dataclasses import replace

import pytest

from coaching.access import Matter
from coaching.asks import Element
from coaching.forms import LONGEST_TEXT, FieldKind
from coaching.people import Language
from dialogs.reflection import form
from dialogs.wording import MissingText
from tests.dialogs.samples import DEBRIEF, FREE

FI, SV, EN = Language.FI, Language.SV, Language.EN


@pytest.mark.parametrize(
    ("spoken", "asked", "expected"),
    [
        pytest.param({EN: "Session", SV: "Träff"}, FI, "Träff", id="Finnish is missing: Swedish before English"),
        pytest.param({EN: "Session", FI: "Tapaaminen"}, SV, "Tapaaminen", id="Swedish is missing: Finnish first"),
        pytest.param({EN: "Session", FI: ""}, FI, "Session", id="an empty text is missing too"),
        pytest.param({EN: "Session", FI: "Tapaaminen"}, EN, "Session", id="the person's own language"),
    ],
)
def test_an_element_speaks_the_nearest_language_that_it_has(
    spoken: dict[Language, str], asked: Language, expected: str
) -> None:
    assert form(replace(DEBRIEF, title=spoken), asked).title == expected


@pytest.mark.parametrize("language", Language)
def test_without_questions_it_is_the_debrief(language: Language) -> None:
    debrief = form(DEBRIEF, language)

    assert [field.name for field in debrief.fields] == ["intended", "happened", "next"]
    assert debrief.intro


def test_an_element_may_have_questions_of_its_own() -> None:
    free = form(FREE, SV)

    assert [(field.name, field.label) for field in free.fields] == [("q1", "Vad hjälpte?"), ("q2", "Vad släpper du?")]
    assert free.intro == "En stund för dig."


@pytest.mark.parametrize("element", [DEBRIEF, FREE], ids=["the debrief", "its own questions"])
def test_a_reflection_is_long_private_text(element: Element) -> None:
    fields = form(element, FI).fields

    assert {(field.kind, field.matter, field.required) for field in fields} == {
        (FieldKind.LONG_TEXT, Matter.REFLECTION, True)
    }


def test_one_question_has_room_for_the_longest_text() -> None:
    one = replace(FREE, questions=FREE.questions[:1])

    assert [field.limit for field in form(one, FI).fields] == [LONGEST_TEXT]


def test_questions_of_its_own_need_no_intro() -> None:
    assert form(replace(FREE, intro={}), FI).intro == ""


@pytest.mark.parametrize(
    "wordless",
    [replace(DEBRIEF, title={}), replace(FREE, questions=({},))],
    ids=["no title", "a question without words"],
)
def test_an_element_without_words_raises(wordless: Element) -> None:
    with pytest.raises(MissingText):
        form(wordless, FI)
