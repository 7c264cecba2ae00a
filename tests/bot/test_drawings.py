"""One drawing for a cohort: each person's card is the one that would have been drawn for them alone."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.drawings import Drawings
from bot.teams.outgoing import Activity, Written, message
from coaching.asks import Ask
from coaching.people import Language, Person
from coaching.visits import Part
from dialogs.visiting import visit_card
from scheduler.claims import Claimed
from tests.dialogs.test_visiting import ASKS, PROGRAMMES, VISITS

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def claimed(number: int, parts: tuple[Part, ...], language: Language = Language.FI) -> Claimed:
    """A visit to the person with that number, whose asks and card have numbers of their own."""
    asks: dict[int, Ask] = {}
    own = []
    for part in parts:
        if part.ask_id is None:
            own.append(part)
            continue
        ask = replace(ASKS[part.ask_id], id=1000 * number + part.ask_id, person_id=number)
        asks[ask.id] = ask
        own.append(replace(part, ask_id=ask.id))
    return Claimed(
        delivery_id=number,
        card_id=100 + number,
        tenant="t",
        person=Person(id=number, tenant="t", language=language),
        parts=tuple(own),
        asks=asks,
        programmes=PROGRAMMES,
        due_at=NOW,
        slot_at=NOW,
        attempts=0,
        leave_at=0.0,
        leave_before=1.0,
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", VISITS)
def test_everybody_gets_the_card_that_would_have_been_drawn_for_them_alone(name: str, language: Language) -> None:
    drawings = Drawings()

    for number in (1, 2, 3):
        visit = claimed(number, VISITS[name], language)
        alone = visit_card(
            language, visit.parts, visit.asks, PROGRAMMES, card_id=visit.card_id, zone=ZoneInfo("Europe/Helsinki")
        )
        assert in_full(drawings.visit(visit)) == message(alone, language=language)


def test_what_changed_since_is_drawn_anew() -> None:
    drawings = Drawings()
    first = claimed(1, VISITS["new"])
    drawings.visit(first)
    [ask] = first.asks.values()
    renamed = replace(ask, element=replace(ask.element, title=dict.fromkeys(Language, "Uusi nimi")))

    said = drawings.visit(replace(first, asks={ask.id: renamed}))

    assert "Uusi nimi" in str(in_full(said))


def test_words_that_look_like_a_number_of_a_card_stay_words() -> None:
    visit = claimed(1, VISITS["new"])
    [ask] = visit.asks.values()
    title = '"card":0,"ask":-1}'
    odd = {ask.id: replace(ask, element=replace(ask.element, title=dict.fromkeys(Language, title)))}

    said = Drawings().visit(replace(visit, asks=odd))

    assert title in json.dumps(in_full(said)).replace('\\"', '"')


def in_full(said: Activity | Written) -> Activity:
    whole: Activity = json.loads(said.text) if isinstance(said, Written) else said
    return whole
