"""The cards of what is to be learnt: sound, as they were reviewed, with a link that can be trusted or none."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from coaching.anchors import Anchor, AnchorKind, At, Offset
from coaching.asks import Ask, AskKind, Element
from coaching.elements import Instrument, LearningItem
from coaching.people import Language
from coaching.visits import Part, Purpose
from dialogs.cards import words
from dialogs.learning import done_card
from dialogs.reply import Card
from dialogs.visiting import visit_card
from tests.coaching.asking import ask
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden

PROGRAMMES = {3: {Language.FI: "Kokeilu", Language.SV: "Försöket", Language.EN: "The trial"}}
VIDEO = LearningItem(
    id="learn-remote",
    title={},
    at=At(anchor=Anchor(kind=AnchorKind.PROGRAMME_START)),
    link="https://learning.example/remote?a=1",
    minutes=15,
    retrieval=(Offset(days=3),),
)
ITEM = Element(
    id=9,
    programme_id=3,
    key="learn-remote",
    kind=AskKind.LEARNING_ITEM,
    title={Language.FI: "Etätiimi", Language.SV: "Team på distans", Language.EN: "A team at a distance"},
    intro={Language.FI: "Lyhyt verkko-osio.", Language.SV: "Ett kort avsnitt.", Language.EN: "A short part."},
    own=VIDEO,
    is_anchor=True,
)
QUESTION = replace(
    ITEM,
    key="learn-remote+1",
    kind=AskKind.RETRIEVAL,
    intro={},
    own=None,
    questions=({Language.FI: "Mitä käytät?", Language.SV: "Vad använder du?", Language.EN: "What do you use?"},),
)
ASSESSMENT = replace(
    ITEM,
    key="assessment",
    kind=AskKind.INSTRUMENT,
    own=Instrument(id="assessment", title={}, at=VIDEO.at, link="https://assessment.example/360", raters=("peers",)),
)
AT = datetime(2020, 12, 7, 9, 30, tzinfo=UTC).astimezone(ZoneInfo("Europe/Helsinki"))


def about(element: Element) -> Ask:
    return replace(ask(1), element=element, kind=element.kind, programme_id=element.programme_id)


def visit(language: Language, element: Element, purpose: Purpose = Purpose.NEW) -> Card:
    parts = [Part(ask_id=1, purpose=purpose)]
    return visit_card(language, parts, {1: about(element)}, PROGRAMMES, card_id=34).card


def links(card: Card) -> list[str]:
    return [action["url"] for action in card.get("actions", []) if action["type"] == "Action.OpenUrl"]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("name", "element", "purpose"),
    [
        ("item", ITEM, Purpose.NEW),
        ("item-reminder", ITEM, Purpose.REMINDER),
        ("question", QUESTION, Purpose.NEW),
        ("assessment", ASSESSMENT, Purpose.NEW),
    ],
)
def test_what_comes_is_sound_and_as_it_was_reviewed(
    language: Language, name: str, element: Element, purpose: Purpose
) -> None:
    card = visit(language, element, purpose)

    assert faults_of(card) == []
    assert is_golden(f"learning-{name}.{language}", card)


@pytest.mark.parametrize("language", Language)
def test_that_it_is_done_is_sound_and_as_it_was_reviewed(language: Language) -> None:
    card = done_card(language, ITEM, at_local=AT)

    assert faults_of(card) == []
    assert is_golden(f"learning-done.{language}", card)
    assert links(card) == [VIDEO.link]


def test_nothing_is_promised_where_nothing_is_asked_later() -> None:
    item = replace(ITEM, own=replace(VIDEO, minutes=0, retrieval=()))
    sent_again = replace(ITEM, key="broadcast:1", is_anchor=False)

    assert "Kysyn sinulta myöhemmin" not in words(done_card(Language.FI, item, at_local=AT))
    assert "Kysyn sinulta myöhemmin" not in words(done_card(Language.FI, sent_again, at_local=AT))
    assert "minuut" not in words(visit(Language.FI, item))


@pytest.mark.parametrize("link", ["http://learning.example/a", "javascript:alert(1)", "learning.example", "https://["])
def test_a_link_that_cannot_be_trusted_has_no_button(link: str) -> None:
    item = replace(ITEM, own=replace(VIDEO, link=link))

    assert links(visit(Language.FI, item)) == []
    assert links(done_card(Language.FI, item, at_local=AT)) == []


def test_a_question_without_words_of_the_programme_is_the_usual_one() -> None:
    card = visit(Language.EN, replace(QUESTION, questions=()))

    assert "What do you remember of it" in words(card)


def test_what_is_said_of_the_result_is_as_the_file_has_it() -> None:
    at_once = replace(
        ASSESSMENT, own=Instrument(id="a", title={}, at=VIDEO.at, link=VIDEO.link, released_by_coach=False)
    )

    assert "valmentajasi kautta" in words(visit(Language.FI, ASSESSMENT))
    assert "valmentajasi kautta" not in words(visit(Language.FI, at_once))
