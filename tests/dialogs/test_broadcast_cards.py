"""A coach's cards of a broadcast: sound, as they were reviewed, and never with a person's words as Markdown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from coaching.asks import AskKind, Element
from coaching.broadcasts import Broadcast, BroadcastState, Reach, Standing, Tally
from coaching.following import Stage
from coaching.forms import Fault, FaultKind
from coaching.people import Language
from dialogs.broadcast_cards import (
    Prepared,
    broadcast_form_card,
    preview_card,
    previews,
    programmes_card,
    progress_card,
)
from dialogs.broadcast_form import Ground, form
from dialogs.cards import words
from dialogs.overview import Followed, overview_card
from dialogs.reply import Card
from storage.audiences import Strand
from tests.dialogs.card_linter import faults_of
from tests.dialogs.golden import is_golden
from tests.dialogs.samples import DEBRIEF, FREE

HELSINKI = ZoneInfo("Europe/Helsinki")
MOMENT = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
CANARY = "Hiljainen *viikko*"
ELEMENT = Element(
    id=9,
    programme_id=3,
    key="broadcast:7",
    kind=AskKind.REFLECTION,
    title={Language.FI: CANARY, Language.EN: "A quiet week"},
    intro={},
    questions=({Language.FI: "Mikä auttoi?", Language.EN: "What helped?"},),
)
GROUND = Ground(programme="AKO", elements=[DEBRIEF, FREE], groups=["A", "B"], owing=[FREE])
STRANDS = [
    Strand(language=Language.FI, reach=None, number=11),
    Strand(language=Language.SV, reach=None, number=2),
    Strand(language=Language.FI, reach=Reach.NOT_MET, number=1),
    Strand(language=Language.SV, reach=Reach.BLOCKED, number=1),
]
PREPARED = Prepared(
    programme={Language.FI: "AKO", Language.SV: "AKO", Language.EN: "AKO"},
    element=ELEMENT,
    strands=STRANDS,
    due_at=MOMENT,
    at=MOMENT,
)
FIGURES = Tally(
    standing={each: number for number, each in enumerate(Standing, start=1)},
    reach={Reach.NOT_MET: 2, Reach.UNINSTALLED: 1, Reach.BLOCKED: 1, Reach.STOPPED: 1},
)


def broadcast(state: BroadcastState) -> Broadcast:
    return Broadcast(id=7, programme_id=3, author_id=1, state=state, undo_until=MOMENT)


def form_with_faults(language: Language) -> Card:
    return broadcast_form_card(
        language,
        form(language, GROUND),
        broadcast(BroadcastState.DRAFT),
        entries={"what": "question", "text_fi": CANARY, "people": "Joku Muu", "to": ["g:A"]},
        faults=[Fault(field="people", kind=FaultKind.NOT_A_NAME), Fault(field="hour", kind=FaultKind.NOT_A_TIME)],
    )


def progress(state: BroadcastState, language: Language) -> Card:
    return progress_card(language, broadcast(state), ELEMENT, FIGURES, zone=HELSINKI)


CARDS: dict[str, Callable[[Language], Card]] = {
    "programmes": lambda language: programmes_card(language, ["AKO", "Tempo"]),
    "form": lambda language: broadcast_form_card(
        language, form(language, GROUND), broadcast(BroadcastState.DRAFT), entries={}
    ),
    "form-faults": form_with_faults,
    "preview": lambda language: preview_card(language, broadcast(BroadcastState.PREVIEWED), PREPARED, zone=HELSINKI),
    "preview-urgent": lambda language: preview_card(
        language, broadcast(BroadcastState.PREVIEWED), replace(PREPARED, urgent=True), zone=HELSINKI
    ),
    **{
        state.value: partial(progress, state)
        for state in BroadcastState
        if state not in (BroadcastState.DRAFT, BroadcastState.PREVIEWED)
    },
}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", CARDS)
def test_each_card_is_sound_and_looks_as_it_was_reviewed(name: str, language: Language) -> None:
    card = CARDS[name](language)

    assert faults_of(card, canaries=[CANARY]) == []
    assert is_golden(f"broadcast-{name}.{language}", card)


@pytest.mark.parametrize("language", Language)
def test_the_figures_on_the_card_add_up_to_the_number_that_it_names(language: Language) -> None:
    shown = words(CARDS["done"](language))

    assert str(FIGURES.invited) in shown
    assert all(shown.count(f": {FIGURES.of(each)}") == 1 for each in Standing)


def test_only_the_languages_of_those_who_get_it_are_previewed_and_nothing_on_a_preview_can_be_pressed() -> None:
    shown = previews(PREPARED, broadcast(BroadcastState.PREVIEWED), now=MOMENT)

    assert [each.card["lang"] for each in shown] == ["fi", "sv"]
    assert not any("actions" in each.card for each in shown)


@pytest.mark.parametrize("language", Language)
def test_the_overview_is_sound_and_looks_as_it_was_reviewed(language: Language) -> None:
    followed = [
        Followed(element=ELEMENT, stages={Stage.AHEAD: 1, Stage.OPEN: 5, Stage.PLANNED: 5, Stage.DONE: 3}),
        Followed(element=FREE, stages={Stage.DONE: 13, Stage.DROPPED: 1}),
    ]

    drawn = overview_card(
        language,
        7,
        CANARY,
        followed,
        people=15,
        reach={Reach.NOT_MET: 1, Reach.BLOCKED: 3},
        unreached={Reach.NOT_MET: [CANARY], Reach.BLOCKED: ["Aino Aalto"]},
    )

    assert faults_of(drawn.card, canaries=[CANARY]) == []
    assert is_golden(f"overview.{language}", drawn.card)
