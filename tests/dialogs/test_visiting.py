"""The card of a visit: one thing or several at once, fit for Teams and for screen readers, in three languages."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from coaching.asks import Ask, AskKind, Element
from coaching.people import Language
from coaching.visits import Part, Purpose
from dialogs.cards import words
from dialogs.pieces import MOST_ACTIONS
from dialogs.reply import Card, NewCard
from dialogs.visiting import visit_card
from tests.coaching.asking import ask
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden
from tests.dialogs.samples import DEBRIEF, FREE, LONG_WORD

CARD_ID = 34
PROGRAMMES: Mapping[int, Mapping[Language, str]] = {
    3: {Language.FI: "Kokeilu", Language.SV: "Försöket", Language.EN: "The trial"},
    4: {Language.FI: "Toinen", Language.SV: "Den andra", Language.EN: "The other one"},
}
NEWS = Element(
    id=9,
    programme_id=4,
    key="room",
    kind=AskKind.NOTICE,
    title={Language.FI: "Uusi huone", Language.SV: "Nytt rum", Language.EN: "Another room"},
    intro={
        Language.FI: "Ensi kerralla olemme huoneessa 3.",
        Language.SV: "Nästa gång är vi i rum 3.",
        Language.EN: "Next time we are in room 3.",
    },
)


def about(id: int, element: Element) -> Ask:
    return replace(ask(id), element=element, kind=element.kind, programme_id=element.programme_id)


ASKS = {1: about(1, DEBRIEF), 2: about(2, FREE), 3: about(3, NEWS)}
NEW, REMINDER = Part(ask_id=1, purpose=Purpose.NEW), Part(ask_id=2, purpose=Purpose.REMINDER)
NOTICE = Part(ask_id=3, purpose=Purpose.NOTICE)
CHECK_BACK = Part(ask_id=None, purpose=Purpose.CHECK_BACK)
STOPPING = Part(ask_id=None, purpose=Purpose.STOPPING)
VISITS = {
    "new": (NEW,),
    "reminder": (REMINDER,),
    "notice": (NOTICE,),
    "merged": (NEW, REMINDER, NOTICE),
    "check-back": (REMINDER, CHECK_BACK),
    "notice-check-back": (NOTICE, CHECK_BACK),
    "everything": (NOTICE, NEW, REMINDER, CHECK_BACK),
    "stopping": (STOPPING,),
}


def drawn(language: Language, *parts: Part, asks: Mapping[int, Ask] = ASKS) -> NewCard:
    told = {part.ask_id: asks[part.ask_id] for part in parts if part.ask_id is not None}
    return visit_card(language, parts, told, PROGRAMMES, card_id=CARD_ID)


def carried(card: Card) -> list[dict[str, Any]]:
    return [action["data"]["sparri"] for action in card.get("actions", [])]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", VISITS)
def test_every_visit_is_fit_and_the_golden_one(language: Language, name: str) -> None:
    card = drawn(language, *VISITS[name]).card

    assert faults_of(card, canaries=[]) == []
    assert is_golden(f"visit-{name}.{language}", card)


def test_the_one_that_wants_an_answer_leads_and_each_other_has_its_button() -> None:
    card = drawn(Language.FI, NOTICE, NEW, REMINDER).card

    assert [(each["verb"], each.get("ask")) for each in carried(card)] == [("submit", 1), ("later", 1), ("show", 2)]
    assert {each.get("card") for each in carried(card)} == {CARD_ID}
    for said in ("Tapaaminen 3", "Uusi huone", "huoneessa 3", "Muistutus: Kiire", "Kokeilu", "Toinen"):
        assert said in words(card)


def test_the_one_question_keeps_all_its_buttons() -> None:
    many = {id: about(id, FREE) for id in range(10, 20)}
    parts = [Part(ask_id=id, purpose=Purpose.REMINDER) for id in many]

    card = drawn(Language.FI, NEW, *parts, CHECK_BACK, asks=ASKS | many).card

    verbs = [each["verb"] for each in carried(card)]
    assert len(verbs) == MOST_ACTIONS
    assert {"submit", "later", "resume", "pause", "stop"} <= set(verbs)


@pytest.mark.parametrize("language", Language)
def test_however_much_comes_together_the_card_is_fit(language: Language) -> None:
    long = replace(
        NEWS,
        title=dict.fromkeys(Language, LONG_WORD),
        intro=dict.fromkeys(Language, "Sana **lihava** [linkki](https://sivu.example). " * 100),
    )
    many = {id: about(id, long) for id in range(10, 22)}
    parts = [Part(ask_id=id, purpose=Purpose.NOTICE) for id in many]

    for others in ((), (NEW, CHECK_BACK)):
        card = drawn(language, *parts, *others, asks=ASKS | many).card
        assert faults_of(card, canaries=[]) == []


def test_a_notice_is_announced_by_its_title_and_has_no_buttons() -> None:
    said = drawn(Language.SV, NOTICE)

    assert said.summary == "Nytt rum"
    assert carried(said.card) == []
