"""The cards of the team part: what a colleague is asked, what comes back, and whom one picks, in three languages."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from coaching.asks import AskKind, Element
from coaching.assignments import AssignmentFacts
from coaching.elements import Evidence, Question, QuestionKind, TeamPart
from coaching.forms import Fault, FaultKind
from coaching.people import Language
from coaching.pooled import Origin, Pooled, PooledQuestion, Voice
from coaching.visits import Part, Purpose
from dialogs import assignment, team, team_answers, team_question
from dialogs.cards import form_card, words
from dialogs.pieces import LARGEST_CARD, size
from dialogs.reply import Card
from dialogs.visiting import visit_card
from storage.cards import Face
from storage.spoken import Spoken
from tests.builders import person
from tests.coaching.asking import MONDAY
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden
from tests.dialogs.test_assignment import CANARY, REF, TALK, WHY, in_all
from tests.dialogs.test_visiting import CARD_ID, PROGRAMMES, about

HELSINKI = ZoneInfo("Europe/Helsinki")
OPEN = Question(id="expect", text=in_all("Mitä odotat?", "Vad förväntar du dig?", "What do you expect?"))
SCALE = Question(
    id="noticed",
    text=in_all("Huomasitko muutosta?", "Har du märkt en förändring?", "Have you noticed a change?"),
    kind=QuestionKind.SCALE,
    lowest=0,
    highest=10,
)
CHOICE = Question(
    id="which",
    text=in_all("Kumpi?", "Vilken?", "Which?"),
    kind=QuestionKind.SINGLE_CHOICE,
    choices=(in_all("Rauha", "Lugn", "Calm"), in_all("Palaute", "Respons", "Feedback")),
)
WITH_TEAM = replace(TALK, assignment=AssignmentFacts(team_part=TeamPart(question=OPEN)))
ASKED_BY = Spoken(words={}, by=CANARY, at=MONDAY)


def question(asked: Question = OPEN, *, origin: Origin = Origin.ASSIGNMENT) -> Element:
    return replace(
        TALK,
        kind=AskKind.TEAM_QUESTION,
        assignment=None,
        intro={},
        pooled=PooledQuestion(question=asked, origin=origin),
    )


def answers(asked: Question = OPEN) -> Element:
    return replace(question(asked), kind=AskKind.TEAM_ANSWERS)


def visited(language: Language, element: Element, spoken: Spoken) -> Card:
    """The element as somebody is visited with it."""
    purpose = Purpose.NEW if element.kind is AskKind.TEAM_QUESTION else Purpose.NOTICE
    asks = {1: replace(about(1, element), wants_answer=purpose is Purpose.NEW)}
    parts = [Part(ask_id=1, purpose=purpose)]
    return visit_card(language, parts, asks, PROGRAMMES, card_id=CARD_ID, zone=HELSINKI, spoken={1: spoken}).card


def pooled(*values: str | int, named: int = 0) -> Spoken:
    voices = tuple(Voice(value=value, by=CANARY if place < named else "") for place, value in enumerate(values))
    return Spoken(words={}, at=MONDAY, pooled=Pooled(voices=voices))


CARDS = {
    "question": lambda language: visited(language, question(), ASKED_BY),
    "question-of-a-plan": lambda language: visited(language, question(SCALE, origin=Origin.PLAN), ASKED_BY),
    "answers": lambda language: visited(language, answers(), pooled(CANARY, "Rauhaa", CANARY, "Aikaa", "?", named=1)),
    "answers-on-a-scale": lambda language: visited(language, answers(SCALE), pooled(7, 7, 9, 2, 7, named=1)),
    "answers-of-a-choice": lambda language: visited(language, answers(CHOICE), pooled("c1", "c1", "c2", "c1", "c1")),
    "answers-too-few": lambda language: visited(language, answers(), Spoken(words={}, at=MONDAY, is_enough=False)),
    "declined": lambda language: team_question.declined_card(
        language, question(), REF, closes_local=datetime(2026, 11, 23, 14, tzinfo=HELSINKI)
    ),
    "picking": lambda language: picking(language),
    "assignment": lambda language: assignment.main_card(
        language, replace(about(1, WITH_TEAM), due_at=MONDAY), REF, zone=HELSINKI, why=WHY
    ),
}


def picking(language: Language) -> Card:
    colleagues = [person(id=number, name=f"Eino Eka {number}", email=None) for number in range(1, 4)]
    return form_card(
        language,
        team.form(WITH_TEAM, language, colleagues, is_begun=False),
        REF,
        entries={"team": "p1,p3", "people": CANARY},
        faults=[Fault(field="people", kind=FaultKind.NOT_A_COLLEAGUE)],
        why="",
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CARDS)
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    card = CARDS[name](language)

    assert faults_of(card, canaries=[CANARY]) == []
    assert is_golden(f"team-{name}.{language}", card)


def test_fifty_long_answers_are_cut_to_what_a_card_takes() -> None:
    spoken = pooled(*(f"{number} " + "ä" * 990 for number in range(50)))

    card = visited(Language.FI, answers(), spoken)

    assert size(card) <= LARGEST_CARD
    assert all(f"– {number} ä" in words(card) for number in range(50))


@pytest.mark.parametrize("evidence", Evidence)
def test_with_a_question_to_the_team_no_way_is_lost_that_an_assignment_has(evidence: Evidence) -> None:
    facts = AssignmentFacts(team_part=TeamPart(question=OPEN), evidence=evidence)
    element = replace(WITH_TEAM, assignment=facts)
    main = assignment.main_card(Language.FI, about(1, element), REF, zone=HELSINKI, why=WHY)
    faces = [Face.DROP] if evidence is Evidence.NONE else [Face.HAND_IN]
    shown = [assignment.face_card(Language.FI, element, REF, face) for face in faces]

    carried = [action["data"]["sparri"].get("arg") for card in (main, *shown) for action in card["actions"]]

    assert {Face.HAND_IN, Face.PLAN, Face.ADAPT, Face.DROP, Face.QUESTION, Face.TEAM} <= set(carried)


def test_an_answer_that_cannot_be_opened_any_more_is_not_called_too_few() -> None:
    said = team_answers.said(Language.FI, answers(), Spoken(words={}, at=MONDAY, is_enough=True), longest=100)

    assert "liian vähän" not in str(said)


def test_a_name_that_two_have_is_nobodys() -> None:
    both = [person(id=number, name=name, email=None) for number, name in ((1, "Eino Eka"), (2, "Eino Eka"))]
    other = person(id=3, name="Eino Toka", email="eino.toka@ministry.example")

    called = team.by_their_names([*both, other])

    assert {name: each.id for name, each in called.items()} == {"eino toka": 3, "eino.toka@ministry.example": 3}
