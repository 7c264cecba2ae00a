"""Checks of what a programme says: languages, lengths, links, questions and thresholds."""

from dataclasses import replace

import pytest

from coaching.elements import (
    Assignment,
    CheckIn,
    Instrument,
    PlanTemplate,
    QuestionKind,
    Step,
    TeamPart,
)
from coaching.people import Language
from coaching.programme_checks import FaultKind, Severity
from coaching.programmes import Material, Programme, Rules
from tests.coaching.checking import SESSIONS, START, found, kinds, question, survey
from tests.coaching.programming import at, programme, reflection, words

ROWS: list[tuple[str, Programme, str]] = [
    ("results of two", programme(rules=Rules(pooled_from=2)), "low_threshold rules.pooled_from"),
    (
        "a team's results of one",
        programme(
            Assignment(id="a", title=words("a"), at=START, team_part=TeamPart(question=question(), pooled_from=1))
        ),
        "low_threshold elements.0.team_part.pooled_from",
    ),
    ("a survey nowhere", programme(survey()), "link_or_items elements.0"),
    (
        "a survey here and there",
        programme(survey(link="https://x.example", items=(question(),), closes=at("programme.end"))),
        "link_or_items elements.0",
    ),
    ("a survey here that never closes", programme(survey(items=(question(),))), "survey_closes elements.0"),
    (
        "a survey here that closes for each at another time",
        programme(survey(items=(question(),), closes=at("person.joined", "+1 month"))),
        "survey_closes elements.0",
    ),
    (
        "a survey with names",
        programme(survey(items=(question(),), closes=at("programme.end"), anonymous=False)),
        "survey_by_name elements.0",
    ),
    (
        "an assessment with items of its own",
        programme(Instrument(id="i", title=words("i"), at=START, items=(question(),))),
        "items_of_instrument elements.0",
    ),
    (
        "a survey of which two are enough",
        programme(survey(items=(question(),), closes=at("programme.end"), pooled_from=2)),
        "low_threshold elements.0.pooled_from",
    ),
    ("a link in the open", programme(survey(link="http://x.example")), "not_https elements.0.link"),
    (
        "a material in the open",
        programme(sessions=(replace(SESSIONS[0], materials=(Material(title=words("m"), url="javascript:x"),)),)),
        "not_https sessions.0.materials.0.url",
    ),
    (
        "one choice",
        programme(
            reflection("a", START, questions=(question(kind=QuestionKind.SINGLE_CHOICE, choices=(words("x"),)),))
        ),
        "choices elements.0.questions.0",
    ),
    (
        "choices in a text",
        programme(reflection("a", START, questions=(question(choices=(words("x"), words("y"))),))),
        "choices elements.0.questions.0",
    ),
    (
        "a scale without its top",
        programme(reflection("a", START, questions=(question(kind=QuestionKind.SCALE, lowest=0),))),
        "scale_ends elements.0.questions.0",
    ),
    (
        "more questions than a check-in has room for",
        programme(
            PlanTemplate(id="plan", title=words("plan"), at=START),
            CheckIn(id="a", title=words("a"), at=START, questions=tuple(question(id=f"q{n}") for n in range(4))),
        ),
        "too_many_questions elements.1.questions",
    ),
    (
        "a question as long as a letter in a check-in",
        programme(
            PlanTemplate(id="plan", title=words("plan"), at=START),
            CheckIn(id="a", title=words("a"), at=START, questions=(question(text=words("x" * 101)),)),
        ),
        "long_question elements.1.questions.0",
    ),
    (
        "a number upside down",
        programme(reflection("a", START, questions=(question(kind=QuestionKind.NUMBER, lowest=5, highest=5),))),
        "scale_ends elements.0.questions.0",
    ),
    (
        "351 characters before the question",
        programme(reflection("a", START, intro=words("x" * 331), questions=(question(),))),
        "long_text elements.0.questions.0",
    ),
    (
        "351 characters in a later step",
        programme(
            Assignment(
                id="a",
                title=words("a"),
                at=START,
                intro=words("x" * 340),
                steps=(Step(id="1", text=words("y")), Step(id="2", text=words("x" * 351))),
            )
        ),
        "long_text elements.0.steps.1",
    ),
    (
        "351 characters of a debrief",
        programme(reflection("a", START, intro=words("x" * 351))),
        "long_text elements.0.intro",
    ),
]


@pytest.mark.parametrize(("checked", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_fault_is_found_where_it_stands_and_no_other(checked: Programme, expected: str) -> None:
    assert kinds(checked) == [expected]


def test_350_characters_before_the_question_are_not_too_many() -> None:
    intro = words("x" * 330)

    assert found(programme(reflection("a", START, intro=intro, questions=(question(),)))) == []


def test_a_missing_language_is_a_warning_that_names_what_is_shown_instead() -> None:
    name = {Language.FI: "Kokeilu", Language.EN: "Trial"}

    (fault,) = found(programme(name=name, languages=(Language.SV, Language.EN, Language.FI)))

    assert (fault.path, fault.kind, fault.value, fault.others) == (("name",), FaultKind.MISSING_LANGUAGE, "sv", ("en",))
    assert fault.severity is Severity.WARNING


def test_a_group_may_have_the_name_of_a_language() -> None:
    assert found(programme(groups={"fi": words("Finnish"), "sv": words("Swedish")})) == []
