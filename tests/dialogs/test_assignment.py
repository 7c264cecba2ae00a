"""An assignment's cards: what it asks, the plan in the person's own words, and the buttons, in three languages."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coaching.asks import Ask, AskKind, Element, put_off
from coaching.assignments import AssignmentFacts
from coaching.elements import Evidence, Step
from coaching.people import Language
from coaching.sources import MESSAGE
from coaching.visits import Part, Purpose
from dialogs import assignment, catalogue, message
from dialogs.cards import CardRef, words
from dialogs.pieces import MOST_ACTIONS
from dialogs.reply import Card
from dialogs.visiting import visit_card
from dialogs.wording import t
from storage.cards import Face
from storage.errands import ErrandKind
from storage.spoken import Spoken
from tests.coaching.asking import MONDAY, ask
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden
from tests.dialogs.samples import FREE, LONG_WORD
from tests.dialogs.test_visiting import CARD_ID, PROGRAMMES, about

HELSINKI = ZoneInfo("Europe/Helsinki")
CANARY = "kanarialintu **lihava** [x](https://paha.example)"
WHY = "Saat tämän, koska olet mukana ohjelmassa Kokeilu."
REF = CardRef(card_id=CARD_ID, revision=1, ask_id=1)


def in_all(fi: str, sv: str, en: str) -> dict[Language, str]:
    return {Language.FI: fi, Language.SV: sv, Language.EN: en}


TALK = Element(
    id=11,
    programme_id=3,
    key="coaching-talk",
    kind=AskKind.ASSIGNMENT,
    title=in_all("Valmentava keskustelu", "Ett coachande samtal", "A coaching conversation"),
    intro=in_all("Kysy enemmän kuin neuvot.", "Fråga mer än du råder.", "Ask more than you advise."),
    assignment=AssignmentFacts(
        steps=(
            Step(id="pick", text=in_all("Kenen kanssa puhut?", "Vem talar du med?", "Whom do you talk to?")),
            Step(id="ask", text=in_all("Mitä kysyt?", "Vad frågar du?", "What do you ask?")),
        )
    ),
)
ASK = replace(about(1, TALK), due_at=MONDAY + timedelta(days=4))
PLAN = Spoken(words={"where": CANARY, "how": CANARY}, at=MONDAY)
FINAL = replace(TALK, assignment=AssignmentFacts(final=True, group_work=True, evidence=Evidence.LINK))


def main(language: Language, **given: object) -> Card:
    return assignment.main_card(language, ASK, REF, zone=HELSINKI, why=WHY, **given)  # type: ignore[arg-type]


def verbs(card: Card) -> list[tuple[str, str | None]]:
    carried = [action["data"]["sparri"] for action in card.get("actions", [])]
    return [(each["verb"], each.get("arg")) for each in carried]


FACES = [Face.HAND_IN, Face.ADAPT, Face.PLAN, Face.DROP, Face.QUESTION, Face.MORE_TIME]


@pytest.mark.parametrize("language", Language)
def test_the_reminder_of_group_work_says_that_nobody_else_of_the_group_has_it(language: Language) -> None:
    parts, asks = [Part(ask_id=1, purpose=Purpose.REMINDER)], {1: about(1, FINAL)}

    card = visit_card(language, parts, asks, PROGRAMMES, card_id=CARD_ID, zone=HELSINKI).card

    assert t(language, "assignment.group_reminder") in words(card)
    assert t(language, "visit.reminder_lead") not in words(card)
    assert faults_of(card) == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("face", FACES)
def test_every_face_is_fit_and_the_golden_one(language: Language, face: Face) -> None:
    card = assignment.face_card(language, TALK, REF, face)

    assert faults_of(card) == []
    assert is_golden(f"assignment-{face}.{language}", card)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("evidence", Evidence)
def test_each_evidence_has_its_question(language: Language, evidence: Evidence) -> None:
    element = replace(TALK, assignment=AssignmentFacts(evidence=evidence))

    card = assignment.face_card(language, element, REF, Face.ADAPT)

    assert faults_of(card) == []
    assert is_golden(f"assignment-evidence-{evidence}.{language}", card)


@pytest.mark.parametrize("language", Language)
def test_the_main_card_the_plan_and_the_ends_are_fit_and_golden(language: Language) -> None:
    cards = {
        "main": main(language),
        "planned": main(language, spoken=PLAN),
        "now": main(language, spoken=PLAN, is_now=True),
        "final": assignment.face_card(language, FINAL, REF, Face.HAND_IN),
        "left-out": assignment.left_out_card(language, TALK, REF),
        "for-group": assignment.group_card(
            language, FINAL, by=CANARY, at_local=datetime(2026, 11, 23, 11, tzinfo=HELSINKI)
        ),
    }

    for name, card in cards.items():
        assert faults_of(card, canaries=[CANARY]) == [], name
        assert is_golden(f"assignment-{name}.{language}", card), name


def test_the_main_card_has_six_buttons_and_folds_them_where_other_things_stand_beside() -> None:
    alone = main(Language.FI)
    parts = [Part(ask_id=1, purpose=Purpose.NEW), Part(ask_id=2, purpose=Purpose.REMINDER)]
    parts.append(Part(ask_id=None, purpose=Purpose.CHECK_BACK))
    beside = visit_card(
        Language.FI, parts, {1: ASK, 2: about(2, FREE)}, PROGRAMMES, card_id=CARD_ID, zone=HELSINKI
    ).card

    faces = [("turn", face) for face in ("hand_in", "plan", "adapt", "drop", "question")]
    assert verbs(alone) == [*faces, ("later", None)]
    assert len(verbs(beside)) == MOST_ACTIONS
    assert verbs(beside)[:3] == [("turn", "hand_in"), ("turn", "plan"), ("turn", "ask")]
    assert {"resume", "pause", "stop"} == {verb for verb, _ in verbs(beside)[3:]}
    assert faults_of(beside) == []


@pytest.mark.parametrize(
    ("put_off_to", "is_repeated"),
    [
        pytest.param(MONDAY, True, id="the moment that was planned"),
        pytest.param(MONDAY - timedelta(hours=1), False, id="put off to another moment since"),
    ],
)
def test_the_persons_words_are_repeated_at_the_moment_that_they_planned(
    put_off_to: datetime, is_repeated: bool
) -> None:
    said = visit_card(
        Language.FI,
        [Part(ask_id=1, purpose=Purpose.NEW)],
        {1: put_off(ASK, put_off_to)},
        PROGRAMMES,
        card_id=CARD_ID,
        zone=HELSINKI,
        spoken={1: PLAN},
        now=MONDAY,
    )

    assert (CANARY in words(said.card)) is is_repeated
    assert CANARY not in said.summary
    assert faults_of(said.card, canaries=[CANARY]) == []


def message_of(kind: ErrandKind) -> Ask:
    element = Element(id=20, programme_id=3, key=f"{MESSAGE}{kind}", kind=AskKind.MESSAGE, title={}, intro={})
    return replace(ask(5), element=element, kind=AskKind.MESSAGE, programme_id=3)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", [kind for kind in ErrandKind if kind is not ErrandKind.GROUP])
def test_every_message_is_fit_and_the_golden_one(language: Language, kind: ErrandKind) -> None:
    asked = message_of(kind)
    wants = bool(message.form(asked.element, language).fields)
    part = Part(ask_id=5, purpose=Purpose.NEW if wants else Purpose.NOTICE)
    spoken = Spoken(words={"words": CANARY}, by="Aino Aalto", at=MONDAY, about=TALK.title)

    said = visit_card(
        language, [part], {5: asked}, PROGRAMMES, card_id=CARD_ID, zone=HELSINKI, spoken={5: spoken}, now=MONDAY
    )

    assert faults_of(said.card, canaries=[CANARY]) == []
    assert CANARY not in said.summary
    assert is_golden(f"message-{kind}.{language}", said.card)


def test_a_message_that_nobody_can_open_any_more_says_so() -> None:
    asked = message_of(ErrandKind.ANSWER)

    said = visit_card(
        Language.EN, [Part(ask_id=5, purpose=Purpose.NOTICE)], {5: asked}, PROGRAMMES, card_id=CARD_ID, zone=HELSINKI
    )

    assert "can no longer be read" in words(said.card)


@pytest.mark.parametrize("language", Language)
def test_however_long_an_assignment_is_its_cards_are_fit(language: Language) -> None:
    long = dict.fromkeys(Language, LONG_WORD)
    steps = tuple(Step(id=f"s{n}", text=long) for n in range(8))
    element = replace(TALK, title=long, intro=long, assignment=AssignmentFacts(steps=steps))
    form = catalogue.form(about(1, element), language)
    entries = {field.name: "ä" * field.limit for field in form.fields}

    for face in FACES:
        assert faults_of(assignment.face_card(language, element, REF, face, entries=entries)) == []
